# SPDX-License-Identifier: GPL-3.0-or-later
"""web - a small web server on this machine, for tests of what asks one."""
import http.server
import ssl
import subprocess
import threading


def self_signed(folder, host):
    """A certificate for a host that vouches for itself: its file and its key's, in the folder."""
    certificate, key = folder + "/web.crt", folder + "/web.key"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                    "-keyout", key, "-out", certificate, "-subj", "/CN=" + host, "-addext",
                    "subjectAltName=DNS:" + host, "-days", "30"], check=True, capture_output=True)
    return certificate, key


class Web:
    """Serves `files` (path -> bytes, where else to look, or a status) over HTTPS or HTTP, answers POST with `status`,
    and remembers what was asked and posted."""

    def __init__(self, certificate=None, port=0):
        self.files, self.asked, self.posted, self.status = {}, [], [], 200
        self.types, self.heard = {}, []  # path -> media type; the header fields of each GET
        web = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                web.asked.append(self.path)
                web.heard.append(dict(self.headers.items()))
                body = web.files.get(self.path)
                if isinstance(body, str):
                    self.send_response(302)
                    self.send_header("Location", body)
                else:
                    self.send_response(body if isinstance(body, int) else 200 if body is not None else 404)
                data = body if isinstance(body, bytes) else b""
                if self.path in web.types:
                    self.send_header("Content-Type", web.types[self.path])
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                web.posted.append((self.path, self.headers.get("Content-Type"), body,
                                   self.headers.get("Cookie"), self.headers.get("Referer")))
                self.send_response(web.status)
                if web.status // 100 == 3:
                    self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.port = self.server.server_address[1]
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
