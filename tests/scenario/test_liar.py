# SPDX-License-Identifier: GPL-3.0-or-later
"""A helper, and a novice's computer, that have the key and lie: what they may not do has no effect, and what they
send does not fill the other's memory."""

import socket
import struct
import subprocess
import time

import ra_test
from liar import (ASSIST, CHAT, CONTINUOUS, FENCE, FILE_ANSWER, GOODBYE, RESUME, TIGHT, VOICE_ANSWER, VOICE_END,
                  VOICE_SOUND, VOICE_WANT, WANT_CONTROL, Liar, LyingHost, assist, encodings, fence, file_data,
                  file_offer, holds, host_pid, key, key_of, memory, pointer, request, workers)
from ra_test import Agent, check, need, program, wait_for
from sharing import invite, set_stage

MEMORY_MAX = 400  # MiB of a worker: what waits to be read, twice over, its pictures, and what sanitizers keep
FLOOD = 96  # MiB, more than a worker keeps


def meet(stage):
    """The novice's environment, their answers, and what the liar knows."""
    novice, helper = set_stage(stage)
    return novice, Agent(novice), key_of(stage, helper, *invite(stage, novice))


def agree(agent, what="connect"):
    number, _ = agent.question(what)
    agent.answer(number, True)


def view(agent, psk, *numbers):
    liar = Liar(psk)
    liar.ask()
    agree(agent)
    liar.begin(*numbers)
    return liar


def control(agent, psk):
    liar = view(agent, psk)
    liar.send(assist(WANT_CONTROL))
    agree(agent, "control")
    agent.wait_state("controlling")
    time.sleep(0.7)  # what comes right after a question is dropped
    return liar


def place(env):
    """Where the mouse is."""
    said = subprocess.run(["xdotool", "getmouselocation"], env=env, text=True, stdout=subprocess.PIPE, check=True).stdout
    return said.split()[:2]


def test_input_without_control_does_nothing(stage):
    novice, agent, psk = meet(stage)
    before = place(novice)
    liar = Liar(psk)
    liar.ask()
    agent.question("connect")
    liar.send(b"\x01", encodings(ASSIST), assist(WANT_CONTROL), pointer(3, 3), pointer(3, 3, 1), key(0x61))
    time.sleep(0.5)
    check(agent.state() == "asking", f"the question was left: {agent.state()}")
    check("'control', " not in agent.get("Questions"), "control was asked for before the session")
    liar.close()
    agent.wait_state("listening")
    liar = view(agent, psk)
    liar.send(pointer(3, 3) * 1000, pointer(3, 3, 1) * 10, key(0x61) * 10)
    time.sleep(0.5)
    check(place(novice) == before, "the mouse moved without control")
    liar.send(assist(WANT_CONTROL) * 1000, pointer(5, 5))
    agent.question("control")
    time.sleep(0.3)
    check(place(novice) == before, "the mouse moved while the novice was asked")
    agree(agent, "control")
    liar.send(pointer(7, 7) * 100)
    agent.wait_state("controlling")
    check(place(novice) == before, "the mouse moved right after the question")


def test_strangers_who_say_nothing(stage):
    _, agent, psk = meet(stage)
    idle = [socket.create_connection(("127.0.0.1", psk[2]), source_address=(f"127.0.0.{2 + n % 10}", 0))
            for n in range(60)]
    time.sleep(3.5)  # each has its chance
    liar = Liar(psk)
    liar.ask()
    agree(agent)
    liar.begin()
    for connection in idle:
        connection.close()


def flood(worker, link, block):
    """Says BLOCK over and over and reads nothing, until WORKER has had enough."""
    most = 0
    for _ in range(FLOOD * 1024 * 1024 // len(block)):
        try:
            most = max(most, memory(worker))
        except (OSError, AttributeError):  # it has left
            break
        if not link.send(block):
            break
    check(most < MEMORY_MAX, f"the worker came to hold {most} MiB")


def test_a_viewer_that_asks_and_never_reads(stage):
    _, agent, psk = meet(stage)
    churn = (struct.pack(">B3xBBBBHHHBBB3x", 0, 32, 24, 0, 1, 255, 255, 255, 16, 8, 0) + encodings(TIGHT) + request() +
             encodings(TIGHT, FENCE, CONTINUOUS, ASSIST) + struct.pack(">BBHHHH", 150, 0, 0, 0, 1, 1))
    for block in (fence(b"x" * 64), churn):
        liar = view(agent, psk)
        flood(workers(host_pid(agent.env))[0], liar, block * 4000)
        # It has lost its link, and may come back for a minute: until the novice ends that.
        wait_for("the end of the link", 10,
                 lambda: agent.state() == "listening" or "true" in agent.get("HelperLost"))
        agent.call("End")
        agent.wait_state("listening")


def test_a_host_that_asks_and_never_reads(stage):
    need("Xvfb")
    novice, helper = stage.person("anna"), stage.person("helen")
    helper["DISPLAY"] = stage.display()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        ticket, secret = invite(stage, novice, "--advertise", f"127.0.0.1:{listener.getsockname()[1]}")
        psk = key_of(stage, helper, ticket, secret)
        for block in (fence(b"x" * 64), b"\0\0\0\0"):  # an update of no rectangles is answered by a request
            viewer = stage.start([program("ra-viewer"), "--yes", "--no-wait", "--password-file", secret, "--", ticket],
                                 env=helper)
            host = LyingHost(listener, psk)
            host.begin(800, 600)
            flood(workers(viewer.pid)[0], host, block * 4000)
            check(viewer.wait(20) == 7, f"the viewer's exit code is {viewer.returncode}")


def test_a_host_with_a_giant_screen(stage):
    """It may claim what it likes: the helper's memory is not spent on it."""
    need("Xvfb")
    novice, helper = stage.person("anna"), stage.person("helen")
    helper["DISPLAY"] = stage.display()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        ticket, secret = invite(stage, novice, "--advertise", f"127.0.0.1:{listener.getsockname()[1]}")
        psk = key_of(stage, helper, ticket, secret)
        viewer = stage.start([program("ra-viewer"), "--yes", "--no-wait", "--password-file", secret, "--", ticket],
                             env=helper)
        host = LyingHost(listener, psk)
        host.begin(16384, 16384)
        check(viewer.wait(20) not in (0, -11, 139), f"the viewer's exit code is {viewer.returncode}")
        with open(viewer.log, encoding="utf-8", errors="replace") as log:
            text = log.read()
        check("cannot be shown" in text, f"the viewer says: {text}")


def call_viewer(stage, what):
    """Runs WHAT(host, viewer, helper) for a viewer of its own."""
    need("Xvfb")
    novice, helper = stage.person("anna"), stage.person("helen")
    helper.update(DISPLAY=stage.display(), SDL_AUDIODRIVER="dummy")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        ticket, secret = invite(stage, novice, "--advertise", f"127.0.0.1:{listener.getsockname()[1]}")
        psk = key_of(stage, helper, ticket, secret)

        def call():
            viewer = stage.start([program("ra-viewer"), "--yes", "--verbose", "--no-wait", "--password-file", secret,
                                  "--", ticket], env=helper)
            host = LyingHost(listener, psk)
            host.begin(800, 600)
            return host, viewer
        what(call, helper)


def said_by(viewer):
    with open(viewer.log, "rb") as log:
        return log.read()


def test_a_host_that_breaks_the_rules(stage):
    """Each lie ends the session at the helper's, who is not dialled back to it."""
    key_message = struct.pack(">H", 3) + b"r-1" + bytes(32)
    chat = assist(CHAT, b"\0\0\0\1hello")
    lies = {"chat before the features": (None, chat), "chat that was not offered": (61, chat),
            "voice that was not offered": (63 - 8, assist(VOICE_WANT)),
            "a file that was not offered": (63 - 4, file_offer(1, 5, b"a")),
            "data of no file": (63, file_data(1, 0, b"x")), "an answer to nothing": (63, assist(VOICE_ANSWER, b"\1\0")),
            "a yes to no file": (63, assist(FILE_ANSWER, b"\0\0\0\1\1" + bytes(8))),
            "sound": (63, assist(VOICE_SOUND, b"\0\0\0\0\xf8\xff\xfe")),
            "chat that leaves one out": (63, assist(CHAT, b"\0\0\0\2hello")),
            "all chat was seen": (63, assist(CHAT + 1, b"\xff\xff\xff\xff")),
            "a key for no time": (63, assist(RESUME, key_message + b"\0\0")),
            "a key without a name": (63, assist(RESUME, b"\0\0" + bytes(32) + b"\0\74")),
            "a monitor that is not there": (63, assist(58, b"\1\5\0\1\0\1\0\0")),
            "more monitors than told": (63, assist(58, b"\2\0\0\1\0\1\0\0")),
            "the helper's words": (63, assist(WANT_CONTROL)), "rights that there are not": (63, assist(1, b"\0\0\0\4"))}

    def play(call, _):
        for what, (features, lie) in lies.items():
            host, viewer = call()
            if features is not None:
                host.features(features)
            host.send(lie)
            check(viewer.wait(20) not in (0, -11, 139), f"{what}: the viewer's exit code is {viewer.returncode}")
            host.close()
    call_viewer(stage, play)


def test_what_a_host_says_is_safe(stage):
    """Nothing of it is taken by a terminal for a command, and the key to come back with is nowhere."""
    secret = bytes((7 * n + 31) & 255 for n in range(32))
    evil = b"\x1b]0;owned\x07\x1b[2J\xe2\x80\xaetxt\xc2\x9b31m"

    def play(call, helper):
        host, viewer = call()
        host.features()
        host.send(assist(RESUME, struct.pack(">H", 3) + b"r-1" + secret + b"\0\74"),
                  assist(CHAT, b"\0\0\0\1" + evil + b"\nsecond line"), file_offer(1, 1 << 60, evil),
                  assist(58, b"\2\0" + 2 * (b"\xff\xff\xff\xff" + struct.pack(">H", len(evil)) + evil)),
                  assist(VOICE_WANT), assist(VOICE_END) * 100)
        time.sleep(2)
        check(viewer.poll() is None and len(workers(viewer.pid)) == 1, f"the viewer has left: {said_by(viewer)}")
        for pid in [viewer.pid] + workers(viewer.pid):
            check(holds(pid, secret) == 0, f"the key stands in the memory of {pid}")
        check(not ra_test.windows(helper, "\x1b"), "a title with commands in it")
        host.send(assist(GOODBYE, b"\1" + struct.pack(">H", len(evil)) + evil))
        check(viewer.wait(20) == 8, f"the viewer's exit code is {viewer.returncode}")
        said = said_by(viewer)
        for bad in (b"\x1b", b"\x07", b"\xe2\x80\xae", b"\xc2\x9b", secret, secret.hex().encode()):
            check(bad not in said, f"the viewer says {said}")
    call_viewer(stage, play)


def test_questions_without_end(stage):
    _, agent, psk = meet(stage)
    for how in ("no", "no", "gone", "rest"):
        liar = Liar(psk)
        liar.ask()
        if how == "rest":
            check(liar.receive(4) == b"\0\0\0\1", "the helper is told no")
            check(agent.state() == "listening", "the novice is asked a fourth time")
            continue
        number, _ = agent.question("connect")
        if how == "no":
            agent.answer(number, False)
        else:
            liar.close()
        agent.wait_state("listening")


ra_test.run_tests([test_input_without_control_does_nothing, test_questions_without_end,
                   test_strangers_who_say_nothing,
                   test_a_viewer_that_asks_and_never_reads,
                   test_a_host_that_asks_and_never_reads, test_a_host_with_a_giant_screen,
                   test_a_host_that_breaks_the_rules, test_what_a_host_says_is_safe])
