#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""tools/test-results.py, by which tools/test counts: what it makes of files that make check could have left behind."""

import os
import subprocess

import ra_test
from ra_test import check, run_tests

GOOD = ("PASS PASS SKIP", "1..3\nok 1 - a\nPASS: t 1 - a\nok 2 - b\nPASS: t 2 - b\nok 3 # SKIP\nSKIP: t 3 # SKIP\n")
BAD = ("PASS FAIL ERROR", "1..2\nok 1 - a\nPASS: t 1 - a\n# Failure: it rained\nnot ok 2 - b\nFAIL: t 2 - b\n# 2 took 9 s\n"
       "ERROR: t - exited with status 1\n")
DEAD = ("PASS ERROR ERROR", "1..9\nok 1 - a\nPASS: t 1 - a\nassertion failed: rain\nERROR: t - too few tests run\n"
        "ERROR: t - exited with status 134 (terminated by signal 6?)\n")


def leave(stage, build, **programs):
    """What the programs tests/NAME left in BUILD: results and a log; the folder."""
    folder = stage.path(build)
    os.makedirs(os.path.join(folder, "tests"), exist_ok=True)
    for name, (results, log) in programs.items():
        with open(os.path.join(folder, "tests", name + ".trs"), "w", encoding="utf-8") as file:
            file.write(":global-test-result: SOME\n:recheck: no\n")
            file.write("".join(f":test-result: {result}\n" for result in results.split()))
        with open(os.path.join(folder, "tests", name + ".log"), "w", encoding="utf-8") as file:
            file.write(log)
    return folder


def read(*words):
    return subprocess.run([os.path.join(ra_test.SOURCE, "tools", "test-results.py"), *words], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)


def expect_count(text, code, *words):
    result = read("sum", *words)
    check((result.stdout, result.returncode) == (text + "\n", code), result)


def test_counts(stage):
    good, bad, dead = (leave(stage, name, **{name: left}) for name, left in
                       (("good", GOOD), ("bad", BAD), ("dead", DEAD)))
    expect_count("5 passed, 0 failed, 1 skipped", 0, "3", "0", good)
    expect_count("5 passed, 1 failed, 1 skipped", 1, "3", "1", good)
    expect_count("2 passed, 1 failed", 1, "1", "0", bad)  # the exit status is no second failure
    expect_count("2 passed, 1 failed", 1, "1", "0", dead)
    expect_count("4 passed, 2 failed, 1 skipped", 1, "0", "0", good, bad, dead)
    two = leave(stage, "two", one=("PASS FAIL FAIL XPASS XFAIL ERROR", ""), none=("", ""))
    expect_count("2 passed, 4 failed", 1, "0", "0", two)
    expect_count("3 passed, 1 failed", 1, "3", "0", leave(stage, "empty"))
    expect_count("0 passed, 0 failed", 1, "0", "0")
    check(read("failed", two).stdout == "two/tests/none\ntwo/tests/one\n", read("failed", two).stdout)
    check(read("failed", good).stdout == "", "what passed is said to have failed")
    check(read("sum").returncode == 2 and read().returncode == 2, "it says nothing of words that are missing")


def test_reasons(stage):
    result = read("why", leave(stage, "b", good=GOOD, bad=BAD, dead=DEAD)).stdout
    check("--- failed: b/tests/bad\n    # Failure: it rained\n    not ok 2 - b\n" in result, result)
    check("    assertion failed: rain\n    ERROR: t - too few" in result and "good" not in result, result)
    check("FAILED: b/tests/bad: not ok 2 - b (Failure: it rained)\nFAILED: b/tests/dead: ERROR: t - exited with status 134" in result, result)
    check("no test passed in" in read("why", leave(stage, "empty")).stdout, "an empty folder is not named")


def test_reasons_are_short(stage):
    log = "1..2\n" + "".join("".join(f"# line {line} {'x' * 400}\n" for line in range(100)) +
                             f"# Failure: {case}\nnot ok {case}\nFAIL: t {case}\n" for case in range(30))
    result = read("why", leave(stage, "b", good=GOOD, long=("FAIL " * 30, log))).stdout
    check(len(result.splitlines()) < 75 and max(map(len, result.splitlines())) < 320, result)
    check("# Failure: 0\n    not ok 0\n" in result and "and 18 more" in result, result)


def test_unstable(stage):
    """Two failed once; one of them passes alone."""
    build = leave(stage, "b", good=GOOD, rain=BAD, storm=BAD, dead=DEAD)
    check(read("keep", build).returncode == 0, "nothing was put aside")
    expect_count("5 passed, 3 failed, 1 skipped", 1, "0", "0", build)
    leave(stage, "b", rain=("PASS PASS", "1..2\nok 1 - a\nok 2 - b\n"), storm=BAD)
    os.remove(os.path.join(build, "tests", "dead.trs"))  # it was begun and did not end
    expect_count("6 passed, 2 failed, 1 skipped", 1, "0", "0", build)
    result = read("why", build).stdout
    check("unstable: b/tests/rain: failed once, passed alone; its first failure: "
          "not ok 2 - b (Failure: it rained)\n" in result, result)
    check("--- failed once: b/tests/rain\n    # Failure: it rained\n    not ok 2 - b\n" in result, result)
    check("unstable: b/tests/storm" not in result and "FAILED: b/tests/storm" in result, result)
    check("FAILED: b/tests/dead" in result, result)
    leave(stage, "b", storm=GOOD, dead=GOOD)
    expect_count("8 passed, 0 failed, 3 skipped", 0, "0", "0", build)


run_tests([test_counts, test_reasons, test_reasons_are_short, test_unstable])
