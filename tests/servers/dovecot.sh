#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# dovecot.sh start DIR | stop DIR - a real Dovecot that lives in DIR, as root (it becomes nobody)
# or as an ordinary user. Returns when every port answers. Users: alice (password alicepw) and
# bob (bobpw), mail in DIR/mail/USER. DIR/env then holds, for `.`:
#   IMAP_PORT IMAPS_PORT POP3_PORT POP3S_PORT LMTP_PORT AUTH_PORT SIEVE_PORT CA
# The dialogue after log-in is recorded below DIR/rawlog/USER. Variants, by the environment:
#   PF_CERT=server|expired|wrong|selfsigned   PF_QUOTA=1K   PF_NO_PLAINTEXT=yes
#   PF_IMAP_CAPABILITY="IMAP4rev1 ..."  what it advertises   PF_CLIENT_CERT=yes   PF_USERS="carol:pw"
#   PF_COMPRESS=yes  COMPRESS=DEFLATE (RFC 4978), where the plugin is installed; else exit 77
#   PF_SIEVE=yes  ManageSieve by Pigeonhole at SIEVE_PORT
#   PF_OAUTH=PORT  OAUTHBEARER and XOAUTH2, with introspection there
set -euo pipefail
# shellcheck source=tests/servers/lib.sh
. "$(dirname "$0")/lib.sh"

[ $# = 2 ] || die "usage: dovecot.sh start|stop DIR"
action=$1
dir=$2

# The user and group that Dovecot runs as; root gives up its rights before it starts.
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

write_users() {
	local entry
	: >"$dir/users"
	for entry in alice:alicepw bob:bobpw ${PF_USERS:-}; do
		echo "${entry%%:*}:{PLAIN}${entry#*:}::::::" >>"$dir/users"
		mkdir -p "$dir/rawlog/${entry%%:*}" "$dir/home/${entry%%:*}"
	done
}

config_base() {
	cat <<-END
	protocols = imap pop3 lmtp${PF_SIEVE:+ sieve}
	# A client at 127.0.0.2 is "not secured" for Dovecot, one at 127.0.0.1 always is.
	listen = 127.0.0.1, 127.0.0.2$([ -e /proc/net/if_inet6 ] && echo ", ::1")
	base_dir = $dir/run
	state_dir = $dir/state
	instance_name = penfold-test
	log_path = $dir/dovecot.log
	auth_verbose = yes
	verbose_proctitle = no
	default_internal_user = $user
	default_internal_group = $group
	default_login_user = $user
	default_process_limit = 50
	default_vsz_limit = 0
	first_valid_uid = 1
	ssl = yes
	ssl_cert = <$dir/ca/${PF_CERT:-server}.pem
	ssl_key = <$dir/ca/${PF_CERT:-server}.key
	ssl_ca = <$dir/ca/ca.pem
	ssl_verify_client_cert = ${PF_CLIENT_CERT:-no}
	auth_ssl_username_from_cert = yes
	ssl_require_crl = no
	disable_plaintext_auth = ${PF_NO_PLAINTEXT:-no}
	auth_mechanisms = plain login cram-md5 scram-sha-1 scram-sha-256 external${PF_OAUTH:+ oauthbearer xoauth2}
	auth_failure_delay = 0
	$([ -z "${PF_OAUTH:-}" ] || printf 'passdb {\n  driver = oauth2\n  mechanisms = oauthbearer xoauth2\n  args = %s\n}\n' "$dir/oauth2.conf")
	passdb {
	  driver = static
	  mechanisms = external
	  args = nopassword=y
	}
	passdb {
	  driver = passwd-file
	  args = scheme=PLAIN username_format=%n $dir/users
	}
	userdb {
	  driver = static
	  args = uid=$user gid=$group home=$dir/home/%n
	}
	END
}

# Tokens are asked about at 127.0.0.1:$PF_OAUTH.
config_oauth() {
	cat >"$dir/oauth2.conf" <<-END
	introspection_url = http://127.0.0.1:$PF_OAUTH/introspect
	introspection_mode = post
	username_attribute = email
	active_attribute = active
	active_value = true
	END
}

config_mail() {
	local role
	cat <<-END
	mail_location = maildir:$dir/mail/%n
	mail_plugins = quota notify
	mailbox_list_index = yes
	recipient_delimiter = +
	namespace inbox {
	  inbox = yes
	  separator = /
	$(for role in Drafts Sent Trash Junk Archive; do
		printf '  mailbox %s {\n    auto = subscribe\n    special_use = \\%s\n  }\n' $role $role
	done)
	}
	protocol imap {
	  mail_plugins = quota notify imap_quota${PF_COMPRESS:+ imap_zlib}
	  rawlog_dir = $dir/rawlog/%n
	  mail_max_userip_connections = 100
	  ${PF_IMAP_CAPABILITY:+imap_capability = $PF_IMAP_CAPABILITY}
	}
	protocol pop3 {
	  pop3_uidl_format = %08Xu%08Xv
	  rawlog_dir = $dir/rawlog/%n
	}
	protocol lmtp {
	  postmaster_address = postmaster@penfold.test
	  hostname = localhost
	  auth_username_format = %n
	}
	lmtp_save_to_detail_mailbox = yes
	plugin {
	  quota = count:User quota
	  quota_rule = *:storage=${PF_QUOTA:-1G}
	  quota_vsizes = yes
	  ${PF_SIEVE:+sieve = file:$dir/home/%n/sieve;active=$dir/home/%n/.dovecot.sieve}
	}
	END
}

# listener NAME PORT [OPTION]
listener() {
	printf '  inet_listener %s {\n    port = %s\n    %s\n  }\n' "$1" "$2" "${3:-}"
}

# Services without chroot and without other users, so that they run without rights. The penalty
# socket is off: it would slow each log-in after a wrong password.
config_services() {
	cat <<-END
	service imap-login {
	$(listener imap "$imap")
	$(listener imaps "$imaps" "ssl = yes")
	  chroot =
	  process_min_avail = 1
	}
	service pop3-login {
	$(listener pop3 "$pop3")
	$(listener pop3s "$pop3s" "ssl = yes")
	  chroot =
	}
	$([ -z "${PF_SIEVE:-}" ] || printf 'service managesieve-login {\n%s\n  chroot =\n}\n' "$(listener sieve "$sieve")")
	service lmtp {
	$(listener lmtp "$lmtp" "address = 127.0.0.1")
	  user = $user
	}
	service auth {
	$(listener sasl "$auth" "address = 127.0.0.1")
	  user = $user
	}
	service auth-worker {
	  user = $user
	}
	service anvil {
	  chroot =
	  unix_listener anvil-auth-penalty {
	    mode = 0
	  }
	}
	service stats {
	  chroot =
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
	AUTH_PORT=$auth
	SIEVE_PORT=$sieve
	CA=$dir/ca/ca.pem
	END
}

launch() {
	local port program
	read -r imap imaps pop3 pop3s lmtp auth sieve < <("$servers/freeports.py" 7)
	[ -z "${PF_OAUTH:-}" ] || config_oauth
	{
		config_base
		config_mail
		config_services
	} >"$dir/dovecot.conf"
	write_env
	[ ${#become[@]} = 0 ] || chown -R "$user:$group" "$dir"
	program=$(PATH=$PATH:/usr/sbin:/usr/local/sbin command -v dovecot) || die "dovecot is not installed"
	"${become[@]}" "$program" -F -c "$dir/dovecot.conf" >"$dir/out" 2>&1 </dev/null &
	echo $! >"$dir/pid"
	for port in "$imap" "$imaps" "$pop3" "$pop3s" "$lmtp" ${PF_SIEVE:+"$sieve"}; do
		wait_port "$port" "$(cat "$dir/pid")" || return 1
	done
}

start() {
	if [ -n "${PF_COMPRESS:-}" ] && ! ls /usr/lib*/dovecot/modules/*imap_zlib* >/dev/null 2>&1; then
		echo "Dovecot's imap_zlib plugin is not installed"
		exit 77
	fi
	prepare "$dir"
	identify
	"$servers/mkca.sh" "$dir/ca"
	mkdir -p "$dir"/{run,state,mail,rawlog,home}
	write_users
	for _ in 1 2 3; do # another program may have taken a port since it was found free
		launch && return 0
		stop_pid "$dir/pid"
	done
	cat "$dir/out" "$dir/dovecot.log" >&2
	die "dovecot did not start"
}

case $action in
start) start ;;
stop) stop_pid "$dir/pid" ;;
*) die "usage: dovecot.sh start|stop DIR" ;;
esac
