# SPDX-License-Identifier: GPL-3.0-or-later
"""bench-screen's tables: for the terminal, and as Markdown for people who read it later."""

import json
import os
import platform
import time

from goals import GOALS, met, reached, reached_each
from works import AT_REST, TITLES

COLUMNS = [("median", "delay ms", "{:.2f}"), ("p95", "95 % ms", "{:.2f}"), ("rate", "seen/s", "{:.1f}"),
           ("host", "host CPU s", "{:.3f}"), ("viewer", "viewer CPU s", "{:.3f}"), ("bytes", "kB", "{:.1f}")]
EXTRA = [("servers", "X servers s", "{:.3f}"), ("packets", "packets", "{:.0f}"), ("lost", "unseen", "{:.0f}")]
NAMES = {"ours": "Remote Assistance", "ours-high": "Remote Assistance, high", "tiger": "TigerVNC",
         "tiger1000": "TigerVNC, FrameRate=1000", "tiger5": "TigerVNC, QualityLevel=5",
         "tiger8": "TigerVNC, QualityLevel=8", "x11vnc": "x11vnc, TigerVNC's viewer", "freerdp": "FreeRDP shadow",
         "floor": "only copying"}
WIDE = 56  # characters
BASES = {"video-matched": "tiger5", "video-high": "tiger8"}


def base_of(work):
    return BASES.get(work, "tiger")


def _cell(key, form, one, base):
    """The figure, and its ratio."""
    if key not in one:
        return "-"
    value = form.format(one[key] / 1000 if key == "bytes" else one[key])
    return f"{value} ({one[key] / base[key]:.3f})" if base and base.get(key) else value


def rows(figures, columns):
    """Of what was drawn: title, name of the pair, cells."""
    for work, title in TITLES.items():
        for name, of_pair in figures.items():
            if work not in of_pair or work in AT_REST:
                continue
            base = figures.get(base_of(work), {}).get(work) if name != base_of(work) else None
            yield title, NAMES[name], [_cell(key, form, of_pair[work], base) for key, _, form in columns]


def goal_rows(figures):
    for goal in GOALS:
        value = reached(goal, figures)
        if value is not None:
            bounds = [("≥ " if goal.more else "≤ ") + f"{limit:g}" if limit is not None else ""
                      for limit in (goal.must, goal.aim)]
            beside = NAMES[goal.base] if goal.base else ""
            each = reached_each(goal, figures)
            yield goal.title, [f"{value:.3f}" if value < 10 else f"{value:.1f}", f"{each:.3f}" if each else "", beside,
                               *bounds, met(goal, value)]


def rest_rows(figures):
    for work in (*AT_REST, "memory-4k"):
        for name, of_pair in figures.items():
            if work in of_pair:
                text = ", ".join(f"{key} {value:.4g}" for key, value in sorted(of_pair[work].items()))
                yield AT_REST.get(work, "memory, 3840x2160"), NAMES[name], text


def _markdown(head, lines):
    return ["| " + " | ".join(head) + " |", "|" + "---|" * len(head),
            *("| " + " | ".join(line) + " |" for line in lines), ""]


def markdown(figures, faults, options):
    """All of it. FAULTS: what was left out or failed, as lines."""
    out = ["# How fast the screen comes", "", time.strftime("Measured in %B %Y") + f", {platform.machine()}, "
           f"{os.cpu_count()} processors, load {os.getloadavg()[1]:.1f} before the end; novice {options.novice}, helper "
           f"{options.far}; {options.seconds:g} s each, {options.rounds} round(s). In brackets: the ratio to "
           "TigerVNC, of matched quality where that is said.", ""]
    if faults:
        out += ["Left out:", "", *("- " + fault for fault in faults), ""]
    goals = list(goal_rows(figures))
    if goals:
        out += ["## Goals", ""] + _markdown(["what", "reached", "by picture", "beside", "must", "aim", "met"],
                                            [[title, *cells] for title, cells in goals])
    out += ["## Pictures", ""] + _markdown(["work", "pair", *(title for _, title, _ in COLUMNS + EXTRA)],
                                           [[title, name, *cells] for title, name, cells in rows(figures,
                                                                                                COLUMNS + EXTRA)])
    rests = [list(line) for line in rest_rows(figures)]
    if rests:
        out += ["## At rest", "", "Percent of the pixels, percent of a processor, wake-ups a second, MB.", ""]
        out += _markdown(["what", "pair", "figures"], rests)
    return "\n".join(out)


def show(figures):
    """On the terminal."""
    print("\n" + "work".ljust(WIDE) + "pair".ljust(26) + "".join(title.rjust(17) for _, title, _ in COLUMNS))
    for title, name, cells in rows(figures, COLUMNS):
        print(title.ljust(WIDE) + name.ljust(26) + "".join(cell.rjust(17) for cell in cells))
    for line in rest_rows(figures):
        print(line[0].ljust(WIDE) + line[1].ljust(26) + line[2])
    goals = list(goal_rows(figures))
    if goals:
        print("\n" + "goal".ljust(50) + "reached".rjust(10) + "by picture".rjust(12) + "  " + "beside".ljust(26) + "must".rjust(9) +
              "aim".rjust(9) + "met".rjust(6))
    for title, (value, each, beside, must, aim, done) in goals:
        print(title.ljust(50) + value.rjust(10) + each.rjust(12) + "  " + beside.ljust(26) + must.rjust(9) + aim.rjust(9) +
              done.rjust(6), flush=True)


def merged(folder, figures):
    """FIGURES, and of other works and pairs what was written to FOLDER before."""
    try:
        with open(os.path.join(folder, "figures.json"), encoding="utf-8") as file:
            before = json.load(file)["figures"]
    except FileNotFoundError:
        before = {}
    out = {name: {**before.get(name, {}), **figures.get(name, {})} for name in {**before, **figures}}
    return {name: out[name] for name in NAMES if name in out}


def write(folder, figures, faults, options):
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "report.md"), "w", encoding="utf-8") as file:
        file.write(markdown(figures, faults, options))
    with open(os.path.join(folder, "figures.json"), "w", encoding="utf-8") as file:
        json.dump({"figures": figures, "left out": faults, "options": vars(options)}, file, indent=1, sort_keys=True)
