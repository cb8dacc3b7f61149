# SPDX-License-Identifier: GPL-3.0-or-later
"""From the invitation to the screen: every program of ours, on real displays, a real bus, real mail.

The novice's screen is a picture of coloured fields that a small program draws; what the helper's display
shows is compared with it pixel by pixel.
"""

import json
import os
import subprocess
import time

import ra_test
from hands import press_escape
from ra_test import Agent, check, need, program, run, wait_for
from sharing import connect, invite, open_viewer, paint, set_stage


def keys(env, *names):
    subprocess.run(["xdotool", "key", "--delay", "40", *names], env=env, check=True)


def type_text(env, text):
    subprocess.run(["xdotool", "type", "--delay", "40", text], env=env, check=True)


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


def test_the_pointer_is_shown_and_followed(stage):
    need("xsetroot")
    novice, helper = set_stage(stage)
    paint(stage, novice, "first", ["#204060", "red", "lime", "blue", "#abcdef", "#123456", "white"])
    subprocess.run(["xsetroot", "-cursor_name", "left_ptr"], env=novice, check=True)
    agent, _, number, _ = connect(stage, novice, helper)
    agent.answer(number, True)
    agent.wait_state("viewing")
    for x, y in ((400, 300), (90, 90), (700, 500), (799, 599)):
        was_x, was_y = ra_test.pointer(novice)  # moved as a mouse does, which tells how far and not where to
        subprocess.run(["xdotool", "mousemove_relative", "--", str(x - was_x), str(y - was_y)], env=novice, check=True)
        check(ra_test.pointer(novice) == (x, y), "the novice's pointer did not move")

        def there(x=x, y=y):  # the arrow's tip with its edge; where it was before, the picture is whole again
            points = ra_test.differences(stage, novice, helper)
            return points and (x, y) in points and all(px >= x - 2 and py >= y - 2 for px, py in points)
        wait_for(f"the novice's pointer at {x}, {y}", 20, there)


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


def test_control_is_asked_for_given_and_taken_back(stage):
    novice, helper = set_stage(stage)
    written = stage.path("written")
    stage.start(["xterm", "-T", "Letter", "-geometry", "40x5+0+300", "-e", "sh", "-c", f"cat >'{written}'"], env=novice)
    window = wait_for("the novice's terminal", 20, lambda: ra_test.windows(novice, "Letter"))[0]
    ra_test.focus(novice, window)
    agent, _, number, _ = connect(stage, novice, helper)
    agent.answer(number, True)
    agent.wait_state("viewing")
    viewer = wait_for("the viewer", 20, lambda: ra_test.windows(helper, "Remote Assistance"))[0]
    ra_test.focus(helper, viewer)
    type_text(helper, "before")
    keys(helper, "ctrl+alt+c")
    number, _ = agent.question("control")
    type_text(helper, "while asked")
    agent.answer(number, False)
    agent.wait_state("viewing")
    type_text(helper, "after a no")
    keys(helper, "ctrl+alt+c")
    number, _ = agent.question("control")
    agent.answer(number, True)
    agent.wait_state("controlling")
    wait_for("the viewer's title", 10, lambda: ra_test.windows(helper, "in control"))
    time.sleep(0.8)  # what is typed right after a question is dropped
    type_text(helper, "Hello, World")
    keys(helper, "Escape", "Return")  # the helper's own Esc is for the novice's programs
    wait_for("what was typed", 10, lambda: os.path.getsize(written) > 0)
    check(agent.state() == "controlling", "the helper's own Esc ended control")
    press_escape(novice)
    agent.wait_state("viewing", 5)
    type_text(helper, "after Esc")
    keys(helper, "Return")
    time.sleep(0.5)
    with open(written, encoding="utf-8") as file:
        text = file.read()
    check(text == "Hello, World\x1b\n", f"typed was {text!r}")


def test_bus_answers_need_the_option(stage):
    novice, helper = set_stage(stage, ("--listen", "127.0.0.1", "--no-window"))
    agent, _, number, _ = connect(stage, novice, helper)
    result = agent.gdbus(f"{ra_test.BUS_NAME}.Answer", number, "true")
    check(result.returncode != 0 and "NotAllowed" in result.stderr, f"Answer: {result.stdout}{result.stderr}")
    check(agent.state() == "asking", "the question was settled all the same")


ra_test.run_tests([test_the_screen_is_shown_and_followed, test_the_pointer_is_shown_and_followed, test_no_means_no,
                   test_a_second_helper_hears_that_it_is_busy, test_a_cancelled_invitation_opens_nothing,
                   test_control_is_asked_for_given_and_taken_back, test_bus_answers_need_the_option])
