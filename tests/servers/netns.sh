#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# netns.sh COMMAND... - run COMMAND with a loopback interface and no other network, as root or as
# an ordinary user (then in a user namespace). Every process that it leaves behind dies with it,
# ports below 1024 can be bound, /etc/hosts and /etc/resolv.conf are its own. Exits 77 where the
# kernel allows no namespaces.
set -eu

user=(--user --map-current-user --keep-caps)
[ "$(id -u)" = 0 ] && user=() # root keeps its other users, which Postfix and Dovecot need
namespaces=("${user[@]}" --net --mount --pid --fork --mount-proc --kill-child)

unshare "${namespaces[@]}" -- true 2>/dev/null || exit 77
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
printf '127.0.0.1 localhost\n::1 localhost\n' >"$dir/hosts"
printf 'nameserver 127.0.0.1\noptions timeout:1 attempts:1\n' >"$dir/resolv.conf"
# shellcheck disable=SC2016 # expanded by the inner shell
unshare "${namespaces[@]}" -- sh -c '
	ip link set lo up
	for f in hosts resolv.conf; do mount --bind "$0/$f" "/etc/$f"; done
	exec "$@"' "$dir" "$@"
