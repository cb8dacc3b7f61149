#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""IMAP servers that lie, dawdle or break off: a clear error, in time, in little memory."""

import os
import re
import socket
import threading
import time

from imap_probe import Probe
from ra_test import Failure, check, run_tests

GREETING = b"* OK hello\r\n"
CAPABLE = b"* CAPABILITY IMAP4rev1 IDLE CONDSTORE AUTH=PLAIN SASL-IR\r\n"
OPENED = (b"* 2 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 3] x\r\n* OK [HIGHESTMODSEQ 9] x\r\n"
          b"* OK [PERMANENTFLAGS (\\Seen \\*)] x\r\n")
STRUCTURE = (b'(("text" "plain" NIL NIL NIL "7bit" 3 1)("application" "octet-stream" ("name" "a.raticket") NIL NIL '
             b'"base64" 10) "mixed")')
FETCHED = (b'* 1 FETCH (UID 1 FLAGS () INTERNALDATE "21-Nov-2026 10:00:00 +0000" RFC822.SIZE 100 MODSEQ (5) '
           b"BODYSTRUCTURE " + STRUCTURE + b")\r\n")


class Endless(bytes):
    """Said again and again until the other side has had enough."""


class Liar:
    """Answers by a table: the first word (after UID: the first two) of a command to what is said before the tagged OK,
    or a function of (connection, tag, command) that does it all. None: silence; b"" as a whole answer: close."""

    PRESETS = {"CAPABILITY": CAPABLE, "AUTHENTICATE": b"", "LOGIN": b"", "NOOP": b"", "EXAMINE": OPENED,
               "SELECT": OPENED, "UID SEARCH": b"* SEARCH 1\r\n", "UID FETCH": FETCHED, "UID STORE": b""}

    def __init__(self, stage, answers=None, greeting=GREETING, slow=0.0):
        self.answers = {**self.PRESETS, **(answers or {})}
        self.greeting, self.slow = greeting, slow
        self.commands = []
        self.sent = 0
        self.over = threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        stage.cleanups.append(self.close)
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self):
        self.over.set()
        self.listener.close()

    def _serve(self):
        while True:
            try:
                connection = self.listener.accept()[0]
            except OSError:
                return
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def say(self, connection, data):
        if isinstance(data, Endless):
            block = bytes(data) * max(1, 65536 // len(data))
            while not self.over.is_set():
                connection.sendall(block)
                self.sent += len(block)
        if self.slow:
            for at in range(len(data)):
                connection.sendall(data[at:at + 1])
                time.sleep(self.slow)
        else:
            connection.sendall(data)

    def _talk(self, connection):
        try:
            with connection, connection.makefile("rb") as lines:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self.say(connection, self.greeting)
                for line in lines:
                    text = line.decode(errors="replace").strip()
                    self.commands.append(text)
                    tag, _, command = text.partition(" ")
                    if text == "DONE":
                        continue
                    key = " ".join(command.upper().split()[:2]) if command.upper().startswith("UID") else (
                        command.upper().split() or [""])[0]
                    answer = self.answers.get(key, b"")
                    if callable(answer):
                        answer = answer(self, connection, tag, command)
                    if answer is False:
                        return
                    if answer is None:
                        self.over.wait(30)
                        return
                    if answer is not True:
                        self.say(connection, answer + tag.encode() + b" OK done\r\n")
        except OSError:
            pass


def memory(probe):
    """The most memory that the probe has had, in KiB."""
    with open(f"/proc/{probe.process.pid}/status", encoding="ascii") as file:
        return int(re.search(r"VmHWM:\s+(\d+)", file.read()).group(1))


def probe_of(stage, liar, *options, timeout=60):
    return Probe(stage, f"imap://desk@127.0.0.1:{liar.port}", "--timeout", str(timeout), *options)


def close(_liar, _connection, _tag, _command):
    return False


def say(data, answer=True):
    """Just DATA, no tagged answer."""
    def act(liar, connection, _tag, _command):
        liar.say(connection, data)
        return answer
    return act


def test_honest(stage):
    """What the others are variations of."""
    liar = Liar(stage, {"UID FETCH": lambda l, c, t, command:
                        b"* 1 FETCH (UID 1 BODY[]<0> {14}\r\nSubject: x\n\nhi)\r\n" if "BODY.PEEK" in command else FETCHED})
    probe = probe_of(stage, liar)
    check(probe.good("refresh")[0].startswith("message 1 "), "the message")
    check(probe.good("fetch 1") == ["found 0 14"], "its body")


def test_lies(stage):
    cases = {
        "literal of 4 GB": ({"UID FETCH": say(b"* 1 FETCH (UID 1 BODY[] {4294967296}\r\n")}, 4, "at once"),
        "literal of 2^64": ({"UID FETCH": say(b"* 1 FETCH (UID 1 BODY[] {18446744073709551616}\r\n")}, (4, 7), ""),
        "non-synchronising literal": ({"UID FETCH": say(b"* 1 FETCH (UID 1 X ~{99999999+}\r\n")}, 4, "at once"),
        "literal that never comes": ({"UID FETCH": say(b"* 1 FETCH (UID 1 BODY[] {1000000}\r\nabc")}, 7, "did not answer"),
        "literal, then close": ({"UID FETCH": say(b"* 1 FETCH (UID 1 BODY[] {1000}\r\nabc", False)}, 7, ""),
        "endless line": ({"UID SEARCH": say(Endless(b"* SEARCH " + b"1 " * 1000))}, 4, "no end"),
        "endless greeting": ({}, (4, 7), ""),
        "endless untagged lines": ({"UID SEARCH": say(Endless(b"* 1 EXISTS\r\n"))}, 7, "did not answer"),
        "endless searches": ({"UID SEARCH": say(Endless(b"* SEARCH 1 2 3 4294967295\r\n"))}, 7, "did not answer"),
        "endless ranges": ({"UID SEARCH": say(Endless(b"* ESEARCH UID ALL 1:4294967295\r\n"))}, 7, "did not answer"),
        "endless fetches": ({"UID FETCH": say(Endless(FETCHED))}, 7, "did not answer"),
        "endless capabilities": ({"CAPABILITY": say(Endless(b"* CAPABILITY " + b"A1 " * 500 + b"\r\n"))}, (4, 7), ""),
        "wrong tag": ({"UID SEARCH": say(b"r99 OK done\r\n")}, 4, "not asked"),
        "no tag": ({"UID SEARCH": say(b"OK done\r\n")}, 4, "not asked"),
        "neither yes nor no": ({"UID SEARCH": lambda l, c, t, _: (l.say(c, f"{t} WELL\r\n".encode()), True)[1]}, 4, "neither"),
        "BAD": ({"UID SEARCH": lambda l, c, t, _: (l.say(c, f"{t} BAD \x1b[2Jno\r\n".encode()), True)[1]}, 4, "understand"),
        "NO": ({"UID SEARCH": lambda l, c, t, _: (l.say(c, f"{t} NO [INUSE] no\r\n".encode()), True)[1]}, 7, "refused"),
        "continuation": ({"UID SEARCH": say(b"+ go ahead\r\n")}, 4, "not asked"),
        "BYE": ({"UID SEARCH": say(b"* BYE \x1b[31mtired\r\n")}, 7, "tired"),
        "silence": ({"UID SEARCH": None}, 7, "did not answer"),
        "silence at login": ({"AUTHENTICATE": None}, 7, "did not answer"),
        "silence at first": ({"CAPABILITY": None}, 7, "did not answer"),
        "close": ({"UID SEARCH": close}, 7, ""),
        "close at login": ({"AUTHENTICATE": close}, 7, ""),
        "zeros": ({"UID SEARCH": say(b"\0" * 1000 + b"\r\n")}, 4, "not asked"),
        "not IMAP4": ({"CAPABILITY": b"* CAPABILITY IMAP2 AUTH=PLAIN\r\n"}, 4, "IMAP4rev1"),
    }
    for name, (answers, codes, text) in cases.items():
        greeting = Endless(b"* OK " + b"x" * 1000) if name == "endless greeting" else GREETING
        liar = Liar(stage, answers, greeting)
        waits = text == "did not answer" or isinstance(codes, tuple)
        probe = probe_of(stage, liar, timeout=1 if waits else 60)  # only what is waited for in vain has its end by that
        started = time.monotonic()
        lines = probe.ask("refresh", 100)
        took = time.monotonic() - started
        match = re.match(r"error (\d+) (.*)", lines[-1])
        codes = codes if isinstance(codes, tuple) else (codes,)
        check(match and int(match.group(1)) in codes and text in match.group(2), f"{name}: {lines}")
        check("\x1b" not in lines[-1], f"{name}: {lines}")
        check(took < (12 if waits else 50), f"{name}: {took:.1f} s")
        check(memory(probe) < LIMIT, f"{name}: {memory(probe)} KiB")
        liar.close()


LIMIT = 64 * 1024 * (20 if os.environ.get("ASAN_OPTIONS") else 1)  # KiB


def test_odd_but_harmless(stage):
    deep = b"(" * 1_000_000 + b")" * 1_000_000
    tail = (b' INTERNALDATE "21-Nov-2026 10:00:00 +0000" RFC822.SIZE 100 MODSEQ (5) BODYSTRUCTURE ')
    cases = {
        "nested a million deep": b"* 1 FETCH (UID 1 FLAGS ()" + tail + deep + b")\r\n",
        "structure cut short": b"* 1 FETCH (UID 1 FLAGS ()" + tail + b"((\r\n",
        "numbers that overflow": FETCHED.replace(b"SIZE 100", b"SIZE 99999999999999999999"),
        "date of nonsense": FETCHED.replace(b"21-Nov-2026", b"99-Foo-9999"),
        "fetches that nobody asked for": FETCHED + FETCHED.replace(b"UID 1 ", b"UID 77 ") * 1000 +
                                         b"* 5 FETCH (FLAGS (\\Seen))\r\n* 99999999999999999999 FETCH ()\r\n",
        "flags by the thousand": FETCHED.replace(b"FLAGS ()", b"FLAGS (" + b"ra-by-x " * 20000 + b"ra-by-_00)"),
        "literals instead of strings": FETCHED.replace(b'"base64"', b'{6}\r\nbase64').replace(b'"text"', b"~{4}\r\ntext"),
        "a line of a megabyte": FETCHED.replace(b"a.raticket", b"a.raticket" + b"x" * 1_000_000),
        "a line of five megabytes": FETCHED.replace(b"a.raticket", b"a.raticket" + b"x" * 5_000_000),
    }
    for name, answer in cases.items():
        liar = Liar(stage, {"UID FETCH": answer})
        probe = probe_of(stage, liar)
        lines = probe.ask("refresh")
        check(lines[-1] == "ok" and [line.split()[1] for line in lines[:-1]] == ["1"], f"{name}: {lines}")
        check(memory(probe) < LIMIT, f"{name}: {memory(probe)} KiB")
        liar.close()


def test_byte_by_byte(stage):
    liar = Liar(stage, slow=0.0005)
    check(probe_of(stage, liar).good("refresh")[0].startswith("message 1 "), "the message")
    liar = Liar(stage, {"UID SEARCH": say(b"* SEARCH " + b"1 " * 1000)}, slow=0.02)
    probe_of(stage, liar, timeout=3).fails("refresh", 7, "did not answer")


def test_bodies(stage):
    piece = 256 * 1024

    def endless(_liar, _connection, _tag, command):
        if "BODY.PEEK" not in command:
            return FETCHED
        return b"* 1 FETCH (UID 1 BODY[]<0> {%d}\r\n" % piece + b"x" * piece + b")\r\n"

    def more(_liar, _connection, _tag, command):
        return (b"* 1 FETCH (UID 1 BODY[]<0> {%d}\r\n" % (piece * 2) + b"x" * (piece * 2) + b")\r\n"
                if "BODY.PEEK" in command else FETCHED)

    cases = {"without end": (endless, 4, "larger than 64 MiB"), "more than asked": (more, 4, "more of a message"),
             "gone": (lambda l, c, t, command: b"" if "BODY" in command and "PEEK" in command else FETCHED, 3, "not there"),
             "another's": (lambda l, c, t, command: b"* 2 FETCH (UID 2 BODY[] {1}\r\nx)\r\n" if "PEEK" in command
                           else FETCHED, 3, "not there")}
    for name, (answer, code, text) in cases.items():
        probe = probe_of(stage, Liar(stage, {"UID FETCH": answer}))
        probe.good("refresh")
        probe.fails("fetch 1", code, text)
        check(memory(probe) < 3 * LIMIT, f"{name}: {memory(probe)} KiB")


def test_few_questions(stage):
    """A hundred invitations cost no hundred questions, over a link on which each takes its time."""
    listed = b"".join(FETCHED.replace(b"* 1 ", b"* %d " % n).replace(b"UID 1 ", b"UID %d " % n) for n in range(1, 101))

    def fetch(_liar, _connection, _tag, command):
        if "BODY.PEEK" not in command:
            return listed
        numbers = []
        for piece in command.split()[2].split(","):
            first, _, last = piece.partition(":")
            numbers += range(int(first), int(last or first) + 1)
        return b"".join(b"* %d FETCH (UID %d BODY[]<0> {16}\r\nSubject: %3d\r\n\r\n)\r\n" % (n, n, n) for n in numbers)

    liar = Liar(stage, {"UID SEARCH": b"* SEARCH " + b" ".join(b"%d" % n for n in range(1, 101)) + b"\r\n",
                        "UID FETCH": fetch})
    probe = probe_of(stage, liar, timeout=20)
    check(len(probe.good("refresh")) == 100, "a hundred messages")
    for number in range(100, 0, -1):
        check(probe.good(f"fetch {number}") == ["found 0 16"], f"{number}")
    bodies = [command for command in liar.commands if "BODY.PEEK" in command]
    check(len(bodies) < 10, f"{len(bodies)} questions: {bodies}")
    check(bodies[0].split()[3] == "100", f"a single message is fetched alone: {bodies[0]}")


def test_gone_while_it_is_asked_for(stage):
    """NO to what is gone (RFC 2180) is no trouble with the server; silence about what is there is no loss."""
    found = {"there": True}
    no = lambda l, c, t, command: (l.say(c, f"{t} NO some messages are gone\r\n".encode()), True)[1]
    liar = Liar(stage, {"UID SEARCH": lambda l, c, t, command: b"* SEARCH 1\r\n" if found["there"] else b"* SEARCH\r\n",
                        "UID FETCH": lambda l, c, t, command: FETCHED if "BODYSTRUCTURE" in command else no(l, c, t, command)})
    probe = probe_of(stage, liar)
    probe.good("refresh")
    probe.fails("fetch 1", 7, "refused")
    probe.fails("change 1 - anna", 7, "does not say whose")
    found["there"] = False
    probe.fails("fetch 1", 3, "not there any more")
    probe.fails("change 1 - anna", 3, "not there any more")

    quiet = {"left": 3}

    def forgetful(_liar, _connection, _tag, command):
        quiet["left"] -= "MODSEQ" in command
        return FETCHED if "BODYSTRUCTURE" in command or quiet["left"] < 0 else b""

    probe = probe_of(stage, Liar(stage, {"UID FETCH": forgetful}))
    probe.good("refresh")
    probe.fails("change 1 - anna", 2, "did not keep")  # after it was seen at last


def test_star_in_a_search(stage):
    """GNU Mailutils finds nothing by n:*."""
    liar = Liar(stage, {"UID SEARCH": lambda l, c, t, command: b"* SEARCH\r\n" if ":*" in command else b"* SEARCH 1\r\n"})
    check(len(probe_of(stage, liar).good("refresh")) == 1, "the message")


def test_odd_moments(stage):
    """What comes where it is not expected: looked at, or a clear error, within the time-out."""
    bye = lambda l, c, t, _: (l.say(c, b"* BYE tired\r\n" + f"{t} OK done\r\n".encode()), True)[1]
    cases = {
        "OK without data at EXAMINE": ({"EXAMINE": b""}, "ok"),
        "OK without data at CAPABILITY": ({"CAPABILITY": lambda l, c, t, _: CAPABLE if t.startswith("A") else b""}, "error 4"),
        "OK without data at FETCH": ({"UID FETCH": b""}, "ok"),
        "capabilities that change": ({"EXAMINE": OPENED + b"* CAPABILITY IMAP4rev1 COMPRESS=DEFLATE\r\n"}, "ok"),
        "200,000 times EXISTS": ({"UID SEARCH": b"* 5 EXISTS\r\n" * 200_000 + b"* SEARCH 1\r\n"}, "ok"),
        "literals in OK": ({"EXAMINE": OPENED + b"* OK [X {3+}\r\n] {\r\n"}, "ok"),
        "BYE at EXAMINE": ({"EXAMINE": bye}, "error 7"),
        "BYE at FETCH": ({"UID FETCH": bye}, "error 7"),
        "BYE after the login": ({"CAPABILITY": lambda l, c, t, _: CAPABLE if t.startswith("A") else b"* BYE no\r\n"}, "error 7"),
    }
    for name, (answers, want) in cases.items():
        liar = Liar(stage, answers)
        probe = probe_of(stage, liar, timeout=20)
        last = probe.ask("refresh", 60)[-1]
        check(last.startswith(want), f"{name}: {last}")
        check(memory(probe) < LIMIT, f"{name}: {memory(probe)} KiB")
        liar.close()
    # What comes drop by drop ends at the time-out, even where each line is whole.
    def drip(liar, connection, _tag, _command):
        while not liar.over.wait(0.2):
            connection.sendall(b"* 5 EXISTS\r\n")
        return True
    started = time.monotonic()
    probe_of(stage, Liar(stage, {"UID SEARCH": drip}), timeout=1).fails("refresh", 7, "did not answer")
    check(time.monotonic() - started < 10, "drops prolong the time-out")


class Keeper:
    """A server that keeps flags for real, but not UNCHANGEDSINCE: everybody is told yes."""

    def __init__(self, keeps=True):
        self.flags, self.modseq, self.keeps = set(), 5, keeps
        self.lock = threading.Lock()

    def store(self, _liar, _connection, _tag, command):
        with self.lock:
            sign, names = re.search(r"([+-])FLAGS\.SILENT \((.*)\)", command).groups()
            self.modseq += 1
            if self.keeps:
                self.flags = self.flags | set(names.split()) if sign == "+" else self.flags - set(names.split())
        return b""

    def fetch(self, _liar, _connection, _tag, _command):
        with self.lock:
            flags, modseq = " ".join(sorted(self.flags)).encode(), b"%d" % self.modseq
        return FETCHED.replace(b"FLAGS ()", b"FLAGS (" + flags + b")").replace(b"MODSEQ (5)", b"MODSEQ (" + modseq + b")")


def test_condstore_in_name_only(stage):
    for _ in range(3):
        keeper = Keeper()
        liar = Liar(stage, {"UID STORE": keeper.store, "UID FETCH": keeper.fetch})
        lines = probe_of(stage, liar).good("race 1 20")
        won = [line.split()[1] for line in lines if line.startswith("won ")]
        check(len(won) == 1 and keeper.flags == {f"ra-by-{won[0]}"}, f"{lines}: {keeper.flags}")


def test_message_left_out(stage):
    """What was seen before, and is not said to be gone, is asked for until it shows."""
    for answer, line in ((b"", "ok"), (b"* 1 EXPUNGE\r\n", "error 3 the message is not there any more")):
        keeper = Keeper()
        left_out = [answer] * 7

        def fetch(*args, keeper=keeper, left_out=left_out):
            return left_out.pop() if left_out and "BODY" not in args[3] else keeper.fetch(*args)
        liar = Liar(stage, {"UID STORE": keeper.store, "UID FETCH": fetch})
        probe = probe_of(stage, liar)
        probe.good("refresh")
        check(probe.ask("change 1 - anna") == [line], f"{line}: {liar.commands}")
        check(bool(left_out) == bool(answer), f"{len(left_out)} looks less than there should be")


def test_slept_over_a_bid(stage):
    """Between a bid and its claim a computer may sleep: the bid is taken for dead, and the case is bob's."""
    keeper = Keeper()
    opened = OPENED.replace(b"* OK [HIGHESTMODSEQ 9] x\r\n", b"")

    def store(liar, connection, tag, command):
        if "+FLAGS.SILENT (ra-by-anna" in command:
            keeper.flags = {"ra-by-bob"}
        return keeper.store(liar, connection, tag, command)
    liar = Liar(stage, {"UID STORE": store, "UID FETCH": keeper.fetch, "SELECT": opened, "EXAMINE": opened,
                        "CAPABILITY": CAPABLE.replace(b" CONDSTORE", b"")})
    lines = probe_of(stage, liar).ask("change 1 - anna")
    check(any("bob" in line for line in lines) and "error 8" in lines[-1] and keeper.flags == {"ra-by-bob"},
          f"{lines}: {keeper.flags} {liar.commands}")


def test_marks_not_kept(stage):
    keeper = Keeper(keeps=False)
    liar = Liar(stage, {"UID STORE": keeper.store, "UID FETCH": keeper.fetch})
    probe_of(stage, liar).fails("change 1 - anna", 2, "did not keep")
    no_keywords = OPENED.replace(b" \\*", b"")
    liar = Liar(stage, {"SELECT": no_keywords})
    probe_of(stage, liar).fails("change 1 - anna", 2, "keeps no keywords")
    refuses = Liar(stage, {"UID STORE": lambda l, c, t, _: (l.say(c, f"{t} NO too long\r\n".encode()), True)[1]})
    probe_of(stage, refuses).fails("change 1 - anna", 2, "too long")


def test_plain_login_command(stage):
    """A server of the old days has no AUTH=; one that forbids LOGIN as well gets no password."""
    liar = Liar(stage, {"CAPABILITY": b"* CAPABILITY IMAP4rev1\r\n"})
    check(probe_of(stage, liar).good("refresh")[0].startswith("message 1 "), "LOGIN")
    check(any(" LOGIN " in command for command in liar.commands), f"{liar.commands}")
    liar = Liar(stage, {"CAPABILITY": b"* CAPABILITY IMAP4rev1 LOGINDISABLED\r\n"})
    probe_of(stage, liar).fails("refresh", 7, "no way to log in")
    check(not any("LOGIN" in command.replace("LOGOUT", "") for command in liar.commands), f"{liar.commands}")
    liar = Liar(stage, {"CAPABILITY": b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n"})
    probe_of(stage, liar, "--tls", "required").fails("refresh", 7, "no encryption")
    check(not any("AUTH" in command for command in liar.commands), f"{liar.commands}")


def test_no_way_around_tls(stage):
    """Whoever sits on the way says that the login is done, or slips in what the other side seems to say."""
    def slip_in(liar, connection, tag, _command):
        liar.say(connection, f"{tag} OK go\r\nA003 OK done\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n".encode())
        return True

    secure = CAPABLE.replace(b"IDLE", b"STARTTLS")
    for greeting, capable, answer, code, expected in (
            (b"* PREAUTH hello\r\n", CAPABLE, b"", 7, "no encryption"),
            (b"* PREAUTH hello\r\n", secure, b"", 7, "no encryption"),
            (GREETING, secure, slip_in, 4, "no IMAP server"),
            (GREETING, secure, lambda l, c, t, _: (l.say(c, f"{t} NO\r\n".encode()), True)[1], 7, "no encryption")):
        liar = Liar(stage, {"CAPABILITY": capable, "STARTTLS": answer}, greeting=greeting)
        probe_of(stage, liar, "--tls", "required").fails("refresh", code, expected)
        check(not any(word in command for command in liar.commands for word in ("AUTH", "LOGIN", "EXAMINE")),
              f"{liar.commands}")


def test_idle(stage):
    def start(liar, connection, tag, _command):
        liar.say(connection, b"+ idling\r\n")
        return True

    def finish(answer):
        def act(liar, connection, tag, _command):
            liar.say(connection, b"+ idling\r\n")
            liar.say(connection, answer)
            return True
        return act

    liar = Liar(stage, {"IDLE": finish(b"* 3 EXISTS\r\n")})
    probe = probe_of(stage, liar)
    probe.good("refresh")
    started = time.monotonic()
    probe.good("wait 50")
    check(time.monotonic() - started < 40, "EXISTS was not heard")
    for name, answer, code in (("tagged", b"r77 OK\r\n", 4), ("BYE", b"* BYE\r\n", 7), ("junk", b"junk\r\n", 4),
                               ("literal", b"* 1 FETCH {99999999999}\r\n", 4)):
        probe = probe_of(stage, Liar(stage, {"IDLE": finish(answer)}))
        probe.good("refresh")
        lines = probe.ask("wait 50", 40)
        # BYE: dialled once more, where a look is due.
        check(lines[-1].startswith(f"error {code} ") or (code == 7 and lines[-1] == "ok"), f"{name}: {lines}")
    liar = Liar(stage, {"IDLE": start})
    probe = probe_of(stage, liar, timeout=2)
    probe.good("refresh")
    probe.fails("wait 20 300", -19)
    started = time.monotonic()
    probe.good("refresh")  # DONE was never confirmed: over a new connection
    check(time.monotonic() - started > 1.5 and liar.commands.count("DONE") == 1, f"{liar.commands}")
    check(sum("CAPABILITY" in command for command in liar.commands) > 2, f"{liar.commands}")


if __name__ == "__main__":
    run_tests([test_honest, test_lies, test_odd_but_harmless, test_byte_by_byte, test_bodies,
               test_condstore_in_name_only, test_message_left_out, test_slept_over_a_bid, test_marks_not_kept,
               test_plain_login_command, test_no_way_around_tls, test_idle, test_few_questions, test_gone_while_it_is_asked_for,
               test_star_in_a_search, test_odd_moments])
