#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The link against TLS that others made: openssl s_client, s_server and stunnel, with a pre-shared key."""

import os
import re
import secrets
import socket
import subprocess

from ra_test import check, free_port, need, program, run, run_tests, wait_for

IDENTITY = "00112233445566778899aabbccddeeff"
EXPIRED = "ffeeddccbbaa99887766554433221100"
UNKNOWN = "0123456789abcdef0123456789abcdef"
KEY = secrets.token_hex(32)
OTHER_KEY = secrets.token_hex(32)


def keys_file(stage, *lines):
    path = stage.path(f"keys-{secrets.token_hex(4)}")
    with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="ascii") as file:
        file.write("".join(line + "\n" for line in lines))
    return path


class Echo:
    """link-echo as the host."""

    def __init__(self, stage, env):
        keys = keys_file(stage, f"{IDENTITY}:{KEY}", f"{EXPIRED}:{KEY}:expired")
        self.process = stage.start([program("tests/link-echo"), "--keys", keys], env=env)
        self.port = int(wait_for("link-echo's port", 10, lambda: re.search(r"port (\d+)", self.said())).group(1))

    def said(self):
        with open(self.process.log, encoding="utf-8") as log:
            return log.read()

    def wait_said(self, text):
        wait_for(f"{text!r} from link-echo", 10, lambda: text in self.said())


def s_client(port, identity, key, *more, text=b"ping\n"):
    """What openssl s_client got for TEXT, and what it says of the handshake."""
    args = ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-msg", "-ign_eof", "-nocommands", *more]
    if identity:
        args += ["-psk_identity", identity, "-psk", key]
    with subprocess.Popen(args, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as client:
        said = b""
        try:
            client.stdin.write(text)
            client.stdin.flush()
            for line in client.stdout:
                said += line
                if line == text:
                    break
        except BrokenPipeError:
            pass
        finally:
            client.kill()
            client.communicate()
    return said.decode("utf-8", "replace")


def alerts(said):
    return re.findall(r"<<< .*Alert.*", said)


def test_s_client(stage):
    need("openssl")
    echo = Echo(stage, stage.person("host"))
    for more in ([], ["-tls1_3"], ["-ciphersuites", "TLS_CHACHA20_POLY1305_SHA256"], ["-groups", "P-256"],
                 ["-groups", "P-384:P-256"]):
        said = s_client(echo.port, IDENTITY, KEY, *more)
        check("\nping\n" in said, f"s_client {more} got nothing back: {said}")
        check("Reused, TLSv1.3" in said, f"s_client {more}: {said}")
        check("no peer certificate available" in said, f"s_client {more}: {said}")
    wait_for("five connections", 10, lambda: echo.said().count(f"up {IDENTITY} plain") == 5)
    said = s_client(echo.port, IDENTITY, KEY, "-alpn", "ra/1")
    check("ALPN protocol: ra/1" in said and "\nping\n" in said, said)
    echo.wait_said(f"up {IDENTITY} native")
    said = s_client(echo.port, IDENTITY, KEY, "-alpn", "http/1.1")
    check("No ALPN negotiated" in said and "\nping\n" in said, said)


def test_s_client_refused(stage):
    need("openssl")
    echo = Echo(stage, stage.person("host"))
    cases = {"wrong key": (IDENTITY, OTHER_KEY), "unknown identity": (UNKNOWN, KEY), "expired": (EXPIRED, KEY),
             "identity too long": ("a" * 65, KEY), "not printable": ("a\x01b", KEY)}
    seen = {}
    for name, (identity, key) in cases.items():
        said = s_client(echo.port, identity, key)
        check("\nping\n" not in said, f"{name}: data passed: {said}")
        seen[name] = alerts(said)
        check(len(seen[name]) == 1 and "fatal illegal_parameter" in seen[name][0], f"{name}: {said}")
    check(len(set(map(tuple, seen.values()))) == 1, f"the alerts differ: {seen}")
    for name, args in {"no key": [None, None], "TLS 1.2": [IDENTITY, KEY, "-tls1_2"],
                       "AES-256 alone": [IDENTITY, KEY, "-ciphersuites", "TLS_AES_256_GCM_SHA384"]}.items():
        said = s_client(echo.port, *args)
        check("\nping\n" not in said and len(alerts(said)) == 1, f"{name}: {said}")
    check("up " not in echo.said(), echo.said())


def stunnel(stage, port, identity, key):
    """stunnel as PSK client; its local port."""
    local = free_port()
    config = stage.path(f"stunnel-{local}.conf")
    secrets_file = keys_file(stage, f"{identity}:{key}")
    with open(config, "w", encoding="ascii") as file:
        file.write(f"foreground = yes\npid =\ndebug = info\n[host]\nclient = yes\naccept = 127.0.0.1:{local}\n"
                   f"connect = 127.0.0.1:{port}\nsslVersionMin = TLSv1.3\nciphers = PSK\n"
                   f"PSKidentity = {identity}\nPSKsecrets = {secrets_file}\n")
    process = stage.start(["stunnel4", config])

    def listening():
        check(process.poll() is None, "stunnel ended")
        with open(process.log, encoding="utf-8", errors="replace") as log:
            return "Configuration successful" in log.read()
    wait_for("stunnel", 10, listening)
    return local


def through(local, data):
    """What comes back for DATA through the tunnel at port LOCAL."""
    got = b""
    try:  # a refusal may reset the connection at any step, the first one too
        with socket.create_connection(("127.0.0.1", local), 10) as client:
            client.settimeout(10)
            client.sendall(data)
            while len(got) < len(data):
                more = client.recv(65536)
                if not more:
                    break
                got += more
    except ConnectionError:
        pass
    return got


def test_stunnel(stage):
    need("stunnel4")
    echo = Echo(stage, stage.person("host"))
    local = stunnel(stage, echo.port, IDENTITY, KEY)
    data = secrets.token_bytes(40000)
    check(through(local, data) == data, "what came back through stunnel differs")
    check(f"up {IDENTITY} plain" in echo.said(), echo.said())


def test_stunnel_refused(stage):
    need("stunnel4")
    echo = Echo(stage, stage.person("host"))
    for identity, key in ((IDENTITY, OTHER_KEY), (UNKNOWN, KEY), (EXPIRED, KEY)):
        check(through(stunnel(stage, echo.port, identity, key), b"ping\n") == b"", f"data passed as {identity}")
    wait_for("three failures", 10, lambda: echo.said().count("failed 6: ") == 3)
    check("up " not in echo.said(), echo.said())


def s_server(stage, *args):
    """openssl s_server that sends lines back reversed; its port."""
    port = free_port()
    process = stage.start(["openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-rev", *args])

    def listening():
        check(process.poll() is None, "s_server ended")
        with open(process.log, encoding="utf-8", errors="replace") as log:
            return "ACCEPT" in log.read()
    wait_for("s_server", 10, listening)
    return port


def dial(stage, env, port, identity=IDENTITY):
    keys = keys_file(stage, f"{IDENTITY}:{KEY}", f"{UNKNOWN}:{KEY}")
    return run("tests/link-echo", "--keys", keys, "--dial", f"127.0.0.1:{port}", "--identity", identity,
               env=env, stdin="live\n", timeout=30)


def test_s_server(stage):
    need("openssl")
    env = stage.person("viewer")
    psk = ["-nocert", "-psk_identity", IDENTITY, "-psk"]
    result = dial(stage, env, s_server(stage, *psk, KEY))
    check(result.returncode == 0 and result.stdout == "evil\n", f"{result}")
    result = dial(stage, env, s_server(stage, *psk, OTHER_KEY))
    check(result.returncode == 6 and result.stdout == "", f"{result}")
    result = dial(stage, env, s_server(stage, *psk, KEY, "-tls1_2"))
    check(result.returncode == 7 and result.stdout == "", f"{result}")


def test_strange_servers(stage):
    """A certificate in place of the key, even one that the system trusts, is a stranger's."""
    need("openssl")
    env = stage.person("viewer")
    key, certificate = stage.path("key.pem"), stage.path("certificate.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                    "-subj", "/CN=127.0.0.1", "-days", "2", "-keyout", key, "-out", certificate],
                   check=True, stderr=subprocess.DEVNULL)
    port = s_server(stage, "-cert", certificate, "-key", key)
    result = dial(stage, dict(env, SSL_CERT_FILE=certificate), port)
    check(result.returncode == 7 and result.stdout == "", f"{result}")
    check("another service" in result.stderr, f"{result}")
    result = dial(stage, env, free_port())
    check(result.returncode == 7 and "refused" in result.stderr, f"{result}")


run_tests([test_s_client, test_s_client_refused, test_stunnel, test_stunnel_refused, test_s_server,
           test_strange_servers])
