# SPDX-License-Identifier: GPL-3.0-or-later
"""Two people, their displays and an invitation: what the tests of a session begin with."""

import subprocess

import ra_test
from ra_test import check, need, program, run, wait_for

NAME = "Anna Novice"


def set_stage(stage, host_options=("--listen", "127.0.0.1", "--bus-answers", "--no-window"),
              size="800x600", anna=(), helen=()):
    """The novice with a session bus, and the helper, each with a display; their environments, to which ANNA and HELEN
    add."""
    need("Xvfb", "xdotool", "import", "convert", "gdbus", "dbus-daemon", "xwud", "xwininfo")
    novice, helper = stage.person("anna", **dict(anna)), stage.person("helen", **dict(helen))
    novice["DISPLAY"], helper["DISPLAY"] = stage.display(size), stage.display("1280x900")
    stage.session_bus(novice, host_options)
    return novice, helper


def paint(stage, env, name, colours):
    """Covers the screen of ENV with a picture of fields in COLOURS."""
    path = stage.path(name + ".xwd")
    args = ["convert", "-size", "800x600", "xc:" + colours[0]]
    for number, colour in enumerate(colours[1:]):
        x, y = 40 + 130 * (number % 6), 40 + 140 * (number // 6)
        args += ["-fill", colour, "-draw", f"rectangle {x},{y} {x + 99},{y + 99}"]
    subprocess.run(args + ["xwd:" + path], check=True)
    before = len(ra_test.windows(env, "xwud|" + name))
    stage.start(["xwud", "-geometry", "+0+0", "-in", path], env=env)
    wait_for("the picture on the novice's screen", 20, lambda: len(ra_test.windows(env, "xwud|" + name)) > before)


def invite(stage, novice, *more):
    """An invitation saved as a file; the file and the file with its password."""
    secret = stage.path("password")
    with open(secret, "w", encoding="utf-8") as file:
        file.write("Seven-purple-Ladders-92\n")
    ticket = stage.path("Invitation.raticket")
    result = run("ra-invite", "--from", "anna@example.org", "--name", NAME, "--password-file", secret, "--save", ticket,
                 *more, env=novice)
    check(result.returncode == 0, result.stderr)
    return ticket, secret


def open_viewer(stage, helper, ticket, secret):
    """ra-open, which becomes our own viewer."""
    return stage.start([program("ra-open"), "--yes", "--password-file", secret, "--", ticket], env=helper)


def connect(stage, novice, helper):
    """Up to the novice's question: the agent, the viewer, the question's number and details."""
    ticket, secret = invite(stage, novice)
    viewer = open_viewer(stage, helper, ticket, secret)
    agent = ra_test.Agent(novice)
    number, details = agent.question("connect")
    return agent, viewer, number, details
