#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# penfold-auth by hand and as a helper: one letter signed by an independent implementation, one forged.
. "$(dirname "$0")/../lib/tap.sh"
auth=$PENFOLD_BUILD/penfold-auth
data=$PENFOLD_SOURCE/tests/unit/auth/data
zone=$data/zone.json
now=2026-11-21T23:59:00Z
umask 077

cat >"$work/rc" <<'RC'
[account "work"]
address = Ann Example <ann@example.org>
authserv-id = mx.example.org
RC
cat >"$work/forged" <<'EML'
Authentication-Results: mx.example.org; spf=fail smtp.mailfrom=x@evil.example
Received: from evil.example (evil.example [192.0.2.66]) by mx.example.org; Sat, 21 Nov 2026 20:00:00 +0000
From: Bank <service@example.org>
Subject: your account

Click.
EML

judge() { "$auth" --rc "$work/rc" --dns "$zone" --now "$now" "$@"; }
# field KEY...: that member of the object on stdin
field() {
	python3 -c 'import json, sys
value = json.load(sys.stdin)
for key in sys.argv[1:]:
    value = value[int(key)] if key.isdigit() else value[key]
print(json.dumps(value))' "$@"
}

signed=$(judge --json "$data/rsa-relaxed.eml")
same "a signed letter passes" '"pass"' "$(echo "$signed" | field verdict)"
same "by DKIM" '"pass"' "$(echo "$signed" | field dkim 0 result)"
same "aligned with the author" '"relaxed"' "$(echo "$signed" | field dkim 0 aligned)"
same "the questions are told in order" '"s2048._domainkey.example.org TXT"' "$(echo "$signed" | field queries 0)"
same "stdin is a file like others" "$signed" "$(judge --json - <"$data/rsa-relaxed.eml")"
same "so is a pipe" "$signed" "$(sed "" "$data/rsa-relaxed.eml" | judge --json -)"
same "seconds are a time too" "$signed" "$(judge --now=1795305540 --json "$data/rsa-relaxed.eml")"
like "without --json it is a page" '^  algorithm  *rsa-sha256, 2048 bits' "$(judge "$data/rsa-relaxed.eml")"

same "a trusted server's word counts for its account" '"fail"' \
	"$(judge --account work --json "$work/forged" | field verdict)"
same "a hop that does not say by what protocol has no gap in its line" 1 \
	"$(judge "$work/forged" | tr -s '\n ' ' ' | grep -c -- '-> mx.example.org, TLS not noted')"
same "and for no other" '"fail-soft"' "$(judge --json "$work/forged" | field verdict)"
same "the rc may name the zone" "$signed" \
	"$("$auth" --rc "$work/rc" -o "dns.zone=$zone" --now "$now" --json "$data/rsa-relaxed.eml")"

exits "a missing file is 1" 1 judge "$work/none"
exits "no file is 64" 64 judge
exits "an unknown option is 64" 64 judge --colour "$work/forged"
exits "no time is 64" 64 judge --now yesterday "$work/forged"
exits "an unknown account is 78" 78 judge --account home "$work/forged"
exits "a zone that is no JSON is 78" 78 judge --dns "$work/rc" "$work/forged"
printf '' >"$work/empty"
same "an empty letter has a verdict" '"suspect"' "$(judge --json "$work/empty" | field verdict)"

# as a helper: one object a line, each answered, whatever the one before was
cat >"$work/requests" <<REQ
{"id": 1, "op": "judge", "path": "$data/ed25519.eml", "now": "$now"}
{"id": 2, "op": "judge", "path": "$work/none"}
{"id": 3, "op": "judge"}
{"id": 4, "op": "judge", "path": "$work/forged", "account": "work", "now": 1795305540}
{"id": 5, "op": "judge", "path": "$work/forged", "account": "a folder of no account"}
{"id": 6, "op": "detail", "path": "$work/forged", "account": "work", "width": 40}
{"id": 7, "op": "detail", "verdict": {"verdict": "pass", "summary": "kept"}}
REQ
judge --serve <"$work/requests" >"$work/answers"
answer() { sed -n "/\"re\": *$1[,}]/p" "$work/answers"; }
same "judge answers with the verdict" '"pass"' "$(answer 1 | field verdict verdict)"
same "a missing file is an error" '"not-found"' "$(answer 2 | field error code)"
same "so is a missing path" '"usage"' "$(answer 3 | field error code)"
same "the account's servers count" '"fail"' "$(answer 4 | field verdict verdict)"
same "a folder without account is judged" '"fail-soft"' "$(answer 5 | field verdict verdict)"
like "detail is the page" 'FAIL' "$(answer 6 | field lines 0 t)"
same "wrapped as wide as asked" True "$(answer 6 | python3 -c 'import json, sys
print(all(len(line["t"]) <= 40 for line in json.load(sys.stdin)["lines"]))')"
same "of a kept verdict nothing is asked" '"PASS  kept"' "$(answer 7 | field lines 0 t)"
# mail to an alias is mail to oneself: old as it is, no replay
replays() { judge --now 2026-11-25T00:00:00Z --json "$data/rsa-relaxed.eml" | field flags | grep -c replay-hint; }
same "an old letter to others may be a replay" 1 "$(replays)"
echo 'aliases = Bjarni <bjarni@example.net>' >>"$work/rc"
same "one to an alias is none" 0 "$(replays)"
done_testing
