# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# tap.sh - TAP for shell tests. `. "$(dirname "$0")/../lib/tap.sh"`, then checks, then done_testing.
# PENFOLD_BUILD is the folder of the programs, PENFOLD_SOURCE that of the tree; $work a temporary
# folder that goes away at the end, after the function `cleanup` of the test, where it has one.

PENFOLD_SOURCE=${PENFOLD_SOURCE:-$(cd "$(dirname "$0")/../.." && pwd)}
PENFOLD_BUILD=${PENFOLD_BUILD:-$PENFOLD_SOURCE/build}
export PENFOLD_SOURCE PENFOLD_BUILD
work=$(mktemp -d /tmp/pf.XXXXXX)
tap_n=0
tap_bad=0
trap 'trap - EXIT; command -v cleanup >/dev/null 2>&1 && cleanup; rm -rf "$work"' EXIT
trap 'exit 143' INT TERM

diag() { printf '%s\n' "$*" | sed 's/^/# /'; }

# result STATUS NAME: one test line.
result() {
	tap_n=$((tap_n + 1))
	[ "$1" = 0 ] || { tap_bad=$((tap_bad + 1)); printf 'not '; }
	echo "ok $tap_n - $2"
}

# check NAME COMMAND...: COMMAND succeeds; refuse NAME COMMAND...: it fails. Output on surprise.
check() {
	tap_name=$1; shift
	if "$@" >"$work/.out" 2>&1; then result 0 "$tap_name"
	else result 1 "$tap_name"; diag "$*"; sed 's/^/# /' "$work/.out"; fi
}
refuse() {
	tap_name=$1; shift
	if "$@" >"$work/.out" 2>&1; then result 1 "$tap_name"; diag "$*"; sed 's/^/# /' "$work/.out"
	else result 0 "$tap_name"; fi
}

# exits NAME STATUS COMMAND...: COMMAND ends with exactly STATUS.
exits() {
	tap_name=$1; tap_want=$2; shift 2
	"$@" >"$work/.out" 2>&1; tap_got=$?
	if [ "$tap_got" = "$tap_want" ]; then result 0 "$tap_name"
	else result 1 "$tap_name"; diag "exit $tap_got, not $tap_want: $*"; sed 's/^/# /' "$work/.out"; fi
}

# same NAME EXPECTED ACTUAL; like NAME BASIC_REGEX TEXT
same() {
	if [ "$2" = "$3" ]; then result 0 "$1"
	else result 1 "$1"; diag "expected: $2"; diag "     got: $3"; fi
}
like() {
	if printf '%s\n' "$3" | grep -q -e "$2"; then result 0 "$1"
	else result 1 "$1"; diag "nothing matches '$2' in:"; diag "$3"; fi
}

# wait_for SECONDS COMMAND...: until COMMAND succeeds; false when it never did.
wait_for() {
	tap_end=$(($(date +%s) + $1)); shift
	until "$@" >/dev/null 2>&1; do
		[ "$(date +%s)" -lt "$tap_end" ] || return 1
		sleep 0.02
	done
}

skip_all() { echo "1..0 # SKIP $*"; exit 0; }
done_testing() { echo "1..$tap_n"; [ "$tap_bad" = 0 ]; exit; }
