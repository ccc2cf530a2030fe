#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# penfold config: mistakes with line and nearest name, values as they count, secrets never printed.
. "$(dirname "$0")/../lib/tap.sh"
penfold=$PENFOLD_BUILD/penfold
rc=$work/rc
umask 077

cat >"$rc" <<'RC'
[account "work"]
address = Ann Example <ann@example.org>
password = s3cret-word
imap = imaps://imap.example.org
smtp = submission://smtp.example.org
[search "odd one"]
query = "a # b"
[keys.index]
archive = e
RC

exits "a good rc passes" 0 "$penfold" --rc "$rc" config check
like "and says so" "rc: no errors" "$("$penfold" --rc "$rc" config check)"
shown=$("$penfold" --rc "$rc" config show)
like "show prints what is set" '^address = Ann Example <ann@example.org>$' "$shown"
like "show prints defaults as comments" '^# trash = Trash$' "$shown"
like "show quotes what needs it" '^query = "a # b"$' "$shown"
like "show prints free keys" '^archive = e$' "$shown"
like "a secret is named" '^# password is set, and hidden here$' "$shown"
json=$("$penfold" --rc "$rc" config show --json)
refuse "and printed nowhere" grep -q s3cret-word <<EOF
$shown
$json
$("$penfold" --rc "$rc" config check)
EOF
check "show --json is one object of settings" python3 - "$json" <<'PY'
import json, sys
shown = json.loads(sys.argv[1])
found = {(s["section"], s["name"], s["key"]): s for s in shown["settings"]}
assert found["account", "work", "address"]["value"] == "Ann Example <ann@example.org>"
assert found["account", "work", "password"]["value"] is None
assert found["account", "work", "password"]["hidden"] is True
assert found["account", "work", "trash"]["default"] is True
assert found["search", "odd one", "query"]["value"] == "a # b"
PY

# what show prints is an rc again, with the same values (but for the secret)
printf '%s\n' "$shown" >"$work/again"
values() { grep -v '^#'; }
same "show can be read back" "$(printf '%s\n' "$shown" | values)" "$("$penfold" --rc "$work/again" config show | values)"
printf '[account "w"]\nadress = ann@example.org\n[ui]\nmouse = perhaps\n' >"$work/bad"
exits "a bad rc is 78" 78 "$penfold" --rc "$work/bad" config check
found=$("$penfold" --rc "$work/bad" config check)
like "line and nearest name" '/bad:2: unknown key "adress", did you mean "address"?$' "$found"
like "the next mistake too" '/bad:4: mouse: "perhaps" is neither yes nor no$' "$found"
exits "every command refuses it" 78 "$penfold" --rc "$work/bad" search x
like "with the first mistake on stderr" 'penfold: .*/bad:2: unknown key "adress"' \
	"$("$penfold" --rc "$work/bad" search x 2>&1 >/dev/null)"
same "check --json lists them" 3 "$("$penfold" --rc "$work/bad" config check --json |
	python3 -c 'import json, sys; print(len(json.load(sys.stdin)["findings"]))')"
chmod 640 "$rc"
exits "a password that others can read is 78" 78 "$penfold" --rc "$rc" config check
like "and the way out is named" "chmod 600 $rc" "$("$penfold" --rc "$rc" config check)"
chmod 600 "$rc"
exits "-o wins, and is checked" 78 "$penfold" --rc "$rc" -o ui.mouse=maybe config check
like "-o is shown" '^mouse = no$' "$("$penfold" --rc "$rc" -o ui.mouse=no config show)"
like "an account without smtp is a note" 'note: account "work" can fetch but not send' \
	"$("$penfold" --rc "$rc" -o account.work.smtp= config check)"
like "keys explains the settings" '^\[account "..."\] address = ' "$("$penfold" config keys)"
printf '[account "w"]\naddress = ann@example.org\n[keys.index]\narchve = e\nsort = Hyper-x\n' >"$work/keys"
exits "an unknown action is 78" 78 "$penfold" --rc "$work/keys" config check
like "and the one that was meant is named" 'no action "archve"; did you mean "archive"?' \
	"$("$penfold" --rc "$work/keys" config check)"
like "a key that is none, too" '"Hyper-x" is no key' "$("$penfold" --rc "$work/keys" config check)"
printf '[account "w"]\naddress = ann@example.org\n[keys.links]\ncpoy = y\n[keys.sender]\nrechek = R\n[keys.picture]\nlarger = x\n[keys.drafts]\nopne = o\n' >"$work/keys"
said=$("$penfold" --rc "$work/keys" config check)
like "the keys of links are known" 'no action "cpoy"; did you mean "copy"?' "$said"
like "those of a picture" 'no action "larger"' "$said"
like "those of the sender's page" 'no action "rechek"; did you mean "recheck"?' "$said"
like "and those of the drafts" 'no action "opne"; did you mean "open"?' "$said"
exits "an unknown word is 64" 64 "$penfold" config chekc
done_testing
