#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""An invitation is opened from a real mail reader: neomutt, in a terminal, by our mailcap entry."""

import os
import subprocess

from ra_test import check, focus, need, program, run_tests, wait_for, windows

MAIL = """From: =?utf-8?Q?J=C3=BCrgen_Novice?= <juergen@example.org>
To: helpdesk@example.net
Subject: YOU HAVE RECEIVED A REMOTE ASSISTANCE INVITATION
Date: Sat, 21 Nov 2026 10:00:00 +0100
Message-ID: <1@example.org>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="b"

--b
Content-Type: text/plain

Please help me.
--b
Content-Type: application/vnd.remote-assistance.ticket+xml
Content-Disposition: attachment; filename="Invitation.raticket"

%s
--b--
"""

SETTINGS = """set folder = "%(home)s/Mail"
set spoolfile = "%(home)s/Mail"
set mailcap_path = "%(mailcap)s"
set tmpdir = "%(home)s"
set sort = threads
set wait_key = yes
unset help
"""


class Reader:
    """neomutt in a tmux of its own."""

    def __init__(self, stage, env):
        self.tmux = ["tmux", "-S", stage.path("tmux"), "-f", os.devnull]
        self.env = env
        stage.cleanups.append(lambda: subprocess.run([*self.tmux, "kill-server"], env=env, check=False))
        subprocess.run([*self.tmux, "new-session", "-d", "-x", "100", "-y", "30", "neomutt", "-n", "-F",
                        os.path.join(env["HOME"], "neomuttrc")], env=env, check=True)

    def screen(self):
        return subprocess.run([*self.tmux, "capture-pane", "-p"], env=self.env, text=True,
                              stdout=subprocess.PIPE, check=False).stdout

    def expect(self, text, times=1, seconds=30):
        """Waits until TEXT is on the screen TIMES: what a program said before may still be there,
        and what is typed before a question is asked does not answer it."""
        try:
            wait_for(f"{text!r} in neomutt", seconds, lambda: self.screen().count(text) >= times)
        except Exception:
            print("# " + self.screen().replace("\n", "\n# "))
            raise

    def keys(self, *keys):
        subprocess.run([*self.tmux, "send-keys", *keys], env=self.env, check=True)


def start(stage, display=None):
    need("neomutt", "tmux")
    env = stage.person("helper", TERM="screen")
    if display is not None:
        env["DISPLAY"] = display
    env["PATH"] = os.environ["RA_BUILDDIR"] + ":" + env["PATH"]  # the mailcap entry names ra-open
    ticket = subprocess.run([program("tests/make-ticket"), "--name", "Jürgen Novice", "--address",
                             "juergen@example.org"], env=env, input="the right one\n", text=True,
                            stdout=subprocess.PIPE, check=True).stdout
    for folder in ("cur", "new", "tmp"):
        os.makedirs(os.path.join(env["HOME"], "Mail", folder))
    with open(os.path.join(env["HOME"], "Mail", "cur", "1.1.host:2,S"), "w", encoding="utf-8") as file:
        file.write(MAIL % ticket)
    with open(os.path.join(env["HOME"], "neomuttrc"), "w", encoding="utf-8") as file:
        file.write(SETTINGS % {"home": env["HOME"], "mailcap": os.path.join(
            os.environ["RA_SRCDIR"], "data", "mailcap", "remote-assistance")})
    return Reader(stage, env)


def test_attachment_opened_by_mailcap(stage):
    reader = start(stage)
    reader.expect("REMOTE ASSISTANCE")
    reader.keys("v")
    reader.expect("Invitation.raticket")
    reader.keys("Down", "Enter")
    reader.expect("Do you want to connect to Jürgen Novice's computer now? [y/N]")
    check("Jürgen Novice <juergen@example.org>" in reader.screen(), reader.screen())
    reader.keys("n", "Enter")
    reader.expect("you chose not to connect")
    reader.keys("Enter")
    reader.expect("Invitation.raticket")

    reader.keys("Enter")
    reader.expect("now? [y/N]", times=2)
    reader.keys("y", "Enter")
    for number, left in enumerate(("2 more tries", "1 more try", "Press any key"), 1):
        reader.expect("Password (it is not shown)", times=number)
        reader.keys("wrong", "Enter")
        reader.expect(left, times=2 if number == 3 else 1)
    check("wrong\n" not in reader.screen(), "the password was shown:\n" + reader.screen())


def test_invitation_shown_in_the_pager(stage):
    """auto_view shows what the invitation says, by the second entry, and opens nothing."""
    reader = start(stage)
    reader.expect("REMOTE ASSISTANCE")
    reader.keys(":auto_view application/vnd.remote-assistance.ticket+xml", "Enter")
    reader.keys("Enter")
    reader.expect("Asked by:     Jürgen Novice <juergen@example.org>")
    reader.expect("The password was not checked")


def test_attachment_opened_in_a_window(stage):
    """On a desktop the viewer's window asks, by the entry that comes first; the terminal does not."""
    need("Xvfb", "xdotool")
    reader = start(stage, stage.display())
    reader.expect("REMOTE ASSISTANCE")
    reader.keys("v")
    reader.expect("Invitation.raticket")
    reader.keys("Down", "Enter")
    window = wait_for("the viewer's question", 20, lambda: windows(reader.env, "Jürgen Novice – Remote Assistance"))[0]
    check("[y/N]" not in reader.screen(), reader.screen())
    focus(reader.env, window)
    subprocess.run(["xdotool", "key", "Return"], env=reader.env, check=True)  # what is offered first is a no
    wait_for("the viewer's end", 20, lambda: not windows(reader.env, "Remote Assistance"))


run_tests([test_attachment_opened_in_a_window, test_attachment_opened_by_mailcap, test_invitation_shown_in_the_pager])
