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

same "--json has the same commands" "$commands" \
	"$(penfold help --json | python3 -c 'import json, sys; print(*(c["name"] for c in json.load(sys.stdin)["commands"]), sep="\n")')"

says() { # says NAME WORD TEXT: what a wrong command answers, with exit code 64
	said=$(penfold "$2" 2>&1)
	code=$?
	same "$1" "64 penfold: no such command: $2; $3" "$code $said"
}
says "a swap of letters" serach "did you mean search?"
says "a letter too few" quee "did you mean queue?"
option() { # option NAME TEXT ARG...: likewise for an option
	name=$1 text=$2
	shift 2
	said=$(penfold "$@" </dev/null 2>&1)
	code=$?
	same "$name" "64 penfold: $1 $text" "$code $said"
}
option "a mistyped option" "has no option --widht; did you mean --width?" show --widht 40 -
option "an option of another command" 'has no option --watch=1; `penfold help show` lists them' show --watch=1 -
option "an option of a command's command" 'has no option --bogus; `penfold help dkim` lists them' dkim verify --bogus -
option "an option whose value is missing" "--limit needs a value: N" search --limit
option "an option with a value that it does not take" "--watch takes no value" sync --watch=1
option "a value that is an option's own" "--days needs a value: N" stats --days
said=$(penfold search --limit x '*' 2>&1)
same "a limit is a number" "64 penfold: --limit: \"x\" is no number from 1 on" "$? $said"
said=$(penfold search --sort up '*' 2>&1)
same "an order is one of two" "64 penfold: --sort: \"up\" is neither newest nor oldest" "$? $said"
said=$(HOME=$work XDG_STATE_HOME=$work/state PENFOLD_RC=$work/rc penfold -o "store.path=$work/Mail" search date:foo..bar 2>&1)
same "a query that cannot be read says what of it" \
	"64 penfold: the query cannot be read: Didn't understand date specification 'foo'; see penfold-search(7)" "$? $said"
check "--help behind a command is its help" test "$(penfold show --help)" = "$(penfold help show)"
says "nothing near" xyzzyx '`penfold help` lists them'

latin1=$(printf 'caf\351')
for words in "search $latin1" "bo@example.net -s $latin1" "auth-trust $latin1" "send $latin1@example.net"; do
	# shellcheck disable=SC2086 # words
	said=$(penfold $words 2>&1 </dev/null)
	same "what is not UTF-8 goes nowhere: penfold ${words%%$latin1*}" 64 $?
	like "and is named" "caf.* is not UTF-8" "$said"
done
: >"$work/$latin1"
exits "but for the names of files" 1 penfold report "$work/$latin1"

# 0 means that all of it is out
for words in help --version "config keys" "config man penfold" "check --list" "help sync"; do
	# shellcheck disable=SC2086 # words
	exits "a full disk: penfold $words" 74 sh -c 'exec penfold "$@" >/dev/full' sh $words
done
exits "a reader that leaves is no error" 0 sh -c '{ penfold config keys; echo $? >"$1"; } | true; exit "$(cat "$1")"' sh "$work/code"
done_testing
