# SPDX-License-Identifier: GPL-3.0-or-later
"""stage_state - what lies on both sides between two runs: put back as it was, and told in short.

    folder = Folder(path)             ... folder.restore()
    summary(mail, database, maildirs) is the same for two states that differ only in what a run gives out anew each time:
        names of files, times, and the UIDVALIDITY of a folder that it made"""
import hashlib
import os
import re
import shutil
import sqlite3
import stat
import tempfile

from penfold_test import children, wait_for

UNIQUE = re.compile(r"^\d+\.[^/ ]+$")  # a name of a file in a Maildir


def sessions_are_over(server):
    """A server goes on for a moment with what it heard before a connection was cut."""
    wait_for(lambda: "imap" not in children(server.pid).values(), what="the end of the server's sessions", pause=0.002)


def is_letter(path):
    """Its bytes never change under its name."""
    return os.path.basename(os.path.dirname(path)) in ("cur", "new")


class Folder:
    """A folder with all below it, in memory; letters that are still there are not written anew."""

    def __init__(self, root):
        self.root, self.folders, self.files, self.inodes = root, {}, {}, {}
        for folder, _, names in os.walk(root):
            self.folders[folder] = os.lstat(folder)
            for name in names:
                path = os.path.join(folder, name)
                if stat.S_ISREG(os.lstat(path).st_mode):
                    with open(path, "rb") as f:
                        self.files[path] = f.read(), os.fstat(f.fileno())
                    self.inodes[path] = os.lstat(path).st_ino

    def restore(self):
        for folder, below, names in os.walk(self.root, topdown=False):
            for name in names:
                path = os.path.join(folder, name)
                if path not in self.files:
                    os.unlink(path)
            if folder not in self.folders:
                shutil.rmtree(folder)
        for folder, was in self.folders.items():
            os.makedirs(folder, exist_ok=True)
            os.chown(folder, was.st_uid, was.st_gid)
            os.chmod(folder, stat.S_IMODE(was.st_mode))
        for path, (data, was) in self.files.items():
            if not is_letter(path) or not self.is_there(path):
                self.write(path, data, was)
        for folder, was in self.folders.items():
            os.utime(folder, ns=(was.st_atime_ns, was.st_mtime_ns))

    def is_there(self, path):
        return os.path.exists(path) and os.lstat(path).st_ino == self.inodes[path]

    def write(self, path, data, was):
        if os.path.exists(path):
            os.unlink(path)
        with open(path, "wb") as f:
            f.write(data)
        os.chown(path, was.st_uid, was.st_gid)
        os.chmod(path, stat.S_IMODE(was.st_mode))
        os.utime(path, ns=(was.st_atime_ns, was.st_mtime_ns))
        self.inodes[path] = os.lstat(path).st_ino


def letters(root):
    """(folder, cur or new or tmp, base name, flags, hash) of every file of every Maildir."""
    for folder, _, names in os.walk(root):
        sub = os.path.basename(folder)
        for name in names if sub in ("cur", "new", "tmp") else ():
            with open(os.path.join(folder, name), "rb") as f:
                data = f.read().replace(b"\r\n", b"\n")
            base, _, flags = name.partition(":2,")
            yield (os.path.relpath(os.path.dirname(folder), root), sub, base, flags,
                   hashlib.sha256(data).hexdigest())


def there(maildirs):
    """What the server has, and the UIDVALIDITY of its folders: by Dovecot's own lists."""
    uids, validity, out = {}, {}, []
    for folder, _, names in os.walk(maildirs):
        if "dovecot-uidlist" in names:
            with open(os.path.join(folder, "dovecot-uidlist")) as f:
                head, *lines = f.read().splitlines()
            here = os.path.relpath(folder, maildirs)
            validity[here], following = re.match(r"3 V(\d+) N(\d+)", head).groups()
            out.append((here, "next", following))
            uids.update({(here, re.sub(r",.*", "", line.partition(" :")[2].partition(":2,")[0])): line.split()[0]
                         for line in lines})
    out += [(folder, sub, flags, digest, uids.get((folder, re.sub(r",.*", "", base)), "")) for folder, sub, base, flags, digest in letters(maildirs)]
    return sorted(out), set(validity.values())


def rows(database, names, validities):
    """All of the client's state. names: of files -> what is in them."""
    with tempfile.TemporaryDirectory(dir=os.path.dirname(os.path.dirname(database))) as copy:
        for end in ("", "-wal"):
            if os.path.exists(database + end):
                shutil.copy(database + end, os.path.join(copy, "db" + end))
        db = sqlite3.connect(os.path.join(copy, "db"))
        tables = [t for t, in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        out = []
        for table in tables:
            cursor = db.execute(f"SELECT * FROM {table}")
            columns = [c[0] for c in cursor.description]
            out += sorted((table, *(value(column, x, names, validities) for column, x in zip(columns, row)
                                    if column != "since")) for row in cursor)
        db.close()
    return out


def value(column, x, names, validities):
    if column == "uidvalidity":
        return "0" if not x else "that of the server" if str(x) in validities else "another"
    if x in names:
        return names[x]
    return "a name of nothing" if isinstance(x, str) and UNIQUE.match(x) else repr(x)


def summary(mail, database, maildirs):
    server, validities = there(maildirs)
    here = list(letters(mail))
    names = {base: digest for _, _, base, _, digest in here}
    files = sorted((folder, sub, flags, digest) for folder, sub, _, flags, digest in here)
    text = repr((server, files, rows(database, names, validities)))
    return hashlib.sha256(text.encode()).hexdigest()
