# SPDX-License-Identifier: GPL-3.0-or-later
"""The pairs of programs that bench-screen measures: each shows the novice's display on the helper's."""

import json
import os
import re
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "scenario")]

import ra_test  # pylint: disable=wrong-import-position
import sharing
from costs import Costs
from helper import Helper
from novice import Gio, GLib, Novice
from ra_test import Failure, check, wait_for

START = 20  # seconds for a program


class Eye:
    """tests/bench-eye on two displays."""

    def __init__(self, stage, near, far):
        self.process = stage.start([ra_test.program("tests/bench-eye"), near, far], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, text=True)
        self._answer()

    def ask(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self._answer()

    def _answer(self):
        line = self.process.stdout.readline().strip()
        if not line:
            with open(self.process.log, encoding="utf-8", errors="replace") as log:
                raise Failure("the eye is gone: " + log.read().strip())
        return line if line == "ready" else json.loads(line)

    def find(self):
        answer = self.ask("find 20000")
        check("error" not in answer, answer.get("error"))
        return answer["x"], answer["y"]


class Pair:
    """Both displays, the eye, and what shows the one on the other. LINK: None, or a slow link's rate, round trip and
    loss. SIZES: of the novice's display, and the helper's."""

    needs = ()
    title = "TigerVNC"  # of the viewer's window
    level = None  # of TigerVNC's JPEG

    def __init__(self, stage, options, link, sizes):
        for program in self.needs:
            if shutil.which(program) is None:
                raise ra_test.Skip(f"{program} is not installed")
        self.stage, self.options, self.link, self.sizes = stage, options, link, sizes
        self.port = ra_test.free_port()
        self.make_people()
        self.eye = Eye(stage, self.novice["DISPLAY"], self.helper["DISPLAY"])
        host, viewer = self.start()
        self.place = self.eye.find()
        self.costs = Costs(host, viewer, self.servers, self.port)

    def make_people(self):
        self.novice, self.helper = self.stage.person("anna"), self.stage.person("helen")
        self.novice["DISPLAY"], self.helper["DISPLAY"] = map(self.stage.display, self.sizes)

    @property
    def servers(self):
        """The two X servers."""
        return [process.pid for process in self.stage.processes if process.args[0] == "Xvfb"][-2:]

    def listening(self, process):
        """The process that listens at the port, once it does: PROCESS may be a script that started it."""
        def probe():
            check(process.poll() is None, f"{os.path.basename(process.args[0])} ended: {self.last_words(process)}")
            return re.search(r"pid=(\d+)", subprocess.run(["ss", "-tlnpH", f"sport = :{self.port}"], text=True,
                                                          stdout=subprocess.PIPE, check=True).stdout)
        return int(wait_for(os.path.basename(process.args[0]), START, probe).group(1))

    @staticmethod
    def last_words(process):
        with open(process.log, encoding="utf-8", errors="replace") as log:
            return (log.read().strip().splitlines() or [""])[-1]

    def slow_link(self, *target):
        """The port of a slow link, that leads to the port TARGET or, without, to where CONNECT asks for."""
        process = self.stage.start([ra_test.program("tests/bench-slow-link"), *map(str, [*self.link, *target])],
                                   stdout=subprocess.PIPE, text=True)
        return int(process.stdout.readline())

    def door(self):
        """The port that the viewer dials."""
        return self.port if self.link is None else self.slow_link(self.port)

    def take_keyboard(self):
        """The viewer's window gets the keyboard, and the pointer is over the novice's screen, where it does nothing."""
        x, y = self.place
        subprocess.run(["xdotool", "mousemove", str(x + 120), str(y + 1000)], env=self.helper, check=True)
        window = ra_test.windows(self.helper, self.title)[0]
        ra_test.focus(self.helper, window)

    def vnc_viewer(self):
        level = self.level if self.level is not None else self.options.level
        more = ["-AutoSelect=0", f"-QualityLevel={level}"] if level is not None else []
        return self.stage.start(["xtigervncviewer", "-SecurityTypes", "None", "-RemoteResize=0", *more,
                                 f"localhost::{self.door()}"], env=self.helper)


class Ours(Pair):
    """ra-host and ra-viewer, the helper in control; encrypted."""

    title = "in control"
    quality = None

    def make_people(self):
        self.novice, self.helper = sharing.set_stage(self.stage, size=self.sizes[0])
        self.helper["DISPLAY"] = self.stage.display(self.sizes[1])
        folder = os.path.join(self.novice["XDG_CONFIG_HOME"], "remote-assistance")
        os.makedirs(folder)
        with open(os.path.join(folder, "config"), "w", encoding="utf-8") as file:
            file.write(f"[Link]\nPort={self.port}\n")

    @property
    def servers(self):
        of_display = {}
        for process in self.stage.processes:
            if process.args[0] == "Xvfb":
                of_display[len(of_display)] = process.pid
        return [of_display[0], of_display[max(of_display)]]

    def start(self):
        ticket, secret = sharing.invite(self.stage, self.novice)
        more = ["--proxy", f"http://127.0.0.1:{self.slow_link()}"] if self.link is not None else []
        viewer = self.stage.start([ra_test.program("ra-viewer"), "--yes", "--no-wait", "--quality",
                                   self.quality or self.options.quality, *more, "--password-file", secret, "--",
                                   ticket], env=self.helper)
        novice = Novice(self.novice)
        number, _ = novice.question("connect")
        novice.answer(number, True)
        novice.wait_state("viewing")
        window = Helper(self.helper)
        self.eye.find()  # only then does the window take keys
        window.ask_control()
        number, _ = novice.question("control")
        novice.answer(number, True)
        novice.wait_state("controlling")
        window.wait_title("in control")
        host = novice.bus.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                                    "GetConnectionUnixProcessID", GLib.Variant("(s)", (ra_test.BUS_NAME,)), None,
                                    Gio.DBusCallFlags.NONE, 5000, None).unpack()[0]
        return [host], [viewer.pid]


class Tiger(Pair):
    """TigerVNC's x0vncserver and its viewer."""

    needs = ("x0vncserver", "xtigervncviewer")
    more = ()

    def start(self):
        program = "X0tigervnc" if shutil.which("X0tigervnc") else "x0vncserver"  # which in Debian is a script for it
        server = self.stage.start([program, "-display", self.novice["DISPLAY"], "-rfbport", str(self.port),
                                   "-SecurityTypes", "None", "-localhost", *self.more], env=self.novice)
        return [self.listening(server)], [self.vnc_viewer().pid]


class Tiger1000(Tiger):
    """The same without its limit of sixty pictures a second."""

    more = ("-FrameRate=1000",)


class Tiger5(Tiger):
    """The level of JPEG that is nearest to our "auto": 77 % 4:2:2."""

    level = 5


class Tiger8(Tiger):
    """The level of JPEG that our "high" is the same as: 92 % 4:4:4."""

    level = 8


class High(Ours):
    """Ours with that quality."""

    quality = "high"


class X11vnc(Pair):
    """x11vnc, with TigerVNC's viewer."""

    needs = ("x11vnc", "xtigervncviewer")

    def start(self):
        server = self.stage.start(["x11vnc", "-display", self.novice["DISPLAY"], "-rfbport", str(self.port),
                                   "-localhost", "-nopw", "-forever", "-shared", "-noipv6"], env=self.novice)
        return [self.listening(server)], [self.vnc_viewer().pid]


class Freerdp(Pair):
    """FreeRDP's shadow server, and its viewer."""

    needs = ("freerdp-shadow-cli", "xfreerdp")
    title = "FreeRDP"

    def start(self):
        server = self.stage.start(["freerdp-shadow-cli", f"/port:{self.port}", "/bind-address:127.0.0.1", "-auth"],
                                  env=self.novice)
        host = self.listening(server)
        viewer = self.stage.start(["xfreerdp", f"/v:127.0.0.1:{self.door()}", "/cert:ignore", "/u:anna", "/p:", "/f",
                                   f"/size:{self.sizes[0]}", "-decorations", "/network:lan", "/rfx"], env=self.helper)
        return [host], [viewer.pid]


class Floor(Pair):
    """What nobody can be faster than: it copies the pixels from one display to the other."""

    def start(self):
        copier = self.stage.start([ra_test.program("tests/bench-floor"), self.novice["DISPLAY"],
                                   self.helper["DISPLAY"]])
        self.port = None
        return [copier.pid], []


PAIRS = {"ours": Ours, "tiger": Tiger, "tiger1000": Tiger1000, "x11vnc": X11vnc, "freerdp": Freerdp, "floor": Floor,
         "tiger5": Tiger5, "ours-high": High, "tiger8": Tiger8}
