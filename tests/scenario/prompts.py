# SPDX-License-Identifier: GPL-3.0-or-later
"""The viewer's window where it asks, as a person sees and answers it."""

import os
import subprocess
import time

import ra_test
from ra_test import check, program, wait_for

PASSWORD = "Seven-purple-Ladders-92"
LATER = 1.5  # seconds: what comes up by itself can be agreed to after one


class Prompts:
    """ra-open as a desktop starts it, and the keyboard in front of its window."""

    def __init__(self, stage, helper, *args):
        self.stage, self.helper = stage, helper
        self.process = stage.start([program("ra-open"), *args], env=helper)  # in a session without a terminal
        window = wait_for("the viewer's window", 20, lambda: ra_test.windows(helper, "Remote Assistance"))[0]
        ra_test.focus(helper, window)

    def keys(self, *names):
        subprocess.run(["xdotool", "key", "--delay", "60", *names], env=self.helper, check=False,
                       stderr=subprocess.DEVNULL)  # a window may be gone before the key is released

    def type(self, text):
        subprocess.run(["xdotool", "type", "--delay", "40", text], env=self.helper, check=True)

    def picture(self):
        path = self.stage.path("prompt.png")
        ra_test.screenshot(self.helper, path)
        return ra_test.pixels(path)[2]

    def works(self):
        """Has ra-open, or what it has started, a thread that computes? So it is while a password is tried."""
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                if os.getsid(int(pid)) != self.process.pid:
                    continue
                for thread in os.listdir(f"/proc/{pid}/task"):
                    with open(f"/proc/{pid}/task/{thread}/stat", encoding="utf-8", errors="replace") as file:
                        if file.read().rsplit(")", 1)[1].split()[0] in "RD":
                            return True
            except OSError:  # it is over
                pass
        return False

    def settle(self, before=b""):
        """Waits until the window looks other than BEFORE, and stays so, and nothing is computed; what it looks like
        then. A caret blinks."""
        deadline = time.monotonic() + 20 * ra_test.PATIENCE
        seen = self.picture()
        while time.monotonic() < deadline:
            time.sleep(0.3)
            again = self.picture()
            if differences(again, seen) < 200 and differences(again, before) > 2000 and not self.works():
                return again
            seen = again
        raise ra_test.Failure("the window does not change, or never rests")

    def connect(self):
        """Yes to the question whether to connect, whose default is no."""
        time.sleep(LATER)
        self.keys("Tab", "Return")

    def end(self, code, text, secret=PASSWORD):
        self.process.wait(20)
        with open(self.process.log, encoding="utf-8", errors="replace") as log:
            said = log.read()
        check(self.process.returncode == code, f"exit code {self.process.returncode}, not {code}: {said}")
        check(text in said, f"{text!r} is not in {said!r}")
        check("CRITICAL" not in said and secret not in said, said)


def differences(one, other):
    """The bytes in which two pictures differ."""
    if len(one) != len(other):
        return max(len(one), len(other))
    return sum(a != b for a, b in zip(one, other)) if one != other else 0
