#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a mail client, without a terminal: the viewer's window asks, as a person sees and answers it."""

import subprocess
import time

import ra_test
from prompts import PASSWORD, Prompts
from ra_test import Agent, check, need, program, wait_for
from sharing import NAME, invite, set_stage


def asked(agent):
    return "connect" in agent.get("Questions")


def test_wrong_then_right(stage):
    """From the file to the novice's screen, by the keyboard alone; nothing is dialled before the password opens."""
    novice, helper = set_stage(stage)
    ticket, _ = invite(stage, novice)
    agent = Agent(novice)
    prompts = Prompts(stage, helper, "--window", "--", ticket)
    wait_for("the title", 20, lambda: ra_test.windows(helper, rf"{NAME} – Remote Assistance \(invitation\)"))
    question = prompts.settle()
    prompts.connect()
    password = prompts.settle(question)
    prompts.type("wrong-words-typed")
    prompts.keys("Return")
    prompts.settle(password)
    time.sleep(1)
    check(not asked(agent), "the novice was asked before the password was right")
    check(prompts.process.poll() is None, "a wrong password ended it")
    prompts.type(PASSWORD)
    prompts.keys("Return")
    number, details = agent.question("connect")
    check("unknown" not in str(details), f"the helper's name: {details}")
    agent.answer(number, True)
    agent.wait_state("viewing")
    wait_for("the title", 20, lambda: ra_test.windows(helper, f"{NAME} – Remote Assistance$"))
    with open(f"/proc/{prompts.process.pid}/cmdline", "rb") as file:
        check(PASSWORD.encode() not in file.read(), "the password is in the command line")


def test_no_is_no(stage):
    """Enter at once, Escape, and closing the window: each means no."""
    novice, helper = set_stage(stage)
    ticket, _ = invite(stage, novice)
    agent = Agent(novice)
    for key in ("Return", "Escape"):
        prompts = Prompts(stage, helper, "--", ticket)  # there is no terminal: no option is needed
        prompts.settle()
        prompts.keys(key)
        prompts.end(8, "you chose not to connect")
    prompts = Prompts(stage, helper, "--", ticket)
    prompts.settle()
    prompts.connect()
    time.sleep(1)
    prompts.keys("Escape")  # at the password
    prompts.end(8, "you chose not to connect")
    check(not asked(agent), "the novice was asked")


def test_three_wrong(stage):
    novice, helper = set_stage(stage)
    ticket, _ = invite(stage, novice)
    prompts = Prompts(stage, helper, "--", ticket)
    question = prompts.settle()
    prompts.connect()
    prompts.settle(question)

    def closed():  # what is typed while a password is tried is nothing, and the last Return is for Close
        prompts.type("wrong-words")
        prompts.keys("Return")
        return prompts.process.poll() is not None
    wait_for("the end after three", 60, closed)
    prompts.end(6, "wrong 3 times")
    check(not asked(Agent(novice)), "the novice was asked")


def test_what_cannot_be_opened(stage):
    """It is said in the window, and by the exit code."""
    need("Xvfb", "xdotool")
    helper = stage.person("helen")
    helper["DISPLAY"] = stage.display("1280x900")
    over = stage.path("over.raticket")
    made = subprocess.run([program("tests/make-ticket"), "--name", NAME, "--address", "anna@example.org", "--start",
                           "-7200", "--end", "-3600"], env=helper, input=(PASSWORD + "\n").encode(),
                          stdout=subprocess.PIPE, check=True).stdout
    with open(over, "wb") as file:
        file.write(made)
    cut = stage.path("cut.raticket")
    with open(cut, "wb") as file:
        file.write(made[:300])
    empty = stage.path("empty")
    with open(empty, "wb"):
        pass
    for path, code, text in ((over, 5, "expired"), (cut, 4, ""), (empty, 3, "no invitation"),
                             (stage.path("missing"), 2, "No such file")):
        prompts = Prompts(stage, helper, "--", path)
        prompts.settle()
        check(prompts.process.poll() is None, "it ended before it was read")
        prompts.keys("Return")
        prompts.end(code, text)
    viewer = stage.start([program("ra-viewer"), "--", over], env=helper)  # the same without ra-open
    wait_for("the viewer's window", 20, lambda: ra_test.windows(helper, "Remote Assistance"))
    ra_test.focus(helper, ra_test.windows(helper, "Remote Assistance")[0])
    time.sleep(1)
    subprocess.run(["xdotool", "key", "Escape"], env=helper, check=False, stderr=subprocess.DEVNULL)
    viewer.wait(20)
    check(viewer.returncode == 5, f"exit code {viewer.returncode}")


def test_several_invitations(stage):
    """The window offers them; the chosen one is asked about."""
    need("Xvfb", "xdotool")
    helper = stage.person("helen")
    helper["DISPLAY"] = stage.display("1280x900")
    both = b"From: <anna@example.org>\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
    for name, start in (("Anna One", "-60"), ("Berta Two", "-120")):
        both += b"--b\nContent-Type: text/xml\n\n" + subprocess.run(
            [program("tests/make-ticket"), "--name", name, "--address", "anna@example.org", "--start", start],
            env=helper, input=(PASSWORD + "\n").encode(), stdout=subprocess.PIPE, check=True).stdout + b"\n"
    path = stage.path("mail.eml")
    with open(path, "wb") as file:
        file.write(both + b"--b--\n")
    prompts = Prompts(stage, helper, "--", path)
    prompts.settle()
    prompts.keys("Down", "Return")
    wait_for("the chosen one's name", 20, lambda: ra_test.windows(helper, "Berta Two"))
    prompts.keys("Escape")
    prompts.end(8, "you chose not to connect")


ra_test.run_tests([test_wrong_then_right, test_no_is_no, test_three_wrong, test_what_cannot_be_opened,
                   test_several_invitations])
