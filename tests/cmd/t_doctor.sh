#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# penfold doctor: what it prints is so. A good home, then one fault after another.
. "$(dirname "$0")/../lib/tap.sh"
penfold=$PENFOLD_BUILD/penfold
HOME=$work
export HOME
umask 077
printf '[account "demo"]\naddress = Dana <dana@demo.example>\n[store]\npath = %s/Mail\nstate = %s/state\n' \
	"$work" "$work" >"$work/rc"

doctor() { "$penfold" --rc "$work/rc" "$@" doctor 2>&1; }
level() { # WHAT: the levels of this item in the last JSON
	python3 -c 'import json, sys
print(" ".join(i["level"] for i in json.load(open(sys.argv[1]))["items"] if i["what"] == sys.argv[2]))' "$work/json" "$1"
}
text() {
	python3 -c 'import json, sys
print(" ".join(i["text"] for i in json.load(open(sys.argv[1]))["items"] if i["what"] == sys.argv[2]))' "$work/json" "$1"
}

exits "a good home passes" 0 "$penfold" --rc "$work/rc" doctor
same "looking makes no folders" "rc" "$(cd "$work" && ls)"
doctor --json >"$work/json"
for program in $(cd "$PENFOLD_SOURCE/src/programs" && ls penfold_*.c | sed "s/penfold_\(.*\)\.c/\1/"); do
	same "penfold-$program is found" ok "$(level "penfold-$program")"
	same "where it is" "$PENFOLD_BUILD/penfold-$program" "$(text "penfold-$program")"
done
like "the loader names the libraries" 'libnotmuch\.so\.' "$(text libraries)"
like "the sandbox is described" 'seccomp' "$(text sandbox)"
like "the account stands there" 'demo: dana@demo.example; local' "$(text account)"
like "the mail root is still to be made" 'does not exist yet' "$(text mail)"

printf 'From: a@example.org\nSubject: x\nMessage-ID: <1@example.org>\n\nx\n' |
	"$penfold" --rc "$work/rc" deliver >"$work/delivered" 2>&1
same "a letter is delivered" 0 $?
doctor --json >"$work/json"
like "the index is opened" '^1 messages' "$(text index)"

same "no letter waits" "no letter waits" "$(text outbox)"

printf '[account "demo"]\naddress = Dana <dana@demo.example>\npassword = x\nsmtp = submission://d@127.0.0.1:9\nimap = imaps://d@127.0.0.1:9\n[store]\npath = %s/Mail\nstate = %s/state\n' \
	"$work" "$work" >"$work/rc"
printf 'From: Dana <dana@demo.example>\nTo: bob@example.org\nSubject: x\nMessage-ID: <2@example.org>\nDate: Sat, 28 Nov 2026 10:00:00 +0000\n\nx\n' >"$work/letter"
printf '{"id": 1, "op": "queue-add-raw", "path": "%s/letter", "recipients": ["bob@example.org"]}\n' "$work" |
	PENFOLD_RC=$work/rc "$PENFOLD_BUILD/penfold-store" --serve >"$work/queued" 2>&1
doctor --json >"$work/json"
like "a letter that is to leave" ' to bob@example\.org: ready, queued 20[-0-9T:]*Z, 0 attempts' "$(text outbox)"
same "is nothing bad" ok "$(level outbox)"
PENFOLD_RC=$work/rc "$PENFOLD_BUILD/penfold-send" >"$work/sent" 2>&1
doctor --json >"$work/json"
like "one that waits: since when, why, until when" \
	': deferred, queued 20[-0-9T:]*Z, 1 attempts, next 20[-0-9T:]*Z: .*refused' "$(text outbox)"
same "is a warning" warn "$(level outbox)"
"$penfold" --rc "$work/rc" queue cancel "$(text outbox | cut -d' ' -f1)" >/dev/null 2>&1

mkdir "$work/none"
PENFOLD_LIBEXEC=$work/none doctor --json >"$work/json"
same "missing helpers are an error" 1 $?
same "each of them" error "$(level penfold-render)"
same "the index cannot be opened without one" error "$(level index)"

printf '[account "w"]\nadress = x\n' >"$work/rc"
doctor --json >"$work/json"
same "a bad rc is an error" 1 $?
like "with its line" '/rc:2: unknown key "adress", did you mean "address"?' "$(text rc)"

printf '[account "w"]\naddress = w@example.org\nimap = imaps://imap.example.org\npassword-command = no-such-program x\n[store]\npath = %s/rc\nstate = %s/state\n' \
	"$work" "$work" >"$work/rc"
doctor --json >"$work/json"
same "other faults are errors" 1 $?
like "a password-command that is not there" 'there is no program "no-such-program"' "$(text password)"
like "a mail root that is a file" 'is not a folder' "$(text mail)"
like "servers stand there, and were not asked" 'imap imap.example.org port 993, TLS' "$(text account)"
exits "arguments are refused" 64 "$penfold" doctor now
done_testing
