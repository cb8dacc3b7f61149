#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What make check left behind, read for tools/test: the .trs and .log files of each test program.

test-results.py failed BUILD           the programs that failed
test-results.py keep BUILD             puts the results of those aside, before they run once more
test-results.py why BUILD...           which failed and why, and which are unstable
test-results.py sum PASSED FAILED BUILD...
    the count; PASSED and FAILED are tools/test's own steps. The exit code is 0 if something passed and nothing failed.

A program is one failure for each case that is "not ok", or one if it died without such a case. One that was put aside
and has passed since is named, but what counts is how it ended the second time.
"""

import os
import re
import sys

LINES = 48  # that tell what failed, for all programs together: a short log's end still holds them
MOST = 25  # of them for one case
FEWEST = 4
FIRST = ".first"  # the end of the name of what was put aside


class Results:
    """What one program left: .passed, .skipped, .failed (numbers of cases), .name."""

    def __init__(self, trs, name, log):
        with open(trs, encoding="utf-8", errors="replace") as file:
            found = re.findall(r"^:test-result: (\w+)", file.read(), re.MULTILINE)
        self.name, self.log = name, log
        self.passed = sum(one in ("PASS", "XFAIL") for one in found)
        self.skipped = found.count("SKIP")
        self.failed = len(found) - self.passed - self.skipped - found.count("ERROR")
        if self.failed == 0 and (not found or "ERROR" in found):
            self.failed = 1

    def reasons(self):
        """For each failed case the lines of the log that tell of it, the last of them naming the case; for a program
        without one the end of its log."""
        try:
            with open(self.log, encoding="utf-8", errors="replace") as file:
                lines = file.read().splitlines()
        except OSError:
            return [["it left no log"]]
        cases, begin = [], 0
        for number, line in enumerate(lines):
            if re.match(r"not ok\b(?!.*# *TODO)", line, re.IGNORECASE):
                cases.append(lines[begin:number + 1])
            if re.match(r"(not )?ok\b|[A-Z]+: ", line):
                begin = number + 1
        return cases or [lines or ["its log is empty"]]

    def reason(self):
        """The first in a line: the case, and what was said right before it."""
        lines = self.reasons()[0]
        said = f" ({lines[-2][1:].strip()})" if len(lines) > 1 and lines[-2].startswith("#") else ""
        return (lines[-1] + said)[:300]


def programs(build):
    """The results of every program below the folder BUILD, and of those that were put aside, by name: one that did
    not end the second time is as it was."""
    build, last, first = os.path.abspath(build), {}, {}
    for folder, _, files in os.walk(os.path.join(build, "tests")):
        for file in files:
            stem = os.path.join(folder, file).removesuffix(FIRST)
            if not stem.endswith(".trs"):
                continue
            end = FIRST if file.endswith(FIRST) else ""
            stem = stem.removesuffix(".trs")
            name = os.path.relpath(stem, os.path.dirname(build))
            (first if end else last)[name] = Results(stem + ".trs" + end, name, stem + ".log" + end)
    return dict(sorted({**first, **last}.items())), dict(sorted(first.items()))


def keep(build):
    """The .trs stays, too: make's recheck finds by it what has to run once more."""
    for one in programs(build)[0].values():
        stem = os.path.join(os.path.dirname(os.path.abspath(build)), one.name)
        for end in (".trs", ".log"):
            if one.failed and os.path.exists(stem + end):
                with open(stem + end, "rb") as source, open(stem + end + FIRST, "wb") as sink:
                    sink.write(source.read())


def tell(heading, results):
    """A heading and the reasons of each of RESULTS, within LINES lines or so."""
    reasons = [(one.name, reason) for one in results for reason in one.reasons()]
    most = max(FEWEST, min(MOST, LINES // max(len(reasons), 1)))
    for name, reason in reasons[:LINES // FEWEST]:
        print(f"--- {heading}: {name}")
        print("\n".join("    " + line[:300] for line in reason[-most:]))
    if len(reasons) > LINES // FEWEST:
        print(f"--- and {len(reasons) - LINES // FEWEST} more")


def why(builds):
    bad, unstable = [], []
    for build in builds:
        last, first = programs(build)
        bad += [one for one in last.values() if one.failed]
        unstable += [one for name, one in first.items() if not last[name].failed]
        if not any(one.passed for one in last.values()):
            print(f"FAILED: no test passed in {build}")
    tell("failed once", unstable)
    tell("failed", bad)
    for one in unstable:
        print(f"unstable: {one.name}: failed once, passed alone; its first failure: {one.reason()}")
    for one in bad:
        print(f"FAILED: {one.name}: {one.reason()}")


def count(passed, failed, builds):
    """Prints it; the exit code."""
    skipped = 0
    for build in builds:
        results = programs(build)[0].values()
        passed, skipped = passed + sum(one.passed for one in results), skipped + sum(one.skipped for one in results)
        failed += sum(one.failed for one in results) + (0 if any(one.passed for one in results) else 1)
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed or not passed else 0


def main(words):
    match words:
        case ["failed", build]:
            print("".join(f"{one.name}\n" for one in programs(build)[0].values() if one.failed), end="")
        case ["keep", build]:
            keep(build)
        case ["why", *builds]:
            why(builds)
        case ["sum", passed, failed, *builds]:
            return count(int(passed), int(failed), builds)
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
