#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# t_columns.sh - the list by the rc: columns, dates, a preview, the linear mode, a preset of keys.
. "$(dirname "$0")/home.sh"
home </dev/null
letters
plain=$(cat "$HOME/.config/penfold/rc")

: >"$work/tap"
# look NAME ROWS COLS RC-LINES: the script is standard input
look() {
	name=$1 rows=$2 cols=$3
	printf '%s\n%s\n' "$plain" "$4" >"$HOME/.config/penfold/rc"
	cat >"$work/script"
	drive "$rows" "$cols" "$work/script" |
		sed "s/^1\.\.[0-9]*$//; s/^\(not \)\{0,1\}ok [0-9]* - /\1ok - $name: /" >>"$work/tap"
}

look columns 24 100 '[ui]
sidebar = no
columns = date:16 size subject:30 from:20 account
date-format = %Y-%m-%d %H:%M' <<VT
wait 15000 A long letter
wait 5000 1 of 12
row 1 $(date -d '-5 minutes' +%Y-%m)
row 1 test
row 2 Re: Meeting
norow 1 Drafts
VT
look 'wrong column' 24 80 '[ui]
columns = from subjct' <<'VT'
wait 15000 "subjct" is none; there are from
VT
look 'preview below' 24 80 '[ui]
preview = below' <<'VT'
wait 15000 A long letter
wait 5000 line 1 of a long letter
row 1 ●
send 3\x05
wait 2000 line 4 of a long letter
waitgone 2000 line 3 of
send j
wait 5000 Shall we meet?
# looking is not reading
row 1 ●
wait 2000 ●   Bo, Cy
row 2 ●
send VV
waitgone 2000 Shall we meet?
VT
look 'preview right' 40 200 '[ui]
preview = right' <<'VT'
wait 15000 A long letter
wait 5000 line 30 of a long letter
row 5 Sender 12
send 5j
wait 5000 Text of letter 13.
VT
look 'no room for a preview' 12 40 '' <<'VT'
wait 15000 A long let
send V
wait 2000 no room for a preview
VT
look linear 24 80 '[ui]
linear = yes' <<'VT'
wait 15000 unread, Dee: A long letter,
row 2 Re: Meeting, 3 letters
norow 1 Inbox
norow 2 ●
cursor 1 0
send j
idle 100
cursor 2 0
send t
wait 1000 marked, unread, Bo
send k\r
wait 5000 of 3
idle 100
cursor 1 0
VT
look 'linear, narrow' 24 34 '[ui]
linear = yes' <<VT
wait 15000 unread, Dee: A long
# the end of the subject is left out, not the date
row 2 :~, 3 letters, $(date -d '-40 minutes' +%H:%M)
row 3 Subject~, 
VT
look vim 24 80 '[ui]
keys = vim' <<'VT'
wait 15000 A long letter
wait 5000 1 of 12
send Ggg
wait 2000 1 of 12
send dd
wait 2000 of 11
send u
wait 2000 of 12
send l
wait 5000 line 1 of
send h
wait 2000 1 of 12
send ?/(vim)\r
wait 2000 (vim)
VT
look emacs 24 80 '[ui]
keys = emacs' <<'VT'
wait 15000 A long letter
wait 5000 1 of 12
send nn
wait 2000 3 of 12
send \ex
idle 50
send first\r
wait 2000 1 of 12
send \x18\x03
exit 0
VT
look alpine 24 80 '[ui]
keys = alpine' <<'VT'
wait 15000 A long letter
send N>
wait 5000 of 3
send <
wait 2000 2 of 12
send Q
exit 0
VT
look mutt 24 80 '[ui]
keys = mutt' <<'VT'
wait 15000 A long letter
wait 5000 1 of 12
send jN
wait 2000 ●   Bo, Cy
row 2 ●
send z
waitgone 2000 2 of 12
send x
exit 0
VT
printf 'From: new@n.example\nTo: ann@test.example\nSubject: Fresh news\nDate: %s\n\nText.\n' "$(LC_ALL=C date -R)" \
	>"$work/fresh"
look 'new mail' 8 80 '' <<VT
wait 15000 A long letter
wait 5000 1 of 12
send jj
wait 2000 3 of 12
run "$PENFOLD_BUILD/penfold" deliver --account test <"$work/fresh" >"$work/out" 2>&1
wait 15000 Fresh news
row 1 Fresh news
wait 2000 4 of 13
VT
grep -v '^$' "$work/tap" | awk '/^(not )?ok - / { n++; sub(/ok - /, "ok " n " - ") } { print } END { print "1.." n }'
