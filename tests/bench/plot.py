# SPDX-License-Identifier: GPL-3.0-or-later
"""bench-screen's picture: our ratios beside the goals, and the delays of all pairs. An SVG, by hand."""

import math
import os
from xml.sax.saxutils import escape

from goals import GOALS, reached
from report import NAMES
from works import TITLES

WIDTH, LEFT, ROW, HEAD = 1100, 330, 22, 62
COLOURS = {"ours": "#1f5fc4", "tiger": "#c4711f", "tiger1000": "#d9a35f", "x11vnc": "#7a4fa3", "freerdp": "#a33f5c",
           "floor": "#777777", "ours-high": "#6f9be0", "tiger5": "#e0b07a", "tiger8": "#b0621a"}


class Axis:
    """Of logarithms, from LOW to HIGH, across the picture."""

    def __init__(self, low, high):
        self.low, self.high = low, high

    def at(self, value):
        value = min(max(value, self.low), self.high)
        share = math.log(value / self.low) / math.log(self.high / self.low)
        return LEFT + share * (WIDTH - LEFT - 90)

    def ticks(self):
        power = math.floor(math.log10(self.low))
        while 10 ** power <= self.high * 1.0001:
            for step in (1, 2, 5):
                if self.low * 0.999 <= step * 10 ** power <= self.high * 1.001:
                    yield step * 10 ** power
            power += 1


def _text(x, y, text, anchor="start", size=12, colour="#222"):
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{colour}" text-anchor="{anchor}">{escape(text)}</text>'


def _line(x, top, bottom, colour, width=1.0, more=""):
    return (f'<line x1="{x:.1f}" y1="{top:.1f}" x2="{x:.1f}" y2="{bottom:.1f}" stroke="{colour}" '
            f'stroke-width="{width}" {more}/>')


def _frame(axis, top, count, title):
    bottom = top + HEAD + count * ROW
    out = [_text(12, top + 20, title, size=16)]
    for tick in axis.ticks():
        out += [_line(axis.at(tick), top + HEAD - 6, bottom, "#ddd"),
                _text(axis.at(tick), top + HEAD - 12, f"{tick:g}", "middle", 10, "#666")]
    return out


def _ratios(figures, top):
    lines = [(goal, reached(goal, figures)) for goal in GOALS if goal.base is not None]
    lines = [(goal, value) for goal, value in lines if value]
    axis = Axis(0.005, 5)
    out = _frame(axis, top, len(lines), "Our ratio to the peer that the goal names; the bar ends at what was reached")
    out += [_text(12, top + 38, "Orange: what it must be. Green: what we aim at. Black: as the peer.", size=11)]
    for number, (goal, value) in enumerate(lines):
        y = top + HEAD + number * ROW
        out += [_text(LEFT - 10, y + 14, goal.title, "end"),
                f'<rect x="{axis.at(axis.low):.1f}" y="{y + 4}" width="{axis.at(value) - axis.at(axis.low):.1f}" '
                f'height="{ROW - 9}" fill="{COLOURS["ours"]}"/>',
                _text(WIDTH - 20, y + 14, f"{value:.3g}", "end")]
        for limit, colour in ((goal.must, "#e07000"), (goal.aim, "#109030")):
            if limit is not None:
                out.append(_line(axis.at(limit), y + 1, y + ROW - 2, colour, 3))
    bottom = top + HEAD + len(lines) * ROW
    return out + [_line(axis.at(1), top + HEAD - 6, bottom, "#000")], bottom


def _delays(figures, top):
    works = [work for work in TITLES if any("median" in of_pair.get(work, {}) for of_pair in figures.values())]
    axis = Axis(0.3, 5000)
    out = _frame(axis, top, len(works), "From a change to its sight, milliseconds: median, and a line to 95 %")
    x = 12
    for name in figures:
        out += [f'<circle cx="{x + 4}" cy="{top + 36}" r="4" fill="{COLOURS[name]}"/>',
                _text(x + 12, top + 40, NAMES[name], size=11)]
        x += 24 + 6.2 * len(NAMES[name])
    for number, work in enumerate(works):
        y = top + HEAD + number * ROW + ROW / 2
        out.append(_text(LEFT - 10, y + 4, TITLES[work], "end"))
        for name, of_pair in figures.items():
            one = of_pair.get(work, {})
            if "median" in one:
                out += [f'<line x1="{axis.at(one["median"]):.1f}" y1="{y}" x2="{axis.at(one["p95"]):.1f}" y2="{y}" '
                        f'stroke="{COLOURS[name]}" stroke-width="1.5"/>',
                        f'<circle cx="{axis.at(one["median"]):.1f}" cy="{y}" r="5" fill="{COLOURS[name]}" '
                        'fill-opacity="0.85"/>']
    return out, top + HEAD + len(works) * ROW


def write(folder, figures):
    """FOLDER/plot.svg."""
    first, bottom = _ratios(figures, 10)
    second, bottom = _delays(figures, bottom + 30)
    with open(os.path.join(folder, "plot.svg"), "w", encoding="utf-8") as file:
        file.write(f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{bottom + 20:.0f}" '
                   'font-family="DejaVu Sans, sans-serif">\n<rect width="100%" height="100%" fill="#fff"/>\n')
        file.write("\n".join(first + second) + "\n</svg>\n")
