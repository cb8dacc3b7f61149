#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""ra-invite hands the message to the user's own mail program: stand-ins that write down what they are given, portals
of our own on a private bus, and Claws Mail for real."""

import email
import email.policy
import json
import os
import re
import stat
import subprocess
import sys
import urllib.parse

import mail_clients
from ra_test import check, need, run, run_tests, wait_for, windows

SUBJECT = "YOU HAVE RECEIVED A REMOTE ASSISTANCE INVITATION FROM: anna@example.com"
MESSAGE = "It's 100% \"stuck\", please help: &attach=/etc/passwd,attachment='file:///etc/passwd' <b>\n--attach=/etc/passwd"
ARGS = ("--from", "anna@example.com", "--name", "Anna Nováková", "--to", "helpdesk@example.com", "--mail-client")
FLATPAK = "flatpak run --command=thunderbird --file-forwarding org.mozilla.Thunderbird @@u %u @@"


def write(path, text, mode=0o600):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(path, mode)


def novice(stage, default):
    """Someone with nothing but stand-ins for mail programs, and a function that reads what they were given.

    DEFAULT is the Exec line of the desktop's own."""
    env = stage.person("novice", DBUS_SESSION_BUS_ADDRESS="disabled:", TZ="Europe/Prague",
                       XDG_DATA_DIRS=stage.path("share"))
    os.makedirs(stage.path("bin"))
    os.makedirs(stage.path("share", "applications"))
    log = stage.path("client.log")
    for name in ("webmail", "xdg-email", "thunderbird", "evolution", "claws-mail", "kmail", "flatpak"):
        write(stage.path("bin", name),
              f'#!/bin/sh\nfor word in "${{0##*/}}" "$@"; do printf "%s\\0" "$word"; done > {log}\n', 0o700)
    write(stage.path("share", "applications", "mine.desktop"),
          f"[Desktop Entry]\nType=Application\nName=My Mail\nExec={default}\nMimeType=x-scheme-handler/mailto;\n")
    write(stage.path("share", "applications", "mimeinfo.cache"), "[MIME Cache]\nx-scheme-handler/mailto=mine.desktop;\n")
    env["PATH"] = stage.path("bin") + ":" + env["PATH"]

    def words():
        with open(log, encoding="utf-8") as file:
            return file.read().split("\0")[:-1]
    return env, words


def invite(env, *more, code=0):
    """Runs ra-invite; what it says, as JSON."""
    result = run("ra-invite", *ARGS, "--json", *more, env=env)
    check(result.returncode == code, f"exit code {result.returncode}: {result.stderr}{result.stdout}")
    return json.loads(result.stdout)


def portals(stage, env, version="4", response="0"):
    """A session bus with stand-ins for the portals; a function that reads what those were asked."""
    need("dbus-daemon")
    bus = stage.start(["dbus-daemon", "--session", "--nofork", "--print-address",
                       "--address=unix:tmpdir=" + stage.folder], env=env, stdout=subprocess.PIPE, text=True)
    env["DBUS_SESSION_BUS_ADDRESS"] = bus.stdout.readline().strip()
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "portals.py")
    player = stage.start([sys.executable, script, stage.folder, version, response], env=env, stdout=subprocess.PIPE,
                         text=True)
    check(player.stdout.readline() == "ready\n", "the portals did not start")

    def asked(name):
        with open(stage.path(name + ".json"), encoding="utf-8") as file:
            return json.load(file)
    return asked


def test_xdg_email(stage):
    """A program that may drop the file: it stands in the text, too, and where it is is said."""
    env, words = novice(stage, "webmail %u")
    result = run("ra-invite", *ARGS, "--message", MESSAGE, "--save", stage.path("a"), env=env)
    check(result.returncode == 0 and "handed to My Mail by xdg-email: press Send there" in result.stdout,
          result.stdout + result.stderr)
    given = words()
    check(given[:2] == ["xdg-email", "--attach"] and len(given) == 4, given)
    url = urllib.parse.urlsplit(given[3])
    fields = urllib.parse.parse_qs(url.query, strict_parsing=True)
    check(url.scheme == "mailto" and url.path == "helpdesk@example.com" and sorted(fields) == ["body", "subject"], given)
    password = re.search(r"^Password: (.+)$", result.stdout, re.M).group(1)
    check(fields["subject"] == [SUBJECT] and "\r\n--attach=/etc" in fields["body"][0] and password not in given[3], given)
    attached = given[2]
    check(f"attach this file: {attached}\n" in result.stdout, result.stdout)
    with open(attached, "rb") as file, open(stage.path("a"), "rb") as saved:
        check(file.read() == saved.read(), "another ticket is attached")
    check(os.path.basename(attached) == "Invitation.raticket" and stat.S_IMODE(os.stat(attached).st_mode) == 0o600
          and attached.startswith(env["XDG_RUNTIME_DIR"]), attached)
    write(stage.path("body"), fields["body"][0])
    opened = run("ra-open", "--check", "--password-file", "-", stage.path("body"), env=env, stdin=password + "\n")
    check(opened.returncode == 0, opened.stderr)
    check(run("ra-invite", "--cancel", re.search(r"--cancel (\w+)", result.stdout).group(1), env=env).returncode == 0,
          "not cancelled")
    invite(env)
    check(not os.path.exists(attached), "the attachment of a cancelled invitation is still there")
    os.chmod(env["XDG_RUNTIME_DIR"], 0o777)  # where others can put a link
    check(invite(env)["attachment"].startswith(env["XDG_STATE_HOME"]), "in a folder that others may write")


def test_long_message_by_xdg_email(stage):
    """A URL that would become too long leaves the ticket out of the text."""
    env, words = novice(stage, "webmail %u")
    report = invite(env, "--message", "ü" * 1200)
    check(not report["in_text"] and not report["attached"], report)
    check("BEGIN" not in words()[3] and os.path.exists(report["attachment"]), words())


def known(line, means, option):
    """A test of a program that is known: it is given the file, and which it was is said."""
    def test(stage):
        env, words = novice(stage, line)
        report = invite(env, "--message", MESSAGE)
        check((report["mail_program"], report["mail_program_means"]) == ("My Mail", means), report)
        check(report["attached"] and not report["in_text"] and os.path.exists(report["attachment"]), report)
        given = words()
        check(given[0] == means and given[1].startswith(option), given)
        check("Invitation.raticket" in "".join(given) and "BEGIN" not in "".join(given), given)
        check([word for word in given if word.startswith("--attach")] ==
              {"claws-mail": ["--attach"], "kmail": ["--attach=file://" + report["attachment"]]}.get(means, []), given)
    test.__name__ = "test_stand-in_for_" + means
    return test


def test_no_program_at_all(stage):
    env, _ = novice(stage, "webmail %u")
    write(stage.path("bin", "xdg-email"), "#!/bin/sh\necho no browser >&2\nexit 3\n", 0o700)
    report = invite(env, code=10)
    check("xdg-email failed with exit status 3: no browser" in report["error"]["message"], report)
    os.remove(stage.path("share", "applications", "mimeinfo.cache"))
    env["PATH"] = stage.path("nothing")
    check("install the package xdg-utils" in invite(env, code=10)["error"]["message"], "another error")


def test_portal(stage):
    """A program that is not known here is opened by the desktop's portal, which gets the file as a descriptor."""
    env, _ = novice(stage, "webmail %u")
    asked = portals(stage, env)
    report = invite(env, "--message", MESSAGE, "--to", "two@example.com")
    check(report["mail_program_means"] == "portal" and report["in_text"] and not report["attached"], report)
    mail = asked("email")
    check(mail["options"]["addresses"] == ["helpdesk@example.com", "two@example.com"], mail)
    check(mail["options"]["subject"] == SUBJECT and MESSAGE.splitlines()[1] in mail["options"]["body"], mail)
    check("BEGIN" in mail["options"]["body"] and mail["path"] == report["attachment"], mail)
    check("urn:remote-assistance:ticket:1" in mail["text"] and report["password"] not in json.dumps(mail), mail)
    check(not os.path.exists(stage.path("client.log")), "another program was started as well")


def test_old_portal(stage):
    """Version 1 has one address, and a request by another name than ours."""
    env, words = novice(stage, "webmail %u")
    asked = portals(stage, env, version="1")
    check(invite(env)["mail_program_means"] == "portal", "not by the portal")
    check(asked("email")["options"]["address"] == "helpdesk@example.com", asked("email"))
    check(invite(env, "--to", "two@example.com")["mail_program_means"] == "xdg-email", words())


def test_portal_declined(stage):
    env, _ = novice(stage, "webmail %u")
    portals(stage, env, response="1")
    check("you chose not to write" in invite(env, code=8)["error"]["message"], "another error")
    check(not os.path.exists(stage.path("client.log")), "another program was started")


def test_portal_that_fails(stage):
    env, words = novice(stage, "webmail %u")
    portals(stage, env, response="2")
    check(invite(env)["mail_program_means"] == "xdg-email" and words()[0] == "xdg-email", words())


def test_in_a_sandbox_itself(stage):
    """Inside Snap there is the portal, or nothing; the file lies where the desktop can find it."""
    env, words = novice(stage, "thunderbird %u")
    env["SNAP_NAME"] = "remote-assistance"
    check("mail portal cannot be used" in invite(env, code=10)["error"]["message"], "another error")
    portals(stage, env)
    report = invite(env)
    check(report["mail_program_means"] == "portal" and report["attachment"].startswith(env["XDG_STATE_HOME"]), report)
    check(not os.path.exists(stage.path("client.log")), "a program was started")


def test_client_in_a_sandbox(stage):
    """A mail program that runs in a sandbox reads the file by way of the document portal."""
    env, words = novice(stage, FLATPAK)
    asked = portals(stage, env)
    report = invite(env)
    check(report["mail_program_means"] == "thunderbird" and report["attached"], report)
    given = words()
    check(given[:3] == ["flatpak", "run", "--command=thunderbird"] and given[3:5] ==
          ["org.mozilla.Thunderbird", "-compose"], given)
    check(given[5].endswith(",attachment=file%3A%2F%2F%2Frun%2Fuser%2F7%2Fdoc%2Fd0c%2FInvitation.raticket"), given)
    shared = asked("documents")
    check((shared["app"], shared["rights"], shared["path"]) ==
          ("org.mozilla.Thunderbird", ["read"], report["attachment"]), shared)


def test_client_in_a_sandbox_without_portal(stage):
    """Then the ticket stands in the text."""
    env, words = novice(stage, FLATPAK)
    report = invite(env)
    check(report["in_text"] and not report["attached"], report)
    check("BEGIN" in words()[5] and "attachment=" not in words()[5], words())


def test_claws_mail(stage):
    """The real one: its compose window has everything, and what it saves as a draft is looked at."""
    need("claws-mail", "openbox", "xdotool")
    env = mail_clients.desktop(stage, "novice")
    mail_clients.claws_profile(env)
    write(os.path.join(env["XDG_CONFIG_HOME"], "mimeapps.list"),
          "[Default Applications]\nx-scheme-handler/mailto=claws-mail.desktop\n")
    report = invite(env, "--message", MESSAGE, "--to", "two@example.com")
    check(report["mail_program_means"] == "claws-mail" and report["attached"], report)
    wait_for("the compose window", 20, lambda: windows(env, "Compose message"))
    drafts = os.path.join(env["HOME"], "Mail", "draft")

    def draft():
        mail_clients.key(env, "Compose message", "ctrl+s")
        return [name for name in os.listdir(drafts) if name.isdigit()]
    wait_for("the draft", 20, draft)
    with open(os.path.join(drafts, "1"), "rb") as file:
        message = email.message_from_bytes(file.read().split(b"X-Claws-End-Special-Headers: 1\n", 1)[1],
                                           policy=email.policy.default)
    text, ticket = message.iter_parts()
    check([address.addr_spec for address in message["To"].addresses] == ["helpdesk@example.com", "two@example.com"],
          str(message["To"]))
    check(message["Subject"] == SUBJECT, message["Subject"])
    for line in MESSAGE.splitlines():
        check(line.split(" please")[0] in text.get_content(), text.get_content())
    with open(report["attachment"], "rb") as file:
        check(ticket.get_payload(decode=True) == file.read() and ticket.get_filename() == "Invitation.raticket",
              ticket.as_string())


run_tests([test_xdg_email, test_long_message_by_xdg_email, known("thunderbird %u", "thunderbird", "-compose"),
           known("evolution %U", "evolution", "mailto:"), known("claws-mail %u", "claws-mail", "--compose"),
           known("kmail -qwindowtitle %c %u", "kmail", "--composer"), test_no_program_at_all, test_portal,
           test_old_portal, test_portal_declined, test_portal_that_fails, test_in_a_sandbox_itself,
           test_client_in_a_sandbox, test_client_in_a_sandbox_without_portal, test_claws_mail])
