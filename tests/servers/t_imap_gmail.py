#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Gmail's way (X-GM-EXT-1): mailboxes are labels over one store. Each message is fetched once and lies here once,
labels are tags both ways, by the table of keywords or by their own names, archiving is done on either side; and a Gmail that hides All
Mail is a server like any other."""
import os

from penfold_test import Home, Tap
from imap_account import digest, events, flags_of, letter, local_bodies, local_files
from model_imap import GmailImap

ALL, TRASH = "[Gmail]/All Mail", "[Gmail]/Trash"
PLACES = ["INBOX", ALL, "[Gmail]/Sent Mail", "[Gmail]/Drafts", "[Gmail]/Spam", TRASH]
tap = Tap()


def sync(home):
    lines, process = home.json_lines("penfold-sync", "work")
    if process.returncode:
        tap.diag(process.stdout[-1500:], process.stderr)
    return lines


def rc(home, server, *extra):
    home.rc('[account "work"]', "address = a@penfold.test", "password = x", "tls = no",
            f"imap = imap://alice@127.0.0.1:{server.port}", *extra, "[keywords]", "a = Work work",
            "b = $Important important")


def here(home):
    """digest -> [(folder, flags)]"""
    out = {}
    for folder in PLACES + ["Work", "Private"]:
        for path in local_files(home, folder):
            with open(path, "rb") as f:
                out.setdefault(digest(f.read()), []).append((folder, flags_of(path)))
    return out


def given(home):
    """label -> the letter that it was given"""
    path = home.path("state/penfold/labels")
    lines = open(path, encoding="utf-8").read().splitlines() if os.path.exists(path) else []
    return {line[2:]: line[0] for line in lines}


def letters_of(home, labels):
    table = {"Work": "a", "\\Important": "b", **given(home)}
    return "".join(sorted(table[x] for x in labels if x in table))


def move(home, data, to, flags=None):
    for folder in PLACES:
        for path in local_files(home, folder):
            with open(path, "rb") as f:
                if digest(f.read()) != digest(data):
                    continue
            name = os.path.basename(path)
            if flags is not None:
                name = name.split(":2,")[0] + ":2," + flags
            os.rename(path, home.path("Mail/work", to, "cur", name))
            return


def settled(home, server, what):
    lines = sync(home)
    doubled = [v for v in here(home).values() if len(v) > 1]
    tap.same((lines[-1]["new"], lines[-1]["pushed"], events(lines, "error"), doubled,
              len(here(home)) == len(server.messages)), (0, 0, [], [], True), f"{what}: then all is quiet, each message once")


def first(home, server):
    lines = sync(home)
    tap.same((lines[-1]["new"], server.n_bodies), (len(server.messages), len(server.messages)),
             "each message is fetched once, whatever its labels")
    tap.same(sorted(e["folder"] for e in events(lines, "folder")), sorted(PLACES), "labels are no folders")
    tap.same({e["folder"] for e in events(lines, "folder") if e["role"] == "archive"}, {ALL}, "All Mail is the archive")
    tap.ok(lines[-1]["round_trips"] <= 5, "in four round trips after log-in", lines[-1]["round_trips"])
    wrong = []
    for m in server.messages:
        want = {"spam": "[Gmail]/Spam", "trash": TRASH}.get(m.where) or next(
            (f for label, f in (("\\Inbox", "INBOX"), ("\\Sent", "[Gmail]/Sent Mail"), ("\\Draft", "[Gmail]/Drafts"))
             if label in m.labels), ALL)
        letters = letters_of(home, m.labels)
        if here(home)[digest(m.data)] != [(want, letters)]:
            wrong.append((want, letters, here(home)[digest(m.data)]))
    tap.same(wrong, [], "in the folder that shows it, with its labels as letters of tags")
    settled(home, server, "at first")


def labels(home, server):
    one, two = server.messages[0], server.messages[-1]
    move(home, one.data, "INBOX", "Sa")
    server.label(two, add={"Work", "\\Important"})
    sync(home)
    tap.same((one.labels & {"Work"}, one.flags & {"\\Seen", "Work"}), ({"Work"}, {"\\Seen"}), "a tag given here is a label there")
    tap.same([f for _, f in here(home)[digest(two.data)]], ["ab"], "labels given there are tags here")
    settled(home, server, "labels")
    move(home, one.data, "INBOX", "S")
    server.label(two, remove={"Work"})
    sync(home)
    tap.same((one.labels & {"Work"}, [f for _, f in here(home)[digest(two.data)]]), (set(), ["b"]), "and taken away, both ways")


def tags(home, number):
    """Of the message as the index has them; what Penfold gives by itself is left out."""
    rows, process = home.json_lines("penfold", "search", "--json", f"id:letter-1-{number}@example.org")
    if process.returncode not in (0, 1):
        tap.diag(process.stderr)
    return sorted(set(rows[0]["tags"]) - {"unread", "inbox", "flagged", "sent"}) if rows else None


def synced(home):
    process = home.run("penfold", "sync", "work")
    if process.returncode:
        tap.diag(process.stdout[-1000:], process.stderr)


def own_names(server):
    """Labels that the table does not name: tags of the same names, made safe, in the index and back."""
    with Home() as home:
        rc(home, server)
        names = ["To do", "Gr\u00fc\u00dfe", "unread", "Lists/c & d", "50% _"]
        made = dict(zip(names, ["To_do", "Gr\u00fc\u00dfe", "%75nread", "Lists/c_&_d", "50%25_%5F"]))
        for i, name in enumerate(names):
            server.box(name)
            server.post(letter(700 + i), "\\Inbox", "\\Starred", name, flags={"\\Seen", "\\Flagged"})
        server.post(letter(710), "\\Inbox", "Work", "\\Important", "To do", "Gr\u00fc\u00dfe", flags={"\\Seen"})
        synced(home)
        tap.same([tags(home, 700 + i) for i in range(5)], [[made[n]] for n in names], "labels are tags by names of their own")
        tap.same(tags(home, 710), sorted(["work", "important", "To_do", "Gr\u00fc\u00dfe"]), "beside those of the table")
        at = {n: m for m in server.messages for n in (700, 701, 702, 710) if m.data == letter(n)}
        for change in ("+To_do", "+Gr\u00fc\u00dfe", "-%75nread", "+nothing-there"):
            home.run("penfold", "tag", change, "--", "id:letter-1-702@example.org")
        home.run("penfold", "tag", "-To_do", "--", "id:letter-1-700@example.org")
        home.run("penfold", "tag", "-important", "-Gr\u00fc\u00dfe", "--", "id:letter-1-710@example.org")
        server.label(at[701], add={"50% _"}, remove={"Gr\u00fc\u00dfe"})
        synced(home)
        tap.same([at[n].labels - {"\\Inbox", "\\Starred"} for n in (702, 700, 710)],
                 [{"To do", "Gr\u00fc\u00dfe"}, set(), {"Work", "To do"}], "tags given and taken away here are so there")
        tap.same(tags(home, 701), ["50%25_%5F"], "labels given and taken away there are so here")
        server.box("New")
        server.label(at[700], add={"New"})
        synced(home)
        tap.same(tags(home, 700), ["New"], "a label that comes later")
        settled(home, server, "own names")
        rc(home, server, "labels = table")
        server.label(at[700], add={"Work"}, remove={"New"})
        synced(home)
        tap.same((tags(home, 700), tags(home, 702)), (["work"], ["nothing-there"]),
                 "labels = table: those of the table alone are tags")
        tap.same([at[n].labels - {"\\Inbox", "\\Starred"} for n in (702, 700)], [{"To do", "Gr\u00fc\u00dfe"}, {"Work"}],
                 "which takes nothing away there")
        rc(home, server)
        synced(home)
        tap.same((tags(home, 700), tags(home, 702)), (["work"], ["Gr\u00fc\u00dfe", "To_do", "nothing-there"]), "all travel again: what was missed meanwhile is caught up with")


def too_many():
    """More labels than letters: that is told, once a run, and nothing else suffers."""
    with GmailImap() as server, Home() as home:
        for n in range(70):
            server.box(f"L{n}")
            server.post(letter(n, size=300), "\\Inbox", f"L{n}")
        rc(home, server)
        lines = sync(home)
        told = [e["message"] for e in events(lines, "error")]
        tap.ok(lines[-1]["new"] == 70 and len(told) == 1 and "more labels than letters" in told[0],
               "more labels than letters: told once, and all mail comes", told)
        again = sync(home)
        tap.same(events(again, "error"), [], "and not by each run")
        server.box("L70")
        server.post(letter(70, size=300), "\\Inbox", "L70")
        told = [e["message"] for e in events(sync(home), "error")]
        tap.ok(len(told) == 1 and "\"L70\"" in told[0], "but one more is", told)
        tap.same((len(given(home)), sync(home)[-1]["pushed"], len(server.messages[60].labels)), (54, 0, 2),
                 "each letter is given once, and nothing is taken away there")


def archived(home, server):
    one, two, three = server.messages[1], server.messages[2], server.messages[3]
    before = server.n_bodies
    move(home, one.data, ALL)
    sync(home)
    tap.same(("\\Inbox" in one.labels, here(home)[digest(one.data)][0][0], server.n_bodies), (False, ALL, before),
             "archived here it is archived there, and not fetched again")
    server.label(two, remove={"\\Inbox"})
    sync(home)
    tap.same([f for f, _ in here(home)[digest(two.data)]], [ALL], "archived there it is archived here")
    settled(home, server, "archived")
    server.label(two, add={"\\Inbox"})
    move(home, one.data, "INBOX")
    sync(home)
    tap.same(("\\Inbox" in one.labels, [f for f, _ in here(home)[digest(two.data)]]), (True, ["INBOX"]), "and back, on both sides")
    move(home, three.data, TRASH)
    sync(home)
    tap.same((three.where, here(home)[digest(three.data)][0][0]), ("trash", TRASH), "deleted here it is in the trash there")
    server.post(letter(900), "\\Inbox", "Work")
    lines = sync(home)
    tap.same((lines[-1]["new"], here(home)[digest(letter(900))]), (1, [("INBOX", "a")]), "new mail comes once")
    settled(home, server, "at last")


def hidden():
    with GmailImap(has_all_mail=False, labels=["Work"]) as server, Home() as home:
        server.post(letter(1), "\\Inbox", "Work")
        rc(home, server)
        lines = sync(home)
        tap.same((lines[-1]["new"], len(local_files(home, "INBOX")), len(local_files(home, "Work"))), (2, 1, 1),
                 "without All Mail labels are folders")


with GmailImap(labels=["Work", "Private"]) as gmail, Home() as house:
    for n in range(30):
        gmail.post(letter(n, size=500), *(["\\Inbox"] if n < 8 else []), *(["Work"] if n % 3 == 2 else []),
                   *(["\\Important"] if n % 5 == 4 else []), *(["\\Sent"] if 8 <= n < 11 else []),
                   *(["\\Draft"] if n == 11 else []), *(["Private"] if n % 4 == 3 else []))
    gmail.post(letter(50), where="spam")
    gmail.post(letter(51), where="trash")
    gmail.messages.append(gmail.messages.pop(20))
    rc(house, gmail)
    first(house, gmail)
    labels(house, gmail)
    archived(house, gmail)
    own_names(gmail)
    tap.same(gmail.errors, [], "the server had no trouble")
hidden()
too_many()
tap.done()
