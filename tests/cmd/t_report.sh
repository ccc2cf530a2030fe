#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# penfold report: each kind as JSON and as a table, exit codes, standard input.
. "$(dirname "$0")/../lib/tap.sh"
penfold=$PENFOLD_BUILD/penfold
seeds=$PENFOLD_SOURCE/tests/fuzz/corpus/report
HOME=$work
export HOME

kind() { # FILE: the kind that the JSON names
	"$penfold" report --json "$1" | python3 -c 'import json, sys; print(json.load(sys.stdin)["kind"])'
}

for sample in dsn mdn arf dmarc_xml dmarc_gz dmarc_zip tlsrpt_json bounce; do
	want=${sample%%_*}
	[ "$want" = bounce ] && want=dsn
	exits "$sample: exit 0" 0 "$penfold" report "$seeds/$sample"
	same "$sample: its kind" "$want" "$(kind "$seeds/$sample")"
done
like "a delivery report as a table" '^failed  *5\.1\.1  *bob@mail\.example\.net' "$("$penfold" report "$seeds/dsn")"
like "a guess is called one" 'read by its wording' "$("$penfold" report "$seeds/bounce")"
like "an aggregate counts" '7, of which 3 pass' "$("$penfold" report "$seeds/dmarc_gz")"
like "what fails comes first" '2001:db8::1' \
	"$("$penfold" report - <"$seeds/dmarc_zip" | grep -E '^ +[0-9]+  ' | head -n 1)"
printf 'From: a@example.org\n\nhello\n' >"$work/plain"
exits "no report: exit 1" 1 "$penfold" report "$work/plain"
same "no report: null" '{"kind":null}' "$("$penfold" report --json "$work/plain")"
exits "no file named: exit 64" 64 "$penfold" report
printf 'From: MAILER-DAEMON@x.example\nTo: a@example.org\n\n<b@x.example>: 550 \033]0;x\007 no\n' >"$work/escape"
"$penfold" report "$work/escape" >"$work/escape.out"
refuse "no escape in the table" grep -q "$(printf '\033')" "$work/escape.out"
done_testing
