# SPDX-License-Identifier: GPL-3.0-or-later
"""imap_watch - `penfold sync --watch`, seen from outside."""
import json
import queue
import subprocess
import threading
import time


class Watch:
    """penfold sync --watch, its events as they come."""

    def __init__(self, home):
        self.process = subprocess.Popen([home.program("penfold"), "sync", "--watch", "--json"], env=home.env,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                        stdin=subprocess.DEVNULL)
        self.events, self.seen = queue.Queue(), []
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            self.events.put(json.loads(line))
        self.events.put(None)

    def until(self, name, claim=lambda e: True, seconds=15):
        """The next event of this name that fits; None when it does not come."""
        end = time.monotonic() + seconds
        while True:
            try:
                event = self.events.get(timeout=max(end - time.monotonic(), 0.001))
            except queue.Empty:
                return None
            if event is None:
                return None
            self.seen.append(event)
            if event.get("event") == name and claim(event):
                return event

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(20)
        self.errors = self.process.stderr.read()
