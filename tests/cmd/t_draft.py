#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""-H: a draft's header is the letter's, and nothing of it that a letter cannot have gets into the text."""
import email
import email.policy
import glob
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from penfold_test import Home, Tap  # noqa: E402

tap = Tap()
DRAFT = ("To: d@d.example\nMessage-ID: <old@x>\nSubject: Grüße\nBcc: f@f.example\nX-Secret:\n\tnot for them\n"
         "In-Reply-To: <a@b>\nReferences: <z@b>\n <a@b>\n\nthe text\nX-Not: a field\n")


def queued(home, *args, input=""):
    before = set(glob.glob(home.path("state/penfold/queue/*.eml")))
    process = home.run("penfold", *args, input=input)
    new = set(glob.glob(home.path("state/penfold/queue/*.eml"))) - before
    tap.same((process.returncode, len(new)), (0, 1), f"{' '.join(args)}: queued")
    with open(new.pop(), "rb") as f:
        return email.message_from_bytes(f.read(), policy=email.policy.default), process.stderr


with Home() as home_:
    home_.rc('[account "me"]', 'address = "Example, Ann" <ann@example.org>', "smtp = smtps://127.0.0.1:9")
    with open(home_.path("draft"), "w", encoding="utf-8") as f_:
        f_.write(DRAFT)
    for args_, input_ in ((("-H", home_.path("draft")), ""), (("-H", "-"), DRAFT)):
        letter, said = queued(home_, *args_, input=input_)
        tap.same((letter["To"], letter["Subject"], letter["Bcc"], letter["In-Reply-To"], letter["References"]),
                 ("d@d.example", "Grüße", None, "<a@b>", "<z@b> <a@b>"), "its header is the letter's")
        tap.same(str(letter["From"]), '"Example, Ann" <ann@example.org>', "a name with a comma stays one name")
        tap.same(letter.get_content().replace("\r", ""), "the text\nX-Not: a field\n", "its text is the text")
        tap.ok("old@x" not in letter.as_string() and "not for them" not in letter.as_string(),
               "what a letter cannot have is left out")
        tap.contains(said, "Message-ID, X-Secret", "and named")
tap.done()
