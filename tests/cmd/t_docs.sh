#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The man pages in doc/ are those that the program makes from its tables, and roff can read them.
. "$(dirname "$0")/../lib/tap.sh"
penfold=$PENFOLD_BUILD/penfold

for page in penfold.1 penfold-rc.5 penfold-keys.7 penfold-search.7 penfold-tutorial.7; do
	check "doc/$page can be made" "$penfold" config man "${page%.*}"
	"$penfold" config man "${page%.*}" >"$work/$page"
	check "doc/$page is up to date (else: make docs)" cmp "$work/$page" "$PENFOLD_SOURCE/doc/$page"
done
"$penfold" check --list --man >"$work/penfold-checks.7"
check "doc/penfold-checks.7 is up to date (else: make docs)" cmp "$work/penfold-checks.7" "$PENFOLD_SOURCE/doc/penfold-checks.7"
exits "an unknown page is 64" 64 "$penfold" config man penfold-x

# what the tables name is on the page
for command in $("$penfold" help | sed -n 's/^  \([a-z][a-z]*\)  *.*/\1/p'); do
	check "penfold(1) has $command" grep -q "^\.Ss \"$command\"\$" "$work/penfold.1"
done
same "penfold-rc(5) has every key" "$("$penfold" config keys --json |
	python3 -c 'import json, sys; print(sum(k["key"] != "*" for k in json.load(sys.stdin)["keys"]))')" \
	"$(grep -c '^\.Ic ' "$work/penfold-rc.5")"
same "penfold-rc(5) has each section once" "" "$(grep '^\.Ss' "$work/penfold-rc.5" | sort | uniq -d)"
same "penfold config show has each section once" "" "$("$penfold" --rc /dev/null config show | grep '^\[' | sort | uniq -d)"
# the keys are those that the program has, the patterns those that it understands
for action in pipe save-search next-unread; do
	check "penfold-keys(7) has $action" grep -q "(.*$(echo $action | sed 's/-/\\\\-/g')" "$work/penfold-keys.7"
done
check "penfold-search(7) has mutt's patterns" grep -q '^\.It "~f WORD"' "$work/penfold-search.7"
if command -v mandoc >/dev/null; then
	for page in "$work"/*.[157]; do
		same "mandoc finds nothing wrong in ${page##*/}" "" \
			"$(mandoc -T lint -W warning "$page" 2>&1 | grep -v 'outdated mandoc.db')"
	done
else
	result 0 "mandoc reads the pages # SKIP mandoc is not installed"
fi
if command -v groff >/dev/null; then
	for page in penfold.1 penfold-rc.5 penfold-keys.7 penfold-search.7 penfold-tutorial.7; do
		same "roff finds nothing wrong in $page" "" "$(groff -mdoc -Tutf8 -ww "$work/$page" 2>&1 >/dev/null)"
	done
else
	result 0 "roff reads the pages # SKIP groff is not installed"
fi
done_testing
