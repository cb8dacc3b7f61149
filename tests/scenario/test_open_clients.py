#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Invitations are opened from real mail programs with a window, by a double click on the attachment; and from such as
hand over a file that vanishes. Those that are not installed are left out."""

import os
import shutil
import subprocess
import threading
import time
import urllib.parse

import mail_clients
from mail_clients import QUESTION, click, desktop, expect_question, key, message
from ra_test import check, need, program, run, run_tests, wait_for, windows
from terminal import Terminal

PASSWORD = "the right one"  # of mail_clients.message()


def asked(env, click_there):
    """Does CLICK_THERE, again and again, until the viewer asks. Then says no, and the viewer goes."""
    def probe():
        click_there()
        deadline = time.monotonic() + 15  # a second click would open it a second time
        while time.monotonic() < deadline and not windows(env, QUESTION):
            time.sleep(0.1)
        return windows(env, QUESTION)

    def gone():
        if windows(env, QUESTION):
            time.sleep(0.5)
            key(env, QUESTION, "Return")  # what is offered first is "Don't Connect"
        return not windows(env, QUESTION)
    wait_for("the viewer's question", 60, probe)
    wait_for("the viewer's end", 20, gone)


def test_claws_mail(stage):
    need("claws-mail", "openbox", "xdotool")
    env = desktop(stage, "helper")
    mail_clients.claws_profile(env, message())
    stage.start(["claws-mail", "--geometry", "1200x700+0+0", "--select", "#mh/Mail/inbox/1"], env=env)
    wait_for("Claws Mail", 20, lambda: windows(env, "Claws Mail"))
    asked(env, lambda: click(env, 1183, 495, repeat=2))  # the last of the parts' icons, at the right


def test_thunderbird(stage):
    need("thunderbird", "openbox", "xdotool")
    env = desktop(stage, "helper")
    mail_clients.thunderbird_profile(env, message())
    stage.start(["thunderbird", "-mail"], env=env)
    wait_for("Thunderbird's folders", 60, lambda: windows(env, "Local Folders - Mozilla Thunderbird"))
    time.sleep(1)
    click(env, 60, 132)  # unfolds them
    time.sleep(1)

    def inbox():
        click(env, 120, 160)
        time.sleep(0.7)
        return windows(env, "^Inbox")
    wait_for("the inbox", 20, inbox)

    def dialog():
        click(env, 600, 140)  # the message
        time.sleep(1)
        click(env, 487, 761)  # the attachment's name
        time.sleep(1)
        return windows(env, "Opening Invitation.raticket")
    wait_for("Thunderbird's question what to do", 60, dialog)
    time.sleep(1)  # its buttons are dead for a moment, as a protection from clicks meant for others

    def open_it():
        if windows(env, "Opening Invitation.raticket"):
            key(env, "Opening Invitation.raticket", "alt+o", "Return")
    asked(env, open_it)


def test_evolution(stage):
    need("evolution", "openbox", "xdotool", "gsettings")
    env = desktop(stage, "helper")
    mail_clients.evolution_profile(stage, env, message())
    stage.start(["evolution", "-c", "mail"], env=env)
    main = wait_for("Evolution", 60, lambda: windows(env, r"^(Mail|Inbox)"))[0]
    wait_for("its size", 20, lambda: subprocess.run(["xdotool", "windowsize", "--sync", main, "1270", "770"], env=env,
                                                    check=False, timeout=20).returncode == 0)

    def own_window():
        click(env, 80, 194)  # the folder
        time.sleep(0.7)
        click(env, 650, 195, repeat=2)  # the message
        time.sleep(1.5)
        return windows(env, "^YOU HAVE RECEIVED")
    window = wait_for("the message's window", 40, own_window)[0]
    subprocess.run(["xdotool", "windowmove", "--sync", window, "0", "0", "windowsize", "--sync", window, "1000", "700"],
                   env=env, check=True, timeout=20)
    time.sleep(1.5)
    click(env, 18, 634)  # unfolds the attachments
    time.sleep(1)
    asked(env, lambda: click(env, 65, 595, repeat=2))


def mail_on_disk(stage, name="message one, & more.eml"):
    path = stage.path(name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(message())
    return path


def test_file_gone_while_asked(stage):
    """In a terminal: from the question on nothing of the file is needed, not even to save the invitation."""
    env = stage.person("helper")
    path, saved = mail_on_disk(stage), stage.path("saved")
    with Terminal([program("ra-open"), "--check", "--password-file", "/dev/stdin", path], env) as terminal:
        terminal.expect("Asked by:     Anna Novice")
        os.remove(path)
        terminal.send(PASSWORD)
        terminal.expect("the password is right")
        check(terminal.finish() == 0, terminal.text)
    path = mail_on_disk(stage)
    with Terminal([program("ra-open"), "--save-psk", saved, path], env) as terminal:
        terminal.expect("Password")
        os.remove(path)
        terminal.send(PASSWORD)
        terminal.expect("Saved the key")
        check(terminal.finish() == 0 and os.path.exists(saved), terminal.text)


def test_file_that_can_be_read_once(stage):
    """A pipe that is filled in drips, and gone as soon as it was read."""
    env = stage.person("helper")
    text, path = message().encode(), stage.path("pipe")
    for argument in (path, "file://" + path):
        os.mkfifo(path)

        def drip():
            with open(path, "wb", buffering=0) as pipe:
                for start in range(0, len(text), 300):
                    pipe.write(text[start:start + 300])
                    time.sleep(0.02)
            os.remove(path)
        writer = threading.Thread(target=drip, daemon=True)
        writer.start()
        result = run("ra-open", "--check", "--password-file", "-", argument, env=env, stdin=PASSWORD + "\n")
        check(result.returncode == 0 and "password is right" in result.stdout, result.stdout + result.stderr)
        writer.join(10)
        check(not os.path.exists(path), "it was not read")


def test_urls(stage):
    """The URL of a file is as good as its name; a file of that very name comes first."""
    env = stage.person("helper")
    path = mail_on_disk(stage)
    url = "file://" + urllib.parse.quote(path)
    check("%20" in url and "%26" in url, url)
    for good in (url, url.replace("file:///", "FILE://localhost/"), url.replace("file:///", "file:/")):
        result = run("ra-open", "--check", "--", good, env=env)
        check(result.returncode == 0 and "Anna Novice" in result.stdout, good + ": " + result.stderr)
    for bad in (url.replace("file:///", "file://elsewhere.example/"), url + "%00", url + "%2Fx", url + ".none", "file:"):
        result = run("ra-open", "--check", "--", bad, env=env)
        check(result.returncode == 2 and len(result.stderr.splitlines()) == 1, bad + ": " + result.stderr)
    check("save the attachment" in run("ra-open", "--check", url + ".none", env=env).stderr, "no advice")
    os.mkdir(stage.path("file:"))
    shutil.copy(path, stage.path("file:", "mine"))
    there = subprocess.run([program("ra-open"), "--check", "file:/mine"], env=env, cwd=stage.folder, text=True,
                           stdout=subprocess.PIPE, check=False)
    check(there.returncode == 0, "a file of that name was passed over")


def test_file_gone_while_the_window_asks(stage):
    """As a mail program in a sandbox does it: the file is deleted once the window is there."""
    need("openbox", "xdotool")
    env = desktop(stage, "helper")
    path = mail_on_disk(stage)
    viewer = stage.start([program("ra-open"), "--window", "--", "file://" + urllib.parse.quote(path)], env=env)
    expect_question(env)
    os.remove(path)
    time.sleep(2)  # what comes up by itself can be agreed to after a moment
    key(env, QUESTION, "Tab", "Return")
    time.sleep(1)
    focus = windows(env, QUESTION)[0]
    subprocess.run(["xdotool", "type", "--window", focus, "--delay", "40", PASSWORD], env=env, check=True, timeout=30)
    key(env, QUESTION, "Return")
    wait_for("the end of the invitation's questions", 20,
             lambda: viewer.poll() is not None or not windows(env, r"\(invitation\)"))
    with open(viewer.log, encoding="utf-8", errors="replace") as log:
        said = log.read()
    check(viewer.poll() in (None, 7) and "wrong" not in said, f"{viewer.poll()}: {said}")


def test_other_mail_stays_where_it_belongs(stage):
    """No mail type is ours; who lists ra-open as doc/MAIL-CLIENTS.md says has it second, not first."""
    need("gio", "update-mime-database", "update-desktop-database")
    env = stage.person("helper")
    mail_clients.install(env)
    with open(os.path.join(env["XDG_DATA_HOME"], "applications", "mail.desktop"), "w", encoding="utf-8") as file:
        file.write("[Desktop Entry]\nType=Application\nName=Mail\nExec=true %f\nMimeType=message/rfc822;\n")
    subprocess.run(["update-desktop-database", os.path.join(env["XDG_DATA_HOME"], "applications")], env=env, check=True)
    env["XDG_DATA_DIRS"] = stage.path("nothing")

    def handlers():
        return subprocess.run(["gio", "mime", "message/rfc822"], env=env, text=True, stdout=subprocess.PIPE,
                              check=True).stdout
    check("ra-open" not in handlers(), handlers())
    with open(os.path.join(env["XDG_CONFIG_HOME"], "mimeapps.list"), "w", encoding="utf-8") as file:
        file.write("[Added Associations]\nmessage/rfc822=mail.desktop;ra-open-mail.desktop;\n")
    shown = handlers()
    check("mail.desktop" in shown.splitlines()[0] and "ra-open-mail.desktop" in shown.split("Registered", 1)[1], shown)
    for kind in ("application/vnd.remote-assistance.ticket+xml", "application/x-msrcincident"):
        shown = subprocess.run(["gio", "mime", kind], env=env, text=True, stdout=subprocess.PIPE, check=True).stdout
        check("ra-open.desktop" in shown.splitlines()[0], shown)


def test_types_by_content(stage):
    """Both kinds of invitations are known by their beginnings, whatever they are called."""
    need("gio", "update-mime-database")
    env = stage.person("helper")
    mail_clients.install(env)
    theirs = '<?xml version="1.0"?>\n<UPLOADINFO TYPE="Escalated"><UPLOADDATA/></UPLOADINFO>'
    cases = [("a", theirs.encode()), ("b", b"\xff\xfe" + theirs.encode("utf-16-le")),
             ("c", b"\xfe\xff" + theirs.encode("utf-16-be")), ("d", b"\xef\xbb\xbf" + theirs.encode()),
             ("d.MsRcIncident", b"x"), ("e.MSRCINCIDENT", b"x"), ("f.msrcincident", b"\xff\xfe")]
    for name, data in cases:
        with open(stage.path(name), "wb") as file:
            file.write(data)
        shown = subprocess.run(["gio", "info", "-a", "standard::content-type", stage.path(name)], env=env, text=True,
                               stdout=subprocess.PIPE, check=True).stdout
        check("application/x-msrcincident" in shown, name + ": " + shown)


run_tests([test_claws_mail, test_thunderbird, test_evolution, test_file_gone_while_asked,
           test_file_that_can_be_read_once, test_urls, test_file_gone_while_the_window_asks,
           test_other_mail_stays_where_it_belongs, test_types_by_content])
