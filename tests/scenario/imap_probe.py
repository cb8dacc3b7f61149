# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests of boxes over IMAP share: the probe (tests/mailer-inbox/imap-probe.c), a relay that can be cut, and
messages."""

import base64
import os
import queue
import socket
import struct
import subprocess
import threading

from ra_test import Failure, check, program


class Probe:
    """A box over IMAP. ask() gives the lines of the answer, the last of which is "ok" or "error CODE TEXT"."""

    def __init__(self, stage, url, *options, password="correct horse"):
        path = stage.path("password-" + password.replace(" ", "-"))
        with open(path, "w", encoding="utf-8") as file:
            file.write(password + "\n")
        login = [] if any(option.startswith("--token-file") for option in options) else ["--password-file", path]
        self.process = stage.start([program("tests/imap-probe"), *login, *options, url],
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                   env=stage.person("prober"))
        self.lines = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.put(line.rstrip("\n"))
        self.lines.put(None)

    def send(self, command):
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()

    def answer(self, seconds=100):
        lines = []
        while not lines or (lines[-1] != "ok" and not lines[-1].startswith("error ")):
            try:
                line = self.lines.get(timeout=seconds)
            except queue.Empty:
                raise Failure(f"no answer within {seconds} s, but {lines}") from None
            if line is None:
                raise Failure(f"the probe ended: {lines}")
            lines.append(line)
        return lines

    def ask(self, command, seconds=100):
        self.send(command)
        return self.answer(seconds)

    def good(self, command, seconds=100):
        """What is said before "ok"."""
        lines = self.ask(command, seconds)
        check(lines[-1] == "ok", f"{command}: {lines}")
        return lines[:-1]

    def fails(self, command, code, text="", seconds=100):
        lines = self.ask(command, seconds)
        check(lines[-1].startswith(f"error {code} ") and text in lines[-1], f"{command}: {lines}")
        return lines[:-1]


class Relay:
    """A wire to a server on loopback that notes what it carries, and breaks when a test wants."""

    def __init__(self, stage, port):
        self.target = port
        self.connections = 0
        self.said = b""     # by the client
        self.heard = 0      # bytes from the server
        self.pairs = []
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=200)
        self.port = self.listener.getsockname()[1]
        stage.cleanups.append(self.close)
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self.listener.close()
        self.cut()

    def cut(self):
        """Breaks what is connected now."""
        pairs, self.pairs = self.pairs, []
        for pair in pairs:
            for end in pair:
                self._reset(end)

    @staticmethod
    def _reset(end):
        try:
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        end.close()

    def _accept(self):
        while True:
            try:
                near = self.listener.accept()[0]
                far = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                return
            self.connections += 1
            pair = (near, far)
            self.pairs.append(pair)
            threading.Thread(target=self._out, args=pair, daemon=True).start()
            threading.Thread(target=self._back, args=pair, daemon=True).start()

    def _out(self, near, far):
        try:
            while data := near.recv(65536):
                self.said += data
                far.sendall(data)
        except OSError:
            pass
        self._reset(far)

    def _back(self, near, far):
        try:
            while data := far.recv(65536):
                self.heard += len(data)
                near.sendall(data)
        except OSError:
            pass
        self._reset(near)
        self._reset(far)


_tickets = []


def make_ticket(stage):
    """A ticket that is valid now; always the same one, for its making is work."""
    if _tickets:
        return _tickets[0]
    made = subprocess.run([program("tests/make-ticket"), "--name", "Jo Novice", "--address", "jo@example.org"],
                          env=stage.person("maker"), input=b"four-odd-words-here\n", stdout=subprocess.PIPE, check=True)
    _tickets.append(made.stdout)
    return made.stdout


def invitation(ticket, more="", subject="Help"):
    """A message with TICKET attached, and the parts MORE."""
    data = base64.encodebytes(ticket).decode()
    return (f"From: <jo@example.org>\nSubject: {subject}\nMIME-Version: 1.0\n"
            "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nPlease help.\n"
            f"{more}--b\nContent-Type: application/vnd.remote-assistance.ticket+xml\n"
            "Content-Disposition: attachment; filename=Invitation.raticket\n"
            f"Content-Transfer-Encoding: base64\n\n{data}--b--\n").encode()


def photo(size):
    """A part that is a picture, for invitation()."""
    data = base64.encodebytes(os.urandom(size)).decode()
    return ("--b\nContent-Type: image/jpeg\nContent-Disposition: attachment; filename=photo.jpg\n"
            f"Content-Transfer-Encoding: base64\n\n{data}")
