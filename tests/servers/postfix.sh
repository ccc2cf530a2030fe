#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# postfix.sh start DIR DOVECOT_DIR | stop DIR - a real Postfix that lives in DIR: submission with
# STARTTLS and with implicit TLS, log-in by the auth service of the Dovecot in DOVECOT_DIR,
# delivery into its Maildirs. Root only (master(8) insists); exits 77 for others. Nothing leaves
# the machine. DIR/env then holds, for `.`: SUBMISSION_PORT SUBMISSIONS_PORT CA
# Recipients at penfold.test: alice, bob, jörg; later@ 450, full@ 452, gone@ 550, policy@ 554,
# bounce@ is accepted and comes back. Variants, by the environment:
#   PF_CERT=server|expired|wrong|selfsigned   PF_SIZE=bytes   PF_TLS=may|encrypt|none
#   PF_TLS_AUTH_ONLY=yes|no   PF_DELIVER=lmtp:inet:127.0.0.1:PORT
set -euo pipefail
# shellcheck source=tests/servers/lib.sh
. "$(dirname "$0")/lib.sh"

usage="usage: postfix.sh start DIR DOVECOT_DIR | stop DIR"
[ $# -ge 2 ] || die "$usage"
action=$1
dir=$2
dovecot=${3:-}

# The queue's folders with the owners that `postfix set-permissions` would give them.
make_spool() {
	local owned=(active bounce corrupt defer deferred flush hold incoming private saved trace)
	local name
	mkdir -p "$dir"/{etc,data} "$spool"/{maildrop,public,pid}
	for name in "${owned[@]}"; do
		mkdir -p "$spool/$name"
		chown postfix "$spool/$name"
		chmod 700 "$spool/$name"
	done
	chmod 755 "$spool/private"
	chown postfix "$dir/data"
	chown postfix:postdrop "$spool/maildrop" "$spool/public"
	chmod 1730 "$spool/maildrop"
	chmod 2710 "$spool/public"
	[ ! -e /etc/postfix/dynamicmaps.cf ] || cp /etc/postfix/dynamicmaps.cf "$dir/etc/"
}

recipients() {
	cat <<-'END'
	/^later@/       450 4.2.1 Mailbox busy, try again later
	/^full@/        452 4.2.2 Mailbox full
	/^gone@/        550 5.1.1 No such user here
	/^policy@/      554 5.7.1 Message refused by policy
	END
}

main_cf() {
	cat <<-END
	compatibility_level = 3.6
	queue_directory = $spool
	data_directory = $dir/data
	daemon_directory = $(postconf -d -h daemon_directory)
	command_directory = $(postconf -d -h command_directory)
	shlib_directory = $(postconf -d -h shlib_directory)
	mail_owner = postfix
	setgid_group = postdrop
	maillog_file = $dir/mail.log
	maillog_file_prefixes = $dir
	inet_interfaces = loopback-only
	inet_protocols = $([ -e /proc/net/if_inet6 ] && echo all || echo ipv4)
	myhostname = mx.penfold.test
	mydomain = penfold.test
	myorigin = penfold.test
	mydestination =
	mynetworks =
	alias_maps =
	alias_database =
	local_recipient_maps =
	disable_dns_lookups = yes
	smtp_host_lookup = native
	virtual_mailbox_domains = penfold.test
	# Dovecot's LMTP has no SMTPUTF8, so virtual(8) writes the same Maildir.
	virtual_mailbox_maps = regexp:{{/^alice(\\+.*)?@/ alice/} {/^bob(\\+.*)?@/ bob/} {/^bounce@/ none/} {/^jörg@/ bob/}}
	virtual_mailbox_base = $dovecot/mail
	virtual_uid_maps = static:$(id -u nobody)
	virtual_gid_maps = static:$(id -g nobody)
	virtual_minimum_uid = 1
	virtual_transport = ${PF_DELIVER:-virtual:}
	transport_maps = regexp:{{/^bounce@/ lmtp:inet:127.0.0.1:$LMTP_PORT}}
	default_transport = error:5.7.1 the test network has no outside
	relay_transport = error:5.7.1 the test network has no outside
	recipient_delimiter = +
	message_size_limit = ${PF_SIZE:-20000000}
	mailbox_size_limit = 0
	smtputf8_enable = yes
	bounce_queue_lifetime = 10s
	minimal_backoff_time = 2s
	queue_run_delay = 2s
	END
}

main_cf_smtpd() {
	cat <<-END
	smtpd_tls_cert_file = $dir/ca/${PF_CERT:-server}.pem
	smtpd_tls_key_file = $dir/ca/${PF_CERT:-server}.key
	smtpd_tls_security_level = ${PF_TLS:-may}
	smtpd_tls_auth_only = ${PF_TLS_AUTH_ONLY:-no}
	smtpd_sasl_auth_enable = yes
	smtpd_sasl_type = dovecot
	smtpd_sasl_path = inet:127.0.0.1:$AUTH_PORT
	smtpd_sasl_security_options = noanonymous
	smtpd_sasl_tls_security_options = noanonymous
	smtpd_relay_restrictions = permit_sasl_authenticated, reject
	smtpd_recipient_restrictions = check_recipient_access regexp:$dir/etc/rcpt, reject_unlisted_recipient, permit_sasl_authenticated, reject
	smtpd_client_connection_rate_limit = 0
	smtpd_error_sleep_time = 0
	smtpd_peername_lookup = no
	END
}

master_cf() {
	cat <<-END
	127.0.0.1:$submission  inet n - n - - smtpd
	127.0.0.1:$submissions inet n - n - - smtpd -o smtpd_tls_wrappermode=yes
	cleanup    unix n - n - 0 cleanup
	qmgr       unix n - n 300 1 qmgr
	tlsmgr     unix - - n 1000? 1 tlsmgr
	rewrite    unix - - n - - trivial-rewrite
	bounce     unix - - n - 0 bounce
	defer      unix - - n - 0 bounce
	trace      unix - - n - 0 bounce
	verify     unix - - n - 1 verify
	flush      unix n - n 1000? 0 flush
	proxymap   unix - - n - - proxymap
	proxywrite unix - - n - 1 proxymap
	error      unix - - n - - error
	retry      unix - - n - - error
	showq      unix n - n - - showq
	lmtp       unix - - n - - lmtp
	virtual    unix - n n - - virtual
	anvil      unix - - n - 1 anvil
	scache     unix - - n - 1 scache
	postlog    unix-dgram n - n - 1 postlogd
	pickup     unix n - n 60 1 pickup
	END
}

# A session of its own: TERM to master(8) reaches its process group, and with it its children.
launch() {
	local port
	read -r submission submissions < <("$servers/freeports.py" 2)
	recipients >"$dir/etc/rcpt"
	{
		main_cf
		main_cf_smtpd
	} >"$dir/etc/main.cf"
	master_cf >"$dir/etc/master.cf"
	printf 'SUBMISSION_PORT=%s\nSUBMISSIONS_PORT=%s\nCA=%s\n' "$submission" "$submissions" \
	    "$dir/ca/ca.pem" >"$dir/env"
	MAIL_CONFIG=$dir/etc setsid "$(postconf -d -h daemon_directory)/master" -c "$dir/etc" -d \
	    </dev/null >"$dir/out" 2>&1 &
	echo $! >"$dir/pid"
	for port in "$submission" "$submissions"; do
		wait_port "$port" "$(cat "$dir/pid")" || return 1
	done
}

start() {
	[ "$(id -u)" = 0 ] || {
		echo "postfix.sh: Postfix starts for root only" >&2
		exit 77
	}
	[ -s "$dovecot/env" ] || die "$usage"
	# shellcheck disable=SC1091 # written by dovecot.sh
	. "$dovecot/env"
	PATH=$PATH:/usr/sbin
	command -v postconf >/dev/null || die "postfix is not installed"
	prepare "$dir"
	spool=$dir/spool
	"$servers/mkca.sh" "$dir/ca"
	make_spool
	for _ in 1 2 3; do
		launch && return 0
		stop_pid "$dir/pid"
	done
	cat "$dir/out" "$dir/mail.log" >&2
	die "postfix did not start"
}

# Its children hear on its ports until they have seen it go: then it has stopped.
stop() {
	local group
	[ -s "$dir/pid" ] || return 0
	group=$(cat "$dir/pid")
	stop_pid "$dir/pid"
	for _ in {1..100}; do
		kill -0 -- "-$group" 2>/dev/null || return 0
		sleep 0.05
	done
	kill -9 -- "-$group" 2>/dev/null || true
}

case $action in
start) start ;;
stop) stop ;;
*) die "$usage" ;;
esac
