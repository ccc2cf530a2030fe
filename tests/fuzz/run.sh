#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# run.sh SECONDS TARGET... - run the fuzzers below $O/fuzz, each for that long. What they find new
# grows in $O/corpus/TARGET; our own seeds in corpus/TARGET are read and not written. A finding
# is left in $O/findings/TARGET and ends the run.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
seconds=$1
shift
# glib keeps no frame pointers: a leak of a library's that a target suppresses is known by the whole stack alone
export ASAN_OPTIONS=fast_unwind_on_malloc=0:${ASAN_OPTIONS:-}
for target in "$@"; do
	grown=$O/corpus/$target
	findings=$O/findings/$target/
	mkdir -p "$grown" "$findings"
	options=()
	[ ! -e "$here/$target.dict" ] || options+=("-dict=$here/$target.dict")
	echo "fuzz_$target: $seconds s"
	"$O/fuzz/fuzz_$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=65536 \
	    -print_final_stats=1 -verbosity=0 -artifact_prefix="$findings" "${options[@]}" \
	    "$grown" "$here/corpus/$target"
done
