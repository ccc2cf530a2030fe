#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# make install puts every program, page and the completion below DESTDIR and PREFIX, and uninstall takes
# away exactly that; make names its targets.
. "$(dirname "$0")/../lib/tap.sh"

unset MAKEFLAGS MAKELEVEL MFLAGS
run_make() { make -s -C "$PENFOLD_SOURCE" O="$PENFOLD_BUILD" DESTDIR="$work/root" "$@"; }
prefix=$(cat "$PENFOLD_BUILD/prefix")
root=$work/root$prefix

check "make install" run_make PREFIX="$prefix" install-files
check "penfold is installed" test -x "$root/bin/penfold"
for source in "$PENFOLD_SOURCE"/src/programs/penfold_*.c; do
	name=$(basename "$source" .c | tr _ -)
	check "$name is installed" test -x "$root/libexec/penfold/$name"
done
check "penfold(1) is installed" test -s "$root/share/man/man1/penfold.1"
check "penfold-rc(5) is installed" test -s "$root/share/man/man5/penfold-rc.5"
check "the licence is installed" test -s "$root/share/doc/penfold/LICENSE"
like "the units name the installed program" "^ExecStart=$prefix/bin/penfold sync --watch" \
    "$(cat "$root/lib/systemd/user/penfold-watch.service")"
for unit in "$root"/lib/systemd/user/*; do
	same "$(basename "$unit") names its place" "" "$(grep -e @BIN@ -e ExecStart=penfold "$unit")"
	sed -i "s|=$prefix/bin|=$root/bin|" "$unit"
done
if command -v systemd-analyze >/dev/null; then
	export XDG_RUNTIME_DIR=$work
	same "systemd finds nothing wrong in the units" "" "$(systemd-analyze --user --man=no verify \
	    "$root"/lib/systemd/user/penfold-* 2>&1 | grep '^penfold')"
else
	result 0 "systemd reads the units # SKIP systemd-analyze is not installed"
fi
for file in bash-completion/completions/penfold zsh/site-functions/_penfold fish/vendor_completions.d/penfold.fish \
    applications/penfold.desktop icons/hicolor/scalable/apps/penfold.svg man/man7/penfold-checks.7 \
    man/man7/penfold-keys.7 man/man7/penfold-search.7 man/man7/penfold-tutorial.7; do
	check "share/$file is installed" test -s "$root/share/$file"
done
like "README's picture is where it looks for it" "svg" "$(head -c 300 "$root/share/doc/penfold/doc/screen.svg")"
check "the installed program runs" "$root/bin/penfold" --version
touch "$root/bin/of-another"
check "make uninstall" run_make PREFIX="$prefix" uninstall
same "nothing of ours is left, and nothing else is gone" "$root/bin/of-another" \
    "$(find "$work/root" -type f)"
check "nor a folder" test ! -e "$root/share/doc/penfold" -a ! -e "$root/libexec/penfold" -a ! -e "$root/share/penfold"
like "make help names the targets" "^  check " "$(run_make help)"
done_testing
