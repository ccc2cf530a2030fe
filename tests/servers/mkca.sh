#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# mkca.sh DIR - a test authority in DIR/ca.pem and keys with certificates (NAME.key, NAME.pem):
#   server      localhost, *.penfold.test, penfold.test, 127.0.0.1, ::1
#   expired     localhost, ended in 2021
#   wrong       for other.invalid
#   selfsigned  localhost, by itself
#   client      alice, for TLS client authentication
# A folder that is complete is left as it is.
set -euo pipefail

dir=$1
mkdir -p "$dir"
cd "$dir"
[ -e complete ] && exit 0

start=20200101000000Z
end=20491231235959Z
new_key=(-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes)

quietly() {
	"$@" 2>>openssl.log || {
		tail -n 5 openssl.log >&2
		exit 1
	}
}

# leaf NAME SUBJECT SUBJECT_ALT_NAMES NOT_BEFORE NOT_AFTER USAGE
leaf() {
	quietly openssl req "${new_key[@]}" -subj "$2" -keyout "$1.key" -out "$1.csr"
	cat >"$1.ext" <<-END
	basicConstraints = CA:FALSE
	subjectAltName = $3
	keyUsage = digitalSignature, keyAgreement
	extendedKeyUsage = $6
	END
	quietly openssl ca -batch -notext -config ca.cnf -in "$1.csr" -out "$1.pem" \
	    -extfile "$1.ext" -startdate "$4" -enddate "$5"
}

: >ca.idx
echo 1000 >ca.srl
cat >ca.cnf <<'END'
[ca]
default_ca = test
[test]
dir = .
database = ca.idx
new_certs_dir = .
certificate = ca.pem
private_key = ca.key
serial = ca.srl
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = optional
END

quietly openssl req -x509 "${new_key[@]}" -days 9000 -subj "/O=Penfold Test/CN=Penfold Test CA" \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign \
    -keyout ca.key -out ca.pem
quietly openssl req -x509 "${new_key[@]}" -days 9000 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout selfsigned.key -out selfsigned.pem
leaf server /CN=localhost "DNS:localhost,DNS:*.penfold.test,DNS:penfold.test,IP:127.0.0.1,IP:::1" \
    $start $end serverAuth
leaf expired /CN=localhost "DNS:localhost,IP:127.0.0.1" $start 20210101000000Z serverAuth
leaf wrong /CN=other.invalid "DNS:other.invalid" $start $end serverAuth
leaf client /CN=alice "email:alice@penfold.test" $start $end clientAuth
chmod 644 ./*.key # the keys of a test; readable when the servers give up their rights
: >complete
