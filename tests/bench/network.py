#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A network between two computers: an HTTP proxy (CONNECT) on loopback with a rate, a delay and a queue, each way.

network.py MBIT MILLISECONDS: prints its port; MILLISECONDS is the time there and back. The queue holds a quarter of a
second, or 32 KiB. A process of its own, so that nothing of the measuring holds it up.
"""

import collections
import heapq
import re
import selectors
import socket
import sys
import time

SEGMENT = 1400  # bytes, as of a real network's packets
EDGE = 16384    # bytes of a socket's buffer at the network's edge


class Way:
    """One direction of a connection."""

    def __init__(self, source, sink, rate, delay):
        self.source, self.sink, self.rate, self.delay = source, sink, rate, delay
        self.packets, self.free_at, self.over = collections.deque(), 0.0, False
        self.room = max(0.25, 32768 / rate)

    def turn(self, now):
        """Moves what there is to move; when to look again, or None."""
        while not self.over and self.free_at - now < self.room:
            try:
                data = self.source.recv(SEGMENT)
            except BlockingIOError:
                break
            except OSError:
                data = b""
            if not data:
                self.over = True
                break
            self.free_at = max(self.free_at, now) + (len(data) + 40) / self.rate
            self.packets.append((self.free_at + self.delay, data))
        while self.packets and self.packets[0][0] <= now:
            due, data = self.packets.popleft()
            try:
                sent = self.sink.send(data)
            except BlockingIOError:
                sent = 0
            except OSError:
                self.over = True
                self.packets.clear()
                return None
            if sent < len(data):
                self.packets.appendleft((due, data[sent:]))
                return now + 0.001
        if not self.packets:
            if self.over:
                self.sink.close()
            return None
        full = self.free_at - now >= self.room
        return min(self.packets[0][0], now + 0.001 if full else self.packets[0][0])


def connect(listener):
    near, _ = listener.accept()
    head = b""
    while b"\r\n\r\n" not in head:
        head += near.recv(4096)
    host, port = re.match(rb"CONNECT \[?([^\]\s]+)\]?:(\d+) ", head).groups()
    far = socket.socket()
    far.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, EDGE)
    far.connect((host.decode(), int(port)))
    near.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
    for end in (near, far):
        end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        end.setblocking(False)
    return near, far


def main(mbit, milliseconds):
    rate, delay = mbit * 125000, milliseconds / 2000
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, EDGE)
    listener.bind(("127.0.0.1", 0))
    listener.listen(8)
    print(listener.getsockname()[1], flush=True)
    ways, poll = [], selectors.DefaultSelector()
    poll.register(listener, selectors.EVENT_READ)
    while True:
        now = time.monotonic()
        times = [due for due in (way.turn(now) for way in ways) if due is not None]
        for way in [way for way in ways if not way.over and now >= way.free_at - way.room]:
            if way.source.fileno() >= 0 and way.source not in poll.get_map():
                poll.register(way.source, selectors.EVENT_READ)
        for way in ways:  # a full one does not look at what comes
            if (way.over or way.free_at - now >= way.room) and way.source.fileno() >= 0 and \
                    way.source in poll.get_map():
                poll.unregister(way.source)
        ways = [way for way in ways if not way.over or way.packets]
        left = max(heapq.nsmallest(1, times)[0] - time.monotonic(), 0) if times else None
        for key, _ in poll.select(left):
            if key.fileobj is listener:
                near, far = connect(listener)
                ways += [Way(near, far, rate, delay), Way(far, near, rate, delay)]


if __name__ == "__main__":
    main(float(sys.argv[1]), float(sys.argv[2]))
