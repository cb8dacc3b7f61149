# SPDX-License-Identifier: GPL-3.0-or-later
"""The network between two people, which a test can cut, hold up and mend: an HTTP proxy (CONNECT) on loopback
through which the helper's programs dial."""

import re
import socket
import struct
import threading
import time


class Cable:
    """`url` is for --proxy. All methods are for the test's thread."""

    def __init__(self):
        self.lock = threading.Condition()
        self.pairs = []        # sockets of connections that are open
        self.is_cut = False
        self.is_held = False
        self.delay = 0.0       # seconds, each way
        self.rate = 0.0        # bytes a second, each way; 0: as fast as it goes
        self.dialled = 0       # connections that were asked for
        self.carried = 0       # bytes, both ways
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=32)
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self.cut()
        self.listener.close()

    def cut(self):
        """Breaks every connection, and each new one at once."""
        with self.lock:
            self.is_cut = True
            pairs, self.pairs = self.pairs, []
            self.lock.notify_all()
        for pair in pairs:
            for end in pair:
                self._reset(end)

    def hold(self):
        """Nothing passes any more, and nobody is told: a cable that was pulled out."""
        with self.lock:
            self.is_held = True

    def mend(self):
        """New connections work again, and what was held up goes on."""
        with self.lock:
            self.is_cut = self.is_held = False
            self.lock.notify_all()

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
                near, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(near,), daemon=True).start()

    def _serve(self, near):
        try:
            head = b""
            while b"\r\n\r\n" not in head:
                piece = near.recv(4096)
                if not piece:
                    raise OSError("no request")
                head += piece
            host, port = re.match(rb"CONNECT \[?([^\]\s]+)\]?:(\d+) ", head).groups()
            with self.lock:
                self.dialled += 1
                while self.is_held:
                    self.lock.wait()
                if self.is_cut:
                    raise OSError("cut")
            far = socket.create_connection((host.decode(), int(port)), timeout=10)
            far.settimeout(None)
            near.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        except (OSError, AttributeError):
            self._reset(near)
            return
        for end in (near, far):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        pair = (near, far)
        with self.lock:
            self.pairs.append(pair)
        for source, sink in (pair, pair[::-1]):
            threading.Thread(target=self._carry, args=(source, sink, pair), daemon=True).start()

    def _carry(self, source, sink, pair):
        """One way, in order; what is under way when it is held waits."""
        try:
            while True:
                data = source.recv(16384 if self.rate else 65536)
                if not data:
                    break
                due = time.monotonic() + self.delay + (len(data) / self.rate if self.rate else 0)
                with self.lock:
                    while self.is_held and pair in self.pairs:
                        self.lock.wait()
                left = due - time.monotonic()
                if left > 0:
                    time.sleep(left)
                sink.sendall(data)
                self.carried += len(data)
        except OSError:
            pass
        with self.lock:
            known = pair in self.pairs
            if known:
                self.pairs.remove(pair)
        if known:
            for end in pair:
                self._reset(end)
