# SPDX-License-Identifier: GPL-3.0-or-later
"""A program on a terminal of its own, as a person uses it."""

import codecs
import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time

from ra_test import Failure


class Terminal:
    """Runs ARGS with a new terminal of that many COLUMNS as its controlling one; what was shown is in .text."""

    def __init__(self, args, env, columns=80):
        self.text = ""
        self.seen = 0
        self.status = None
        self.decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            try:
                fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
                os.execvpe(args[0], args, env)
            finally:
                os._exit(127)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.fd)

    def read(self, seconds):
        """More output into .text; False at its end."""
        if not select.select([self.fd], [], [], seconds)[0]:
            return True
        try:
            data = os.read(self.fd, 4096)
        except OSError:  # what Linux says at the end of a terminal
            return False
        self.text += self.decoder.decode(data).replace("\r\n", "\n")
        return bool(data)

    def expect(self, text, seconds=30):
        """Waits until TEXT is shown, behind what was expected last."""
        deadline = time.monotonic() + seconds
        more = True
        while self.text.find(text, self.seen) < 0:
            if not more or time.monotonic() > deadline:
                raise Failure(f"the terminal never showed {text!r}, but {self.text[self.seen:]!r}")
            more = self.read(0.2)
        self.seen = self.text.find(text, self.seen) + len(text)

    def send(self, line):
        """Types a line. What is typed before a question is shown does not count, so expect first."""
        time.sleep(0.1)
        os.write(self.fd, (line + "\n").encode())

    def finish(self, seconds=30):
        """The exit code, once the program has ended."""
        deadline = time.monotonic() + seconds
        while self.read(0.2):
            if time.monotonic() > deadline:
                raise Failure("the program does not end")
        self.status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return self.status
