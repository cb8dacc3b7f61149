#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The replies that tell a novice how the case goes, and sessions that are opened from the screen."""

import email
import email.policy
import os
import re
import shutil
import subprocess

import smtp_servers
from inbox_screen import Screen, start
from ra_test import Failure, check, program, run_tests, wait_for

VIEWER = """#!/bin/sh
# Stands in for the viewer: the session lasts as long as the file "running" is there.
for word; do case $word in --report-fd=*) eval "exec 9>&${word#*=}";; esac; done
echo garbage; echo noise >&2
touch "$HOME/running"
echo connected >&9
while [ -e "$HOME/running" ]; do sleep 0.05; done
echo "ended 8 725" >&9
exit 8
"""


class Desk:
    """A mailbox whose replies go to a server that answers by ANSWERS."""

    def __init__(self, stage, tell, answers=None, names=("Jo Novice",), end=3600):
        self.stage = stage
        self.server = smtp_servers.Odd(stage, answers or {})
        self.mailbox = start(stage)
        folder = os.path.join(self.mailbox.env["XDG_CONFIG_HOME"], "remote-assistance")
        os.makedirs(folder)
        with open(os.path.join(folder, "config"), "w", encoding="utf-8") as file:
            file.write(f"[Mail]\nSmtp=smtp://127.0.0.1:{self.server.port}\n"
                       f"[Inbox]\nAddress=help@desk.example\nTell={tell}\n")
        for name in names:
            self.mailbox.put(name, end=end)

    def sent(self, number):
        """Waits until there are NUMBER replies; the last one."""
        wait_for(f"{number} replies", 20, lambda: len(self.server.messages) >= number)
        check(len(self.server.messages) == number, self.server.commands)
        return email.message_from_bytes(self.server.messages[-1], policy=email.policy.default)


def test_each_event_once(stage):
    desk = Desk(stage, "claimed;finished")
    screen = Screen(stage, desk.mailbox)
    screen.expect(r"^Jo Novice .* open$")
    screen.keys("c")
    screen.expect(r"^Jo Novice was told by mail: claimed")
    reply = desk.sent(1)
    check((reply["To"], reply["Subject"]) == ("jo@example.org", "Re: Help"), reply)
    check(reply["In-Reply-To"] == reply["References"] == "<1@example.org>", reply)
    check(reply["Auto-Submitted"] == "auto-replied" and reply["X-Remote-Assistance-Case"] == "claimed", reply)
    check("maria has taken your request" in reply.get_content(), reply)
    check("MAIL FROM:<help@desk.example>" in desk.server.commands[1], desk.server.commands)
    screen.keys("r")
    screen.expect(r"^Jo Novice .* open$")
    check(desk.mailbox.act("bob", "claim", desk.mailbox.act("bob", "list").stdout.splitlines()[1].split()[0])
          .returncode == 0, "bob cannot claim")
    screen.expect(r"^Jo Novice .* bob$")
    screen.keys("F", "y")
    screen.expect(r"^You have Jo Novice")
    screen.keys("d")
    screen.expect(r"^Jo Novice was told by mail: finished")
    reply = desk.sent(2)
    check("has finished your request" in reply.get_content(), reply)


def test_refusal_is_shown_and_can_be_made_good(stage):
    desk = Desk(stage, "claimed", {"RCPT": "550 no such user here"})
    screen = Screen(stage, desk.mailbox, size=(200, 24))
    screen.expect(r"^Jo Novice .* open$")
    screen.keys("c")
    screen.expect(r"^Jo Novice was not told \(claimed\): .*no such user here")
    screen.expect(r"^Jo Novice .* you$")
    desk.server.answers["RCPT"] = "250 ok"
    screen.keys("r")
    screen.expect(r"^Jo Novice is open again")
    screen.keys("c")
    screen.expect(r"^Jo Novice was told by mail: claimed")
    desk.sent(1)


def test_expiry_is_told_by_one(stage):
    """Of two who watch one tells; what had expired before is nobody's business."""
    desk = Desk(stage, "expired", names=())
    desk.mailbox.put("Old Novice", start=-7200, end=-3600)
    screens = [Screen(stage, desk.mailbox), Screen(stage, desk.mailbox)]
    for screen in screens:
        screen.expect(r"^Old Novice .* expired$")
    seconds, seen = 2, False
    while not seen:  # by both, before it is over: on a busy computer that takes longer
        seconds *= 2
        desk.mailbox.put(f"Novice {seconds:02}", end=seconds, address=f"jo{seconds}@example.org")
        found = [re.search(rf"^Novice {seconds:02} .* (open|expired)$", screen.expect(
            rf"^Novice {seconds:02} .* (open|expired)$"), re.MULTILINE) for screen in screens]
        seen = all(match and match.group(1) == "open" for match in found)
        for screen in screens:
            screen.expect(rf"^Novice {seconds:02} .* expired$", seconds + 20)
    question = f"<{desk.mailbox.number}@example.org>"

    def replies():
        every = [email.message_from_bytes(data, policy=email.policy.default) for data in desk.server.messages]
        check(all(reply["In-Reply-To"] != "<1@example.org>" for reply in every), every)
        return [reply for reply in every if reply["In-Reply-To"] == question]
    wait_for("the reply", 20, replies)
    desk.mailbox.put("The Last", start=-7200, end=-3600, address="last@example.org")
    for screen in screens:  # who looks at this one has told, or not, of the other
        screen.expect(r"^The Last .* expired$")
    check(len(replies()) == 1, replies())
    check("please send a new invitation" in " ".join(replies()[0].get_content().split()), replies())


def watch_many(stage, desk, end):
    """Somebody watches six invitations of one novice; None where they started too late to see them open."""
    desk.mailbox.put("Jo Novice", end=end, address=f"victim{end}@example.org")
    new = os.path.join(desk.mailbox.path, "new")
    first = os.path.join(new, max(os.listdir(new)))
    for number in range(5):
        shutil.copy(first, f"{first}{number}")
    watching = stage.start([program("ra-inbox"), "--inbox", desk.mailbox.path, "--name", "maria", "--all", "watch"],
                           env=desk.mailbox.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if all("  open" in watching.stdout.readline() for _ in range(6)):
        return watching
    watching.terminate()  # some may have expired and been told of, at this address
    watching.wait(60)
    shutil.rmtree(new)
    os.mkdir(new)
    return None


def test_expiries_are_no_mail_bomb(stage):
    """Many invitations in somebody's name: who watches writes to them a few times."""
    desk = Desk(stage, "expired", names=())
    end = 4
    while (watching := watch_many(stage, desk, end)) is None:
        end *= 4
    for _ in range(3):
        line = watching.stderr.readline()
        check("no reply goes out: this address" in line, line)

    def replies():
        return sum(b"To: victim%d@" % end in message for message in desk.server.messages)
    wait_for("three replies", 20, lambda: replies() >= 3)
    watching.terminate()
    watching.wait(60)
    check(replies() == 3, desk.server.commands)


def test_session(stage):
    """A session in a window of its own: others see it, the screen stays, and its length is told."""
    desk = Desk(stage, "connected;finished")
    for name in ("ra-inbox", "ra-open"):
        shutil.copy(program(name), stage.path(name))
    with open(stage.path("ra-viewer"), "w", encoding="utf-8") as file:
        file.write(VIEWER)
    os.chmod(stage.path("ra-viewer"), 0o755)
    running = os.path.join(desk.mailbox.env["HOME"], "running")
    screen = Screen(stage, desk.mailbox, inbox=stage.path("ra-inbox"), DISPLAY=":99999")
    screen.expect(r"^Jo Novice .* open$")
    screen.keys("o")
    screen.expect(r"^Jo Novice .* you: in session$")
    screen.expect(r"0 open, 0 claimed, 1 in session")
    screen.expect(r"^Jo Novice was told by mail: connected")  # or it would be said in the place of what comes below
    reply = desk.sent(1)
    check("is connected to your computer" in reply.get_content(), reply)
    check("in session: maria" in desk.mailbox.act("bob", "list").stdout, desk.mailbox.act("bob", "list"))
    check("garbage" not in screen.text() and "noise" not in screen.text(), screen.text())
    screen.keys("q")
    screen.expect(r"^1 session is open, .*Leave\? y/N")
    screen.keys("n", "o")
    screen.expect(r"^Its window is open already")
    os.remove(running)
    screen.expect(r"^Jo Novice: the session is over \(13 min\)")
    screen.expect(r"^Jo Novice .* you$")
    screen.keys("d")
    screen.expect(r"^Jo Novice .* done by you$")
    try:
        reply = desk.sent(2)
    except Failure as failure:
        raise Failure(f"{failure}\n{screen.text()}\n{desk.server.commands}") from None
    check("It lasted 12 minutes." in reply.get_content(), "the length is missing")


run_tests([test_each_event_once, test_refusal_is_shown_and_can_be_made_good, test_expiry_is_told_by_one,
           test_expiries_are_no_mail_bomb, test_session])
