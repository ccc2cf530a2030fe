#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two accounts on one screen: a common inbox and one for each account in the sidebar; delete, archive
and an answer act in the account that the message lies in, and only there."""
import glob
import json
import os
import sys

from penfold_test import SOURCE, Home, Server, Tap, wait_for
from screen import Screen

sys.path.insert(0, os.path.join(SOURCE, "tests", "servers"))
from fake_smtp import FakeSmtp  # noqa: E402

tap = Tap()


def put(home, user, number, subject):
    box = home.path("d/mail", user)
    folder = os.path.join(box, "new")
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, f"{number}.penfold.test")
    with open(path, "w") as f:
        f.write(f"From: Cy <cy@c.example>\nTo: {user}@penfold.test\nSubject: {subject}\n"
                f"Message-ID: <{number}.{user}@c.example>\n"
                f"Date: Fri, 20 Nov 2026 10:{number:02}:00 +0000\n\nText of {subject}.\n")
    owner = os.stat(home.path("d"))
    for name in (box, folder, path):
        os.chown(name, owner.st_uid, owner.st_gid)


def subjects(home, folder):
    """The subjects of the files in a folder of the Maildir; searches leave the trash out."""
    found = []
    for path in glob.glob(home.path("Mail", folder, "*", "*")):
        try:
            with open(path) as f:
                found += [line[9:-1] for line in f if line.startswith("Subject: ")]
        except FileNotFoundError:  # renamed just now
            continue
    return sorted(found)


def in_folder(home, folder, wanted, name):
    try:
        wait_for(lambda: subjects(home, folder) == wanted, what=name)
    except TimeoutError:
        pass
    tap.same(subjects(home, folder), wanted, name)


def lists(screen):
    for subject in ("Alice one", "Alice two", "Bob one", "Bob two"):
        screen.wait(subject, f"{subject} is in the common inbox", 30000)
    screen.wait("all accounts", "whose title says so")
    screen.ask("row 1 Inbox", "the common inbox comes first in the sidebar")
    screen.ask("row 2 home", "under it the first account's")
    screen.ask("row 3 work", "and the second's")
    screen.send("cwork/Inbox\r")
    screen.gone("Alice one", "one account's inbox has its own mail only")
    screen.wait("Bob two")
    screen.wait("1 of 2")


def deeds(screen, home):
    screen.send("cInbox\r")
    screen.wait("1 of 4", "the common inbox again")
    screen.send("=d")  # Bob two
    screen.wait("moved to the trash")
    screen.send("=a")  # Alice two
    screen.wait("archived")
    screen.wait("of 2", "both are gone from the common inbox")
    in_folder(home, "work/Trash", ["Bob two"], "deleted: in the trash of its own account")
    in_folder(home, "home/Trash", [], "and not in the other's")
    in_folder(home, "home/Archive", ["Alice two"], "archived: in its own account")
    in_folder(home, "work/Archive", [], "and not in the other's")
    screen.send("uu")
    screen.wait("of 4", "both are taken back")
    in_folder(home, "work/INBOX", ["Bob one", "Bob two"], "into the inbox they came from")
    in_folder(home, "home/INBOX", ["Alice one", "Alice two"], "each of them")


def on_server(home, user, subject):
    """Where a user's message lies on the server, as (folder, flags) pairs."""
    found = []
    paths = [os.path.join(at, name) for at, _, names in os.walk(home.path("d/mail", user)) for name in names
             if os.path.basename(at) in ("cur", "new")]
    for path in paths:
        try:
            with open(path) as f:
                has_it = f"Subject: {subject}\n" in f.read()
        except (OSError, UnicodeDecodeError):  # renamed just now, or no letter
            continue
        if has_it:
            folder = os.path.relpath(os.path.dirname(os.path.dirname(path)), home.path("d/mail", user))
            flags = path.rpartition(":2,")[2] if ":2," in path else ""
            found.append((folder, "".join(sorted(c for c in flags if c.isupper()))))
    return sorted(found)


def reaches(home, user, subject, claim, name):
    try:
        wait_for(lambda: claim(on_server(home, user, subject)), what=name)
    except TimeoutError:
        pass
    tap.ok(claim(on_server(home, user, subject)), name, on_server(home, user, subject))


def on_the_right_server(screen, home):
    """Each deed of the common inbox goes to its own account's server. Newest first: Bob two, Alice two, Bob
    one, Alice one."""
    screen.send("cInbox\r")
    screen.wait("1 of 4")
    screen.send("=F")  # Bob two
    screen.send("jU")  # Alice two
    screen.wait("2 of 4")
    screen.send("jsProjects\r")  # Bob one: a folder that neither account has yet
    screen.wait("moved to Projects, a new folder")
    screen.wait("of 3")
    screen.send("Gd")  # Alice one
    screen.wait("moved to the trash")
    screen.wait("of 2")
    screen.send("$")
    reaches(home, "bob", "Bob two", lambda at: len(at) == 1 and "F" in at[0][1], "the flag is on bob's server")
    reaches(home, "alice", "Alice two", lambda at: len(at) == 1 and "S" in at[0][1], "read, on alice's")
    reaches(home, "bob", "Bob one", lambda at: any("Projects" in folder for folder, _ in at),
            "the folder is made on bob's, and the message is in it")
    reaches(home, "alice", "Alice one", lambda at: any("Trash" in folder for folder, _ in at),
            "deleted: in the trash on alice's")
    tap.ok(not os.path.exists(home.path("d/mail/alice/.Projects")), "alice has no such folder")
    tap.same([on_server(home, "alice", "Bob one"), on_server(home, "bob", "Alice one")], [[], []],
             "nothing went to the other's")
    # two accounts, one key: marked threads of both, each to its own archive
    screen.send("T*\r")
    screen.wait("2 marked")
    screen.send(";a")
    screen.wait("2 threads archived")
    in_folder(home, "work/Archive", ["Bob two"], "one key for both: the one in its archive")
    in_folder(home, "home/Archive", ["Alice two"], "and the other in its own")
    screen.send("u")
    screen.wait("of 2", "and one key takes both back")
    in_folder(home, "work/INBOX", ["Bob two"], "to where they were")
    in_folder(home, "home/INBOX", ["Alice two"], "each of them")
    # over the border, because the user says so
    screen.send("=C")  # Bob two
    screen.wait("Copy to:")
    screen.send("home/Archive\r")
    screen.wait("copied to")
    screen.send("$")
    reaches(home, "alice", "Bob two", lambda at: any("Archive" in folder for folder, _ in at),
            "a copy for the other account is on its server")
    tap.same(len(on_server(home, "bob", "Bob two")), 1, "and bob has his one")


def answers(screen):
    screen.send("=r")  # Bob two
    screen.wait("Re: Bob two", "an answer")
    screen.wait("bob@penfold.test", "is from the account that the letter came to")
    screen.send("qd")
    screen.wait("of 4")
    screen.send("=jr")  # Alice two
    screen.wait("Re: Alice two", "an answer to the other")
    screen.wait("alice@penfold.test", "is from the other account")
    screen.send("qd")
    screen.wait("of 4")


def letters_leave(screen, home, posts):
    """An answer in the common inbox goes out by the server of the account that the letter came to; the copy and
    the mark that it is answered are on that account's server."""
    screen.send("cInbox\r")
    screen.wait("1 of 2")
    for keys, name, user, other in (("=r", "Bob two", "bob", "alice"), ("=jr", "Alice two", "alice", "bob")):
        screen.send(keys)
        screen.wait(f"Re: {name}")
        screen.wait("y send", "the editor has ended, the letter is looked at")
        screen.send("y")
        screen.wait("1 of 2" if user == "bob" else "2 of 2")
        try:
            wait_for(lambda: posts[user].letters, what=name)
        except TimeoutError:
            pass
        tap.same([letter.sender for letter in posts[user].letters], [f"{user}@penfold.test"],
                 f"the answer to {name} goes out by {user}'s server")
        reaches(home, user, f"Re: {name}", lambda at: any("Sent" in folder for folder, _ in at),
                "its copy is in the sent folder there")
        reaches(home, user, name, lambda at: any("R" in flags for _, flags in at), "and the letter is answered there")
        tap.same(on_server(home, other, f"Re: {name}"), [], f"{other}'s server knows nothing of it")
    tap.same([len(posts[user].letters) for user in ("alice", "bob")], [1, 1], "one letter each")


def again_and_for_good(screen, home):
    """Taken back and done again; and what is deleted in the trash is gone on its own server."""
    screen.send("cInbox\r")
    screen.wait("1 of 2")
    screen.send("=/Bob two\r")  # the last answer's thread is the newest now
    screen.send("d")
    screen.wait("moved to the trash")
    in_folder(home, "work/Trash", ["Bob two"], "deleted")
    screen.send("u")
    screen.wait("taken back")
    in_folder(home, "work/Trash", [], "taken back")
    screen.send("\x12")
    screen.wait("done again")
    in_folder(home, "work/Trash", ["Bob two"], "done again, in its own account")
    screen.send("$")
    reaches(home, "bob", "Bob two", lambda at: len(at) == 1 and "Trash" in at[0][0], "as on the server")
    screen.send(":log work\r")
    screen.wait("pushed", "the account's log says what was done on the server")
    screen.send("q")
    screen.send("cwork/Trash\r")
    screen.wait("1 of 1")
    screen.send("dy")
    screen.wait("No mail here")
    screen.send("$")
    reaches(home, "bob", "Bob two", lambda at: at == [], "deleted there: gone from bob's server")
    reaches(home, "alice", "Alice one", lambda at: len(at) == 1, "and alice's trash has what it had")


def main():
    with Home() as home, Server("dovecot", home.path("d")) as imap, \
            FakeSmtp(os.path.dirname(imap.CA)) as alice, FakeSmtp(os.path.dirname(imap.CA), user="bob") as bob:
        with open(home.path("editor"), "w") as f:
            f.write("#!/bin/sh\necho Yes. >>\"$1\"\n")
        os.chmod(home.path("editor"), 0o755)
        for user, first in (("alice", 1), ("bob", 2)):
            name = user.capitalize()
            put(home, user, first, f"{name} one")
            put(home, user, first + 10, f"{name} two")
        with open(home.path("zone.json"), "w") as f:
            json.dump({"c.example": {"MX": [{"exchange": "mx.c.example", "priority": 10}]},
                       "mx.c.example": {"A": ["192.0.2.7"]}, "penfold.test": {"A": ["192.0.2.8"]}}, f)
        home.rc("[dns]", f"zone = {home.path('zone.json')}", f"[tls]\nca-file = {imap.CA}", "[queue]", "undo-delay = 0s",
                '[account "home"]', "address = Alice <alice@penfold.test>", "password = alicepw",
                f"imap = imap://alice@localhost:{imap.IMAP_PORT}", f"smtp = submission://alice@localhost:{alice.port}",
                '[account "work"]', "address = Bob <bob@penfold.test>", "password = bobpw",
                f"imap = imap://bob@localhost:{imap.IMAP_PORT}", f"smtp = submission://bob@localhost:{bob.port}")
        with Screen(tap, home, 24, 80, home.program("penfold"), EDITOR=home.path("editor"),
                    VISUAL=home.path("editor")) as screen:
            lists(screen)
            deeds(screen, home)
            answers(screen)
            on_the_right_server(screen, home)
            letters_leave(screen, home, {"alice": alice, "bob": bob})
            again_and_for_good(screen, home)
            screen.send("Q")
            screen.exits(0)
    tap.done()


main()
