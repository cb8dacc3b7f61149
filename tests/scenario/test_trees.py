#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages of random shape, made and read by Python's email package: ra-open finds in them what
that finds, and names the same sender."""

import email
import json
import os
import random
import subprocess
from email import encoders, policy
from email.mime.base import MIMEBase
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

from ra_test import check, program, run_tests

MESSAGES = 120
DEPTH = 7
NAMESPACE = b"urn:remote-assistance:ticket:1"
TYPES = (("application", "octet-stream"), ("text", "plain"), ("image", "png"), ("text", "html"),
         ("application", "vnd.remote-assistance.ticket+xml"))
MULTIPARTS = ("mixed", "alternative", "related", "digest", "signed", "report", "nonsense")
NAMES = ("Invitation.raticket", ("utf-8", "", "Einlädung.txt"), "a b.c", "../x")


def ticket_part(dice, ticket):
    part = MIMEBase(*dice.choice(TYPES))
    part.set_payload(ticket)
    dice.choice((encoders.encode_base64, encoders.encode_quopri, encoders.encode_7or8bit))(part)
    part.add_header("Content-Disposition", "attachment", filename=dice.choice(NAMES))
    return part


def other_part(dice):
    return dice.choice((lambda: MIMEText("hello\nFrom x\n--\n-- \n--b\nok\n"),
                        lambda: MIMEText("<p>-----BEGIN</p>", "html"),
                        lambda: MIMEText("grüß", "plain", "utf-8")))()


def tree(dice, ticket, depth):
    """A part with TICKET somewhere in it (none if that is None)."""
    if depth == 0:
        return ticket_part(dice, ticket) if ticket else other_part(dice)
    if ticket and dice.random() < 0.25:
        inner = tree(dice, ticket, depth - 1)
        inner["From"] = f"inner{depth}@example.org"
        return MIMEMessage(inner)
    parts = MIMEMultipart(dice.choice(MULTIPARTS))
    count = dice.randint(1, 4)
    holder = dice.randrange(count)
    for i in range(count):
        if i == holder:
            parts.attach(tree(dice, ticket, depth - 1))
        else:
            parts.attach(tree(dice, None, dice.choice((0, 0, min(depth - 1, 1)))))
    return parts


def senders(part, sender):
    """Who sent the messages right around the tickets in PART."""
    if part.get_content_type() == "message/rfc822":
        inner = part.get_payload(0)
        return senders(inner, inner["From"])
    if part.is_multipart():
        return [one for inner in part.get_payload() for one in senders(inner, sender)]
    return [sender] if NAMESPACE in (part.get_payload(decode=True) or b"") else []


def test_random_messages(stage):
    env = stage.person("helper")
    with open(os.path.join(os.environ["RA_SRCDIR"], "tests", "mailer-open", "data", "ann.raticket"), "rb") as file:
        ticket = file.read()
    for seed in range(MESSAGES):
        dice = random.Random(seed)
        message = tree(dice, ticket, dice.randint(0, DEPTH))
        message["From"] = "outer@example.org"
        data = message.as_bytes(policy=dice.choice((policy.compat32, policy.SMTP)))
        parsed = email.message_from_bytes(data)
        expected = senders(parsed, parsed["From"])
        result = subprocess.run([program("ra-open"), "--check", "--json", "-"], env=env, input=data,
                                stdout=subprocess.PIPE, check=False)
        found = [one["message"]["from_address"] for one in json.loads(result.stdout)["invitations"]]
        check(len(expected) == 1 and found == expected, f"seed {seed}: {found}, not {expected}")


run_tests([test_random_messages])
