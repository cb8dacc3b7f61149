#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole story in the novice's real window, by keyboard alone and seen as a screen reader sees it; agent, mail
server and viewer are the real ones."""

import email
import email.policy
import os
import stat

import ra_test
from acts import (HELP_DESK, HELPER, NOVICE, choose_file, downloads, password_in_sight, say_yes, settings,
                  write_invitation)
from desk import LONG, Desk, helpers_place
from helper import Helper
from novice import Novice
from ra_test import check, wait_for
from sharing import invite, open_viewer

MESSAGE = "My printer prints only every second page."


def dial(stage, helper, message, password):
    """The helper opens MESSAGE, as it came or was saved; the viewer's process."""
    secret = stage.path("told")
    with open(secret, "w", encoding="utf-8") as file:
        file.write(password + "\n")
    return open_viewer(stage, helper, message, secret)


def check_question(desk, title, *texts):
    """What it says, and how a screen reader hears it."""
    box = desk.wait("alert dialog", title)
    check(box.window().name == box.name, f"the window is called '{box.window().name}'")
    for text in texts:
        check(desk.reads(text), f"the question does not say '{text}':\n{desk.describe()}")
    check(desk.wait_focus("button").name == "No", "the keyboard is not on No")
    desk.check_reads_well(title)


def page(desk, name, heading):
    """A page is there: its picture, and what it is to a screen reader."""
    desk.wait(("heading", "status", "alert dialog", "label", "button"), heading)
    desk.picture(name)
    desk.check_reads_well(name)


def invite_by_mail(desk, mailbox):
    """Through all steps, by keyboard alone; the message that came, and the password that is in sight."""
    desk.start_front()
    password = write_invitation(desk, MESSAGE, lambda name, heading: page(desk, name, heading))
    desk.press("Send the invitation")
    page(desk, "5-sent", "on its way")
    desk.wait_reads(f"was sent to {HELP_DESK}")
    path = wait_for("the message", LONG, lambda: ra_test.maildir_messages(mailbox))[0]
    with open(path, "rb") as file:
        text = email.message_from_binary_file(file, policy=email.policy.default).get_body(("plain",)).get_content()
    check(MESSAGE in text and password not in text, text)
    return path, password


def see_the_screen(desk, novice, helper):
    """The question, no yes in its first second, and then one."""
    desk.wait("alert dialog", "see your screen")
    desk.hands.key("alt+y")
    check_question(desk, "see your screen", "Proven", HELP_DESK, "its password", "They say", HELPER, "Nobody from a bank")
    desk.picture("6-may-they-see")
    check(novice.state() == "asking", "a yes in the first second counted")
    check(not ra_test.windows(helper, f"^{NOVICE} – Remote Assistance$"), "they see the screen before the yes")
    say_yes(desk)
    novice.wait_state("viewing")
    helen = Helper(helper)
    helen.wait_title(f"^{NOVICE} – Remote Assistance$")
    page(desk, "7-session", "sees your screen")
    return helen


def talk_in_writing(desk, helen):
    desk.fill("^Message$", "Hello Helen")
    desk.hands.key("Return")
    desk.wait("label", "Hello Helen")
    helen.say("Good morning")
    desk.wait("label", "Good morning")
    desk.picture("8-chat")


def control(desk, novice, helen):
    helen.ask_control()
    novice.question("control")
    check_question(desk, "use your mouse", "all that you can do yourself", "Esc", "Nobody from a bank")
    desk.picture("9-may-they-control")
    desk.access.events.clear()
    say_yes(desk)
    novice.wait_state("controlling")
    wait_for("the control to be announced", LONG, lambda: desk.access.heard("controls your computer"))
    helen.wait_title("in control")
    desk.wait("status", "controls your computer")
    desk.picture("9-controlled")
    desk.hands.key("Escape")
    novice.wait_state("viewing")
    desk.wait("status", "sees your screen")


def a_file_comes(stage, desk, novice, helen):
    with open(os.path.join(helen.env["HOME"], "zebra.txt"), "w", encoding="ascii") as file:
        file.write("stripes\n")
    helen.send_only_file()
    novice.question("file")
    check_question(desk, "send you a file", "zebra.txt")
    desk.picture("10-a-file")
    say_yes(desk)
    wait_for("the file", LONG, lambda: downloads(desk.env) == ["zebra.txt"])


def a_file_goes(stage, desk, helen):
    path = stage.path("printer.log")
    with open(path, "w", encoding="ascii") as file:
        file.write("no paper\n")
    desk.press("Send a file")
    choose_file(desk, path)
    helen.accept()
    wait_for("the file at the helper's", LONG, lambda: downloads(helen.env) == ["printer.log"])
    desk.wait_reads("printer.log .* was sent")


def they_would_talk(desk, novice, helen):
    helen.talk()
    novice.question("voice")
    check_question(desk, "wants to talk", "hear")
    desk.picture("11-may-they-talk")
    desk.hands.key("Escape")
    desk.wait("status", "sees your screen")
    check(novice.value("Talking") is False, "a no let them talk")


def hide_and_show(desk, novice):
    desk.press("Hide my screen")
    wait_for("the screen to be hidden", LONG, lambda: novice.value("Paused"))
    desk.wait("status", "screen is hidden")
    desk.picture("12-hidden")
    desk.press("Show my screen")
    wait_for("the screen to be shown", LONG, lambda: not novice.value("Paused"))


def test_the_whole_story(stage):
    mailbox = stage.path("mailbox")
    desk = Desk(stage, settings=settings(stage.maildir_server(mailbox)))
    helper = helpers_place(stage, HELPER)
    message, password = invite_by_mail(desk, mailbox)
    novice = Novice(desk.env)
    dial(stage, helper, message, password)
    helen = see_the_screen(desk, novice, helper)
    talk_in_writing(desk, helen)
    control(desk, novice, helen)
    a_file_comes(stage, desk, novice, helen)
    a_file_goes(stage, desk, helen)
    they_would_talk(desk, novice, helen)
    hide_and_show(desk, novice)
    desk.press("End session")
    novice.wait_state("listening")
    page(desk, "13-summary", "is over")
    for text in ("Hello Helen", "Good morning", "zebra.txt", "controls your computer"):
        desk.wait_reads(text)
    path = stage.path("what-was.txt")
    desk.wait_focus("button", "^Save")
    desk.hands.key("space")
    choose_file(desk, path)
    desk.wait_reads("Saved as")
    check(stat.S_IMODE(os.stat(path).st_mode) == 0o600, "others may read what was said")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    check(all(words in text for words in ("Hello Helen", "Good morning", "zebra.txt", "printer.log")), text)


class Refusing:
    """A mail server that takes nothing."""

    async def handle_RCPT(self, _server, _session, _envelope, _address, _options):  # pylint: disable=invalid-name
        return "550 the mailbox is full of elephants"


def save_instead(stage, desk, password):
    """From the page that says that it did not work; the file, which has to be good."""
    page(desk, "14-not-sent", "This did not work")
    desk.wait_reads("The mail could not be sent")
    desk.wait_reads("elephants")
    desk.press("Save as a file instead")
    ticket = stage.path("For Helen.raticket")
    choose_file(desk, ticket)
    page(desk, "15-saved", "Your invitation is saved")
    check(password_in_sight(desk) == password, "the password is another one than was shown before")
    return ticket


def test_the_mail_server_refuses(stage):
    desk = Desk(stage, settings=settings(stage.mail_server(Refusing())))
    helper, novice = helpers_place(stage, HELPER), Novice(desk.env)
    desk.start_front()
    password = write_invitation(desk, MESSAGE)
    desk.press("Send the invitation")
    ticket = save_instead(stage, desk, password)
    for tried, code in ((password + "x", 6), (password, 0)):
        result = ra_test.run("ra-open", "--check", "--password-file", "-", "--", ticket, env=helper, stdin=tried + "\n")
        check(result.returncode == code, f"ra-open: {result.returncode} {result.stderr}")
    viewer = dial(stage, helper, ticket, password)
    novice.question("connect")
    desk.wait_focus("button", "^No$")
    desk.hands.key("Escape")
    novice.wait_state("listening")
    viewer.terminate()
    viewer.wait()
    desk.press("^Done$")
    desk.press("^Your invitations")
    page(desk, "16-your-invitations", "Your invitations")
    desk.wait_reads(HELP_DESK)
    desk.wait_reads(r"^Open\. .* left\.$")
    desk.press("^Cancel$")
    desk.wait_reads("^Cancelled$")
    desk.picture("17-cancelled")
    secret = stage.path("told")
    result = ra_test.run("ra-viewer", "--yes", "--no-wait", "--password-file", secret, "--", ticket, env=helper)
    check(result.returncode not in (0, -15) and not novice.value("Questions"), f"{result.returncode}: {result.stderr}")
    print("# " + result.stderr.strip().splitlines()[-1], flush=True)


def test_every_no(stage):
    desk, helper = Desk(stage, settings=settings()), helpers_place(stage)
    novice = Novice(desk.env)
    for number, (name, no) in enumerate((("Enter", lambda: desk.hands.key("Return")), ("Escape", lambda: desk.hands.key("Escape")),
                     ("Space", lambda: desk.hands.key("space")), ("closing it", lambda: desk.hands.key("alt+F4")))):
        if number % 2 == 0:  # after three refusals an invitation asks no more
            ticket, secret = invite(stage, desk.env, "--force")
        viewer = open_viewer(stage, helper, ticket, secret)
        novice.question("connect")
        desk.wait("button", "^Yes$", "sensitive")
        desk.wait_focus("button", "^No$")
        no()
        novice.wait_state("listening")
        desk.wait_gone("button", "^Yes$")
        viewer.terminate()
        viewer.wait()
        print(f"# {name}: no", flush=True)


if __name__ == "__main__":
    ra_test.run_tests([test_the_whole_story, test_the_mail_server_refuses, test_every_no], at_once=3)
