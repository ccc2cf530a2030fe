# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# lib.sh - what the server scripts share; sourced by them, bash.

# shellcheck disable=SC2034 # for those who source this
servers=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

die() {
	echo "${0##*/}: $*" >&2
	exit 1
}

# is_gone PID: true for a zombie too. Where pid 1 reaps late, kill -0 succeeds on the dead.
is_gone() {
	local stat
	stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 0
	stat=${stat##*) }
	[ "${stat%% *}" = Z ]
}

# wait_port PORT PID: until the port answers; false when PID dies first or after 20 s.
wait_port() {
	local i
	for ((i = 0; i < 400; i++)); do
		(exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return 0
		is_gone "$2" && return 1
		sleep 0.05
	done
	return 1
}

# stop_pid PIDFILE: TERM, wait until it is gone, KILL after 5 s.
stop_pid() {
	local pid i
	[ -s "$1" ] || return 0
	pid=$(cat "$1")
	kill "$pid" 2>/dev/null || true
	for ((i = 0; i < 100; i++)); do
		is_gone "$pid" && break
		sleep 0.05
	done
	is_gone "$pid" || kill -9 "$pid" 2>/dev/null || true
	rm -f "$1"
}

# prepare DIR: the folder of a server. Its path must leave room for Unix sockets (108 bytes).
prepare() {
	[ ${#1} -le 60 ] || die "the path is too long for Unix sockets, use a shorter one: $1"
	[ "${1#/}" != "$1" ] || die "the path must be absolute: $1"
	if [ -s "$1/pid" ] && ! is_gone "$(cat "$1/pid")"; then
		die "a server runs in $1 already"
	fi
	mkdir -p "$1"
	chmod 755 "$1"
	# started by root, a server becomes another user, who has to pass mktemp's 0700
	[ "$(id -u)" != 0 ] || chmod a+x "$(dirname "$1")"
}
