#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures on the screen: the logo of a sender in the frame, an attached picture, in characters, by kitty's
protocol and as sixels; and nothing of them where nothing was earned or the user wants none."""
import base64
import os
import subprocess

from penfold_test import BUILD, SOURCE, Home, Tap

tap = Tap()
with open(os.path.join(SOURCE, "contrib/demo/logo.svg"), "rb") as f:
    LOGO = f.read()
DRAWING = base64.encodebytes(LOGO).decode()
LETTER = f"""From: Bo <bo@elsewhere.example>
To: ann@test.example
Subject: A picture for you
Date: Sat, 28 Nov 2026 10:00:00 +0000
Message-ID: <picture@elsewhere.example>
BIMI-Indicator: {base64.b64encode(LOGO).decode()[:60]}
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain

See the box.
--b
Content-Type: image/svg+xml; name=box.svg
Content-Disposition: attachment; filename=box.svg
Content-Transfer-Encoding: base64

{DRAWING}
--b
Content-Type: image/png; name=broken.png
Content-Disposition: attachment; filename=broken.png
Content-Transfer-Encoding: base64

iVBORw0KGgo=
--b--
"""
LOOK = r"""wait 20000 A picture for you
send \r
wait 20000 See the box.
norow 3 Logo
send v
wait 20000 1 of 3
send j\r
waitgone 20000 Parts of the message
wait 20000 image/svg+xml
{seen}
send q
wait 20000 2 of 3
{gone}
send j\r
wait 20000 cannot be read
send Q
exit 0
"""


def look(home, name, pictures, seen, gone="idle 50", **environment):
    home.rc('[account "test"]', "address = ann@test.example", "[dns]", "zone = " + home.path("zone"),
            "[ui]", "pictures = " + pictures)
    script = LOOK.format(seen=seen, gone=gone)
    done = subprocess.run([os.path.join(BUILD, "tests/ui/vtdrive"), "24", "80", "--",
                           home.program("penfold")], input=script, capture_output=True, text=True,
                          env=dict(home.env, PENFOLD_LIBEXEC=BUILD, **environment), timeout=120, check=False)
    tap.ok(done.returncode == 0 and "not ok" not in done.stdout, name, done.stdout, done.stderr)


with Home() as home:
    with open(home.path("zone"), "w") as f:
        f.write("{}")
    home.rc('[account "test"]', "address = ann@test.example", "[dns]", "zone = " + home.path("zone"))
    taken = home.run("penfold", "deliver", input=LETTER)
    tap.ok(taken.returncode == 0, "delivered", taken.stderr)
    look(home, "in characters", "symbols", "wait 5000 ▔")
    look(home, "by kitty's protocol", "kitty", r"waitseen 9000 \x1b_Ga=T", r"waitseen 9000 \x1b_Ga=d,d=A")
    look(home, "as sixels", "sixel", r"waitseen 9000 \x1bP0;1;0q")
    look(home, "the terminal is known by its name", "auto", r"waitseen 9000 \x1b_Ga=T", TERM_PROGRAM="WezTerm")
tap.done()
