#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""ra-open as helpers and scripts call it."""

import base64
import json
import os
import shutil
import subprocess

from ra_test import check, need, program, run, run_tests
from terminal import Terminal

PASSWORD = "four-odd-words-here"
QUESTION = "Do you want to connect to Jürgen Novice's computer now? [y/N] "
DATA = os.path.join(os.environ["RA_SRCDIR"], "tests", "mailer-open", "data")


def ticket(env, *args, name="Jürgen Novice", address="juergen@example.org"):
    """A ticket with PASSWORD, valid for an hour unless ARGS say otherwise."""
    made = subprocess.run([program("tests/make-ticket"), "--name", name, "--address", address, *args],
                          env=env, input=(PASSWORD + "\n").encode(), stdout=subprocess.PIPE, check=True)
    return made.stdout


def message(*tickets, sender="juergen@example.org", text="Please help."):
    parts = "".join("--b\nContent-Type: application/vnd.remote-assistance.ticket+xml\n"
                    "Content-Transfer-Encoding: base64\n\n" + base64.encodebytes(one).decode()
                    for one in tickets)
    return (f"From: <{sender}>\nSubject: Help\nDate: Sat, 21 Nov 2026 10:00:00 +0100\n"
            "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
            f"--b\nContent-Type: text/plain\n\n{text}\n{parts}--b--\n").encode()


def write(stage, name, data):
    path = stage.path(name)
    with open(path, "wb") as file:
        file.write(data)
    return path


def expect(result, code, *texts):
    """RESULT ended with CODE, said one line on standard error if that is a failure, and TEXTS."""
    both = result.stdout + result.stderr
    check(result.returncode == code, f"exit code {result.returncode}, not {code}: {both}")
    lines = result.stderr.splitlines()
    if code != 0:
        check(lines and lines[-1].startswith("ra-open: "), f"no last word: {result.stderr!r}")
    for text in texts:
        check(text in both, f"{text!r} is not in {both!r}")
    check("CRITICAL" not in both and "WARNING" not in both, both)


def test_exit_codes(stage):
    env = stage.person("helper")
    good = ticket(env)
    password = write(stage, "password", (PASSWORD + "\n").encode())
    wrong = write(stage, "wrong", b"something else\n")
    saved = write(stage, "a", good)
    check_it = ["--check", "--password-file", password, "--"]
    expect(run("ra-open", *check_it, saved, env=env), 0, "Jürgen Novice <juergen@example.org>",
           "the password is right")
    expect(run("ra-open", "--check", saved, env=env), 0, "The password was not checked")
    expect(run("ra-open", env=env), 2, "name the message")
    expect(run("ra-open", saved, saved, env=env), 2, "one file only")
    expect(run("ra-open", "--no-such-option", saved, env=env), 2)
    expect(run("ra-open", stage.path("missing"), env=env), 2, "No such file")
    os.mkdir(stage.path("folder"))
    expect(run("ra-open", "--check", stage.path("folder"), env=env), 3, "a folder without messages")
    expect(run("ra-open", "--number", "2", saved, env=env), 2, "there is one")
    nothing = write(stage, "nothing", message())
    expect(run("ra-open", *check_it, nothing, env=env), 3, "no invitation was found")
    expect(run("ra-open", *check_it, os.path.join(DATA, "microsoft.eml"), env=env), 4)
    expect(run("ra-open", *check_it, os.path.join(DATA, "armour-cut.eml"), env=env), 4, "cut short")
    cut = write(stage, "cut", good[:400])
    expect(run("ra-open", *check_it, cut, env=env), 4)
    over = write(stage, "over", ticket(env, "--start", "-7200", "--end", "-3600"))
    expect(run("ra-open", *check_it, over, env=env), 5, "expired")
    early = write(stage, "early", ticket(env, "--start", "7200", "--end", "9000"))
    expect(run("ra-open", *check_it, early, env=env), 5, "not valid before")
    far = write(stage, "far", ticket(env, "--start", "200000", "--end", "203600"))
    expect(run("ra-open", *check_it, far, env=env), 5, "clock")
    expect(run("ra-open", "--check", "--password-file", wrong, saved, env=env), 6, "altered")
    for old, new in ((b"Novice", b"Expert"), (b"juergen@", b"joergen@"), (b'nonce="', b'nonce="A')):
        altered = write(stage, "altered", good.replace(old, new, 1))
        result = run("ra-open", *check_it, altered, env=env)
        check(result.returncode in (4, 6), f"altered {old}: {result.returncode} {result.stdout}")


def test_no_terminal(stage):
    env = stage.person("helper")
    saved = write(stage, "a", ticket(env))
    without = ["setsid", program("ra-open")]

    def call(*args):
        return subprocess.run([*without, *args], env=env, text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, timeout=60, check=False)
    expect(call(saved), 2, "no terminal to ask on")
    expect(call("--yes", saved), 2, "--password-file")
    both = write(stage, "both", message(ticket(env), ticket(env, name="Ann")))
    expect(call(both), 2, "There are 2 invitations", "--number")
    check(json.loads(call("--json", both).stdout)["error"]["code"] == 2, "--json asks")
    expect(call("--password-file", "-", "-"), 2, "cannot be both")


def test_json(stage):
    env = stage.person("helper")
    password = write(stage, "password", (PASSWORD + "\n").encode())
    mail = write(stage, "mail", message(ticket(env), ticket(env, "--start", "-7200", "--end", "-3600", name="Ann"),
                                        sender="mallory@example.net"))
    result = run("ra-open", "--json", "--check", "--password-file", password, mail, env=env)
    expect(result, 0)
    check(result.stderr == "", result.stderr)
    report = json.loads(result.stdout)
    check(report["ok"] and report["error"] is None and report["opened"] is True, report)
    check(report["hosts"] == ["127.0.0.1:3389"] and len(report["id"]) == 32, report)
    check([i["state"] for i in report["invitations"]] == ["valid", "expired"], report)
    first = report["invitations"][0]
    check(first["name"] == "Jürgen Novice" and first["part"] == "2" and first["number"] == 1, first)
    check(first["sender_differs"] and first["message"]["from_address"] == "mallory@example.net", first)
    check(first["message"]["date"] == "2026-11-21T09:00:00Z", first)
    check("mallory@example.net" in report["warnings"][0], report)
    check(PASSWORD not in result.stdout, "the password is in the report")

    for args, code, name in ((("--number", "2", mail), 5, "expired"), ((mail, mail), 2, "usage"),
                             (("--nonsense",), 2, "usage"), ((os.devnull,), 3, "no-invitation")):
        result = run("ra-open", "--check", *args[:-1], "--json", "--", args[-1], env=env) \
            if args != ("--nonsense",) else run("ra-open", "--nonsense", "--json", env=env)
        report = json.loads(result.stdout)
        check(result.returncode == code and report["error"]["code"] == code, report)
        check(report["error"]["name"] == name and not report["ok"], report)


def test_ways_in(stage):
    """Standard input, a mailbox, a forwarded message, a file with an odd name."""
    env = stage.person("helper")
    mail = message(ticket(env))
    expect(run("ra-open", "--check", "-", env=env, stdin=mail.decode()), 0, "Jürgen Novice")
    mark = b"From a@example.org Sat Nov 21 10:00:00 2026\n"
    mailbox = write(stage, "mailbox", mark + message() + b"\n" + mark + mail + b"\n" + mark +
                    message(ticket(env, name="Ann Other")))
    expect(run("ra-open", "--check", mailbox, env=env), 0, "There are 2 invitations", "Ann Other")
    forwarded = b"From: boss@example.net\nContent-Type: message/rfc822\n\n" + mail
    result = run("ra-open", "--check", write(stage, "forwarded", forwarded), env=env)
    expect(result, 0, "Message from: juergen@example.org")
    check("warning" not in result.stderr, result.stderr)
    odd = write(stage, "--json", mail)
    result = subprocess.run([program("ra-open"), "--check", "--", os.path.basename(odd)], env=env, text=True,
                            cwd=stage.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    expect(result, 0, "Asked by:")
    check(sorted(os.listdir(stage.folder)) == ["--json", "forwarded", "helper", "mailbox"],
          "something was written beside the message")


def test_text_is_cleaned(stage):
    env = stage.person("helper")
    evil = ticket(env, name="Bob \u202egnihtyna", address="")
    result = run("ra-open", "--check", write(stage, "evil", evil), env=env)
    expect(result, 0, "Bob gnihtyna")
    mail = message(evil).replace(b"From: <", b"From: =?utf-8?B?" + base64.b64encode(b"\x1b]0;owned\x07\x1b[2J") +
                                 b"?= <")
    result = run("ra-open", "--check", write(stage, "mail", mail), env=env)
    expect(result, 0)
    pretender = ticket(env, name="Boss <boss@example.net>", address="x" * 60 + "@" + "y" * 60 + ".example")
    expect(run("ra-open", "--check", write(stage, "pretender", pretender), env=env), 0,
           "Boss boss@example.net <xxx", "yyy.example>")
    check("\x1b" not in result.stdout + result.stderr and "\x07" not in result.stdout, repr(result.stdout))


def test_save_ticket(stage):
    env = stage.person("helper")
    original = ticket(env)
    mail = write(stage, "mail", message(original))
    copy = stage.path("copy")
    expect(run("ra-open", "--check", "--save-ticket", copy, mail, env=env), 0, "Saved")
    with open(copy, "rb") as file:
        check(file.read() == original, "the saved ticket is another")
    check(os.stat(copy).st_mode & 0o777 == 0o600, "others can read the saved ticket")
    write(stage, "copy", b"mine")
    expect(run("ra-open", "--check", "--save-ticket", copy, mail, env=env), 2, "is there already")
    with open(copy, "rb") as file:
        check(file.read() == b"mine", "a file was overwritten")
    os.symlink(stage.path("target"), stage.path("link"))
    expect(run("ra-open", "--check", "--save-ticket", stage.path("link"), mail, env=env), 2)
    check(not os.path.exists(stage.path("target")), "a link was followed")


def test_three_tries(stage):
    env = stage.person("helper")
    saved = write(stage, "a", ticket(env))
    with Terminal([program("ra-open"), saved], env) as terminal:
        terminal.expect(QUESTION)
        terminal.send("y")
        for typed, left in (("wrong-password-typed", "2 more tries"), ("", "no password was typed (1 more try)")):
            terminal.expect("Password (it is not shown): ")
            terminal.send(typed)
            terminal.expect(left)
        terminal.expect("Password (it is not shown): ")
        terminal.send("wrong-password-typed")
        check(terminal.finish() == 6, terminal.text)
        check("wrong-password-typed" not in terminal.text, "the password was shown")
        check(terminal.text.count("Password (") == 3, terminal.text)


def test_no_is_no(stage):
    env = stage.person("helper")
    saved = write(stage, "a", ticket(env))
    for answer in ("n", "", "maybe"):
        with Terminal([program("ra-open"), saved], env) as terminal:
            terminal.expect(QUESTION)
            terminal.send(answer)
            check(terminal.finish() == 8, terminal.text)
            check("Password" not in terminal.text, terminal.text)
    over = write(stage, "over", ticket(env, "--start", "-7200", "--end", "-3600"))
    with Terminal([program("ra-open"), over], env) as terminal:
        check(terminal.finish() == 5 and "[y/N]" not in terminal.text, terminal.text)


VIEWER = """#!/bin/sh
# Keeps what ra-open hands over, as a viewer would get it.
tr '\\0' '\\n' < /proc/$$/cmdline > "$HOME/argv"
tr '\\0' '\\n' < /proc/$$/environ > "$HOME/environ"
fd=${1#--invitation-fd=}
cat < /proc/self/fd/$fd > "$HOME/packed"
"""


def test_hold(stage):
    """The window of a terminal stays until what went wrong was read, and goes after a no."""
    env = stage.person("helper")
    over = write(stage, "over", ticket(env, "--start", "-7200", "--end", "-3600"))
    with Terminal([program("ra-open"), "--hold", over], env) as terminal:
        terminal.expect("ask for a new one")
        terminal.expect("Press Enter to close. ")
        terminal.send("")
        check(terminal.finish() == 5, terminal.text)
    saved = write(stage, "a", ticket(env))
    with Terminal([program("ra-open"), "--hold", saved], env) as terminal:
        terminal.expect(QUESTION)
        terminal.send("n")
        check(terminal.finish() == 8 and "Enter" not in terminal.text, terminal.text)


def test_viewer_gets_the_invitation(stage):
    """The second of two, chosen and opened on a terminal; secrets travel by a descriptor alone."""
    env = stage.person("helper")
    shutil.copy(program("ra-open"), stage.path("ra-open"))
    write(stage, "ra-viewer", VIEWER.encode())
    os.chmod(stage.path("ra-viewer"), 0o755)
    mail = write(stage, "mail", message(ticket(env, "--start", "-1800"),
                                        ticket(env, "--host", "192.0.2.7:3390", name="Ann")))
    with Terminal([stage.path("ra-open"), mail], env) as terminal:
        terminal.expect("1  Ann <juergen@example.org>")
        terminal.expect("2  Jürgen Novice")
        terminal.expect("Which one do you want to open? [1] ")
        terminal.send("2")
        terminal.expect(QUESTION)
        terminal.send("yes")
        terminal.expect("Password")
        terminal.send(PASSWORD)
        terminal.expect("Connecting to Jürgen Novice's computer")
        check(terminal.finish() == 0, terminal.text)
    home = env["HOME"]
    with open(os.path.join(home, "packed"), "rb") as file:
        packed = file.read()
    check(b"127.0.0.1:3389" in packed and b"192.0.2.7" not in packed, "not the chosen invitation")
    for name in ("argv", "environ"):
        with open(os.path.join(home, name), encoding="utf-8") as file:
            text = file.read()
        check(PASSWORD not in text and "127.0.0.1" not in text, f"a secret in {name}: {text}")


def test_report_descriptor_is_handed_on(stage):
    """--report-fd reaches the viewer, and ends with ra-open where there is none."""
    env = stage.person("helper")
    shutil.copy(program("ra-open"), stage.path("ra-open"))
    write(stage, "ra-viewer", b'#!/bin/sh\nfor a; do case $a in --report-fd=*) '
                              b'echo "connected" > /proc/self/fd/${a#--report-fd=};; esac; done\n')
    os.chmod(stage.path("ra-viewer"), 0o755)
    saved = write(stage, "a", ticket(env))
    password = write(stage, "password", (PASSWORD + "\n").encode())
    wrong = write(stage, "wrong", b"no\n")
    for extra, code, heard in (["--yes", "--password-file", password], 0, b"connected\n"), \
                              (["--window"], 0, b"connected\n"), \
                              (["--yes", "--password-file", wrong], 6, b""):
        ours, theirs = os.pipe()
        done = subprocess.run([stage.path("ra-open"), "--report-fd", str(theirs), *extra, saved], env=env,
                              pass_fds=[theirs], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, timeout=60,
                              check=False)
        os.close(theirs)
        with os.fdopen(ours, "rb") as pipe:
            said = pipe.read()
        check(done.returncode == code and said == heard, f"{extra}: {done} said {said}")
    expect(run("ra-open", "--report-fd", "99", saved, env=env), 2, "--report-fd")


def test_viewer_is_missing(stage):
    env = stage.person("helper")
    shutil.copy(program("ra-open"), stage.path("ra-open"))
    saved = write(stage, "a", ticket(env))
    password = write(stage, "password", (PASSWORD + "\n").encode())
    result = subprocess.run([stage.path("ra-open"), "--yes", "--json", "--password-file", password, saved], env=env,
                            text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    report = json.loads(result.stdout)
    if not report["connecting"]:  # it is installed where nobody looks for it
        check(result.returncode == 1 and report["error"]["name"] == "failed", report)
        check(report["opened"] is True, report)


def test_sealed_to_a_certificate(stage):
    need("openssl")
    env = stage.person("helper")
    cert, key = stage.path("cert.pem"), stage.path("key.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:3072", "-nodes", "-subj", "/CN=Help Desk", "-days",
                    "2", "-keyout", key, "-out", cert], env=env, check=True, stderr=subprocess.DEVNULL)
    with open(cert, "rb") as first, open(key, "rb") as second:
        both = write(stage, "both.pem", second.read() + first.read())
    saved = write(stage, "a", ticket(env, "--seal-to", cert, "--no-password"))
    expect(run("ra-open", "--check", saved, env=env), 0, "needs --key")
    expect(run("ra-open", "--yes", saved, env=env), 2, "--key")
    expect(run("ra-open", "--check", "--key", both, saved, env=env), 0, "The invitation opens.")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:3072", "-nodes", "-subj", "/CN=Other", "-days",
                    "2", "-keyout", key, "-out", cert], env=env, check=True, stderr=subprocess.DEVNULL)
    with open(cert, "rb") as first, open(key, "rb") as second:
        other = write(stage, "other.pem", second.read() + first.read())
    expect(run("ra-open", "--check", "--key", other, saved, env=env), 6)


def test_desktop_files(stage):
    """Desktops know the type by name and by content, and ra-open as what opens it."""
    need("desktop-file-validate", "update-mime-database", "gio", "xmllint", "appstreamcli")
    env = stage.person("helper")
    data = os.path.join(os.environ["RA_SRCDIR"], "data")
    for name in ("org.remoteassistance.App.desktop", "ra-open.desktop", "ra-open-mail.desktop"):
        subprocess.run(["desktop-file-validate", os.path.join(data, name)], check=True, env=env)
    metainfo = os.path.join(data, "org.remoteassistance.App.metainfo.xml")
    told = subprocess.run(["appstreamcli", "validate", "--no-net", "--strict", metainfo], env=env, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    check(told.returncode == 0, told.stdout)
    for name in filter(lambda name: name.endswith((".svg", ".xml")), os.listdir(data)):
        subprocess.run(["xmllint", "--noout", "--nonet", os.path.join(data, name)], check=True, env=env)
    share = env["XDG_DATA_HOME"]
    for folder, name in (("mime/packages", "remote-assistance.xml"), ("applications", "ra-open.desktop")):
        os.makedirs(os.path.join(share, folder))
        shutil.copy(os.path.join(data, name), os.path.join(share, folder))
    subprocess.run(["update-mime-database", os.path.join(share, "mime")], check=True, env=env)
    subprocess.run(["update-desktop-database", os.path.join(share, "applications")], check=False, env=env)
    env["PATH"] = os.environ["RA_BUILDDIR"] + ":" + env["PATH"]
    for name, content in (("x.raticket", b"<a/>"), ("x.raticket", ticket(env)), ("unnamed", ticket(env))):
        path = write(stage, name, content)
        shown = subprocess.run(["gio", "info", "-a", "standard::content-type", path], env=env, text=True,
                               stdout=subprocess.PIPE, check=True).stdout
        check("application/vnd.remote-assistance.ticket+xml" in shown, shown)
    shown = subprocess.run(["gio", "mime", "application/vnd.remote-assistance.ticket+xml"], env=env, text=True,
                           stdout=subprocess.PIPE, check=True).stdout
    check("ra-open.desktop" in shown, shown)


run_tests([test_exit_codes, test_no_terminal, test_json, test_ways_in, test_text_is_cleaned, test_save_ticket,
           test_three_tries, test_no_is_no, test_hold, test_viewer_gets_the_invitation, test_report_descriptor_is_handed_on,
           test_viewer_is_missing, test_sealed_to_a_certificate, test_desktop_files])
