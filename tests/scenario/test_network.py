#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A session over a network that is slow, narrow, lossy, or gone for a while: the kernel's own, in a namespace in which
both people live. Each test is skipped where namespaces, or what it needs of tc, are not allowed."""

import os
import shutil
import subprocess
import sys
import time

import ra_test
from ra_test import Skip, check, wait_for
from test_assist import begin, give_control, make_file

INSIDE = "RA_TEST_NAMESPACE"
PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"


def enter():
    """Starts this program again in a network namespace of its own; returns where that cannot be, or is done."""
    unshare = shutil.which("unshare", path=PATH)
    options = ["-n"] if os.geteuid() == 0 else ["-rn"]
    if INSIDE in os.environ or unshare is None or subprocess.run(
            [unshare, *options, "true"], check=False, stderr=subprocess.DEVNULL).returncode != 0:
        return
    os.execve(unshare, [unshare, *options, sys.executable, *sys.argv], dict(os.environ, **{INSIDE: "1"}))


def tool(name, *args):
    """ip or tc; True if it could do that."""
    path = shutil.which(name, path=PATH)
    if path is None:
        raise Skip(f"{name} is not installed")
    return subprocess.run([path, *args], check=False, stderr=subprocess.DEVNULL).returncode == 0


def network(stage, *qdisc):
    """Makes the network of this namespace like QDISC, both ways, until the test is over."""
    if INSIDE not in os.environ:
        raise Skip("network namespaces are not allowed here")
    # Packets as on a real network, not the loopback's of 64 KiB.
    if not tool("ip", "link", "set", "lo", "up", "mtu", "1500"):
        raise Skip("the namespace's network cannot be set up")
    if qdisc and not tool("tc", "qdisc", "replace", "dev", "lo", "root", *qdisc):
        raise Skip(f"the kernel has no {qdisc[0]}")
    stage.cleanups.append(lambda: tool("tc", "qdisc", "del", "dev", "lo", "root"))


def key_takes(helper, typed):
    """Milliseconds from starting to press a key to the novice's program having it: the median of some."""
    times = []
    for _ in range(9):
        before, start = os.path.getsize(typed), time.monotonic()
        presser = subprocess.Popen(["xdotool", "key", "a"], env=helper.env)
        wait_for("a key to come through", 10, lambda before=before: os.path.getsize(typed) > before)
        times.append((time.monotonic() - start) * 1000)
        presser.wait()
        time.sleep(0.2)
    return sorted(times)[len(times) // 2]


def session(stage, allowed):
    """All that two people do: it works, and a file makes a key wait less than ALLOWED milliseconds more."""
    ra_test.need("xterm")
    novice, helper = begin(stage)
    wait_for("the novice's screen, exactly", 30, lambda: ra_test.shows(stage, novice.env, helper.env))
    novice.say("Grüße 🙂")
    novice.wait_there("Grüße")
    helper.say("hello")
    novice.wait_heard("hello")
    typed = stage.path("typed")
    stage.start(["xterm", "-T", "Letter", "-geometry", "40x5+0+300", "-e", "sh", "-c",
                 f"stty raw -echo; exec dd bs=1 of='{typed}' status=none"], env=novice.env)
    letter = wait_for("the novice's terminal", 20, lambda: ra_test.windows(novice.env, "Letter"))[0]
    ra_test.focus(novice.env, letter)
    give_control(novice, helper)
    time.sleep(1)
    # From the message box to the picture, whose the keys are then.
    subprocess.run(["xdotool", "mousemove", "700", "600", "click", "1"], env=helper.env, check=True)
    time.sleep(0.5)
    ra_test.focus(novice.env, letter)
    idle = key_takes(helper, typed)
    transfer = novice.send_file(make_file(stage, "printer.bin", 12_000_000))
    novice.wait_transfer(transfer, "offered")
    helper.accept()
    wait_for("some of it to have gone", 20, lambda: novice.transfer(transfer)["done"] > 500_000)
    subprocess.run(["xdotool", "mousemove", "700", "600", "click", "1"], env=helper.env, check=True)
    time.sleep(0.3)
    ra_test.focus(novice.env, letter)
    busy, rate = key_takes(helper, typed), novice.transfer(transfer)["rate"]
    print(f"# a key took {idle:.0f} ms, and {busy:.0f} ms beside a file at {rate / 1e6:.1f} MB/s", flush=True)
    check(busy - idle < allowed, "a file makes keys wait")
    check(novice.wait_transfer(transfer, "over", 90)["end"] == "done", novice.transfer(transfer)["text"])


def test_a_narrow_network(stage):
    network(stage, "tbf", "rate", "20mbit", "burst", "32kbit", "latency", "100ms")
    session(stage, 100)


def test_a_slow_network_that_loses(stage):
    # 40 ms there and back: each way passes here once.
    network(stage, "netem", "delay", "20ms", "rate", "20mbit", "loss", "1%", "limit", "1000")
    session(stage, 200)


def test_a_network_that_is_gone_for_a_while(stage):
    network(stage)
    novice, helper = begin(stage)
    check(tool("ip", "link", "set", "lo", "down"), "the network cannot be taken away")
    novice.say("Are you there?")
    time.sleep(6)
    check(not novice.heard("Are you there?", "me")["there"], "it came without a network")
    check(tool("ip", "link", "set", "lo", "up"), "the network does not come back")
    novice.wait_there("Are you there?", 40)
    helper.say("yes")
    novice.wait_heard("yes", 20)
    check(novice.value("Questions") == [], "the novice was asked again")


enter()
ra_test.run_tests([test_a_narrow_network, test_a_slow_network_that_loses, test_a_network_that_is_gone_for_a_while])
