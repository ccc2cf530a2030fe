#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Both ways: letters and folders that are new here go up, a Maildir of another program is taken up,
what is deleted on one side goes to the trash on the other, and much at once is asked about."""
import os
import shutil

from penfold_test import Home, Server, Tap
from imap_account import Account, digest, events, flags_of, letter, local_bodies, local_files, rc_lines

POOR = "IMAP4rev1 AUTH=PLAIN"
tap = Tap()


def sync(home, *args, expected=0):
    lines, process = home.json_lines("penfold-sync", *args, "work")
    if process.returncode != expected:
        tap.diag(process.stdout[-2000:], process.stderr)
    return lines, process


def put(home, folder, text, name, flags="S"):
    """A file of another program."""
    base = home.path("Mail/work", folder)
    for sub in ("cur", "new", "tmp"):
        os.makedirs(os.path.join(base, sub), exist_ok=True)
    path = os.path.join(base, "cur", f"{name}:2,{flags}")
    with open(path, "wb") as f:
        f.write(text)
    return path


def difference(home, account, folders):
    return [f"{f}: {len(local_bodies(home, f))} here, {len(account.bodies(f))} there"
            for f in folders if local_bodies(home, f) != account.bodies(f)]


def quiet(home, what):
    lines, process = sync(home)
    done = lines[-1]
    tap.same((process.returncode, done["new"], done["flags"], done["pushed"], done["deleted"]),
             (0, 0, 0, 0, 0), f"{what}: the next run has nothing to do")


def seen_there(account, folder):
    account.imap.select(account.quote(folder), readonly=True)
    return len(account.imap.uid("SEARCH", "SEEN")[1][0].split())


def letters_go_up(home, account, what):
    put(home, "INBOX", letter(1, seed=11), "1.a.h")
    put(home, "INBOX", letter(2, seed=11), "2.a.h", "")
    os.utime(put(home, "Lists/c & d", letter(3, seed=11), "3.a.h"), (1e9, 1e9))
    os.makedirs(home.path("Mail/work/Empty/cur"))
    for sub in ("new", "tmp"):
        os.makedirs(home.path("Mail/work/Empty", sub))
    lines, _ = sync(home)
    tap.same((lines[-1]["pushed"], lines[-1]["new"]), (3, 0), f"{what}: letters of other programs go up")
    tap.ok(digest(letter(1, seed=11)) in account.bodies("INBOX") and seen_there(account, "INBOX") >= 1,
           "with their flags")
    tap.same(account.bodies("Lists/c &- d"), [digest(letter(3, seed=11))], "into a folder that is made there")
    date = account.imap.uid("FETCH", "1", "INTERNALDATE")[1][0]
    tap.ok(b"09-Sep-2001" in date or b" 9-Sep-2001" in date, "with the date of the file", date)
    tap.ok("Empty" in account.folders(), "an empty folder as well", account.folders())
    quiet(home, what)
    source = local_files(home, "INBOX")[0]
    put(home, "Lists/c & d", open(source, "rb").read(), os.path.basename(source).split(":")[0])
    sync(home)
    tap.same(difference(home, account, ["INBOX"]), [], f"{what}: a copy is one")
    tap.same(len(account.bodies("Lists/c &- d")), 2, "there too")
    quiet(home, f"{what}, copied")


def renamed_by_others(home, account):
    """As mutt moves: another name, even in another folder."""
    texts = [letter(n, seed=12) for n in range(4)]
    account.append("INBOX", *texts)
    sync(home)
    files = {}
    for path in local_files(home, "INBOX"):
        with open(path, "rb") as f:
            files[digest(f.read())] = path
    os.rename(files[digest(texts[0])], home.path("Mail/work/INBOX/cur/9.b.h,U=7:2,S"))
    os.rename(files[digest(texts[1])], home.path("Mail/work/Archive/cur/9.c.h:2,F"))
    lines, _ = sync(home)
    tap.same(difference(home, account, ["INBOX", "Archive"]), [], "a file under another name is the same message")
    tap.same((lines[-1]["new"], digest(texts[1]) in account.bodies("Archive")), (0, True),
             "in another folder it is a move")
    quiet(home, "renamed")


def adopted(server, account):
    texts = [letter(n, seed=13) for n in range(30)]
    account.append("Junk", *texts)
    account.store("Junk", "1:5", "+FLAGS", "\\Seen")
    with Home() as home:
        home.rc(*rc_lines(server, f"imaps://alice@localhost:{server.IMAPS_PORT}", extra=["folders = Junk"]))
        for n in range(25):  # mbsync keeps LF
            put(home, "Junk", texts[n].replace(b"\r\n", b"\n"), f"{n}.m.h,U={n + 1}", "F" if n == 1 else "")
        put(home, "Junk", letter(99, seed=13), "99.m.h", "")
        lines, _ = sync(home)
        tap.same((lines[-1]["new"], len(local_files(home, "Junk"))), (5, 31),
                 "a Maildir of mbsync is taken up: only what it lacks is fetched")
        tap.same(len(account.bodies("Junk")), 31, "and what the server lacks goes up, once")
        both = [f for f in local_files(home, "Junk") if "/1.m.h" in f]
        tap.same([flags_of(f) for f in both], ["FS"], "flags of both sides are united")
        quiet(home, "adopted")


def asked(home, server):
    account = Account(server)
    texts = [letter(n, size=300, seed=14) for n in range(20)]
    account.append("Archive", *texts)
    sync(home)
    n = len(local_files(home, "Archive"))
    account.expunge("Archive", "1:10")
    lines, _ = sync(home)
    told = [e for e in events(lines, "error") if e.get("held_back")]
    tap.same(([e["held_back"] for e in told], [e["side"] for e in told], len(local_files(home, "Archive"))),
             ([10], ["server"], n), "ten of twenty gone there: nothing is moved here before a word")
    lines, _ = sync(home)
    tap.same(len([e for e in events(lines, "error") if e.get("held_back")]), 1, "and it is asked again")
    lines, _ = sync(home, "--yes")
    tap.same((lines[-1]["deleted"], len(local_files(home, "Archive"))), (10, n - 10), "--yes moves them to the trash")
    quiet(home, "--yes")
    account.expunge("Archive", "11:20")
    sync(home)
    lines, _ = sync(home, "--no")
    tap.same((lines[-1]["pushed"], difference(home, account, ["Archive"]), len(account.bodies("Archive"))),
             (10, [], n - 10), "--no puts them back on the server")
    quiet(home, "--no")
    # the other way round
    for path in local_files(home, "Archive")[:10]:
        os.unlink(path)
    before = account.bodies("Archive")
    lines, _ = sync(home)
    tap.same(([e.get("side") for e in events(lines, "error")], account.bodies("Archive")), (["here"], before),
             "ten of twenty vanished here: the server keeps them before a word")
    sync(home, "--no")
    tap.same(difference(home, account, ["Archive"]), [], "--no fetches them again")
    quiet(home, "fetched again")
    shutil.rmtree(home.path("Mail/work/Archive"))
    lines, _ = sync(home)
    tap.same(account.bodies("Archive"), before, "a folder that is away deletes nothing")
    lines, _ = sync(home, "--no")
    tap.same(difference(home, account, ["Archive"]), [], "and comes back")
    for path in local_files(home, "Archive")[:10]:
        os.unlink(path)
    trash = len(account.bodies("Trash"))
    sync(home, "--yes")
    tap.same((len(account.bodies("Archive")), len(account.bodies("Trash"))), (n - 20, trash + 10),
             "--yes moves them to the trash there")
    quiet(home, "deleted")


def month(home, account):
    """What the server lost leaves the trash after thirty days."""
    account.append("INBOX", *[letter(n, seed=15) for n in range(12)])
    sync(home)
    account.imap.select("INBOX")
    last = account.imap.uid("SEARCH", "ALL")[1][0].split()[-1].decode()
    account.expunge("INBOX", last)
    sync(home)
    digests = local_bodies(home, "Trash")
    tap.ok(digest(letter(11, seed=15)) in digests, "what the server lost is in the trash")
    path = next(p for p in local_files(home, "Trash") if digest(open(p, "rb").read()) == digest(letter(11, seed=15)))
    quiet(home, "before the month is over")
    library = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1"
    if not os.path.exists(library):
        tap.ok(True, "after a month # SKIP faketime is not installed")
        return
    home.env.update(LD_PRELOAD=library, FAKETIME="+31d", FAKETIME_DONT_FAKE_MONOTONIC="1")
    sync(home)
    del home.env["LD_PRELOAD"]
    tap.same(os.path.exists(path), False, "and no longer after a month")


def keywords(server):
    """A table in the rc: an IMAP keyword is a tag, both ways."""
    account = Account(server)
    account.create("Marked")
    account.append("Marked", *[letter(n, seed=17) for n in range(3)])
    account.store("Marked", "1", "+FLAGS", "($Important urgent)")
    with Home() as home:
        home.rc(*rc_lines(server, f"imaps://alice@localhost:{server.IMAPS_PORT}", extra=["folders = Marked"]),
                "[keywords]", "a = $Important important", "b = urgent urgent", "c = nonsense( no")

        def tags(n):
            answer = home.ask("penfold-store", {"op": "scan"},
                              {"op": "message", "message_id": f"letter-17-{n}@example.org"})[-1]
            return {"important", "urgent"} & set(answer["tags"])

        def there(uid):
            account.imap.select("Marked", readonly=True)
            text = account.imap.uid("FETCH", uid, "FLAGS")[1][0].decode()
            return {k for k in ("$Important", "urgent") if k in text}

        sync(home)
        tap.same((tags(0), tags(1)), ({"important", "urgent"}, set()), "keywords of the server are tags here")
        account.store("Marked", "1", "-FLAGS", "urgent")
        account.store("Marked", "2", "+FLAGS", "urgent")
        sync(home)
        tap.same((tags(0), tags(1)), ({"important"}, {"urgent"}), "and follow it")
        process = home.run("penfold", "tag", "+important", "-urgent", "--", "id:letter-17-1@example.org")
        tap.same(process.returncode, 0, "penfold tag")
        sync(home)
        tap.same((there("1"), there("2")), ({"$Important"}, {"$Important"}), "tags given here are keywords there")
        quiet(home, "keywords")


def lost_folder(home, account):
    account.create("Passing")
    account.append("Passing", *[letter(n, seed=16) for n in range(3)])
    sync(home)
    account.imap.select("INBOX")
    assert account.imap.delete("Passing")[0] == "OK"
    lines, _ = sync(home)
    tap.same((len(local_files(home, "Passing")), "Passing" in account.folders()), (3, False),
             "a folder that vanished there stays here and is not made again")
    tap.same([(e["folder"], e["held_back"]) for e in events(lines, "error")], [("Passing", 3)], "which is asked about")
    sync(home, "--no")
    tap.same((difference(home, account, ["Passing"]), len(account.bodies("Passing"))), ([], 3), "--no makes it anew")
    quiet(home, "made anew")
    account.imap.select("INBOX")
    account.imap.delete("Passing")
    sync(home, "--yes")
    tap.same(len(local_files(home, "Passing")), 0, "--yes moves its messages to the trash")
    quiet(home, "given up")


def main():
    with Home() as home, Server("dovecot", home.path("d")) as server:
        account = Account(server)
        home.rc(*rc_lines(server, f"imaps://alice@localhost:{server.IMAPS_PORT}"))
        account.append("INBOX", *[letter(n, seed=10) for n in range(10)])
        sync(home)
        letters_go_up(home, account, "UIDPLUS")
        renamed_by_others(home, account)
        adopted(server, account)
        asked(home, server)
        lost_folder(home, account)
        keywords(server)
        month(home, account)
    with Home() as home, Server("dovecot", home.path("d"), PF_IMAP_CAPABILITY=POOR) as server:
        account = Account(server)
        home.rc(*rc_lines(server, f"imaps://alice@localhost:{server.IMAPS_PORT}"))
        account.append("INBOX", *[letter(n, seed=10) for n in range(10)])
        sync(home)
        letters_go_up(home, account, "IMAP4rev1 alone")
    tap.done()


main()
