#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The demo without a terminal: the list and a letter as text, every verdict as its letter claims,
# nothing left behind. On a terminal: the screen, and the logo of who earned one, where it hides no words.
. "$(dirname "$0")/../lib/tap.sh"

mkdir "$work/tmp"
out=$(TMPDIR=$work/tmp "$PENFOLD_SOURCE/contrib/demo/open.sh" </dev/null 2>"$work/err")
same "exit 0" 0 $?
diag "$(cat "$work/err")"
like "says that there is no terminal" "There is no terminal here" "$out"
like "lists the welcome" "Welcome: start here" "$out"
like "lists other scripts, decoded" "春の打ち合わせについて" "$out"
like "lists KOI8-R, decoded" "Письмо в кодировке KOI8-R" "$out"
like "lists what is over a limit" "This letter is over a limit" "$out"
like "shows a letter" "Ten keys are enough for a day" "$out"
esc=$(printf '\033')
same "no escape sequence comes through" "" "$(printf '%s' "$out" | grep "$esc")"
same "the home is gone" "" "$(ls "$work/tmp")"

cat >"$work/script" <<'VT'
wait 60000 Welcome: start here
send \r
wait 20000 Dear Dana
row 2 penfold.example signed this
wait 20000 ▀▆▆▀
resize 12 40
waitgone 5000 ▆
waitgone 5000 One moment
row 2 signed
resize 24 80
wait 5000 ▀▆▆▀
send Q
exit 0
VT
TMPDIR=$work/tmp LC_ALL=C.UTF-8 COLORFGBG='15;0' "$PENFOLD_BUILD/tests/ui/vtdrive" 24 80 -- \
	"$PENFOLD_SOURCE/contrib/demo/open.sh" <"$work/script" >"$work/tap" 2>&1
same "on a terminal: exit 0" 0 $?
same "the letter, and the logo where there is room" "" "$(grep -A 30 '^not ok' "$work/tap")"
same "that home is gone as well" "" "$(ls "$work/tmp")"
done_testing
