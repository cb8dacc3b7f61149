# SPDX-License-Identifier: GPL-3.0-or-later
"""What bench-screen has a pair do, and the figures of it."""

import time

import costs
from pairs import check

KINDS = {  # what tests/bench-eye draws, and what it is
    "small": "small change", "typing": "typing, 60/s", "typing-line": "typing in an editor, 60/s",
    "scroll": "scroll, whole screen, 60/s",
    "scroll-smooth": "the same, antialiased", "scroll-window": "scroll in a window, antialiased, 60/s",
    "pages": "new antialiased pages, 3/s", "drag": "window dragged, 60/s", "photo": "photo panned, 30/s",
    "video": "video, whole screen, 30/s", "keys": "key press", "keys-scroll": "key press while it scrolls"}
AT_REST = {"rest": "exact at rest", "idle": "still screen", "memory": "memory"}
MATCHED = {"video-matched": (["ours", "tiger5"], "video, matched"),
           "video-high": (["ours-high", "tiger8"], "video, matched high")}
LINKS = {"20mbit": ((20, 40, 0), ["scroll", "typing", "video"], "20 Mbit/s, 40 ms"),
         "1mbit": ((1, 100, 1), ["keys", "keys-scroll"], "1 Mbit/s, 100 ms, 1 % lost")}
TITLES = {**KINDS, **AT_REST, **{name: title for name, (_, title) in MATCHED.items()}, **{
    f"{kind}-{name}": f"{KINDS[kind]}; {title}" for name, (_, kinds, title) in LINKS.items() for kind in kinds}, **{
        f"{kind}-4k": f"{KINDS[kind]}; 3840x2160" for kind in ("scroll", "photo")}}
REST, STILL = 0.8, 15  # seconds before each kind, and of a still screen
QUIET = 300  # bytes in half a second are no picture


def settle(pair, patience=90):
    """Until what came before is at rest: nothing has gone through the connection for a while."""
    time.sleep(REST)
    end, before = time.monotonic() + patience, pair.costs.traffic()[0]
    while time.monotonic() < end:
        time.sleep(0.5 if pair.link else 0.1)
        now = pair.costs.traffic()[0]
        if now - before < QUIET:
            return
        before = now


def kind(pair, name, seconds):
    """What the eye saw of one kind, and what it cost."""
    if name.startswith("keys"):
        pair.take_keyboard()
    answer = pair.eye.ask(f"run {name} {seconds}")
    check(answer == "ready", f"the eye said {answer}")
    settle(pair)
    pair.costs.begin()
    seen = pair.eye.ask("go")
    seen.update(pair.costs.end())
    seen["rate"], seen["lost"] = seen["seen"] / seen["seconds"], seen["drawn"] - seen["seen"]
    return seen


def rest(pair, _seconds):
    """The share of pixels that are exact when the last picture was seen, and a tenth, half and two seconds later."""
    out = {}
    for name, what in (("scroll-smooth", "text"), ("photo", "photo")):
        kind(pair, name, 1)
        start = time.monotonic()
        for title, after in (("at once", 0), ("tenth", 0.1), ("half", 0.5), ("two", 2)):
            time.sleep(max(start + after - time.monotonic(), 0))
            out[f"{what} {title}"] = pair.eye.ask("exact")["exact"] * 100
    return out


def idle(pair, _seconds):
    """Percent of a processor and wake-ups a second while nothing happens."""
    settle(pair)
    time.sleep(12)  # what is said seldom is over
    pair.costs.begin()
    time.sleep(STILL)
    end = pair.costs.end()
    return {"host %": end["host"] / STILL * 100, "viewer %": end["viewer"] / STILL * 100,
            "wakeups": end["wakeups"] / STILL, "bytes": end["bytes"]}


def memory(pair, _seconds):
    """MB of each end, after all else."""
    out = {}
    for end in ("host", "viewer"):
        out[f"{end} RSS"], out[f"{end} PSS"] = costs.memory(pair.costs.ends[end])
    return out


def work(pair, name, seconds):
    special = {"rest": rest, "idle": idle, "memory": memory}
    return special[name](pair, seconds) if name in special else kind(pair, name, seconds)
