#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logos: mark certificates of an authority of the test's own, each in one place wrong; records; fetching
from an HTTPS server on this machine, at arrival and when asked, and never otherwise."""
import base64
import gzip
import hashlib
import json
import os
import subprocess
import time

from penfold_test import SOURCE, Home, Tap
from web import Web

tap = Tap()
SVG = (b'<svg xmlns="http://www.w3.org/2000/svg" version="1.2" baseProfile="tiny-ps" viewBox="0 0 8 8">'
       b'<title>Brand</title><rect width="8" height="8" fill="#159"/></svg>')
BRAND = "1.3.6.1.5.5.7.3.31"
CRL = "crlDistributionPoints=URI:http://crl.brand.test:%d/marks.crl"


def der(tag, *parts):
    body = b"".join(parts)
    n = len(body)
    length = bytes([n]) if n < 128 else bytes([0x81, n]) if n < 256 else bytes([0x82]) + n.to_bytes(2, "big")
    return bytes([tag]) + length + body


def children(body):
    """The elements one after the other, whole."""
    out = []
    while body:
        n, head = body[1], 2
        if n & 0x80:
            head += n & 0x7f
            n = int.from_bytes(body[2:head], "big")
        out.append(body[:head + n])
        body = body[head + n:]
    return out


def content(element):
    return element[2 + (element[1] & 0x7f if element[1] & 0x80 else 0):]


def openssl(*args, data=None):
    return subprocess.run(["openssl", *args], check=True, capture_output=True, input=data).stdout


SCT_OID = bytes.fromhex("2b06010401d679020402")
SIGNATURE_LEN = 71  # of most ECDSA signatures


def sct_list(log_id, signature):
    sct = bytes(1) + log_id + LOGGED + bytes(2) + b"\x04\x03" + SIGNATURE_LEN.to_bytes(2, "big") + signature
    return (len(sct) + 2).to_bytes(2, "big") + len(sct).to_bytes(2, "big") + sct


LOGGED = int((time.time() - 60) * 1000).to_bytes(8, "big")


class Log:
    """A public log (RFC 6962): its key, and its word for a certificate."""

    def __init__(self, folder, name):
        self.key = os.path.join(folder, name + ".key")
        openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", self.key)
        public = openssl("pkey", "-in", self.key, "-pubout", "-outform", "DER")
        self.id = hashlib.sha256(public).digest()
        self.line = f"[{name}]\ndescription = Log {name}\nkey = {base64.b64encode(public).decode()}\n"

    def blank(self, log_id=None):
        """Room for its word, as an extension in OpenSSL's words."""
        value = der(4, sct_list(log_id or self.id, bytes(SIGNATURE_LEN)))
        return "1.3.6.1.4.1.11129.2.4.2=DER:" + value.hex()

    def fill(self, pem, issuer, log_id=None):
        """The certificate with this log's word in the place of the blank, signed anew by its issuer (a path
        without .crt and .key)."""
        whole = base64.b64decode("".join(pem.split("-----")[2].split()))
        tbs, algorithm, _ = children(content(whole))
        blank = sct_list(log_id or self.id, bytes(SIGNATURE_LEN))
        fields = children(content(tbs))
        extensions = [e for e in children(content(content(fields[-1]))) if SCT_OID not in e]
        plain = der(0x30, *fields[:-1], der(0xa3, der(0x30, *extensions)))
        spki = children(content(children(content(base64.b64decode(
            "".join(open_text(issuer + ".crt").split("-----")[2].split()))))[0]))[6]
        said = (bytes(2) + LOGGED + b"\0\1" + hashlib.sha256(spki).digest() + len(plain).to_bytes(3, "big") +
                plain + bytes(2))
        signature = b""
        while len(signature) != SIGNATURE_LEN:
            signature = openssl("dgst", "-sha256", "-sign", self.key, data=said)
        tbs = tbs.replace(blank, sct_list(log_id or self.id, signature))
        signed = openssl("dgst", "-sha256", "-sign", issuer + ".key", data=tbs)
        text = base64.encodebytes(der(0x30, tbs, algorithm, der(3, b"\0", signed))).decode()
        return f"-----BEGIN CERTIFICATE-----\n{text}-----END CERTIFICATE-----\n"


def open_text(path):
    with open(path) as f:
        return f.read()


SHA = {"sha256": "608648016503040201", "sha1": "2b0e03021a", "md5": "2a864886f70d0205"}


def logotype(svg=SVG, algorithms=("sha256",), hashed=None, media=b"image/svg+xml", uri=None):
    """The value of the extension id-pe-logotype (RFC 9399)."""
    hashes = b"".join(
        der(0x30, der(0x30, der(6, bytes.fromhex(SHA[a]))),
            der(4, hashlib.new(a, svg if hashed is None else hashed).digest())) for a in algorithms)
    where = uri or b"data:image/svg+xml;base64," + base64.b64encode(gzip.compress(svg, mtime=0))
    details = der(0x30, der(0x16, media), der(0x30, hashes), der(0x30, der(0x16, where)))
    images = der(0x30, der(0x30, details))
    return der(0x30, der(0xa2, der(0xa0, images)))


class Authority:
    """A root, an issuer below it, and whatever they sign; files in a folder."""

    def __init__(self, folder, crl_port):
        self.folder, self.crl = folder, CRL % crl_port
        os.makedirs(folder)
        self.serial = 0
        self.log = Log(folder, "ours")
        self.issue("root", "/O=Marks Inc./CN=Marks Root", None, ["basicConstraints=critical,CA:TRUE"])
        self.issue("issuer", "/O=Marks Inc./CN=Marks CA", "root",
                   ["basicConstraints=critical,CA:TRUE", "extendedKeyUsage=" + BRAND])

    def path(self, name):
        return os.path.join(self.folder, name)

    def issue(self, name, subject, by, extensions):
        """NAME.key and NAME.crt, signed by `by` or by itself."""
        self.serial += 1
        with open(self.path(name + ".cnf"), "w") as f:
            f.write("oid_section=oids\n[oids]\nmarkType=1.3.6.1.4.1.53087.1.13\n[req]\n"
                    "distinguished_name=dn\n[dn]\n[ext]\n" + "\n".join(extensions) + "\n")
        run = lambda *a: subprocess.run(["openssl", *a], check=True, capture_output=True)
        run("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
            self.path(name + ".key"), "-out", self.path(name + ".csr"), "-subj", subject, "-config",
            self.path(name + ".cnf"))
        signer = by or name
        sign = (["-signkey", self.path(name + ".key")] if by is None else
                ["-CA", self.path(signer + ".crt"), "-CAkey", self.path(signer + ".key")])
        run("x509", "-req", "-in", self.path(name + ".csr"), "-out", self.path(name + ".crt"), *sign,
            "-days", "30", "-set_serial", str(self.serial), "-extfile", self.path(name + ".cnf"),
            "-extensions", "ext")
        with open(self.path(name + ".crt")) as f:
            return f.read()

    def mark(self, name="leaf", by="issuer", names=("brand.test",), usage=BRAND, logo=None, log=None,
             log_id=None, crl="", more=(), subject="/O=Brand, Inc./markType=Registered Mark"):
        """A mark certificate and its chain, as one PEM text. log: where it stands, False nowhere; log_id: what its
        SCT says instead of that."""
        extensions = ["subjectAltName=" + ",".join("DNS:" + n for n in names),
                      "extendedKeyUsage=" + usage,
                      "1.3.6.1.5.5.7.1.12=DER:" + (logo or logotype()).hex()]
        log = self.log if log is None else log
        extensions += [log.blank(log_id)] if log else []
        extensions += [self.crl] if crl == "" else []
        leaf = self.issue(name, subject, by, extensions + list(more))
        return (log.fill(leaf, self.path(by), log_id) if log else leaf) + open_text(self.path(by + ".crt"))

    def revocations(self, *serials):
        """The issuer's list, DER."""
        with open(self.path("index"), "w") as f:
            for serial in serials:
                f.write(f"R\t490101000000Z\t250101000000Z\t{serial:02X}\tunknown\t/CN=x\n")
        with open(self.path("crl.cnf"), "w") as f:
            f.write(f"[ca]\ndefault_ca=c\n[c]\ndatabase={self.path('index')}\ndefault_md=sha256\n"
                    "default_crl_days=30\n")
        pem = subprocess.run(["openssl", "ca", "-gencrl", "-config", self.path("crl.cnf"), "-cert",
                              self.path("issuer.crt"), "-keyfile", self.path("issuer.key")],
                             check=True, capture_output=True).stdout
        return subprocess.run(["openssl", "crl", "-outform", "DER"], input=pem, check=True,
                              capture_output=True).stdout


def judge(home, pem, *args, domain="brand.test", roots="marks/root.crt"):
    with open(home.path("mark.pem"), "w") as f:
        f.write(pem)
    done = home.run("penfold", "bimi", "mark", home.path("mark.pem"), "--domain", domain, "--json",
                    *(["--roots", home.path(roots)] if roots else []), *args)
    return json.loads(done.stdout) if done.stdout else {"result": None, "reason": done.stderr}


def refused(home, name, reason, pem, *args, **options):
    answer = judge(home, pem, *args, **options)
    tap.ok(answer["result"] == "fail" and reason in answer["reason"], name, reason, answer)


def certificates(home, ca):
    good = ca.mark()
    answer = judge(home, good)
    tap.same(answer["result"], "pass", "a sound mark certificate passes")
    tap.same((answer["type"], answer["organization"], answer["issuer"], answer["domains"]),
             ("VMC", "Brand, Inc.", "Marks Inc.", ["brand.test"]), "and says whose mark it is")
    tap.same(answer["logo_sha256"], hashlib.sha256(SVG).hexdigest(), "and carries the logo")
    common = judge(home, ca.mark(subject="/O=B/markType=Prior Use Mark"))
    tap.same((common["result"], common["type"]), ("pass", "CMC"), "a common mark is told apart")
    tap.same(judge(home, ca.mark(names=("news._bimi.brand.test",)), "--selector", "news")["result"],
             "pass", "a name with the record's selector")
    tap.same(judge(home, ca.mark(logo=logotype(algorithms=("sha1", "md5"))))["result"], "pass",
             "a logo named by SHA-1, and by a hash that is not known")
    pilot = judge(home, ca.mark(more=["1.3.6.1.4.1.53087.4.1=critical,DER:0500"]))
    tap.same((pilot["result"], pilot["pilot"]), ("pass", True), "the pilot's critical extension")

    refused(home, "another critical extension", "chain does not hold",
            ca.mark(more=["1.2.3.4=critical,DER:0500"]))
    refused(home, "and beside the pilot's", "chain does not hold",
            ca.mark(more=["1.2.3.4=critical,DER:0500", "1.3.6.1.4.1.53087.4.1=critical,DER:0500"]))
    refused(home, "another domain", "not for other.test", good, domain="other.test")
    refused(home, "a parent's name is not enough", "not for sub.brand.test", good,
            domain="sub.brand.test")
    refused(home, "no wildcards", "not for a.brand.test", ca.mark(names=("*.brand.test",)),
            domain="a.brand.test")
    refused(home, "a name for another selector", "not for brand.test",
            ca.mark(names=("news._bimi.brand.test",)))
    refused(home, "before its time", "not valid yet", good, "--now", "2020-01-01T00:00:00Z")
    refused(home, "after its time", "expired", good, "--now", "2037-01-01T00:00:00Z")
    refused(home, "under no authority for marks", "no authority", good,
            roots=os.path.join(SOURCE, "contrib/data/mark-roots.pem"))
    refused(home, "without its issuer's", "that of its issuer, ", good.split("-----END CERTIFICATE-----")[0]
            + "-----END CERTIFICATE-----\n")
    refused(home, "under the web's authorities", "no authority", good, roots="web.pem")
    refused(home, "with another usage", "Brand Indicator", ca.mark(usage="serverAuth"))
    ca.issue("web-ca", "/O=Web Inc./CN=Web CA", "root", ["basicConstraints=critical,CA:TRUE",
                                                          "extendedKeyUsage=serverAuth"])
    refused(home, "by an issuer for other things", "may not issue", ca.mark(by="web-ca"))
    tap.same(answer["log"], "Log ours", "and in which log it stands")
    other = Log(home.path("marks"), "other")
    refused(home, "without a public log", "no SCT", ca.mark(log=False))
    refused(home, "an empty list of SCTs", "no SCT",
            ca.mark(log=False, more=["1.3.6.1.4.1.11129.2.4.2=DER:04020000"]))
    refused(home, "a list of SCTs that is none", "no SCT",
            ca.mark(log=False, more=["1.3.6.1.4.1.11129.2.4.2=DER:0403000100"]))
    refused(home, "in a log that is not known here", "known here", ca.mark(log=other))
    refused(home, "with an SCT that another signed", "not what the log Log ours signed",
            ca.mark(log=other, log_id=ca.log.id))
    refused(home, "by the logs that come with Penfold", "known here", good, "-o", "bimi.logs=" +
            os.path.join(SOURCE, "contrib/data/mark-logs.conf"))
    broken = judge(home, good, "-o", "bimi.logs=/dev/null")
    tap.contains(broken["reason"], "does not list logs", "a file that lists no logs is told")
    refused(home, "without a revocation list", "revocation", ca.mark(crl=None))
    refused(home, "a wrong hash", "hash", ca.mark(logo=logotype(hashed=b"else")))
    refused(home, "one good and one wrong hash", "hash",
            ca.mark(logo=logotype(algorithms=("sha256", "sha1"), hashed=b"else")))
    refused(home, "no known hash", "hash", ca.mark(logo=logotype(algorithms=("md5",))))
    refused(home, "another media type", "svg+xml", ca.mark(logo=logotype(media=b"image/png")))
    refused(home, "a logo elsewhere", "not within it",
            ca.mark(logo=logotype(uri=b"https://brand.test/l.svg")))
    refused(home, "a logo without gzip", "not gzipped", ca.mark(
        logo=logotype(uri=b"data:image/svg+xml;base64," + base64.b64encode(SVG))))
    refused(home, "a logo that runs something", "rule",
            ca.mark(logo=logotype(SVG.replace(b"<rect", b"<script/><rect"))))
    refused(home, "a logotype cut short", "malformed", ca.mark(logo=logotype()[:40]))
    refused(home, "an indefinite length", "malformed", ca.mark(logo=b"\x30\x80" + logotype()[4:]))
    refused(home, "a signature that does not fit", "", tampered(good))
    refused(home, "two mark certificates", "more than one", good + ca.mark("other").split("-----END")[0] +
            "-----END CERTIFICATE-----\n")
    refused(home, "the issuer first", "first", "-----BEGIN".join(reversed_chain(good)))
    refused(home, "one certificate twice", "twice", good + good.split("-----END CERTIFICATE-----")[1] +
            "-----END CERTIFICATE-----\n")
    refused(home, "no certificate", "no PEM", "hello\n")
    wrong = home.run("penfold", "bimi", "mark", home.path("mark.pem"))
    tap.same(wrong.returncode, 64, "mark needs a domain")


def tampered(pem):
    """The first certificate with one bit of its signature turned."""
    head, rest = pem.split("-----END", 1)
    raw = bytearray(base64.b64decode(head.split("-----")[2]))
    raw[-1] ^= 1
    text = base64.encodebytes(bytes(raw)).decode()
    return "-----BEGIN CERTIFICATE-----\n" + text + "-----END" + rest


def reversed_chain(pem):
    parts = pem.split("-----BEGIN")
    return [""] + parts[:0:-1]


def fetching(home, ca, web, plain):
    zone = {"default._bimi.brand.test": {"TXT": [
                f"v=BIMI1; l=https://logo.brand.test:{web.port}/l.svg; "
                f"a=https://logo.brand.test:{web.port}/m.pem"]},
            "_dmarc.brand.test": {"TXT": ["v=DMARC1; p=reject"]},
            "logo.brand.test": {"A": ["127.0.0.1"]}, "crl.brand.test": {"A": ["127.0.0.1"]}}
    with open(home.path("zone"), "w") as f:
        json.dump(zone, f)
    pem = ca.mark("published")
    serial = ca.serial
    web.files["/m.pem"] = pem.encode()
    plain.files["/marks.crl"] = ca.revocations()
    ask = lambda *a: json.loads(home.run("penfold", "bimi", "brand.test", "--json", *a).stdout)

    answer = ask()
    tap.same((answer["result"], answer["mark"], web.asked), ("pass", None, []),
             "a look-up fetches nothing")
    answer = ask("--fetch")
    tap.same((answer["result"], (answer["mark"] or {}).get("organization"), answer["logo_source"]),
             ("pass", "Brand, Inc.", "mark"), "--fetch brings the mark" + answer["reason"])
    tap.same((web.asked, plain.asked), (["/m.pem"], ["/marks.crl"]), "with one request each")
    kept = home.path("state/penfold/bimi", hashlib.sha256(SVG).hexdigest() + ".svg")
    with open(kept, "rb") as f:
        tap.same(f.read(), SVG, "the logo is kept for the screen")
    web.asked.clear()
    tap.same((ask()["mark"]["valid"], web.asked), (True, []), "what is kept is not fetched again")

    web.files["/m.pem"] = f"https://logo.brand.test:{web.port}/moved.pem"
    web.files["/moved.pem"] = pem.encode()
    tap.same(ask("--fetch")["result"], "pass", "a redirect is followed")
    web.files["/moved.pem"] = f"https://logo.brand.test:{web.port}/m.pem"
    tap.same(ask("--fetch")["result"], "fail", "a circle of them is not")
    web.files["/m.pem"] = "http://logo.brand.test/x"
    tap.ok(ask("--fetch")["result"] in ("fail", "temperror"), "nor one out of TLS")
    web.files["/m.pem"] = b"x" * (65 << 10)
    tap.contains(ask("--fetch")["reason"], "more than", "a file too large")
    web.files["/m.pem"] = pem.encode()
    plain.files["/marks.crl"] = ca.revocations(serial)
    tap.contains(ask("--fetch")["reason"], "revoked", "a revoked certificate")
    plain.files["/marks.crl"] = b"nonsense"
    tap.same(ask("--fetch")["result"], "pass", "a broken revocation list says nothing")
    hard = ask("--fetch", "-o", "bimi.revocation=hard")
    tap.same((hard["result"], hard["logo"]), ("temperror", hard["logo"]), "unless one must know")


def arrival(home, ca, web, plain):
    """Mail comes: with leave the mark is fetched, beside the judging; a server that fails is left alone for an hour."""
    data = os.path.join(SOURCE, "tests/unit/auth/data")
    with open(os.path.join(data, "zone.json")) as f:
        zone = json.load(f)
    zone["default._bimi.mail.example.org"] = {"TXT": [f"v=BIMI1; l=; a=https://logo.brand.test:{web.port}/o.pem"]}
    zone["logo.brand.test"] = zone["crl.brand.test"] = {"A": ["127.0.0.1"]}
    with open(home.path("zone"), "w") as f:
        json.dump(zone, f)
    with open(os.path.join(data, "ed25519.eml")) as f:
        signed = f.read()
    with open(home.rc_path) as f:
        lines = f.read()

    with open(home.rc_path, "w") as f:
        f.write(lines + '[account "me"]\naddress = bjarni@example.net\n')
    plain.files["/marks.crl"] = ca.revocations()

    def deliver(number, *options):
        web.asked.clear()
        home.run("penfold", "deliver", input=f"X-Number: {number}\n" + signed)
        run = home.run("penfold", "sync", *options)
        tap.ok(run.returncode == 0, f"letter {number} comes", run.stderr)
        verdict = json.loads(home.run("penfold", "show", "--json", "id:1@mail.example.org").stdout)["verdict"]
        for folder, _, names in os.walk(home.path("Mail/me")):
            for name in names:
                os.unlink(os.path.join(folder, name))
        home.run("penfold-store", "scan")
        return verdict["verdict"], verdict["bimi"], list(web.asked)

    web.files["/o.pem"] = 503
    word, bimi, asked = deliver(1)
    tap.same((word, bimi["result"], asked), ("pass", "pass", []), "without leave nothing is fetched")
    word, bimi, asked = deliver(2, "-o", "bimi.fetch=arrival")
    tap.same((word, bimi["result"], asked), ("pass", "temperror", ["/o.pem"]), "with leave its server is asked")
    word, bimi, asked = deliver(3, "-o", "bimi.fetch=arrival")
    tap.same((bimi["result"], asked), ("pass", []), "one that failed is not asked with the next letter")
    kept = home.path("state/penfold/bimi")
    for name in os.listdir(kept):
        if name.endswith(".failed"):
            os.utime(os.path.join(kept, name), (0, 0))
    web.files["/o.pem"] = ca.mark("arrived", names=("mail.example.org",)).encode()
    word, bimi, asked = deliver(4, "-o", "bimi.fetch=arrival")
    tap.same((word, bimi["result"], (bimi["mark"] or {}).get("organization"), asked),
             ("pass", "pass", "Brand, Inc.", ["/o.pem"]), "an hour later it is, and the verdict has the mark")
    word, bimi, asked = deliver(5, "-o", "bimi.fetch=arrival")
    tap.same(((bimi["mark"] or {}).get("organization"), asked), ("Brand, Inc.", []), "the next letter finds it here")


with Home() as home:
    web_ca = Authority(home.path("web"), 1)
    web_ca.issue("host", "/CN=logo.brand.test", "root", ["subjectAltName=DNS:logo.brand.test"])
    web = Web((web_ca.path("host.crt"), web_ca.path("host.key")))
    plain = Web()
    ca = Authority(home.path("marks"), plain.port)
    with open(home.path("web.pem"), "w") as f, open(web_ca.path("root.crt")) as root:
        f.write(root.read())
    home.rc("[dns]", "zone = " + home.path("zone"), "[tls]", "ca-file = " + web_ca.path("root.crt"),
            "[bimi]", "roots = " + ca.path("root.crt"), "logs = " + home.path("logs"))
    with open(home.path("logs"), "w") as f:
        f.write("enabled_logs = ours\n" + ca.log.line)
    certificates(home, ca)
    fetching(home, ca, web, plain)
    arrival(home, ca, web, plain)

    corpus = os.path.join(os.environ.get("CORPORA", ""), "bimi/test/fixtures")
    if os.path.isdir(corpus):
        for name, domain, when in (("cnn", "cnn.com", "2022-01-15"), ("redshift", "redsift.com", "2022-01-15"),
                                   ("paypal_vmc", "paypal.com", "2025-01-15")):
            with open(os.path.join(corpus, name + ".pem")) as f:
                text = f.read()
            home.rc()
            answer = judge(home, text, "--now", when + "T00:00:00Z", domain=domain, roots=None)
            tap.same((answer["result"], answer["log"]), ("pass", "DigiCert Gorgon"),
                     f"{domain}: accepted under the roots of our own, and in the public log")
            at = ("--now", when + "T00:00:00Z")
            refused(home, f"{domain}: not when expired", "expired", text, "--now", "2037-01-01T00:00:00Z",
                    domain=domain, roots=None)
            refused(home, f"{domain}: not for another domain", "not for", text, *at, domain="other.test", roots=None)
            refused(home, f"{domain}: not under the web's authorities", "no authority", text, *at, domain=domain,
                    roots="web.pem")
            refused(home, f"{domain}: not when tampered", "", tampered(text), "--now",
                    when + "T00:00:00Z", domain=domain, roots=None)
tap.done()
