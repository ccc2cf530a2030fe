#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Old mail comes in: mbox, Maildir and MH, with what twenty years do to them. What was read stays read, what was taken in is
not taken in twice, and what is damaged keeps nothing else back."""
import os

from penfold_test import Home, Tap

tap = Tap()
FROM = "From ann@x.example Mon Jan  5 10:00:00 2004\n"


def letter(i, *fields, body="Words.\n"):
    more = "".join(f + "\n" for f in fields)
    return f"From: Ann <ann@x.example>\nSubject: letter {i}\nMessage-ID: <{i}@x.example>\nDate: Mon, 5 Jan 2004 10:00:{i % 60:02} +0000\n{more}\n{body}"


def put(home, name, data):
    os.makedirs(os.path.dirname(home.path(name)), exist_ok=True)
    with open(home.path(name), "wb") as f:
        f.write(data.encode() if isinstance(data, str) else data)
    return home.path(name)


def take(home, *args):
    done = home.run("penfold", "import", *args)
    return done.returncode, done.stdout + done.stderr


def tags(home, i):
    rows = home.json_lines("penfold", "search", "--json", f"id:{i}@x.example")[0]
    return sorted(rows[0]["tags"]) if rows else None


def folder(home, i):
    rows = home.json_lines("penfold", "search", "--json", f"id:{i}@x.example")[0]
    return rows[0]["folder"] if rows else None


def count(home, query="*"):
    return int(home.run("penfold", "count", query).stdout)


def raw(home, i):
    return home.run("penfold", "show", "--raw", f"id:{i}@x.example").stdout


def flags(home):
    path = put(home, "flags", "".join(FROM + letter(i, *fields) + "\n" for i, fields in enumerate([
        ["Status: RO"], ["Status: O"], ["Status: RO", "X-Status: AF"], ["X-Mozilla-Status: 0001"], ["X-Mozilla-Status: 0007"],
        ["X-Mozilla-Status: 0009"], ["Status: R", "X-Status: D"], []])))
    tap.same(take(home, path), (0, "7 messages taken in, 1 left out that its mbox has as removed\n"), "an mbox with flags")
    tap.same([tags(home, i) for i in range(8)], [[], ["unread"], ["flagged", "replied"], [], ["flagged", "replied"], None, [], ["unread"]],
             "what was read, answered and marked is so here")
    tap.same(take(home, path), (0, "0 messages taken in, 7 were here already, 1 left out that its mbox has as removed\n"), "and not twice")
    put(home, "read", FROM + letter(70))
    tap.same((take(home, "--read", home.path("read"))[0], tags(home, 70)), (0, []), "--read: as read, where nothing says so")


def damaged(home):
    text = FROM + letter(100, body="He wrote:\n\nFrom here on, words.\nFrom there, others.\n")  # not quoted by who wrote it
    text += "\nFrom \n" + letter(101)  # as Thunderbird writes it
    text += FROM + letter(102)  # no empty line before it
    text += "\nFrom bo Mon, 5 Jan 2004 10:00:00 +0100\n" + letter(103, body="\n\nFrom \nno header\n")
    text += "\n" + FROM + "\n"  # nothing in it
    text += FROM + letter(104, body="cut off in the mid")
    path = put(home, "damaged", text)
    code, said = take(home, path)
    tap.same((code, said), (0, "5 messages taken in\n"), "an mbox with lines that begin with From, and some that are missing")
    tap.same([raw(home, 100).splitlines()[-3:], raw(home, 103).splitlines()[-2:], raw(home, 104).splitlines()[-1]],
             [["", "From here on, words.", "From there, others."], ["From ", "no header"], "cut off in the mid"], "is parted where its messages end")
    path = put(home, "nul", FROM.encode() + letter(110).encode() + b"\0\0\xff\r\n" + b"x" * 5000 + b"\n\n" + FROM.encode() + letter(111).encode())
    tap.same((take(home, path), count(home, "id:110@x.example or id:111@x.example")), ((0, "2 messages taken in\n"), 2), "with NUL and bytes that are no text")
    good = put(home, "good.eml", letter(123))
    code, said = take(home, put(home, "script", "#!/bin/sh\necho: no mail\n"), home.path("none"), good)
    tap.same((code, count(home, "id:123@x.example")), (65, 1), "what cannot be taken in keeps nothing else back")
    tap.same([part for part in ("script: it is neither", "none: No such file", "1 message taken in") if part not in said], [], "and is named")


def trees(home):
    put(home, "Old/inbox", FROM + letter(200))
    put(home, "Old/Archive.sbd/2003", FROM + letter(201))
    put(home, "Old/inbox.msf", "// <!-- <mdb:mork:z v=\"1.4\"/> -->\n")
    put(home, "Old/mh/1", letter(202))
    put(home, "Old/mh/17", letter(203))
    put(home, "Old/mh/.mh_sequences", "cur: 17\nunseen: 17-20\nflagged: 1\n")
    put(home, "Old/mh/,3", letter(299))
    put(home, "Old/mh/sub/1", letter(204))
    for sub in ("cur", "new", "tmp"):
        os.makedirs(home.path("Old/md", sub))
        os.makedirs(home.path("Old/md/.Lists.one", sub))
    put(home, "Old/md/cur/1.x:2,FS", letter(205))
    put(home, "Old/md/new/2.x", letter(206))
    put(home, "Old/md/tmp/3.x", letter(298))
    put(home, "Old/md/.Lists.one/cur/4.x:2,", letter(207))
    put(home, "Old/notes.txt", "milk, bread\n")
    os.symlink("/etc", home.path("Old/link"))
    code, said = take(home, home.path("Old"))
    wanted = {200: "Import/inbox", 201: "Import/Archive/2003", 202: "Import/mh", 203: "Import/mh", 204: "Import/mh/sub", 205: "Import/md",
              206: "Import/md", 207: "Import/md/Lists/one", 298: None, 299: None}
    tap.same((code, {i: folder(home, i) for i in wanted}), (65, wanted), "a folder of mbox, MH and Maildir, with the folders below it")
    tap.same([p for p in ("8 messages taken in", "notes.txt: it is neither") if p not in said] + [said.count("penfold: ")], [1], "what is none is named, and nothing else")
    tap.same([tags(home, i) for i in (202, 203, 205, 206, 207)], [["flagged"], ["unread"], ["flagged"], ["unread"], ["unread"]], "flags of names and sequences")
    tap.same(take(home, "--folder", "mine", home.path("Old/mh")), (0, "3 messages taken in\n"), "one folder")
    tap.same(sorted({e for _, dirs, _ in os.walk(home.path("Mail/local/mine")) for e in dirs} - {"cur", "new", "tmp"}), ["sub"], "goes into the one that is named")


def again(home):
    """Stopped in the midst, the next run takes in the rest."""
    path = put(home, "long", "".join(FROM + letter(1000 + i) + "\n" for i in range(500)))
    done = home.run("penfold", "import", "--folder", "Long", path)
    tap.same((done.returncode, done.stdout), (0, "500 messages taken in\n"), "many")
    n = len(os.listdir(home.path("Mail/local/Long/new")))
    for name in sorted(os.listdir(home.path("Mail/local/Long/new")))[300:]:
        os.unlink(home.path("Mail/local/Long/new", name))
    done = home.run("penfold", "import", "--folder", "Long", path)
    tap.same((n, done.stdout), (500, "200 messages taken in, 300 were here already\n"), "the rest comes")
    tap.same(count(home, "tag:inbox"), 0, "old mail elsewhere is not new in the inbox")
    take(home, "--folder", "INBOX", put(home, "late.eml", letter(1999)))
    tap.same(tags(home, 1999), ["inbox", "unread"], "and in the inbox it is")
    lines, _ = home.json_lines("penfold", "import", "--json", put(home, "one.eml", letter(2000)))
    tap.same([sorted(x) for x in lines], [["id", "path"]], "--json tells of each")


with Home() as home:
    home.rc("[dns]\nzone = " + home.path("zone"), '[account "local"]', "address = Me <my@x.example>")
    put(home, "zone", "{}")
    flags(home)
    damaged(home)
    trees(home)
    again(home)
tap.done()
