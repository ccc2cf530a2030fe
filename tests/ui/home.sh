# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# home.sh - for the tests of the screen: a throw-away home with one local account and some mail, and
# vtdrive on it. `. "$(dirname "$0")/home.sh"`; then home, letter, drive. $work is removed at the end.

set -eu
ui=$(cd "$(dirname "$0")" && pwd)
: "${PENFOLD_BUILD:=$ui/../../build}"
work=$(mktemp -d /tmp/pf.XXXXXX)
trap 'rm -rf "$work"' EXIT
trap 'exit 143' INT TERM
export PENFOLD_BUILD LC_ALL=C.UTF-8 TZ=UTC HOME="$work/home" PENFOLD_LIBEXEC="$PENFOLD_BUILD"
export XDG_STATE_HOME="$work/home/.local/state" XDG_CONFIG_HOME="$work/home/.config"
unset PENFOLD_RC NO_COLOR COLORFGBG COLORTERM NOTMUCH_CONFIG NOTMUCH_DATABASE VISUAL || true
export EDITOR="$work/editor"

# The rc; lines on standard input are added to it.
home() {
	mkdir -p "$HOME/.config/penfold"
	echo '{}' >"$work/zone.json"
	cat >"$work/more.rc"
	cat - "$work/more.rc" >"$HOME/.config/penfold/rc" <<-RC
		[account "test"]
		address = Ann Test <ann@test.example>
		[store]
		path = $work/Mail
		[queue]
		undo-delay = 5s
		[dns]
		zone = $work/zone.json
	RC
	# an editor that adds a line and counts it, as a person might
	cat >"$EDITOR" <<-'EDITOR'
		#!/bin/sh
		echo "Line typed: æøå $(grep -c 'Line typed' "$1")" >>"$1"
	EDITOR
	chmod +x "$EDITOR"
}

# letter MINUTES FROM SUBJECT [FOLDER] [FIELD...]: deliver one, so many minutes old; the body is standard
# input. Fields come as further arguments.
letter() {
	stamp=$(date -R -d "-$1 minutes")
	from=$2 subject=$3 folder=${4:-INBOX}
	age=$1
	shift 3
	[ $# -eq 0 ] || shift
	{
		printf 'From: %s\nTo: Ann Test <ann@test.example>\nSubject: %s\nDate: %s\n' "$from" \
			"$subject" "$stamp"
		case "$*" in *Message-ID*) ;; *) printf 'Message-ID: <letter%s@test.example>\n' "$age" ;; esac
		for field; do printf '%s\n' "$field"; done
		printf '\n'
		cat
	} | "$PENFOLD_BUILD/penfold" deliver --account test --folder "$folder" >"$work/out" 2>&1 || {
		echo "Bail out! a letter could not be delivered: $(cat "$work/out")"
		exit 1
	}
}

# A mailbox for most tests: fourteen letters, a thread of three among them.
letters() {
	for i in 10 11 12 13 14 15 16 17 18 19; do
		echo "Text of letter $i." | letter $((i * 60)) "Sender $i <s$i@other.example>" "Subject $i"
	done
	echo 'Shall we meet?' | letter 50 'Bo <bo@b.example>' 'Meeting' INBOX 'Message-ID: <m1@b.example>'
	printf '> Shall we meet?\nYes.\n' | letter 45 'Cy <cy@c.example>' 'Re: Meeting' INBOX \
		'Message-ID: <m2@c.example>' 'In-Reply-To: <m1@b.example>' 'References: <m1@b.example>'
	printf '> Yes.\nGood.\n' | letter 40 'Bo <bo@b.example>' 'Re: Meeting' INBOX \
		'Message-ID: <m3@b.example>' 'In-Reply-To: <m2@c.example>' \
		'References: <m1@b.example> <m2@c.example>'
	i=0
	while [ $i -lt 120 ]; do
		i=$((i + 1))
		echo "line $i of a long letter"
	done | letter 5 'Dee <dee@d.example>' 'A long letter'
}

# drive ROWS COLS SCRIPT [COMMAND...]: run Penfold (or the command) and the script on it; @WORK@ and
# @BUILD@ in the script are replaced.
drive() {
	rows=$1 cols=$2 script=$3
	shift 3
	[ $# -gt 0 ] || set -- "$PENFOLD_BUILD/penfold"
	sed -e "s|@WORK@|$work|g" -e "s|@BUILD@|$PENFOLD_BUILD|g" "$script" |
		"$PENFOLD_BUILD/tests/ui/vtdrive" "$rows" "$cols" -- "$@"
}
