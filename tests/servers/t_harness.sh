#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The servers of the tests themselves: they start, answer, are really gone after stop, refuse a
# folder in use; the proxy cuts where it is told to; the name space has no way out.
. "$(dirname "$0")/../lib/tap.sh"
servers=$PENFOLD_SOURCE/tests/servers

cleanup() {
	[ -z "${proxy:-}" ] || kill "$proxy" 2>/dev/null
	"$servers/postfix.sh" stop "$work/p"
	"$servers/dovecot.sh" stop "$work/d"
}

# talk PORT LINES: send the lines in clear, print what comes back until the end of the connection.
talk() { printf "$2" | timeout 10 openssl s_client -quiet -connect "127.0.0.1:$1" -verify_return_error \
    -verify_hostname localhost -CAfile "$CA" ${3:-} 2>&1; }
clear_talk() {
	exec 3<>"/dev/tcp/127.0.0.1/$1" || return 1
	printf "$2" >&3
	timeout 10 cat <&3
	exec 3>&-
}
is_closed() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

ports=$("$servers/freeports.py" 20)
same "twenty free ports are distinct" 20 "$(echo "$ports" | tr ' ' '\n' | sort -u | wc -l)"

check "Dovecot starts" "$servers/dovecot.sh" start "$work/d"
. "$work/d/env"
refuse "a folder in use is refused" "$servers/dovecot.sh" start "$work/d"
like "IMAP answers, with a log-in" "^b OK .*Logged in" \
    "$(clear_talk "$IMAP_PORT" 'b LOGIN alice alicepw\r\nc LOGOUT\r\n')"
like "a wrong password is refused" "^b NO" \
    "$(clear_talk "$IMAP_PORT" 'b LOGIN alice bobpw\r\nc LOGOUT\r\n')"
like "IMAP over TLS is verified by the test authority" "^b OK" \
    "$(talk "$IMAPS_PORT" 'b LOGIN bob bobpw\r\nc LOGOUT\r\n')"
like "POP3 answers" "^+OK Logged in" "$(clear_talk "$POP3_PORT" 'USER bob\r\nPASS bobpw\r\nQUIT\r\n')"

"$servers/chaosproxy.py" "$work/port" "$IMAP_PORT" '1:cut-s2c=10' '2:replace=/IMAP4rev1/NOTHING/' \
    >"$work/proxy.log" 2>&1 &
proxy=$!
wait_for 10 test -s "$work/port"
same "the proxy cuts after ten bytes" "* OK [CAPA" "$(clear_talk "$(cat "$work/port")" '')"
like "the proxy replaces" "CAPABILITY NOTHING" "$(clear_talk "$(cat "$work/port")" 'a LOGOUT\r\n')"

if [ "$(id -u)" = 0 ]; then
	check "Postfix starts" "$servers/postfix.sh" start "$work/p" "$work/d"
	. "$work/p/env"
	like "submission asks for log-in" "^250.AUTH .*PLAIN" \
	    "$(clear_talk "$SUBMISSION_PORT" 'EHLO client.test\r\nQUIT\r\n')"
	like "STARTTLS is verified by the test authority" "^250.AUTH" \
	    "$(talk "$SUBMISSION_PORT" 'EHLO client.test\r\nQUIT\r\n' '-starttls smtp -crlf')"
	"$servers/postfix.sh" stop "$work/p"
	check "Postfix is gone" is_closed "$SUBMISSION_PORT"
else
	exits "Postfix says that it needs root" 77 "$servers/postfix.sh" start "$work/p" "$work/d"
fi

"$servers/dovecot.sh" stop "$work/d"
check "Dovecot is gone" is_closed "$IMAP_PORT"

"$servers/netns.sh" true
if [ $? != 77 ]; then
	refuse "the name space has no way out" "$servers/netns.sh" \
	    bash -c 'exec 3<>/dev/tcp/192.0.2.1/25'
	check "the name space has a loopback" "$servers/netns.sh" sh -c 'ip addr show lo | grep -q UP'
else
	echo "# this kernel gives no name spaces: netns.sh is not used"
fi
done_testing
