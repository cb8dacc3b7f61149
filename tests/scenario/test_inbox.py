#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""ra-inbox as a help desk uses it: several helpers, one mailbox, over a Maildir and over a real IMAP server."""

import json
import os
import pwd
import resource
import shutil
import signal
import subprocess
import time

import imap_servers
from ra_test import Skip, check, program, run, run_tests, wait_for
from terminal import Terminal

TICKET_PASSWORD = "four-odd-words-here"
HELPERS = 50

VIEWER = """#!/bin/sh
# Stands in for the viewer: tells what it is asked to tell, then does as the file "how" says.
for word; do case $word in --report-fd=*) eval "exec 9>&${word#*=}";; esac; done
[ -e "$HOME/silent" ] || echo connected >&9
while [ ! -e "$HOME/how" ]; do sleep 0.05; done
. "$HOME/how"
"""


_tickets = {}


def ticket(env, *args, name="Jo Novice"):
    """A ticket as a block of text; the usual one is made once, for that is work."""
    if args or name not in _tickets:
        made = subprocess.run([program("tests/make-ticket"), "--armour", "--name", name, *args], env=env,
                              input=(TICKET_PASSWORD + "\n").encode(), stdout=subprocess.PIPE, check=True).stdout
        if args:
            return made
        _tickets[name] = made
    return _tickets[name]


def message(body, subject="Help", number=1):
    return (f"From: Jo <jo@example.org>\nSubject: {subject}\nMessage-ID: <{number}@example.org>\n"
            "Content-Type: text/plain; charset=UTF-8\n\nPlease help.\n\n").encode() + body


class Desk:
    """A Maildir, and helpers at it."""

    def __init__(self, stage):
        self.stage = stage
        self.env = stage.person("desk")
        self.folder = stage.path("Maildir")
        self.count = 0
        for sub in ("new", "cur", "tmp"):
            os.makedirs(os.path.join(self.folder, sub))

    def deliver(self, data, sub="new", when=None):
        self.count += 1
        name = f"{int(when or time.time())}.M{self.count}P1.host"
        with open(os.path.join(self.folder, "tmp", name), "wb") as file:
            file.write(data)
        path = os.path.join(self.folder, sub, name)
        os.rename(os.path.join(self.folder, "tmp", name), path)
        return path

    def args(self, helper):
        return ["--inbox", self.folder, "--name", helper]

    def inbox(self, *args, helper="alice"):
        return run("ra-inbox", *self.args(helper), *args, env=self.env)

    def cases(self, *args):
        result = self.inbox("--json", *args, "list")
        check(result.returncode == 0, result.stderr)
        return json.loads(result.stdout)["cases"]

    def names(self):
        return sorted(os.listdir(os.path.join(self.folder, "new")) + os.listdir(os.path.join(self.folder, "cur")))


def expect(result, code, *texts):
    both = result.stdout + result.stderr
    check(result.returncode == code, f"exit code {result.returncode}, not {code}: {both}")
    for text in texts:
        check(text in both, f"{text!r} is not in {both!r}")
    check("CRITICAL" not in both and "WARNING" not in both, both)


def test_states(stage):
    desk = Desk(stage)
    good = ticket(desk.env)
    desk.deliver(message(good, "First \x1b[31mred", 1))
    desk.deliver(message(ticket(desk.env, "--end", "600", name="Ann"), "Soon over", 2))
    desk.deliver(message(ticket(desk.env, "--start", "-7200", "--end", "-3600", name="Late"), "Over", 3))
    desk.deliver(message(ticket(desk.env, "--start", "7195", "--end", "9000", name="Early"), "Later", 4))
    desk.deliver(message(good[:200], "Cut", 5))
    desk.deliver(message(b"", "No invitation", 6))
    desk.deliver(message(good, "Old", 7), when=time.time() - 40 * 86400)
    names = desk.names()
    shown = [(case["state"], case.get("name")) for case in desk.cases("--all")]
    check(shown[:3] == [("open", "Ann"), ("open", "Jo Novice"), ("open", "Early")], shown)
    check(sorted(shown[3:]) == [("expired", "Late"), ("invalid", None)], shown)
    check(len(desk.cases()) == 4 and len(desk.cases("--since", "50d")) == 5, "not by default what waits")
    check([case["name"] for case in desk.cases("--state", "expired")] == ["Late"], "not what was asked for")
    result = desk.inbox()
    expect(result, 0, "Ann <jo@example.org>", "First [31mred", "in 1h59m", "cut short")
    check("\x1b" not in result.stdout, "a control character on the terminal")
    late, cut = (desk.cases("--state", state)[0]["id"] for state in ("expired", "invalid"))
    expect(desk.inbox("claim", late), 5, "expired")
    expect(desk.inbox("claim", cut), 4, "cut short")
    expect(desk.inbox("open", late), 5)
    expect(desk.inbox("done", late), 0, "is done")
    check(not any(name.startswith(".") for name in names) and desk.names() == names, "a message was renamed")


def test_claims(stage):
    desk = Desk(stage)
    path = desk.deliver(message(ticket(desk.env)))
    case = desk.cases()[0]
    check(case["owner"] is None and case["sender_differs"] is False and case["needs_password"], case)
    check(not os.path.exists(os.path.join(desk.folder, ".remote-assistance")), "looking wrote something")
    name = case["id"][:4]
    expect(desk.inbox("claim", name), 0, "You have the case")
    expect(desk.inbox("claim", name), 0)
    expect(desk.inbox("claim", name, helper="Böb \"x\""), 8, "alice has this case")
    expect(desk.inbox("done", name, helper="bob"), 8, "alice")
    expect(desk.inbox("release", name, helper="bob"), 8, "alice")
    expect(desk.inbox("--force", "claim", name, helper="Böb \"x\""), 0, "taken over from alice")
    report = json.loads(desk.inbox("--json", "claim", name).stdout)
    check(report["ok"] is False and report["error"]["code"] == 8 and report["case"]["owner"] == "Böb \"x\"", report)
    # A mail program moves and flags the message: it stays the same case.
    os.rename(path, os.path.join(desk.folder, "cur", os.path.basename(path) + ":2,FS"))
    check(desk.cases()[0]["id"] == case["id"] and desk.cases()[0]["state"] == "claimed", "the mark is lost")
    expect(desk.inbox("release", name, helper="Böb \"x\""), 0, "open again")
    expect(desk.inbox("done", name), 0)
    expect(desk.inbox("claim", name, helper="bob"), 8, "alice has finished")
    check(desk.cases() == [] and desk.cases("--all")[0]["state"] == "done", "not done")
    for words in (["claim"], ["claim", "zz"], ["claim", ""], ["list", "x"], ["nonsense"], ["claim", name, "x"],
                  ["--name", "a\x07b", "list"], ["--state", "nice", "list"], ["--since", "soon", "list"],
                  ["--all", "--state", "open", "list"], ["--tell", "everything", "list"]):
        expect(desk.inbox(*words), 2)
    for url in ("/nonexistent", "pop3://host/", desk.env["HOME"], "imap://"):
        expect(run("ra-inbox", "--inbox", url, env=desk.env), 2)
    expect(run("ra-inbox", env=desk.env), 2, "--inbox")


def race(desk, args, name):
    """HELPERS claim at once: just one exit code 0, all others name the winner."""
    racers = [subprocess.Popen([program("ra-inbox"), *args(f"helper-{n}"), "claim", name], env=desk.env,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for n in range(HELPERS)]
    ends = [(racer.communicate(timeout=120), racer.returncode) for racer in racers]
    winners = [number for number, (_, code) in enumerate(ends) if code == 0]
    others = {code for _, code in ends if code != 0}
    check(len(winners) == 1 and others == {8}, f"winners {winners}, others {others}: {ends[0]}")
    winner = f"helper-{winners[0]} has this case"
    check(all(winner in said[1] for said, code in ends if code), f"not all know that {winner}")
    return f"helper-{winners[0]}"


def test_fifty_helpers_at_a_maildir(stage):
    desk = Desk(stage)
    desk.deliver(message(ticket(desk.env)))
    case = desk.cases()[0]["id"]
    winner = race(desk, desk.args, case)
    check(desk.cases()[0]["owner"] == winner, "another has it")
    expect(desk.inbox("release", case, helper=winner), 0)
    race(desk, desk.args, case)
    check(not [name for name in os.listdir(os.path.join(desk.folder, ".remote-assistance")) if "tmp" in name],
          "something was left behind")


def test_read_only(stage):
    desk = Desk(stage)
    desk.deliver(message(ticket(desk.env)))
    name = desk.cases()[0]["id"]
    as_user = {}
    if os.getuid() == 0:  # who may write anywhere
        nobody = pwd.getpwnam("nobody")
        as_user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        os.chmod(stage.folder, 0o711)
    os.chmod(desk.folder, 0o555)

    def inbox(*args):
        try:
            return subprocess.run([program("ra-inbox"), *desk.args("eve"), *args], env=desk.env, text=True,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, **as_user)
        except PermissionError as reason:
            raise Skip("the build folder is closed to others") from reason
    expect(inbox("list"), 0, "Jo Novice")
    expect(inbox("claim", name), 2, "you can look at its cases, but not claim them")
    os.chmod(desk.folder, 0o755)


def test_damaged_marks(stage):
    """What a crash or a bad disk leaves in the folder of marks."""
    desk = Desk(stage)
    desk.deliver(message(ticket(desk.env)))
    name = desk.cases()[0]["id"]
    marks = os.path.join(desk.folder, ".remote-assistance")
    os.mkdir(marks)
    for stray in ("tmp-1234", "README", f"{name}.0", f"{name}.x", f"{name}.", "x.1", f"{name}.99999999999"):
        with open(os.path.join(marks, stray), "w", encoding="utf-8") as file:
            file.write("stray")
    check(desk.cases()[0]["state"] == "open", "a stray file counts")
    for text in (b"", b"\xff\xfe", b"[Mark]\nOwner=_zz\n", b"[Mark]\n" + b"x" * 5000, b"[Other]\nOwner=a\n"):
        with open(os.path.join(marks, f"{name}.1"), "wb") as file:
            file.write(text)
        check(desk.cases()[0]["owner"] == "?", f"{text[:20]} is taken for a mark")
        expect(desk.inbox("claim", name), 8)
    expect(desk.inbox("--force", "claim", name), 0)
    check(desk.cases()[0]["owner"] == "alice", "not taken over")
    for stray in ("tmp-1234", f"{name}.1", "0123456789ab.1"):
        path = os.path.join(marks, stray)
        with open(path, "a", encoding="utf-8"):
            pass
        os.utime(path, (time.time() - 2 * 366 * 86400,) * 2)
    expect(desk.inbox("release", name), 0)
    left = os.listdir(marks)
    check("tmp-1234" not in left and f"{name}.1" not in left and "0123456789ab.1" not in left, left)
    check("README" in left and f"{name}.2" in left, left)


def test_full_disk(stage):
    """No mark, whole or half, is left where it cannot be written; and it works again with room."""
    desk = Desk(stage)
    desk.deliver(message(ticket(desk.env)))
    name = desk.cases()[0]["id"]
    result = subprocess.run([program("ra-inbox"), *desk.args("alice"), "claim", name], env=desk.env, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, restore_signals=False,
                            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)))
    expect(result, 1, "cannot mark the case")
    check(os.listdir(os.path.join(desk.folder, ".remote-assistance")) == [], "something was left behind")
    check(desk.cases()[0]["state"] == "open", "half a claim")
    expect(desk.inbox("claim", name), 0)


class Watch:
    """"ra-inbox watch", and what it writes."""

    def __init__(self, desk, *args):
        self.errors = desk.stage.path(f"errors-{len(desk.stage.processes)}")
        with open(self.errors, "wb") as sink:
            self.process = desk.stage.start([program("ra-inbox"), *args, "watch"], env=desk.env, stderr=sink)

    def said(self):
        with open(self.errors, encoding="utf-8") as file:
            return file.read()

    def text(self):
        with open(self.process.log, encoding="utf-8") as file:
            return file.read()

    def expect(self, text, seconds=20):
        wait_for(f"{text!r} in what is watched", seconds, lambda: text in self.text())

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        check(self.process.wait(10) == 0, "watch did not end well")
        return self.said()


def test_watch(stage):
    desk = Desk(stage)
    desk.deliver(message(ticket(desk.env), number=1))
    name = desk.cases()[0]["id"]
    people, programs = Watch(desk, *desk.args("eve")), Watch(desk, *desk.args("eve"), "--json")
    for watch in (people, programs):
        watch.expect(name)
    for seconds in (8, 32, 128):  # what is over before it is seen is not shown: on a busy computer that takes longer
        ann = f"Ann {seconds}"
        path = desk.deliver(message(ticket(desk.env, "--start", "-3600", "--end", str(seconds), name=ann), number=seconds))
        over = time.monotonic() + seconds

        def seen(ann=ann):
            return ann in people.text() and ann in programs.text()
        wait_for("the new case, or its end", seconds + 20, lambda over=over: seen() or time.monotonic() > over)
        if seen():
            break
    expect(desk.inbox("claim", name), 0)
    people.expect("claimed: alice")
    os.rename(path, os.path.join(desk.folder, "cur", os.path.basename(path) + ":2,S"))
    people.expect("expired")
    os.unlink(os.path.join(desk.folder, "cur", os.path.basename(path) + ":2,S"))
    expect(desk.inbox("done", name), 0)
    people.expect("done: alice")
    check(people.stop() == "" and programs.stop() == "", "trouble where there was none")
    events = [json.loads(line) for line in programs.text().splitlines()]
    states = [event["case"]["state"] for event in events if event["case"]["id"] == name]
    check(states == ["open", "claimed", "done"], states)
    check(all(event["event"] == "case" for event in events), events)


def opener(stage, desk):
    """The programs with a viewer that does as it is told."""
    for name in ("ra-inbox", "ra-open"):
        shutil.copy(program(name), stage.path(name))
    with open(stage.path("ra-viewer"), "w", encoding="utf-8") as file:
        file.write(VIEWER)
    os.chmod(stage.path("ra-viewer"), 0o755)
    return [stage.path("ra-inbox"), *desk.args("alice")]


def how(desk, text):
    with open(os.path.join(desk.env["HOME"], "how.new"), "w", encoding="utf-8") as file:
        file.write(text)
    os.rename(os.path.join(desk.env["HOME"], "how.new"), os.path.join(desk.env["HOME"], "how"))


def connect(terminal):
    terminal.expect("Do you want to connect to Jo Novice's computer now? [y/N] ")
    terminal.send("y")
    terminal.expect("Password (it is not shown): ")
    terminal.send(TICKET_PASSWORD)


def test_open(stage):
    desk = Desk(stage)
    desk.deliver(message(ticket(desk.env)))
    args = opener(stage, desk)
    name = desk.cases()[0]["id"]

    def state():
        return desk.cases("--all")[0]["state"]
    for answer, after in (("n", "claimed"), ("y", "done")):
        with Terminal([*args, "--force", "open", name], desk.env) as terminal:
            connect(terminal)
            wait_for("the session's mark", 20, lambda: state() == "in-session")
            expect(desk.inbox("claim", name, helper="bob"), 8, "alice is in session with this case since")
            for word in ("claim", "release", "open"):  # under her name, from another place
                expect(desk.inbox(word, name), 8, "you are in session with this case since", "by force")
            check(state() == "in-session" and desk.cases()[0]["session_since"], desk.cases())
            how(desk, "echo ended 0 5 >&9; exit 0")
            terminal.expect("Is the case done? [y/N] ")
            check(state() == "claimed", "in session without a viewer")
            terminal.send(answer)
            check(terminal.finish() == 0, terminal.text)
            check(state() == after, state())
            check(TICKET_PASSWORD not in terminal.text, "the password was shown")
        os.unlink(os.path.join(desk.env["HOME"], "how"))


def test_open_ends_badly(stage):
    """Whatever ends a session, its mark ends too."""
    desk = Desk(stage)
    desk.deliver(message(ticket(desk.env)))
    args = opener(stage, desk)
    name = desk.cases()[0]["id"]
    for signal_number in (None, signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        with Terminal([*args, "open", name], desk.env) as terminal:
            connect(terminal)
            wait_for("the session's mark", 20, lambda: desk.cases()[0]["state"] == "in-session")
            if signal_number is None:
                how(desk, "kill -9 $$")
            else:
                os.kill(terminal.pid, signal_number)
            check(terminal.finish() == 1, terminal.text)
            check(desk.cases()[0]["state"] == "claimed", "left in session")
        if signal_number is None:
            os.unlink(os.path.join(desk.env["HOME"], "how"))
    with Terminal([*args, "open", name], desk.env) as terminal:
        terminal.expect("[y/N] ")
        terminal.send("n")
        check(terminal.finish() == 8, terminal.text)
    check(desk.cases()[0]["state"] == "claimed", "no session, but no claim")


def test_a_thousand_cases(stage):
    desk = Desk(stage)
    body = ticket(desk.env)
    for number in range(1000):
        desk.deliver(message(body, f"Case {number} {'x' * 200}", number))
    start = time.monotonic()
    cases = desk.cases()
    check(len(cases) == 1000 and len({case["id"] for case in cases}) == 1000, len(cases))
    check(time.monotonic() - start < 20, "too slow")
    with Terminal([program("ra-inbox"), *desk.args("alice"), "list"], desk.env, columns=70) as terminal:
        check(terminal.finish() == 0, "list failed")
    lines = terminal.text.splitlines()
    check(len(lines) == 1001 and max(map(len, lines)) <= 70, max(lines, key=len))


def imap_desk(stage, **options):
    desk = Desk(stage)
    server = imap_servers.Dovecot(stage, **options)
    secret = stage.path("secret")
    with open(secret, "w", encoding="utf-8") as file:
        file.write(imap_servers.PASSWORD + "\n")

    def args(helper):
        return ["--inbox", f"imap://desk@localhost:{server.port}/", "--password-file", secret,
                "--ca", server.certificate, "--name", helper]
    desk.args = args
    return desk, server


def test_fifty_helpers_at_an_imap_server(stage):
    desk, server = imap_desk(stage)
    server.deliver(message(b"nothing"))
    uid = server.deliver(message(ticket(desk.env)))
    check([case["id"] for case in desk.cases()] == [uid], desk.cases())
    check(server.flags(uid) == [], server.flags(uid))
    winner = race(desk, desk.args, uid)
    check(server.flags(uid) == [f"ra-by-{winner}"], server.flags(uid))
    expect(desk.inbox("done", uid, helper=winner), 0)
    check("\\seen" not in server.flags(uid) and "ra-done" in server.flags(uid), server.flags(uid))
    with open(stage.path("secret"), "w", encoding="utf-8") as file:
        file.write("wrong\n")
    expect(desk.inbox("list"), 6)


def test_watch_survives_the_server(stage):
    desk, server = imap_desk(stage)
    first = server.deliver(message(ticket(desk.env, name="First")))
    server.stop()
    watch = Watch(desk, *desk.args("eve"))
    wait_for("the trouble at the beginning", 30, lambda: "trying again" in watch.said())
    server.start()
    watch.expect("First", 40)
    wait_for("the end of it", 30, lambda: "is back" in watch.said())
    server.stop()
    wait_for("the trouble", 30, lambda: watch.said().count("trying again") == 2)
    expect(desk.inbox("list"), 7)
    server.start()
    second = server.deliver(message(ticket(desk.env, name="Second")))
    watch.expect("Second", 40)
    expect(desk.inbox("claim", first), 0)
    watch.expect("claimed: alice")
    said = watch.stop()
    check(said.count("trying again") == 2 and said.count("is back") == 2, said)
    check(watch.text().count("First") == 2, watch.text())
    check(server.flags(second) == [], server.flags(second))


run_tests([test_states, test_claims, test_fifty_helpers_at_a_maildir, test_read_only, test_damaged_marks,
           test_full_disk, test_watch, test_open, test_open_ends_badly, test_a_thousand_cases,
           test_fifty_helpers_at_an_imap_server, test_watch_survives_the_server])
