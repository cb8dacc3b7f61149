# SPDX-License-Identifier: GPL-3.0-or-later
"""From the invitation to the screen: every program of ours, on real displays, a real bus, real mail.

The novice's screen is a picture of coloured fields that a small program draws; what the helper's display
shows is compared with it pixel by pixel.
"""

import json
import subprocess
import time

import ra_test
from ra_test import Agent, check, program, run, wait_for
from sharing import connect, invite, open_viewer, paint, set_stage


def test_the_screen_is_shown_and_followed(stage):
    novice, helper = set_stage(stage)
    paint(stage, novice, "first", ["#204060", "red", "lime", "blue", "#abcdef", "#123456", "white"])
    agent, viewer, number, _ = connect(stage, novice, helper)
    time.sleep(0.5)
    check(not ra_test.shows(stage, novice, helper), "the screen was shown before the novice said yes")
    agent.answer(number, True)
    agent.wait_state("viewing")
    wait_for("the novice's screen in the viewer, exactly", 20, lambda: ra_test.shows(stage, novice, helper))
    for name, colours in (("second", ["#ffffff", "black", "#808080", "#ff8000"]),
                          ("third", ["#400040"] + ["#%02x%02x00" % (n * 10, 255 - n * 10) for n in range(24)])):
        paint(stage, novice, name, colours)
        wait_for("the change in the viewer, exactly", 20, lambda: ra_test.shows(stage, novice, helper))
    agent.call("End")
    wait_for("the viewer's word that it is over", 10, lambda: ra_test.windows(helper, "disconnected"))
    agent.wait_state("listening")
    subprocess.run(["xdotool", "key", "--window", ra_test.windows(helper, "disconnected")[0], "Return"], env=helper,
                   check=False, stderr=subprocess.DEVNULL)  # the window is gone before the key is released
    viewer.wait(10)
    check(viewer.returncode == 8, f"the viewer's exit code is {viewer.returncode}, not 8")


def test_no_means_no(stage):
    novice, helper = set_stage(stage)
    paint(stage, novice, "first", ["#204060", "red"])
    agent, _, number, _ = connect(stage, novice, helper)
    agent.answer(number, False)
    agent.wait_state("listening")
    time.sleep(0.5)
    check(not ra_test.shows(stage, novice, helper), "the screen was shown after a no")


def test_a_second_helper_hears_that_it_is_busy(stage):
    novice, helper = set_stage(stage)
    paint(stage, novice, "first", ["#204060", "red"])
    ticket, secret = invite(stage, novice)
    open_viewer(stage, helper, ticket, secret)
    agent = Agent(novice)
    number, _ = agent.question("connect")
    agent.answer(number, True)
    agent.wait_state("viewing")
    other = stage.start([program("ra-viewer"), "--yes", "--no-wait", "--password-file", secret, "--", ticket],
                        env=stage.person("hugo", DISPLAY=helper["DISPLAY"]))
    other.wait(30)
    with open(other.log, encoding="utf-8") as log:
        text = log.read()
    check(other.returncode == 8 and "helping" in text, f"exit code {other.returncode}: {text}")
    check(agent.state() == "viewing", "the second helper disturbed the first")


def test_a_cancelled_invitation_opens_nothing(stage):
    novice, helper = set_stage(stage)
    ticket, secret = invite(stage, novice)
    listing = run("ra-invite", "--list", "--json", env=novice)
    check(listing.returncode == 0, listing.stderr)
    invitations = json.loads(listing.stdout)
    entries = invitations["invitations"] if isinstance(invitations, dict) else invitations
    result = run("ra-invite", "--cancel", entries[0]["id"], env=novice)
    check(result.returncode == 0, result.stderr)
    late = stage.start([program("ra-viewer"), "--yes", "--no-wait", "--password-file", secret, "--", ticket], env=helper)
    late.wait(30)
    check(late.returncode in (6, 7), f"exit code {late.returncode}")
    check("connect" not in Agent(novice).get("Questions"), "the novice was asked for a cancelled invitation")


def test_bus_answers_need_the_option(stage):
    novice, helper = set_stage(stage, ("--listen", "127.0.0.1"))
    agent, _, number, _ = connect(stage, novice, helper)
    result = agent.gdbus(f"{ra_test.BUS_NAME}.Answer", number, "true")
    check(result.returncode != 0 and "NotAllowed" in result.stderr, f"Answer: {result.stdout}{result.stderr}")
    check(agent.state() == "asking", "the question was settled all the same")


ra_test.run_tests([test_the_screen_is_shown_and_followed, test_no_means_no, test_a_second_helper_hears_that_it_is_busy,
                   test_a_cancelled_invitation_opens_nothing, test_bus_answers_need_the_option])
