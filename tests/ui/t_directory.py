#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""People of a directory (LDAP, on slapd) and of an address book on a server (CardDAV, on Radicale), by the programs of
contrib/addresses: offered where addresses are typed, and told as query-command wants them whatever they are called."""
import os
import shutil
import socket
import subprocess
import sys
import urllib.request

from penfold_test import SERVERS, SOURCE, Home, Tap, wait_for
from screen import Screen

tap = Tap()
LDAP = ["sh", os.path.join(SOURCE, "contrib/addresses/people-ldap")]
CARDDAV = [sys.executable, os.path.join(SOURCE, "contrib/addresses/people-carddav")]

LDIF = """dn: dc=mill,dc=example
objectClass: dcObject
objectClass: organization
o: Mill
dc: mill

dn: cn=Ada Miller,dc=mill,dc=example
objectClass: inetOrgPerson
cn: Ada Miller
sn: Miller
mail: ada@mill.example
mail: miller@mill.example

dn: cn=Zo\u00eb (she) Star*,dc=mill,dc=example
objectClass: inetOrgPerson
cn: Zo\u00eb (she) Star*
sn: Star
mail: zoe@mill.example

dn: cn=No Mail,dc=mill,dc=example
objectClass: inetOrgPerson
cn: No Mail Miller
sn: Mail
"""
CARD = "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:{0}\r\nFN:{1}\r\nN:;;;;\r\n{2}END:VCARD\r\n"


def port():
    return subprocess.run([os.path.join(SERVERS, "freeports.py"), "1"], capture_output=True, text=True,
                          check=True).stdout.strip()


def answers(number):
    with socket.socket() as s:
        return s.connect_ex(("127.0.0.1", int(number))) == 0


def slapd(home):
    os.mkdir(home.path("ldap"))
    conf, number = home.path("slapd.conf"), port()
    modules = [d for d in ("/usr/lib/ldap", "/usr/lib64/openldap", "/usr/lib/openldap") if os.path.isdir(d)]
    schema = next(d for d in ("/etc/ldap/schema", "/etc/openldap/schema") if os.path.isdir(d))
    with open(conf, "w", encoding="utf-8") as f:
        f.write("".join(f"include {schema}/{name}.schema\n" for name in ("core", "cosine", "inetorgperson")) +
                "".join(f"modulepath {d}\nmoduleload back_mdb\n" for d in modules[:1]) +
                f"pidfile {home.path('slapd.pid')}\ndatabase mdb\nsuffix dc=mill,dc=example\ndirectory {home.path('ldap')}\n")
    found = {name: shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin") for name in ("slapd", "slapadd")}
    subprocess.run([found["slapadd"], "-f", conf], input=LDIF.encode(), check=True, capture_output=True)
    process = subprocess.Popen([found["slapd"], "-h", f"ldap://127.0.0.1:{number}", "-f", conf, "-d", "0"],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_for(lambda: answers(number), what="slapd")
    return process, number


def radicale(home):
    number = port()
    with open(home.path("htpasswd"), "w", encoding="utf-8") as f:
        f.write("ann:dav word\n")
    process = subprocess.Popen([shutil.which("radicale"), "--config", "", "--server-hosts", f"127.0.0.1:{number}", "--auth-type", "htpasswd",
                                "--auth-htpasswd-filename", home.path("htpasswd"), "--auth-htpasswd-encryption", "plain",
                                "--storage-filesystem-folder", home.path("dav")],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_for(lambda: answers(number), what="radicale")
    url = f"http://127.0.0.1:{number}/ann/book/"
    put(url, "MKCOL", '<mkcol xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav"><set><prop><resourcetype><collection/>'
        "<C:addressbook/></resourcetype></prop></set></mkcol>")
    put(url + "1.vcf", "PUT", CARD.format(1, "Dee \\, Miller", "EMAIL;TYPE=home:dee@home.example\r\nitem1.EMAIL:dee@work\r\n .example\r\n"))
    put(url + "2.vcf", "PUT", CARD.format(2, "Eve <x> & Co", "EMAIL:eve@co.example\r\n"))
    put(url + "3.vcf", "PUT", CARD.format(3, "Miller without mail", ""))
    return process, url


def put(url, method, text):
    manager = urllib.request.HTTPPasswordMgrWithDefaultRealm()
    manager.add_password(None, url, "ann", "dav word")
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPBasicAuthHandler(manager))
    opener.open(urllib.request.Request(url, text.encode(), {"Content-Type": "text/vcard"}, method=method), timeout=20)


def told(command, *args):
    done = subprocess.run([*command, *args], capture_output=True, text=True, timeout=60, check=False)
    return sorted(done.stdout.splitlines()[1:]), done


def ldap(number):
    where = ["-H", f"ldap://127.0.0.1:{number}", "-b", "dc=mill,dc=example"]
    tap.same(told(LDAP, *where, "mill")[0], ["ada@mill.example\tAda Miller", "miller@mill.example\tAda Miller", "zoe@mill.example\tZo\u00eb (she) Star*"],
             "LDAP: by a part of the name or the address, each address a line")
    tap.same(told(LDAP, *where, "zo\u00eb (s")[0], ["zoe@mill.example\tZo\u00eb (she) Star*"], "by letters that mean something in a filter")
    tap.same(told(LDAP, *where, "*)(cn=")[0], [], "which do not become a filter")
    tap.ok(told(LDAP, *where[:1], "ldap://127.0.0.1:1", "x")[1].stdout.count("\n") == 1, "of a directory that is away nobody is told")
    return LDAP + where


def carddav(home, url):
    with open(home.path("word"), "w", encoding="utf-8") as f:
        f.write("dav word\n")
    where = ["--user", "ann", "--password-command", f"cat {home.path('word')}", url]
    tap.same(told(CARDDAV, *where, "miller")[0], ["dee@home.example\tDee , Miller", "dee@work.example\tDee , Miller"],
             "CardDAV: each address a line, folded ones joined")
    tap.same(told(CARDDAV, *where, "<x> &")[0], ["eve@co.example\tEve <x> & Co"], "by letters that mean something in XML")
    tap.same(told(CARDDAV, *where, "zzz")[0], [], "nobody")
    _, done = told(CARDDAV, "http://dav.example.org/book/", "x")
    tap.ok(done.returncode == 2 and "https: only" in done.stderr, "nothing goes out in clear", done.stderr)
    _, done = told(CARDDAV, "--user", "ann", "--password-command", "echo wrong", url, "x")
    tap.ok(done.returncode == 1 and "Traceback" not in done.stderr, "a refusal is told in a line", done.stderr)
    return CARDDAV + where


def typed(home, command, word, want):
    quoted = " ".join(f'"{part}"' if " " in part else part for part in command)
    home.rc('[account "test"]', "address = Ann <ann@test.example>", "[addresses]", f"query-command = {quoted}")
    with Screen(tap, home, 24, 90, home.program("penfold")) as screen:
        screen.wait("No mail here")
        screen.send(f"m{word}\t")
        screen.wait(want, f"{want} is offered where addresses are typed")
        screen.send("\x07Q")
        screen.exits()


def main():
    with Home() as home:
        started = []
        try:
            process, number = slapd(home)
            started.append(process)
            process, url = radicale(home)
            started.append(process)
            typed(home, ldap(number), "ada", "Ada Miller <ada@mill.example>")
            command = carddav(home, url)
            typed(home, command, "eve", '"Eve <x> & Co" <eve@co.example>')
            typed(home, command, "home.ex", '"Dee , Miller" <dee@home.example>')
        finally:
            for process in started:
                process.terminate()
                process.wait()
    tap.done()


main()
