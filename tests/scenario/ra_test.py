# SPDX-License-Identifier: GPL-3.0-or-later
"""What whole-scenario tests and the demo share: a stage on which the real programs play.

A test makes a Stage, takes what it needs from it (a person's environment, a display, a bus, a
port), and runs its steps by run_tests(), which prints TAP and takes everything down again.
"""

import os
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback

BUILD = os.environ.get("RA_BUILDDIR", os.getcwd())
SOURCE = os.environ.get("RA_SRCDIR", os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
BUS_NAME = "org.remoteassistance.Host1"
BUS_PATH = "/org/remoteassistance/Host1"


PATIENCE = 3  # how many times longer than on a computer of its own a test may wait,
AT_LEAST = 60  # and that many seconds in any case: only a test that fails waits so long


class Failure(Exception):
    """What was expected did not happen; the text says what."""


class Skip(Exception):
    """The test cannot run here; the text says why."""


def need(*programs):
    """Skips the test where one of PROGRAMS is not installed."""
    for program in programs:
        if shutil.which(program) is None:
            raise Skip(f"{program} is not installed")


def check(condition, text):
    if not condition:
        raise Failure(text)


def wait_for(what, seconds, probe):
    """What PROBE returns as soon as that is true; Failure after more than SECONDS: a busy computer may take long."""
    started = time.monotonic()
    while True:
        value = probe()
        if value:
            return value
        if time.monotonic() - started > max(seconds * PATIENCE, AT_LEAST):
            raise Failure(f"waited {time.monotonic() - started:.0f} s in vain for {what}")
        time.sleep(0.05)


def free_port():
    """A TCP port of loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def program(name):
    """The path of one of our programs in the build folder."""
    return os.path.join(BUILD, name)


class Stage:
    """Processes, folders, displays; all of it gone after close(), which a caller's `finally` reaches when the test
    is stopped by SIGTERM, too."""

    def __init__(self):
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        self.folder = tempfile.mkdtemp(prefix="remote-assistance-")
        self.processes = []
        self.hard = []  # those that would take long to end in order, for nothing: all of their groups are killed
        self.cleanups = []

    def close(self):
        for process in reversed(self.processes):
            if process.poll() is None and process in self.hard:
                os.killpg(process.pid, signal.SIGKILL)
            elif process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in reversed(self.processes):
            try:
                process.wait(3)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for cleanup in reversed(self.cleanups):
            cleanup()
        shutil.rmtree(self.folder, ignore_errors=True)

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def person(self, name, **more):
        """The environment of one user: nothing of the caller's but the path and the sanitizers' options."""
        home = self.path(name)
        env = {key: value for key, value in os.environ.items()
               if key in ("PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "RA_SRCDIR", "RA_BUILDDIR")}
        env.update(HOME=home, LANG="C.UTF-8", NO_AT_BRIDGE="1", USER=name, LOGNAME=name,
                   XDG_RUNTIME_DIR=os.path.join(home, "run"), XDG_CONFIG_HOME=os.path.join(home, "config"),
                   XDG_STATE_HOME=os.path.join(home, "state"), XDG_DATA_HOME=os.path.join(home, "data"),
                   XDG_CACHE_HOME=os.path.join(home, "cache"))
        for key in ("XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
            os.makedirs(env[key], mode=0o700, exist_ok=True)
        env.update(more)
        return env

    def start(self, args, **kwargs):
        """Starts a program in the background; what it says goes to process.log unless a pipe is asked for."""
        log = self.path(f"{len(self.processes)}-{os.path.basename(args[0])}.log")
        with open(log, "wb") as sink:
            kwargs.setdefault("stdin", subprocess.DEVNULL)
            kwargs.setdefault("stdout", sink)
            kwargs.setdefault("stderr", sink)
            process = subprocess.Popen(args, start_new_session=True, **kwargs)
        process.log = log
        self.processes.append(process)
        return process

    def display(self, size="1280x800"):
        """An X server of its own; its name, as for DISPLAY."""
        need("Xvfb")
        read_end, write_end = os.pipe()
        self.start(["Xvfb", "-displayfd", str(write_end), "-screen", "0", size + "x24",
                    "-nolisten", "tcp", "-noreset"], pass_fds=[write_end])
        os.close(write_end)
        with os.fdopen(read_end) as pipe:
            number = pipe.readline().strip()
        check(number, "Xvfb did not start")
        return ":" + number

    def session_bus(self, env, host_options=("--listen", "127.0.0.1", "--bus-answers", "--no-window")):
        """A session bus for ENV (which gets its address), on which ra-host is started by D-Bus."""
        need("dbus-daemon")
        services = os.path.join(env["HOME"], "services")
        os.makedirs(services)
        with open(os.path.join(services, BUS_NAME + ".service"), "w", encoding="utf-8") as file:
            file.write(f"[D-BUS Service]\nName={BUS_NAME}\nExec={program('ra-host')} {' '.join(host_options)}\n")
        config = os.path.join(env["HOME"], "bus.conf")
        with open(config, "w", encoding="utf-8") as file:
            file.write('<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" '
                       '"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">\n'
                       f'<busconfig><type>session</type><listen>unix:tmpdir={self.folder}</listen>'
                       f'<servicedir>{services}</servicedir><policy context="default">'
                       '<allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>'
                       '</policy></busconfig>')
        daemon = self.start(["dbus-daemon", f"--config-file={config}", "--nofork", "--print-address"],
                            env=env, stdout=subprocess.PIPE, text=True)
        env["DBUS_SESSION_BUS_ADDRESS"] = daemon.stdout.readline().strip()
        check(env["DBUS_SESSION_BUS_ADDRESS"], "dbus-daemon did not start")

    def maildir_server(self, folder):
        """An SMTP server on loopback that keeps what it gets in the Maildir FOLDER; its port."""
        from aiosmtpd.handlers import Mailbox
        return self.mail_server(Mailbox(folder))

    def mail_server(self, handler):
        """An SMTP server on loopback that does what HANDLER of aiosmtpd says; its port."""
        from aiosmtpd.controller import Controller
        port = free_port()
        controller = Controller(handler, hostname="127.0.0.1", port=port)
        controller.start()
        self.cleanups.append(controller.stop)
        return port


def run(name, *args, env, stdin=None, timeout=120):
    """Runs one of our programs to its end."""
    return subprocess.run([program(name), *args], env=env, input=stdin, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=timeout, check=False)


def maildir_messages(folder):
    """The paths of a Maildir's messages, oldest first."""
    paths = [os.path.join(folder, sub, name) for sub in ("new", "cur")
             if os.path.isdir(os.path.join(folder, sub)) for name in os.listdir(os.path.join(folder, sub))]
    return sorted(paths, key=os.path.getmtime)


class Agent:
    """The novice's answers to ra-host, over D-Bus (ra-host runs with --bus-answers)."""

    def __init__(self, env):
        self.env = env

    def gdbus(self, method, *args):
        result = subprocess.run(["gdbus", "call", "--session", "--dest", BUS_NAME, "--object-path", BUS_PATH,
                                 "--method", method, *args], env=self.env, text=True, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, timeout=120, check=False)
        return result

    def wait_owned(self, seconds=20):
        """Until somebody is the agent. Any other call would have D-Bus start one."""
        wait_for("the agent", seconds, lambda: "true" in subprocess.run(
            ["gdbus", "call", "--session", "--dest", "org.freedesktop.DBus", "--object-path", "/org/freedesktop/DBus",
             "--method", "org.freedesktop.DBus.NameHasOwner", BUS_NAME], env=self.env, text=True,
            stdout=subprocess.PIPE, check=False).stdout)

    def get(self, name):
        return self.gdbus("org.freedesktop.DBus.Properties.Get", BUS_NAME, name).stdout

    def call(self, method, *args):
        result = self.gdbus(f"{BUS_NAME}.{method}", *args)
        check(result.returncode == 0, f"{method}: {result.stderr.strip()}")
        return result.stdout

    def question(self, what, seconds=20):
        """The number and the details of the open question about WHAT."""
        def probe():
            return re.search(r"\((?:uint32 )?(\d+), '%s', (\{.*?\})\)" % what, self.get("Questions"))
        found = wait_for(f"the question '{what}'", seconds, probe)
        return found.group(1), found.group(2)

    def answer(self, number, yes):
        self.call("Answer", number, "true" if yes else "false")

    def state(self):
        found = re.search(r"'(.*)'", self.get("State"))
        return found.group(1) if found else ""

    def wait_state(self, state, seconds=20):
        wait_for(f"the agent's state '{state}'", seconds, lambda: self.state() == state)


def screenshot(env, path):
    """A picture of the whole display of ENV."""
    subprocess.run(["import", "-silent", "-window", "root", path], env=env, check=True, timeout=120)


def pixels(path):
    """Width, height and the bytes (RGB) of a picture."""
    result = subprocess.run(["convert", path, "-depth", "8", "ppm:-"], check=True, stdout=subprocess.PIPE).stdout
    head = re.match(rb"P6\s+(\d+)\s+(\d+)\s+255\s", result)
    return int(head.group(1)), int(head.group(2)), result[head.end():]


def pointer(env):
    """Where the mouse pointer of ENV's display is."""
    place = subprocess.run(["xdotool", "getmouselocation", "--shell"], env=env, text=True, stdout=subprocess.PIPE,
                           check=True).stdout
    return tuple(int(re.search(rf"^{axis}=(\d+)$", place, re.MULTILINE).group(1)) for axis in "XY")


POINTER_REACH = 40  # pixels from the pointer's place to which its shape may reach


def differences(stage, novice, helper):
    """The points around the novice's pointer where the helper's display differs from the novice's screen.

    None where the screen is not to be found on that display, pixel by pixel, everywhere else. The pointer is apart
    because no screenshot has it: the helper's viewer draws it over the picture.
    """
    one, two = stage.path("one.png"), stage.path("two.png")
    at_x, at_y = pointer(novice)
    screenshot(novice, one)
    screenshot(helper, two)
    width, height, wanted = pixels(one)
    wide, _, seen = pixels(two)
    row, pitch = width * 3, wide * 3
    left, right = max(at_x - POINTER_REACH, 0), min(at_x + POINTER_REACH, width)
    top, bottom = max(at_y - POINTER_REACH, 0), min(at_y + POINTER_REACH, height)

    def same(start, y, x0, x1):
        there = start + y * pitch
        return seen[there + x0 * 3:there + x1 * 3] == wanted[y * row + x0 * 3:y * row + x1 * 3]

    first = 0 if top > 0 else bottom  # a row that the pointer does not reach
    found = seen.find(wanted[first * row:(first + 1) * row])
    while found >= 0:
        start = found - first * pitch
        if start >= 0 and start % 3 == 0 and all(
                same(start, y, 0, left) and same(start, y, right, width) if top <= y < bottom else
                same(start, y, 0, width) for y in range(height)):
            return [(x, y) for y in range(top, bottom) for x in range(left, right) if not same(start, y, x, x + 1)]
        found = seen.find(wanted[first * row:(first + 1) * row], found + 1)
    return None


def shows(stage, novice, helper):
    """Is the novice's whole screen on the helper's display, pixel by pixel but around the novice's pointer?"""
    return differences(stage, novice, helper) is not None


def windows(env, title):
    """The ids of the windows whose title matches TITLE."""
    result = subprocess.run(["xwininfo", "-root", "-tree"], env=env, text=True, stdout=subprocess.PIPE,
                            stderr=subprocess.DEVNULL, errors="replace", check=False)
    found = re.findall(r'^ *(0x[0-9a-f]+) "(.*)": \(', result.stdout, re.MULTILINE)
    return [window for window, name in found if re.search(title, name)]


def focus(env, window):
    """Gives WINDOW the keyboard, once it is there to be given it."""
    def probe():
        try:
            return subprocess.run(["xdotool", "windowfocus", "--sync", window], env=env, check=False, timeout=5,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0
        except subprocess.TimeoutExpired:  # somebody else took it; it would wait for ever
            return False
    wait_for(f"the focus of window {window}", 20, probe)


def _processor_time():
    """The seconds that the processors have worked for this test and for what it has started and waited for."""
    return sum(usage.ru_utime + usage.ru_stime for usage in map(resource.getrusage, (
        resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))


def _run_test(number, test):
    """With a Stage of its own; prints what became of it, and tells whether it did not fail."""
    name = test.__name__.replace("test_", "").replace("_", " ")
    stage = Stage()
    started, worked = time.monotonic(), _processor_time()
    try:
        test(stage)
        print(f"ok {number} - {name}", flush=True)
    except Skip as reason:
        print(f"ok {number} - {name} # SKIP {reason}", flush=True)
    except Exception:  # pylint: disable=broad-except
        for process in stage.processes:
            if os.path.exists(process.log) and os.path.getsize(process.log):
                with open(process.log, encoding="utf-8", errors="replace") as log:
                    lines = [line for line in log.read().splitlines() if "_XSERV" not in line]
                    for line in lines[-20:]:
                        print(f"# {os.path.basename(process.log)}: {line}")
        for line in traceback.format_exc().splitlines():
            print("# " + line)
        print(f"not ok {number} - {name}", flush=True)
        return False
    finally:
        stage.close()
        print(f"# {number} took {time.monotonic() - started:.1f} s, {_processor_time() - worked:.1f} s of it work",
              flush=True)
    return True


def _start_test(number, test):
    """In a process of its own; its number, and the file that it prints into."""
    sink = tempfile.TemporaryFile()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            os.dup2(sink.fileno(), 1)
            os.dup2(sink.fileno(), 2)
            code = 0 if _run_test(number, test) else 1
        finally:
            sys.stdout.flush()
            os._exit(code)
    return pid, sink


def _run_at_once(tests, at_once):
    """AT_ONCE of TESTS at a time; what they print comes in their order. How many failed."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    started, running, failed = [], set(), 0
    try:
        for number, test in enumerate(tests, 1):
            while len(running) >= at_once:
                pid, status = os.wait()
                running.discard(pid)
                failed += status != 0
            started.append(_start_test(number, test))
            running.add(started[-1][0])
        while running:
            pid, status = os.wait()
            running.discard(pid)
            failed += status != 0
    finally:
        for pid in running:
            os.kill(pid, signal.SIGTERM)
        for pid in running:
            os.waitpid(pid, 0)
        for _, sink in started:
            sink.seek(0)
            sys.stdout.buffer.write(sink.read())
            sys.stdout.buffer.flush()
    return failed


def run_tests(tests, at_once=1):
    """Runs functions that take a Stage, each with a fresh one; prints TAP. To be called last. AT_ONCE: so many at a
    time, for those that wait more than they work."""
    print(f"1..{len(tests)}", flush=True)
    if at_once > 1:
        failed = _run_at_once(tests, at_once)
    else:
        failed = sum(not _run_test(number, test) for number, test in enumerate(tests, 1))
    sys.exit(1 if failed else 0)
