#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was done to mail while another program holds the index: no list, no tab and no way through other folders shows
it otherwise, for as long as the store could not do it; and then all of it is done."""
from penfold_test import Home, Tap, locked_index, wait_for
from screen import Screen

tap = Tap()


def deliver(home, number, folder=None):
    done = home.run("penfold", "deliver", *(["--folder", folder] if folder else []),
                    input=f"From: Bo <bo@x.example>\r\nTo: ann@test.example\r\nSubject: letter {number}\r\n"
                    f"Date: Sat, 28 Nov 2026 10:0{number}:00 +0000\r\nMessage-ID: <m{number}@x.example>\r\n\r\n"
                    f"Text of {number}.\r\n".encode())
    assert done.returncode == 0, done.stderr


def go(screen, place, shown):
    screen.send(f"c{place}\r")
    screen.wait(f"Penfold  {shown}")


def subjects(home, query):
    rows, _ = home.json_lines("penfold", "search", "--json", query)
    return sorted(row["subject"] for row in rows)


def unread(screen, place, n):
    """What the sidebar says of a place."""
    screen.wait(f" {place}{n or '':>{10 - len(place)}} ", f"the sidebar says {n or 'nothing'} of {place}")


def deleted(screen):
    """The thread is gone from the inbox, and stays so, whatever is looked at in between."""
    unread(screen, "Inbox", 5)
    screen.send("=d")
    screen.wait("of 4", "the newest is deleted")
    screen.gone("letter 5")
    unread(screen, "Inbox", 4)
    go(screen, "Sent", "Sent")
    go(screen, "Inbox", "Inbox")
    screen.wait("of 4", "another folder and back: it is still gone")
    screen.gone("letter 5")
    go(screen, "All mail", "All mail")
    go(screen, "test/INBOX", "test/Inbox")
    screen.wait("of 4", "nor is it in its account's own folder")
    go(screen, "Inbox", "Inbox")
    screen.send("\x14")
    screen.wait("of 4", "nor in a new tab")
    screen.send("d")
    screen.wait("of 3", "another is deleted there")
    unread(screen, "Inbox", 3)
    screen.send("\x17")
    screen.wait("of 3", "and is gone from the tab beside it")
    screen.send("u")
    screen.wait("of 4", "what is taken back is there again")
    unread(screen, "Inbox", 4)
    screen.wait("letter 4")
    go(screen, "Sent", "Sent")
    go(screen, "Inbox", "Inbox")
    screen.wait("of 4", "and stays so")
    screen.send("\x12")
    screen.wait("of 3", "done again it is gone")
    go(screen, "Projects", "test/Projects")
    screen.wait("letter 9", "and nothing else is")
    go(screen, "Inbox", "Inbox")
    screen.wait("of 3")


def moved(screen):
    """The folder that a letter went to says so at once, as the one does that it left."""
    unread(screen, "Projects", 1)
    screen.send("=sProjects\r")
    screen.wait("moved to test/Projects")
    unread(screen, "Projects", 2)
    unread(screen, "Inbox", 2)
    screen.send("u")
    unread(screen, "Projects", 1)
    unread(screen, "Inbox", 3)


def opened(screen):
    """A letter that was opened is read."""
    screen.send("=")
    screen.wait("● ")
    screen.send("\r")
    screen.wait("Text of 3")
    screen.send("q")
    screen.gone("Text of 3")
    screen.ask("norow 1 ●", "what was opened is read")
    go(screen, "Sent", "Sent")
    go(screen, "Inbox", "Inbox")
    screen.wait("letter 3")
    screen.ask("norow 1 ●", "and is it after another folder as well")
    unread(screen, "Inbox", 2)
    screen.send("jU")
    unread(screen, "Inbox", 1)
    screen.send("U")
    unread(screen, "Inbox", 2)
    screen.send("k")


def tagged(screen, home):
    """Tags are in the row at once, in every list; a putting off and its end as well."""
    screen.send("=+b a\r")
    screen.wait("+a +b", "tags that were put on")
    screen.send("-a\r")
    screen.gone("+a")
    screen.wait("+b", "one that was taken off again")
    go(screen, "All mail", "All mail")
    screen.wait("+b", "another list shows it")
    go(screen, "Inbox", "Inbox")
    screen.send("\x14")
    screen.wait("+b", "and a new tab")
    screen.send("\x17")
    screen.wait("+b")
    screen.send("u")
    screen.wait("+a +b", "what is taken back is so in it")
    screen.send("u")
    screen.gone("+b", "one after the other")
    screen.send("\x12")
    screen.wait("+a +b", "and done again it is there")
    screen.send("Smonday\r")
    screen.gone("+a +b")
    screen.wait("of 2", "what is put off is gone")
    go(screen, "Sent", "Sent")
    go(screen, "Inbox", "Inbox")
    screen.wait("of 2", "and stays so")
    screen.send("u")
    screen.wait("of 3")
    screen.wait("+a +b", "it comes back with its tags")
    screen.ask("norow 1 ●", "and is read, as it was")


def main():
    with Home() as home:
        home.rc('[account "test"]', "address = Ann Test <ann@test.example>")
        for number in range(1, 6):
            deliver(home, number)
        deliver(home, 9, "Projects")
        with Screen(tap, home, 24, 80, home.program("penfold")) as screen:
            screen.wait("of 5")
            screen.tell("idle 500")
            with locked_index(home):
                deleted(screen)
                moved(screen)
                opened(screen)
                tagged(screen, home)
            wait_for(lambda: home.run("penfold", "count", "tag:b").stdout.strip() == "1", what="the tag")
            wait_for(lambda: subjects(home, "tag:deleted") == ["letter 4", "letter 5"], what="the deletions")
            go(screen, "Trash", "Trash")
            screen.wait("of 2", "where they went they are seen")
            screen.wait("letter 4")
            screen.wait("letter 5")
            go(screen, "Inbox", "Inbox")
            screen.wait("of 3")
            screen.send("uuuuu")
            screen.wait("of 5", "all can still be taken back")
            unread(screen, "Inbox", 4)
            wait_for(lambda: not subjects(home, "tag:deleted"), what="the way back")
            screen.send("Q")
            screen.exits()
        tap.same(subjects(home, "tag:inbox and not tag:unread"), ["letter 3"], "and what was opened is read")
    tap.done()


main()
