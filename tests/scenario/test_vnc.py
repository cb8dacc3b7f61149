# SPDX-License-Identifier: GPL-3.0-or-later
"""A stock viewer, TigerVNC's, through stunnel as PSK client: sees the true screen, follows it, and controls it
once the novice has agreed."""

import os
import subprocess
import time

import ra_test
from hands import press_escape
from ra_test import Agent, check, free_port, need, run, wait_for
from sharing import invite, paint, set_stage

COLOURS = {"first": ["#204060", "red", "lime", "blue", "#abcdef", "#123456", "white"],
           "second": ["#ffffff", "black", "#808080", "#ff8000"],
           "third": ["#400040"] + [f"#{n * 10:02x}{255 - n * 10:02x}00" for n in range(24)]}


def tunnel(stage, helper, ticket, secret, key=None):
    """stunnel in front of the novice's computer; the local port."""
    psk = stage.path("ra.key")
    result = run("ra-open", "--save-psk", psk, "--password-file", secret, "--", ticket, env=helper)
    check(result.returncode == 0, result.stderr)
    check(os.stat(psk).st_mode & 0o777 == 0o600, "the key's file can be read by others")
    with open(psk, encoding="ascii") as file:
        identity, right = file.read().strip().split(":")
    if key is not None:
        with open(psk, "w", encoding="ascii") as file:
            file.write(f"{identity}:{key(right)}\n")
    address = [line.split()[1] for line in result.stdout.splitlines() if line.startswith("Address:")][0]
    port = free_port()
    config = stage.path("ra.conf")
    with open(config, "w", encoding="ascii") as file:
        file.write(f"foreground = yes\npid =\n[novice]\nclient = yes\naccept = 127.0.0.1:{port}\n"
                   f"connect = {address}\nsslVersionMin = TLSv1.3\nciphers = PSK\nPSKidentity = {identity}\n"
                   f"PSKsecrets = {psk}\n")
    process = stage.start(["stunnel4", config], env=helper)
    wait_for("stunnel", 10, lambda: "Configuration successful" in open(process.log, encoding="utf-8").read())
    time.sleep(0.2)
    return port


def stock_viewer(stage, helper, port, *options):
    return stage.start(["xtigervncviewer", "-AutoSelect=0", "-FullColor=1", "-RemoteResize=0", "-AlertOnFatalError=0",
                        "-ReconnectOnError=0", "-geometry", "820x640+20+20", *options, f"127.0.0.1::{port}"], env=helper)


def shown(stage, encoding):
    need("stunnel4", "xtigervncviewer")
    novice, helper = set_stage(stage)
    paint(stage, novice, "first", COLOURS["first"])
    port = tunnel(stage, helper, *invite(stage, novice))
    stock_viewer(stage, helper, port, f"-PreferredEncoding={encoding}")
    agent = Agent(novice)
    number, details = agent.question("connect")
    check("'name': <''>" in details, f"a stock viewer has no name: {details}")
    time.sleep(0.3)
    check(not ra_test.shows(stage, novice, helper), "the screen was shown before the novice said yes")
    agent.answer(number, True)
    agent.wait_state("viewing")
    wait_for("the novice's screen, exactly", 20, lambda: ra_test.shows(stage, novice, helper))
    for name in ("second", "third"):
        paint(stage, novice, name, COLOURS[name])
        wait_for("the change, exactly", 20, lambda: ra_test.shows(stage, novice, helper))
    return novice, helper, agent


def test_tight(stage):
    shown(stage, "Tight")


def test_zrle(stage):
    shown(stage, "ZRLE")


def test_raw(stage):
    shown(stage, "Raw")


def test_its_first_key_asks_for_control(stage):
    novice, helper, agent = shown(stage, "Tight")
    written = stage.path("written")
    stage.start(["xterm", "-T", "Letter", "-geometry", "40x5+0+300", "-e", "sh", "-c", f"cat >'{written}'"], env=novice)
    window = wait_for("the novice's terminal", 20, lambda: ra_test.windows(novice, "Letter"))[0]
    ra_test.focus(novice, window)
    viewer = ra_test.windows(helper, "TigerVNC")[0]
    ra_test.focus(helper, viewer)
    subprocess.run(["xdotool", "key", "x"], env=helper, check=True)
    number, _ = agent.question("control")
    check(os.path.getsize(written) == 0, "a key arrived before the novice said yes")
    agent.answer(number, True)
    agent.wait_state("controlling")
    time.sleep(0.8)  # what is typed right after a question is dropped
    subprocess.run(["xdotool", "type", "--delay", "60", "Hello"], env=helper, check=True)
    subprocess.run(["xdotool", "key", "Return"], env=helper, check=True)
    wait_for("what was typed", 10, lambda: os.path.getsize(written) > 0)
    with open(written, encoding="utf-8") as file:
        text = file.read()
    check(text == "Hello\n", f"typed was '{text}'")
    press_escape(novice)
    agent.wait_state("viewing", 5)


def test_a_wrong_key_shows_nothing(stage):
    need("stunnel4", "xtigervncviewer")
    novice, helper = set_stage(stage)
    paint(stage, novice, "first", COLOURS["first"])
    port = tunnel(stage, helper, *invite(stage, novice), key=lambda right: "00" * (len(right) // 2))
    viewer = stock_viewer(stage, helper, port)
    viewer.wait(30)
    check("connect" not in Agent(novice).get("Questions"), "the novice was asked for a stranger")


ra_test.run_tests([test_tight, test_zrle, test_raw, test_its_first_key_asks_for_control, test_a_wrong_key_shows_nothing])
