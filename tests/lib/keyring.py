# SPDX-License-Identifier: GPL-3.0-or-later
"""keyring - OpenPGP and S/MIME keys of a test, in a GNUPGHOME of its own; nothing is left running.

    with Home() as home, Keyring(home) as keys:
        keys.pgp("Ann Example <ann@penfold.test>")
        keys.smime("ann@penfold.test", "Ann Example")
        keys.gpg("--detach-sign", "-u", "ann@penfold.test", input=b"...")"""
import os
import shutil
import subprocess
import tempfile

PINENTRY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "pinentry")
HEAD = ("From: {from_}\nTo: {to}\nSubject: {subject}\nDate: Sat, 28 Nov 2026 12:00:00 +0000\n"
        "Message-ID: <{id}@penfold.test>\nMIME-Version: 1.0\n")


class Keyring:
    def __init__(self, home=None, *, agent=""):
        self.dir = tempfile.mkdtemp(prefix="gk.", dir="/tmp")
        os.chmod(self.dir, 0o700)
        self.env = dict(os.environ, GNUPGHOME=self.dir, LC_ALL="C.UTF-8")
        self.write("gpg.conf", "batch\nno-tty\nno-auto-key-retrieve\nno-auto-key-locate\n")
        self.write("gpgsm.conf", "disable-dirmngr\ndisable-crl-checks\n")
        self.write("gpg-agent.conf", "s2k-count 65536\ndisable-scdaemon\nallow-loopback-pinentry\n"
                   + ("" if "pinentry-program" in agent else f"pinentry-program {PINENTRY}\n") + agent)
        self.write("pin", "x\n")
        self.home, self.number = home, 0
        if home:
            home.env["GNUPGHOME"] = self.dir

    def __enter__(self):
        return self

    def __exit__(self, *_):
        subprocess.run(["gpgconf", "--homedir", self.dir, "--kill", "all"], capture_output=True)
        shutil.rmtree(self.dir, ignore_errors=True)

    def path(self, name):
        return os.path.join(self.dir, name)

    def write(self, name, text):
        with open(self.path(name), "w") as f:
            f.write(text)

    def run(self, program, *args, input=b"", check=True):
        done = subprocess.run([program, "--batch", "-q", *args], input=input, env=self.env,
                              capture_output=True, timeout=60)
        if check and done.returncode:
            raise RuntimeError(f"{program} {args}: {done.stderr.decode(errors='replace')}")
        return done.stdout

    def gpg(self, *args, **options):
        return self.run("gpg", "--armor", *args, **options)

    def gpgsm(self, *args, **options):
        return self.run("gpgsm", *args, **options)

    def pgp(self, user_id, passphrase="", expires="never", *args):
        """A key for signing with a subkey for encryption; its fingerprint."""
        self.gpg(*args, "--pinentry-mode", "loopback", "--passphrase", passphrase, "--quick-gen-key", user_id,
                 "ed25519", "sign,cert", expires)
        fingerprint = self.fingerprint(user_id)
        self.gpg(*args, "--pinentry-mode", "loopback", "--passphrase", passphrase, "--quick-add-key",
                 fingerprint, "cv25519", "encr", expires)
        return fingerprint

    def fingerprint(self, user_id):
        listing = self.gpg("--with-colons", "-k", "=" + user_id).decode()
        return [line.split(":")[9] for line in listing.splitlines() if line.startswith("fpr")][0]

    # ---- S/MIME: an authority of our own, certificates by openssl

    def authority(self):
        if os.path.exists(self.path("ca.pem")):
            return
        self.openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem",
                     "-subj", "/CN=Test CA", "-days", "30", "-addext", "basicConstraints=critical,CA:TRUE",
                     "-addext", "keyUsage=critical,keyCertSign,cRLSign")
        self.gpgsm("--import", self.path("ca.pem"))
        shown = self.openssl("x509", "-in", "ca.pem", "-noout", "-fingerprint", "-sha1").decode()
        self.write("trustlist.txt", shown.split("=")[1].strip() + " S relax\n")
        # the agent reads the list anew
        subprocess.run(["gpgconf", "--homedir", self.dir, "--kill", "gpg-agent"], capture_output=True)

    def smime(self, address, name, trusted=True):
        """A certificate in <address>.pem and .key, imported with its key."""
        self.authority()
        self.write("ext", f"subjectAltName=email:{address}\nkeyUsage=digitalSignature,keyEncipherment\n"
                          "extendedKeyUsage=emailProtection\n")
        self.openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", address + ".key", "-out", "csr",
                     "-subj", f"/CN={name}")
        self.openssl("x509", "-req", "-in", "csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
                     "-out", address + ".pem", "-days", "30", "-extfile", "ext")
        # an agent that is just ending answers nobody, and some salts are more than gpgsm can parse: made anew
        for last in (False, False, False, False, True):
            self.openssl("pkcs12", "-export", "-passout", "pass:x", "-in", address + ".pem", "-inkey",
                         address + ".key", "-out", "p12", "-keypbe", "PBE-SHA1-3DES", "-certpbe",
                         "PBE-SHA1-3DES", "-macalg", "sha1")
            self.gpgsm("--pinentry-mode", "loopback", "--passphrase-fd", "0", "--import", self.path("p12"),
                       input=b"x", check=last)
            if address.encode() in self.gpgsm("-K", check=False):
                break

    def openssl(self, *args, input=b""):
        done = subprocess.run(["openssl", *args], input=input, env=self.env, cwd=self.dir,
                              capture_output=True, timeout=60)
        if done.returncode:
            raise RuntimeError(f"openssl {args}: {done.stderr.decode(errors='replace')}")
        return done.stdout

    # ---- messages

    def head(self, from_="Ann Example <ann@penfold.test>", to="bob@penfold.test", subject="a subject"):
        self.number += 1
        return HEAD.format(from_=from_, to=to, subject=subject, id=f"m{self.number}.{os.path.basename(self.dir)}").encode()

    def detached(self, entity, signer="ann@penfold.test", *args):
        return self.gpg("--detach-sign", "-u", signer, *args, input=crlf(entity))

    def signed_entity(self, entity, signature, tail=b"", boundary=b"sig"):
        return (b'Content-Type: multipart/signed; micalg=pgp-sha512; boundary="' + boundary +
                b'";\n protocol="application/pgp-signature"\n\n--' + boundary + b"\n" + lf(entity) + b"\n--" +
                boundary + b"\nContent-Type: application/pgp-signature; name=signature.asc\n\n" + signature +
                b"\n--" + boundary + tail + b"--\n")

    def signed(self, entity, signer="ann@penfold.test", **head):
        return self.head(**head) + self.signed_entity(entity, self.detached(entity, signer))

    def cipher(self, entity, *args, to="ann@penfold.test"):
        return self.gpg("--encrypt", "--trust-model", "always", "-r", to, *args, input=crlf(entity))

    def encrypted_entity(self, cipher, boundary=b"enc"):
        return (b'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary="' +
                boundary + b'"\n\n--' + boundary + b"\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n\n--" +
                boundary + b"\nContent-Type: application/octet-stream; name=encrypted.asc\n\n" + cipher +
                b"\n--" + boundary + b"--\n")


def lf(data):
    return data.replace(b"\r\n", b"\n")


def crlf(data):
    return lf(data).replace(b"\n", b"\r\n")


def text(body, extra=""):
    return f"Content-Type: text/plain; charset=utf-8{extra}\nContent-Transfer-Encoding: 8bit\n\n{body}".encode()
