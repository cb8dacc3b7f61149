# SPDX-License-Identifier: GPL-3.0-or-later
"""Real mail programs with a window: a desktop to run on, on which our types are known, and a local mailbox."""

import json
import os
import shutil
import signal
import subprocess

from ra_test import BUILD, SOURCE, check, focus, program, wait_for, windows

MESSAGE = """From: Anna Novice <anna@example.org>
To: helpdesk@example.net
Subject: YOU HAVE RECEIVED A REMOTE ASSISTANCE INVITATION FROM: anna@example.org
Date: Sat, 21 Nov 2026 10:00:00 +0100
Message-ID: <1@example.org>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="b"

--b
Content-Type: text/plain; charset=utf-8

Anna Novice (anna@example.org) would like your assistance.

To see their screen and help, open the attachment Invitation.raticket
with a double click.

Personal message:

My printer is stuck.
--b
Content-Type: application/vnd.remote-assistance.ticket+xml
Content-Disposition: attachment; filename="Invitation.raticket"

%s
--b--
"""
QUESTION = "Anna Novice – Remote Assistance"  # the title of the viewer's window


def message():
    """A mail with an invitation of Anna Novice attached."""
    ticket = subprocess.run([program("tests/make-ticket"), "--name", "Anna Novice", "--address", "anna@example.org"],
                            input="the right one\n", text=True, stdout=subprocess.PIPE, check=True).stdout
    return MESSAGE % ticket


def install(env):
    """What mail programs read of ours, in the user's own folders as `make install` puts it into the system's."""
    data, share = os.path.join(SOURCE, "data"), env["XDG_DATA_HOME"]
    for folder, names in (("mime/packages", ["remote-assistance.xml"]),
                          ("applications", ["ra-open.desktop", "ra-open-mail.desktop"])):
        os.makedirs(os.path.join(share, folder))
        for name in names:
            shutil.copy(os.path.join(data, name), os.path.join(share, folder))
    shutil.copy(os.path.join(data, "mailcap", "remote-assistance"), os.path.join(env["HOME"], ".mailcap"))
    subprocess.run(["update-mime-database", os.path.join(share, "mime")], env=env, check=True,
                   stderr=subprocess.DEVNULL)
    subprocess.run(["update-desktop-database", os.path.join(share, "applications")], env=env, check=True)
    env["PATH"] = BUILD + ":" + env["PATH"]


def _end_all(home):
    """Ends what was started with HOME: mail programs start others, in sessions of their own."""
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/environ", "rb") as file:
                if b"HOME=" + os.fsencode(home) in file.read().split(b"\0"):
                    os.kill(int(pid), signal.SIGKILL)
        except OSError:
            pass


def desktop(stage, name):
    """The environment of someone on a display with a window manager and a session bus, our types installed."""
    env = stage.person(name)
    stage.cleanups.append(lambda: _end_all(env["HOME"]))
    env["DISPLAY"] = stage.display()
    bus = stage.start(["dbus-daemon", "--session", "--nofork", "--print-address",
                       "--address=unix:tmpdir=" + stage.folder], env=env, stdout=subprocess.PIPE, text=True)
    env["DBUS_SESSION_BUS_ADDRESS"] = bus.stdout.readline().strip()
    check(env["DBUS_SESSION_BUS_ADDRESS"], "dbus-daemon did not start")
    stage.start(["openbox"], env=env)
    install(env)
    return env


def key(env, title, *keys):
    """Presses KEYS in the window whose title matches TITLE."""
    focus(env, windows(env, title)[0])
    subprocess.run(["xdotool", "key", "--delay", "60", *keys], env=env, check=True, timeout=20)


def click(env, x, y, repeat=1):
    subprocess.run(["xdotool", "mousemove", str(x), str(y), "click", "--repeat", str(repeat), "--delay", "80", "1"],
                   env=env, check=True, timeout=20)


def expect_question(env, seconds=20):
    """Waits for the viewer's window that asks; its id."""
    return wait_for("the viewer's question", seconds, lambda: windows(env, QUESTION))[0]


def claws_profile(env, *messages):
    """A Claws Mail that needs no server, with MESSAGES in its inbox."""
    home = env["HOME"]
    mail, config = os.path.join(home, "Mail"), os.path.join(home, ".claws-mail")
    folders = ("inbox", "sent", "draft", "queue", "trash")
    for folder in folders:
        os.makedirs(os.path.join(mail, folder))
    os.makedirs(config)
    for number, text in enumerate(messages, 1):
        with open(os.path.join(mail, "inbox", str(number)), "w", encoding="utf-8") as file:
            file.write(text)
    kinds = {"sent": "outbox"}
    items = "".join(f'<folderitem type="{kinds.get(name, name)}" name="{name}" path="{name}"/>' for name in folders)
    files = {
        "clawsrc": "[Common]\nenable_aspell=0\ncheck_on_startup=0\nalways_show_message_when_selected=1\n",
        "accountrc": "[Account: 1]\naccount_name=me\nis_default=1\nname=Me\naddress=me@example.org\nprotocol=6\n"
                     "use_mail_command=1\nmail_command=/bin/false\nreceive_at_get_all=0\n",
        "folderlist.xml": '<?xml version="1.0" encoding="UTF-8"?>\n'
                          f'<folderlist><folder type="mh" name="Mail" path="{mail}">{items}</folder></folderlist>\n',
    }
    for name, text in files.items():
        with open(os.path.join(config, name), "w", encoding="utf-8") as file:
            file.write(text)


def _write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


NOWHERE = "127.0.0.1"  # Thunderbird may ask nobody anything: its proxy is a port on which nothing listens
THUNDERBIRD = {
    "mail.accountmanager.accounts": "account1,account2",
    "mail.accountmanager.defaultaccount": "account2",
    "mail.accountmanager.localfoldersserver": "server1",
    "mail.account.account1.server": "server1",
    "mail.account.account2.server": "server2",
    "mail.account.account2.identities": "id1",
    "mail.server.server1.type": "none",
    "mail.server.server1.hostname": "Local Folders",
    "mail.server.server1.userName": "nobody",
    "mail.server.server1.directory-rel": "[ProfD]Mail/Local Folders",
    "mail.server.server2.type": "pop3",
    "mail.server.server2.hostname": NOWHERE,
    "mail.server.server2.userName": "helper",
    "mail.server.server2.deferred_to_account": "account1",
    "mail.server.server2.login_at_startup": False,
    "mail.server.server2.check_new_mail": False,
    "mail.identity.id1.useremail": "helper@example.org",
    "mail.identity.id1.fullName": "Helper",
    "mail.identity.id1.valid": True,
    "mail.pane_config.dynamic": 0,
    "mail.provider.suppress_dialog_on_startup": True,
    "mail.shell.checkDefaultClient": False,
    "mail.spam.version": 1,
    "mail.rights.version": 1,
    "mail.inappnotifications.enabled": False,
    "mailnews.start_page.enabled": False,
    "app.donation.eoy.version.viewed": 999,
    "app.update.enabled": False,
    "datareporting.policy.dataSubmissionPolicyBypassNotification": True,
    "datareporting.healthreport.uploadEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "network.proxy.type": 1,
    "network.proxy.http": NOWHERE,
    "network.proxy.http_port": 9,
    "network.proxy.ssl": NOWHERE,
    "network.proxy.ssl_port": 9,
    "network.proxy.socks": NOWHERE,
    "network.proxy.socks_port": 9,
}


def thunderbird_profile(env, text):
    """A Thunderbird with local folders alone, TEXT in the inbox, the folders unfolded and the inbox chosen."""
    top = os.path.join(env["HOME"], ".thunderbird")
    folder = os.path.join(top, "test")
    install_name = "FDC34C9F024745EB"  # stands for /usr/lib/thunderbird
    _write(os.path.join(top, "profiles.ini"),
           "[Profile0]\nName=test\nIsRelative=1\nPath=test\nDefault=1\n\n[General]\nStartWithLastProfile=1\nVersion=2\n\n"
           f"[Install{install_name}]\nDefault=test\nLocked=1\n")
    _write(os.path.join(top, "installs.ini"), f"[{install_name}]\nDefault=test\nLocked=1\n")
    _write(os.path.join(folder, "user.js"),
           "".join(f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in THUNDERBIRD.items()))
    _write(os.path.join(folder, "xulstore.json"), json.dumps({"chrome://messenger/content/messenger.xhtml": {
        "messengerWindow": {"width": "1280", "height": "781", "screenX": "0", "screenY": "19", "sizemode": "maximized"}}}))
    _write(os.path.join(folder, "Mail", "Local Folders", "Inbox"), "From - Sat Nov 21 10:00:00 2026\n" + text + "\n")
    _write(os.path.join(folder, "Mail", "Local Folders", "Trash"), "")


def evolution_profile(stage, env, text):
    """An Evolution with an account that has no server, and TEXT in the local inbox."""
    sources = os.path.join(env["XDG_CONFIG_HOME"], "evolution", "sources")
    head = "[Data Source]\nDisplayName=Helper\nEnabled=true\nParent=%s\n\n"
    _write(os.path.join(sources, "account.source"), head % "" +
           "[Mail Account]\nBackendName=none\nIdentityUid=identity\nNeedsInitialSetup=false\n")
    _write(os.path.join(sources, "identity.source"), head % "account" +
           "[Mail Identity]\nAddress=helper@example.org\nName=Helper\n\n[Mail Submission]\nTransportUid=transport\n\n"
           "[Mail Composition]\n")
    _write(os.path.join(sources, "transport.source"), head % "account" + "[Mail Transport]\nBackendName=sendmail\n")
    subprocess.run(["gsettings", "set", "org.gnome.evolution.mail", "prompt-check-if-default-mailer", "false"], env=env,
                   check=True)
    # It makes its folders itself, and takes those that others made for the ones of an old version.
    inbox = os.path.join(env["XDG_DATA_HOME"], "evolution", "mail", "local")
    first = stage.start(["evolution", "-c", "mail"], env=env)
    wait_for("Evolution's folders", 60, lambda: windows(env, r"^(Mail|Inbox)") and os.path.isdir(inbox + "/new"))
    subprocess.run(["evolution", "--quit"], env=env, check=False, timeout=30, stderr=subprocess.DEVNULL)
    first.wait(20)
    for name in filter(lambda name: name.startswith("..cmeta"), os.listdir(inbox)):
        os.remove(os.path.join(inbox, name))
    _write(os.path.join(inbox, "new", "1795254000.1.host"), text)
