# SPDX-License-Identifier: GPL-3.0-or-later
"""penfold_test - for tests in Python: a throw-away home, Penfold's programs, servers, TAP.

    from penfold_test import Home, Server, Tap
    tap = Tap()
    with Home() as home, Server("dovecot", home.path("d")) as imap:
        home.rc('[account "work"]', "address = a@penfold.test", imap=f"imaps://...")
        tap.ok(home.run("penfold", "sync").returncode == 0, "syncs")
    tap.done()

run_test puts this folder on PYTHONPATH."""
import contextlib
import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

SOURCE = os.environ.get("PENFOLD_SOURCE") or os.path.dirname(
    os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ.get("PENFOLD_BUILD") or os.path.join(SOURCE, "build")
TMP = os.environ.get("PENFOLD_TMP", "/tmp")
SERVERS = os.path.join(SOURCE, "tests", "servers")


class Tap:
    """Test lines as they happen; done() prints the plan and exits with the result."""

    def __init__(self):
        self.count = self.failed = 0

    def ok(self, claim, name, *details):
        self.count += 1
        if not claim:
            self.failed += 1
        print(f"{'ok' if claim else 'not ok'} {self.count} - {name}", flush=True)
        if not claim:
            self.diag(*details)
        return bool(claim)

    def same(self, actual, expected, name):
        return self.ok(actual == expected, name, f"expected: {expected!r}", f"     got: {actual!r}")

    def contains(self, text, part, name):
        return self.ok(part in text, name, f"{part!r} is not in:", text)

    def diag(self, *details):
        for detail in details:
            for line in str(detail).splitlines():
                print("# " + line, flush=True)

    def done(self):
        print(f"1..{self.count}", flush=True)
        sys.exit(1 if self.failed else 0)


def skip_all(reason):
    """The whole file does not apply here; says so where prove shows it."""
    print(f"1..0 # SKIP {reason}", flush=True)
    sys.exit(0)


def of_process(pid, what):
    """What proc(5) has of a process; b"" where it is gone, or shows that to root alone."""
    try:
        with open(f"/proc/{pid}/{what}", "rb") as f:
            return f.read()
    except OSError:
        return b""


def name_of(pid):
    """Of a process, cut to 15 letters."""
    return of_process(pid, "comm").strip().decode()


def processes(home):
    """pid -> name of all programs that run in this home. A sealed one shows its environment to nobody but root: then
    its parents are asked."""
    def is_ours(pid):
        while pid > 1 and not (environ := of_process(pid, "environ")):
            state, parent = (of_process(pid, "stat").rpartition(b")")[2].split() or [b"Z", b"0"])[:2]
            pid = 0 if state == b"Z" else int(parent)  # one that has ended shows nothing either
        return pid > 1 and f"HOME={home.dir}\0".encode() in environ

    return {pid: name_of(pid) for pid in map(int, filter(str.isdigit, os.listdir("/proc"))) if is_ours(pid)}


def helpers(home, name):
    """The pids of the programs of this name that run in this home."""
    return [pid for pid, its in processes(home).items() if its == name[:15]]


def kill_all(home, but=()):
    """With signal 9 and all at once, as when the machine's power fails: what runs in this home, but for those pids."""
    for pid in processes(home):
        if pid not in but:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass


def number_in(path):
    """The number that a file holds; 0 where there is none."""
    try:
        with open(path, encoding="ascii") as f:
            return int(f.read() or 0)
    except FileNotFoundError:
        return 0


def children(pid):
    """pid -> name of the children of a process."""
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as f:
        return {int(child): name_of(child) for child in f.read().split()}


@contextlib.contextmanager
def locked_index(home):
    """Another program holds the lock of the index for as long as a `with` lasts."""
    with open(home.path("Mail/.notmuch/xapian/flintlock"), "r+b") as lock:
        fcntl.lockf(lock, fcntl.LOCK_EX)
        yield


class Stopped:
    """The helpers of a name do nothing for as long as a `with` lasts."""

    def __init__(self, home, name):
        self.pids = wait_for(lambda: helpers(home, name), what=name)

    def __enter__(self):
        for pid in self.pids:
            os.kill(pid, signal.SIGSTOP)

    def __exit__(self, *_):
        for pid in self.pids:
            os.kill(pid, signal.SIGCONT)


def wait_for(claim, seconds=20, what="it", pause=0.02):
    """Poll until claim() is true and return its value; TimeoutError after `seconds`."""
    end = time.monotonic() + seconds
    while True:
        value = claim()
        if value:
            return value
        if time.monotonic() > end:
            raise TimeoutError(f"{what} did not happen within {seconds} s")
        time.sleep(pause)


def port_answers(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    except OSError:
        return False


class Home:
    """A temporary HOME with an rc file; `with` removes it. Paths stay short for Unix sockets."""

    def __init__(self):
        self.dir = tempfile.mkdtemp(prefix="pf.", dir=TMP)
        os.chmod(self.dir, 0o711)  # a server that root started passes through as nobody
        self.rc_path = self.path("rc")
        self.env = dict(os.environ, HOME=self.dir, PENFOLD_RC=self.rc_path, LC_ALL="C.UTF-8",
                        XDG_STATE_HOME=self.path("state"), XDG_CONFIG_HOME=self.path("config"))
        self.rc()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        """A helper that outlives its command for a moment may still write there."""
        end = time.monotonic() + 5
        while os.path.exists(self.dir) and time.monotonic() < end:
            shutil.rmtree(self.dir, ignore_errors=True)
            time.sleep(0.02)

    def path(self, *parts):
        return os.path.join(self.dir, *parts)

    def rc(self, *lines):
        """Write the rc file: these lines, and store and state below the home."""
        text = f"[store]\npath = {self.path('Mail')}\nstate = {self.path('state/penfold')}\n"
        with open(self.rc_path, "w") as f:
            f.write(text + "\n".join(lines) + "\n")
        os.chmod(self.rc_path, 0o600)

    def program(self, name):
        return os.path.join(BUILD, name)

    def run(self, name, *args, input=None, timeout=120, **options):
        """Run a program of the build; text in and out unless input is bytes."""
        is_text = not isinstance(input, bytes)
        return subprocess.run([self.program(name), *args], input=input, env=self.env,
                              capture_output=True, timeout=timeout, text=is_text,
                              errors="replace" if is_text else None,
                              stdin=None if input is not None else subprocess.DEVNULL, **options)

    def json_lines(self, name, *args, **options):
        """Run a program that prints JSON lines; (the objects, the finished process)."""
        process = self.run(name, *args, **options)
        return [json.loads(line) for line in process.stdout.splitlines() if line], process

    def ask(self, helper, *requests, args=(), timeout=120):
        """Run a helper by hand: JSON lines in, the objects of its answers out."""
        text = "".join(json.dumps({"id": i + 1, **r}) + "\n" for i, r in enumerate(requests))
        return self.json_lines(helper, *args, input=text, timeout=timeout)[0]


class Server:
    """tests/servers/KIND.sh in a folder: started by `with`, its env as attributes (ints)."""

    def __init__(self, kind, directory, *args, **environment):
        self.script = os.path.join(SERVERS, kind + ".sh")
        self.dir, self.args = directory, args
        self.environment = dict(os.environ, **environment)

    def __enter__(self):
        done = subprocess.run([self.script, "start", self.dir, *self.args], env=self.environment,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              stdin=subprocess.DEVNULL)
        if done.returncode == 77:
            skip_all(done.stdout.strip())
        if done.returncode:
            raise RuntimeError(done.stdout)
        with open(os.path.join(self.dir, "env")) as f:
            for line in f:
                key, value = line.strip().split("=", 1)
                setattr(self, key, int(value) if value.isdigit() else value)
        return self

    def __exit__(self, *_):
        subprocess.run([self.script, "stop", self.dir], env=self.environment, check=False)

    @property
    def pid(self):
        with open(os.path.join(self.dir, "pid")) as f:
            return int(f.read())
