#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""ra-host as a program: its options, one agent in a desktop session, its comings and goings, and
the whole way on a terminal without any bus, with our own viewer on the other side."""

import os
import signal
import subprocess
import time

from ra_test import BUS_NAME, Agent, check, free_port, need, program, run, run_tests, wait_for
from terminal import Terminal

PASSWORD = "correct-horse-battery-staple-91"


def invite(env, port, *more):
    """An invitation in the store, saved as a file too; the paths of the file and its password's."""
    ticket, secret = os.path.join(env["HOME"], "i.raticket"), os.path.join(env["HOME"], "password")
    with open(secret, "w", encoding="utf-8") as file:
        file.write(PASSWORD + "\n")
    result = run("ra-invite", "--from", "nora@example.org", "--name", "Nora", "--password-file", secret,
                 "--advertise", f"127.0.0.1:{port}", "--save", ticket, "--force", *more, env=env)
    check(result.returncode == 0, f"ra-invite: {result.stderr}")
    return ticket, secret


def stored_port(env):
    path = os.path.join(env["XDG_STATE_HOME"], "remote-assistance", "invitations", "port")
    with open(path, encoding="utf-8") as file:
        return int(file.read())


def test_options(stage):
    env = stage.person("nora")
    cases = [
        (("--port", "70000"), 2), (("--port", "x"), 2), (("--nonsense",), 2), (("argument",), 2),
        (("--no-bus",), 2), (("--no-bus", "--terminal", "--bus-answers"), 2),
        (("--version",), 0), (("--help",), 0),
        ((), 1),  # no display
        (("--autostart",), 0),  # nothing to do: not even a display is looked for
    ]
    for args, status in cases:
        result = run("ra-host", *args, env=env, timeout=20)
        check(result.returncode == status, f"{args}: {result.returncode}, {result.stderr}")
        if status != 0:
            check(len(result.stderr.splitlines()) == 1, f"{args}: one line, not {result.stderr!r}")
    env["DISPLAY"] = stage.display()
    result = run("ra-host", "--monitor", "no such", env=env, timeout=20)
    check(result.returncode == 2 and "no monitor" in result.stderr,
          f"--monitor: {result.returncode}, {result.stderr}")


def test_policy(stage):
    env = stage.person("nora")
    folder = os.path.join(env["XDG_CONFIG_HOME"], "remote-assistance")
    os.makedirs(folder)
    with open(os.path.join(folder, "config"), "w", encoding="utf-8") as file:
        file.write("[Invitation]\nEnabled=false\n")
    env["DISPLAY"] = stage.display()
    stage.session_bus(env)
    refused = Agent(env).gdbus(f"{BUS_NAME}.Prepare")
    check(refused.returncode != 0 and "Error.NotAllowed" in refused.stderr, refused.stderr)


def test_one_agent(stage):
    env = stage.person("nora")
    env["DISPLAY"] = stage.display()
    stage.session_bus(env)
    agent = Agent(env)
    agent.call("Prepare")  # D-Bus starts it
    port = stored_port(env)
    second = run("ra-host", "--listen", "127.0.0.1", env=env, timeout=20)
    check(second.returncode == 1 and "runs already" in second.stderr, second.stderr)
    check(stored_port(env) == port, "the second one changed the port")
    check(agent.state() == "listening", "the first one is disturbed")
    refused = agent.gdbus(f"{BUS_NAME}.Answer", "1", "true")
    check("Error.NotFound" in refused.stderr, refused.stderr)


def test_autostart(stage):
    """After a new login the agent is there while an invitation is open, at the port it names."""
    env = stage.person("nora")
    env["DISPLAY"] = stage.display()
    stage.session_bus(env)
    invite(env, 1)
    port = stored_port(env)
    agent = Agent(env)
    check(agent.state() == "listening", "it listens while the invitation is open")
    found = agent.gdbus("org.freedesktop.DBus.Peer.Ping")
    check(found.returncode == 0, found.stderr)
    stage.processes[-1].terminate()  # the bus goes: so does the agent
    stage.processes[-1].wait(10)
    os.rename(os.path.join(env["HOME"], "services"), os.path.join(env["HOME"], "old-services"))
    stage.session_bus(env)
    host = stage.start([program("ra-host"), "--autostart", "--no-window", "--listen", "127.0.0.1"], env=env)
    agent = Agent(env)
    agent.wait_owned()
    agent.wait_state("listening")
    check(stored_port(env) == port, f"the port was {port} and is {stored_port(env)}")
    host.send_signal(signal.SIGTERM)
    check(host.wait(10) == 0, "it leaves in order")


def test_desktop_ends(stage):
    """The bus can outlive the desktop session: the agent must not, or the next one finds it there."""
    env = stage.person("nora")
    env["DISPLAY"] = stage.display()
    server = stage.processes[-1]
    stage.session_bus(env)
    invite(env, 1)
    host = stage.start([program("ra-host"), "--no-window", "--listen", "127.0.0.1"], env=env)  # D-Bus started one
    check(host.wait(20) == 1, "a second one")
    agent = Agent(env)
    agent.wait_state("listening")
    server.terminate()
    server.wait(10)

    def gone():
        owned = subprocess.run(["gdbus", "call", "--session", "--dest", "org.freedesktop.DBus", "--object-path",
                                "/org/freedesktop/DBus", "--method", "org.freedesktop.DBus.NameHasOwner", BUS_NAME],
                               env=env, text=True, stdout=subprocess.PIPE, check=True, timeout=20)
        return "false" in owned.stdout

    wait_for("the agent to leave", 20, gone)


def test_terminal(stage):
    need("Xvfb")
    novice, helper = stage.person("nora"), stage.person("hanna")
    novice["DISPLAY"], helper["DISPLAY"] = stage.display(), stage.display()
    port = free_port()
    args = [program("ra-host"), "--terminal", "--no-bus", "--listen", "127.0.0.1", "--port", str(port)]
    quiet = {key: value for key, value in novice.items() if key != "DISPLAY"}
    with Terminal(args, novice) as terminal:
        terminal.expect("waits for helpers")
        ticket, secret = invite(quiet, port)  # with no bus: the agent sees the store change
        viewer = [program("ra-viewer"), "--yes", "--password-file", secret, ticket]

        refused = stage.start(viewer, env=helper)
        terminal.expect("[y/N]", 40)
        terminal.send("no, thank you")
        terminal.expect("  No.")
        refused.terminate()  # it shows why until it is closed

        stage.start(viewer, env=helper)
        terminal.expect("[y/N]", 40)
        time.sleep(1.1)  # an earlier yes would not count
        terminal.send("y")
        terminal.expect("sees your screen now")
        time.sleep(0.5)
        os.write(terminal.fd, b"\x03")
        terminal.expect("The session is over")
        check(terminal.finish() == 0, f"it ends with {terminal.status}: {terminal.text}")
    listing = run("ra-invite", "--list", env=quiet)
    check("used" in listing.stdout, listing.stdout)


if __name__ == "__main__":
    run_tests([test_options, test_policy, test_one_agent, test_autostart, test_desktop_ends, test_terminal])
