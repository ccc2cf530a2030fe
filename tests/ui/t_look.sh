#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# t_look.sh - no account, no mail; dark, light, sixteen colours, none; ASCII; narrow and tiny windows.
. "$(dirname "$0")/home.sh"
home </dev/null

: >"$work/tap"
# look NAME ROWS COLS [VAR=VALUE...]: the script is standard input
look() {
	name=$1 rows=$2 cols=$3
	shift 3
	cat >"$work/script"
	(
		for pair; do export "${pair?}"; done
		drive "$rows" "$cols" "$work/script"
	) | sed "s/^1\.\.[0-9]*$//; s/^\(not \)\{0,1\}ok [0-9]* - /\1ok - $name: /" >>"$work/tap"
}

mv "$HOME/.config/penfold/rc" "$work/rc"
printf '[store]\npath = %s/Mail\n' "$work" >"$HOME/.config/penfold/rc"
look 'no account' 24 80 <<'VT'
wait 15000 Your mail address:
send \r
wait 15000 No account yet.
wait 1000 [account "home"]
send m
wait 1000 an account with an address is needed first
key Esc
resize 12 40
wait 1000 are enough. Or
wait 1000 :settings
resize 24 80
send q
exit 0
VT
mv "$work/rc" "$HOME/.config/penfold/rc"
look 'no mail' 24 80 <<'VT'
wait 15000 No mail here
send jkG\rd
wait 1000 there is no thread here
send q
exit 0
VT
for n in 1 2 3 4 5; do
	look "left at once $n" 24 80 <<'VT'
send Q
exit 0
VT
done
letters
look 'dark' 24 80 COLORFGBG='15;0' <<'VT'
wait 15000 A long letter
wait 5000 1 of 12
attr 1 19 bg=238 bold
attr 0 1 bg=236 bold
# the tree is seen on the selected row, too
send j\r
wait 5000 1 of 3
send j
wait 1000 2 of 3
attr 2 6 bg=238 fg=246
VT
look 'light' 24 80 COLORFGBG='0;15' <<'VT'
wait 15000 A long letter
wait 5000 1 of 12
attr 1 19 bg=153 bold
VT
# the terminal is asked where nobody has said it; an answer in two pieces is one, and no key
look 'asked' 24 80 <<'VT'
waitseen 15000 \e]11;?\x07
wait 15000 A long letter
wait 5000 1 of 12
attr 1 19 bg=238 bold
send \e]11;rgb:ff
answer 5000 ff/fdfd/f0f0\e\\
attr 1 19 bg=153 bold
send j
wait 5000 2 of 12
VT
cp "$HOME/.config/penfold/rc" "$work/rc"
printf '[theme]\nunread = "#12ab34"\nbad = nonsense\n' >>"$HOME/.config/penfold/rc"
look 'true colour' 24 80 COLORTERM=truecolor COLORFGBG='15;0' <<'VT'
wait 15000 neither a colour's number here nor #rrggbb
seen \e]4;35;rgb:12/AB/34
send Q
exit 0
seen \e]104\x07
VT
look 'nearest colour' 24 80 COLORFGBG='15;0' <<'VT'
wait 15000 A long letter
wait 5000 1 of 12
attr 2 19 fg=35
unseen \e]4;
VT
cp "$work/rc" "$HOME/.config/penfold/rc"
look 'sixteen' 24 80 VT_TERM=xterm <<'VT'
wait 15000 A long letter
wait 5000 1 of 12
attr 1 19 bg=6
VT
look 'no colour' 24 80 NO_COLOR=1 <<'VT'
wait 15000 A long letter
wait 5000 1 of 12
attr 1 19 reverse
unseen \e[38;5;
VT
look 'plain locale' 24 80 LC_ALL=C <<'VT'
wait 15000 A long letter
wait 5000 1 of 12
row 1 N
row 3 | N
VT
look 'narrow' 10 40 <<'VT'
wait 15000 A long
norow 1 Drafts
resize 1 1
idle 100
resize 2 5
idle 100
resize 24 80
wait 5000 Drafts
resize 60 200
wait 5000 Outbox
send \r
wait 5000 line 40 of
resize 3 20
idle 100
send q?q
idle 100
resize 24 80
wait 5000 1 of 12
send q
exit 0
VT
grep -v '^$' "$work/tap" | awk '/^(not )?ok - / { n++; sub(/ok - /, "ok " n " - ") } { print } END { print "1.." n }'
