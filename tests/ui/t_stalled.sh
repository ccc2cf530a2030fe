#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# t_stalled.sh - keys answer within 100 ms while every helper hangs.
. "$(dirname "$0")/home.sh"
home </dev/null
letters
drive 24 80 "$ui/stalled.vt"
