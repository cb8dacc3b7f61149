# SPDX-License-Identifier: GPL-3.0-or-later
"""A helper, and a novice's computer, that have the key and lie: what they may not do has no effect, and what they
send does not fill the other's memory."""

import socket
import struct
import subprocess
import time

import ra_test
from liar import (ASSIST, CONTINUOUS, FENCE, TIGHT, WANT_CONTROL, Liar, LyingHost, assist, encodings, fence, host_pid,
                  key, key_of, memory, pointer, request, workers)
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
    check("control" not in agent.get("Questions"), "control was asked for before the session")
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
                   test_a_host_that_asks_and_never_reads, test_a_host_with_a_giant_screen])
