# SPDX-License-Identifier: GPL-3.0-or-later
"""SMTP servers for tests: Exim with TLS and AUTH, and one that says whatever a test wants."""

import grp
import os
import pwd
import shutil
import socket
import ssl
import subprocess
import threading

import ra_test

USER, PASSWORD = "anna", "correct horse"

EXIM_CONFIG = """\
primary_hostname = mail.example.com
exim_user = {user}
exim_group = {group}
spool_directory = {folder}/spool
log_file_path = {folder}/%slog
pid_file_path = {folder}/pid
deliver_drop_privilege = true
local_interfaces = 127.0.0.1
daemon_smtp_ports = {starttls} : {smtps}
tls_on_connect_ports = {smtps}
tls_advertise_hosts = *
tls_certificate = {certificate}
tls_privatekey = {key}
auth_advertise_hosts = ${{if def:tls_in_cipher {{*}}{{}}}}
message_size_limit = {limit}
acl_smtp_rcpt = rcpt
qualify_domain = example.com
untrusted_set_sender = *
keep_environment =
begin acl
rcpt:
  deny    local_parts = nobody
          message     = no such user here
  accept  authenticated = *
  deny    message     = log in first
begin routers
all:
  driver = accept
  transport = maildir
begin transports
maildir:
  driver = appendfile
  directory = {folder}/mail
  maildir_format
  batch_max = 100
  envelope_to_add
  return_path_add
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if and{{ {{eq{{$auth2}}{{{name}}}}} {{eq{{$auth3}}{{{password}}}}} }} {{yes}}{{no}}}}
  server_advertise_condition = {plain}
login:
  driver = plaintext
  public_name = LOGIN
  server_prompts = User:: : Password::
  server_condition = ${{if and{{ {{eq{{$auth1}}{{{name}}}}} {{eq{{$auth2}}{{{password}}}}} }} {{yes}}{{no}}}}
"""


def certificate(stage, name, hosts):
    """A self-signed certificate and its key for HOSTS ("DNS:x", "IP:y"); their paths."""
    ra_test.need("openssl")
    paths = stage.path(name + ".pem"), stage.path(name + ".key")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=" + name,
                    "-addext", "subjectAltName=" + ",".join(hosts), "-out", paths[0], "-keyout", paths[1]],
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return paths


class Exim:
    """Debian's Exim in a folder of its own: STARTTLS at .port, smtps at .smtps; takes mail only after a login
    (USER, PASSWORD), which it offers only after TLS; keeps it in the Maildir .mail."""

    def __init__(self, stage, limit="500K", plain=True):
        program = shutil.which("exim4", path=os.environ.get("PATH", "") + ":/usr/sbin")
        if program is None:
            raise ra_test.Skip("exim4 is not installed")
        self.folder = stage.path("exim")
        os.makedirs(self.folder)
        self.certificate, key = certificate(stage, "localhost", ["DNS:localhost", "IP:127.0.0.1"])
        self.port, self.smtps = ra_test.free_port(), ra_test.free_port()
        self.mail = os.path.join(self.folder, "mail")
        user = pwd.getpwuid(os.getuid())
        if user.pw_uid == 0:  # Exim refuses to deliver as root
            user = pwd.getpwnam("Debian-exim")
            os.chmod(stage.folder, 0o711)
            os.chown(self.folder, user.pw_uid, user.pw_gid)
            os.chown(key, user.pw_uid, user.pw_gid)
        config = os.path.join(self.folder, "exim.conf")
        with open(config, "w", encoding="utf-8") as file:
            file.write(EXIM_CONFIG.format(user=user.pw_name, group=grp.getgrgid(user.pw_gid).gr_name,
                                          folder=self.folder, starttls=self.port, smtps=self.smtps,
                                          certificate=self.certificate, key=key, limit=limit, name=USER,
                                          password=PASSWORD, plain="yes" if plain else "no"))
        self.command = [program, "-C", config]
        stage.start([*self.command, "-bdf", "-q1h"])
        ra_test.wait_for("Exim", 20, self.listens)

    def listens(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def message(self, number=0):
        """The bytes of a message that was delivered."""
        paths = ra_test.wait_for("the message", 20, lambda: ra_test.maildir_messages(self.mail)[number:])
        with open(paths[0], "rb") as file:
            return file.read()


class Odd:
    """A server on loopback that answers by a table: the first key that a command begins with. An answer may be
    None (never answer), "" (close), or text. The message's end is the key ".", what follows AUTH
    "="; the key "" is the greeting. What came is in .commands, .message (all text) and .messages (complete ones)."""

    PRESETS = {"": "220 mail.example.com ESMTP", "EHLO": "250-mail.example.com\r\n250 SIZE 1000000",
               "MAIL": "250 ok", "RCPT": "250 ok", "DATA": "354 go on", ".": "250 taken", "QUIT": "221 bye",
               "AUTH": "334 ", "=": "235 welcome"}

    def __init__(self, stage, answers, tls=None):
        self.answers = {**self.PRESETS, **answers}
        self.commands = []
        self.message = b""
        self.messages = []
        self.tls = tls
        self.held = threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        stage.cleanups.append(self.close)
        threading.Thread(target=self.serve, daemon=True).start()

    def close(self):
        self.held.set()
        self.listener.close()

    def serve(self):
        while True:
            try:
                connection = self.listener.accept()[0]
            except OSError:
                return
            try:
                if self.tls:
                    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                    context.load_cert_chain(*self.tls)
                    connection = context.wrap_socket(connection, server_side=True)
                with connection, connection.makefile("rwb") as stream:
                    self.talk(stream)
            except OSError:
                pass

    def answer(self, stream, command):
        key = max((key for key in self.answers if command.upper().startswith(key) and (key or not command)),
                  key=len, default=None)
        text = self.answers[key] if key is not None else "500 what?"
        if text is None:
            self.held.wait(60)
            return None
        if text == "":
            return None
        stream.write(text.encode() + b"\r\n")
        stream.flush()
        return text

    def talk(self, stream):
        if self.answer(stream, "") is None:
            return
        for line in stream:
            command = line.decode(errors="replace").rstrip("\r\n")
            self.commands.append(command)
            text = self.answer(stream, command)
            if text is None:
                return
            if text.startswith("334"):
                self.commands.append(stream.readline().decode().rstrip("\r\n"))
                if self.answer(stream, "=") is None:
                    return
            if text.startswith("354"):
                begin = len(self.message)
                for body in stream:
                    if body == b".\r\n":
                        self.messages.append(self.message[begin:])
                        break
                    self.message += body
                if self.answer(stream, ".") is None:
                    return
