#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The viewer's own dialogs in a real session: files both ways, by the keyboard alone."""

import os
import subprocess
import time

import ra_test
from helper import Helper
from novice import Novice
from ra_test import check, program, wait_for
from sharing import invite, set_stage


def begin(stage):
    """The novice, and the helper's environment, whose viewer has the keyboard."""
    novice_env, helper = set_stage(stage)
    ticket, secret = invite(stage, novice_env)
    stage.start([program("ra-viewer"), "--yes", "--password-file", secret, "--", ticket], env=helper)
    novice = Novice(novice_env)
    number, _ = novice.question("connect")
    novice.answer(number, True)
    novice.wait_state("viewing")
    hands = Helper(helper)
    hands.wait_title("Remote Assistance$")
    return novice, hands


def write(folder, name, size):
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, name)
    with open(path, "wb") as file:
        file.write(os.urandom(size))
    return path


def same(one, other):
    with open(one, "rb") as first, open(other, "rb") as second:
        return first.read() == second.read()


def downloaded(env, name):
    """The path of the file NAME that came to the user of ENV, or None."""
    for folder, _, files in os.walk(env["HOME"]):
        if name in files and not folder.endswith("desk"):
            return os.path.join(folder, name)
    return None


def test_a_file_is_refused_and_accepted(stage):
    """Refuse is the default; Accept has to be gone to, and cannot be pressed at once."""
    novice, helper = begin(stage)
    path = write(os.path.join(novice.env["HOME"], "desk"), "notes.txt", 30000)
    for _ in range(5):
        started = time.monotonic()
        number = novice.send_file(path)
        time.sleep(0.5)
        helper.key("Return")  # somebody who types: that is no answer yet
        typed = time.monotonic() - started < 0.9  # a busy computer may take longer: then it is an answer
        time.sleep(0.3)
        if novice.transfer(number)["state"] == "offered":
            break
        check(not typed, "the question was answered by what was typed")
    helper.wait_question()
    helper.key("Return")
    novice.wait_transfer(number, "over")
    check(downloaded(helper.env, "notes.txt") is None, "a file came that was refused")
    number = novice.send_file(path)
    helper.accept()
    novice.wait_transfer(number, "over")
    came = wait_for("the file", 10, lambda: downloaded(helper.env, "notes.txt"))
    check(same(path, came), "another file came")


def test_files_are_chosen_in_the_window(stage):
    """Without a portal the window's own list: into a folder, two files marked, both are offered."""
    novice, helper = begin(stage)
    desk = os.path.join(helper.env["HOME"], "desk")
    paths = [write(desk, name, 2000) for name in ("Report 2.txt", "Report 10.txt")]
    helper.key("ctrl+alt+f")
    helper.wait_dialog()
    helper.key("d", "Return")  # the only name that begins so
    time.sleep(0.5)
    helper.key("Home", "ctrl+space", "Down", "ctrl+space", "Return")
    for path in paths:
        question, _ = novice.file_question()
        novice.answer(str(question), True)
        came = wait_for("the file", 20, lambda path=path: downloaded(novice.env, os.path.basename(path)))
        check(same(path, came), "another file came")


ra_test.run_tests([test_a_file_is_refused_and_accepted, test_files_are_chosen_in_the_window])
