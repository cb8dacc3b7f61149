# SPDX-License-Identifier: GPL-3.0-or-later
"""What the novice decides in a session, against a helper who says what they like: how fast it holds, and that it does."""

import os
import socket
import struct
import time

import ra_test
from liar import ASSIST, RETURN_CONTROL, TIGHT, WANT_CONTROL, Liar, assist, key_of, request
from novice import Novice
from ra_test import Failure, check, wait_for
from sharing import invite, paint, set_stage

RIGHTS, FEATURES, RESUME, HELD, PAUSED, CHAT, VOICE_WANT, POINT = 1, 6, 7, 8, 9, 16, 40, 56
SOON = 0.1  # seconds: when a change has to be in sight at both ends


class Helper(Liar):
    """Knows where an assistance message ends; everything else must not come (nothing else is asked for)."""

    def next(self):
        head = self.receive(8)
        check(head[0] == 82, f"message {head[0]} came, which was not asked for")
        return head[1], self.receive(struct.unpack(">I", head[4:])[0])

    def expect(self, kind):
        while True:
            got, payload = self.next()
            if got == kind:
                return payload

    def expect_rights(self, rights):
        while struct.unpack(">I", self.expect(RIGHTS))[0] != rights:
            pass

    def patience(self, seconds):
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", seconds, 0))

    def drain(self, seconds=3):
        """Throws away all that comes in SECONDS; how many bytes it was."""
        deadline, total = time.monotonic() + seconds, 0
        self.patience(1)
        while time.monotonic() < deadline:
            try:
                self.receive(1)
            except Failure:
                continue
            total += 1 + len(self.read)
            self.read = b""
        self.patience(20)
        return total

    def only_assist(self, seconds=2):
        """Failure where anything but assistance messages comes in SECONDS."""
        deadline = time.monotonic() + seconds
        self.patience(1)
        while time.monotonic() < deadline:
            try:
                self.next()
            except Failure as error:
                if "then nothing" not in str(error):
                    raise
        self.patience(20)

    def resume(self):
        """The identity and the key to come back with."""
        payload = self.expect(RESUME)
        size = struct.unpack(">H", payload[:2])[0]
        return payload[2:2 + size].decode(), payload[2 + size:2 + size + 32]


def meet(stage, config=""):
    env, helper = set_stage(stage)
    if config:
        folder = os.path.join(env["XDG_CONFIG_HOME"], "remote-assistance")
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, "config"), "w", encoding="ascii") as file:
            file.write(config)
    psk = key_of(stage, helper, *invite(stage, env))
    return env, Novice(env), psk


def view(novice, psk, *numbers):
    helper = Helper(psk)
    helper.ask()
    number, _ = novice.question("connect")
    novice.answer(number, True)
    helper.begin(*(numbers or (TIGHT, ASSIST)))
    return helper


def within(what, start):
    took = time.monotonic() - start
    print(f"# {what}: {took * 1000:.1f} ms")
    check(took < SOON, f"{what} took {took * 1000:.0f} ms")


def test_changes_show_at_both_ends(stage):
    _, novice, psk = meet(stage)
    helper = view(novice, psk)
    helper.send(assist(WANT_CONTROL))
    number, _ = novice.question("control")
    start = time.monotonic()
    novice.do("Answer", "(ub)", int(number), True)
    helper.expect_rights(3)
    check(novice.value("State") == "controlling", "the novice's end does not know")
    within("control is given", start)
    for method, wait in (("Hide", lambda: helper.expect(PAUSED) == b"\1"),
                         ("TakeBackControl", lambda: helper.expect_rights(1))):
        start = time.monotonic()
        novice.take_away(method)
        wait()
        within(method, start)
    check(novice.value("Paused"), "the screen is not hidden")
    start = time.monotonic()
    novice.do("Show")
    check(helper.expect(PAUSED) == b"\0", "the screen is not shown")
    within("Show", start)
    time.sleep(2)  # who asks again at once is not let through
    helper.send(assist(WANT_CONTROL))
    number, _ = novice.question("control")
    novice.do("Answer", "(ub)", int(number), True)
    helper.expect_rights(3)
    start = time.monotonic()
    helper.send(assist(RETURN_CONTROL))
    wait_for("the novice's end", 5, lambda: novice.value("State") == "viewing")
    within("control is given back", start)
    helper.expect_rights(1)


def test_what_was_not_offered(stage):
    """Each ends the session, and the novice is told."""
    point = struct.pack(">HHB", 5, 5, 1)
    _, novice, psk = meet(stage, "[Session]\nChat=false\nVoice=false\nPointing=false\n")
    for message in (assist(CHAT, b"\0\0\0\1hello"), assist(VOICE_WANT), assist(POINT, point), assist(HELD, b"\1"),
                    assist(RESUME, b"\0\1x" + 32 * b"k" + b"\0\1")):
        helper = view(novice, psk)
        offered = struct.unpack(">I", helper.expect(FEATURES))[0]
        check(offered & (2 | 8 | 32) == 0, f"offered: {offered}")
        helper.send(message)
        wait_for("the end of the session", 10, lambda: novice.state() == "listening")
        check(helper.gone(), "the helper is still connected")
        check(not any(entry["who"] == "them" for entry in novice.history()), "what they said was taken")


def test_a_hidden_screen(stage):
    """Nothing that changes on it leaves while it is hidden; all of it when it is shown again."""
    env, novice, psk = meet(stage)
    helper = view(novice, psk)
    helper.send(request())
    check(helper.drain() > 0, "there is no picture")
    novice.take_away("Hide")
    helper.send(request(True))
    helper.drain()  # the cover that is shown instead
    helper.send(request(True))
    paint(stage, env, "secret", ["white", "red", "lime", "blue"])
    helper.only_assist()
    check(novice.value("Paused"), "the screen is not hidden")
    novice.do("Show")
    try:
        helper.only_assist()
    except Failure as error:
        check("message 0 came" in str(error), str(error))
        return
    raise Failure("the screen is still hidden")


def test_coming_back(stage):
    """With the key, once, to look and no more; the novice is told. Without it, or with a used one: not."""
    _, novice, psk = meet(stage)
    helper = view(novice, psk)
    identity, secret = helper.resume()
    first = (identity, secret, psk[2])
    helper.close()
    wait_for("the novice's end to notice", 10, lambda: novice.value("HelperLost"))
    for wrong in ((identity, bytes(32), psk[2]), ("r-" + 32 * "0", secret, psk[2])):
        try:
            Helper(wrong)
            raise AssertionError("let in with a wrong key")
        except Failure:
            pass
    back = Helper(first)
    back.ask(b"Somebody")
    back.begin(TIGHT, ASSIST)
    back.expect_rights(1)
    identity, secret = back.resume()
    check(not novice.value("HelperLost") and novice.value("Helper") == "Liar", "not the same session")
    check(novice.heard("is back", "event") is not None, "the novice was not told")
    check(identity != first[0] and secret != first[1], "the same key again")
    try:
        Helper(first)
        raise AssertionError("let in a second time")
    except Failure:
        pass
    # Back before the novice's end has noticed; then the novice ends it, and nobody comes back.
    again = Helper((identity, secret, psk[2]))
    again.ask()
    again.begin(TIGHT, ASSIST)
    identity, secret = again.resume()
    check(back.gone(), "the old link is still there")
    novice.take_away("End")
    try:
        Helper((identity, secret, psk[2]))
        raise AssertionError("let in after the end")
    except (Failure, OSError):
        pass
    check(novice.heard("you ended it", "event") is not None, "the history does not say who ended it")


ra_test.run_tests([test_changes_show_at_both_ends, test_what_was_not_offered, test_a_hidden_screen, test_coming_back])
