#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who signed a message, and what is encrypted: S/MIME by OpenSSL, PGP/MIME by GnuPG."""

import base64
import json
import os
import struct
import subprocess
import zlib

from ra_test import check, need, program, run, run_tests
from signed_mail import Authority, crlf, encrypt, headers, openssl, pgp_entity, sign, sign_pgp

JO = "email:juergen@example.org"
WARNS_OF_CHANGE = "the message's signature is wrong"
WARNS_OF_ANOTHER = "the message was signed by"


def ticket(env, name="Jürgen Novice"):
    made = subprocess.run([program("tests/make-ticket"), "--name", name, "--address", "juergen@example.org"], env=env,
                          input=b"four-odd-words-here\n", stdout=subprocess.PIPE, check=True)
    return made.stdout


def attachment(data):
    return (b"Content-Type: application/vnd.remote-assistance.ticket+xml\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
            crlf(base64.encodebytes(data)))


def entity(*parts, text=b"Please help me."):
    """A MIME entity with a text and PARTS."""
    return (b'Content-Type: multipart/mixed; boundary="in"\r\n\r\n--in\r\nContent-Type: text/plain\r\n\r\n' + text +
            b"\r\n" + b"".join(b"--in\r\n" + part for part in parts) + b"--in--\r\n")


class Desk:
    """A helper's desk: an authority, people, and ra-open asked about messages."""

    def __init__(self, stage):
        need("openssl")
        self.stage = stage
        self.env = stage.person("helper")
        self.ca = Authority(stage)
        self.jo = self.ca.person("Jo Novice", JO)
        self.ticket = ticket(self.env)
        self.entity = entity(attachment(self.ticket))
        self.count = 0

    def ask(self, data, *args, ca=True, env=None):
        """The exit code and the report of ra-open about DATA."""
        self.count += 1
        path = self.stage.path(f"message-{self.count}")
        with open(path, "wb") as file:
            file.write(data)
        trust = ["--ca", self.ca.cert] if ca else []
        result = run("ra-open", "--check", "--json", *trust, *args, "--", path, env=env or self.env)
        check(result.returncode in (0, 3, 4, 5, 6) or "--key" in args, f"exit code {result.returncode}: {result.stderr}")
        return result.returncode, json.loads(result.stdout)

    def found(self, data, *args, **more):
        code, report = self.ask(data, *args, **more)
        check(code == 0 and len(report["invitations"]) == 1, f"exit code {code}: {report}")
        return report["invitations"][0], report["warnings"]

    def expect(self, data, state, *args, address="juergen@example.org", why=None, warns=None, **more):
        """One invitation whose signature is STATE (None: not signed)."""
        invitation, warnings = self.found(data, *args, **more)
        signed = invitation["signed_by"]
        check((signed["state"] if signed else None) == state, f"not {state}: {signed}")
        if signed and address is not None:
            check(signed["address"] == address, f"not by {address}: {signed}")
        if why is not None:
            check(why in signed["why"], f"not because of {why!r}: {signed}")
        spoken = " ".join(warnings)
        check((warns or WARNS_OF_CHANGE) in spoken if warns else not spoken, f"warnings: {warnings}")
        return invitation


def test_smime_signed(stage):
    desk = Desk(stage)
    whole = headers() + sign(desk.entity, desk.jo)
    good = desk.expect(whole, "good")
    check(good["signed_by"]["issuer"] == "Example CA" and good["signed_by"]["name"] == "Jo Novice" and
          good["signed_by"]["kind"] == "smime" and good["signed_by"]["date"], str(good["signed_by"]))
    check(good["part"] == "1.2" and good["message"]["from_address"] == "juergen@example.org", str(good))
    text = run("ra-open", "--check", "--ca", desk.ca.cert, stage.path("message-1"), env=desk.env).stdout
    check("Signed by:    Jo Novice <juergen@example.org>, vouched for by Example CA\n" in text, text)
    desk.expect(whole, "untrusted", ca=False, why="does not know who vouches")
    # On its way: line ends, a list's footer, lines from an mbox
    desk.expect(whole.replace(b"\r\n", b"\n"), "good")
    desk.expect(crlf(whole).replace(b"\r\n", b"\r"), "good")
    desk.expect(b"From jo Sat Nov 21 10:00:00 2026\n" + whole.replace(b"\r\n", b"\n"), "good")
    listed = (headers() + b'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="list"\r\n\r\n--list\r\n' +
              sign(desk.entity, desk.jo) + b"\r\n--list\r\nContent-Type: text/plain\r\n\r\nUnsubscribe here.\r\n--list--\r\n")
    desk.expect(listed, "good")
    # Opaque, also when the type is lost, in PEM, in BER without lengths, bare
    opaque = sign(desk.entity, desk.jo, detached=False)
    desk.expect(headers() + opaque, "good")
    desk.expect(headers() + opaque.replace(b"application/pkcs7-mime", b"application/octet-stream"), "good")
    desk.expect(headers() + sign(desk.entity, desk.jo, "-stream", detached=False), "good")
    for form in ("DER", "PEM"):
        bare = sign(desk.entity, desk.jo, "-outform", form, detached=False)
        check(desk.expect(bare, "good")["message"] is None, "there is a message around")
    desk.expect(sign(headers() + desk.entity, desk.jo, "-outform", "DER", detached=False), "good")
    desk.expect(sign(desk.ticket, desk.jo, "-outform", "DER", detached=False), "good")
    # Other keys and methods
    desk.expect(headers() + sign(desk.entity, desk.ca.person("Jo Novice", JO, rsa=True)), "good")
    pss = ["-keyopt", "rsa_padding_mode:pss"]
    desk.expect(headers() + sign(desk.entity, desk.ca.person("Jo Novice", JO, rsa=True), *pss), "good")
    desk.expect(headers() + sign(desk.entity, desk.jo, "-md", "sha512"), "good")
    desk.expect(headers() + sign(desk.entity, desk.jo, "-noattr"), "good")
    for weak in ("md5", "sha1"):
        desk.expect(headers() + sign(desk.entity, desk.ca.person("Jo Novice", JO, rsa=True), "-md", weak), "untrusted", why="too weak")


def test_smime_tricks(stage):
    desk = Desk(stage)
    changed = entity(attachment(ticket(desk.env, name="Somebody Else")))
    whole = headers() + sign(desk.entity, desk.jo)
    desk.expect(whole.replace(b"Please help", b"Please kelp"), "bad", warns=WARNS_OF_CHANGE)
    inner = sign(entity(text=b"Hello."), desk.jo)
    # The invitation beside what is signed: before, after, behind the signature, in the preamble
    beside = headers() + b'Content-Type: multipart/mixed; boundary="out"\r\n\r\n'
    desk.expect(beside + b"--out\r\n" + inner + b"\r\n--out\r\n" + attachment(desk.ticket) + b"--out--\r\n", None)
    desk.expect(beside + b"--out\r\n" + attachment(desk.ticket) + b"--out\r\n" + inner + b"\r\n--out--\r\n", None)
    mark = b"--" + inner.split(b'boundary="', 1)[1].split(b'"', 1)[0]
    mark = b"\n" + mark
    before, first, rest = inner.split(mark, 2)
    signature, after = rest.split(mark, 1)
    third = headers() + before + mark + first + mark + signature + mark + b"\n" + attachment(desk.ticket) + mark + after
    desk.expect(third, None)
    armour = subprocess.run([program("tests/make-ticket"), "--armour", "--address", "juergen@example.org"], env=desk.env, check=False,
                            input=b"four-odd-words-here\n", stdout=subprocess.PIPE).stdout
    if armour:
        desk.expect(headers() + before + b"\r\n" + armour + mark + first + mark + rest, None)
        desk.expect(headers() + inner + armour, None)
    # The first part twice, closed in between
    twice = headers() + before + mark + first + mark + b"--" + mark + b"\n" + attachment(desk.ticket) + mark + rest
    desk.expect(twice, None)
    # A signature of something else, no signature, nothing but a signature
    other = sign(changed, desk.jo)
    stolen = other.split(b"\n" + b"--" + other.split(b'boundary="', 1)[1].split(b'"', 1)[0])[2]
    own = sign(desk.entity, desk.jo)
    its_mark = b"\n--" + own.split(b'boundary="', 1)[1].split(b'"', 1)[0]
    head, part, _, _ = own.split(its_mark)
    desk.expect(headers() + head + its_mark + part + its_mark + stolen + its_mark + b"--\n", "bad",
                warns=WARNS_OF_CHANGE)
    desk.expect(headers() + head + its_mark + part + its_mark + b"--\n", "unchecked", address=None, why="missing")
    nonsense = b"\nContent-Type: application/pkcs7-signature\n\nnonsense\n"
    desk.expect(headers() + head + its_mark + part + its_mark + nonsense + its_mark + b"--\n", "bad", address=None,
                warns=WARNS_OF_CHANGE)
    # Signed by another than the sender; the innermost message's sender counts
    mallory = desk.ca.person("Jo Novice", "email:mallory@example.com")
    desk.expect(headers() + sign(desk.entity, mallory), "good", address="mallory@example.com", warns=WARNS_OF_ANOTHER)
    forwarded = b"Content-Type: message/rfc822\r\n\r\n" + headers() + desk.entity
    desk.expect(headers("Mallory <mallory@example.com>") + sign(forwarded, mallory), "good",
                address="mallory@example.com", warns=WARNS_OF_ANOTHER)
    mine = b"Content-Type: message/rfc822\r\n\r\n" + whole
    desk.expect(headers("Bob <bob@example.com>") + mine, "good")
    both = sign(mine, desk.ca.person("Bob", "email:bob@example.com"))
    desk.expect(headers("Bob <bob@example.com>") + both, "good")
    # Two signers: the sender's signature counts, whatever is beside it
    desk.expect(headers() + sign(desk.entity, mallory, "-signer", desk.jo), "good")
    # Certificates: not for mail, expired, alone, of an unknown authority, without an address
    desk.expect(headers() + sign(desk.entity, desk.ca.person("Jo", JO, usage="serverAuth")), "untrusted",
                why="not meant for mail")
    alone = stage.path("alone.pem")
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", alone,
            "-out", alone + ".crt", "-subj", "/CN=Jo Novice/emailAddress=Juergen@EXAMPLE.org")
    with open(alone, "ab") as out, open(alone + ".crt", "rb") as cert:
        out.write(cert.read())
    desk.expect(headers() + sign(desk.entity, alone), "untrusted", address="Juergen@EXAMPLE.org",
                why="nobody vouches")
    desk.expect(headers() + sign(desk.entity, alone), "good", "--ca", alone + ".crt", address="Juergen@EXAMPLE.org",
                ca=False)
    stranger = Authority(stage, "Another CA").person("Jo Novice", JO)
    desk.expect(headers() + sign(desk.entity, stranger), "untrusted", why="does not know who vouches")
    nobody = desk.ca.person("Jo Novice", "")
    desk.expect(headers() + sign(desk.entity, nobody), "good", address="", warns=WARNS_OF_ANOTHER)
    desk.expect(headers() + sign(desk.entity, desk.jo, "-nocerts"), "unchecked", address=None,
                why="certificate is not in the message")


def test_smime_encrypted(stage):
    desk = Desk(stage)
    helper = desk.ca.person("Help Desk", "email:helpdesk@example.net", rsa=True)
    ec_helper = desk.ca.person("Help Desk", "email:helpdesk@example.net")
    other = desk.ca.person("Other", "email:other@example.net", rsa=True)
    key = ["--key", helper]
    secret = headers() + encrypt(desk.entity, helper)
    code, report = desk.ask(secret)
    check(code == 3 and "give your key with --key" in report["error"]["message"] and report["locked"] == 1, str(report))
    code, report = desk.ask(secret, "--key", other)
    check(code == 6 and "does not open it" in report["error"]["message"], str(report))
    code, report = desk.ask(secret, "--key", desk.ca.cert)
    check(code == 2 and "lacks a private key" in report["error"]["message"], str(report))
    opened = desk.expect(secret, None, *key)
    check(opened["encrypted"] and opened["message"]["from_address"] == "juergen@example.org", str(opened))
    text = run("ra-open", "--check", *key, stage.path("message-1"), env=desk.env).stdout
    check("Encrypted:    to your key\n" in text, text)
    check(desk.expect(headers() + encrypt(desk.entity, helper, "-aes-256-gcm"), None, *key)["encrypted"], "GCM")
    check(desk.expect(headers() + encrypt(desk.entity, ec_helper), None, "--key", ec_helper)["encrypted"], "ECDH")
    oaep = ["-recip", helper, "-keyopt", "rsa_padding_mode:oaep"]
    desk.expect(headers() + openssl("cms", "-encrypt", "-aes256", "-binary", *oaep, stdin=desk.entity), None, *key)
    both = openssl("cms", "-encrypt", "-aes128", "-binary", other, helper, stdin=desk.entity)
    desk.expect(headers() + both, None, *key)
    for form in ("DER", "PEM"):
        desk.expect(encrypt(desk.entity, helper, "-outform", form), None, *key)
        desk.expect(encrypt(desk.entity, helper, "-outform", form, "-stream"), None, *key)
    # In each other
    signed = sign(desk.entity, desk.jo)
    desk.expect(headers() + encrypt(signed, helper), "good", *key)
    desk.expect(headers() + sign(encrypt(desk.entity, helper), desk.jo), "good", *key)
    triple = sign(encrypt(signed, helper), desk.ca.person("Gateway", "email:gateway@example.org"))
    check(desk.expect(headers() + triple, "good", *key)["encrypted"], "not encrypted")
    opaque = sign(desk.entity, desk.jo, detached=False)
    desk.expect(headers() + sign(encrypt(opaque, helper), desk.jo, detached=False), "good", *key)
    # An encrypted and altered message stays shut, or holds nothing
    gcm = encrypt(desk.entity, helper, "-aes-256-gcm", "-outform", "DER")
    code, report = desk.ask(gcm[:-60] + bytes([gcm[-60] ^ 1]) + gcm[-59:], *key)
    check(code == 6 and not report["invitations"], f"{code} {report}")
    # From the settings
    config = os.path.join(desk.env["XDG_CONFIG_HOME"], "remote-assistance")
    os.makedirs(config, exist_ok=True)
    with open(os.path.join(config, "config"), "w", encoding="utf-8") as file:
        file.write(f"[Open]\nKey={helper}\nCa={desk.ca.cert}\n")
    desk.expect(headers() + encrypt(signed, helper), "good", ca=False)


def gpg(env, *args, stdin=None):
    done = subprocess.run(["gpg", "--batch", "--quiet", "--pinentry-mode", "loopback", "--passphrase", "", *args], env=env,
                          input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    check(done.returncode == 0, f"gpg {args}: {done.stderr.decode()}")
    return done.stdout


def keyring(stage, name):
    """GnuPG's home in a folder of its own; its agent ends with the stage."""
    home = stage.path("gnupg-" + name)
    os.mkdir(home, 0o700)
    env = dict(os.environ, GNUPGHOME=home)
    stage.cleanups.append(lambda: subprocess.run(["gpgconf", "--kill", "all"], env=env, check=False))
    return env


def test_pgp(stage):
    need("gpg", "gpgconf")
    desk = Desk(stage)
    novice, helper = keyring(stage, "novice"), keyring(stage, "helper")
    desk.env = dict(desk.env, GNUPGHOME=helper["GNUPGHOME"])
    gpg(novice, "--quick-gen-key", "Jo Novice <juergen@example.org>", "ed25519", "sign", "never")
    gpg(helper, "--quick-gen-key", "Help <helpdesk@example.net>", "future-default", "default", "never")
    whole = headers() + sign_pgp(desk.entity, "juergen@example.org", env=novice)
    expected = gpg(novice, "--with-colons", "--list-keys").decode().split("fpr:::::::::", 1)[1].split(":", 1)[0]
    missing = desk.expect(whole, "unchecked", address=None, why="you do not have the key")
    check(expected[-16:] in missing["signed_by"]["why"], str(missing))
    gpg(helper, "--import", stdin=gpg(novice, "--export"))
    unproven = desk.expect(whole, "untrusted", why="nobody that you trust")
    check(unproven["signed_by"]["name"] == "Jo Novice" and unproven["signed_by"]["kind"] == "pgp", str(unproven))
    gpg(helper, "--quick-lsign-key", expected)
    desk.expect(whole, "good")
    desk.expect(whole.replace(b"\r\n", b"\n"), "good")
    desk.expect(whole.replace(b"Please help", b"Please kelp"), "bad", warns=WARNS_OF_CHANGE)
    desk.expect(headers("Mallory <mallory@example.com>") + whole.split(b"+0100\r\n", 1)[1], "good",
                warns=WARNS_OF_ANOTHER)
    desk.expect(headers() + sign_pgp(desk.entity, "juergen@example.org", "--allow-weak-digest-algos", env=novice,
                                     digest="SHA1"), "untrusted", why="too weak")
    desk.expect(headers() + pgp_entity(desk.entity, b"-----BEGIN PGP SIGNATURE-----\n\nnonsense\n"), "bad", address=None,
                warns=WARNS_OF_CHANGE)
    other = gpg(novice, "--armor", "--sign", "-u", "juergen@example.org", stdin=b"Something else.\n")
    for own_text in (other, other.replace(b"PGP MESSAGE", b"PGP SIGNATURE")):
        desk.expect(headers() + pgp_entity(desk.entity, own_text), "bad", address=None, warns=WARNS_OF_CHANGE)
    # A signature that consists of so many that GnuPG would look at them for minutes
    single = b"\xc2\x2a\x04\x00\x01\x08\x00\x06\x05\x02" + b"\x5f" * 4 + b"\x00\x0a\x09\x10" + b"12345678" + bytes(18)
    squeezed = b"\x02" + zlib.compress(single * 200000, 9)
    squeezed = b"\xc8\xff" + struct.pack(">I", len(squeezed)) + squeezed
    for bomb, state, why, warns in ((squeezed, "bad", "cannot be read", WARNS_OF_CHANGE),
                                    (single * 3000, "unchecked", "more signatures", None)):
        armour = b"-----BEGIN PGP SIGNATURE-----\n\n" + base64.encodebytes(bomb) + b"-----END PGP SIGNATURE-----\n"
        desk.expect(headers() + pgp_entity(desk.entity, armour), state, address=None, why=why, warns=warns)
    # An address that the owner gave their key later proves nothing
    gpg(novice, "--quick-gen-key", "Mallory <mallory@example.com>", "ed25519", "sign", "never")
    gpg(helper, "--import", stdin=gpg(novice, "--export", "mallory@example.com"))
    fingerprint = gpg(helper, "--with-colons", "--list-keys", "mallory@example.com").decode()
    fingerprint = fingerprint.split("fpr:::::::::", 1)[1].split(":", 1)[0]
    gpg(helper, "--quick-lsign-key", fingerprint)
    gpg(novice, "--quick-add-uid", "mallory@example.com", "Jo Novice <juergen@example.org>")
    gpg(helper, "--import", stdin=gpg(novice, "--export", "mallory@example.com"))
    desk.expect(headers() + sign_pgp(desk.entity, fingerprint, env=novice), "good", address="mallory@example.com",
                warns=WARNS_OF_ANOTHER)
    # Without a keyring none is made
    away = dict(desk.env, GNUPGHOME=stage.path("gnupg-nowhere"))
    desk.expect(whole, "unchecked", address=None, why="no GnuPG keyring", env=away)
    check(not os.path.exists(away["GNUPGHOME"]), "a keyring was made")
    # Encrypted: a clear word
    shut = gpg(helper, "--armor", "--trust-model", "always", "-r", "helpdesk@example.net", "--encrypt", stdin=desk.entity)
    whole = (headers() + b'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary="e"\r\n\r\n'
             b"--e\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n--e\r\n"
             b"Content-Type: application/octet-stream\r\n\r\n" + crlf(shut) + b"--e--\r\n")
    code, report = desk.ask(whole)
    check(code == 3 and "encrypted with PGP" in report["error"]["message"] and report["locked"] == 1, str(report))


run_tests([test_smime_signed, test_smime_tricks, test_smime_encrypted, test_pgp])
