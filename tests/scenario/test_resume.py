# SPDX-License-Identifier: GPL-3.0-or-later
"""Connections that break in the middle of a session, and what becomes of it."""

import os
import subprocess
import time

import ra_test
from cable import Cable
from helper import Helper
from novice import Novice
from ra_test import check, program, wait_for
from sharing import invite, paint, set_stage


def begin(stage, *more):
    """A session through a cable: the novice, the helper's environment, the viewer, the cable."""
    novice_env, helper = set_stage(stage)
    paint(stage, novice_env, "first", ["#204060", "red", "lime", "blue", "#abcdef", "#123456", "white"])
    ticket, secret = invite(stage, novice_env)
    cable = Cable()
    stage.cleanups.append(cable.close)
    viewer = stage.start([program("ra-viewer"), "--yes", "--verbose", "--password-file", secret, "--proxy", cable.url,
                          *more, "--", ticket], env=helper)
    novice = Novice(novice_env)
    number, _ = novice.question("connect")
    novice.answer(number, True)
    novice.wait_state("viewing")
    wait_for("the novice's screen in the viewer", 20, lambda: ra_test.shows(stage, novice_env, helper))
    return novice, helper, viewer, cable


def give_control(novice, helper):
    viewer = wait_for("the viewer", 20, lambda: ra_test.windows(helper, "Remote Assistance"))[0]
    ra_test.focus(helper, viewer)
    subprocess.run(["xdotool", "key", "ctrl+alt+c"], env=helper, check=True)
    number, _ = novice.question("control")
    novice.answer(number, True)
    novice.wait_state("controlling")
    wait_for("the viewer's title", 10, lambda: ra_test.windows(helper, "in control"))


def wait_title(helper, title, seconds=10):
    wait_for(f"a viewer that says '{title}'", seconds, lambda: ra_test.windows(helper, title))


def test_a_broken_connection_comes_back(stage):
    novice, helper, _, cable = begin(stage)
    novice.say("before")
    novice.wait_there("before")
    give_control(novice, helper)
    cable.cut()
    wait_title(helper, "reconnecting")
    wait_for("the agent's word", 10, lambda: novice.value("HelperLost"))
    check(novice.state() == "viewing", "the helper had control without a connection")
    novice.say("meanwhile")
    time.sleep(1)
    check(not novice.heard("meanwhile", "me")["there"], "said over a connection that is cut")
    check(ra_test.windows(helper, "reconnecting"), "the viewer gave up")
    cable.mend()
    wait_title(helper, r"Anna Novice – Remote Assistance$", 20)
    check(not novice.value("HelperLost"), "the agent has not noticed")
    check(novice.value("Questions") == [], "the novice was asked again")
    check(novice.state() == "viewing", "control came back by itself")
    novice.wait_there("meanwhile")
    novice.say("after")
    novice.wait_there("after")
    paint(stage, novice.env, "second", ["#ffffff", "black", "#808080", "#ff8000"])
    wait_for("the change in the viewer", 20, lambda: ra_test.shows(stage, novice.env, helper))
    give_control(novice, helper)
    dialled = cable.dialled
    cable.cut()
    cable.mend()
    wait_for("another connection", 10, lambda: cable.dialled > dialled and not novice.value("HelperLost"))
    wait_title(helper, r"Anna Novice – Remote Assistance$")
    check(novice.heard("connection", "event"), "the novice's history says nothing of it")


def test_a_connection_that_stalls_comes_back(stage):
    novice, helper, _, cable = begin(stage)
    cable.hold()
    wait_title(helper, "reconnecting", 40)
    cable.mend()
    wait_title(helper, r"Anna Novice – Remote Assistance$", 20)
    check(novice.value("Questions") == [], "the novice was asked again")
    paint(stage, novice.env, "second", ["#ffffff", "black", "#808080", "#ff8000"])
    wait_for("the change in the viewer", 20, lambda: ra_test.shows(stage, novice.env, helper))


def test_a_file_goes_on_where_it_was(stage):
    novice, helper_env, _, cable = begin(stage)
    path = stage.path("large.bin")
    with open(path, "wb") as file:
        file.write(os.urandom(1 << 20) * 12)
    cable.rate = 2_000_000
    helper = Helper(helper_env)
    number = novice.send_file(path)
    novice.wait_transfer(number, "offered")
    helper.accept()
    wait_for("some of it to have gone", 20, lambda: novice.transfer(number)["done"] > 2_000_000)
    cable.cut()
    wait_title(helper_env, "reconnecting")
    novice.wait_transfer(number, "broken")
    carried = cable.carried
    cable.rate = 0
    cable.mend()
    check(novice.wait_transfer(number, "over", 40)["end"] == "done", novice.transfer(number)["text"])
    check(cable.carried - carried < 12 << 20, "it was sent all over again")
    came = os.path.join(helper_env["HOME"], "Downloads", "large.bin")
    with open(path, "rb") as sent, open(came, "rb") as got:
        check(sent.read() == got.read(), "another file came")


def test_what_the_novice_ended_does_not_come_back(stage):
    novice, helper, viewer, cable = begin(stage, "--no-wait")
    cable.cut()
    wait_title(helper, "reconnecting")
    wait_for("the agent's word", 10, lambda: novice.value("HelperLost"))
    novice.take_away("End")
    cable.mend()
    viewer.wait(30)
    check(viewer.returncode == 8, f"the viewer's exit code is {viewer.returncode}, not 8")
    check(novice.value("Questions") == [] and novice.state() == "listening", "the novice was asked again")


def test_a_goodbye_is_not_dialled_again(stage):
    novice, _, viewer, cable = begin(stage, "--no-wait")
    dialled = cable.dialled
    novice.take_away("End")
    viewer.wait(20)
    check(viewer.returncode == 8, f"the viewer's exit code is {viewer.returncode}, not 8")
    check(cable.dialled == dialled, "it was dialled again after a goodbye")


def test_the_helper_can_leave_while_it_is_dialled(stage):
    novice, helper, viewer, cable = begin(stage, "--no-wait")
    cable.cut()
    wait_title(helper, "reconnecting")
    viewer.terminate()
    viewer.wait(10)
    check(viewer.returncode == 0, f"the viewer's exit code is {viewer.returncode}, not 0")
    check(novice.value("HelperLost"), "the novice's side waits for them")


ra_test.run_tests([test_a_broken_connection_comes_back, test_a_connection_that_stalls_comes_back,
                   test_a_file_goes_on_where_it_was,
                   test_what_the_novice_ended_does_not_come_back, test_a_goodbye_is_not_dialled_again,
                   test_the_helper_can_leave_while_it_is_dialled])
