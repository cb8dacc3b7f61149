#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Windows that are moved, text that scrolls and a film: what rests is at the helper's, pixel by pixel."""

import os
import random
import signal
import subprocess
import sys

import ra_test
from ra_test import check, need, wait_for

sys.path.append(os.path.join(ra_test.SOURCE, "tests", "bench"))

import x11  # pylint: disable=wrong-import-position
from subject import Session  # pylint: disable=wrong-import-position

MOVES = 60


def differing(session):
    """How many pixels of the novice's screen are others at the helper's."""
    near, far = session.near, session.far
    here = x11.colours(near.whole().look())
    there = x11.colours(x11.Area(far, *session.origin, near.width, near.height).look())
    if here == there:
        return 0
    return sum(here[i:i + 3] != there[i:i + 3] for i in range(0, len(here), 3))


def wait_exact(session, what):
    try:
        wait_for(what, 60, lambda: differing(session) == 0)
    except ra_test.Failure as failure:
        raise ra_test.Failure(f"{failure}: {differing(session)} pixels are others") from None


def move_windows(session, dice):
    names = ("Letter", "Scroll")
    ids = [window for name in names for window in ra_test.windows(session.novice_env, name)]
    check(ids, "there is no window to be moved")
    for _ in range(MOVES):
        place = [str(dice.randint(-100, 900)), str(dice.randint(-50, 500))]
        subprocess.run(["xdotool", "windowmove", dice.choice(ids), *place], env=session.novice_env, check=True)


def test_windows_text_and_film(stage):
    need("Xvfb", "xterm", "xdotool", "xwininfo")
    session, dice = Session(stage), random.Random(7)
    for kinds in (["scrolling"], ["film"], ["scrolling", "film"]):
        stops = [getattr(session, kind)() for kind in kinds]
        move_windows(session, dice)
        if "film" in kinds:
            session.player.send_signal(signal.SIGSTOP)  # its last picture stays
        if "scrolling" not in kinds:
            wait_exact(session, "the film's last picture")
        if "film" in kinds:
            session.player.send_signal(signal.SIGCONT)
        for stop in stops:
            stop()
        wait_exact(session, "what the windows left behind")


ra_test.run_tests([test_windows_text_and_film])
