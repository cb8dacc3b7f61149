# SPDX-License-Identifier: GPL-3.0-or-later
"""The novice's desktop, with the real window on it: eyes are the accessibility bus, hands those of hands.py."""

import os
import re
import subprocess
import time

import ra_test
from access import Access
from hands import Hands
from ra_test import Failure, check, need, program, wait_for

LONG = 20  # seconds; ra_test.PATIENCE times that on a busy computer
PICTURES = os.environ.get("RA_PICTURES")


class Desk:
    """SETTINGS: the text of the novice's settings file."""

    def __init__(self, stage, host_options=("--listen", "127.0.0.1"), settings="", size="1280x800", **more):
        need("Xvfb", "openbox", "xdotool", "import", "convert", "gdbus", "dbus-daemon", "xwininfo")
        self.stage = stage
        self.env = stage.person("anna", GSK_RENDERER="cairo", GTK_A11Y="atspi", GIO_USE_VFS="local", **more)
        folder = os.path.join(self.env["XDG_CONFIG_HOME"], "remote-assistance")
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, "config"), "w", encoding="utf-8") as file:
            file.write(settings)
        self.env["DISPLAY"] = stage.display(size)
        stage.session_bus(self.env, host_options)
        self.access = Access(stage, self.env)
        self.manager = stage.start(["openbox", "--sm-disable"], env=self.env)
        subprocess.run(["xsetroot", "-solid", "#2e5d7d"], env=self.env, check=False)
        wait_for("the window manager", LONG, lambda: "_NET_SUPPORTING_WM_CHECK(WINDOW)" in subprocess.run(
            ["xprop", "-root", "_NET_SUPPORTING_WM_CHECK"], env=self.env, text=True, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, check=False).stdout)
        self.hands = Hands(self.env)
        self.agent = ra_test.Agent(self.env)

    def start_front(self, *options):
        """remote-assistance, as the novice starts it."""
        return self.stage.start([program("remote-assistance"), *options], env=self.env)

    # What is to be seen.

    def widgets(self, role=None, name=None):
        """In sight, with ROLE (a word or several) and a name that matches NAME."""
        roles = (role,) if isinstance(role, str) else role
        return [widget for widget in self.access.widgets() if (roles is None or widget.role in roles) and
                (name is None or re.search(name, widget.name))]

    def describe(self):
        """For a failure's text: all that has a name."""
        return "\n".join(str(widget) for widget in self.access.widgets() if widget.name or "focusable" in widget.states)

    def wait(self, role=None, name=None, state=None, seconds=LONG):
        """The first of widgets() that is in STATE, once there is one."""
        def probe():
            return next((widget for widget in self.widgets(role, name) if state is None or state in widget.states), None)
        try:
            return wait_for(f"{role or 'anything'} '{name}' {state or ''}", seconds, probe)
        except Failure as failure:
            raise Failure(f"{failure}; there is\n{self.describe()}") from None

    def wait_gone(self, role=None, name=None, seconds=LONG):
        wait_for(f"{role} '{name}' to go", seconds, lambda: not self.widgets(role, name))

    def reads(self, pattern):
        """Does anything in sight say it, by name, description or text?"""
        return any(re.search(pattern, text) for widget in self.access.widgets()
                   for text in (widget.name, widget.description))

    def wait_reads(self, pattern, seconds=LONG):
        try:
            wait_for(f"the words '{pattern}'", seconds, lambda: self.reads(pattern))
        except Failure as failure:
            raise Failure(f"{failure}; there is\n{self.describe()}") from None

    def focused(self):
        """What the keyboard is on, in the window that has it; None."""
        return next((widget for widget in self.access.widgets() if "focused" in widget.states and
                     "active" in widget.window().states), None)


    def wait_focus(self, role=None, name=None, seconds=LONG):
        """Until the keyboard is on a widget like that."""
        seen = []

        def probe():
            widget = self.focused()
            seen[:] = [widget]
            return widget if widget and (role is None or widget.role == role) and (
                name is None or re.search(name, widget.name)) else None
        try:
            return wait_for(f"the keyboard on {role} '{name}'", seconds, probe)
        except Failure as failure:
            raise Failure(f"{failure}; it is on {seen[0]}; there is\n{self.describe()}") from None

    # What is done.

    def go_to(self, role, name, key="Tab"):
        """Presses Tab until the keyboard is on it: everything is reached so."""
        self.wait(role, name)
        seen = []
        for _ in range(60):
            widget = wait_for("the keyboard anywhere", LONG, self.focused)
            if widget.role == role and re.search(name, widget.name):
                return widget
            seen.append(widget)
            self.hands.key(key)
            wait_for("the keyboard elsewhere", LONG, lambda last=widget: self._moved(last))
        raise Failure(f"Tab does not lead to {role} '{name}', but to {seen}")

    def _moved(self, last):
        widget = self.focused()
        return widget is not None and widget.place != last.place

    def press(self, name, role="button"):
        """Goes there, and Space."""
        self.go_to(role, name)
        self.hands.key("space")

    def fill(self, name, text, role="text box"):
        """Writes TEXT over what a field holds."""
        widget = self.go_to(role, name)
        self.hands.key("ctrl+a")
        self.hands.type(text)
        wait_for(f"'{text}' in the field", LONG, lambda: widget.text() == text)

    def picture(self, name, env=None):
        """Into $RA_PICTURES."""
        if PICTURES:
            ra_test.screenshot(env or self.env, os.path.join(PICTURES, name + ".png"))

    # What a screen reader needs.

    def _misread(self):
        """What the keyboard can be on and does not say what it is; None: nothing."""
        for widget in self.access.widgets():
            # Groups are scrolled, and have no words; inside of a list's button is GTK's own.
            if "focusable" in widget.states and widget.role != "group" and widget.name != "GtkListItemWidget":
                name = widget.name.replace(self.stage.folder, "")  # what a path has is none of ours
                if not name.strip() or re.match("(Gtk|Ra)[A-Z]", name) or "_" in name:
                    return f"{widget} in {widget.parent} has no good name"
                if widget.role in ("", "invalid", "unknown", "widget"):
                    return f"{widget} has no role"
        return None

    def check_reads_well(self, page):
        """Everything that the keyboard can be on says what it is, once the page has come to rest."""
        end = time.monotonic() + LONG
        while (fault := self._misread()) and time.monotonic() < end:
            time.sleep(0.2)
        check(fault is None, f"{page}: {fault}")


def helpers_place(stage, name="Helen Helper", size="1920x1080"):
    """The environment of a helper who calls herself NAME, with a display."""
    env = stage.person("helen")
    folder = os.path.join(env["XDG_CONFIG_HOME"], "remote-assistance")
    os.makedirs(folder)
    with open(os.path.join(folder, "config"), "w", encoding="utf-8") as file:
        file.write(f"[Helper]\nName={name}\n")
    env["DISPLAY"] = stage.display(size)
    return env


def box_on_screen(desk, widget):
    """Where WIDGET is on the display: x, y, width, height."""
    title = widget.window().name
    window = wait_for(f"the window '{title}'", LONG, lambda: ra_test.windows(desk.env, "^" + re.escape(title) + "$"))[0]
    said = subprocess.run(["xwininfo", "-id", window], env=desk.env, text=True, stdout=subprocess.PIPE,
                          check=True).stdout
    x, y = (int(re.search(rf"Absolute upper-left {axis}: +(-?\d+)", said).group(1)) for axis in "XY")
    return x + widget.box[0], y + widget.box[1], widget.box[2], widget.box[3]


def middle(box):
    return box[0] + box[2] // 2, box[1] + box[3] // 2
