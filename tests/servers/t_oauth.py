#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""OAuth against a Dovecot that asks an introspection server: both ways to a permission, refresh with rotation,
refusals shown with what the server says, tokens in a file of the user's own and in no output."""
import json
import os
import re
import ssl
import stat
import subprocess
import urllib.request

from penfold_test import SERVERS, Home, Server, Tap
from imap_account import Account, letter
from killpoints import Killpoints
from oauth_server import OAuthServer

tap = Tap()


def rc(home, server, web, *extra, auth="oauth2", scheme="imap", port=None):
    port = port or server.IMAPS_PORT
    base = f"https://localhost:{web.port}"
    home.rc("[tls]", f"ca-file = {server.CA}", '[account "work"]', "address = Alice <alice@penfold.test>",
            f"{scheme} = {scheme}s://alice@localhost:{port}", f"auth = {auth}", "oauth-client-id = penfold-test",
            f"oauth-authorize-url = {base}/authorize", f"oauth-token-url = {base}/token",
            f"oauth-device-url = {base}/device", "oauth-scope = mail", *extra)


def token_file(home):
    return home.path("state/penfold/oauth-work.json")


def stored(home):
    with open(token_file(home)) as f:
        return json.load(f)


def expire(home):
    """As if its time were over."""
    obj = dict(stored(home), expires=1)
    with open(token_file(home), "w") as f:
        json.dump(obj, f)


def sync(home):
    return home.run("penfold-sync", "work")


def device(home, web):
    process = home.run("penfold", "login", "--device", "work")
    tap.ok(process.returncode == 0 and "WXYZ-1234" in process.stdout and "https://localhost/verify" in process.stdout,
           "by a code: where to go and what to type is shown", process.stdout, process.stderr)
    tap.ok(not re.search("access-|refresh-|dev-alice", process.stdout + process.stderr), "and no token")
    tap.same(stat.S_IMODE(os.stat(token_file(home)).st_mode), 0o600, "the tokens are for the user's eyes only")
    tap.same(len([x for x in web.asked if "device_code" in x["grant_type"]]), 2, "asked again while pending")


def browser(home, web, ca):
    with subprocess.Popen([home.program("penfold"), "login", "--browser", "--json", "work"], env=home.env, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        visit = json.loads(process.stdout.readline())
        url = visit["url"]
        # what somebody else on this machine sends is no answer
        port = re.search(r"127\.0\.0\.1%3A(\d+)", url)[1]
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/?code=evil&state=guess", timeout=5)
            tap.ok(False, "a redirect with a wrong state is not taken")
        except urllib.error.HTTPError as error:
            tap.same(error.code, 404, "a redirect with a wrong state is not taken")
        context = ssl.create_default_context(cafile=f"{ca}/ca.pem")
        page = urllib.request.urlopen(url, context=context, timeout=10).read().decode()
        out, err = process.communicate(timeout=20)
    tap.ok(process.returncode == 0 and "You may close" in page and '"done"' in out, "by a browser, with PKCE",
           page, out, err)
    tap.ok("code_challenge_method=S256" in url and "login_hint=alice%40penfold.test" in url, "as the RFCs want it", url)


def refresh(home, server, web):
    before = stored(home)
    web.active.clear()
    expire(home)
    process = sync(home)
    after = stored(home)
    tap.same(process.returncode, 0, "an expired token is renewed")
    tap.ok(after["refresh_token"] != before["refresh_token"] and after["access_token"] != before["access_token"],
           "the rotated refresh token is kept", before, after)
    tap.same(stat.S_IMODE(os.stat(token_file(home)).st_mode), 0o600, "in a file for the user alone")
    web.active.clear()  # revoked by the provider before its time
    process = sync(home)
    tap.ok(process.returncode == 77 and "penfold login" in process.stderr, "a token that the server refuses: told",
           process.stderr)
    process = sync(home)
    tap.same(process.returncode, 0, "and renewed by the next run")
    web.broken = (503, {})
    expire(home)
    kept = stored(home)["refresh_token"]
    process = sync(home)
    tap.ok(process.returncode != 0 and stored(home)["refresh_token"] == kept, "a service that is down costs no token",
           process.returncode, process.stderr)
    web.broken, web.refresh = None, {}
    process = sync(home)
    tap.ok(process.returncode == 77 and "used up or never given" in process.stderr and "penfold login work" in
           process.stderr, "a permission that has ended: the provider's words, and what to do", process.stderr)
    os.unlink(token_file(home))
    process = sync(home)
    tap.ok(process.returncode == 77 and "penfold login work" in process.stderr, "no permission yet: told",
           process.stderr)


def no_room(home, web):
    """Each call by which files are changed fails for want of room, but those into the room that has been made beforehand,
    which a full disk does not refuse: a rotating refresh token is not lost."""
    web.pending = 1
    home.run("penfold", "login", "--device", "work")
    wrong, stopped = [], 0
    points = Killpoints("penfold-sync", home.path("state"), f"{home.dir}.log")

    def prepare():
        if os.path.exists(token_file(home)):
            expire(home)

    command = [home.program("penfold-sync"), "work"]
    prepare()
    points.run(command, home.env)
    calls = [f"{i} {call}" for i, call in enumerate(points.calls(), 1)]
    into = [int(call.split()[0]) for call in calls if "oauth-work.new" in call]
    room = [int(call.split()[0]) for call in calls if " write " in call and "oauth-work.new" in call]
    tap.ok(len(room) >= 2, "room is made before the service is asked", *calls)
    for run in points.each(command, home.env, prepare, kind="ENOSPC", most=40):
        stopped += run.process.returncode != 0
        if room[1] <= run.point <= into[-1] + 1:
            web.pending = 1
            home.run("penfold", "login", "--device", "work")
            continue
        process = sync(home)
        if process.returncode != 0:
            wrong.append(f"{run.point} {points.calls()[-3:]}: {run.process.stderr.decode()[-300:]} then {process.stderr}")
            web.pending = 1
            home.run("penfold", "login", "--device", "work")
    os.unlink(points.log)
    tap.same(wrong, [], f"no room at each of {points.count} calls: the permission is kept")
    tap.ok(stopped > 0, "and it is told", stopped)
    tap.same([n for n in os.listdir(home.path("state/penfold")) if n.endswith(".new")], [], "nothing is left over")


def mechanisms(home, server, web):
    web.active["fixed"] = "alice"
    for auth in ("oauthbearer", "xoauth2", "oauth2"):
        for scheme, port in (("imap", server.IMAPS_PORT), ("pop3", server.POP3S_PORT)):
            rc(home, server, web, "password-command = printf fixed", auth=auth, scheme=scheme, port=port)
            process = sync(home)
            tap.same(process.returncode, 0, f"{auth} by {scheme}, with a token from a command", )
            rc(home, server, web, "password-command = printf stale", auth=auth, scheme=scheme, port=port)
            process = sync(home)
            tap.ok(process.returncode == 77 and ("invalid_token" in process.stderr or "(401" in process.stderr) and
                   "stale" not in process.stderr, f"{auth} by {scheme}: the server's error is shown", process.stderr)


def settings(home, server, web):
    rc(home, server, web, "oauth-client-id =")
    process = home.run("penfold", "login", "work")
    tap.ok(process.returncode == 78 and "oauth-client-id" in process.stderr, "no client id: told", process.stderr)
    rc(home, server, web, "oauth-token-url =")
    process = home.run("penfold", "login", "work")
    tap.ok(process.returncode == 78 and "oauth-token-url" in process.stderr, "no endpoints: told", process.stderr)
    rc(home, server, web, "oauth-token-url = http://localhost:1/token")
    process = home.run("penfold", "login", "--device", "work")
    tap.ok(process.returncode != 0 and "http" in process.stderr, "no token goes by http:", process.stderr)


def main():
    with Home() as home:
        ca = home.path("ca")
        subprocess.run([os.path.join(SERVERS, "mkca.sh"), ca], check=True, capture_output=True)
        web = OAuthServer(ca)
        with Server("dovecot", home.path("d"), PF_OAUTH=str(web.introspection_port)) as server:
            server.CA = home.path("both.pem")
            with open(server.CA, "w") as out:
                for path in (f"{ca}/ca.pem", home.path("d/ca/ca.pem")):
                    with open(path) as f:
                        out.write(f.read())
            Account(server).append("INBOX", letter(1))
            rc(home, server, web)
            device(home, web)
            tap.same(sync(home).returncode, 0, "penfold-sync logs in with the token")
            browser(home, web, ca)
            tap.same(sync(home).returncode, 0, "and with the one by the browser")
            refresh(home, server, web)
            no_room(home, web)
            mechanisms(home, server, web)
            settings(home, server, web)
    tap.done()


main()
