#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# t_terminal.sh - the mouse, ^Z and back, signs in ASCII alone, letters begun on the command line, and
# that taking back a tag leaves alone what had it before.
. "$(dirname "$0")/home.sh"
home </dev/null
letters

: >"$work/tap"
# part NAME COMMAND...: the script is standard input
part() {
	name=$1
	shift
	cat >"$work/script"
	drive 24 80 "$work/script" "$@" |
		sed "s/^1\.\.[0-9]*$//; s/^\(not \)\{0,1\}ok [0-9]* - /\1ok - $name: /" >>"$work/tap"
}
# The outcome of the last command as a test line.
told() {
	if [ "$1" = "$2" ]; then
		echo "ok - $3" >>"$work/tap"
	else
		printf 'not ok - %s\n# expected: %s\n# got: %s\n' "$3" "$2" "$1" >>"$work/tap"
	fi
}

for term in dumb no-such-terminal; do
	part "TERM=$term" env TERM=$term "$PENFOLD_BUILD/penfold" <<-VT
	wait 15000 the terminal "$term"
	wait 1000 penfold:
	exit 69
	VT
done

part mouse "$PENFOLD_BUILD/penfold" <<'VT'
wait 15000 A long letter
wait 5000 1 of 12
click 3 40
wait 1000 3 of 12
click 3 40
wait 5000 Text of letter 10
send q
wait 1000 3 of 12
click 1 40 5
wait 1000 6 of 12
click 1 40 4
wait 1000 3 of 12
# the sidebar; a click beside its places is none
click 3 3
wait 5000 Outbox
waitgone 1000 3 of 12
click 20 3
idle 100
click 1 3
wait 5000 of 12
# the wheel in a letter
send =\r
wait 5000 line 1 of a
click 10 40 5
click 10 40 5
click 10 40 5
waitgone 1000 line 1 of a
click 10 40 4
click 10 40 4
click 10 40 4
wait 1000 line 1 of a
send Q
exit 0
VT

# ^Z needs a shell with jobs above it
cat >"$work/shell" <<SH
set -m
"$PENFOLD_BUILD/penfold"
echo "the job has stopped"
read -r line
fg >/dev/null
echo "and has ended with \$?"
SH
part suspend bash "$work/shell" <<'VT'
wait 15000 A long letter
wait 5000 1 of 12
alt 1
send j\x1a
wait 5000 the job has stopped
alt 0
mouse 0
mode 2004 0
resize 30 90
send \r
wait 5000 A long letter
alt 1
wait 5000 2 of 12
row -1 2 of 12
send Q
wait 5000 and has ended with 0
exit 0
VT

part ascii "$PENFOLD_BUILD/penfold" -o ui.ascii=yes <<'VT'
wait 15000 A long letter
wait 5000 1 of 12
row 2 | N
send F
wait 1000 *
send \r
wait 5000 line 1 of a
send q?
wait 5000 Keys;
send Q
exit 0
unseen \xe2
VT

echo 'an attachment' >"$work/a file.txt"
part arguments "$PENFOLD_BUILD/penfold" bo@b.example -s 'From the shell' -a "$work/a file.txt" <<'VT'
wait 15000 A letter
wait 5000 From the shell
wait 5000 bo@b.example
row 1 test
wait 5000 a file.txt
wait 5000 saved
send P
wait 5000 kept among the drafts
send cDrafts\r
wait 5000 From the shell
send d
wait 1000 for ever
send y
wait 5000 No drafts
send Q
exit 0
VT
part mailto "$PENFOLD_BUILD/penfold" \
	'mailto:cy@c.example?subject=Hi%20there&body=Text%20of%20it&attach=%2Fetc%2Fpasswd' <<'VT'
wait 15000 A letter
wait 5000 cy@c.example
wait 5000 Hi there
wait 5000 Text of it
waitgone 1000 passwd
wait 5000 saved
send q
wait 1000 Keep the draft
send d
wait 5000 of 12
send Q
exit 0
VT

# one letter of the thread of three has the tag already: taking back leaves it there
"$PENFOLD_BUILD/penfold" tag +todo -- id:m2@c.example >/dev/null
part undo "$PENFOLD_BUILD/penfold" <<'VT'
wait 15000 Meeting
send \\subject:Meeting\r
waitgone 5000 Sender 10
wait 5000 1 of 1
wait 5000 Re: Meeting
wait 5000 search
send +
wait 1000 Tags:
send todo\r
idle 300
send u
wait 5000 taken back
idle 300
send Q
exit 0
VT
told "$("$PENFOLD_BUILD/penfold" search --json tag:todo | grep -c .)" 1 'one thread still has the tag'
told "$("$PENFOLD_BUILD/penfold" count tag:todo)" 1 'and in it the one letter that had it'

# a forward with its file, thrown away: the file goes with it
letter 3 'Eve <eve@e.example>' 'With a file' INBOX 'MIME-Version: 1.0' \
	'Content-Type: multipart/mixed; boundary=b' <<'BODY'
--b
Content-Type: text/plain

Look.
--b
Content-Type: application/octet-stream
Content-Disposition: attachment; filename=thing.bin

thing
--b--
BODY
files="$XDG_STATE_HOME/penfold/drafts/files"
part forward "$PENFOLD_BUILD/penfold" <<'VT'
wait 15000 With a file
send f
wait 5000 To
send bo@b.example\r
wait 5000 thing.bin
wait 5000 saved
run find @WORK@/home/.local/state/penfold/drafts/files -type f >@WORK@/during
send q
wait 1000 Keep the draft
send d
wait 5000 of 13
send Q
exit 0
VT
told "$(grep -c . "$work/during")" 1 'the forward has a file of its own'
told "$(find "$files" -mindepth 1 | grep -c .)" 0 'which goes with the draft'
mkdir -p "$files/11111111-2222-3333-4444-555555555555"
echo old >"$files/11111111-2222-3333-4444-555555555555/1"
touch -d '2 hours ago' "$files/11111111-2222-3333-4444-555555555555"
part sweep "$PENFOLD_BUILD/penfold" <<'VT'
wait 15000 With a file
wait 5000 1 of 13
run for i in $(seq 100); do [ -e @WORK@/home/.local/state/penfold/drafts/files/1* ] || break; sleep 0.1; done
send Q
exit 0
VT
told "$(find "$files" -mindepth 1 | grep -c .)" 0 'what an earlier Penfold left is swept'
grep -v '^$' "$work/tap" | awk '/^(not )?ok - / { n++; sub(/ok - /, "ok " n " - ") } { print } END { print "1.." n }'
