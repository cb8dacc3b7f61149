# SPDX-License-Identifier: GPL-3.0-or-later
"""IMAP servers for tests: Dovecot on loopback, with accounts, certificates and tokens of its own."""

import base64
import grp
import hashlib
import hmac
import imaplib
import json
import os
import pwd
import shutil
import socket
import ssl
import time

import ra_test
from smtp_servers import certificate

USER, PASSWORD = "desk", "correct horse"

CONFIG = """\
base_dir = {folder}/run
log_path = {folder}/log
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
protocols = imap
listen = 127.0.0.1
{encryption}
disable_plaintext_auth = {strict}
auth_mechanisms = {mechanisms}
mail_home = {folder}/home/%u
mail_location = {driver}:{folder}/mail/%u
mail_uid = {uid}
mail_gid = {gid}
first_valid_uid = 1
first_valid_gid = 1
mail_max_userip_connections = 200
auth_failure_delay = 0
lock_method = fcntl
{capability}
{extra}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  process_min_avail = 0
  client_limit = 200
  service_count = 0
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service imap {{
  process_limit = 200
}}
service auth {{
  client_limit = 1000
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {folder}/oauth2.conf
}}
passdb {{
  driver = passwd-file
  mechanisms = plain login
  args = scheme=PLAIN {folder}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/home/%u
}}
"""

OAUTH2 = """\
introspection_mode = local
username_attribute = sub
local_validation_key_dict = fs:posix:prefix={folder}/keys/
"""


def _url64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")


class Dovecot:
    """Debian's Dovecot in a folder of its own: STARTTLS at .port, imaps at .imaps, on 127.0.0.1 and "localhost";
    the user USER with PASSWORD (and any name in `users`), or with token(). `driver` is "sdbox" or "maildir";
    `tls` False offers no encryption at .port, and takes passwords in clear; `capability` is what it says that it
    can, in place of everything; `mechanisms` as auth_mechanisms; `name` is of its folder."""

    def __init__(self, stage, driver="sdbox", tls=True, users=(), capability=None, extra="",
                 mechanisms="plain login xoauth2 oauthbearer", name="dovecot"):
        program = shutil.which("dovecot", path=os.environ.get("PATH", "") + ":/usr/sbin")
        if program is None or not os.path.exists("/usr/lib/dovecot/imap"):
            raise ra_test.Skip("dovecot-imapd is not installed")
        self.stage, self.tls = stage, tls
        self.folder = stage.path(name)
        self.secret = os.urandom(32)
        self.port, self.imaps = ra_test.free_port(), ra_test.free_port()
        os.makedirs(os.path.join(self.folder, "mail"))
        os.makedirs(os.path.join(self.folder, "run"))
        self.certificate, key = certificate(stage, name, ["DNS:localhost", "IP:127.0.0.1"]) if tls else (None, None)
        me = pwd.getpwuid(os.getuid())
        if me.pw_uid == 0:  # Dovecot gives no mail to root
            me = pwd.getpwnam("nobody")
            os.chmod(stage.folder, 0o711)
        group = grp.getgrgid(me.pw_gid).gr_name
        values = {"folder": self.folder, "user": me.pw_name, "group": group, "uid": me.pw_uid,
                  "gid": me.pw_gid, "driver": driver, "port": self.port, "imaps": self.imaps if tls else 0,
                  "encryption": f"ssl = yes\nssl_cert = <{self.certificate}\nssl_key = <{key}" if tls else "ssl = no",
                  "strict": "yes" if tls else "no", "mechanisms": mechanisms,
                  "capability": f"imap_capability = {capability}" if capability else "", "extra": extra}
        self._write("oauth2.conf", OAUTH2.format(**values))
        self._write("keys/default/HS256/default", base64.b64encode(self.secret).decode())
        self._write("users", "".join(f"{name}:{{PLAIN}}{PASSWORD}\n" for name in (USER, *users)))
        self._write("dovecot.conf", CONFIG.format(**values))
        if os.getuid() == 0:
            for path, folders, files in os.walk(self.folder):
                for name in [path, *(os.path.join(path, entry) for entry in folders + files)]:
                    os.chown(name, me.pw_uid, me.pw_gid)
            if tls:
                os.chown(key, me.pw_uid, me.pw_gid)
        as_user = {"user": me.pw_uid, "group": me.pw_gid, "extra_groups": []} if os.getuid() == 0 else {}
        self.program, self.as_user = program, as_user
        self.process = None
        self.start()

    def _write(self, name, text):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def start(self):
        """Starts it (again, after stop())."""
        self.process = self.stage.start([self.program, "-F", "-c", os.path.join(self.folder, "dovecot.conf")],
                                        cwd=self.folder, **self.as_user)
        self.stage.hard.append(self.process)
        ra_test.wait_for("Dovecot", 20, self._listens)

    def stop(self):
        """Stops it, as an administrator would; its mail stays."""
        self.process.terminate()
        self.process.wait(60)

    def _listens(self):
        if self.process.poll() is not None:
            raise ra_test.Failure("Dovecot did not start: " + self.log())
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def log(self):
        """What Dovecot has to say."""
        text = ""
        for path in (os.path.join(self.folder, "log"), self.process.log):
            if os.path.exists(path):
                with open(path, encoding="utf-8", errors="replace") as file:
                    text += file.read()
        return text

    def token(self, user=USER, seconds=3600):
        """A JSON Web Token (RFC 7519) that this server takes for USER."""
        now = int(time.time())
        head = _url64(json.dumps({"alg": "HS256", "typ": "JWT"}).encode())
        claims = _url64(json.dumps({"sub": user, "iat": now - 10, "nbf": now - 10, "exp": now + seconds}).encode())
        body = head + b"." + claims
        return (body + b"." + _url64(hmac.new(self.secret, body, hashlib.sha256).digest())).decode()

    def client(self, user=USER, folder="INBOX", readonly=False):
        """Somebody else's connection (imaplib), with FOLDER open: to put messages there and to look."""
        if not self.tls:
            client = imaplib.IMAP4("127.0.0.1", self.port)
        else:
            context = ssl.create_default_context(cafile=self.certificate)
            client = imaplib.IMAP4_SSL("localhost", self.imaps, ssl_context=context)
        client.login(user, PASSWORD)
        if folder is not None:
            client.select(folder, readonly)
        return client

    def deliver(self, message, user=USER, folder="INBOX", flags="", when=None):
        """Puts MESSAGE (bytes) into FOLDER (as IMAP writes its name); its UID, as text."""
        client = self.client(user, None)
        message = message.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        kind, answer = client.append(folder, flags, imaplib.Time2Internaldate(when or time.time()), message)
        client.logout()
        ra_test.check(kind == "OK", f"APPEND: {answer}")
        return answer[0].split(b"]")[0].split()[-1].decode()

    def flags(self, uid, user=USER, folder="INBOX"):
        """The flags of a message, sorted, in lower case."""
        client = self.client(user, folder, readonly=True)
        _, answer = client.uid("FETCH", uid, "(FLAGS)")
        client.logout()
        if not answer or answer[0] is None:
            return None
        names = imaplib.ParseFlags(answer[0])
        return sorted(name.decode().lower() for name in names if name != b"\\Recent")
