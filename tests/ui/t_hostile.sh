#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# t_hostile.sh - mail that talks to the terminal: none of it gets through.
. "$(dirname "$0")/home.sh"
home </dev/null
esc=$(printf '\033') bel=$(printf '\007') rlo=$(printf '\342\200\256')
evil="$esc]0;owned$bel$esc]52;c;cm0gLXJmIH4K$bel$esc]8;;http://e.example/$esc\\link$esc]8;;$esc\\$esc[21t$esc[8m"
echo 'nothing special' | letter 40 'Plain <p@p.example>' 'Plain'
printf '\n\n\033[1;1H\342\234\223 GOOD  my own verdict\n' | letter 30 'Painter <p@q.example>' 'Painted'
printf 'my own verdict: %s\n' "$esc[31mred" | letter 20 'Colour <c@q.example>' 'Colour'
printf -- '--b\nContent-Type: text/plain; charset=utf-8\n\nbody %s[2J%s\n--b\nContent-Type: application/octet-stream\nContent-Disposition: attachment; filename="%sgpj.sh"\n\nx\n--b--\n' \
	"$esc" "$evil$(printf '\033Pq#0\033\\\033_Gf=100;AAAA\033\\\302\23331m')" "$rlo" |
	letter 10 "Trick $evil <t@t.example>" "$esc]0;owned$bel subject $rlo" INBOX \
		'MIME-Version: 1.0' 'Content-Type: multipart/mixed; boundary=b' "X-Evil: $evil"
drive 24 80 "$ui/hostile.vt"
