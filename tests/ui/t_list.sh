#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# t_list.sh - the list, a thread, an open message, help and the searches.
. "$(dirname "$0")/home.sh"
home </dev/null
letters
drive 24 80 "$ui/list.vt"
