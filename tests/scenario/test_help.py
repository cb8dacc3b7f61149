# SPDX-License-Identifier: GPL-3.0-or-later
"""What every program answers to --help and --version, and that its manual page names the same options."""

import json
import os
import re
import subprocess

from ra_test import SOURCE, check, program, run_tests

PROGRAMS = ("ra-invite", "ra-open", "ra-inbox", "ra-viewer", "ra-host", "remote-assistance")
EVERYWHERE = {"help", "version"}


def say(name, *args):
    """Runs NAME where there is no display, no bus and nothing on standard input."""
    env = {key: value for key, value in os.environ.items()
           if key not in ("DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS")}
    return subprocess.run([program(name), *args], env={**env, "LC_ALL": "C.UTF-8"}, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=60, check=False)


def manual(name):
    """The lines of NAME's manual page."""
    with open(os.path.join(SOURCE, "doc", name + ".1"), encoding="utf-8") as file:
        return file.read().splitlines()


def test_help(_stage):
    for name in PROGRAMS:
        result = say(name, "--help")
        check(result.returncode == 0, f"{name} --help: exit code {result.returncode}")
        check(result.stderr == "", f"{name} --help complains: {result.stderr}")
        check("Usage:" in result.stdout and name in result.stdout, f"{name} --help: {result.stdout}")


def test_version(_stage):
    versions = set()
    for name in (*PROGRAMS, "ra-session", "ra-unpack"):
        result = say(name, "--version")
        check(result.returncode == 0 and result.stderr == "", f"{name} --version: {result}")
        found = re.fullmatch(re.escape(name) + r" \(remote-assistance\) (\d+\.\d+\.\d+)\n", result.stdout)
        check(found, f"{name} --version: {result.stdout}")
        versions.add(found.group(1))
    check(len(versions) == 1, f"the programs do not agree: {versions}")


def test_manual_names_options(_stage):
    """Each option of --help has its entry in the manual page, and the other way round, short ones too."""
    for name in PROGRAMS:
        offered = {}
        for line in say(name, "--help").stdout.splitlines():
            found = re.match(r"  (?:-(\w), )?--([a-z-]+)", line)
            if found:
                offered[found.group(2)] = found.group(1)
        check(EVERYWHERE <= offered.keys(), f"{name} --help lists {sorted(offered)}")
        described = {}
        for line in manual(name):
            found = re.match(r"\.It Fl (?:(\w) , (?:Fl )?)?-([a-z-]+)", line)
            if found:
                described[found.group(2)] = found.group(1)
        check(offered.keys() == described.keys(),
              f"{name}: only in --help {sorted(offered.keys() - described.keys())}, "
              f"only in the manual {sorted(described.keys() - offered.keys())}")
        for option, letter in offered.items():
            check(described[option] == letter, f"{name} --{option}: -{letter} or -{described[option]}?")


def test_unknown_option(_stage):
    for name in (*PROGRAMS, "ra-session", "ra-unpack"):
        result = say(name, "--no-such-option")
        check(result.returncode == 2, f"{name}: exit code {result.returncode}")
        check(result.stdout == "", f"{name} prints {result.stdout}")
        lines = result.stderr.splitlines()
        check(len(lines) == 1 and name in lines[0], f"{name}: {result.stderr}")


def test_json_of_unknown_option(_stage):
    """Whoever reads the report reads of a wrong command line there too, wherever --json stands in it."""
    for name in ("ra-invite", "ra-open", "ra-inbox"):
        for args in (("--json", "--no-such-option"), ("--no-such-option", "--json")):
            result = say(name, *args)
            report = json.loads(result.stdout)
            check(result.returncode == 2 and not report["ok"], f"{name} {args}: {result}")
            check(report["error"]["code"] == 2 and report["error"]["name"] == "usage", f"{name} {args}: {report}")
        check(say(name, "--no-such-option", "--", "--json").stdout == "", f"{name}: a file's name asked for JSON")


def test_exit_codes(_stage):
    """Each manual page says what its exit codes mean: 0 to 2 at the least, none that base/error.h does not have."""
    with open(os.path.join(SOURCE, "base", "error.h"), encoding="utf-8") as file:
        known = {0} | {int(code) for code in re.findall(r"RA_ERROR_\w+ = (\d+)", file.read())}
    for name in PROGRAMS:
        lines = manual(name)
        section = lines[lines.index(".Sh EXIT STATUS") + 1:]
        codes = []
        for line in section[:section.index(".El")]:
            found = re.fullmatch(r"\.It (\d+)", line)
            if found:
                codes.append(int(found.group(1)))
        check(len(codes) == len(set(codes)) and {0, 1, 2} <= set(codes) <= known, f"{name}: {codes}")


def test_window_starts_nowhere(_stage):
    """The window needs a display; and the agent's option takes no descriptor but a socket."""
    for args, code, words in (((), 1, "no display"),
                              (("--invite",), 1, "no display"),
                              (("--invite", "--invitations"), 2, "one of the options"),
                              (("file",), 2, "too many arguments"),
                              (("--consent-fd", "0"), 2, "no socket"),
                              (("--consent-fd", "9"), 2, "no socket"),
                              (("--consent-fd", "-1"), 2, "--consent-fd"),
                              (("--consent-fd", "9999999999"), 2, "--consent-fd"),
                              (("--consent-fd=",), 2, "--consent-fd")):
        result = say("remote-assistance", *args)
        check(result.returncode == code and result.stdout == "", f"{args}: {result}")
        lines = result.stderr.splitlines()
        check(len(lines) == 1 and words in lines[0], f"{args}: {result.stderr}")


run_tests([test_help, test_version, test_manual_names_options, test_unknown_option, test_json_of_unknown_option,
           test_exit_codes, test_window_starts_nowhere])
