#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""No key and no button stays pressed at the novice's, whatever becomes of the helper who holds it."""

import ctypes
import os
import signal
import subprocess
import time

import ra_test
from cable import Cable
from hands import press_escape
from novice import Novice
from ra_test import check, program, wait_for
from sharing import invite, paint, set_stage

BUTTON_1 = 1 << 8  # of the core protocol's state
SHIFT = 1 << 0


class Keyboard:
    """What the X server of ENV believes to be pressed: asked of it, on a connection of our own."""

    def __init__(self, env):
        self.x11 = ctypes.CDLL("libX11.so.6")
        self.x11.XOpenDisplay.restype = ctypes.c_void_p
        self.x11.XDefaultRootWindow.restype = ctypes.c_ulong
        self.display = ctypes.c_void_p(self.x11.XOpenDisplay(env["DISPLAY"].encode()))
        check(self.display.value, "the display cannot be asked")

    def keys(self):
        """The codes of all keys that are down."""
        bits = ctypes.create_string_buffer(32)
        self.x11.XQueryKeymap(self.display, bits)
        return {code for code in range(256) if bits.raw[code // 8] & (1 << code % 8)}

    def state(self):
        """Modifiers and buttons."""
        longs, ints, mask = [ctypes.c_ulong() for _ in range(2)], [ctypes.c_int() for _ in range(4)], ctypes.c_uint()
        root = ctypes.c_ulong(self.x11.XDefaultRootWindow(self.display))
        self.x11.XQueryPointer(self.display, root, *map(ctypes.byref, longs), *map(ctypes.byref, ints),
                               ctypes.byref(mask))
        return mask.value

    def is_free(self):
        return not self.keys() and self.state() & (BUTTON_1 | SHIFT) == 0


def hand(helper, *steps):
    subprocess.run(["xdotool", *steps], env=helper, check=True)


def begin(stage):
    """Control through a cable, with a key, Shift and a mouse button held down at the helper's."""
    novice_env, helper = set_stage(stage)
    paint(stage, novice_env, "first", ["#204060", "red", "lime", "blue"])
    ticket, secret = invite(stage, novice_env)
    cable = Cable()
    stage.cleanups.append(cable.close)
    viewer = stage.start([program("ra-viewer"), "--yes", "--password-file", secret, "--proxy", cable.url, "--", ticket],
                         env=helper)
    novice = Novice(novice_env)
    number, _ = novice.question("connect")
    novice.answer(number, True)
    novice.wait_state("viewing")
    wait_for("the novice's screen in the viewer", 20, lambda: ra_test.shows(stage, novice_env, helper))
    window = wait_for("the viewer", 20, lambda: ra_test.windows(helper, "Remote Assistance"))[0]
    ra_test.focus(helper, window)
    hand(helper, "key", "ctrl+alt+c")
    number, _ = novice.question("control")
    novice.answer(number, True)
    novice.wait_state("controlling")
    wait_for("the viewer's title", 10, lambda: ra_test.windows(helper, "in control"))
    keyboard = Keyboard(novice_env)
    wait_for("a keyboard that nobody touches", 10, keyboard.is_free)

    def is_held():
        return len(keyboard.keys()) == 2 and keyboard.state() & (BUTTON_1 | SHIFT) == BUTTON_1 | SHIFT

    def pressed():  # input is dropped for half a second after a question: not all of it may come
        let_go(helper)
        hand(helper, "mousemove", "700", "500", "keydown", "shift", "keydown", "a", "mousedown", "1")
        deadline = time.monotonic() + 3
        while not is_held() and time.monotonic() < deadline:
            time.sleep(0.05)
        return is_held()
    wait_for("what the helper holds", 10, pressed)
    return novice, helper, viewer, cable, keyboard


def expect_free(keyboard, seconds=5):
    wait_for("everything to be let go of", seconds, keyboard.is_free)


def let_go(helper):
    hand(helper, "keyup", "a", "keyup", "shift", "mouseup", "1")


def test_when_the_link_breaks(stage):
    novice, helper, _, cable, keyboard = begin(stage)
    cable.cut()
    wait_for("the agent's word", 10, lambda: novice.value("HelperLost"))
    expect_free(keyboard)
    cable.mend()
    wait_for("the helper to be back", 20, lambda: not novice.value("HelperLost"))
    check(keyboard.is_free(), "what was held came back with the connection")
    let_go(helper)
    check(keyboard.is_free(), "letting go pressed something")


def test_when_the_network_falls_silent(stage):
    novice, _, _, cable, keyboard = begin(stage)
    cable.hold()
    expect_free(keyboard, 8)  # 3 s are meant
    check(not novice.value("HelperLost"), "nothing was let go of before the connection was given up")
    wait_for("the agent's word", 40, lambda: novice.value("HelperLost"))


def test_when_the_viewer_loses_the_focus(stage):
    novice, helper, _, _, keyboard = begin(stage)
    paint(stage, helper, "other", ["black", "yellow"])
    ra_test.focus(helper, ra_test.windows(helper, "xwud|other")[0])
    expect_free(keyboard)
    check(novice.state() == "controlling", "control went with the focus")


def test_when_the_novice_presses_escape(stage):
    novice, _, _, _, keyboard = begin(stage)
    press_escape(novice.env)
    novice.wait_state("viewing")
    expect_free(keyboard)


def test_when_control_is_given_back(stage):
    novice, helper, _, _, keyboard = begin(stage)
    hand(helper, "keyup", "shift", "keydown", "ctrl", "keydown", "alt", "key", "c")
    novice.wait_state("viewing")
    expect_free(keyboard)


def test_when_the_screen_is_hidden(stage):
    novice, _, _, _, keyboard = begin(stage)
    novice.take_away("Hide")
    expect_free(keyboard)


def test_when_the_viewer_is_killed(stage):
    novice, _, viewer, _, keyboard = begin(stage)
    os.kill(viewer.pid, signal.SIGKILL)
    wait_for("the agent's word", 10, lambda: novice.value("HelperLost") or novice.state() == "listening")
    expect_free(keyboard)


ra_test.run_tests([test_when_the_link_breaks, test_when_the_network_falls_silent, test_when_the_viewer_loses_the_focus,
                   test_when_the_novice_presses_escape, test_when_control_is_given_back,
                   test_when_the_screen_is_hidden, test_when_the_viewer_is_killed])
