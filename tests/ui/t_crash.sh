#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# t_crash.sh - the terminal is restored on every way out, and what was being written is offered again.
. "$(dirname "$0")/home.sh"
home </dev/null
letters

# run SIGNAL: Penfold is sent the signal while it shows the list; its terminal modes afterwards
one() {
	cat >"$work/script" <<-VT
		wait 15000 A long letter
		wait 5000 1 of 12
		mode 2004 1
		run kill -$1 \$(cat /proc/\$VT_PID/task/\$VT_PID/children)
		wait 10000 back $2
		alt 0
		mode 2004 0
		mode 1000 0
	VT
	drive 24 80 "$work/script" sh -c "\"$PENFOLD_BUILD/penfold\" 2>/dev/null; code=\$?
		stty -a | grep -q ' icanon' && stty -a | grep -q ' echo ' && echo back \$code"
}
for pair in 15:0 1:0 2:0 11:139 6:134 8:136; do
	one "${pair%:*}" "${pair#*:}" | sed 's/^1\.\.[0-9]*$//; s/^\(not \)\{0,1\}ok [0-9]* - /\1ok - /'
done >"$work/tap"

# killed in the middle of a letter: it is offered again
cat >"$work/script" <<'VT'
wait 15000 A long letter
send m
wait 1000 To:
send bo@b.example\r
wait 1000 Subject:
send Half a letter\r
wait 5000 saved
signal 9
VT
cat >"$work/again" <<'VT'
wait 15000 1 draft was open
send cDrafts\r
wait 5000 Half a letter
send \r
wait 5000 Line typed
VT
# killed while the editor has it: the text is saved among the drafts
cat >"$work/long-editor" <<'SH'
#!/bin/sh
echo "text from the editor" >>"$1"
echo ready >"$WORK/ready"
exec sleep 60
SH
chmod +x "$work/long-editor"
cat >"$work/script2" <<'VT'
wait 15000 A long letter
send m
wait 1000 To:
send cy@c.example\r
wait 1000 Subject:
send In the editor\r
run i=0; until [ -e @WORK@/ready ] || [ $i -gt 500 ]; do i=$((i+1)); sleep 0.02; done
run kill -9 $(cat /proc/$VT_PID/task/$VT_PID/children | tr ' ' '\n' | while read p; do grep -qa sleep /proc/$p/cmdline && echo $p; done)
signal 9
VT
cat >"$work/again2" <<'VT'
wait 15000 A long letter
wait 10000 among the drafts
send cDrafts\r
wait 5000 In the editor
VT
export WORK="$work"
{
	drive 24 80 "$work/script"
	drive 24 80 "$work/again"
	EDITOR="$work/long-editor" drive 24 80 "$work/script2"
	drive 24 80 "$work/again2"
} | sed 's/^1\.\.[0-9]*$//; s/^\(not \)\{0,1\}ok [0-9]* - /\1ok - /' >>"$work/tap"
grep -v '^$' "$work/tap" | awk '/^(not )?ok - / { n++; sub(/ok - /, "ok " n " - ") } { print } END { print "1.." n }'
