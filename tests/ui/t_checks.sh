#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# t_checks.sh - the review page: what is wrong with a letter comes while it is looked at, from its bytes and
# from the DNS, with the place marked; warnings do not stop it, errors ask.
. "$(dirname "$0")/home.sh"
home <<-RC
	[account "away"]
	address = Ann Away <ann@away.example>
	smtp = smtps://ann@127.0.0.1:9
	imap = imaps://ann@127.0.0.1:9
	password = x
RC
chmod 600 "$HOME/.config/penfold/rc"
echo Hello | letter 50 'Bo <bo@b.example>' 'Meeting'
mx() { printf '"%s": {"MX": [{"exchange": "%s", "priority": 0}]}' "$1" "$2"; }
printf '{%s, %s, %s, %s}' "$(mx away.example mx.away.example)" "$(mx null.example .)" \
	"$(mx gmial.com mx.gmial.com)" "$(mx good.example mx.good.example)" >"$work/zone.json"
cat >"$work/draft" <<-'DRAFT'
	{"account": "away", "from": "Ann Away <ann@away.example>", "to": ["Nil <n@null.example>", "g@gmial.com"],
	 "subject": "", "body": "See the attached file.\n"}
DRAFT
drive 30 100 "$ui/checks.vt" "$PENFOLD_BUILD/penfold" -H "$work/draft"
