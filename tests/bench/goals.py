# SPDX-License-Identifier: GPL-3.0-or-later
"""What bench-screen's figures of our pair are held against."""

from collections import namedtuple

# What of which work; beside which pair (None: the figure itself); what it must be, and what we aim at; MORE: that much
# or more, not less.
Goal = namedtuple("Goal", "title work key base must aim more ours", defaults=(False, "ours"))

GOALS = [
    Goal("small change: delay", "small", "median", "tiger", 0.15, None),
    Goal("small change: delay, beside -FrameRate=1000", "small", "median", "tiger1000", 0.6, None),
    Goal("small change: delay, beside only copying", "small", "median", "floor", None, 2),
    Goal("typing: delay", "typing", "median", "tiger", 0.1, 0.06),
    Goal("typing: host CPU", "typing", "host", "tiger", 0.3, 0.15),
    Goal("typing: bytes", "typing", "bytes", "tiger", 1.1, 0.9),
    Goal("scroll: delay", "scroll", "median", "tiger", 0.2, 0.12),
    Goal("scroll: host CPU", "scroll", "host", "tiger", 0.3, 0.18),
    Goal("scroll: bytes", "scroll", "bytes", "tiger", 0.05, 0.03),
    Goal("scroll: pictures seen a second", "scroll", "rate", None, 59.5, None, True),
    Goal("scroll in a window: host CPU", "scroll-window", "host", "tiger", 0.35, 0.2),
    Goal("scroll in a window: bytes", "scroll-window", "bytes", "tiger", 0.1, 0.05),
    Goal("new pages: host CPU", "pages", "host", "tiger", 0.35, 0.25),
    Goal("new pages: bytes", "pages", "bytes", "tiger", 0.7, 0.6),
    Goal("window dragged: host CPU", "drag", "host", "tiger", 0.8, 0.5),
    Goal("video, matched quality: delay", "video-matched", "median", "tiger5", 0.6, 0.35),
    Goal("video, matched quality: host CPU", "video-matched", "host", "tiger5", 0.85, 0.7),
    Goal("video, matched quality: bytes", "video-matched", "bytes", "tiger5", 0.9, 0.4),
    Goal("video: pictures seen a second", "video-matched", "rate", None, 25, None, True),
    Goal("20 Mbit/s, 40 ms, scroll: delay", "scroll-20mbit", "median", "tiger", 0.4, None),
    Goal("20 Mbit/s, 40 ms, video: delay", "video-20mbit", "median", "tiger", 0.4, None),
    Goal("20 Mbit/s, 40 ms, video: pictures seen", "video-20mbit", "rate", "tiger", 2, None, True),
    Goal("1 Mbit/s, 100 ms, 1 %: key while it scrolls, ms", "keys-scroll-1mbit", "median", None, 250, None),
    Goal("text exact at rest, %", "rest", "text half", None, 100, None, True),
    Goal("photo exact at rest, %", "rest", "photo half", None, 100, None, True),
    Goal("still screen: host, % of a processor", "idle", "host %", None, 0.05, None),
    Goal("still screen: viewer, % of a processor", "idle", "viewer %", None, 0.05, None),
    Goal("still screen: wake-ups a second, both ends", "idle", "wakeups", None, 0.2, None),
    Goal("memory of the host, MB (PSS)", "memory", "host PSS", None, 150, None),
    Goal("memory of the viewer, MB (PSS)", "memory", "viewer PSS", None, 150, None),
    Goal("3840x2160: memory of the host, MB (PSS)", "memory-4k", "host PSS", None, 300, None),
    Goal("3840x2160: memory of the viewer, MB (PSS)", "memory-4k", "viewer PSS", None, 300, None),
]


def reached(goal, figures):
    """The figure or ratio that GOAL is about, or None: it was not measured."""
    try:
        value = figures[goal.ours][goal.work][goal.key]
        return value if goal.base is None else value / figures[goal.base][goal.work][goal.key]
    except (KeyError, ZeroDivisionError):
        return None


def reached_each(goal, figures):
    """The same of costs by picture that was seen, since a peer that shows fewer has less to do; or None."""
    value = reached(goal, figures)
    if value is None or goal.base is None or goal.key not in ("host", "bytes"):
        return None
    seen = [figures[name][goal.work]["seen"] for name in (goal.ours, goal.base)]
    return value * seen[1] / seen[0] if all(seen) else None


def met(goal, value):
    """ "aim", "must" or "no"; "yes" where there is but one of them."""
    good = lambda limit: limit is not None and (value >= limit if goal.more else value <= limit)
    if good(goal.aim):
        return "aim" if goal.must is not None else "yes"
    if good(goal.must):
        return "must" if goal.aim is not None else "yes"
    return "no"
