#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# t_sizes.sh - the same day at 80x24, 200x60 and 40x12, in dark, light and sixteen colours: what stands where,
# in which colour, and where the cursor is; a storm of resizes; wide, combining and right-to-left text in
# their true columns.
. "$(dirname "$0")/home.sh"
home </dev/null
letters
echo x | letter 4 'Sakura <s@wide.example>' '=?utf-8?B?5pel5pys6Kqe44Gu5Lu25ZCN?='
echo x | letter 3 'Noa <n@rtl.example>' '=?utf-8?B?16nXnNeV150g16LXldec150=?='
printf 'Subject: ignored' | letter 2 'Comb <c@comb.example>' '=?utf-8?B?ZcyBZcyBZcyB?= end'

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

# day ROWS COLS LIST-COLUMN SELECTED-BACKGROUND [VAR...]: what is done at every size
day() {
	rows=$1 cols=$2 x=$3 bg=$4
	shift 4
	look "${rows}x$cols $*" "$rows" "$cols" "$@" <<VT
wait 15000 Comb
wait 5000 1 of 15
attr 1 $((x + 6)) bg=$bg bold
attr 2 $((x + 6)) bold
alt 1
send j
wait 2000 2 of 15
attr 2 $((x + 6)) bg=$bg
send k
wait 2000 1 of 15
# a question has the cursor
send /long
idle 100
cursor $((rows - 1)) 24
send \r
wait 2000 4 of 15
send \r
wait 5000 line 1 of a long letter
row 1 dee@d.example
row 2 Verdict
send G
wait 2000 line 120 of
send q
wait 2000 4 of 15
send t
wait 1000 1 marked
send kt
send \r
wait 5000 of 3
send q
wait 2000 of 15
send d
waitgone 2000 Bo, Cy
send u
wait 2000 Bo, Cy
send ?
wait 2000 next thread
send q
send :sort subject\r
wait 2000 sorted by subject
send :nothing\r
wait 2000 there is no action
send Q
exit 0
alt 0
VT
}
day 24 80 13 238 COLORFGBG='15;0'
day 24 80 13 153 COLORFGBG='0;15'
day 60 200 26 6 VT_TERM=xterm
day 12 40 0 238 COLORFGBG='15;0'

# columns: U+65E5 takes two cells, a combining mark none
look columns 24 80 COLORFGBG='15;0' <<'VT'
wait 15000 Comb
wait 5000 1 of 15
row 3 日本語の件名
attr 3 47 width=2
attr 3 49 width=2
attr 1 48 width=1
row 1  end 
row 2 שלום עולם
VT

# each of a hundred sizes, as fast as they come
i=0
{
	echo 'wait 15000 Comb'
	while [ $i -lt 100 ]; do
		i=$((i + 1))
		echo "resize $((i * 37 % 59 + 1)) $((i * 53 % 197 + 1))"
		[ $((i % 10)) -ne 0 ] || echo 'send jjk'
		[ $((i % 25)) -ne 0 ] || echo 'idle 30'
	done
	printf 'resize 24 80\nwait 5000 of 15\nidle 300\nrow 0 Inbox\nrow -1 help\nsend \\r\nwait 5000 From\n'
	i=0
	while [ $i -lt 60 ]; do
		i=$((i + 1))
		echo "resize $((i * 31 % 47 + 1)) $((i * 43 % 139 + 1))"
	done
	printf 'resize 24 80\nwait 5000 Verdict\nsend qQ\nexit 0\n'
} | look storm 24 80
grep -v '^$' "$work/tap" | awk '/^(not )?ok - / { n++; sub(/ok - /, "ok " n " - ") } { print } END { print "1.." n }'
