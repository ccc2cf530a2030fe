#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# make_docs.sh - the man pages from the program's own tables, and the pictures of the screen from the
# program itself, run on the demo's home. --pages makes the pages alone.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
build=${PENFOLD_BUILD:-$here/../build}
tmp=$(mktemp -d "${TMPDIR:-/tmp}/penfold-docs.XXXXXX")
trap 'rm -rf "$tmp"' EXIT

page() { # NAME FILE: written whole or not at all
	"$build/penfold" config man "$1" >"$tmp/page"
	cp "$tmp/page" "$here/$2"
}

page penfold penfold.1
page penfold-rc penfold-rc.5
for name in keys search tutorial; do
	page "penfold-$name" "penfold-$name.7"
done
PENFOLD_RC="$tmp/rc" XDG_STATE_HOME="$tmp/state" "$build/penfold" check --list --man >"$tmp/page"
cp "$tmp/page" "$here/penfold-checks.7"
[ "${1:-}" != --pages ] || exit 0

# an editor as far as a picture shows it
cat >"$tmp/editor" <<'SH'
#!/bin/sh
awk '{ print } !n && /^$/ { print "Shall we meet at noon, by the ferry? I bring the charts."; n = 1 }' "$1"
tput cup 6 56 2>/dev/null || printf '\033[7;57H'
read -r _
SH
chmod 755 "$tmp/editor"

cat >"$tmp/screen.vt" <<VT
wait 60000 Welcome: start here
wait 60000 Your account will be closed
idle 300
shot $tmp/screen.ansi
send jjj\r
wait 60000 Customer Care
idle 300
shot $tmp/letter.ansi
send mAnn Okafor <ann@harbour.example>\rLunch on Friday\r
wait 60000 by the ferry
idle 300
shot $tmp/writing.ansi
send \r
wait 60000 A letter
send qd
idle 300
send Q
exit 0
VT
LC_ALL=C.UTF-8 TZ=UTC COLORFGBG='15;0' EDITOR="$tmp/editor" TMPDIR="$tmp" PENFOLD_BUILD="$build" \
	"$build/tests/ui/vtdrive" 30 104 -- "$here/../contrib/demo/open.sh" <"$tmp/screen.vt" >"$tmp/log" || {
	cat "$tmp/log" >&2
	exit 1
}
for name in screen letter writing; do
	python3 "$here/ansi2svg.py" "$tmp/$name.ansi" >"$tmp/$name.svg"
	cp "$tmp/$name.svg" "$here/$name.svg"
done
