# SPDX-License-Identifier: GPL-3.0-or-later
"""What bench-session measures: a session of ours, or one of TigerVNC's, from outside."""

import os
import random
import re
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "scenario")]

import ra_test  # pylint: disable=wrong-import-position
import sharing
import x11
from helper import Helper
from novice import Gio, GLib, Novice
from ra_test import check, wait_for

SCREEN, TYPED = os.path.join(HERE, "screen.py"), (40, 20, 240, 52)  # the xterm that is typed into: x, y, size
VIDEO = (500, 300, 640, 360)
PATIENCE = 8  # seconds for a key


class Processes:
    """Those of a session that are looked at."""

    def __init__(self, *pids):
        self.pids = pids

    @classmethod
    def worker(cls, parent):
        found = [int(pid) for pid in os.listdir("/proc") if pid.isdigit() and cls._who(pid) == ("ra-session", parent)]
        check(found, f"process {parent} has no worker")
        return max(found, key=cls._memory)  # another may be about to answer the door, or to leave

    @staticmethod
    def _who(pid):
        try:
            with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
                text = file.read()
        except OSError:
            return "", 0
        return text[text.index("(") + 1:text.rindex(")")], int(text[text.rindex(")") + 2:].split()[1])

    def ticks(self):
        out = []
        for pid in self.pids:
            with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
                text = file.read()
            fields = text[text.rindex(")") + 2:].split()
            out.append(int(fields[11]) + int(fields[12]))
        return out

    def wakeups(self):
        out = []
        for pid in self.pids:
            count = 0
            for task in os.listdir(f"/proc/{pid}/task"):
                with open(f"/proc/{pid}/task/{task}/status", encoding="utf-8") as file:
                    count += int(re.search(r"^voluntary_ctxt_switches:\s+(\d+)", file.read(), re.MULTILINE).group(1))
            out.append(count)
        return out

    @staticmethod
    def _memory(pid):
        with open(f"/proc/{pid}/status", encoding="utf-8") as file:
            return int(re.search(r"^VmRSS:\s+(\d+)|\Z", file.read(), re.MULTILINE).group(1) or 0) // 1024

    def memory(self):
        """MB of each."""
        return [self._memory(pid) for pid in self.pids]


class Keys:
    """Keys that are pressed on the display HAND and seen in AREA, which is like TRUTH when all has come."""

    def __init__(self, hand, area, truth):
        self.hand, self.area, self.truth, self.patience = hand, area, truth, PATIENCE

    def settle(self):
        deadline = time.monotonic() + self.patience
        while time.monotonic() < deadline:
            if x11.colours(self.area.look()) == x11.colours(self.truth.look()):
                return
            time.sleep(0.005)

    def once(self):
        """Milliseconds; None: it was not seen."""
        self.settle()
        before, start = self.area.look(), time.monotonic()
        self.hand.press()
        while self.area.look() == before:
            if time.monotonic() - start > PATIENCE:
                return None
            time.sleep(0.0002)
        return (time.monotonic() - start) * 1000

    def measure(self, count):
        times = []
        for _ in range(count):
            times.append(self.once())
            time.sleep(random.uniform(0.03, 0.12))
        lost = times.count(None)
        times = [one for one in times if one is not None]
        check(times, "no key came through")
        return times, lost


class Screen:
    """Two displays, and what happens on the novice's. `origin` is where the helper's display has it."""

    def begin(self):
        self.near, self.far = x11.Display(self.novice_env["DISPLAY"]), x11.Display(self.helper_env["DISPLAY"])
        self.play("wallpaper").stdout.readline()
        self.letter, _ = self.terminal("Letter", "40x4+%d+%d" % TYPED[:2], "echo")
        ra_test.focus(self.novice_env, self.letter)

    def appear(self, origin=None):
        """Waits for the novice's screen at the helper's, if it is not known to be at ORIGIN."""
        wanted = x11.colours(self.near.whole().look())
        self.origin = origin or wait_for("the novice's screen in the viewer, pixel by pixel", 30,
                                         lambda: self.find(wanted))
        place = (self.origin[0] + TYPED[0], self.origin[1] + TYPED[1], *TYPED[2:])
        self.keys = Keys(self.far, x11.Area(self.far, *place), x11.Area(self.near, *TYPED))

    def find(self, wanted):
        """Where the novice's screen is on the helper's display: by its last row, which no panel covers."""
        width, height = self.near.width * 3, self.near.height
        seen, pitch = x11.colours(self.far.whole().look()), self.far.width * 3
        found = seen.find(wanted[-width:])
        if found < 0:
            return None
        return found % pitch // 3, found // pitch - height + 1

    def play(self, *args):
        return self.stage.start([sys.executable, SCREEN, *map(str, args)], env=self.novice_env,
                                stdout=subprocess.PIPE)

    def terminal(self, title, geometry, *args):
        process = self.stage.start(["xterm", "-T", title, "-fn", "fixed", "-geometry", geometry, "-e", sys.executable,
                                    SCREEN, *map(str, args)], env=self.novice_env)
        found = wait_for("the terminal", 20, lambda: ra_test.windows(self.novice_env, title))[0]
        time.sleep(0.3)
        return found, process

    def scrolling(self):
        _, process = self.terminal("Scroll", "85x40+400+60", "scroll", 40)
        ra_test.focus(self.novice_env, self.letter)
        return lambda: self.stop(process)

    @staticmethod
    def stop(process):
        process.terminate()
        process.wait()

    def film(self):
        self.player = self.play("video", *VIDEO, 25)
        self.player.stdout.readline()
        return lambda: self.stop(self.player)

    def whole_screen(self):
        """Milliseconds until all of a new picture of the novice's screen is at the helper's."""
        width, height = self.near.width, self.near.height
        shade = random.randrange(256)
        rows = b"".join(bytes([shade, y & 255, x // 16 * 3 & 255, 0]) for y in range(height) for x in range(width))
        picture, window = self.near.picture(width, height, rows), self.near.window(0, 0, width, height)
        time.sleep(0.5)
        rows = range(0, height, height // 8)
        eyes = [(x11.Area(self.far, self.origin[0], self.origin[1] + y, width, 1), x11.Area(self.near, 0, y, width, 1))
                for y in rows if y > 60]  # below the panel
        start = time.monotonic()
        self.near.put(window, picture)
        while any(x11.colours(there.look()) != x11.colours(here.look()) for there, here in eyes):
            if time.monotonic() - start > PATIENCE:
                break
            time.sleep(0.0005)
        took = (time.monotonic() - start) * 1000
        self.near.close(window)
        time.sleep(0.7)
        return took

    def sent(self):
        """Bytes that left the novice's computer and came to it."""
        text = subprocess.run(["ss", "-tinHO", "state", "established", f"sport = :{self.port}"], text=True,
                              stdout=subprocess.PIPE, check=True).stdout
        return tuple(sum(map(int, re.findall(rf"\b{name}:(\d+)", text))) for name in ("bytes_sent", "bytes_received"))


class Session(Screen):
    """A session in which the helper is in control. LINK: None, or the rate and the delay."""

    def __init__(self, stage, link=None, quality="auto"):
        self.stage = stage
        sounds = {}
        for who in ("anna", "helen"):
            said = stage.path(who + "-said.raw")
            with open(said, "wb") as file:
                file.write(random.Random(who).randbytes(48000 * 2 * 200))
            sounds[who] = {"SDL_AUDIODRIVER": "disk", "SDL_DISKAUDIOFILEIN": said,
                           "SDL_DISKAUDIOFILE": "/dev/null"}
        self.novice_env, self.helper_env = sharing.set_stage(stage, size="1280x720", **sounds)
        self.helper_env["DISPLAY"] = stage.display("1920x1080")
        self.port = ra_test.free_port()
        folder = os.path.join(self.novice_env["XDG_CONFIG_HOME"], "remote-assistance")
        os.makedirs(folder)
        with open(os.path.join(folder, "config"), "w", encoding="utf-8") as file:
            file.write(f"[Link]\nPort={self.port}\n")
        self.begin()
        self.connect(link, quality)
        ra_test.focus(self.novice_env, self.letter)

    def connect(self, link, quality):
        ticket, secret = sharing.invite(self.stage, self.novice_env)
        more = ["--quality", quality]
        if link is not None:
            network = self.stage.start([ra_test.program("tests/bench-slow-link"), *map(str, link)],
                                       stdout=subprocess.PIPE, text=True)
            more += ["--proxy", "http://127.0.0.1:" + network.stdout.readline().strip()]
        viewer = self.stage.start([ra_test.program("ra-viewer"), "--yes", "--no-wait", *more, "--password-file",
                                   secret, "--", ticket], env=self.helper_env)
        self.novice = Novice(self.novice_env)
        number, _ = self.novice.question("connect")
        self.novice.answer(number, True)
        self.novice.wait_state("viewing")
        self.helper = Helper(self.helper_env)
        self.appear()
        host = self.host_process()
        self.processes = Processes(host, Processes.worker(host), viewer.pid, Processes.worker(viewer.pid))
        self.control()

    def host_process(self):
        return self.novice.bus.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                                         "GetConnectionUnixProcessID", GLib.Variant("(s)", (ra_test.BUS_NAME,)), None,
                                         Gio.DBusCallFlags.NONE, 5000, None).unpack()[0]

    def control(self):
        self.helper.ask_control()
        number, _ = self.novice.question("control")
        self.novice.answer(number, True)
        self.novice.wait_state("controlling")
        self.helper.wait_title("in control")
        time.sleep(1)

    def back_to_picture(self):
        """After a dialog: the keyboard is the novice's again."""
        x, y = self.origin
        subprocess.run(["xdotool", "mousemove", str(x + 200), str(y + 600), "click", "1"], env=self.helper_env,
                       check=True)
        time.sleep(0.5)
        ra_test.focus(self.novice_env, self.letter)

    def file_to_helper(self):
        path = self.stage.path("large.bin")
        with open(path, "wb") as file:
            file.truncate(8 << 30)
        number = self.novice.send_file(path)
        self.novice.wait_transfer(number, "offered")
        self.helper.accept()
        return self.file_goes(number)

    def file_to_novice(self):
        with open(os.path.join(self.helper_env["HOME"], "zebra.bin"), "wb") as file:
            file.truncate(8 << 30)
        self.helper.send_only_file()
        question, number = self.novice.file_question()
        self.novice.answer(str(question), True)
        return self.file_goes(number)

    def file_goes(self, number):
        wait_for("some of it to have gone", 30, lambda: self.novice.transfer(number)["done"] > 100_000)
        self.back_to_picture()

        def stop():
            self.rate = self.novice.transfer(number)["rate"]
            self.novice.do("CancelFile", "(u)", number)
            wait_for("the file to end", 20, lambda: self.novice.transfer(number)["state"] == "over")
            time.sleep(1)
        return stop

    def talking(self):
        self.helper.talk()
        number, _ = self.novice.question("voice")
        self.novice.answer(number, True)
        wait_for("them to talk", 10, lambda: self.novice.value("Microphone"))
        self.back_to_picture()

        def stop():
            self.helper.talk()
            wait_for("the talk to be over", 10, lambda: not self.novice.value("Talking"))
            self.back_to_picture()
        return stop


class Peer(Screen):
    """TigerVNC's x0vncserver and xtigervncviewer, without encryption."""

    def __init__(self, stage):
        ra_test.need("x0vncserver", "xtigervncviewer")
        self.stage, self.port = stage, ra_test.free_port()
        self.novice_env, self.helper_env = stage.person("anna"), stage.person("helen")
        self.novice_env["DISPLAY"], self.helper_env["DISPLAY"] = stage.display("1280x720"), stage.display("1920x1080")
        self.begin()
        stage.start(["x0vncserver", "-display", self.novice_env["DISPLAY"], "-rfbport", str(self.port),
                     "-SecurityTypes", "None", "-localhost"], env=self.novice_env)
        wait_for("x0vncserver", 20, lambda: f":{self.port} " in subprocess.run(
            ["ss", "-tlnH"], text=True, stdout=subprocess.PIPE, check=True).stdout)
        viewer = stage.start(["xtigervncviewer", "-SecurityTypes", "None", "-RemoteResize=0",
                              f"localhost::{self.port}"], env=self.helper_env)
        self.processes = Processes(viewer.pid)  # the server is a script's child
        window = wait_for("the viewer", 20, lambda: ra_test.windows(self.helper_env, "TigerVNC"))[0]
        time.sleep(3)
        place = subprocess.run(["xdotool", "getwindowgeometry", "--shell", window], env=self.helper_env, text=True,
                               stdout=subprocess.PIPE, check=True).stdout
        self.appear(tuple(int(re.search(rf"^{axis}=(-?\d+)$", place, re.MULTILINE).group(1)) for axis in "XY"))
        self.keys.patience = 0.3  # its picture is lossy for good
        ra_test.focus(self.helper_env, window)
        x, y = self.origin
        subprocess.run(["xdotool", "mousemove", str(x + 200), str(y + 600)], env=self.helper_env, check=True)
        ra_test.focus(self.novice_env, self.letter)
