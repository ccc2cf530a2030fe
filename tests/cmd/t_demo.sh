#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The demo without a terminal: the list and a letter as text, every verdict as its letter claims,
# nothing left behind.
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
done_testing
