#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# cyrus.sh fetch | start DIR | stop DIR - a real Cyrus IMAP that lives in DIR, as root (it becomes nobody) or
# as an ordinary user. Users: alice (alicepw), bob (bobpw). DIR/env then holds IMAP_PORT IMAPS_PORT POP3_PORT
# POP3S_PORT LMTP_PORT CA. The dialogue after log-in is recorded below DIR/conf/log/USER.
# Its package cannot be installed beside Dovecot's, so `fetch` (a call of its own: it needs the network) unpacks
# Debian's packages below CYRUS_ROOT, by default /var/tmp/penfold-cyrus-UID. Without them start says so with exit 77.
#   PF_NETNEWS=yes  mailboxes have the old names: INBOX.Sent, user.bob
set -euo pipefail
# shellcheck source=tests/servers/lib.sh
. "$(dirname "$0")/lib.sh"

root=${CYRUS_ROOT:-/var/tmp/penfold-cyrus-$(id -u)}
[ -d "$root" ] || [ ! -x /usr/lib/cyrus/bin/master ] || root=
bin=$root/usr/lib/cyrus/bin
action=${1:-}
dir=${2:-}

fetch() {
	local deb
	[ ! -x "$bin/master" ] || return 0
	mkdir -p "$root/debs"
	(cd "$root/debs" && apt-get -o APT::Sandbox::User=root -qq download cyrus-imapd cyrus-pop3d cyrus-common libical3 sasl2-bin)
	for deb in "$root"/debs/*.deb; do dpkg -x "$deb" "$root"; done
	rm -r "$root/debs"
}

identify() {
	user=$(id -un)
	group=$(id -gn)
	become=()
	if [ "$(id -u)" = 0 ]; then
		user=nobody
		group=$(id -gn nobody)
		become=(setpriv "--reuid=$user" "--regid=$group" --clear-groups)
	fi
}

config() {
	local old=no
	[ "${PF_NETNEWS:-no}" = no ] || old=yes
	cat >"$dir/imapd.conf" <<-END
	configdirectory: $dir/conf
	partition-default: $dir/spool
	defaultpartition: default
	cyrus_user: $user
	cyrus_group: $group
	admins: admin
	servername: localhost
	virtdomains: off
	altnamespace: $([ $old = yes ] && echo no || echo yes)
	unixhierarchysep: $([ $old = yes ] && echo no || echo yes)
	allowplaintext: yes
	sasl_mech_list: PLAIN LOGIN SCRAM-SHA-1 SCRAM-SHA-256
	sasl_pwcheck_method: auxprop
	sasl_auxprop_plugin: sasldb
	sasl_sasldb_path: $dir/sasldb2
	autocreate_quota: 1000000
	autocreate_post: yes
	autocreate_inbox_folders: Drafts|Sent|Trash|Spam|Archive
	autocreate_subscribe_folders: Drafts|Sent|Trash|Spam|Archive
	xlist-drafts: Drafts
	xlist-sent: Sent
	xlist-trash: Trash
	xlist-junk: Spam
	xlist-archive: Archive
	conversations: yes
	statuscache: on
	idlesocket: $dir/run/idle
	lmtpsocket: $dir/run/lmtp
	notifysocket: $dir/run/notify
	tls_server_cert: $dir/ca/server.pem
	tls_server_key: $dir/ca/server.key
	tls_server_ca_file: $dir/ca/ca.pem
	tls_sessions_db_path: $dir/conf/tls_sessions.db
	duplicate_db_path: $dir/conf/deliver.db
	mboxlist_db_path: $dir/conf/mailboxes.db
	statuscache_db_path: $dir/conf/statuscache.db
	annotation_db_path: $dir/conf/annotations.db
	mboxname_lockpath: $dir/run/lock
	proc_path: $dir/run/proc
	imapidlepoll: 1
	syslog_prefix: pfcyrus
	postmaster: postmaster
	soft_noauth: no
	failedloginpause: 0
	END
	cat >"$dir/cyrus.conf" <<-END
	START {
	  recover cmd="$bin/ctl_cyrusdb -C $dir/imapd.conf -r"
	}
	SERVICES {
	  imap cmd="$bin/imapd -C $dir/imapd.conf" listen="127.0.0.1:$imap" prefork=1
	  imaps cmd="$bin/imapd -s -C $dir/imapd.conf" listen="127.0.0.1:$imaps" prefork=0
	  pop3 cmd="$bin/pop3d -C $dir/imapd.conf" listen="127.0.0.1:$pop3" prefork=0
	  pop3s cmd="$bin/pop3d -s -C $dir/imapd.conf" listen="127.0.0.1:$pop3s" prefork=0
	  lmtp cmd="$bin/lmtpd -a -C $dir/imapd.conf" listen="127.0.0.1:$lmtp" prefork=0
	}
	DAEMON {
	  idled cmd="$bin/idled -C $dir/imapd.conf"
	}
	EVENTS {
	}
	END
}

write_env() {
	cat >"$dir/env" <<-END
	IMAP_PORT=$imap
	IMAPS_PORT=$imaps
	POP3_PORT=$pop3
	POP3S_PORT=$pop3s
	LMTP_PORT=$lmtp
	CA=$dir/ca/ca.pem
	END
}

launch() {
	local port
	read -r imap imaps pop3 pop3s lmtp < <("$servers/freeports.py" 5)
	config
	write_env
	[ ${#become[@]} = 0 ] || chown -R "$user:$group" "$dir"
	CYRUS_USER=$user "${become[@]}" "$bin/master" -C "$dir/imapd.conf" -M "$dir/cyrus.conf" \
	    -p "$dir/run/master.pid" -L "$dir/master.log" >"$dir/out" 2>&1 </dev/null &
	echo $! >"$dir/pid"
	for port in "$imap" "$imaps"; do
		wait_port "$port" "$(cat "$dir/pid")" || return 1
	done
}

start() {
	local name tool
	[ -x "$bin/master" ] || {
		echo "Cyrus IMAP is not here; tests/servers/cyrus.sh fetch unpacks it"
		exit 77
	}
	export LD_LIBRARY_PATH
	LD_LIBRARY_PATH=$(dirname "$(find "$root/usr/lib" -name 'libcyrus_imap.so.0' | head -1)")
	prepare "$dir"
	identify
	"$servers/mkca.sh" "$dir/ca"
	mkdir -p "$dir"/{spool,run,conf/socket,conf/proc,conf/db,conf/ptclient,conf/log/alice}
	tool=$(PATH=$root/usr/sbin:$PATH:/usr/sbin command -v saslpasswd2)
	for name in alice bob admin; do
		printf '%spw' "$name" | "$tool" -p -c -f "$dir/sasldb2" -u localhost "$name"
	done
	for _ in 1 2 3; do # another program may have taken a port since it was found free
		launch && return 0
		stop_pid "$dir/pid"
	done
	cat "$dir/out" "$dir/master.log" >&2
	die "Cyrus did not start"
}

case $action in
fetch) fetch ;;
start) start ;;
stop) stop_pid "$dir/pid" ;;
*) die "usage: cyrus.sh fetch | start DIR | stop DIR" ;;
esac
