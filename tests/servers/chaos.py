# SPDX-License-Identifier: GPL-3.0-or-later
"""chaos - chaosproxy.py in front of a port of this machine, for as long as a `with` lasts.

    with Chaos(home, server.IMAPS_PORT, "*:cut-s2c=3000") as proxy:
        ... proxy.port ..."""
import json
import os
import subprocess

from penfold_test import SERVERS, wait_for


class Chaos:
    def __init__(self, home, port, *rules):
        number = sum(name.startswith("chaos") for name in os.listdir(home.dir))
        file, self.log = home.path(f"chaos{number}.port"), home.path(f"chaos{number}.log")
        with open(self.log, "w") as out:
            self.process = subprocess.Popen([os.path.join(SERVERS, "chaosproxy.py"), file, str(port), *rules],
                                            stdout=out)
        wait_for(lambda: os.path.exists(file), what="the proxy")
        with open(file) as f:
            self.port = int(f.read())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def ended(self):
        """What it says of each connection that has ended; waits for the first."""
        wait_for(lambda: "\n" in open(self.log).read(), what="the end of a connection")
        with open(self.log) as f:
            return [json.loads(line) for line in f if line.endswith("\n")]
