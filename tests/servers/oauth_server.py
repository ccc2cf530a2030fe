# SPDX-License-Identifier: GPL-3.0-or-later
"""oauth_server - an authorization server for tests: HTTPS for clients (/authorize, /token, /device), HTTP on another
port for Dovecot's introspection. Refresh tokens rotate: each is good once.

    server = OAuthServer(ca_dir)     server.port, server.introspection_port, server.asked (forms of /token)"""
import base64
import hashlib
import http.server
import json
import ssl
import threading
import urllib.parse


class OAuthServer:
    def __init__(self, ca):
        self.asked, self.active, self.refresh, self.codes = [], {}, {}, {}
        self.pending = 1        # answers "authorization_pending" to so many questions
        self.count, self.broken, self.lifetime = 0, None, 3600
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(f"{ca}/server.pem", f"{ca}/server.key")
        self.port = self.serve(context)
        self.introspection_port = self.serve(None)

    def serve(self, context):
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def answer(self, status, obj, location=None):
                body = json.dumps(obj).encode()
                self.send_response(status)
                if location:
                    self.send_header("Location", location)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self):
                url = urllib.parse.urlparse(self.path)
                self.answer(*outer.authorize(dict(urllib.parse.parse_qsl(url.query))))

            def do_POST(self):
                form = dict(urllib.parse.parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
                if self.path.startswith("/introspect"):
                    user = outer.active.get(form.get("token"))
                    return self.answer(200, {"active": bool(user), "email": user, "scope": "mail"})
                if self.path == "/device":
                    return self.answer(200, {"device_code": "dev-alice", "user_code": "WXYZ-1234", "interval": 1,
                                             "verification_uri": "https://localhost/verify", "expires_in": 60})
                outer.asked.append(form)
                return self.answer(*outer.token(form))

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if context:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server.server_address[1]

    def authorize(self, query):
        """What a browser would get once the user has said yes: sent back to the client."""
        code = f"code-{len(self.codes)}"
        self.codes[code] = query
        back = urllib.parse.urlencode({"code": code, "state": query.get("state", "")})
        return 302, {}, f"{query['redirect_uri']}?{back}"

    def grant(self, with_refresh=True):
        self.count += 1
        token, refresh = f"access-{self.count}", f"refresh-{self.count}"
        self.active[token] = "alice"
        answer = {"access_token": token, "token_type": "Bearer", "expires_in": self.lifetime}
        if with_refresh:
            self.refresh[refresh] = True
            answer["refresh_token"] = refresh
        return 200, answer

    def token(self, form):
        if self.broken:
            return self.broken
        kind = form.get("grant_type")
        if form.get("client_id") != "penfold-test":
            return 401, {"error": "invalid_client"}
        if kind == "refresh_token" and self.refresh.pop(form.get("refresh_token"), None):
            return self.grant()
        if kind == "authorization_code" and form.get("code") in self.codes:
            query = self.codes.pop(form["code"])
            digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
            challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
            if challenge == query.get("code_challenge") and form.get("redirect_uri") == query["redirect_uri"]:
                return self.grant()
        if kind == "urn:ietf:params:oauth:grant-type:device_code":
            self.pending -= 1
            return (400, {"error": "authorization_pending"}) if self.pending >= 0 else self.grant()
        return 400, {"error": "invalid_grant", "error_description": "used up or never given"}
