#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The screen of ra-inbox in a real terminal (tmux), over a Maildir that others use at the same time."""

import os
import re
import signal

from inbox_screen import Screen, start
from ra_test import check, run_tests, wait_for


def test_list_lives(stage):
    """Cases are listed; new ones, and what others do, appear without a key."""
    mailbox = start(stage)
    mailbox.put("Jo Novice", subject="The printer")
    screen = Screen(stage, mailbox)
    screen.expect(r"^Jo Novice +The printer +(now|[0-9]m) +5[0-9]m +open")
    mailbox.put("王小明 \U0001f600", subject="Drucker", end=7200)
    screen.expect(r"^王小明 \U0001f600 +Drucker +(now|[0-9]m) +1h5[0-9]m +open")
    screen.expect(r"2 open, 0 claimed, 0 in session")
    mailbox.claim("bob", "Jo Novice")
    screen.expect(r"^Jo Novice .* bob$")
    screen.expect(r"1 open, 1 claimed")
    os.remove(next(os.path.join(mailbox.path, "new", name) for name in os.listdir(os.path.join(mailbox.path, "new"))
                   if ".2." in name))
    screen.expect(r"0 open, 1 claimed")
    screen.keys("q")
    screen.left(0)


def test_acts(stage):
    """A case is claimed, let go, and done by keys; others see it."""
    mailbox = start(stage, "Jo Novice")
    screen = Screen(stage, mailbox, "screen")
    screen.expect(r"^Jo Novice .* open$")
    screen.keys("c")
    screen.expect(r"^Jo Novice .* you$")
    screen.expect(r"^You have Jo Novice")
    check("claimed: maria" in mailbox.act("bob", "list").stdout, mailbox.act("bob", "list"))
    screen.keys("r")
    screen.expect(r"^Jo Novice .* open$")
    screen.keys("d")
    screen.expect(r"^Jo Novice .* done by you$")
    screen.keys("f")
    screen.expect(r"^No case is open\.")
    screen.keys("f", "f", "Enter")
    screen.expect(r"^  Asked by: +Jo Novice <jo@example.org>")
    screen.expect(r"^  State: +done by you$")
    screen.expect(r"^  They write: +Please help me\.$")
    screen.keys("?")
    screen.expect(r"^Keys$")
    screen.keys("q")
    screen.expect(r"^  They write: ")
    screen.keys("q", "q")
    screen.left(0)


def test_lost_race(stage):
    """What somebody else was faster with is said; taking it over is asked about."""
    mailbox = start(stage, "Jo Novice")
    screen = Screen(stage, mailbox)
    screen.expect(r"^Jo Novice .* open$")
    os.kill(screen.pid(), signal.SIGSTOP)
    mailbox.claim("bob", "Jo Novice")
    screen.keys("c")
    os.kill(screen.pid(), signal.SIGCONT)
    screen.expect(r"^bob has (it|Jo Novice)\. F takes it over")
    screen.expect(r"^Jo Novice .* bob$")
    screen.keys("c")
    screen.expect(r"^bob has it. F takes it over")
    screen.keys("F")
    screen.expect(r"^Take it from bob\? y/N")
    screen.keys("n")
    screen.keys("F")
    screen.expect(r"^Take it from bob\? y/N")
    check("claimed: bob" in mailbox.act("eve", "list").stdout, "it was taken without a yes")
    screen.keys("y")
    screen.expect(r"^Jo Novice .* you$")


def test_selection_and_search(stage):
    mailbox = start(stage)
    for number in range(8, 18):
        mailbox.put(f"Novice {number:02}", end=3600 + 60 * number, address=f"n{number}@example.org")
    screen = Screen(stage, mailbox, size=(80, 10))
    screen.expect(r"^Novice 13 ")
    check("Novice 14" not in screen.text(), screen.text())
    screen.keys("G")
    screen.expect(r"^Novice 17 ")
    screen.keys("PageUp", "Up", "Down", "Home", "j", "j", "k", "c")  # the second
    screen.expect(r"^You have Novice 09")
    screen.keys("/")
    screen.keys("N15@")
    screen.expect(r"^/N15@_")
    screen.expect(r"^Novice 15 ")
    check("Novice 14" not in screen.text(), screen.text())
    screen.keys("x")
    screen.expect(r"^Nothing matches")
    screen.keys("BSpace", "Enter", "c")
    screen.expect(r"^You have Novice 15")
    screen.keys("Escape")
    screen.expect(r"^Novice 1[0-4] ")


def test_sizes(stage):
    mailbox = start(stage, "Jo Novice")
    screen = Screen(stage, mailbox, size=(80, 24))
    screen.expect(r"^Jo Novice +Help +(now|[0-9]m) +5[0-9]m +open$")
    screen.resize(40, 10)
    screen.expect(r"^Jo Novice +5[0-9]m +open$")
    check(all(len(line) <= 40 for line in screen.text().splitlines()), screen.text())
    screen.resize(20, 4)
    screen.expect(r"^The terminal is too")
    screen.resize(200, 50)
    screen.expect(r"^Jo Novice {40,}Help")
    screen.keys("?")
    screen.expect(r"^Keys$")
    screen.keys("q", "q")
    screen.left(0)


def test_hostile_text(stage):
    """Nothing that a message says gets onto the terminal but as text."""
    mailbox = start(stage)
    mailbox.put("A\u202eevil\u200f", subject="=?utf-8?q?=1B=5D0=3Bhi=07=1B=5B2Jred=0D=0A?=", end=90)
    screen = Screen(stage, mailbox)
    screen.expect(r"^A evil +.*red +(now|[0-9]m) +\d+s +open$")
    seen = screen.text()
    wait_for("the seconds to count", 10, lambda: screen.text() != seen)


def test_warning_before_opening(stage):
    mailbox = start(stage)
    mailbox.put("Jo Novice", sender="other@evil.example")
    screen = Screen(stage, mailbox)
    screen.expect(r"^! Jo Novice .* open$")
    screen.keys("o")
    screen.expect(r"^Open\? the message comes from other@evil.example")
    screen.keys("n")
    screen.expect(r"^! Jo Novice .* open$")


def test_opens_on_the_terminal(stage):
    """Without a desktop ra-open has the terminal for its questions, and gives it back."""
    mailbox = start(stage, "Jo Novice")
    screen = Screen(stage, mailbox)
    screen.expect(r"^Jo Novice .* open$")
    screen.keys("o")
    screen.expect(r"^Do you want to connect to Jo Novice's computer now\? \[y/N\]")
    check("claimed: maria" in mailbox.act("bob", "list").stdout, "it was not claimed")
    screen.keys("n", "Enter")
    screen.expect(r"^Jo Novice .* you$")
    screen.expect(r"^Jo Novice: .*no session came of it")
    screen.keys("q")
    screen.left(0)


def test_colours(stage):
    mailbox = start(stage, "Jo Novice", "Jo Other")
    plain = Screen(stage, mailbox, NO_COLOR="1")
    plain.expect(r"^Jo Other .* open$")
    check(not re.search(r"\x1b\[[0-9;]*3[0-8]", plain.text("-e")), repr(plain.text("-e")))
    coloured = Screen(stage, mailbox)
    coloured.expect(r"^Jo Other .* open$")
    check(re.search(r"\x1b\[[0-9;]*38;5;28", coloured.text("-e")), repr(coloured.text("-e")))


def test_signals_and_keys_that_end_it(stage):
    mailbox = start(stage, "Jo Novice")
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        screen = Screen(stage, mailbox)
        screen.expect(r"^Jo Novice ")
        os.kill(screen.pid(), number)
        screen.left(0)
    screen = Screen(stage, mailbox)
    screen.expect(r"^Jo Novice ")
    screen.keys("C-c")
    screen.left(0)


def test_suspended_and_resumed(stage):
    mailbox = start(stage, "Jo Novice")
    screen = Screen(stage, mailbox, stops=True)
    screen.expect(r"^Jo Novice ")
    pid = screen.pid()

    def state():
        with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
            return file.read().rsplit(")", 1)[1].split()[0]

    screen.keys("C-z")
    wait_for("it to stop", 10, lambda: state() == "T")
    screen.expect(r"^STOPPED")
    screen.resize(60, 20)
    screen.keys("Enter")
    screen.expect(r"^Jo Novice +(now|[0-9]m) +5[0-9]m +open$")
    screen.keys("q")
    screen.expect(r"^code 0$")


def test_terminals_that_cannot(stage):
    mailbox = start(stage, "Jo Novice")
    dumb = Screen(stage, mailbox, "screen", TERM="dumb")
    dumb.expect(r'^ra-inbox: a terminal of the kind "dumb" cannot show the screen')
    dumb.expect(r"^code 2$")
    result = mailbox.act("maria", "screen")
    check(result.returncode == 2 and "needs a terminal" in result.stderr, result)
    result = mailbox.act("maria")
    check(result.returncode == 0 and "Jo Novice" in result.stdout, result)


run_tests([test_list_lives, test_acts, test_lost_race, test_selection_and_search, test_sizes, test_hostile_text,
           test_warning_before_opening, test_opens_on_the_terminal, test_colours, test_signals_and_keys_that_end_it,
           test_suspended_and_resumed, test_terminals_that_cannot])
