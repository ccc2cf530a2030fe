#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# t_feel.sh - counts, take back and do again, repeat, macros, completion, order, searches, marks, tabs,
# threads that are put off.
. "$(dirname "$0")/home.sh"
home <<'RC'
[macro "finish"]
keys = X
view = index
do = tag-add done; archive
[macro "third"]
keys = Y
type = = 2 j
RC
letters
drive 24 80 "$ui/feel.vt"
