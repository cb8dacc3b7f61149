#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The novice's window and the agent's panel in another language: what the agent starts speaks the language of the desktop
that it runs on. Both ends are the real ones, and the helper's is English."""

import ra_test
from acts import settings
from desk import LONG, Desk, helpers_place
from helper import Helper
from novice import Novice
from ra_test import check, wait_for
from sharing import invite, open_viewer


def say_ja(desk):
    desk.wait("button", "^Ja$", "sensitive")

    def gone():
        desk.hands.key("alt+j")
        return not desk.widgets("button", "^Ja$")
    wait_for("the yes to count", LONG, gone)


def test_in_german(stage):
    desk = Desk(stage, settings=settings(), LANGUAGE="de", LC_ALL="C.UTF-8")
    helper = helpers_place(stage)
    novice = Novice(desk.env)
    ticket, secret = invite(stage, desk.env, "--force")
    open_viewer(stage, helper, ticket, secret)
    desk.wait("alert dialog", "Darf .* Ihren Bildschirm sehen")
    check(desk.wait_focus("button").name == "Nein", "the keyboard is not on No")
    desk.picture("de-1-question")
    say_ja(desk)
    novice.wait_state("viewing")
    desk.wait("status", "sieht Ihren Bildschirm")
    wait_for("the panel", LONG, lambda: ra_test.windows(desk.env, "sieht Ihren Bildschirm"))
    helen = Helper(helper)
    helen.wait_title("Remote Assistance")
    helen.ask_control()
    novice.question("control")
    desk.wait("alert dialog", "Maus und Tastatur")
    desk.picture("de-2-control")
    say_ja(desk)
    novice.wait_state("controlling")
    desk.wait("status", "steuert Ihren Computer")
    helen.wait_title("in control")
    desk.hands.key("Escape")
    novice.wait_state("viewing")
    desk.press("Sitzung beenden")
    novice.wait_state("listening")
    desk.wait("status", "ist beendet")
    desk.picture("de-3-summary")


if __name__ == "__main__":
    ra_test.run_tests([test_in_german])
