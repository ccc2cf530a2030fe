#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Machines' letters as a person reads them: who was not reached and why, above the text; and a page of a
newsletter, whose layout hides nothing, with the true host where a link's words lie."""
import subprocess

from penfold_test import Home, Tap
from screen import Screen

tap = Tap()

BOUNCE = """From: Mail Delivery System <MAILER-DAEMON@mx.example>
To: ann@test.example
Subject: Undelivered Mail
Date: Fri, 20 Nov 2026 10:00:00 +0000
Message-ID: <b1@mx.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=x

--x

It could not be delivered.
--x
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; bo@c.example
Action: failed
Status: 5.1.1
Remote-MTA: dns; mx.c.example
Diagnostic-Code: smtp; 550 5.1.1 User unknown

--x--
"""
NEWSLETTER = """From: Shop <news@shop.example>
To: ann@test.example
Subject: Offers
Date: Fri, 20 Nov 2026 09:00:00 +0000
Message-ID: <n1@shop.example>
Disposition-Notification-To: Spy <spy@shop.example>
MIME-Version: 1.0
Content-Type: text/html; charset=utf-8

<html><head><style>.pre{display:none}</style></head><body><div class="pre">For the list only</div>
<table><tr><td style="font-size:0px"><div style="font-size:14px">Lamps at half the price</div></td></tr></table>
<a href="https://evil.example/x">www.shop.example</a></body></html>
"""


def main():
    with Home() as home:
        home.rc('[account "test"]', "address = Ann Test <ann@test.example>")
        for letter in (NEWSLETTER, BOUNCE):
            subprocess.run([home.program("penfold"), "deliver"], input=letter, text=True, env=home.env, check=True)
        with Screen(tap, home, 24, 80, home.program("penfold")) as screen:
            screen.wait("Undelivered Mail")
            screen.send("=\r")
            screen.wait("bo@c.example was not reached: 550 5.1.1 User unknown (mx.c.example)",
                        "a bounce says who was not reached, and why")
            screen.send("J")
            screen.wait("Lamps at half the price", "text in a layout without a size is shown")
            screen.gone("For the list only", "what the page hides is not")
            screen.wait("asked for by Spy <spy@shop.example>; none is sent", "a receipt that is asked for is told, and not sent")
            screen.wait("www.shop.example [1: leads to evil.example]", "a link that lies says where it leads")
            screen.send("Q")
            screen.exits(0)
    tap.done()


main()
