#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# open.sh - Penfold on a home that exists as long as this script runs: one local account, some forty
# letters, a DNS zone of its own. Nothing is configured, no server runs, nothing touches the network.
# Without a terminal it prints the list and one letter. Programs are those of $PENFOLD_BUILD.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
build=${PENFOLD_BUILD:-$here/../../build}
penfold=$build/penfold
home=

cleanup() {
	[ -z "$home" ] || rm -rf "$home"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

die() {
	echo "demo: $*" >&2
	exit 69
}

[ -x "$penfold" ] || die "$penfold is not built; run make first"
command -v openssl >/dev/null || die "the program openssl is missing; it signs the demo's letters"
home=$(mktemp -d "${TMPDIR:-/tmp}/penfold-demo.XXXXXX")
work=$home/work
mkdir -p "$home/Mail" "$work"

# ---- the letters

esc=$(printf '\033')
bel=$(printf '\007')
rlo=$(printf '\342\200\256')
groups=$(LC_ALL=C awk 'BEGIN { for (i = 0; i < 1200; i++) printf "g%d:;%s", i, i % 8 == 7 ? "\\n\\t" : " " }')
meeting=$(date -u -d '+3 days 13:00' +%Y%m%dT%H%M00Z)

# The bytes that a signature with c=simple/simple covers (RFC 6376 3.4), from a letter with LF.
canonical_body() {
	LC_ALL=C awk '
		/^\{\{cut\}\}$/ { exit }
		body { line[n++] = $0 }
		/^$/ { body = 1 }
		END {
			while (n > 1 && line[n - 1] == "") n--
			for (i = 0; i < n; i++) printf "%s\r\n", line[i]
		}' "$1"
}

signed_fields="from to cc reply-to subject date message-id in-reply-to references mime-version content-type content-transfer-encoding list-id list-unsubscribe list-post"

# The fields of a letter that are signed, as the signature covers them; their names, as h= lists them,
# go to $work/names. From and Subject are named once more than they are there, so that none can be added.
canonical_header() {
	LC_ALL=C awk -v wanted="$signed_fields" -v names="$work/names" '
		/^$/ { exit }
		/^[^ \t]/ { name = tolower($0); sub(/:.*/, "", name) }
		{ text[name] = text[name] $0 "\r\n" }
		END {
			n = split(wanted, want, " ")
			for (i = 1; i <= n; i++) {
				if (!(want[i] in text)) continue
				printf "%s", text[want[i]]
				printf "%s:", want[i] >names
			}
			printf "from:subject" >names
		}' "$1"
}

sign() { # letter domain: print its DKIM-Signature field
	canonical_header "$1" >"$work/covered"
	hash=$(canonical_body "$1" | openssl dgst -sha256 -binary | openssl base64 -A)
	printf 'DKIM-Signature: v=1; a=rsa-sha256; c=simple/simple; d=%s; s=demo;\n\th=%s;\n\tbh=%s;\n\tb=' \
		"$2" "$(cat "$work/names")" "$hash" >"$work/field"
	LC_ALL=C awk 'NR > 1 { printf "\r\n" } { printf "%s", $0 }' "$work/field" >>"$work/covered"
	cat "$work/field"
	openssl dgst -sha256 -sign "$work/key.pem" "$work/covered" | openssl base64 -A
	echo
}

# What the receiving server, mx.demo.example, put above a letter; "-" is this machine.
trace() { # relay stamp
	if [ "$1" = - ]; then
		printf 'Received: by mx.demo.example; %s\n' "$2"
	else
		printf 'Authentication-Results: mx.demo.example;\n\tspf=pass smtp.mailfrom=bounces@%s' "$1"
		# a server that looked at logo and mark of the sender passes the logo on
		if [ "$1" = penfold.example ]; then
			printf ';\n\tbimi=pass header.d=%s policy.authority=pass\n' "$1"
			printf 'BIMI-Indicator:'
			openssl base64 -in "$here/logo.svg" | sed 's/^/\t/'
		else
			echo
		fi
		printf 'Received: from out.%s (out.%s [192.0.2.25])\n\tby mx.demo.example (ESMTPS); %s\n' \
			"$1" "$1" "$2"
	fi
}

deliver() { # name age folder flags domain relay
	letter=$work/letter
	when=@$(date -d "-$2" +%s)
	stamp=$(LC_ALL=C date -d "$when" '+%a, %d %b %Y %H:%M:%S %z')
	LC_ALL=C sed -e "s/{{date}}/$stamp/" -e "s/{{meeting}}/$meeting/" -e "s/{{esc}}/$esc/g" \
		-e "s/{{bel}}/$bel/g" -e "s/{{rlo}}/$rlo/g" -e "s/{{groups}}/$groups/" \
		"$here/mail/$1.eml" >"$letter"
	mkdir -p "$home/Mail/demo/$3/cur" "$home/Mail/demo/$3/new" "$home/Mail/demo/$3/tmp"
	path=$home/Mail/demo/$3/cur/$1.demo:2,$4
	{
		[ "$3" = Sent ] || trace "$6" "$stamp"
		[ "$5" = - ] || sign "$letter" "$5"
		sed '/^{{cut}}$/d' "$letter"
	} >"$path"
	touch -d "$when" "$path"
}

openssl genrsa -out "$work/key.pem" 2048 2>/dev/null
grep -v '^#' "$here/mail.list" >"$work/list"
while IFS='|' read -r name age folder flags domain relay; do
	deliver "$name" "$age" "$folder" "$flags" "$domain" "$relay"
done <"$work/list"

# ---- the zone: each signing domain publishes the key, and asks to reject what is not signed

key=$(openssl rsa -in "$work/key.pem" -pubout -outform DER 2>/dev/null | openssl base64 -A)
{
	printf '{\n'
	cut -d'|' -f5 "$work/list" | sort -u | while read -r domain; do
		[ "$domain" != - ] || continue
		printf '"demo._domainkey.%s": {"TXT": ["v=DKIM1; k=rsa; p=%s"]},\n' "$domain" "$key"
		case $domain in
		glacier.example) policy=none ;; # its people write to lists
		*) policy=reject ;;
		esac
		printf '"_dmarc.%s": {"TXT": ["v=DMARC1; p=%s"]},\n' "$domain" "$policy"
		printf '"%s": {"TXT": ["v=spf1 ip4:192.0.2.0/24 -all"], "MX": [{"exchange": "mx.%s", "priority": 10}]},\n' \
			"$domain" "$domain"
	done
	printf '"default._bimi.penfold.example": {"TXT": ["v=BIMI1; l=https://penfold.example/logo.svg; a=https://penfold.example/mark.pem"]},\n'
	printf '"_dmarc.castle-bank.example": {"TXT": ["v=DMARC1; p=reject"]},\n'
	printf '"castle-bank.example": {"TXT": ["v=spf1 -all"]}\n}\n'
} >"$home/zone.json"
rm -rf "$work"

# ---- the account

# penfold gets a home of its own; the editor keeps yours
editor=${VISUAL:-${EDITOR:-}}
for name in vi nano vim emacs; do
	[ -n "$editor" ] || ! command -v "$name" >/dev/null || editor=$name
done
printf 'Dana Demo\nHarbour office, second floor\n' >"$home/signature"
cat >"$home/rc" <<RC
# The rc file of the demo. Your own would be ~/.config/penfold/rc.
[account "demo"]
address     = Dana Demo <dana@demo.example>
authserv-id = mx.demo.example
signature   = $home/signature

[store]
path  = $home/Mail
state = $home/state

[search "Unread"]
query = tag:unread
[search "Forged"]
query = property:auth=fail or property:auth=suspect

[queue]
undo-delay = 5s

[dns]
zone = $home/zone.json
RC
[ -z "$editor" ] || printf '\n[ui]\neditor = env "HOME=%s" %s\n' "${HOME:-/}" "$editor" >>"$home/rc"

# ---- open it

run() { # program argument...
	program=$1
	shift
	env -u PENFOLD_RC -u NOTMUCH_CONFIG -u NOTMUCH_PROFILE -u NOTMUCH_DATABASE -u XDG_CONFIG_HOME \
		-u XDG_STATE_HOME HOME="$home" PENFOLD_LIBEXEC="$build" "$build/$program" --rc "$home/rc" "$@"
}

# index what lies in the folders, as penfold does after a fetch; then judge it
printf '%s\n' '{"id": 1, "op": "scan"}' '{"id": 2, "op": "rows"}' | run penfold-store >"$home/store.log"
if grep '"error"' "$home/store.log" >&2; then
	die "the store did not take the letters"
fi
run penfold sync
if [ -t 0 ] && [ -t 1 ]; then
	run penfold
else
	echo "Penfold's demo. There is no terminal here, so this is the list, and one letter, as text."
	echo
	run penfold search 'tag:inbox'
	echo
	run penfold show --text id:welcome@penfold.example
fi
