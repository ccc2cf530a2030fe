# SPDX-License-Identifier: GPL-3.0-or-later
"""both_ways - what synchronisation in both directions must do, whatever the server can: for the tests of several servers.

Each function goes on with a home and an account that agree. A server without UIDPLUS keeps what left a folder,
marked; that is not counted as there."""
import os
import shutil

from penfold_test import Home, Tap
from imap_account import digest, events, flags_of, letter, local_files, rc_lines

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


def here(home, folder):
    """Sorted hashes of the letters in the folder that are not marked as deleted."""
    out = []
    for path in local_files(home, folder):
        if "T" not in flags_of(path):
            with open(path, "rb") as f:
                out.append(digest(f.read()))
    return sorted(out)


def difference(home, account, folders):
    return [f"{f}: {len(here(home, f))} here, {len(account.alive(f))} there"
            for f in folders if here(home, f) != account.alive(f)]


def quiet(home, what):
    lines, process = sync(home)
    done = lines[-1]
    tap.same((process.returncode, done["new"], done["flags"], done["pushed"], done["deleted"]),
             (0, 0, 0, 0, 0), f"{what}: the next run has nothing to do")
    return done


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
    tap.ok(digest(letter(1, seed=11)) in account.alive("INBOX") and seen_there(account, "INBOX") >= 1,
           "with their flags")
    tap.same(account.alive("Lists/c &- d"), [digest(letter(3, seed=11))], "into a folder that is made there")
    date = account.imap.uid("FETCH", "1", "INTERNALDATE")[1][0]
    tap.ok(b"09-Sep-2001" in date or b" 9-Sep-2001" in date, "with the date of the file", date)
    tap.ok("Empty" in account.folders(), "an empty folder as well", account.folders())
    quiet(home, what)
    source = local_files(home, "INBOX")[0]
    put(home, "Lists/c & d", open(source, "rb").read(), os.path.basename(source).split(":")[0])
    sync(home)
    tap.same(difference(home, account, ["INBOX"]), [], f"{what}: a copy is one")
    tap.same(len(account.alive("Lists/c &- d")), 2, "there too")
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
    tap.same((lines[-1]["new"], digest(texts[1]) in account.alive("Archive")), (0, True),
             "in another folder it is a move")
    quiet(home, "renamed")


def adopted(account):
    texts = [letter(n, seed=13) for n in range(30)]
    account.append("Junk", *texts)
    account.store("Junk", "1:5", "+FLAGS", "\\Seen")
    with Home() as home:
        home.rc(*rc_lines(account.server, f"imaps://alice@localhost:{account.server.IMAPS_PORT}", extra=["folders = Junk"]))
        for n in range(25):  # mbsync keeps LF
            put(home, "Junk", texts[n].replace(b"\r\n", b"\n"), f"{n}.m.h,U={n + 1}", "F" if n == 1 else "")
        put(home, "Junk", letter(99, seed=13), "99.m.h", "")
        lines, _ = sync(home)
        tap.same((lines[-1]["new"], len(local_files(home, "Junk"))), (5, 31),
                 "a Maildir of mbsync is taken up: only what it lacks is fetched")
        tap.same(len(account.alive("Junk")), 31, "and what the server lacks goes up, once")
        both = [f for f in local_files(home, "Junk") if "/1.m.h" in f]
        tap.same([flags_of(f) for f in both], ["FS"], "flags of both sides are united")
        quiet(home, "adopted")


def asked(home, account):
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
    tap.same((lines[-1]["pushed"], difference(home, account, ["Archive"]), len(account.alive("Archive"))),
             (10, [], n - 10), "--no puts them back on the server")
    quiet(home, "--no")
    # the other way round
    for path in local_files(home, "Archive")[:10]:
        os.unlink(path)
    before = account.alive("Archive")
    lines, _ = sync(home)
    tap.same(([e.get("side") for e in events(lines, "error")], account.alive("Archive")), (["here"], before),
             "ten of twenty vanished here: the server keeps them before a word")
    sync(home, "--no")
    tap.same(difference(home, account, ["Archive"]), [], "--no fetches them again")
    quiet(home, "fetched again")
    shutil.rmtree(home.path("Mail/work/Archive"))
    lines, _ = sync(home)
    tap.same(account.alive("Archive"), before, "a folder that is away deletes nothing")
    lines, _ = sync(home, "--no")
    tap.same(difference(home, account, ["Archive"]), [], "and comes back")
    for path in local_files(home, "Archive")[:10]:
        os.unlink(path)
    trash = len(account.alive("Trash"))
    sync(home, "--yes")
    tap.same((len(account.alive("Archive")), len(account.alive("Trash"))), (n - 20, trash + 10),
             "--yes moves them to the trash there")
    quiet(home, "deleted")


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
    tap.same((difference(home, account, ["Passing"]), len(account.alive("Passing"))), ([], 3), "--no makes it anew")
    quiet(home, "made anew")
    account.imap.select("INBOX")
    account.imap.delete("Passing")
    sync(home, "--yes")
    tap.same(len(local_files(home, "Passing")), 0, "--yes moves its messages to the trash")
    quiet(home, "given up")


def asked_by_steps(home, account):
    """A mass deletion that runs see in parts, each of them little."""
    texts = [letter(n, size=300, seed=22) for n in range(100)]
    account.create("Steps")
    account.append("Steps", *texts)
    sync(home)
    account.expunge("Steps", "1:12")
    lines, _ = sync(home)
    tap.same((lines[-1]["deleted"], len(here(home, "Steps"))), (12, 88), "twelve of a hundred gone there are gone here")
    account.expunge("Steps", "13:24")
    lines, _ = sync(home)
    tap.same(([(e["held_back"], e["side"]) for e in events(lines, "error")], len(here(home, "Steps"))), ([(24, "server")], 100),
             "with twelve more a person is asked, and all of them lie where they were")
    sync(home, "--no")
    tap.same((difference(home, account, ["Steps"]), len(account.alive("Steps"))), ([], 100), "--no puts all back on the server")
    quiet(home, "put back")
    account.expunge("Steps", "25:36")
    sync(home)
    account.expunge("Steps", "37:48")
    sync(home)
    lines, _ = sync(home, "--yes")
    tap.same((lines[-1]["deleted"], len(here(home, "Steps"))), (24, 76), "--yes lets all go")
    account.expunge("Steps", "49")
    lines, _ = sync(home)
    tap.same((lines[-1]["deleted"], events(lines, "error")), (1, []), "which then counts no more")

    for path in local_files(home, "Steps")[:10]:
        os.unlink(path)
    sync(home)
    tap.same(len(account.alive("Steps")), 65, "ten of 75 deleted here are deleted there")
    for path in local_files(home, "Steps")[:10]:
        os.unlink(path)
    lines, _ = sync(home)
    tap.same(([(e["held_back"], e["side"]) for e in events(lines, "error") if "held_back" in e], len(account.alive("Steps"))),
             ([(10, "here")], 65), "with ten more a person is asked, and the server keeps them")
    sync(home, "--yes")
    tap.same(len(account.alive("Steps")), 55, "--yes deletes them there")
    os.unlink(local_files(home, "Steps")[0])
    lines, _ = sync(home)
    tap.same((len(account.alive("Steps")), [e for e in events(lines, "error") if "held_back" in e]), (54, []),
             "which then counts no more")
    quiet(home, "deleted by steps")


def file_of(home, folder, text):
    """The local file with these bytes."""
    found = []
    for path in local_files(home, folder):
        with open(path, "rb") as f:
            if f.read() == text:
                found.append(path)
    assert len(found) == 1, (folder, found)
    return found[0]


def news_and_flags(home, account, what):
    """New mail comes; flags that are set and taken away on either side are so on both."""
    texts = [letter(n, seed=18, message_id=n % 2 == 0) for n in range(6)]
    account.create("News")
    account.append("News", *texts, flags="\\Flagged")
    lines, _ = sync(home)
    tap.same((lines[-1]["new"], difference(home, account, ["News"])), (6, []), f"{what}: new mail comes")
    path = file_of(home, "News", texts[0])
    os.rename(path, path.split(":2,")[0] + ":2,RS")
    account.store("News", "2", "+FLAGS", "(\\Seen $Forwarded)")
    account.store("News", "2", "-FLAGS", "\\Flagged")
    sync(home)
    tap.same((account.flags("News")[digest(texts[0])], flags_of(file_of(home, "News", texts[1]))),
             ({"\\Answered", "\\Seen"}, "PS"), f"{what}: flags are set and taken away on both sides")
    quiet(home, f"{what}, flags")


def moves_and_copies(home, account, what):
    """Files that go to other folders, letters that do so on the server, copies on either side."""
    texts = [letter(n, seed=19, message_id=n % 2 == 0) for n in range(8)]
    account.create("From")
    account.create("To")
    account.append("From", *texts)
    sync(home)
    for n in (0, 1):
        path = file_of(home, "From", texts[n])
        os.rename(path, home.path("Mail/work/To/cur", os.path.basename(path).split(":2,")[0] + ":2,S"))
    account.move("From", "3:4", "To")
    put(home, "To", texts[4], "copy.host", "S")
    account.imap.select("From")
    account.imap.uid("COPY", "6", "To")
    sync(home)
    sync(home)
    tap.same((difference(home, account, ["From", "To"]), account.alive("To"), account.alive("From")),
             ([], sorted(map(digest, texts[:6])), sorted(map(digest, texts[4:]))), f"{what}: moves and copies of both sides")
    tap.same([account.flags("To")[digest(t)] for t in texts[:2]], [{"\\Seen"}] * 2, "with their flags")
    quiet(home, f"{what}, moved and copied")


def deletions(home, account, what):
    texts = [letter(n, seed=20, message_id=n % 2 == 0) for n in range(12)]
    account.create("Less")
    account.append("Less", *texts)
    sync(home)
    before = account.alive("Trash")
    for n in (0, 1):
        os.unlink(file_of(home, "Less", texts[n]))
    account.expunge("Less", "3")
    sync(home)
    sync(home)
    tap.same((difference(home, account, ["Less"]), account.alive("Less")), ([], sorted(map(digest, texts[3:]))),
             f"{what}: deleted on either side, gone on both")
    tap.same((account.alive("Trash"), set(map(digest, texts[:3])) <= set(here(home, "Trash"))),
             (sorted(before + [digest(t) for t in texts[:2]]), True), f"{what}: what was deleted here is in the trash there, once")
    for n in (0, 1):
        os.unlink(file_of(home, "Trash", texts[n]))
    sync(home)
    tap.same(account.alive("Trash"), before, f"{what}: deleted from the trash, it is gone there")
    account.append("Less", texts[5])
    sync(home)
    trash = here(home, "Trash")
    account.expunge("Less", account.uids("Less")[-1])
    sync(home)
    tap.same((difference(home, account, ["Less"]), here(home, "Trash")), ([], trash),
             f"{what}: of a letter that is there twice one goes, and needs no place in the trash")
    quiet(home, f"{what}, deleted")


def renumbered(home, account, what):
    """Another UIDVALIDITY: the same letters by other numbers, one of them new."""
    texts = [letter(n, seed=21, message_id=n % 2 == 0) for n in range(9)]
    account.create("Numbers")
    account.append("Numbers", *texts)
    sync(home)
    path = file_of(home, "Numbers", texts[2])
    os.rename(path, path.split(":2,")[0] + ":2,F")
    names = {os.path.basename(p).split(":2,")[0] for p in local_files(home, "Numbers")}
    account.imap.select("INBOX")
    assert account.imap.delete("Numbers")[0] == "OK"
    account.create("Numbers")
    account.append("Numbers", *texts[::-1], letter(9, seed=21))
    lines, _ = sync(home)
    sync(home)
    kept = {os.path.basename(p).split(":2,")[0] for p in local_files(home, "Numbers")}
    tap.same((difference(home, account, ["Numbers"]), len(account.alive("Numbers")), names <= kept, len(kept)),
             ([], 10, True, 10), f"{what}: renumbered, every letter keeps its file, and nothing is asked")
    tap.same([e for e in events(lines, "error") if e.get("held_back")], [], "or held back")
    tap.same(account.flags("Numbers")[digest(texts[2])], {"\\Flagged"}, f"{what}: what was done here meanwhile goes up")
    quiet(home, f"{what}, renumbered")


def everything(home, account, what):
    """All of it, in one home, on a server that has nothing else."""
    account.append("INBOX", *[letter(n, seed=10) for n in range(10)])
    sync(home)
    letters_go_up(home, account, what)
    news_and_flags(home, account, what)
    moves_and_copies(home, account, what)
    deletions(home, account, what)
    renamed_by_others(home, account)
    adopted(account)
    asked(home, account)
    asked_by_steps(home, account)
    lost_folder(home, account)
    renumbered(home, account, what)
