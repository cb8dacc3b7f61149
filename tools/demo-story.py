#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole story, played by the real programs on two displays. Called by tools/demo.

Usage: tools/demo-story.py OUT [--live], with RA_BUILDDIR set
"""

import email
import email.policy
import os
import re
import shutil
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tests", "scenario"))
import ra_test  # noqa: E402  pylint: disable=wrong-import-position
import acts  # noqa: E402  pylint: disable=wrong-import-position
from acts import HELPER, HELP_DESK  # noqa: E402  pylint: disable=wrong-import-position
from desk import Desk, helpers_place  # noqa: E402  pylint: disable=wrong-import-position
from helper import Helper  # noqa: E402  pylint: disable=wrong-import-position
from novice import Novice  # noqa: E402  pylint: disable=wrong-import-position

NOVICE = (acts.NOVICE, "anna@example.org")
MESSAGE = "My printer prints only every second page.\nCould you please have a look?"
ISOLATES = {0x2066: None, 0x2067: None, 0x2068: None, 0x2069: None}  # around names of any direction
SEEN = f"^{NOVICE[0]} – Remote Assistance$"  # the title of a viewer that shows the novice's screen


class Story:
    """Says what happens, with the time, and keeps it in the transcript."""

    def __init__(self, out, stage):
        self.out = out
        self.stage = stage
        self.started = time.monotonic()
        self.transcript = open(os.path.join(out, "transcript.txt"), "w", encoding="utf-8")

    def say(self, text):
        for i, line in enumerate(text.splitlines()):
            stamp = f"[{time.monotonic() - self.started:6.2f}s]" if i == 0 else " " * 9
            print(f"{stamp} {line}", flush=True)
            self.transcript.write(f"{stamp} {line}\n")
        self.transcript.flush()

    def file(self, name):
        return os.path.join(self.out, name)

    def picture(self, env, name):
        ra_test.screenshot(env, self.file(name + ".png"))
        self.say(f"picture: demo-out/{name}.png")

    def must_fail(self, what, code, args, env, password):
        result = ra_test.run("ra-open", *args, env=env, stdin=password + "\n")
        lines = result.stderr.strip().splitlines()
        ra_test.check(result.returncode == code and lines,
                      f"{what}: exit code {result.returncode} instead of {code}\n{result.stdout}{result.stderr}")
        self.say(f"{what}: refused, exit code {code}:\n  {lines[-1]}")


def invite(story, desk, mailbox):
    """In the novice's window, by keyboard."""
    desk.start_front()
    story.say("the novice opens their window, and invites the help desk by keyboard")

    def look(name, heading):
        desk.wait(("heading", "label", "button"), heading)
        if name == "1-front":
            story.picture(desk.env, "novice-1-front")
    password = acts.write_invitation(desk, MESSAGE, look)
    story.picture(desk.env, "novice-2-password")
    story.say("the window shows the password in four words, to be told by telephone")
    desk.press("Send the invitation")
    desk.wait_reads(f"was sent to {HELP_DESK}")
    story.say(f"it says that the invitation was sent to {HELP_DESK}, and what happens next")
    story.picture(desk.env, "novice-3-sent")
    path, ticket = read_message(story, mailbox, password)
    return path, password, ticket


def invite_by_command(story, novice, mailbox, port, *more):
    result = ra_test.run("ra-invite", "--to", HELP_DESK, "--from", NOVICE[1], "--name", NOVICE[0], "--message", MESSAGE,
                         "--expires", "1h", "--generate-password", "--smtp", f"smtp://127.0.0.1:{port}", *more, env=novice)
    ra_test.check(result.returncode == 0, "ra-invite failed:\n" + result.stderr)
    story.say("the novice invites the help desk by SMTP; ra-invite says:\n" +
              "\n".join("  " + line for line in result.stdout.splitlines()))
    password = re.search(r"\b([a-z]+(?:[- ][a-z]+){3,})\b\s*$", result.stdout, re.MULTILINE)
    ra_test.check(password, "ra-invite told no password")
    path, _ = read_message(story, mailbox, password.group(1))
    return path, password.group(1)


def read_message(story, mailbox, password):
    """What the help desk got: the message's path, and the ticket in it."""
    path = ra_test.wait_for("the message in the mailbox", 10, lambda: ra_test.maildir_messages(mailbox))[0]
    shutil.copy(path, story.file("message.eml"))
    with open(path, "rb") as file:
        message = email.message_from_binary_file(file, policy=email.policy.default)
    with open(story.file("message.txt"), "w", encoding="utf-8") as file:
        for name in ("From", "To", "Subject", "Date"):
            file.write(f"{name}: {message[name]}\n")
        file.write("\n" + message.get_body(("plain",)).get_content())
        for part in message.iter_attachments():
            file.write(f"\n[attachment: {part.get_filename()}, {part.get_content_type()}]\n")
    ra_test.check(password not in open(path, encoding="utf-8").read(), "the password is in the message")
    story.say("the message is in the help desk's mailbox: demo-out/message.txt, demo-out/message.eml")
    ticket = next(message.iter_attachments()).get_content()
    return path, ticket if isinstance(ticket, bytes) else ticket.encode()


def refusals(story, helper, path, password, ticket):
    story.must_fail("a wrong password", 6, ["--check", "--password-file", "-", "--", path], helper, "not the password")
    expired = story.stage.path("expired.raticket")
    made = subprocess.run([ra_test.program("tests/make-ticket"), "--name", NOVICE[0], "--address", NOVICE[1],
                           "--start=-7200", "--end=-3600"], env=helper, input=(password + "\n").encode(),
                          check=False, stdout=subprocess.PIPE)
    ra_test.check(made.returncode == 0, "make-ticket failed")
    with open(expired, "wb") as file:
        file.write(made.stdout)
    story.must_fail("an expired ticket", 5, ["--check", "--password-file", "-", "--", expired], helper, password)
    altered = story.stage.path("altered.raticket")
    with open(altered, "wb") as file:
        file.write(ticket.replace(b"Anna Novice", b"Anne Novice"))
    story.must_fail("an altered ticket", 6, ["--check", "--password-file", "-", "--", altered], helper, password)
    result = ra_test.run("ra-open", "--check", "--password-file", "-", "--", path, env=helper, stdin=password + "\n")
    ra_test.check(result.returncode == 0, "the right password was refused:\n" + result.stderr)
    story.say("the right password: accepted")


def connect(story, helper, path, password):
    """ra-open asks on a terminal of the helper's display, and is answered there as by a person."""
    secret = story.stage.path("told-by-telephone")
    with open(secret, "w", encoding="utf-8", opener=lambda p, f: os.open(p, f, 0o600)) as file:
        file.write(password + "\n")
    story.say("the helper opens the message and types the password")
    return story.stage.start([ra_test.program("ra-open"), "--yes", "--password-file", secret, "--", path], env=helper)


def inbox(story, env, mailbox, name, *args):
    """One command of ra-inbox, by the helper NAME; exit code and what it said."""
    result = ra_test.run("ra-inbox", "--inbox", mailbox, "--name", name, *args, env=env)
    return result.returncode, (result.stdout + result.stderr).rstrip()


def show_queue(story, helper, mailbox):
    """The same queue on the whole of a terminal."""
    screen = story.stage.start(["xterm", "-T", "Queue", "-geometry", "110x16+120+120", "-fa", "DejaVu Sans Mono", "-fs",
                                "12", "-e", ra_test.program("ra-inbox"), "--inbox", mailbox, "screen"], env=helper)
    ra_test.wait_for("the queue's window", 20, lambda: ra_test.windows(helper, "Queue"))
    time.sleep(1)  # until it is drawn
    story.say("the same on the whole terminal: ra-inbox screen")
    story.picture(helper, "0-helper-queue")
    activate(helper, ra_test.windows(helper, "Queue")[0])
    subprocess.run(["xdotool", "key", "Return"], env=helper, check=True)
    time.sleep(0.5)
    story.picture(helper, "0-helper-queue-details")
    screen.terminate()


def claim(story, helper, mailbox):
    """The help desk's queue: one of two helpers gets the case."""
    code, said = inbox(story, helper, mailbox, HELPER, "list")
    ra_test.check(code == 0 and NOVICE[0] in said, "ra-inbox does not list the case:\n" + said)
    story.say("the help desk's queue, ra-inbox list:\n" + "\n".join("  " + line for line in said.splitlines()))
    case = said.splitlines()[1].split()[0]
    show_queue(story, helper, mailbox)
    code, said = inbox(story, helper, mailbox, HELPER, "claim", case)
    ra_test.check(code == 0, "the case cannot be claimed:\n" + said)
    story.say(f"{HELPER} claims it")
    code, said = inbox(story, helper, mailbox, "Hugo Helper", "claim", case)
    ra_test.check(code == 8, "a second helper got the same case:\n" + said)
    story.say(f"Hugo Helper wants it too: refused, exit code {code}:\n  {said}")
    return case


def alike(story, novice, helper):
    """Waits until the novice's whole screen is found in the helper's, pixel by pixel."""
    ra_test.wait_for("the novice's screen in the viewer's window", 30,
                     lambda: ra_test.shows(story.stage, novice, helper))


def set_stage(stage, mailbox):
    """The novice's desk, and the environment of the helper."""
    desk = Desk(stage, settings=acts.settings(stage.maildir_server(mailbox)))
    novice, helper = desk.env, helpers_place(stage, HELPER)
    stage.start(["openbox"], env=helper)
    subprocess.run(["xsetroot", "-solid", "#4a4a4a"], env=helper, check=True)
    stage.start(["xterm", "-T", "Letter", "-geometry", "60x14+40+610", "-fa", "DejaVu Sans Mono", "-fs", "9", "-e",
                 "sh", "-c", "echo 'Dear Grandmother,'; echo; exec cat >$LETTER"],
                env=dict(novice, LETTER=stage.path("letter")))
    stage.start(["xclock", "-geometry", "170x170+1070+80"], env=novice)
    stage.start(["xcalc", "-geometry", "+1025+390"], env=novice)
    for title in ("Letter", "xclock", "Calculator"):
        ra_test.wait_for(f"the novice's {title}", 20, lambda name=title: ra_test.windows(novice, name))
    return desk, helper


def activate(env, window):
    subprocess.run(["xdotool", "windowactivate", "--sync", window], env=env, check=True, stderr=subprocess.DEVNULL)


def to_letter(desk):
    """The novice turns to their letter."""
    activate(desk.env, ra_test.windows(desk.env, "Letter")[0])


def wait_letter(story, text):
    def probe():
        with open(story.stage.path("letter"), encoding="utf-8") as file:
            return text in file.read()
    ra_test.wait_for(f"'{text}' in the letter", 20, probe)


def to_window(desk):
    """And back to their window."""
    title = desk.wait("status", "sees your screen").window().name
    activate(desk.env, ra_test.windows(desk.env, "^" + re.escape(title) + "$")[0])


def yes(story, desk, novice, title, name):
    """The question called TITLE is read by the novice, and answered."""
    box = desk.wait("alert dialog", title)
    story.say(f"the novice is asked: {box.name.translate(ISOLATES)}")
    story.picture(desk.env, name)
    return lambda state: (acts.say_yes(desk), novice.wait_state(state))


def chat(story, desk, helen):
    desk.fill("^Message$", "Hello Helen! It is the printer in the hall.")
    desk.hands.key("Return")
    desk.wait("label", "Hello Helen")
    helen.say("Good morning. I can see your screen.")
    desk.wait("label", "I can see your screen")
    story.say("they chat")
    story.picture(desk.env, "novice-6-chat")


def send_file(story, desk, helen):
    path = story.stage.path("printer.log")
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(f"page {number}: no paper\n" for number in range(2, 50000, 2))
    desk.press("Send a file")
    acts.choose_file(desk, path)
    desk.wait("label", "^printer.log$")
    story.say("the novice offers a file, chosen by its name")
    helen.wait_question()
    story.picture(helen.env, "5-helper-is-offered-a-file")
    helen.accept()
    ra_test.wait_for("the file", 20, lambda: acts.downloads(helen.env) == ["printer.log"])
    desk.wait_gone("progress bar")
    with open(path, "rb") as one, open(os.path.join(helen.env["HOME"], "Downloads", "printer.log"), "rb") as two:
        ra_test.check(one.read() == two.read(), "another file came than was sent")
    story.say("the helper takes it: it is in their Downloads, unaltered")
    story.picture(helen.env, "6-helper-has-it")


def point(story, desk, helen):
    helen.key("ctrl+alt+p")
    x, y, width, height = (int(value) for value in re.findall(r"(?:X|Y|WIDTH|HEIGHT)=(\d+)", subprocess.run(
        ["xdotool", "getwindowgeometry", "--shell", helen.window], env=helen.env, text=True, check=True,
        stdout=subprocess.PIPE).stdout))
    steps = ["mousemove", str(x + width * 6 // 10), str(y + height // 2), "mousedown", "1"]
    for dx, dy in ((60, -40), (120, 0), (60, 40), (0, 0)):
        steps += ["mousemove", str(x + width * 6 // 10 + dx), str(y + height // 2 + dy), "sleep", "0.1"]
    subprocess.run(["xdotool", *steps, "mouseup", "1"], env=helen.env, check=True)
    time.sleep(0.3)
    story.say("the helper points, without control; it is drawn on the novice's screen for a moment")
    story.picture(desk.env, "7-novice-is-shown-a-place")
    helen.key("ctrl+alt+p")
    subprocess.run(["xdotool", "mousemove", "5", "5"], env=helen.env, check=True)  # out of the picture


def hide(story, desk, novice, helen):
    desk.press("Hide my screen")
    ra_test.wait_for("the screen to be hidden", 20, lambda: novice.value("Paused"))
    desk.wait("status", "screen is hidden")
    story.say("the novice hides the screen")
    story.picture(desk.env, "novice-7-hidden")
    time.sleep(0.5)  # until it is drawn there, too
    story.picture(helen.env, "8-helper-sees-nothing")
    desk.press("Show my screen")
    ra_test.wait_for("the screen to be shown", 20, lambda: not novice.value("Paused"))
    alike(story, desk.env, helen.env)
    story.say("and shows it again")


def control(story, desk, novice, helen):
    helen.ask_control()
    story.say("the helper asks for control")
    yes(story, desk, novice, "use your mouse", "novice-8-may-they-control")("controlling")
    helen.wait_title("in control")
    story.say("the novice says yes, by keyboard: the helper is in control")
    to_letter(desk)
    time.sleep(1)  # what comes right after a question is dropped
    helen.type("Hello, it is Helen. I type on your computer.")
    helen.key("Return")
    wait_letter(story, "I type on your computer.")
    time.sleep(0.5)  # until it is seen
    story.picture(desk.env, "9-novice-while-controlled")
    story.picture(helen.env, "10-helper-in-control")
    desk.hands.key("Escape")
    novice.wait_state("viewing", 5)
    story.say("the novice presses Esc: control is back")


def end(story, desk, novice, helen):
    to_window(desk)
    desk.press("End session")
    novice.wait_state("listening")
    desk.wait(("heading", "status", "label"), "is over")
    story.say("the novice ends the session")
    story.picture(desk.env, "novice-9-summary")
    time.sleep(0.5)  # until it is drawn there, too
    story.picture(helen.env, "11-helper-end")
    desk.press("Save…")
    acts.choose_file(desk, story.file("history.txt"))
    desk.wait_reads("Saved as")
    story.say("and keeps what was said and done: demo-out/history.txt")


def play(story):
    stage = story.stage
    mailbox = stage.path("helpdesk")
    desk, helper = set_stage(stage, mailbox)
    novice = Novice(desk.env)
    story.say("two desktops, a mail server and a session bus are up")
    path, password, ticket = invite(story, desk, mailbox)
    case = claim(story, helper, mailbox)
    refusals(story, helper, path, password, ticket)
    viewer = connect(story, helper, path, password)
    answer = yes(story, desk, novice, "see your screen", "novice-4-may-they-see")
    story.picture(helper, "1-helper-waiting")
    answer("viewing")
    story.say("the novice says yes, by keyboard")
    helen = Helper(helper, NOVICE[0])
    helen.wait_title(SEEN)
    desk.wait("status", "sees your screen")
    alike(story, desk.env, helper)
    story.say("the viewer shows the novice's screen")
    story.picture(desk.env, "novice-5-session")
    story.picture(helper, "3-helper")
    to_letter(desk)
    desk.hands.type("Helen can see what I write.\n")
    alike(story, desk.env, helper)
    story.say("the novice types; the viewer follows")
    story.picture(helper, "4-helper-following")
    to_window(desk)
    chat(story, desk, helen)
    send_file(story, desk, helen)
    point(story, desk, helen)
    hide(story, desk, novice, helen)
    control(story, desk, novice, helen)
    end(story, desk, novice, helen)
    viewer.terminate()
    code, said = inbox(story, helper, mailbox, HELPER, "done", case)
    ra_test.check(code == 0, "the case cannot be finished:\n" + said)
    story.say(f"{HELPER} marks the case as done")


def live(story):
    """Both roles on the current desktop, in terminals, for a person to play."""
    stage = story.stage
    ra_test.check(os.environ.get("DISPLAY"), "--live needs an X11 desktop: $DISPLAY is not set")
    # Apart from the user's own settings, invitations and agent.
    env = dict(os.environ, XDG_STATE_HOME=stage.path("state"), XDG_CONFIG_HOME=stage.path("config"),
               DBUS_SESSION_BUS_ADDRESS="disabled:")
    mailbox = stage.path("helpdesk")
    port = stage.maildir_server(mailbox)
    stage.start(["xterm", "-T", "Novice", "-e", ra_test.program("ra-host"), "--terminal", "--no-bus", "--listen",
                 "127.0.0.1"],
                env=env)
    time.sleep(2)
    _, password = invite_by_command(story, env, mailbox, port, "--advertise", "127.0.0.1")
    story.say(f"the helper is told by telephone: {password}")
    story.say("answer the helper's questions in the terminal 'Helper', the novice's in 'Novice'")
    helper = stage.start(["xterm", "-T", "Helper", "-hold", "-e", ra_test.program("ra-open"), "--",
                          ra_test.maildir_messages(mailbox)[0]], env=env)
    helper.wait()


def main():
    out = os.path.abspath(sys.argv[1])
    shutil.rmtree(out, ignore_errors=True)
    os.makedirs(out)
    stage = ra_test.Stage()
    story = Story(out, stage)
    try:
        (live if "--live" in sys.argv[2:] else play)(story)
        story.say("done")
        return 0
    except (ra_test.Failure, ra_test.Skip, subprocess.SubprocessError) as failure:
        story.say(f"FAILED: {failure}")
        for process in stage.processes:
            with open(process.log, encoding="utf-8", errors="replace") as log:
                lines = [line for line in log.read().splitlines() if "_XSERV" not in line]
                for line in lines[-10:]:
                    story.say(f"  {os.path.basename(process.log)}: {line}")
        return 1
    except KeyboardInterrupt:
        return 130
    finally:
        stage.close()


sys.exit(main())
