#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the verdict on a letter asks for before a key does its work: an answer to one that failed, or that looks like
another's, wants a second key; a list is left with one click only where a signature that holds covers the offer."""
import json
import os
import sys

from penfold_test import SOURCE, Home, Tap, skip_all
from screen import Screen
from web import Web, self_signed

sys.path.append(os.path.join(SOURCE, "tests", "cmd"))
try:
    import verdict_letters as v
except ImportError as why:
    skip_all(f"python3-dkim is not installed ({why})")

tap = Tap()
NAMES = ("from", "to", "subject", "date", "message-id")
OFFER = ("list-unsubscribe", "list-unsubscribe-post")


def named(text, subject):
    return v.reword(text, "Subject: news", f"Subject: {subject}")


def letter(subject, author, more=()):
    return named(v.letter(author, body=f"Hello, {subject}.\r\n", more=list(more)), subject)


def came(text, *fields):
    return v.under(text, *fields, v.path("x@nowhere.example"), v.hop())


def replies():
    """(subject, letter, the verdict's sign): an answer to them wants a second key, but for the last."""
    bank = "Ann <ann@bank.example>"
    return [
        ("refused mail", came(letter("refused mail", bank), v.ar("spf=fail smtp.mailfrom=bank.example")), "✗"),
        ("altered mail", v.spoil(v.sign(letter("altered mail", "b@none.example"), "none.example")), "✗"),
        ("forged mail", letter("forged mail", "a@bank.example, b@soft.example"), "‼"),
        ("lookalike mail", v.sign(letter("lookalike mail", "PayPal <x@paypa1.com>"), "paypa1.com"), "!"),
        ("good mail", v.sign(letter("good mail", bank), "bank.example"), "✓"),
    ]


def lists(url):
    more = [f"List-Unsubscribe: <{url}>", "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
            "List-Id: <talk.lists.example>"]

    def of(subject, names):
        return v.sign(letter(subject, "talk@lists.example", more), "lists.example", names=names)

    return [("covered list", of("covered list", NAMES + OFFER)), ("uncovered list", of("uncovered list", NAMES)),
            ("broken list", v.spoil(of("broken list", NAMES + OFFER)))]


def limit(screen, subject):
    """One letter open."""
    screen.send(f"\\subject:{subject.split()[0]} tag:inbox\r")
    screen.wait("search ·")
    screen.wait("1 of 1")
    screen.send("\r")
    screen.wait(f"Hello, {subject}" if subject.split()[0] not in ("broken", "altered") else f"Jello, {subject}")


def close(screen):
    screen.send("q")
    screen.wait("1 of 1")
    screen.send("q")
    screen.gone("search ·")


def test_replies(screen):
    for subject, _, sign in replies()[:-1]:
        limit(screen, subject)
        screen.wait(sign)
        screen.send("r")
        screen.wait("Reply all the same? (y/n)", f"{subject}: an answer wants a second key")
        screen.send("n")
        screen.gone("all the same")
        close(screen)


def test_good(screen):
    limit(screen, "good mail")
    screen.wait("✓")
    screen.send("r")
    screen.wait("Re: good mail", "good mail: an answer is begun at once")


def test_lists(screen, web):
    for subject, is_offered in (("uncovered list", False), ("broken list", False), ("covered list", True)):
        limit(screen, subject)
        screen.send("\x1bu")
        if is_offered:
            screen.wait("Leave the list of lists.example? localhost will be told. (y/n)",
                        "an offer that a signature covers: whose list it is, and who will know")
            screen.send("n")
            screen.gone("will be told")
            tap.same(web.posted, [], "n tells nobody")
            screen.send("\x1bu")
            screen.wait("will be told")
            screen.send("y")
            screen.wait("was told that you leave; it answered 200", "y leaves it")
            tap.same([p for p, *_ in web.posted], ["/leave?id=7"], "by one request")
        else:
            screen.wait("M-l shows what the list itself offers", f"{subject}: no click is offered")
            tap.same(web.posted, [], "and nobody is told")
        close(screen)


def test_panel(screen, web):
    """The sender's panel asks the same judge."""
    for subject, words in (("covered list", "Leave the list of lists.example?"), ("uncovered list", "Mailing list")):
        limit(screen, subject)
        screen.send("@u")  # which does not run ahead of what the panel has to know for it
        screen.wait(words, f"{subject}: u of the panel, {words}")
        screen.send("n" if subject == "covered list" else "q")
        screen.gone(words)
        screen.send("q")
        screen.gone("Who sent this")
        close(screen)
    tap.same(len(web.posted), 1, "and nobody is told without a yes")


def main():
    with Home() as home:
        certificate = self_signed(home.dir, "localhost")
        web = Web(certificate)
        letters = [(s, t) for s, t, _ in replies()] + lists(f"https://localhost:{web.port}/leave?id=7")
        with open(home.path("zone.json"), "w") as f:
            json.dump(v.zone(), f)
        home.rc('[account "me"]', "address = Me <me@me.example>", "authserv-id = mx.me.example", "[dns]",
                "zone = " + home.path("zone.json"), "[tls]", "ca-file = " + certificate[0])
        os.makedirs(home.path("Mail/me/INBOX/cur"))
        for i, (_, text) in enumerate(letters):
            with open(home.path("Mail/me/INBOX/cur", f"m{i}:2,S"), "wb") as f:
                f.write(text)
        home.run("penfold", "sync")
        with Screen(tap, home, 30, 100, home.program("penfold"), EDITOR="true") as screen:
            screen.wait("covered list", "the letters are there")
            test_replies(screen)
            test_lists(screen, web)
            test_panel(screen, web)
            test_good(screen)
    tap.done()


main()
