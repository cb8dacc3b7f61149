# SPDX-License-Identifier: GPL-3.0-or-later
"""The helper at their computer: hands on the viewer's window, and nothing else."""

import subprocess
import time

import ra_test
from ra_test import wait_for


class Helper:
    """`env` is theirs, with their display; NOVICE is the name that the window's title begins with."""

    def __init__(self, env, novice="Anna Novice"):
        self.env, self.name = env, novice
        self.window = wait_for("the viewer", 20, lambda: ra_test.windows(env, "Remote Assistance"))[0]
        ra_test.focus(env, self.window)

    def key(self, *names):
        subprocess.run(["xdotool", "key", "--delay", "40", *names], env=self.env, check=True)

    def type(self, text):
        subprocess.run(["xdotool", "type", "--delay", "30", text], env=self.env, check=True)

    def wait_title(self, pattern, seconds=10):
        wait_for(f"a viewer that says '{pattern}'", seconds, lambda: ra_test.windows(self.env, pattern))

    def say(self, text):
        """Into the message box, and Send."""
        self.key("ctrl+alt+m")
        time.sleep(0.3)
        self.type(text)
        self.key("Return")

    def ask_control(self):
        self.key("ctrl+alt+c")

    def send_only_file(self):
        """The one file that their home folder shows, below the folders."""
        self.key("ctrl+alt+f")
        time.sleep(1)
        self.key("End")
        self.key("Return")

    def talk(self):
        """Asks to talk, or ends it."""
        self.key("ctrl+alt+t")

    def accept(self):
        """The question before them, about a file or about talking: the keyboard is on its No, and it takes no answer
        right after it came."""
        time.sleep(1.5)
        self.key("Tab")
        self.key("Return")
