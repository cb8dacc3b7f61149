# SPDX-License-Identifier: GPL-3.0-or-later
"""A help desk's mail for the benchmark: as mixed as real mail in sizes, encodings, charsets and structure.

Of every hundred messages 45 are plain text, 33 a newsletter's or an office's text beside HTML, 9 HTML with pictures,
10 carry attachments (PDF, office, JPEG, ZIP, one in ten of some MB), 3 forward other messages. One in a hundred holds an
invitation, no two the same: attached, as text, forwarded, declared as something else, or quoted in a reply. Bodies
are drawn from a pool; headers are new for each message. The same seed gives the same mail.
"""

import base64
import hashlib
import os
import quopri
import random
import time

WORDS = ("the of to and a in is it you that he was for on are with as I his they be at one have this from or had by hot "
         "but some what there we can out other were all your when up use word how said an each she which do their time if "
         "will way about many then them would write like so these her long make thing see him two has look more day could "
         "go come did my sound no most number who over know water than call first people may down side been now find any "
         "printer screen password account invoice meeting schedule attached regards computer network please server").split()
ACCENTED = "Grüße für müssen größer Straße über café déjà naïve señor mañana été où là élève".split()
CYRILLIC = "привет спасибо компьютер помощь экран пароль сообщение работа сегодня вопрос".split()
JAPANESE = "お世話になっております 画面 パスワード よろしくお願いします 会議 資料 添付".split()
CHARSETS = [("us-ascii", []), ("utf-8", ACCENTED), ("iso-8859-1", ACCENTED), ("windows-1252", ACCENTED),
            ("koi8-r", CYRILLIC), ("utf-8", JAPANESE), ("iso-2022-jp", JAPANESE), ("utf-8", CYRILLIC)]
TICKET_TYPE = "application/vnd.remote-assistance.ticket+xml"
HEADS = {"application/pdf": b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n", "image/jpeg": b"\xff\xd8\xff\xe0\0\x10JFIF\0",
         "image/png": b"\x89PNG\r\n\x1a\n", "application/zip": b"PK\x03\x04\x14\0",
         "application/vnd.openxmlformats-officedocument.wordprocessingml.document": b"PK\x03\x04\x14\0\x06\0",
         "application/octet-stream": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"}


def b64(data):
    return base64.encodebytes(data).decode()


class Corpus:
    def __init__(self, ticket, seed=1):
        self.random = random.Random(seed)
        self.ticket = ticket
        self.pools = {}

    def chance(self, share):
        return self.random.random() < share

    def text(self, size, extra):
        """Lines of words, some quoted."""
        lines, line, total, quote = [], "", 0, ""
        while total < size:
            word = self.random.choice(extra if extra and self.chance(0.2) else WORDS)
            if len(line) + len(word) > 72:
                lines.append(quote + line)
                total += len(line) + 1
                line = ""
                if self.chance(0.06):
                    lines.append("")
                    quote = self.random.choice(["", "", "> ", ">> "])
            line += (" " if line else "") + word
        return "\n".join(lines) + "\n\n-- \nKind regards\n"

    def encoded(self, text, charset, kind="text/plain"):
        """A part of text: its headers, an empty line, its body."""
        data = text.encode(charset, "replace")
        ascii_only = all(byte < 128 for byte in data)
        how = self.random.choice(["7bit" if ascii_only else "8bit", "quoted-printable", "quoted-printable", "base64"]
                                 if kind != "text/plain" or not ascii_only else ["7bit", "7bit", "quoted-printable"])
        if how == "quoted-printable":
            body = quopri.encodestring(data)
        elif how == "base64":
            body = base64.encodebytes(data)
        else:
            body = data
        return (f"Content-Type: {kind}; charset={charset}\nContent-Transfer-Encoding: {how}\n\n").encode() + body

    def html(self, size, extra):
        rows = []
        total = 0
        while total < size:
            words = " ".join(self.random.choice(extra if extra and self.chance(0.1) else WORDS) for _ in range(25))
            rows.append('<tr><td class="MsoNormal" style="font-family:Arial,Helvetica,sans-serif;font-size:14px;'
                        f'padding:0 8px"><a href="https://example.org/c/{self.random.getrandbits(128):032x}'
                        f'?utm_source=mail&amp;utm_medium={self.random.getrandbits(64):x}">{words}</a><br></td></tr>')
            total += len(rows[-1]) + 1
        return ("<!DOCTYPE html>\n<html><head><meta http-equiv=\"Content-Type\" content=\"text/html\"><style>\n" +
                "body { margin: 0 } .x { color: #333 }\n" * 40 + "</style></head><body><table>" + "\n".join(rows) +
                "</table></body></html>\n")

    def joined(self, subtype, parts):
        boundary = f"----=_Part_{self.random.getrandbits(64):016x}"
        body = b"".join(b"--" + boundary.encode() + b"\n" + part + b"\n" for part in parts)
        return (f"Content-Type: multipart/{subtype};\n\tboundary=\"{boundary}\"\n\n"
                "This is a multi-part message in MIME format.\n").encode() + body + b"--" + boundary.encode() + b"--\n"

    def attachment(self, size, kind=None):
        kind = kind or self.random.choice(list(HEADS))
        data = HEADS[kind] + self.random.randbytes(size)
        name = f"file{self.random.randrange(1000)}.bin"
        return (f"Content-Type: {kind}; name=\"{name}\"\nContent-Transfer-Encoding: base64\n"
                f"Content-Disposition: attachment; filename=\"{name}\"\n\n{b64(data)}").encode()

    def plain(self):
        charset, extra = self.random.choice(CHARSETS + [CHARSETS[0], CHARSETS[1]] * 2)
        return self.encoded(self.text(int(self.random.lognormvariate(7.3, 0.9)), extra), charset)

    def alternative(self):
        charset, extra = self.random.choice(CHARSETS)
        size = min(int(self.random.lognormvariate(9.3, 0.8)), 120_000)
        return self.joined("alternative", [self.encoded(self.text(size // 4, extra), charset),
                                           self.encoded(self.html(size, extra), charset, "text/html")])

    def related(self):
        pictures = [self.attachment(int(self.random.lognormvariate(9.2, 0.8)),
                                    self.random.choice(["image/png", "image/jpeg"]))
                    for _ in range(self.random.randint(1, 4))]
        return self.joined("related", [self.alternative()] + pictures)

    def attached(self):
        big = self.chance(0.1)
        size = int(self.random.uniform(500_000, 2_500_000) if big else self.random.lognormvariate(10.6, 0.8))
        return self.joined("mixed", [self.plain(), self.attachment(size)])

    def forwarded(self):
        inner = self.head("Fwd") + self.random.choice([self.plain, self.alternative])()
        return self.joined("mixed", [self.plain(), b"Content-Type: message/rfc822\n\n" + inner])

    def body(self):
        kind = self.random.choices(["plain", "alternative", "related", "attached", "forwarded"], [45, 33, 9, 10, 3])[0]
        pool = self.pools.setdefault(kind, [])
        if len(pool) < 150:
            pool.append(getattr(self, kind)())
            return pool[-1]
        return self.random.choice(pool)

    def head(self, subject="Question", number=0):
        one = self.random.getrandbits
        who = f"{self.random.choice(WORDS)}.{one(20)}@example.org"
        received = "".join(f"Received: from mx{i}.example.org (mx{i}.example.org [192.0.2.{i}])\n\tby mail.example.net "
                           f"(Postfix) with ESMTPS id {one(48):X}\n\tfor <helpdesk@example.net>; Sat, 21 Nov 2026 "
                           f"10:0{i}:00 +0100 (CET)\n" for i in range(self.random.randint(2, 5)))
        signature = "".join(f"\n\t {b64(one(384).to_bytes(48, 'big')).strip()}" for _ in range(5))
        return (f"Return-Path: <{who}>\nDelivered-To: helpdesk@example.net\n{received}"
                f"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org; s=2026;\n"
                f"\th=from:to:subject:date:message-id; b={signature}\n"
                f"From: =?utf-8?Q?J=C3=BCrgen?= {who.split('.')[0].title()} <{who}>\nTo: Help Desk <helpdesk@example.net>\n"
                f"Subject: {subject} =?iso-8859-1?Q?f=FCr?= {one(24)}\nDate: Sat, 21 Nov 2026 10:{number % 60:02}:00 +0100\n"
                f"Message-ID: <{one(96):x}@example.org>\nReferences: <{one(96):x}@example.org>\n"
                f"\t<{one(96):x}@example.org>\nX-Mailer: Mailer {one(8)}\nX-Spam-Status: No, score=-1.9\nMIME-Version: 1.0\n"
                ).encode()

    def invitation(self, number):
        """One more ticket: readable as the template is, named by its number."""
        ticket = self.ticket.replace(b"Jo Novice", f"Jo Novice {number}".encode())
        lines = base64.encodebytes(ticket).decode()
        check = base64.b64encode(hashlib.sha256(ticket).digest()[:6]).decode()
        armour = ("-----BEGIN REMOTE ASSISTANCE INVITATION-----\n" + lines + "=" + check +
                  "\n-----END REMOTE ASSISTANCE INVITATION-----\n")
        plain = "Content-Type: text/plain; charset=utf-8\n\n"
        kind = number % 6
        if kind == 0:
            return (plain + "Please help\n\n" + armour).encode()
        if kind == 1:
            return (plain + "On Monday Jo wrote:\n" + "".join("> " + x + "\n" for x in armour.splitlines())).encode()
        declared = "text/plain" if kind == 2 else "application/octet-stream" if kind == 3 else TICKET_TYPE
        attached = (f"Content-Type: {declared}; name=\"Invitation.raticket\"\nContent-Transfer-Encoding: base64\n"
                    f"Content-Disposition: attachment; filename=\"Invitation.raticket\"\n\n{lines}").encode()
        message = self.joined("mixed", [(plain + "Please help\n").encode(), attached])
        if kind == 4:
            return self.joined("mixed", [(plain + "See below\n").encode(), b"Content-Type: message/rfc822\n\n" +
                                         self.head("Help", number) + message])
        return message

    def messages(self, count, invitations):
        """COUNT messages, of which INVITATIONS, evenly spread, hold one each."""
        made = 0
        for i in range(count):
            if (i + 1) * invitations // count > made:
                made += 1
                yield self.head("Help", i) + self.invitation(made)
            else:
                yield self.head(number=i) + self.body()


def write_mbox(path, messages):
    """As procmail and others do: an empty line behind each message, "From " in text quoted. Returns the bytes."""
    with open(path, "wb", buffering=1 << 20) as out:
        for i, message in enumerate(messages):
            mark = time.strftime("From jo@example.org %a %b %d %H:%M:%S 2026\n", time.gmtime(1795251600 + i))
            out.write(mark.encode() + message.replace(b"\nFrom ", b"\n>From ") + b"\n")
        return out.tell()


def write_maildir(folder, messages):
    """Most of them in cur, one in ten in new. Returns the bytes."""
    total = 0
    for name in ("cur", "new", "tmp"):
        os.makedirs(os.path.join(folder, name))
    for i, message in enumerate(messages):
        name = f"new/{1795251600 + i}.M{i}P1.host" if i % 10 == 0 else f"cur/{1795251600 + i}.M{i}P1.host:2,S"
        with open(os.path.join(folder, name), "wb", buffering=0) as out:
            out.write(message)
        total += len(message)
    return total
