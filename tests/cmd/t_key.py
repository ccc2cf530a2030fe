#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""penfold key: list, import after asking, export, trust, and a key fetched over HTTPS."""
import base64
import http.server
import json
import ssl
import threading

from keyring import Keyring, text
from penfold_test import Home, Tap

tap = Tap()
ANN, BOB = "Ann Example <ann@penfold.test>", "Bob Test <bob@penfold.test>"


def serve(keys, body):
    """A key server on loopback; its port."""
    keys.openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "srv.key", "-out", "srv.pem", "-subj",
                 "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-days", "2")

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            found = self.path == "/vks/v1/by-email/bob%40penfold.test"
            self.send_response(200 if found else 404)
            answer = body if found else b"none"
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_):
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(keys.path("srv.pem"), keys.path("srv.key"))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def directory(home, keys, other):
    """Web Key Directories at the port that the draft names."""
    hash_of = "iy9q119eutrkn8s1mk4r39qejnbu3n5q"  # the draft's example, for the local part Joe.Doe
    other.pgp("Joe <joe.doe@wkd.test>")
    keys.openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "wkd.key", "-out", "wkd.pem", "-subj",
                 "/CN=wkd", "-addext", "subjectAltName=DNS:openpgpkey.wkd.test,DNS:direct.test,DNS:openpgpkey.sad.test,DNS:sad.test",
                 "-days", "2")
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.headers["Host"] + self.path)
            found = {"openpgpkey.wkd.test": f"/.well-known/openpgpkey/wkd.test/hu/{hash_of}?l=Joe.Doe",
                     "direct.test": f"/.well-known/openpgpkey/hu/{hash_of}?l=Joe.Doe"}.get(self.headers["Host"]) == self.path
            self.send_response(200 if found else 404)
            body = other.run("gpg", "--export", "joe.doe@wkd.test") if found else b""
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    try:
        server = http.server.HTTPServer(("127.0.0.9", 443), Handler)
    except OSError as error:
        tap.ok(True, f"WKD # SKIP port 443 cannot be had: {error}")
        return
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(keys.path("wkd.pem"), keys.path("wkd.key"))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    here = {"A": ["127.0.0.9"]}
    with open(home.path("zone"), "w") as f:
        json.dump({"openpgpkey.wkd.test": here, "direct.test": here, "openpgpkey.sad.test": here, "sad.test": here}, f)
    home.rc(f"[tls]\nca-file = {keys.path('wkd.pem')}\n[dns]\nzone = {home.path('zone')}", '[account "local"]', "address = " + ANN)
    for address, host in (("Joe.Doe@wkd.test", "openpgpkey.wkd.test"), ("Joe.Doe@direct.test", "direct.test")):
        done = home.run("penfold", "key", "fetch", address)
        tap.ok(done.returncode == 1 and "joe.doe@wkd.test" in done.stdout, f"WKD at {host}", done.stdout, done.stderr)
        tap.ok(asked and asked[-1].startswith(host), "by that method", asked)
    asked.clear()
    done = home.run("penfold", "key", "fetch", "x@sad.test")
    tap.ok(done.returncode == 1 and "no key" in done.stderr and all(a.startswith("openpgpkey.") for a in asked),
           "a host for keys that has none is not gone round", asked, done.stderr)
    done = home.run("penfold", "key", "fetch", "x@nowhere.test")
    tap.ok(done.returncode == 1 and "no such host" in done.stderr, "no host at all", done.stderr)
    server.shutdown()
    server.server_close()


with Home() as home, Keyring() as other, Keyring(home) as keys:
    keys.pgp(ANN)
    directory(home, keys, other)
    fingerprint = other.pgp(BOB)
    key = other.gpg("--export", "bob@penfold.test")
    server = serve(keys, key)
    home.rc(f"[tls]\nca-file = {keys.path('srv.pem')}", '[account "local"]', "address = " + ANN)
    listed = json.loads(home.run("penfold", "key", "list", "--json", "--secret").stdout)
    tap.same([k["user_id"] for k in listed], [ANN], "the own key")
    tap.same((listed[0]["validity"], listed[0]["state"]), ("ultimate", "ok"), "its validity and state")

    done = home.run("penfold", "key", "import", "-", input=key)
    tap.ok(done.returncode == 1 and fingerprint.encode() in done.stdout, "a key is shown before it is taken in",
           done.stdout, done.stderr)
    tap.same(home.run("penfold", "key", "list", "bob@penfold.test").returncode, 1, "and was not taken in")
    done = home.run("penfold", "key", "fetch", "--server", f"localhost:{server.server_port}", "bob@penfold.test")
    tap.ok(done.returncode == 1 and fingerprint in done.stdout, "so is one that was fetched", done.stdout, done.stderr)
    done = home.run("penfold", "key", "fetch", "--yes", "--server", f"localhost:{server.server_port}",
                    "bob@penfold.test")
    tap.ok(done.returncode == 0 and fingerprint in done.stdout, "--yes takes it in", done.stdout, done.stderr)
    done = home.run("penfold", "key", "fetch", "--server", f"localhost:{server.server_port}", "carol@penfold.test")
    tap.ok(done.returncode == 1 and "no key" in done.stderr, "none there", done.stderr)

    raw = other.signed(text("hello\n"), "bob@penfold.test", from_=BOB)
    show = lambda: json.loads(home.run("penfold", "show", "--json", "-", input=raw).stdout)["security"]
    tap.same((show()["shown_as"], show()["signatures"][0]["status"]), ("none", "untrusted"), "nobody vouches for it")
    done = home.run("penfold", "key", "trust", fingerprint)
    tap.ok(done.returncode == 0, "trusted", done.stderr)
    tap.same(show()["shown_as"], "signed", "now it speaks for its owner")

    done = home.run("penfold", "key", "export", "bob@penfold.test")
    tap.contains(done.stdout, "BEGIN PGP PUBLIC KEY BLOCK", "export")
    tap.same(home.run("penfold", "key", "export", "nobody@penfold.test").returncode, 1, "nothing to export")
    # out of messages
    with Keyring() as carol:
        other_print = carol.pgp("Carol <carol@penfold.test>")
        attached = carol.head(from_="carol@penfold.test") + (
            b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nmy key\n--b\nContent-Type: application/pgp-keys\n"
            b"Content-Transfer-Encoding: base64\n\n" + base64.encodebytes(carol.gpg("--export")) + b"\n--b--\n")
        done = home.run("penfold", "key", "import", "-", input=attached)
        tap.ok(done.returncode == 1 and other_print.encode() in done.stdout, "an attached key is shown first",
               done.stdout, done.stderr)
        done = home.run("penfold", "key", "import", "--yes", "-", input=attached)
        tap.ok(done.returncode == 0 and other_print.encode() in done.stdout, "and taken in", done.stdout, done.stderr)
        dan_print = carol.pgp("Dan <dan@penfold.test>")
        data = base64.encodebytes(carol.run("gpg", "--export", "dan@penfold.test")).replace(b"\n", b"\n ").rstrip()
        field = b"Autocrypt: addr=dan@penfold.test; keydata=\n " + data + b"\n"
        done = home.run("penfold", "key", "import", "--yes", "-",
                        input=field + carol.head(from_="dan@penfold.test") + text("hello\n"))
        tap.ok(done.returncode == 0 and dan_print.encode() in done.stdout, "the key of an Autocrypt field", done.stdout,
               done.stderr)
        done = home.run("penfold", "key", "import", "-", input=carol.head() + text("nothing\n"))
        tap.ok(done.returncode == 1 and b"no key in the message" in done.stderr, "a message without one", done.stderr)
    server.shutdown()
tap.done()
