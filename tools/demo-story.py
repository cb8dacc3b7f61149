#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole story, played by the real programs. Called by tools/demo."""

import email
import email.policy
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Mailbox

NOVICE = ("Anna Novice", "anna@example.org")
HELPER = "Helen Helper"
DESK = "helpdesk@example.org"
MESSAGE = "My printer prints only every second page.\nCould you please have a look?"
BUS_NAME = "org.remoteassistance.Host1"
BUS_PATH = "/org/remoteassistance/Host1"


class Failure(Exception):
    """The story cannot go on; the text says why."""


class Story:
    def __init__(self, build, out):
        self.build = os.path.abspath(build)
        self.out = os.path.abspath(out)
        shutil.rmtree(self.out, ignore_errors=True)
        os.makedirs(self.out)
        self.run_dir = tempfile.mkdtemp(prefix="remote-assistance-demo-")
        self.started = time.monotonic()
        self.transcript = open(os.path.join(self.out, "transcript.txt"), "w", encoding="utf-8")
        self.processes = []
        self.mail = None

    def say(self, text):
        for i, line in enumerate(text.splitlines() or [""]):
            stamp = f"[{time.monotonic() - self.started:6.2f}s]" if i == 0 else " " * 9
            line = f"{stamp} {line}"
            print(line, flush=True)
            self.transcript.write(line + "\n")
        self.transcript.flush()

    def program(self, name):
        return os.path.join(self.build, name)

    def environment(self, home, **more):
        """A person's own environment: nothing of the caller's but the path."""
        base = os.path.join(self.run_dir, home)
        env = {"PATH": os.environ["PATH"], "HOME": base, "LANG": "C.UTF-8",
               "XDG_RUNTIME_DIR": os.path.join(base, "run"), "NO_AT_BRIDGE": "1"}
        for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
            env[name] = os.path.join(base, name.lower())
        for folder in env["XDG_RUNTIME_DIR"], env["XDG_CONFIG_HOME"]:
            os.makedirs(folder, mode=0o700, exist_ok=True)
        env.update(more)
        return env

    def start(self, args, **kwargs):
        log = open(os.path.join(self.run_dir, f"{len(self.processes)}-{os.path.basename(args[0])}.log"), "w")
        kwargs.setdefault("stdout", log)
        process = subprocess.Popen(args, stderr=log, stdin=kwargs.pop("stdin", subprocess.DEVNULL),
                                   start_new_session=True, **kwargs)
        process.log_name = log.name
        log.close()
        self.processes.append(process)
        return process

    def stop(self):
        for process in reversed(self.processes):
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in reversed(self.processes):
            try:
                process.wait(3)
            except subprocess.TimeoutExpired:
                process.kill()
        if self.mail is not None:
            self.mail.stop()
        self.transcript.close()
        shutil.rmtree(self.run_dir, ignore_errors=True)

    def wait_for(self, what, seconds, probe):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            value = probe()
            if value:
                return value
            time.sleep(0.05)
        raise Failure(f"waited {seconds} s in vain for {what}")

    # The stage

    def display(self, size):
        read_end, write_end = os.pipe()
        self.start(["Xvfb", "-displayfd", str(write_end), "-screen", "0", size + "x24",
                    "-nolisten", "tcp", "-noreset"], pass_fds=[write_end])
        os.close(write_end)
        with os.fdopen(read_end) as pipe:
            number = pipe.readline().strip()
        if not number:
            raise Failure("Xvfb does not start")
        return ":" + number

    def desktop(self, env, colour):
        self.start(["openbox"], env=env)
        subprocess.run(["xsetroot", "-solid", colour], env=env, check=False)

    def mail_server(self):
        self.mailbox = os.path.join(self.run_dir, "helpdesk")
        for port in range(2525, 2625):
            try:
                self.mail = Controller(Mailbox(self.mailbox), hostname="127.0.0.1", port=port)
                self.mail.start()
                return port
            except OSError:
                self.mail = None
        raise Failure("no port is free for the mail server")

    def bus(self, env):
        services = os.path.join(env["HOME"], "services")
        os.makedirs(services)
        with open(os.path.join(services, BUS_NAME + ".service"), "w", encoding="utf-8") as file:
            file.write(f"[D-BUS Service]\nName={BUS_NAME}\n"
                       f"Exec={self.program('ra-host')} --listen 127.0.0.1 --bus-answers\n")
        config = os.path.join(env["HOME"], "bus.conf")
        with open(config, "w", encoding="utf-8") as file:
            file.write('<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen>'
                       f'<servicedir>{services}</servicedir><policy context="default">'
                       '<allow send_destination="*" eavesdrop="true"/><allow own="*"/></policy></busconfig>')
        daemon = self.start(["dbus-daemon", f"--config-file={config}", "--nofork", "--print-address"],
                            env=env, stdout=subprocess.PIPE, text=True)
        env["DBUS_SESSION_BUS_ADDRESS"] = daemon.stdout.readline().strip()

    # What people do

    def call(self, args, env, stdin=None, timeout=60):
        return subprocess.run([self.program(args[0])] + args[1:], env=env, input=stdin, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=timeout)

    def must_fail(self, what, code, args, env, stdin):
        result = self.call(args, env, stdin)
        lines = result.stderr.strip().splitlines()
        if result.returncode != code or not lines:
            raise Failure(f"{what}: exit code {result.returncode} instead of {code}:\n{result.stderr}")
        self.say(f"{what}: refused, exit code {code}\n    {lines[-1]}")

    def gdbus(self, env, *args):
        return subprocess.run(["gdbus", "call", "--session", "--dest", BUS_NAME, "--object-path", BUS_PATH,
                               "--method", *args], env=env, text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, check=False).stdout

    def question(self, env, what):
        def probe():
            answer = self.gdbus(env, "org.freedesktop.DBus.Properties.Get", BUS_NAME, "Questions")
            return re.search(r"\((?:uint32 )?(\d+), '%s', (\{.*?\})\)" % what, answer or "")
        found = self.wait_for(f"the question '{what}'", 20, probe)
        self.say(f"the novice is asked ({what}): {found.group(2)}")
        return found.group(1)

    def answer(self, env, number, yes):
        self.gdbus(env, f"{BUS_NAME}.Answer", number, "true" if yes else "false")
        self.say("the novice answers: " + ("yes" if yes else "no"))

    def picture(self, env, name):
        path = os.path.join(self.out, name + ".png")
        subprocess.run(["import", "-silent", "-window", "root", path], env=env, check=True)
        self.say(f"picture: demo-out/{name}.png")
        return path

    def window_title(self, env, text):
        result = subprocess.run(["xdotool", "search", "--onlyvisible", "--name", text], env=env, text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
        return result.stdout.split()

    def wait_same(self, novice, helper, seconds):
        """Waits until the viewer's window shows the novice's screen; says how alike they are."""
        one, two = (os.path.join(self.run_dir, n) for n in ("novice.png", "helper.png"))

        def probe():
            subprocess.run(["import", "-silent", "-window", "root", one], env=novice, check=True)
            subprocess.run(["import", "-silent", "-window", "root", two], env=helper, check=True)
            result = subprocess.run(["compare", "-metric", "AE", "-subimage-search", "-dissimilarity-threshold",
                                     "1", "-crop", "64x64+40+700", one, two, "null:"], check=False,
                                    stderr=subprocess.PIPE, text=True)
            return result.returncode in (0, 1)
        return self.wait_for("the viewer to show the screen", seconds, probe)


def first_message(story):
    folder = os.path.join(story.mailbox, "new")
    names = os.listdir(folder) if os.path.isdir(folder) else []
    return os.path.join(folder, names[0]) if names else None


def invite(story, novice, port):
    result = story.call(["ra-invite", "--to", DESK, "--from", NOVICE[1], "--name", NOVICE[0], "--message",
                         MESSAGE, "--expires", "1h", "--generate-password", "--smtp",
                         f"smtp://127.0.0.1:{port}", "--json"], novice)
    if result.returncode != 0:
        raise Failure("ra-invite failed:\n" + result.stderr)
    return result
