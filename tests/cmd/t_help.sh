#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The help that is printed: it fits a terminal, names what exists, and knows what was meant.
. "$(dirname "$0")/../lib/tap.sh"
PATH=$PENFOLD_BUILD:$PATH

commands=$(penfold help | sed -n 's/^  \([a-z][a-z-]*\)  .*/\1/p')
check "the overview names the commands" test "$(echo "$commands" | wc -l)" -ge 25

for command in $commands; do
	penfold help "$command" >"$work/help" || echo "$command: exit $?"
	awk -v c="$command" 'length($0) > 80 && !/^usage:/ { print c ": " $0 }' "$work/help"
	grep -q "^usage: penfold $command" "$work/help" || echo "$command: no usage"
done >"$work/odd"
penfold help | awk 'length($0) > 80 && !/penfold ADDRESS/' >>"$work/odd"
same "all of it fits 80 columns" "" "$(cat "$work/odd")"

says() { # says NAME WORD TEXT: what a wrong command answers, with exit code 64
	said=$(penfold "$2" 2>&1)
	code=$?
	same "$1" "64 penfold: no such command: $2; $3" "$code $said"
}
says "a swap of letters" serach "did you mean search?"
says "a letter too few" quee "did you mean queue?"
says "nothing near" xyzzyx '`penfold help` lists them'
done_testing
