#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# cppcheck over the sources and shellcheck over the scripts, each finding a failure. A false alarm
# is suppressed on its line, with the reason. Leaks are left to LeakSanitizer, which the replay of
# the fuzzers and `make check-sanitize` run under: cppcheck does not know g_autofree.
. "$(dirname "$0")/../lib/tap.sh"
cd "$PENFOLD_SOURCE" || exit 1

for room in src/*/; do
	ls "$room"*.c >/dev/null 2>&1 || continue
	check "cppcheck $room" cppcheck --quiet --std=c11 --language=c --library=gtk \
	    --enable=warning,portability --inline-suppr --error-exitcode=1 -j 2 \
	    --suppress=missingInclude --suppress=unknownMacro --suppress=nullPointerRedundantCheck \
	    --suppress=memleak -Isrc "$room"
done
mapfile -t scripts < <(find mk tests contrib .ci -type f \( -name '*.sh' -o -name run -o -name run_test \))
for script in "${scripts[@]}"; do
	check "shellcheck $script" shellcheck -x -S warning -e SC1091,SC1087,SC2154,SC2034 "$script"
done
done_testing
