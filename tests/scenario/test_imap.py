#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Boxes over IMAP, on a real Dovecot."""

import os
import re
import threading
import time

from imap_probe import Probe, Relay, invitation, make_ticket, photo
from imap_servers import PASSWORD, Dovecot
from ra_test import check, run_tests

PLAIN = b"Subject: lunch\n\nNothing of interest.\n"


def message_ids(lines):
    return [line.split()[1] for line in lines if line.startswith("message ")]


def write(stage, name, text):
    path = stage.path(name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text + "\n")
    return path


def test_ways_to_log_in(stage):
    server = Dovecot(stage)
    server.deliver(invitation(make_ticket(stage)))
    trusted = ("--ca", server.certificate)
    imaps, imap = f"imaps://desk@localhost:{server.imaps}", f"imap://desk@localhost:{server.port}"
    good = write(stage, "token", server.token())
    bad = write(stage, "bad-token", server.token(seconds=-5))
    for url in (imaps, imap):
        check(message_ids(Probe(stage, url, *trusted).good("refresh")) == ["1"], url)
        check(message_ids(Probe(stage, url, "--token-file", good, *trusted).good("refresh")) == ["1"], url)
        Probe(stage, url, *trusted, password="wrong").fails("refresh", 6, "refused the login")
        Probe(stage, url, "--token-file", bad, *trusted).fails("refresh", 6, "refused the login")
        Probe(stage, url).fails("refresh", 7, "could not prove who it is")
    Probe(stage, imaps + "/Missing", *trusted).fails("refresh", 2, "does not open the folder Missing")
    check("Login failed" not in server.log() and "Auth process broken" not in server.log(), server.log())


def test_other_mechanisms(stage):
    server = Dovecot(stage, mechanisms="xoauth2 login")
    url, trusted = f"imaps://desk@localhost:{server.imaps}", ("--ca", server.certificate)
    token = write(stage, "token", server.token())
    check(Probe(stage, url, *trusted).good("refresh") == [], "LOGIN")
    check(Probe(stage, url, "--token-file", token, *trusted).good("refresh") == [], "XOAUTH2")


def test_clear_on_this_computer(stage):
    server = Dovecot(stage, tls=False)
    server.deliver(invitation(make_ticket(stage)))
    url = f"imap://desk@127.0.0.1:{server.port}"
    check(message_ids(Probe(stage, url).good("refresh")) == ["1"], "auto")
    check(message_ids(Probe(stage, url, "--tls", "none").good("refresh")) == ["1"], "none")
    Probe(stage, url, "--tls", "required").fails("refresh", 7, "offers no encryption")


def test_folder_names(stage):
    server = Dovecot(stage, tls=False)
    client = server.client(folder=None)
    client.create('"Hilfe &- Gr&APYA3w-e &2D3eAA-"')
    server.deliver(invitation(make_ticket(stage)), folder='"Hilfe &- Gr&APYA3w-e &2D3eAA-"')
    name = "Hilfe%20%26%20Gr%C3%B6%C3%9Fe%20%F0%9F%98%80"
    check(message_ids(Probe(stage, f"imap://desk@127.0.0.1:{server.port}/{name}").good("refresh")) == ["1"], name)


def samples(ticket):
    """Messages, and whether they could hold an invitation."""
    armour = (b"-----BEGIN REMOTE ASSISTANCE INVITATION-----\nPHRpY2tldD48L3RpY2tldD4=\n"
              b"-----END REMOTE ASSISTANCE INVITATION-----\n")

    def part(kind, name, body=b"x\n", outer=b"mixed", more=b""):
        return (b"Subject: x\nMIME-Version: 1.0\nContent-Type: multipart/" + outer + b"; boundary=b\n\n--b\n\nhi\n--b\n"
                b"Content-Type: " + kind + b"\nContent-Disposition: attachment; filename=\"" + name + b"\"\n" + more +
                b"\n" + body + b"--b--\n")

    quoted = b"".join(b"> " + line + b"\n" for line in armour.splitlines())
    return [
        (PLAIN, False),
        (invitation(ticket), True),
        (part(b"image/jpeg", b"a.jpg"), False),
        (part(b"application/pdf", b"a.pdf"), False),
        (part(b"application/octet-stream", b"a.dat"), True),
        (part(b"application/octet-stream", b"a.dat", b"x" * 76 + b"\n" * 200000), False),
        (part(b"text/plain", b"Invitation.raticket.txt"), True),
        (part(b"application/x-whatever", b"rcBuddy.MsRcIncident"), True),
        (part(b"application/ms-tnef", b"winmail.dat", (b"x" * 76 + b"\n") * 4000), True),
        (part(b"message/rfc822", b"f.eml", b"Subject: inner\n\nnothing\n"), False),
        (part(b"message/rfc822", b"f.eml", b"Subject: inner\n\n" + armour), True),
        (part(b"message/rfc822", b"f.eml", invitation(ticket)), True),
        (b"Subject: block\n\n" + armour, True),
        (b"Subject: reply\n\n" + quoted, True),
        (b"Subject: html\nMIME-Version: 1.0\nContent-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n\n"
         b"<p>-----BEGIN REMOTE ASSI=\nSTANCE INVITATION-----<br>", True),
        (b"Subject: uu\n\nbegin 644 Invitation.raticket\n`\nend\n", True),
        (b"Subject: Re: YOU HAVE RECEIVED A REMOTE ASSISTANCE INVITATION FROM: a@b\n\nstripped\n", True),
        (b"Subject: headers\nX-Remote-Assistance-Expires: tomorrow\n\nx\n", True),
        (b"Subject: smime\nMIME-Version: 1.0\nContent-Type: application/pkcs7-mime; name=smime.p7m\n"
         b"Content-Transfer-Encoding: base64\n\nMIIB\n", True),
        (part(b"application/pgp-signature", b"signature.asc", outer=b"signed"), False),
    ]


def test_what_is_found(stage):
    server = Dovecot(stage, tls=False)
    wire = Relay(stage, server.port)
    ticket = make_ticket(stage)
    messages = samples(ticket)
    for data, _ in messages:
        server.deliver(data)
    wanted = [str(number) for number, (_, holds) in enumerate(messages, 1) if holds]
    for capability in (None, "IMAP4rev1 LITERAL+"):
        if capability:
            server = Dovecot(stage, tls=False, capability=capability, name="plain")
            wire = Relay(stage, server.port)
            for data, _ in messages:
                server.deliver(data)
        probe = Probe(stage, f"imap://desk@127.0.0.1:{wire.port}")
        found = message_ids(probe.good("refresh"))
        check(found == wanted, f"{found}, not {wanted}")
        check(b"BODY.PEEK" not in wire.said, "a body was fetched before it was wanted")
        check(probe.good("refresh") == [], "something changed by itself")
        check(probe.good("fetch 2")[0].startswith("found 1 "), "the invitation is not found")
        check(probe.good("fetch 12")[0].startswith("found 1 "), "the forwarded invitation is not found")
        check(probe.good("change 2 - anna") == [] and probe.good("change 2 anna -") == [], "claim")
        probe.fails("fetch 4711", 3)
        probe.fails("fetch nonsense", 3)
        probe.fails("change 4711 - anna", 3)
        for number in range(1, len(messages) + 1):
            check(server.flags(str(number)) == [], f"message {number} is {server.flags(str(number))}")


def test_since(stage):
    server = Dovecot(stage, tls=False)
    now = int(time.time())
    for age in (10 * 86400, 3 * 86400, 7000, 10):
        server.deliver(invitation(make_ticket(stage)), when=now - age)
    probe = Probe(stage, f"imap://desk@127.0.0.1:{server.port}", "--since", str(now - 7200))
    check(message_ids(probe.good("refresh")) == ["3", "4"], "since two hours ago")


def test_large_messages(stage):
    server = Dovecot(stage, tls=False)
    wire = Relay(stage, server.port)
    ticket = make_ticket(stage)
    server.deliver(invitation(ticket, photo(3_000_000)))
    inner = invitation(ticket, photo(1_000_000))
    server.deliver(b"Subject: Fwd\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=o\n\n--o\n"
                   b"Content-Type: message/rfc822\n\n" + inner + b"--o--\n")
    probe = Probe(stage, f"imap://desk@127.0.0.1:{wire.port}")
    check(message_ids(probe.good("refresh")) == ["1", "2"], "two messages")
    before = wire.heard
    check(probe.good("fetch 1")[0].startswith("found 1 "), "beside the photograph")
    check(wire.heard - before < 50_000, f"{wire.heard - before} bytes for one ticket")
    found = probe.good("fetch 2")[0].split()
    check(found[1] == "1" and int(found[2]) > 1_000_000, f"forwarded: {found}")


def test_news(stage):
    for capability in (None, "IMAP4rev1 IDLE", "IMAP4rev1 IDLE CONDSTORE"):
        server = Dovecot(stage, tls=False, capability=capability, name=f"news-{capability and len(capability)}")
        wire = Relay(stage, server.port)
        ticket = make_ticket(stage)
        server.deliver(invitation(ticket))
        probe = Probe(stage, f"imap://desk@127.0.0.1:{wire.port}")
        probe.good("refresh")
        started = time.monotonic()
        probe.good("wait 1")
        check(time.monotonic() - started > 0.9, "a wait ended before its time")
        started = time.monotonic()
        probe.send("wait 50")
        time.sleep(0.3)
        server.deliver(invitation(ticket))
        check(probe.answer()[-1] == "ok" and time.monotonic() - started < 10, "the new message was not told")
        check(message_ids(probe.good("refresh")) == ["2"], "the new message")
        other = server.client()
        probe.send("wait 50")
        time.sleep(0.3)
        other.uid("STORE", "1", "+FLAGS", "(ra-by-bob RA-Session \\Seen)")
        check(probe.answer(20)[-1] == "ok", "the change was not told")
        check(re.fullmatch(r"message 1 \d+ bob\+session", " ".join(probe.good("refresh"))), "the change")
        probe.good("wait 1")
        check(probe.good("refresh") == [], "news of nothing")
        other.uid("STORE", "2", "+FLAGS", "(\\Deleted)")
        other.expunge()
        check(probe.good("refresh") == ["gone 2"], "what is gone")
        # A wait that is given up leaves the connection as it was.
        started = time.monotonic()
        probe.fails("wait 50 300", -19)
        check(time.monotonic() - started < 1.5, "a wait was not given up at once")
        check(probe.good("change 1 bob+session -") == [], "release")
        check("\\seen" in server.flags("1") and "ra-by-bob" not in server.flags("1"), "only our flags change")
        check(wire.connections == 1, f"{wire.connections} connections")


def test_folder_made_anew(stage):
    server = Dovecot(stage, tls=False)
    wire = Relay(stage, server.port)
    client = server.client(folder=None)
    client.create("Help")
    server.deliver(invitation(make_ticket(stage)), folder="Help")
    probe = Probe(stage, f"imap://desk@127.0.0.1:{wire.port}/Help")
    check(message_ids(probe.good("refresh")) == ["1"], "before")
    client.delete("Help")
    time.sleep(1.1)  # UIDVALIDITY is the time
    client.create("Help")
    server.deliver(PLAIN, folder="Help")
    server.deliver(invitation(make_ticket(stage)), folder="Help")
    wire.cut()
    lines = probe.good("refresh")
    check(lines[0] == "reset" and message_ids(lines) == ["2"], f"after: {lines}")


def test_race(stage):
    server = Dovecot(stage, tls=False)
    url = f"imap://desk@127.0.0.1:{server.port}"
    for more in ((), ("--no-condstore",)):
        probe = Probe(stage, url, *more)
        for _ in range(2):
            uid = server.deliver(invitation(make_ticket(stage)))
            lines = probe.good(f"race {uid} 50")
            check(len(lines) == 1 and lines[0].startswith("won "), f"{more}: {lines}")
            winner = lines[0].split()[1]
            check(server.flags(uid) == [f"ra-by-{winner}"], f"{more}: {lines} but {server.flags(uid)}")


def test_dead_bid(stage):
    """A bid whose helper lost power is in nobody's way for ever, and one that is alive is."""
    server = Dovecot(stage, tls=False, capability="IMAP4rev1 IDLE")
    uid = server.deliver(invitation(make_ticket(stage)))
    other = server.client()
    other.uid("STORE", uid, "+FLAGS", "(ra-bid-aaa)")
    probe = Probe(stage, f"imap://desk@127.0.0.1:{server.port}")
    probe.good("refresh")
    probe.send(f"change {uid} - anna")
    time.sleep(2)
    check(server.flags(uid) == ["ra-bid-aaa"], f"it did not wait: {server.flags(uid)}")
    other.uid("STORE", uid, "-FLAGS", "(ra-bid-aaa)")
    check(probe.answer(10) == ["ok"] and server.flags(uid) == ["ra-by-anna"], "it did not go on")


def test_marks(stage):
    for capability in (None, "IMAP4rev1"):
        server = Dovecot(stage, tls=False, capability=capability, name=f"marks-{bool(capability)}")
        uid = server.deliver(invitation(make_ticket(stage)), flags="(\\Flagged $Forwarded)")
        probe = Probe(stage, f"imap://desk@127.0.0.1:{server.port}")
        one, two = probe, Probe(stage, f"imap://desk@127.0.0.1:{server.port}")
        one.good("refresh")
        two.good("refresh")
        one.good(f"change {uid} - Änne")
        check(two.fails(f"change {uid} - bob", 8) == ["now Änne"], "declined")
        two.good(f"change {uid} Änne bob")
        check(one.fails(f"change {uid} Änne Änne+session", 8) == ["now bob"], "taken over")
        two.good(f"change {uid} bob bob+session+told=3")
        two.good(f"change {uid} bob+session+told=3 bob+done+told=7")
        check(server.flags(uid) == ["$forwarded", "\\flagged", "ra-by-bob", "ra-done", "ra-told-claimed",
                                    "ra-told-connected", "ra-told-finished"], f"{server.flags(uid)}")
        two.good(f"change {uid} bob+done+told=7 -")
        check(server.flags(uid) == ["$forwarded", "\\flagged"], f"{server.flags(uid)}")
        one.good(f"change {uid} - -+told=8")
        check(two.fails(f"change {uid} - -+told=8", 8) == ["now -+told=8"], "told once")


def test_read_only(stage):
    acl = "plugin {\n  acl = vfile:%s/acl\n}\nprotocol imap {\n  mail_plugins = acl imap_acl\n}\n"
    folder = stage.path("rules")
    os.makedirs(os.path.join(folder, "acl"))
    os.chmod(stage.folder, 0o711)
    server = Dovecot(stage, tls=False)
    server.deliver(invitation(make_ticket(stage)))
    server.stop()
    with open(os.path.join(folder, "acl", "INBOX"), "w", encoding="utf-8") as file:
        file.write("owner lr\n")
    with open(os.path.join(server.folder, "dovecot.conf"), "a", encoding="utf-8") as file:
        file.write(acl % folder)
    server.start()
    probe = Probe(stage, f"imap://desk@127.0.0.1:{server.port}")
    check(message_ids(probe.good("refresh")) == ["1"], "looking is allowed")
    probe.fails("change 1 - anna", 2, "nothing can be claimed")
    check(probe.good("fetch 1")[0].startswith("found 1 "), "looking goes on")


def _break_later(wire, after):
    """Lets AFTER more bytes from the server through, then breaks what is connected; a thread, to be joined."""
    limit, over = wire.heard + after, threading.Event()

    def watch():
        while wire.heard < limit and not over.wait(0.0002):
            pass
        wire.cut()

    thread = threading.Thread(target=watch, daemon=True)
    thread.over = over
    thread.start()
    return thread


def test_broken_connections(stage):
    """Cut after so many bytes, again and again: what was asked for still happens, once."""
    server = Dovecot(stage, tls=False)
    wire = Relay(stage, server.port)
    server.deliver(invitation(make_ticket(stage), photo(900)))
    probe = Probe(stage, f"imap://desk@127.0.0.1:{wire.port}")
    probe.good("refresh")
    dialled = 0
    for after in range(0, 700, 50):
        for command in ("refresh", "fetch 1", "change 1 - anna", "change 1 anna -", "wait 1"):
            before = wire.connections
            thread = _break_later(wire, after)
            lines = probe.ask(command)
            thread.over.set()
            thread.join()
            dialled += wire.connections - before
            check(lines[-1] == "ok", f"{command}, cut after {after} bytes: {lines}")
            if command.startswith("change"):
                wanted = ["ra-by-anna"] if command.endswith("anna") else []
                check(server.flags("1") == wanted, f"{command}, cut after {after} bytes: {server.flags('1')}")
            probe.good("refresh")
    check(dialled > 7, f"only {dialled} connections were made anew")


def test_restart(stage):
    server = Dovecot(stage, tls=False)
    server.deliver(invitation(make_ticket(stage)))
    probe = Probe(stage, f"imap://desk@127.0.0.1:{server.port}")
    probe.good("refresh")
    probe.send("wait 50")
    time.sleep(0.3)
    server.stop()
    lines = probe.answer(20)  # it may have come back for a moment
    check(lines[-1] == "ok" or lines[-1].startswith("error 7 "), f"{lines}")
    probe.fails("refresh", 7)
    server.start()
    check(probe.good("refresh") == [], "nothing was lost, nothing is new")
    check(probe.good("change 1 - anna") == [], "a claim afterwards")


def test_no_secret_leaks(stage):
    """The password is in no argument, and in no error."""
    server = Dovecot(stage)
    probe = Probe(stage, f"imaps://desk@localhost:{server.imaps}", "--ca", server.certificate, password="wrong-" + PASSWORD[:7])
    lines = probe.ask("refresh")
    check("wrong-" not in " ".join(lines), f"{lines}")


if __name__ == "__main__":
    run_tests([test_ways_to_log_in, test_other_mechanisms, test_clear_on_this_computer, test_folder_names,
               test_what_is_found, test_since, test_large_messages, test_news, test_folder_made_anew, test_race,
               test_dead_bid, test_marks, test_read_only, test_broken_connections, test_restart,
               test_no_secret_leaks])
