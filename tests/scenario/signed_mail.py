# SPDX-License-Identifier: GPL-3.0-or-later
"""Signed and encrypted messages, made by OpenSSL and GnuPG with keys that live as long as the stage."""

import os
import subprocess

def openssl(*args, stdin=None):
    made = subprocess.run(["openssl", *args], input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    if made.returncode != 0:
        raise RuntimeError(f"openssl {' '.join(args)}: {made.stderr.decode()}")
    return made.stdout


class Authority:
    """A certification authority of our own, and those whom it vouches for."""

    def __init__(self, stage, name="Example CA", days="30"):
        self.folder = stage.path("ca-" + name.replace(" ", "-"))
        os.mkdir(self.folder)
        self.cert = self.path("ca.crt")
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
                self.path("ca.key"), "-out", self.cert, "-days", days, "-subj",
                f"/CN={name}")

    def path(self, name):
        return os.path.join(self.folder, name)

    def person(self, name, address, *, usage="emailProtection", rsa=False, subject=None, days="30"):
        """The PEM file with key and certificate of somebody."""
        stem = self.path(f"{name}-{address}-{usage}-{rsa}".replace("/", "").replace(" ", "-"))
        kind = ["rsa:2048"] if rsa else ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
        openssl("req", "-newkey", *kind, "-nodes", "-keyout", stem + ".key", "-out", stem + ".csr", "-subj",
                subject or f"/CN={name}")
        with open(stem + ".ext", "w", encoding="ascii") as file:
            file.write((f"subjectAltName={address}\n" if address else "") + f"extendedKeyUsage={usage}\n")
        openssl("x509", "-req", "-in", stem + ".csr", "-CA", self.cert, "-CAkey", self.path("ca.key"),
                "-CAcreateserial", "-days", days, "-extfile", stem + ".ext", "-out", stem + ".crt")
        with open(stem + ".pem", "wb") as out:
            for part in (".key", ".crt"):
                with open(stem + part, "rb") as file:
                    out.write(file.read())
        return stem + ".pem"


def crlf(data):
    return data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def headers(sender="Jürgen Novice <juergen@example.org>", subject="Help"):
    return (f"From: {sender}\r\nTo: helpdesk@example.net\r\nSubject: {subject}\r\n"
            "Date: Sat, 21 Nov 2026 10:00:00 +0100\r\n").encode()


def sign(entity, pem, *args, detached=True):
    """The entity signed, as an entity again (with a MIME-Version before it)."""
    return openssl("cms", "-sign", "-signer", pem, *([] if detached else ["-nodetach"]), "-binary", *args,
                   stdin=crlf(entity))


def encrypt(entity, pem, *args):
    return openssl("cms", "-encrypt", "-aes256", "-binary", *args, pem, stdin=crlf(entity))


def sign_pgp(entity, key, *args, env, digest="SHA256"):
    """A multipart/signed of RFC 3156."""
    made = subprocess.run(["gpg", "--batch", "--quiet", "--yes", "--pinentry-mode", "loopback", "--passphrase", "",
                           "--digest-algo", digest, "--armor", "--detach-sign", "-u", key, *args], env=env,
                          input=crlf(entity).removesuffix(b"\r\n"), stdout=subprocess.PIPE, check=True)
    return pgp_entity(entity, made.stdout)


def pgp_entity(entity, signature):
    return (b'Content-Type: multipart/signed; micalg=pgp-sha256; protocol="application/pgp-signature"; boundary="pgp"\r\n'
            b"\r\n--pgp\r\n" + crlf(entity).removesuffix(b"\r\n") +
            b'\r\n--pgp\r\nContent-Type: application/pgp-signature; name="signature.asc"\r\n\r\n' + crlf(signature) +
            b"--pgp--\r\n")
