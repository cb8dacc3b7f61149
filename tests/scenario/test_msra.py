#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Microsoft's invitations: opened, and handed to FreeRDP. The tickets are sealed here, with openssl(1)
and by the specification, not by the programs under test."""

import hashlib
import json
import os
import re
import shutil
import socket
import subprocess
import time

from prompts import Prompts
from ra_test import check, focus, need, program, run, run_tests, wait_for, windows

PASSWORD = "48BJQ853X3B4"
STUB = "o2*5GdBARK&JBB"
SESSION = "ot9B5Ut8n6FmiIOr2Aa915WwuLcMdtNl5AoXFiA4wLg="


def seal(text, password):
    """LHTICKET: [MS-RAI] section 6."""
    first = hashlib.sha1(password.encode("utf-16-le")).digest().ljust(64, b"\0")
    key = hashlib.sha1(bytes(byte ^ 0x36 for byte in first)).digest()[:16]
    made = subprocess.run(["openssl", "enc", "-aes-128-cbc", "-K", key.hex(), "-iv", "0" * 32],
                          input=text.encode("utf-16-le"), stdout=subprocess.PIPE, check=True)
    return made.stdout.hex().upper()


def attributes(start, minutes, **more):
    values = {"USERNAME": "Jürgen", "PassStub": STUB.replace("&", "&amp;"), "RCTICKETENCRYPTED": "1",
              "DtStart": str(int(start)), "DtLength": str(minutes), "L": "0", **more}
    inside = " ".join(f'{name}="{value}"' for name, value in values.items())
    return f'<UPLOADINFO TYPE="Escalated"><UPLOADDATA {inside}/></UPLOADINFO>'


def version_1(addresses, start=None, minutes=60, **more):
    string = f"65538,1,{';'.join(addresses)},*,{SESSION},*,*,5nKH3X0Ikre0jjL9SaRlfN10p9o="
    text = attributes(start or time.time() - 60, minutes, RCTICKET=string, **more)
    return b"\xff\xfe" + ('<?xml version="1.0" encoding="Unicode" ?>' + text).encode("utf-16-le")


def version_2(addresses, start=None, minutes=60, **more):
    listeners = "".join(f'<L P="{port}" N="{host}"/>' for host, port in addresses)
    string = (f'<E><A KH="aGFzaA==" KH2="sha256:aGFzaDI=" CE="MIIC&#xA;AQAB" ID="{SESSION}"/><C>'
              f'<T ID="1" SID="0">{listeners}</T></C></E>\r\n')
    text = attributes(start or time.time() - 60, minutes, LHTICKET=seal(string, PASSWORD), **more)
    return ('<?xml version="1.0"?>' + text).encode()


def write(stage, name, data):
    path = stage.path(name)
    with open(path, "wb") as file:
        file.write(data)
    return path


def expect(result, code, *texts):
    both = result.stdout + result.stderr
    check(result.returncode == code, f"exit code {result.returncode}, not {code}: {both}")
    for text in texts:
        check(text in both, f"{text!r} is not in {both!r}")


def test_check(stage):
    env = stage.person("helper")
    right = write(stage, "right", (PASSWORD + "\n").encode())
    wrong = write(stage, "wrong", b"48BJQ853X3B5\n")
    one = write(stage, "one", version_1(["192.0.2.1:3389", "pc.example.org:3390"]))
    two = write(stage, "two", version_2([("192.0.2.1", 49200), ("fe80::1%3", 49201)]))
    old = write(stage, "old", version_2([("192.0.2.1", 49200)], start=time.time() - 7200))
    expect(run("ra-open", "--check", one, env=env), 0, "Jürgen", "Windows Remote Assistance (version 1)",
           "only the other computer can do that")
    expect(run("ra-open", "--check", "--password-file", wrong, one, env=env), 0,
           "only the other computer can do that")
    expect(run("ra-open", "--check", two, env=env), 0, "(version 2)", "The password was not checked")
    expect(run("ra-open", "--check", "--password-file", right, two, env=env), 0, "the password is right")
    expect(run("ra-open", "--check", "--password-file", wrong, two, env=env), 6, "the password is wrong")
    expect(run("ra-open", "--check", "--password-file", wrong, old, env=env), 5, "expired")
    expect(run("ra-open", "--save-psk", stage.path("psk"), "--password-file", right, two, env=env), 2)
    expect(run("ra-open", "--check", "--save-ticket", stage.path("saved"), one, env=env), 0)
    with open(stage.path("saved"), "rb") as saved, open(one, "rb") as original:
        check(saved.read() == original.read(), "what was saved is not what was read")


def test_json(stage):
    env = stage.person("helper")
    right = write(stage, "right", (PASSWORD + "\n").encode())
    two = write(stage, "two", version_2([("192.0.2.1", 49200), ("fe80::1%3", 49201)]))
    result = run("ra-open", "--check", "--json", "--password-file", right, two, env=env)
    expect(result, 0)
    report = json.loads(result.stdout)
    found = report["invitations"][0]
    check((found["kind"], found["version"], found["name"], found["address"]) ==
          ("microsoft", 2, "Jürgen", ""), f"not the invitation: {found}")
    check(report["opened"] is True and report["hosts"] == ["192.0.2.1:49200", "[fe80::1%3]:49201"] and
          report["id"] == SESSION and report["key_hash"] == "sha256:aGFzaDI=" and report["uris"] == [] and
          report["password_checked"] is True, f"not opened: {report}")
    one = write(stage, "one", version_1(["192.0.2.1:3389"]))
    result = run("ra-open", "--check", "--json", "--password-file", right, one, env=env)
    check(json.loads(result.stdout)["password_checked"] is False, result.stdout)


def test_not_installed(stage):
    """Nothing but our own programs is in $PATH."""
    env = {**stage.person("helper"), "PATH": stage.path("nothing"), "DISPLAY": ":1"}
    right = write(stage, "right", (PASSWORD + "\n").encode())
    two = write(stage, "two", version_2([("192.0.2.1", 49200)]))
    expect(run("ra-open", "--yes", "--password-file", right, two, env=env), 1,
           "install the package freerdp2-x11")


STAND_IN = """#!/bin/sh
{ tr '\\0' '\\n' </proc/self/cmdline; tr '\\0' '\\n' </proc/self/environ; } >"$RECORD.seen"
echo "session:$(cut -d' ' -f6 /proc/$$/stat):$$: input:$(readlink /proc/$$/fd/0):" >>"$RECORD.seen"
cp "$1" "$RECORD.options"
cp "$(head -n 1 "$1")" "$RECORD.ticket"
exit $RECORD_CODE
"""


def stand_in(stage, env, code, name="xfreerdp3"):
    """A FreeRDP that writes down how it was called."""
    folder = stage.path("bin-" + name)
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(STAND_IN)
    os.chmod(path, 0o755)
    return {**env, "PATH": folder + ":" + env["PATH"], "DISPLAY": ":1", "RECORD": stage.path("record"),
            "RECORD_CODE": str(code), "XDG_RUNTIME_DIR": stage.folder}


def read(stage, name):
    with open(stage.path(name), encoding="utf-8") as file:
        return file.read()


def test_stand_in(stage):
    """What FreeRDP is given, and what is left behind."""
    right = write(stage, "right", (PASSWORD + "\n").encode())
    one = write(stage, "one", version_1(["10.0.0.1:3389", "169.254.1.1:1", "pc.example.org:3390"]))
    env = stand_in(stage, stage.person("helper"), 0)
    expect(run("ra-open", "--yes", "--password-file", right, one, env=env), 0, "FreeRDP",
           "10.0.0.1:3389", "Ctrl+Alt+C")
    check(PASSWORD not in read(stage, "record.seen"), "the password is in the arguments or the environment")
    check("\n-clipboard\n" in read(stage, "record.seen"), "the clipboard is shared with a stranger")
    check(re.search(r"session:(\d+):\1: input:/dev/null:", read(stage, "record.seen")), "a terminal to ask on")
    check(f"/assistance:{PASSWORD}\n" in read(stage, "record.options"), "FreeRDP did not get the password")
    ticket = read(stage, "record.ticket")
    check(f'PassStub="{STUB}"' in ticket and PASSWORD not in ticket, f"not the ticket: {ticket}")
    wanted = (f'<E><A KH="5nKH3X0Ikre0jjL9SaRlfN10p9o=" ID="{SESSION}"/><C><T ID="1" SID="0">'
              '<L P="3389" N="10.0.0.000001"/><L P="3390" N="pc.example.org"/>'
              '<L P="1" N="169.254.1.1"/></T></C></E>\r\n')
    check(f'LHTICKET="{seal(wanted, PASSWORD)}"' in ticket, "not the connection string")
    left = [name for name in os.listdir(stage.folder) if name.startswith("ra-freerdp")]
    check(not left, f"left behind: {left}")
    for code, ours in ((131, 7), (134, 6), (7, 8), (128, 1)):
        env = stand_in(stage, stage.person("helper"), code)
        expect(run("ra-open", "--yes", "--password-file", right, one, env=env), ours)


def test_other_clients(stage):
    """Where xfreerdp is not there, or cannot run: its relatives, which must be told to ask for control."""
    right = write(stage, "right", (PASSWORD + "\n").encode())
    two = write(stage, "two", version_2([("192.0.2.1", 49200)]))
    tools = os.pathsep.join(["/usr/bin", "/bin"])
    command = ("ra-open", "--yes", "--password-file", right, two)
    only = stage.path("only")
    os.makedirs(only)
    for tool in ("sh", "tr", "cp", "head"):
        os.symlink(shutil.which(tool, path=tools), os.path.join(only, tool))
    for name, display in (("sdl-freerdp3", {"DISPLAY": ":1"}), ("sdl-freerdp", {"WAYLAND_DISPLAY": "w"}),
                          ("wlfreerdp", {"WAYLAND_DISPLAY": "w"})):
        env = stand_in(stage, stage.person("helper"), 0, name)
        env = {**env, "PATH": env["PATH"].split(":")[0] + ":" + only}
        del env["DISPLAY"]
        expect(run(*command, env={**env, **display}), 0, name, "asks for control as soon as")
        check("/auto-request-control\n" in read(stage, "record.options"), f"{name} was not told")
    expect(run(*command, env={**env, "DISPLAY": ":1"}), 1, "needs a Wayland display")


def test_window(stage):
    """As a mail program opens it: the viewer's window asks, and makes room for FreeRDP."""
    need("Xvfb", "xdotool")
    ticket = write(stage, "Invitation.msrcIncident", version_2([("192.0.2.1", 49200)], USERNAME="Anna"))
    for code, ours in ((0, 0), (131, 7)):
        helper = stage.person("helper")
        helper = {**stand_in(stage, helper, code), "DISPLAY": stage.display(),
                  "XDG_RUNTIME_DIR": helper["XDG_RUNTIME_DIR"]}
        prompts = Prompts(stage, helper, "--window", "--", ticket)
        wait_for("the name", 20, lambda: windows(helper, "Anna"))  # pylint: disable=cell-var-from-loop
        seen = prompts.settle()
        prompts.connect()
        prompts.settle(seen)
        prompts.type(PASSWORD)
        prompts.keys("Return")
        wait_for("FreeRDP", 20, lambda: os.path.exists(stage.path("record.ticket")))
        if code != 0:  # the window is back, and says why
            focus(helper, wait_for("the window", 20, lambda: windows(helper, "Remote Assistance"))[0])
            prompts.settle()
            prompts.keys("Return")
        prompts.end(ours, "", PASSWORD)
        check(PASSWORD not in read(stage, "record.seen"), "the password is in the arguments")
        os.remove(stage.path("record.ticket"))


def accepted(listener):
    try:
        return listener.accept()[0]
    except BlockingIOError:
        return None


def free_rdp(process):
    """The pid of the client that PROCESS started."""
    with open(f"/proc/{process.pid}/task/{process.pid}/children", encoding="ascii") as file:
        children = file.read().split()
    return children[0] if children else None


def seen(pid):
    with open(f"/proc/{pid}/cmdline", "rb") as line, open(f"/proc/{pid}/environ", "rb") as environment:
        return line.read() + environment.read()


def dials(stage, name, ticket, listener, typed=PASSWORD):
    """The real FreeRDP connects to LISTENER, and nobody sees the password."""
    right = write(stage, "right-" + name, (typed + "\n").encode())
    file = write(stage, name, ticket)
    env = stage.person("helper", DISPLAY=stage.display())
    report, ours = os.pipe()
    process = stage.start([program("ra-open"), "--yes", "--password-file", right, f"--report-fd={ours}", file],
                          env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, pass_fds=[ours])
    os.close(ours)
    link = wait_for("FreeRDP to connect", 30, lambda: accepted(listener))
    with link:
        pid = free_rdp(process)
        words = seen(pid)
        check(b"xfreerdp" in words and b"options.rdp" in words, f"not FreeRDP: {words}")
        check(typed.encode() not in words, "the password is in FreeRDP's arguments or environment")
        check(typed.encode() not in seen(process.pid), "the password is in ra-open's")
        link.settimeout(10)
        request = link.recv(19)
        check(request[:2] == b"\x03\x00", f"not RDP: {request}")
        said = os.read(report, 100)
        check(said == b"connected\n", f"not told that FreeRDP has connected: {said}")
        process.terminate()
        process.wait(20)
    said = os.read(report, 100)
    os.close(report)
    check(said.startswith(b"ended 0 "), f"not told of the end: {said}")


def listen(host="127.0.0.1", port=0):
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.bind((host, port))
    listener.listen()
    listener.setblocking(False)
    return listener


def test_real(stage):
    need("xfreerdp", "Xvfb")
    with listen() as listener, listen("127.0.0.2") as closed:
        port, dead = listener.getsockname()[1], closed.getsockname()[1]
        closed.close()
        dials(stage, "one", version_1([f"127.0.0.2:{dead}", f"127.0.0.1:{port}"]), listener)
        dials(stage, "two", version_2([("127.0.0.2", dead), ("127.0.0.1", port)]), listener)
    with listen("127.0.0.8") as listener: # eight characters more or less make no difference
        port = listener.getsockname()[1]
        dials(stage, "spaces", version_1([f"127.0.0.8:{port}"]), listener, typed="a b:c assistance:&ü")
    with listen("::1") as listener:
        dials(stage, "six", version_2([("::1", listener.getsockname()[1])]), listener)


if __name__ == "__main__":
    run_tests([test_check, test_json, test_not_installed, test_stand_in, test_other_clients,
               test_window, test_real])
