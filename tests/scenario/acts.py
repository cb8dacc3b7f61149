# SPDX-License-Identifier: GPL-3.0-or-later
"""What a novice does in their window, by keyboard alone: for tests and the demo, on a Desk of desk.py."""

import os
import time

from desk import LONG
from ra_test import check, wait_for

NOVICE, HELPER, HELP_DESK = "Anna Novice", "Helen Helper", "helpdesk@example.org"


def settings(port=None):
    """The novice's settings; PORT: that of their mail server."""
    mail = f"[Mail]\nSmtp=smtp://127.0.0.1:{port}\n" if port else ""
    return f"[Invitation]\nName={NOVICE}\nAddress=anna@example.org\nHelpDesk={HELP_DESK}\nSendingWays=smtp;file\n{mail}"


def say_yes(desk):
    """As somebody does who has read it."""
    desk.wait("button", "^Yes$", "sensitive")

    def gone():
        desk.hands.key("alt+y")
        time.sleep(0.3)
        return not desk.widgets("button", "^Yes$")
    wait_for("the yes to count", LONG, gone)


def write_invitation(desk, message, look=lambda name, heading: None):
    """From the first page up to the one with the password, which is returned; LOOK is called on each page. The front
    has been started."""
    look("1-front", "Invite someone")
    desk.press("Invite someone")
    look("2-how", "Invite someone to help you")
    desk.wait_focus("radio", "By e-mail")
    desk.press("^Next$")
    look("3-whom", "Whom, and what for")
    check(desk.wait("text box", "Whom do you ask").text() == HELP_DESK, "the help desk is not filled in")
    desk.fill("What is wrong", message)
    desk.press("^Next$")
    look("4-password", "The password for your helper")
    return password_in_sight(desk)


def password_in_sight(desk):
    return desk.wait("group", r"^\w+(, \w+){3,}$").name.replace(", ", "-")


def choose_file(desk, path, hands=None):
    """Writes PATH into the file dialog that is before the novice, and accepts; until it is gone. HANDS: other than
    theirs."""
    hands = hands or desk.hands

    def dialog():  # GTK 4.8 gives it no better role
        return next((widget for widget in desk.widgets() if "modal" in widget.states), None)

    def line():
        box = dialog()
        return next((widget for widget in box.all() if widget.role == "text box" and "focused" in widget.states),
                    None) if box else None

    def written():
        return any("focused" in widget.states for widget in dialog().all())
    wait_for("a file dialog that has the keyboard", LONG, lambda: dialog() and written())
    if line() is None:
        hands.key("ctrl+l")
    entry = wait_for("a line for the file's name", LONG, line)
    hands.key("ctrl+a")
    hands.type(path)
    wait_for(f"'{path}' in the dialog", LONG, lambda: entry.text() == path)

    def accepted():  # the first Return may close a list of names that came meanwhile
        hands.key("Return")
        deadline = time.monotonic() + 3
        while time.monotonic() < deadline:
            if dialog() is None:
                return True
            time.sleep(0.05)
        return False
    wait_for("the dialog to go", LONG, accepted)


def downloads(env):
    """The names of the files that came."""
    folder = os.path.join(env["HOME"], "Downloads")
    return sorted(os.listdir(folder)) if os.path.isdir(folder) else []
