# SPDX-License-Identifier: GPL-3.0-or-later
"""A viewer, and a host, that say what they like: TLS with the invitation's key, and above it raw bytes.

They speak through OpenSSL's library itself, since Python's ssl module knows no pre-shared keys here, and since they
must be able not to read, to write half a message, and to leave at any step.
"""

import ctypes
import hashlib
import os
import re
import socket
import struct
import subprocess
import time

from ra_test import BUS_NAME, Failure, check, run

_SSL = ctypes.CDLL("libssl.so.3")
for _name in ("TLS_client_method", "TLS_server_method", "SSL_CTX_new", "SSL_new"):
    getattr(_SSL, _name).restype = ctypes.c_void_p
_ClientKeyFunc = ctypes.CFUNCTYPE(ctypes.c_uint, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p, ctypes.c_uint,
                                  ctypes.c_void_p, ctypes.c_uint)
_ServerKeyFunc = ctypes.CFUNCTYPE(ctypes.c_uint, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p, ctypes.c_uint)
_ChooseFunc = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.POINTER(ctypes.c_void_p),
                               ctypes.POINTER(ctypes.c_ubyte), ctypes.c_void_p, ctypes.c_uint, ctypes.c_void_p)
_ALPN = ctypes.create_string_buffer(b"\x04ra/1")
WANT_READ, WANT_WRITE = 2, 3

VERSION = b"RFB 003.008\n"
TIGHT, CURSOR, FENCE, CONTINUOUS, ASSIST = 7, -239, -312, -313, 0x52417331
RAW, POINTER_POSITION, EXTENDED_CLIPBOARD = 0, -232, 0xC0A1E5CE - (1 << 32)
WANT_CONTROL, RETURN_CONTROL = 2, 3
RIGHTS, GOODBYE, FEATURES, RESUME, PAUSED, CHAT = 1, 5, 6, 7, 9, 16
FILE_OFFER, FILE_ANSWER, FILE_DATA, FILE_END, FILE_CLOSE = 24, 25, 26, 28, 29
VOICE_WANT, VOICE_ANSWER, VOICE_END, VOICE_SOUND = 40, 41, 43, 44
CLIPBOARD_SHARED, POINT, MONITOR = 48, 56, 59


def key_of(stage, helper, ticket, secret):
    """What the ticket keeps: the identity, the key, and the port on loopback."""
    path = stage.path("psk")
    result = run("ra-open", "--save-psk", path, "--password-file", secret, "--", ticket, env=helper)
    check(result.returncode == 0, result.stderr)
    with open(path, encoding="ascii") as file:
        identity, key = file.read().strip().split(":")
    address = [line.split()[1] for line in result.stdout.splitlines() if line.startswith("Address:")][0]
    return identity, bytes.fromhex(key), int(address.rsplit(":", 1)[1])


def hello(name, *more):
    """The hello of ra/1; NAME are bytes."""
    fields = struct.pack(">HH", 1, len(name)) + name + b"".join(more)
    return b"RAH1" + struct.pack(">HH", 1, len(fields)) + fields


def encodings(*numbers):
    return struct.pack(">BBH", 2, 0, len(numbers)) + b"".join(struct.pack(">i", number) for number in numbers)


def request(incremental=False, x=0, y=0, width=0xFFFF, height=0xFFFF):
    return struct.pack(">BBHHHH", 3, incremental, x, y, width, height)


def pointer(x, y, buttons=0):
    return struct.pack(">BBHH", 5, buttons, x, y)


def key(keysym, down=True):
    return struct.pack(">BBHI", 4, down, 0, keysym)


def fence(payload=b"", flags=0x80000000):
    return struct.pack(">BBBBIB", 248, 0, 0, 0, flags, len(payload)) + payload


def assist(kind, payload=b""):
    return struct.pack(">BBHI", 82, kind, 0, len(payload)) + payload


def text(data):
    return struct.pack(">H", len(data)) + data


def file_offer(number, size, name):
    """NAME are bytes."""
    return assist(FILE_OFFER, struct.pack(">IQ", number, size) + text(name) + text(b""))


def file_data(number, offset, data):
    return assist(FILE_DATA, struct.pack(">IQ", number, offset) + data)


def file_end(number, data):
    return assist(FILE_END, struct.pack(">I", number) + hashlib.sha256(data).digest())


def host_pid(env):
    """The process of the agent of ENV's session bus."""
    said = subprocess.run(["gdbus", "call", "--session", "--dest", "org.freedesktop.DBus", "--object-path",
                           "/org/freedesktop/DBus", "--method", "org.freedesktop.DBus.GetConnectionUnixProcessID",
                           BUS_NAME], env=env, text=True, stdout=subprocess.PIPE, check=True, timeout=20).stdout
    return int(re.search(r"uint32 (\d+)", said).group(1))


def workers(pid):
    """The agent's workers, oldest first: the last one is the gate."""
    found = []
    for name in os.listdir("/proc"):
        try:
            with open(f"/proc/{name}/stat", encoding="utf-8") as file:
                text = file.read()
        except (OSError, NotADirectoryError):
            continue
        fields = text.rpartition(")")[2].split()
        if "(ra-session)" in text and fields[0] != "Z" and int(fields[1]) == pid:
            found.append((int(fields[19]), int(name)))
    return [number for _, number in sorted(found)]


def memory(pid):
    """MiB that the process holds itself."""
    with open(f"/proc/{pid}/status", encoding="utf-8") as file:
        return int(re.search(r"RssAnon:\s+(\d+)", file.read()).group(1)) // 1024


def holds(pid, secret):
    """How often SECRET stands in the memory of a process where a core dump would have it."""
    found = 0
    smaps = open(f"/proc/{pid}/smaps", encoding="ascii", errors="replace")
    with smaps, open(f"/proc/{pid}/mem", "rb") as memory:
        for line in smaps:
            head = line.split()
            if "-" in head[0] and not head[0].endswith(":"):
                area, readable = head[0].split("-"), head[1][0] == "r"
            elif head[0] == "VmFlags:" and readable and "dd" not in head:
                start, end = (int(part, 16) for part in area)
                try:
                    memory.seek(start)
                    found += memory.read(end - start).count(secret)
                except (OSError, ValueError, OverflowError):
                    pass  # the kernel's own
    return found


class Link:
    """TLS on a socket that is connected, whose reading and writing blocks."""

    def __init__(self, connected, method):
        self.socket = connected
        self.context = ctypes.c_void_p(_SSL.SSL_CTX_new(ctypes.c_void_p(method())))
        self.ssl = None
        self.callback = None  # kept as long as the context
        self.read = b""

    def shake_hands(self, step):
        self.socket.settimeout(None)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", 20, 0))
        _SSL.SSL_set_fd(self.ssl, self.socket.fileno())
        check(step(self.ssl) == 1, "the handshake failed")

    def send(self, *messages):
        """FALSE when the connection is gone, or takes nothing for 5 seconds."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", 5, 0))
        data = b"".join(messages)
        return not data or _SSL.SSL_write(self.ssl, data, len(data)) == len(data)

    def receive(self, size):
        """Exactly SIZE bytes; Failure where they do not come."""
        while len(self.read) < size:
            buffer = ctypes.create_string_buffer(65536)
            got = _SSL.SSL_read(self.ssl, buffer, len(buffer))
            if got <= 0:
                raise Failure(f"{len(self.read)} bytes of {size} came, then nothing")
            self.read += buffer.raw[:got]
        data, self.read = self.read[:size], self.read[size:]
        return data

    def gone(self, seconds=10):
        """TRUE when the other end closes within SECONDS; what it still says is thrown away."""
        deadline = time.monotonic() + seconds
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", 1, 0))
        buffer = ctypes.create_string_buffer(65536)
        while time.monotonic() < deadline:
            got = _SSL.SSL_read(self.ssl, buffer, len(buffer))
            if got <= 0 and _SSL.SSL_get_error(self.ssl, got) not in (WANT_READ, WANT_WRITE):
                return True
        return False

    def close(self):
        self.socket.close()


class Liar(Link):
    """A viewer. NATIVE: with ALPN ra/1."""

    def __init__(self, psk, native=True, source="127.0.0.1"):
        identity, secret, port = psk
        self.port = port
        super().__init__(socket.create_connection(("127.0.0.1", port), timeout=20, source_address=(source, 0)),
                         _SSL.TLS_client_method)

        def find_key(_ssl, _hint, ret_identity, max_identity, ret_key, max_key):
            name = identity.encode() + b"\0"
            if len(name) > max_identity or len(secret) > max_key:
                return 0
            ctypes.memmove(ret_identity, name, len(name))
            ctypes.memmove(ret_key, secret, len(secret))
            return len(secret)
        self.callback = _ClientKeyFunc(find_key)
        _SSL.SSL_CTX_set_psk_client_callback(self.context, self.callback)
        self.ssl = ctypes.c_void_p(_SSL.SSL_new(self.context))
        if native:
            _SSL.SSL_set_alpn_protos(self.ssl, b"\x04ra/1", 5)
        self.shake_hands(_SSL.SSL_connect)

    def ask(self, name=b"Liar"):
        """Up to the novice's question."""
        size = struct.unpack(">H", self.receive(8)[6:])[0]
        self.receive(size)
        self.send(hello(name), VERSION)
        check(self.receive(12) == VERSION, "no RFB version")
        self.receive(2)
        self.send(b"\x01")

    def begin(self, *numbers):
        """After the novice's yes: the size of the screen."""
        check(self.receive(4) == b"\0\0\0\0", "the novice said no")
        self.send(b"\x01")
        init = self.receive(24)
        self.receive(struct.unpack(">I", init[20:])[0])
        self.send(encodings(*(numbers or (TIGHT, FENCE, CONTINUOUS, ASSIST))))
        return struct.unpack(">HH", init[:4])

    def message(self):
        """The host's next message: its type, and of an assistance message the kind and the payload; of an update its
        rectangles. What was asked for is Raw."""
        kind = self.receive(1)[0]
        if kind == 0:
            count = struct.unpack(">xH", self.receive(3))[0]
            return kind, [self.rectangle() for _ in range(count)]
        if kind == 82:
            number, size = struct.unpack(">BxxI", self.receive(7))
            return kind, number, self.receive(size)
        if kind == 248:
            return kind, self.receive(self.receive(8)[7])
        if kind == 3:
            return kind, self.receive(abs(struct.unpack(">xxxi", self.receive(7))[0]))
        check(kind in (2, 150), f"a message of type {kind}")
        return (kind,)

    def rectangle(self):
        """Its place, its encoding and what it holds."""
        x, y, width, height, encoding = struct.unpack(">HHHHi", self.receive(12))
        size = {RAW: width * height * 4, CURSOR: width * height * 4 + (width + 7) // 8 * height}
        return (x, y, width, height), encoding, self.receive(size.get(encoding, 0))

    def hear(self, kind):
        """The payload of the next assistance message of KIND; what comes before it is skipped."""
        while True:
            message = self.message()
            if message[:2] == (82, kind):
                return message[2]

    def resume_key(self):
        """What the host hands out to come back with, as the constructor takes it."""
        payload = self.hear(RESUME)
        size = struct.unpack(">H", payload[:2])[0]
        return payload[2:2 + size].decode(), payload[2 + size:34 + size], self.port

    def pixels(self):
        """The pixels of the next update that has any, each as a number."""
        while True:
            message = self.message()
            if message[0] == 0 and any(encoding == RAW for _, encoding, _ in message[1]):
                return b"".join(data for _, encoding, data in message[1] if encoding == RAW)


class LyingHost(Link):
    """A host, for a viewer that comes to LISTENER within 20 seconds; it says yes to everything."""

    def __init__(self, listener, psk):
        listener.settimeout(20)
        super().__init__(listener.accept()[0], _SSL.TLS_server_method)

        def find_key(_ssl, _identity, ret_key, max_key):
            if len(psk[1]) > max_key:
                return 0
            ctypes.memmove(ret_key, psk[1], len(psk[1]))
            return len(psk[1])

        def choose(_ssl, ret, ret_size, _offered, _size, _data):
            ret[0], ret_size[0] = ctypes.addressof(_ALPN) + 1, 4
            return 0
        self.callback = _ServerKeyFunc(find_key), _ChooseFunc(choose)
        _SSL.SSL_CTX_set_psk_server_callback(self.context, self.callback[0])
        _SSL.SSL_CTX_set_alpn_select_cb(self.context, self.callback[1], None)
        self.ssl = ctypes.c_void_p(_SSL.SSL_new(self.context))
        self.shake_hands(_SSL.SSL_accept)

    def features(self, bits=63):
        """What every session begins with."""
        self.send(assist(RIGHTS, b"\0\0\0\1"), assist(FEATURES, struct.pack(">I", bits)))

    def begin(self, width, height, name=b"Anna"):
        """Up to the viewer's first request, which is left unread."""
        self.send(hello(name), VERSION)
        self.receive(struct.unpack(">H", self.receive(8)[6:])[0])
        check(self.receive(12) == VERSION, "no RFB version")
        self.send(b"\x01\x01")
        self.receive(1)
        self.send(b"\0\0\0\0")
        self.receive(1)
        self.send(struct.pack(">HHBBBBHHHBBB3xI", width, height, 32, 24, 0, 1, 255, 255, 255, 16, 8, 0, 4) + b"desk")
