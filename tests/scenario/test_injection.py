#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A helper who tries to answer the novice's questions themselves: by what they control, and by programs that they left
running on the novice's desktop. Agent, window and viewer are the real ones; the novice's own hands come last, and
still decide."""

import os
import signal
import subprocess
import sys
import time

import gi
gi.require_version("GLib", "2.0")
from gi.repository import GLib  # pylint: disable=wrong-import-position

import ra_test
import tricks
from access import COMPONENT
from acts import choose_file, downloads
from desk import LONG, Desk, box_on_screen, helpers_place, middle
from helper import Helper
from novice import Novice
from ra_test import check, wait_for
from sharing import invite, open_viewer

READ = 1.2  # seconds that a question has to be in sight, and some more: nothing tells when they are over


class Scene:
    """A novice with the real window, and a helper who has their invitation."""

    def __init__(self, stage):
        self.stage = stage
        self.desk = Desk(stage)
        self.env = self.desk.env
        self.helper_env = helpers_place(stage)
        self.ticket, self.secret = invite(stage, self.env)
        self.novice = Novice(self.env)
        self.helper = self.viewer = None

    # The novice.

    def dial(self):
        self.viewer = open_viewer(self.stage, self.helper_env, self.ticket, self.secret)
        return self.question("connect")

    def question(self, what):
        """The question is in sight and Yes can be pressed; where Yes is."""
        number, _ = self.novice.question(what)
        yes = self.desk.wait("button", "Yes", "sensitive")
        time.sleep(READ)
        return number, box_on_screen(self.desk, yes)

    def is_open(self, number):
        return any(str(one) == str(number) for one, _, _ in self.novice.value("Questions"))

    def still_open(self, number, trick):
        check(self.is_open(number), f"{trick}: the question is settled, the agent is {self.novice.state()}")

    def really(self, key, state):
        """A real key, until it counts: not within half a second of what was injected."""
        self.until(state, lambda: self.desk.hands.key(key))

    def until(self, state, act):
        """ACTs as the novice does, until it leads to STATE."""
        def acted():
            act()
            deadline = time.monotonic() + 1
            while time.monotonic() < deadline:
                if self.novice.state() == state:
                    return True
                time.sleep(0.05)
            return False
        wait_for(f"the agent to be {state}", LONG, acted)

    # The helper.

    def leave(self, *command, ready=False):
        """A program that was left running on the novice's desktop."""
        process = self.stage.start([sys.executable, tricks.__file__, *map(str, command)], env=self.env,
                                   **({"stdout": subprocess.PIPE} if ready else {}))
        self.stage.hard.append(process)
        if ready:
            check(process.stdout.readline().strip() == b"ready", f"{command[0]} did not start")
        return process

    def stop(self, process):
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def inject(self, *steps):
        subprocess.run(["xdotool", *map(str, steps)], env=self.env, check=True)

    def key(self, *keys):
        """As a program does; hands of its own, to choose_file()."""
        self.inject("key", *keys)

    def type(self, text):
        self.inject("type", text)

    def sees(self):
        """Up to the session."""
        _, _ = self.dial()
        self.really("alt+y", "viewing")
        self.helper = Helper(self.helper_env)
        self.helper.wait_title(f"^{self.helper.name} – Remote Assistance$")

    def controls(self):
        self.sees()
        self.helper.ask_control()
        self.question("control")
        self.really("alt+y", "controlling")
        self.helper.wait_title("in control")
        time.sleep(0.7)  # what comes right after a question is dropped

    def offer_file(self):
        with open(os.path.join(self.helper_env["HOME"], "zebra.txt"), "w", encoding="ascii") as file:
            file.write("stripes\n")
        self.helper.send_only_file()
        return self.question("file")

    def novice_tries(self, trick, key="alt+y"):
        """A real key that must not say yes now; the window says why."""
        self.desk.hands.key(key)
        time.sleep(0.5)
        return self.desk.describe()


def test_keys_and_clicks_that_nobody_pressed(stage):
    scene = Scene(stage)
    number, yes = scene.dial()
    place = middle(yes)
    for trick in (("key", "alt+y"), ("mousemove", *place, "click", "1"), ("key", "Tab", "key", "Right", "key", "alt+y"),
                  ("mousemove", *place, "mousedown", "1", "sleep", "0.7", "mouseup", "1")):
        scene.inject(*trick)
        time.sleep(0.4)
        scene.still_open(number, " ".join(map(str, trick)))
    check("Yes" in scene.desk.describe(), "the question is not in sight any more")
    # The novice's own key between many that are injected is not taken for a yes either.
    program = scene.leave("inject", "alt+y", *place, ready=True)
    for _ in range(6):
        scene.desk.hands.key("alt+y")
        time.sleep(0.25)
        scene.still_open(number, "a real key among injected ones")
    scene.stop(program)
    scene.really("alt+y", "viewing")


def test_whatever_is_pressed_is_no_yes(stage):
    scene = Scene(stage)
    number, yes = scene.dial()
    program = scene.leave("inject", "all", *middle(yes), ready=True)
    deadline = time.monotonic() + 3
    while time.monotonic() < deadline:
        check(scene.novice.state() in ("asking", "listening"), f"an injected key led to {scene.novice.state()}")
        time.sleep(0.1)
    scene.stop(program)
    if scene.is_open(number):
        scene.really("Escape", "listening")
    scene.novice.wait_state("listening")


def test_what_a_screen_reader_can_press(stage):
    scene = Scene(stage)
    number, _ = scene.dial()
    yes = scene.desk.wait("button", "Yes")

    def act():
        yes.act()
        time.sleep(0.6)
        scene.still_open(number, "a press through the accessibility bus")
    act()
    for key in ("Tab", "shift+Tab", "shift"):  # right after a real key, which was not meant so
        scene.desk.hands.key(key)
        act()
    # Yes is given the focus behind the novice's back, who says no with Space.
    scene.desk.go_to("button", "No")
    try:
        yes.call(COMPONENT, "GrabFocus")
    except GLib.Error:
        pass  # GTK does not do it for everybody; tests/host-app tries what it would come to
    scene.desk.hands.key("space")
    time.sleep(0.6)
    check(scene.novice.state() in ("asking", "listening"), "Space on what was No said yes")


def test_calls_on_the_bus(stage):
    scene = Scene(stage)
    number, _ = scene.dial()
    host, consent = "org.remoteassistance.Host1", "org.remoteassistance.Consent1"
    for call in ((f"{host}.Answer", number, "true"), (f"{host}.AttachWindow",), (f"{consent}.Answer", number, "true"),
                 (f"{consent}.Shown", number, "0"), (f"{consent}.Show",), (f"{consent}.Talk", "true"),
                 (f"{consent}.SendFile", "b'/etc/passwd'")):
        result = scene.desk.agent.gdbus(*call)
        check(result.returncode != 0, f"{call[0]} on the bus: {result.stdout}")
        scene.still_open(number, call[0])
    scene.really("alt+y", "viewing")


def test_windows_over_the_question(stage):
    scene = Scene(stage)
    number, yes = scene.dial()
    box = (yes[0] - 300, yes[1] - 300, 200, 100)  # over the text, not over the buttons
    for kind in ("opaque", "through", "glass", "input"):
        program = scene.leave("cover", kind, *box, ready=True)
        time.sleep(READ)
        for key in ("alt+y", "alt+y"):
            scene.desk.hands.key(key)
            time.sleep(0.3)
            scene.still_open(number, f"{kind} over the question")
        scene.desk.wait(("status", "label"), "(?i)window|cover|over")
        scene.stop(program)
    scene.really("alt+y", "viewing")


def test_what_comes_under_the_finger(stage):
    scene = Scene(stage)
    number, yes = scene.dial()
    screen, place = tricks.Screen(scene.env["DISPLAY"]), middle(yes)
    # Something to click at, right over Yes, which is gone when the click comes.
    decoy = screen.cover(yes, "opaque")
    scene.desk.hands.move(*place)
    time.sleep(READ)
    screen.destroy(decoy)
    scene.desk.hands.button(True)
    scene.desk.hands.button(False)
    time.sleep(0.5)
    scene.still_open(number, "a window that went away under the finger")
    # The question itself is moved under the finger, or the pointer to Yes.
    time.sleep(READ)
    scene.desk.hands.move(place[0] - 400, place[1])
    time.sleep(0.1)
    window = int(ra_test.windows(scene.env, scene.desk.wait("button", "Yes").window().name)[0], 16)
    x, y, _, _ = box_on_screen(scene.desk, scene.desk.wait("button", "Yes").window())
    screen.move(window, x - 400, y)
    time.sleep(0.05)
    scene.desk.hands.button(True)
    scene.desk.hands.button(False)
    time.sleep(0.5)
    scene.still_open(number, "a question that was moved under the finger")
    screen.move(window, x, y)
    time.sleep(READ)
    scene.desk.hands.move(5, 5)
    screen.warp(*place)
    scene.desk.hands.button(True)
    scene.desk.hands.button(False)
    time.sleep(0.5)
    scene.still_open(number, "a pointer that was taken to Yes")
    scene.desk.hands.move(5, 5)
    time.sleep(READ)
    scene.really("alt+y", "viewing")


def test_a_keyboard_that_is_grabbed(stage):
    scene = Scene(stage)
    number, yes = scene.dial()
    program = scene.leave("grab", ready=True)
    for key in ("alt+y", "Tab", "space", "Return"):
        scene.desk.hands.key(key)
        time.sleep(0.2)
        scene.still_open(number, "keys that went elsewhere")
    scene.stop(program)
    time.sleep(READ)
    scene.until("viewing", lambda: scene.desk.hands.click(*middle(yes)))


def test_while_they_control(stage):
    ra_test.need("xterm")
    scene = Scene(stage)
    scene.stage.start(["xterm", "-T", "Shell", "-geometry", "60x6+0+500"], env=scene.env)
    shell = wait_for("a terminal", LONG, lambda: ra_test.windows(scene.env, "^Shell$"))[0]
    scene.controls()
    ra_test.focus(scene.env, shell)
    left = stage.path("left")
    scene.helper.type(f"while sleep .1; do gdbus call -e -d {ra_test.BUS_NAME} -o {ra_test.BUS_PATH} -m "
                      f"{ra_test.BUS_NAME}.Answer 3 true; gdbus call -e -d {ra_test.BUS_NAME} -o {ra_test.BUS_PATH} -m "
                      f"{ra_test.BUS_NAME}.AttachWindow; echo >{left}; done &")
    scene.helper.key("Return")
    wait_for("what the helper typed to run", LONG, lambda: os.path.exists(left))
    number, yes = scene.offer_file()
    before = ra_test.pointer(scene.env)
    for keys in (("alt+y",), ("Tab", "space"), ("space",)):
        scene.helper.key(*keys)
        scene.still_open(number, f"the helper's {keys}")
    subprocess.run(["xdotool", "mousemove", "640", "450", "click", "1", "mousemove", "700", "500", "click", "1"],
                   env=scene.helper_env, check=True)
    time.sleep(0.5)
    scene.still_open(number, "the helper's clicks")
    check(ra_test.pointer(scene.env) == before, "the helper moved the pointer while the novice was asked")
    scene.desk.hands.key("alt+y")
    wait_for("the file", LONG, lambda: os.path.exists(os.path.join(scene.env["HOME"], "Downloads", "zebra.txt")))
    check(scene.novice.state() == "controlling", "control went with the answer")


def race_to_attach(scene):
    """A program that would be the window, if anybody let it."""
    racer = scene.stage.start(["sh", "-c", f"while :; do gdbus call -e -d {ra_test.BUS_NAME} -o {ra_test.BUS_PATH} -m "
                               f"{ra_test.BUS_NAME}.AttachWindow && echo GOT; sleep .02; done"], env=scene.env)
    scene.stage.hard.append(racer)
    return racer


def kill_window(scene, role, name):
    """Kills the consent window, which shows a widget with ROLE and NAME, and waits for another; a program races for
    its place."""
    def pids():
        return {scene.desk.access.pid(widget.place[0]) for widget in scene.desk.widgets(role, name)}
    racer = race_to_attach(scene)
    before = wait_for("the window", LONG, pids)
    for pid in before:
        os.kill(pid, signal.SIGKILL)

    def another():
        try:
            return pids() - before
        except GLib.Error:
            return None  # it is on its way out
    wait_for("another window", LONG, another)
    scene.stop(racer)
    with open(racer.log, encoding="utf-8") as log:
        said = log.read()
    check("GOT" not in said and "NotAllowed" in said, f"another program was attached in between, or did not try:\n{said}")


def test_the_window_is_killed(stage):
    scene = Scene(stage)
    number, _ = scene.dial()
    kill_window(scene, "button", "^Yes$")
    scene.still_open(number, "killing the window")
    scene.desk.wait("button", "Yes", "sensitive")
    time.sleep(READ)
    scene.really("alt+y", "viewing")


def test_the_window_is_killed_under_control(stage):
    scene = Scene(stage)
    scene.controls()
    kill_window(scene, "status", "controls your computer")
    check(scene.novice.state() == "controlling", "control went with the window")
    number, _ = scene.offer_file()
    scene.helper.key("alt+y")
    scene.still_open(number, "the helper's key in the new window")
    scene.desk.hands.key("Escape")
    wait_for("the question to be over", LONG, lambda: not scene.is_open(number))
    check(not downloads(scene.env), "the file came")
    scene.really("Escape", "viewing")


def test_a_file_that_nobody_sends(stage):
    """*Send a file* and a file's name, by keys and clicks of a program, and then by the novice's own."""
    scene = Scene(stage)
    scene.controls()
    path = stage.path("secret.txt")
    with open(path, "w", encoding="ascii") as file:
        file.write("swordfish\n")
    place = middle(box_on_screen(scene.desk, scene.desk.wait("button", "^Send a file")))
    scene.inject("mousemove", *place, "click", "1")
    choose_file(scene.desk, path, scene)
    scene.desk.wait_reads("too soon after")
    check(not scene.desk.reads("secret.txt") and not downloads(scene.helper_env), "a program sent a file")
    scene.desk.hands.key("Escape")
    scene.novice.wait_state("viewing")
    time.sleep(1)  # injected input counts for half a second
    scene.desk.press("Send a file")
    choose_file(scene.desk, path)
    scene.desk.wait_reads("secret.txt")


def test_nothing_is_taken_out_of_the_window(stage):
    if not tricks.give_up_tracing():
        raise ra_test.Skip("this user cannot give up the right to trace")
    scene = Scene(stage)
    number, _ = scene.dial()
    probe = subprocess.Popen(["sleep", "60"])
    stage.cleanups.append(probe.kill)

    def loot(pid):
        result = subprocess.run([sys.executable, tricks.__file__, "loot", str(pid)], env=scene.env, text=True,
                                stdout=subprocess.PIPE, check=True)
        return set(result.stdout.split())
    if loot(probe.pid) < {"mem", "fd", "pidfd_getfd"}:
        raise ra_test.Skip("this computer lets nobody look into any process")
    window = scene.desk.wait("button", "Yes")
    got = loot(scene.desk.access.pid(window.place[0]))
    check(not got, f"from the window one gets {got}")
    scene.still_open(number, "a look into the window")
    scene.really("alt+y", "viewing")


def test_clicks_that_give(stage):
    """What gives the helper something is not done by what they click, through the viewer or by a program."""
    scene = Scene(stage)
    scene.controls()
    talk = middle(box_on_screen(scene.desk, scene.desk.wait("button", "^Talk")))
    scene.inject("mousemove", *talk, "click", "1")
    scene.desk.wait_reads("too soon after")
    check(scene.novice.value("Talking") is False and not scene.desk.reads("You asked"), "a program talks")
    scene.desk.hands.key("Escape")
    scene.novice.wait_state("viewing")
    scene.desk.press("Hide my screen")
    wait_for("the screen to be hidden", LONG, lambda: scene.novice.value("Paused"))
    place = middle(box_on_screen(scene.desk, scene.desk.wait("button", "Show my screen")))
    scene.inject("mousemove", *place, "click", "1")
    time.sleep(0.7)
    check(scene.novice.value("Paused"), "a program showed the screen")
    time.sleep(1)
    scene.desk.press("Show my screen")
    wait_for("the screen to be shown", LONG, lambda: not scene.novice.value("Paused"))


if __name__ == "__main__":
    # The longest first.
    ra_test.run_tests([
        test_while_they_control, test_windows_over_the_question, test_a_file_that_nobody_sends,
        test_keys_and_clicks_that_nobody_pressed, test_clicks_that_give, test_what_comes_under_the_finger,
        test_the_window_is_killed_under_control, test_whatever_is_pressed_is_no_yes, test_what_a_screen_reader_can_press,
        test_the_window_is_killed, test_a_keyboard_that_is_grabbed, test_calls_on_the_bus,
        test_nothing_is_taken_out_of_the_window], at_once=6)
