# SPDX-License-Identifier: GPL-3.0-or-later
"""ra-invite against real SMTP servers, and the message as Python's parser reads it."""

import base64
import email
import email.message
import email.policy
import json
import os
import re
import stat
import time

import ra_test
import smtp_servers
import stand_in_agent
from ra_test import check, program, run

SUBJECT = "YOU HAVE RECEIVED A REMOTE ASSISTANCE INVITATION FROM: anna@example.com"
MESSAGE = "Grüße!\nFrom the printer:\n> error 5\n\nPlease help me with it, because I do not know any more what " \
          "I could try, and it has to be printed before noon."
FROM = ("--from", "anna@example.com", "--name", "Anna Nováková")
TO = ("--to", "helpdesk@example.com")


def novice(stage, **more):
    """Someone who asks for help, without a desktop session."""
    return stage.person("novice", DBUS_SESSION_BUS_ADDRESS="disabled:", TZ="Europe/Prague", **more)


def write(stage, name, text):
    path = stage.path(name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(path, 0o600)
    return path


def login(stage, password=smtp_servers.PASSWORD):
    return ("--smtp-user", smtp_servers.USER, "--smtp-password-file", write(stage, "password", password + "\n"))


def expect(result, code, *texts):
    """RESULT's exit code, one line of error (beside warnings) that has each of TEXTS."""
    check(result.returncode == code, f"exit code {result.returncode}, not {code}: {result.stderr}{result.stdout}")
    lines = [line for line in result.stderr.splitlines() if "warning:" not in line]
    check(len(lines) == (1 if code else 0), f"not one line: {result.stderr}")
    for text in texts:
        check(text in lines[0], f"'{text}' is not in: {lines[0]}")


def password_of(result):
    found = re.search(r"^Password: (.+)$", result.stdout, re.M)
    check(found, "no password was shown: " + result.stdout)
    return found.group(1)


def parse(data, password):
    """The message, strictly: no defects in it or any header, no password."""
    check(password.encode() not in data, "the password is in the message")
    message = email.message_from_bytes(data, policy=email.policy.default)
    for part in message.walk():
        check(not part.defects, f"defects: {part.defects}")
        for name, value in part.items():
            check(not getattr(value, "defects", ()), f"defects of {name}: {value.defects}")
        if not part.is_multipart():
            check(password.encode() not in part.get_payload(decode=True), "the password is in a part")
    return message


def unflow(text):
    """RFC 3676."""
    out = ""
    for line in text.splitlines():
        out += line[1:] if line.startswith(" ") else line
        out += "" if line.endswith(" ") else "\n"
    return out


def check_message(message, ticket, to):
    check(message["Subject"] == SUBJECT, message["Subject"])
    check([a.addr_spec for a in message["To"].addresses] == to, message["To"])
    check([(a.display_name, a.addr_spec) for a in message["From"].addresses] ==
          [("Anna Nováková", "anna@example.com")], message["From"])
    check(message["Auto-Submitted"] == "no" and message["MIME-Version"] == "1.0", "headers")
    check(message["Bcc"] is None and message["Message-ID"].endswith("@example.com>"), "Message-ID or Bcc")
    check(abs(message["Date"].datetime.timestamp() - time.time()) < 120, message["Date"])
    expires = email.utils.parsedate_to_datetime(message["X-Remote-Assistance-Expires"])
    check(abs(expires.timestamp() - time.time() - 3600) < 120, str(expires))
    check(message.get_content_type() == "multipart/mixed", message.get_content_type())
    text, attachment = message.iter_parts()
    check(text.get_content_type() == "text/plain" and text["Content-Type"].params["format"] == "flowed" and
          text["Content-Type"].params["charset"].lower() == "utf-8", text["Content-Type"])
    check(attachment.get_content_type() == "application/vnd.remote-assistance.ticket+xml" and
          attachment.get_content_disposition() == "attachment" and
          attachment.get_filename() == "Invitation.raticket", attachment["Content-Type"])
    check(attachment.get_content() == ticket, "the attachment is not the ticket")
    plain = unflow(text.get_content())
    check("Personal message:\n\n" + MESSAGE + "\n" in plain, plain)
    check("Anna Nováková (anna@example.com) would like your assistance" in plain, plain)
    check(expires.strftime("%Y-%m-%d %H:%M UTC") in plain, plain)
    block = re.search(r"-----BEGIN [A-Z ]+-----\n(.*)-----END [A-Z ]+-----\n", plain, re.S).group(1)
    lines = [line for line in block.splitlines() if not line.startswith("=")]
    check(base64.b64decode("".join(lines)) == ticket, "the armoured block is not the ticket")


def test_starttls_and_login(stage):
    """Exim, AUTH PLAIN after STARTTLS; three recipients; the message as Python reads it."""
    exim = smtp_servers.Exim(stage)
    env = novice(stage)
    saved = stage.path("Invitation.raticket")
    to = ["helpdesk@example.com", "bob@example.com", "carol@example.com"]
    result = run("ra-invite", *FROM, *(word for address in to for word in ("--to", address)), "--message", MESSAGE,
                 "--smtp", f"smtp://localhost:{exim.port}", "--smtp-ca", exim.certificate, *login(stage),
                 "--save", saved, env=env)
    expect(result, 0)
    check("sent to helpdesk@example.com, bob@example.com, carol@example.com" in result.stdout, result.stdout)
    check("by telephone" in result.stdout and "UTC" in result.stdout, result.stdout)
    check(stat.S_IMODE(os.stat(saved).st_mode) == 0o600, "the saved ticket can be read by others")
    with open(saved, "rb") as file:
        ticket = file.read()
    data = exim.message()
    check(re.search(rb"Received: from .*\(helo=?\[?127\.0\.0\.1\]?\)|Received: from \[127\.0\.0\.1\]", data),
          "this computer's name was told: " + data[:400].decode())
    for address in to:
        check(address.encode() in re.search(rb"Envelope-to: (.*?)\n\S", data, re.S).group(1), "Envelope-to")
    check_message(parse(data, password_of(result)), ticket, to)


def test_smtps_and_login(stage):
    """Exim, AUTH LOGIN over TLS from the first byte; the settings name the server."""
    exim = smtp_servers.Exim(stage, plain=False)
    env = novice(stage)
    os.makedirs(os.path.join(env["XDG_CONFIG_HOME"], "remote-assistance"))
    words = login(stage)
    with open(os.path.join(env["XDG_CONFIG_HOME"], "remote-assistance", "config"), "w", encoding="utf-8") as file:
        file.write(f"[Mail]\nSmtp=smtps://127.0.0.1:{exim.smtps}\nSmtpUser={words[1]}\n"
                   f"SmtpPasswordFile={words[3]}\nSmtpCa={exim.certificate}\n"
                   "[Invitation]\nAddress=anna@example.com\nName=Anna\nHelpDesk=helpdesk@example.com\n")
    result = run("ra-invite", env=env)
    expect(result, 0)
    message = parse(exim.message(), password_of(result))
    check(message["From"].addresses[0].display_name == "Anna", message["From"])


def test_exim_says_no(stage):
    """Wrong password, certificate that nobody vouches for, too large, recipients refused."""
    exim = smtp_servers.Exim(stage, limit="2K")
    env = novice(stage)
    url = ("--smtp", f"smtp://localhost:{exim.port}")
    trust = ("--smtp-ca", exim.certificate)
    expect(run("ra-invite", *FROM, *TO, *url, *trust, *login(stage, "wrong"), env=env), 10, "refused the login", "535")
    expect(run("ra-invite", *FROM, *TO, *url, *login(stage), env=env), 10, "could not prove who it is", "--smtp-ca",
           "--smtp-tls none")
    expect(run("ra-invite", *FROM, *TO, *url, *trust, *login(stage), env=env), 10, "too large", "552")
    other = smtp_servers.certificate(stage, "other", ["DNS:other.example.com"])
    odd = smtp_servers.Odd(stage, {}, tls=other)
    expect(run("ra-invite", *FROM, *TO, "--smtp", f"smtps://localhost:{odd.port}", "--smtp-ca", other[0], env=env),
           10, "could not prove who it is")
    check(odd.commands == [], "something was said to a server that is not the right one")


def test_one_of_three_refused(stage):
    """Two get it, the third is named, and it can be sent to someone else."""
    exim = smtp_servers.Exim(stage)
    env = novice(stage)
    server = ("--smtp", f"smtps://localhost:{exim.smtps}", "--smtp-ca", exim.certificate, *login(stage))
    expect(run("ra-invite", *FROM, *TO, *server[:4], env=env), 10, "refused helpdesk@example.com (550 log in first)")
    result = run("ra-invite", *FROM, *TO, "--to", "nobody@example.com", "--to", "bob@example.com", *server, env=env)
    expect(result, 10, "refused nobody@example.com (550 no such user here)", "the others")
    check("sent to helpdesk@example.com, bob@example.com." in result.stdout, result.stdout)
    password = password_of(result)
    number = re.search(r"--resend (\w+)", result.stdout).group(1)
    first = parse(exim.message(), password)
    again = run("ra-invite", "--resend", number, "--to", "carol@example.com", *server, env=env)
    expect(again, 0)
    ra_test.wait_for("the second message", 20, lambda: len(ra_test.maildir_messages(exim.mail)) == 2)
    second = parse(exim.message(1), password)
    check(first["To"] != second["To"] and first["Message-ID"] != second["Message-ID"], "the same message again")
    tickets = [list(message.iter_parts())[1].get_content() for message in (first, second)]
    check(tickets[0] == tickets[1], "another ticket")


def test_failures(stage):
    """One line each, exit code 10, and the invitation kept with its password shown."""
    cases = [
        ({"RCPT": "550 5.1.1 unknown"}, ["refused helpdesk@example.com (550 5.1.1 unknown)"]),
        ({"RCPT": "450 later"}, ["450 later"]),
        ({"": "554 go away"}, ["554 go away"]),
        ({"": "421 busy"}, ["421 busy", "try again later"]),
        ({"MAIL": "552 5.3.4 too big"}, ["too large", "552"]),
        ({".": "552 too big"}, ["too large", "552"]),
        ({".": "554 5.7.1 spam"}, ["refused the message (554 5.7.1 spam)"]),
        ({"MAIL": "550 not you"}, ["refused the sender (550 not you)"]),
        ({"MAIL": "530 log in"}, ["wants a login", "--smtp-user"]),
        ({"": ""}, ["closed the connection"]),
        ({"RCPT": ""}, ["closed the connection"]),
        ({"DATA": ""}, ["closed the connection"]),
        ({".": ""}, ["closed the connection"]),
        ({"RCPT": "550 evil\x1b[2J\x07bell"}, ["550 evil [2J bell"]),
        ({"EHLO": "500 what", "HELO": "500 what"}, ["500 what"]),
    ]
    for answers, texts in cases:
        env = novice(stage)
        odd = smtp_servers.Odd(stage, answers)
        result = run("ra-invite", *FROM, *TO, "--smtp", f"smtp://127.0.0.1:{odd.port}", env=env)
        expect(result, 10, *texts)
        check(password_of(result) and "--resend" in result.stdout, result.stdout)
        check("\x1b" not in result.stderr, "a control character came through")
    listed = json.loads(run("ra-invite", "--list", "--json", env=env).stdout)["invitations"]
    check(len(listed) == len(cases) and not any(entry["sent"] for entry in listed), str(listed))


def test_no_server(stage):
    """Names that do not exist, ports where nobody listens, servers that hang."""
    env = novice(stage)
    expect(run("ra-invite", *FROM, *TO, "--smtp", "smtps://mail.invalid", env=env), 10, "mail.invalid was not found")
    expect(run("ra-invite", *FROM, *TO, "--smtp", f"smtp://localhost:{ra_test.free_port()}", env=env), 10,
           "cannot connect", "Connection refused")
    os.makedirs(os.path.join(env["XDG_CONFIG_HOME"], "remote-assistance"))
    with open(os.path.join(env["XDG_CONFIG_HOME"], "remote-assistance", "config"), "w", encoding="utf-8") as file:
        file.write("[Mail]\nTimeout=2s\n")
    for answers in ({"": None}, {"MAIL": None}, {".": None}):
        odd = smtp_servers.Odd(stage, answers)
        begin = time.monotonic()
        expect(run("ra-invite", *FROM, *TO, "--smtp", f"smtp://localhost:{odd.port}", env=env), 10, "2 seconds")
        check(time.monotonic() - begin < 15, f"the time-out of {answers} came late: {time.monotonic() - begin}")


def test_sent_though_parting_fails(stage):
    """A server that closes after it took the message has it."""
    env = novice(stage)
    odd = smtp_servers.Odd(stage, {"QUIT": ""})
    expect(run("ra-invite", *FROM, *TO, "--smtp", f"smtp://localhost:{odd.port}", env=env), 0)


def test_token(stage):
    """AUTH XOAUTH2 with a token from a file, after STARTTLS, on aiosmtpd."""
    from aiosmtpd.controller import Controller
    from aiosmtpd.smtp import AuthResult
    import ssl
    seen = []

    class Handler:
        """Takes one token."""
        async def auth_XOAUTH2(self, server, args):
            seen.append(base64.b64decode(args[1]))
            return AuthResult(success=seen[-1] == b"user=anna\x01auth=Bearer token-1\x01\x01", handled=False)

        async def handle_DATA(self, server, session, envelope):
            seen.append(envelope.content)
            return "250 taken"

    cert, key = smtp_servers.certificate(stage, "localhost", ["DNS:localhost"])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    controller = Controller(Handler(), hostname="127.0.0.1", port=ra_test.free_port(), tls_context=context,
                            require_starttls=True, auth_required=True, auth_exclude_mechanism=["LOGIN", "PLAIN"])
    controller.start()
    stage.cleanups.append(controller.stop)
    env = novice(stage)
    server = (*FROM, *TO, "--smtp", f"smtp://localhost:{controller.port}", "--smtp-ca", cert, "--smtp-user", "anna")
    expect(run("ra-invite", *server, "--smtp-token-file", write(stage, "token", "token-1\n"), env=env), 0)
    check(b"Subject: YOU HAVE RECEIVED" in seen[-1], "no message")
    expect(run("ra-invite", *server, "--smtp-token-file", write(stage, "token", "token-2\n"), env=env), 10,
           "refused the login")
    expect(run("ra-invite", *server, "--smtp-password-file", write(stage, "password", "x\n"), env=env), 10,
           "no way to log in that fits")


def test_no_secret_in_sight(stage):
    """Neither in the arguments nor in the environment, of ra-invite or of what it starts."""
    env = novice(stage)
    odd = smtp_servers.Odd(stage, {"EHLO": "250-x\r\n250 AUTH PLAIN", "MAIL": None})
    own = "Quite-4-unguessable-phrase"
    process = stage.start([program("ra-invite"), *FROM, *TO, "--smtp", f"smtp://localhost:{odd.port}",
                           *login(stage, "smtp-secret"), "--password-file", write(stage, "own", own + "\n")], env=env)
    ra_test.wait_for("MAIL", 20, lambda: any(line.startswith("MAIL") for line in odd.commands))
    check(base64.b64encode(b"\0anna\0smtp-secret").decode() in odd.commands, str(odd.commands))
    for name in ("cmdline", "environ"):
        try:
            with open(f"/proc/{process.pid}/{name}", "rb") as file:
                data = file.read()
        except PermissionError:
            continue
        check(own.encode() not in data and b"smtp-secret" not in data, f"a secret is in {name}")
    os.makedirs(stage.path("bin"))
    log = stage.path("sendmail.log")
    script = write(stage, "bin/sendmail", f'#!/bin/sh\n(echo "$@"; env; cat) > {log}\n')
    os.chmod(script, 0o700)
    env["PATH"] = stage.path("bin") + ":" + env["PATH"]
    result = run("ra-invite", *FROM, *TO, "--sendmail", "--password-file", stage.path("own"), env=env)
    expect(result, 0)
    check(own not in result.stdout, "a password that the novice knows was shown")
    with open(log, encoding="utf-8") as file:
        text = file.read()
    check(text.startswith("-i -f anna@example.com -- helpdesk@example.com\n") and SUBJECT.split(":")[0] in text, text)
    check(own not in text, "sendmail was told the password")


def test_sendmail(stage):
    """Exim as sendmail(1), found in PATH; what it says when it fails."""
    exim = smtp_servers.Exim(stage)
    env = novice(stage)
    os.makedirs(stage.path("bin"))
    script = write(stage, "bin/sendmail", f'#!/bin/sh\nexec {" ".join(exim.command)} "$@"\n')
    os.chmod(script, 0o700)
    env["PATH"] = f"{stage.path('bin')}:{env['PATH']}:/usr/sbin"
    result = run("ra-invite", *FROM, *TO, "--to", "bob@example.com", "--message", MESSAGE, "--sendmail",
                 "--save", stage.path("a"), env=env)
    expect(result, 0)
    with open(stage.path("a"), "rb") as file:
        check_message(parse(exim.message(), password_of(result)), file.read(),
                      ["helpdesk@example.com", "bob@example.com"])
    check(b"return-path: <anna@example.com>" in exim.message().lower(), "another envelope sender")
    write(stage, "bin/sendmail", "#!/bin/sh\necho 'no such queue' >&2; exit 75\n")
    os.chmod(script, 0o700)
    expect(run("ra-invite", *FROM, *TO, "--sendmail", env=env), 10, "exit status 75", "no such queue")


def test_opened(stage):
    """ra-open opens what was sent, also when the attachment or the block in the text did not get through."""
    env = novice(stage)
    odd = smtp_servers.Odd(stage, {})
    result = run("ra-invite", *FROM, *TO, "--message", MESSAGE, "--smtp", f"smtp://127.0.0.1:{odd.port}", "--view-only",
                 "--advertise", "me.example.com:3400", env=env)
    expect(result, 0)
    message = parse(odd.message, password_of(result))
    stripped = email.message.EmailMessage()
    stripped["From"] = str(message["From"])
    stripped.set_content(next(message.iter_parts()).get_content() + "\n-- \nThe attachment was removed.\n")
    bare = re.sub(rb"-----BEGIN .*-----END [A-Z ]+-----", b"", odd.message, flags=re.S)
    cases = [(odd.message, ("attachment", "text")), (bare, ("attachment",)), (stripped.as_bytes(), ("text",))]
    for number, (data, found_as) in enumerate(cases):
        path = stage.path(f"{number}.eml")
        with open(path, "wb") as file:
            file.write(data)
        opened = run("ra-open", "--check", "--json", "--password-file", "-", path, env=env,
                     stdin=password_of(result) + "\n")
        report = json.loads(opened.stdout)
        check(opened.returncode == 0 and report["opened"] and not report["control"], opened.stdout + opened.stderr)
        check(report["hosts"][0] == "me.example.com:3400" and not report["warnings"], opened.stdout)
        chosen = report["invitations"][report["chosen"] - 1]
        check(len(report["invitations"]) == 1, "found twice")
        check(chosen["found_as"] in found_as and chosen["name"] == "Anna Nováková" and
              not chosen["sender_differs"], opened.stdout)


def test_never_in_clear(stage):
    """No login without TLS on the way to another computer; a password in the URL is refused, and not repeated."""
    env = novice(stage)
    words = login(stage)
    expect(run("ra-invite", *FROM, *TO, "--smtp", "smtp://mail.example.com", "--smtp-tls", "none", *words, env=env),
           2, "never sent over the network in clear")
    result = run("ra-invite", *FROM, *TO, "--smtp", "smtp://anna:hunter2@mail.example.com", env=env)
    expect(result, 2, "--smtp-password-file")
    check("hunter2" not in result.stderr, "the password is repeated")
    odd = smtp_servers.Odd(stage, {})
    expect(run("ra-invite", *FROM, *TO, "--smtp", f"smtp://localhost:{odd.port}", *words, env=env), 10, "offers no login")
    check(odd.message == b"", "the message was sent without the login that was asked for")
    odd = smtp_servers.Odd(stage, {})
    result = run("ra-invite", *FROM, *TO, "--smtp", f"smtp://localhost:{odd.port}", "--smtp-tls", "required", env=env)
    expect(result, 10, "offers no encryption")
    check(not any(line.startswith("MAIL") for line in odd.commands), str(odd.commands))
    check(not run("ra-invite", "--list", "--json", env=env).stdout.count('"sent" : true'), "something was sent")


def test_print_save_and_force(stage):
    """Standard output holds the message alone; a file is not replaced unasked."""
    env = novice(stage)
    result = run("ra-invite", *FROM, *TO, "--message", MESSAGE, "--print", "--save", stage.path("a"), env=env)
    check(result.returncode == 0 and "Password: " in result.stderr, result.stderr)
    password = re.search(r"^Password: (.+)$", result.stderr, re.M).group(1)
    with open(stage.path("a"), "rb") as file:
        first = file.read()
    check_message(parse(result.stdout.encode(), password), first, ["helpdesk@example.com"])
    check("\r" not in result.stdout, "CR in the printed message")
    expect(run("ra-invite", "--save", stage.path("a"), env=env), 1, "--force")
    with open(stage.path("a"), "rb") as file:
        check(file.read() == first, "the file was replaced")
    expect(run("ra-invite", "--save", stage.path("a"), "--force", env=env), 0)
    with open(stage.path("a"), "rb") as file:
        check(file.read() != first, "the file was not replaced")


def test_usage(stage):
    """Exit code 2, nothing made."""
    env = novice(stage)
    for words in (["--frobnicate"], ["argument"], ["--list", "--cancel", "abcdef"], ["--json", "--print"],
                  [*TO, "--from", "x"], [*FROM, "--to", "a@b\nBcc: eve@example.org", "--sendmail"],
                  [*TO, "--from", "a@example.com", "--name", "A\r\nBcc: eve@example.org", "--sendmail"],
                  [*FROM, *TO, "--sendmail", "--message", "a\x1bb"], [*FROM, *TO, "--expires", "1y", "--print"]):
        expect(run("ra-invite", *words, env=env), 2)
    weak = write(stage, "weak", "password\n")
    expect(run("ra-invite", *FROM, *TO, "--print", "--password-file", weak, env=env), 2)
    check(json.loads(run("ra-invite", "--list", "--json", env=env).stdout) == {"invitations": []}, "something was made")


def test_cancel_and_resend(stage):
    """What is cancelled is not sent again."""
    env = novice(stage)
    made = json.loads(run("ra-invite", *FROM, *TO, "--save", stage.path("a"), "--json", env=env).stdout)
    check(made["ok"] and not made["listening"] and made["password"], str(made))
    expect(run("ra-invite", "--cancel", "ffffff", env=env), 3)
    result = run("ra-invite", "--cancel", "ffffff", "--json", env=env)
    check(json.loads(result.stdout)["error"]["code"] == result.returncode == 3, result.stdout)
    expect(run("ra-invite", "--cancel", made["id"][:8], env=env), 0)
    listed = json.loads(run("ra-invite", "--list", "--json", env=env).stdout)["invitations"]
    check([entry["state"] for entry in listed] == ["cancelled"], str(listed))
    expect(run("ra-invite", "--resend", made["id"][:8], "--save", stage.path("b"), env=env), 5, "cancelled")
    check(not os.path.exists(stage.path("b")), "a cancelled invitation was saved")


def test_agent(stage):
    """The agent is asked for addresses first, told the invitation next, before anything is sent; and cancels."""
    env = novice(stage)
    stage.session_bus(env)
    asked = stand_in_agent.start(stage, env)
    odd = smtp_servers.Odd(stage, {"RCPT": "550 no"})
    made = json.loads(run("ra-invite", *FROM, *TO, "--smtp", f"smtp://localhost:{odd.port}", "--json",
                          "--advertise", "me.example.com", env=env).stdout)
    check(made["listening"] and not made["ok"] and made["error"]["code"] == 10, str(made))
    check(asked() == ["Prepare", "Register " + made["id"]], str(asked()))
    expect(run("ra-invite", "--resend", made["id"][:6], "--save", stage.path("a"), env=env), 0)
    expect(run("ra-invite", "--cancel", made["id"][:6], env=env), 0)
    check(asked()[2:] == ["Prepare", "Register " + made["id"], "Cancel " + made["id"]], str(asked()))


def test_agent_refuses(stage):
    """Its policy is obeyed: nothing is sent."""
    for method in ("Prepare", "Register"):
        own = ra_test.Stage()
        try:
            env = novice(own)
            own.session_bus(env)
            stand_in_agent.start(own, env, refuse=method)
            result = run("ra-invite", *FROM, "--save", own.path("a"), env=env)
            expect(result, 9, "no help today")
            check(not os.path.exists(own.path("a")) and "Password" not in result.stdout, "an invitation went out")
            listed = json.loads(run("ra-invite", "--list", "--json", env=env).stdout)["invitations"]
            check(all(entry["state"] == "cancelled" for entry in listed), str(listed))
        finally:
            own.close()


ra_test.run_tests([test_starttls_and_login, test_smtps_and_login, test_exim_says_no, test_one_of_three_refused,
                   test_failures, test_no_server, test_sent_though_parting_fails, test_token,
                   test_no_secret_in_sight, test_sendmail, test_opened, test_never_in_clear,
                   test_print_save_and_force, test_usage, test_cancel_and_resend, test_agent, test_agent_refuses])
