#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# t_compose.sh - a letter with an attachment: written, kept, queued, taken back, sent, read, saved.
. "$(dirname "$0")/home.sh"
home </dev/null
letters
head -c 20000 /dev/urandom >"$work/attached file.bin"
# the driver's plan comes last, so the comparison stands in a subtest of its own number
drive 24 80 "$ui/compose.vt" | sed '/^1\.\./d' >"$work/tap"
cat "$work/tap"
count=$(grep -c '^\(not \)\{0,1\}ok ' "$work/tap")
if [ -e "$work/same" ] && [ "$(stat -c %a "$work/saved")" = 600 ]; then
	echo "ok $((count + 1)) - the saved attachment is the one that was sent, for its owner alone"
else
	echo "not ok $((count + 1)) - the saved attachment is the one that was sent, for its owner alone"
fi
echo "1..$((count + 1))"
