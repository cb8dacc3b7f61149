# SPDX-License-Identifier: GPL-3.0-or-later
"""The helper at their computer: hands on the viewer's window, and nothing else."""

import subprocess

import ra_test
from ra_test import wait_for

# RA_COLOUR_BAR, and _ACCENT, which is that of the focus, too, of viewer/theme.c, light.
BAR, ACCENT = b"\xf6\xf7\xf9", b"\x1f\x5f\xc4"


def sight(env):
    """The pixels of the display of ENV, RGB."""
    return subprocess.run(["import", "-silent", "-window", "root", "-depth", "8", "rgb:-"], env=env, check=True,
                          stdout=subprocess.PIPE, timeout=120).stdout


def wait_question(env):
    """Until the viewer asks something that can be answered: its buttons cannot be pressed right after it came, and the
    bars are dimmed."""
    def probe():
        seen = sight(env)
        return BAR * 8 not in seen and ACCENT * 50 in seen
    wait_for("a question that can be answered", 20, probe)


class Helper:
    """`env` is theirs, with their display; NOVICE is the name that the window's title begins with."""

    def __init__(self, env, novice="Anna Novice"):
        self.env, self.name = env, novice
        self.window = wait_for("the viewer", 20, lambda: ra_test.windows(env, "Remote Assistance"))[0]
        ra_test.focus(env, self.window)

    def wait_dialog(self):
        """Until the window has a dialog before it: the bars are dimmed."""
        wait_for("a dialog", 20, lambda: BAR * 8 not in sight(self.env))

    def wait_typing(self):
        """Until the keyboard is on a line to type in: it has a frame, wider than any button."""
        wait_for("a line to type in", 20, lambda: ACCENT * 200 in sight(self.env))

    def wait_question(self):
        wait_question(self.env)

    def key(self, *names):
        subprocess.run(["xdotool", "key", "--delay", "40", *names], env=self.env, check=True)

    def type(self, text):
        subprocess.run(["xdotool", "type", "--delay", "30", text], env=self.env, check=True)

    def wait_title(self, pattern, seconds=10):
        wait_for(f"a viewer that says '{pattern}'", seconds, lambda: ra_test.windows(self.env, pattern))

    def say(self, text):
        """Into the message box, and Send."""
        self.key("ctrl+alt+m")
        self.wait_typing()
        self.type(text)
        self.key("Return")

    def ask_control(self):
        self.key("ctrl+alt+c")

    def send_only_file(self):
        """The one file that their home folder shows, below the folders."""
        self.key("ctrl+alt+f")
        self.wait_dialog()
        self.key("End")
        self.key("Return")

    def talk(self):
        """Asks to talk, or ends it."""
        self.key("ctrl+alt+t")

    def accept(self):
        """The question before them, about a file or about talking: the keyboard is on its No."""
        self.wait_question()
        self.key("Tab")
        self.key("Return")
