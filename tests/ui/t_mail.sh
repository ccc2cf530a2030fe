#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# t_mail.sh - trash, archive, move, flags, tags, marks, undo; shown at once, kept by the store.
. "$(dirname "$0")/home.sh"
home </dev/null
letters
drive 24 80 "$ui/mail.vt"
