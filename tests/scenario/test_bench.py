#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The benchmark of the screen: its eye sees what it draws, and its tables can be written. Nothing here is timed."""

import json
import os
import socket
import subprocess
import sys

import ra_test
from ra_test import check, need, program

BENCH = os.path.join(ra_test.SOURCE, "tests", "bench", "bench-screen")


def test_the_eye_sees_what_only_copies(stage):
    need("Xvfb", "ss", "xdotool", "xwininfo")
    works = ["small", "typing", "scroll-window", "drag", "video"]
    out = stage.path("out")
    subprocess.run([sys.executable, BENCH, "--pairs", "floor", "--only", ",".join(works), "--seconds", "0.5",
                    "--out", out], check=True, stdout=subprocess.DEVNULL, timeout=300)
    with open(os.path.join(out, "figures.json"), encoding="utf-8") as file:
        told = json.load(file)
    check(not told["left out"], f"left out: {told['left out']}")
    for work in works:
        one = told["figures"]["floor"][work]
        check(one["seen"] > 0, f"{work}: none of {one['drawn']} pictures was seen")
        check(0 < one["median"] <= one["p95"] <= one["longest"], f"{work}: {one}")
    for name in ("report.md", "plot.svg"):
        check(os.path.getsize(os.path.join(out, name)) > 500, f"{name} is short")


def test_a_slow_link_carries_all_in_order(stage):
    with socket.create_server(("127.0.0.1", 0)) as server:
        link = stage.start([program("tests/bench-slow-link"), "80", "20", "2", str(server.getsockname()[1])],
                           stdout=subprocess.PIPE, text=True)
        near = socket.create_connection(("127.0.0.1", int(link.stdout.readline())))
        far, _ = server.accept()
    sent = os.urandom(200000)
    with near, far:
        far.settimeout(60)
        near.sendall(sent)
        near.shutdown(socket.SHUT_WR)
        got = b""
        while len(got) < len(sent):
            more = far.recv(65536)
            check(more, f"the link ended after {len(got)} bytes")
            got += more
    check(got == sent, "other bytes came out")


def test_a_slow_link_is_a_proxy(stage):
    with socket.create_server(("127.0.0.1", 0)) as server:
        link = stage.start([program("tests/bench-slow-link"), "80", "2"], stdout=subprocess.PIPE, text=True)
        with socket.create_connection(("127.0.0.1", int(link.stdout.readline()))) as near:
            near.settimeout(60)
            near.sendall(b"CONNECT 127.0.0.1:%d HTTP/1.1\r\nHost: x\r\n\r\n" % server.getsockname()[1])
            far, _ = server.accept()
            with far:
                far.settimeout(60)
                check(near.recv(64).startswith(b"HTTP/1.1 200"), "it did not connect")
                far.sendall(b"hello")
                check(near.recv(5) == b"hello", "other bytes came out")


ra_test.run_tests([test_the_eye_sees_what_only_copies, test_a_slow_link_carries_all_in_order,
                   test_a_slow_link_is_a_proxy])
