#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""ra-open and what Outlook makes of messages: other programs read our samples alike, and documents
made to exhaust or break their reader do neither."""

import importlib.machinery
import importlib.util
import json
import os
import random
import resource
import shutil
import struct
import subprocess
import sys
import time

from ra_test import check, program, run_tests

DATA = os.path.join(os.environ["RA_SRCDIR"], "tests", "mailer-open", "data")
MIB = 1024 * 1024


def load_maker():
    """tests/mailer-open/make-outlook as a module; it reads its tickets from the present folder."""
    path = os.path.join(os.path.dirname(DATA), "make-outlook")
    loader = importlib.machinery.SourceFileLoader("make_outlook", path)
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("make_outlook", loader))
    sys.dont_write_bytecode = True
    here = os.getcwd()
    os.chdir(DATA)
    loader.exec_module(module)
    os.chdir(here)
    return module


M = load_maker()


def sanitized():
    with open(program("ra-unpack"), "rb") as file:
        return b"__asan_init" in file.read()


def output(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60, check=False)
    check(done.returncode == 0, f"{command}: {done.stdout}")
    return done.stdout


def test_other_readers(stage):
    """Where they are installed: what they find in the samples is what we put in."""
    folder = stage.path("read")
    os.mkdir(folder)
    if shutil.which("tnef"):
        for name in ("winmail.dat", "winmail-properties.dat", "winmail-two.dat", "winmail-rtf.dat"):
            output("tnef", "--overwrite", "-C", folder, os.path.join(DATA, name))
        with open(os.path.join(folder, "Invitation.raticket"), "rb") as file:
            check(file.read() == M.JUERGEN, "tnef reads another ticket from winmail.dat")
    if shutil.which("ytnef"):
        output("ytnef", "-f", folder, os.path.join(DATA, "winmail-two.dat"))
        with open(os.path.join(folder, "b.raticket"), "rb") as file:
            check(file.read() == M.ANN, "ytnef reads another ticket from winmail-two.dat")
    if shutil.which("gsf"):
        for name in sorted(os.listdir(DATA)):
            if name.endswith(".msg") and name != "msg-cut.msg":
                listed = output("gsf", "list", os.path.join(DATA, name)).decode()
                check("__properties_version1.0" in listed, f"gsf list {name}: {listed}")
        for i, data in enumerate((M.JUERGEN + b" " * 5000, bytes(9000))):
            got = output("gsf", "cat", os.path.join(DATA, "msg-large.msg"),
                         f"__attach_version1.0_#0000000{1 - i}/__substg1.0_37010102")
            check(got == data, f"gsf reads {len(got)} bytes instead of {len(data)}")
    if shutil.which("msgconvert") and subprocess.run(["msgconvert", "--version"], check=False,
                                                     stderr=subprocess.DEVNULL,
                                                     stdout=subprocess.DEVNULL).returncode == 0:
        rtf = output("msgconvert", "--outfile", "-", os.path.join(DATA, "msg-rtf.msg"))
        check(b"application/rtf" in rtf, f"msgconvert: {rtf}")


def deep_directory():
    """A directory whose entries hang on each other like beads."""
    count = 200000
    entries = [("Root Entry", 5, M.NONE, 1)]
    entries += [(f"__substg1.0_{i:08X}", 2, i + 1 if i + 1 < count else M.NONE, M.NONE)
                for i in range(1, count)]
    directory = []
    for name, kind, left, child in entries:
        text = name.encode("utf-16le") + b"\0\0"
        directory.append(text.ljust(64, b"\0") + struct.pack("<HBBIII", len(text), kind, 1, left, M.NONE, child)
                         + bytes(36) + struct.pack("<IQ", M.END, 0))
    plain = bytearray(M.compound({"a": b"".join(directory)}))
    struct.pack_into("<I", plain, 48, 0)  # the directory is what was a stream
    return bytes(plain)


def cyclic(every):
    """Each sector of the FAT follows itself, or the first one."""
    plain = bytearray(M.msg(M.USUAL, [M.attached(bytes(20000)), M.attached(M.JUERGEN)]))
    fat = 512 + 512 * struct.unpack_from("<I", plain, 76)[0]
    for i in range(128):
        if struct.unpack_from("<I", plain, fat + 4 * i)[0] < 0xFFFFFFFC or every:
            struct.pack_into("<I", plain, fat + 4 * i, i if every else 0)
    return bytes(plain)


def large_tnef():
    return M.tnef(attachments=[("zeros", bytes(60 * MIB), []), ("a.raticket", M.JUERGEN, [])])


def large_msg():
    return M.msg(M.USUAL, [M.attached(bytes(60 * MIB), "zeros"), M.attached(M.JUERGEN)])


def shared():
    one = bytes(30 * MIB)
    return M.msg(M.USUAL, [M.attached(one, f"{i}") for i in range(100)])


def in_each_other():
    inner = M.msg(M.USUAL, [M.attached(bytes(25 * MIB), "zeros"), M.attached(M.JUERGEN)])
    for _ in range(5):
        inner = M.tnef(attachments=[("x", inner, [])])
    return inner


def rtf_bomb():
    """Eight letters, then references of 17 bytes each, none to the place where the next byte goes: that is the end."""
    places = [(215 + 17 * i) % 4096 for i in range(4096)]
    references = [struct.pack(">H", (207 if at != 207 else 208) << 4 | 15) for at in places]
    period = b"".join(b"\xFF" + b"".join(references[i:i + 8]) for i in range(0, 4096, 8))
    packed = b"\0xxxxxxxx" + period * 1000
    return M.tnef(message=[(M.RTF, M.BINARY,
                            struct.pack("<II4sI", len(packed) + 12, 0xFFFFFFFF, b"LZFu", 0) + packed)])


def nested_objects():
    inner = M.tnef(attachments=[("a.raticket", M.JUERGEN, [])])
    for _ in range(2000):
        inner = (M.tnef() + M.attribute(2, 0x00069002, bytes(14))
                 + M.attribute(2, 0x00069005, struct.pack("<IHHII", 1, M.OBJECT, M.DATA, 1, len(inner) + 16)
                               + M.MESSAGE_IID + inner))
    return inner


def noise(seed):
    return (M.compound({"a": b""})[:512] + "__substg1.0".encode("utf-16le")
            + random.Random(seed).randbytes(4 * MIB))


HEAD = struct.pack("<IH", 0x223E9F78, 1)
# What the document is, what is found in it (None: anything).
HOSTILE = (
    ("an attachment of 60 MiB in TNEF", large_tnef, 1),
    ("an attachment of 60 MiB in a .msg", large_msg, 1),
    ("100 attachments that are the same 30 MiB", shared, 0),
    ("a .msg of 25 MiB in five winmail.dat", in_each_other, None),
    ("RTF that grows", rtf_bomb, 0),
    ("messages in each other, 2000 deep", nested_objects, 0),
    ("4 billion properties", lambda: HEAD + M.attribute(1, 0x00069003, b"\xFF" * 4 + bytes(4 * MIB)), 0),
    ("4 billion values", lambda: HEAD + M.attribute(
        1, 0x00069003, struct.pack("<IHHI", 1, 0x1102, 0x6001, 0xFFFFFFFF) + bytes(4 * MIB)), 0),
    ("an attribute of 4 GB", lambda: HEAD + struct.pack("<BII", 2, 0x0006800F, 0xFFFFFFFF) + M.JUERGEN, 1),
    ("300,000 attachments", lambda: HEAD + (M.attribute(2, 0x00069002, bytes(14))
                                            + M.attribute(2, 0x0006800F, b"x")) * 300000, 0),
    ("sectors that follow themselves", lambda: cyclic(True), 0),
    ("sectors that all go back to the first", lambda: cyclic(False), 0),
    ("a directory 200,000 deep", deep_directory, 0),
    ("noise", lambda: noise(1), 0),
)


def make_apart(make, path):
    """In a process of its own: what it needs would count as ra-open's, whose life begins as a copy of ours."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            with open(path, "wb") as file:
                file.write(make())
            code = 0
        finally:
            os._exit(code)
    check(os.waitpid(pid, 0)[1] == 0, "the document could not be made")


def open_it(path):
    """Exit code, report, seconds, MiB of the larger one of ra-open and ra-unpack."""
    start = time.monotonic()
    read, write = os.pipe()
    pid = os.posix_spawn(program("ra-open"), ["ra-open", "--check", "--json", path], os.environ,
                         file_actions=[(os.POSIX_SPAWN_DUP2, write, 1), (os.POSIX_SPAWN_CLOSE, read)])
    os.close(write)
    with os.fdopen(read) as file:
        report = json.load(file)
    _, status, usage = os.wait4(pid, 0)
    return os.waitstatus_to_exitcode(status), report, time.monotonic() - start, usage.ru_maxrss / 1024


def test_hostile(stage):
    plain = not sanitized()
    path = stage.path("document")
    for what, make, found in HOSTILE:
        make_apart(make, path)
        code, report, seconds, memory = open_it(path)
        size = os.path.getsize(path) / MIB
        print(f"# {what}: {size:.1f} MiB, {seconds:.2f} s, {memory:.0f} MiB, exit code {code}, "
              f"{report['error']['message']}")
        check(code in (3, 4, 5), f"{what}: exit code {code}")
        check(found is None or len(report["invitations"]) == found,
              f"{what}: {len(report['invitations'])} invitations, not {found}: {report['error']}")
        check(seconds < (30 if plain else 90), f"{what} takes {seconds:.1f} s")
        # The document itself is in memory too; the smaller program takes less than 20.
        check(not plain or memory < size + 44, f"{what}: {memory:.0f} MiB for one of {size:.1f}")


def test_wall(stage):
    """ra-unpack has a filter and limits before it reads: seen while it waits to be read from."""
    if sanitized():
        print("# not under a sanitizer, which needs what the wall takes")
        return
    path = stage.path("document")
    with open(path, "wb") as file:
        file.write(M.tnef(attachments=[("x", bytes(MIB), [])]))
    with open(path, "rb") as file:
        child = subprocess.Popen([program("ra-unpack")], stdin=file, stdout=subprocess.PIPE, env={})
    try:
        child.stdout.read(1)
        with open(f"/proc/{child.pid}/status", encoding="utf-8") as file:
            status = dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)
        check(status["NoNewPrivs"] == "1" and status["Seccomp"] == "2", f"{status}")
        for what, most in ((resource.RLIMIT_NOFILE, 0), (resource.RLIMIT_FSIZE, 0),
                           (resource.RLIMIT_CORE, 0), (resource.RLIMIT_NPROC, 0),
                           (resource.RLIMIT_CPU, 5), (resource.RLIMIT_DATA, 16 * MIB)):
            limits = resource.prlimit(child.pid, what)
            check(limits == (most, most), f"limit {what} is {limits}")
        child.stdout.read()
        check(child.wait(30) == 0, f"ra-unpack ends with {child.returncode}")
    finally:
        child.stdout.close()
        child.kill()
        child.wait()


def test_without_the_program(stage):
    """Not installed completely: said so, nothing worse."""
    alone = stage.path("alone")
    os.mkdir(alone)
    shutil.copy(program("ra-open"), alone)
    done = subprocess.run([os.path.join(alone, "ra-open"), "--check", os.path.join(DATA, "usual.msg")],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    if "ra-unpack" in done.stderr:
        check(done.returncode == 4, f"{done}")
    else:  # one is installed on this computer
        check(done.returncode == 5, f"{done}")


run_tests([test_other_readers, test_hostile, test_wall, test_without_the_program])
