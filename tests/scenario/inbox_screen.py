# SPDX-License-Identifier: GPL-3.0-or-later
"""ra-inbox's screen in a real terminal (tmux), and a Maildir to which invitations come."""

import base64
import email.utils
import os
import re
import shlex
import subprocess
import time
from xml.sax.saxutils import escape

from ra_test import check, need, program, run, wait_for

MAIL = """From: %(sender)s
Subject: %(subject)s
Message-ID: <%(number)d@example.org>
Date: %(date)s
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="b"

--b
Content-Type: text/plain

Please help me.
--b
Content-Type: application/vnd.remote-assistance.ticket+xml
Content-Transfer-Encoding: base64

%(ticket)s
--b--
"""


def _moment(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


class Mailbox:
    """A Maildir, to which invitations come. They are one ticket, whose making is work, with other names and times
    outside of what is sealed: enough for who lists them, but no password opens them."""

    def __init__(self, stage, env):
        self.env = env
        self.ticket = subprocess.run([program("tests/make-ticket")], env=env, input=b"the right one\n",
                                     stdout=subprocess.PIPE, check=True).stdout.decode()
        self.path = stage.path("desk")
        self.number = 0
        for folder in ("cur", "new", "tmp"):
            os.makedirs(os.path.join(self.path, folder))

    def put(self, name, *, subject="Help", address="jo@example.org", sender=None, start=-60, end=3600):
        self.number += 1
        ticket, now = self.ticket, time.time() - 1  # an hour is shown as 59 minutes from the beginning
        for element, text in (("name", name), ("address", address), ("start", _moment(now + start)),
                              ("end", _moment(now + end))):
            ticket, count = re.subn(f"<{element}>.*</{element}>", f"<{element}>{escape(text)}</{element}>", ticket)
            check(count == 1, f"the ticket has no {element}: {ticket}")
        file = f"{int(time.time())}.{self.number}.host"
        with open(os.path.join(self.path, "tmp", file), "w", encoding="utf-8") as mail:
            mail.write(MAIL % {"sender": sender or address, "subject": subject, "number": self.number,
                               "date": email.utils.formatdate(),
                               "ticket": base64.encodebytes(ticket.encode()).decode()})
        os.rename(os.path.join(self.path, "tmp", file), os.path.join(self.path, "new", file))

    def act(self, helper, *words):
        return run("ra-inbox", "--inbox", self.path, "--name", helper, *words, env=self.env)

    def claim(self, helper, name):
        """HELPER claims the case of NAME, from another terminal."""
        lines = [line for line in self.act(helper, "list").stdout.splitlines() if name in line]
        check(len(lines) == 1, f"{name} is not listed once: {lines}")
        result = self.act(helper, "claim", lines[0].split()[0])
        check(result.returncode == 0, result)


class Screen:
    """ra-inbox in a tmux of its own."""

    def __init__(self, stage, mailbox, *args, size=(80, 24), stops=False, inbox=None, **more):
        need("tmux")
        self.env = {**mailbox.env, "TERM": "screen-256color", "LC_ALL": "C.UTF-8", **more}
        for name in ("DISPLAY", "WAYLAND_DISPLAY"):
            if name not in more:
                self.env.pop(name, None)
        self.stage = stage
        self.socket = stage.path(f"tmux{time.monotonic_ns()}")
        self.tmux = ["tmux", "-S", self.socket, "-f", os.devnull]
        inbox = [inbox or program("ra-inbox"), "--inbox", mailbox.path, "--name", "maria", *args]
        middle = "echo STOPPED; read answer; fg; " if stops else ""
        script = (f"{'set -m; ' if stops else ''}stty -g > {self.path('before')}; echo WAS HERE; "
                  f"{shlex.join(inbox)}; {middle}echo code $?; "
                  f"stty -g > {self.path('after')}; exec cat")
        # what tmux sets by itself
        script = f"TERM={self.env['TERM']}; export TERM; {script}"
        stage.cleanups.append(lambda: subprocess.run([*self.tmux, "kill-server"], env=self.env, check=False,
                                                     stderr=subprocess.DEVNULL))
        subprocess.run([*self.tmux, "new-session", "-d", "-x", str(size[0]), "-y", str(size[1]), "sh", "-c", script],
                       env=self.env, check=True)

    def path(self, name):
        return self.socket + name

    def text(self, *options):
        return subprocess.run([*self.tmux, "capture-pane", "-p", *options], env=self.env, text=True,
                              stdout=subprocess.PIPE, check=False).stdout

    def expect(self, pattern, seconds=20):
        """Waits until a line matches; returns all of the screen."""
        try:
            wait_for(f"{pattern!r} on the screen", seconds,
                     lambda: re.search(pattern, self.text(), re.MULTILINE))
        except Exception:
            print("# " + self.text().replace("\n", "\n# "))
            raise
        return self.text()

    def keys(self, *keys):
        subprocess.run([*self.tmux, "send-keys", *keys], env=self.env, check=True)

    def resize(self, columns, rows):
        subprocess.run([*self.tmux, "resize-window", "-x", str(columns), "-y", str(rows)], env=self.env, check=True)

    def pid(self):
        shell = subprocess.run([*self.tmux, "display-message", "-p", "#{pane_pid}"], env=self.env, text=True,
                               stdout=subprocess.PIPE, check=True).stdout.strip()
        return int(subprocess.run(["pgrep", "-P", shell, "ra-inbox"], text=True, stdout=subprocess.PIPE,
                                  check=True).stdout)

    def left(self, code):
        """It has ended with CODE, and the terminal is as it was."""
        text = self.expect(f"^code {code}$")
        check("WAS HERE" in text and "Who " not in text, f"the screen is not as it was: {text}")
        wait_for("the terminal's state", 10, lambda: os.path.exists(self.path("after")) and
                 os.path.getsize(self.path("after")) > 0)
        with open(self.path("before"), encoding="ascii") as before, open(self.path("after"), encoding="ascii") as after:
            check(before.read() == after.read(), "the terminal's settings are not as they were")


def start(stage, *names):
    """A mailbox with an invitation of each of NAMES."""
    mailbox = Mailbox(stage, stage.person("helper"))
    for name in names:
        mailbox.put(name)
    return mailbox
