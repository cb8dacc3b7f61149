# SPDX-License-Identifier: GPL-3.0-or-later
"""What processes and a connection cost, as the kernel counts it."""

import os
import re
import subprocess


def _text(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:  # it is gone
        return ""


def _parents():
    out = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            text = _text(f"/proc/{name}/stat")
            if text:
                out[int(name)] = int(text[text.rindex(")") + 2:].split()[1])
    return out


def tree(*roots):
    """The processes ROOTS, and all that they have started."""
    parents, found, more = _parents(), [], list(roots)
    while more:
        found += more
        more = [pid for pid, parent in parents.items() if parent in more and pid not in found]
    return found


def processor(pids):
    """Seconds that they have run; of each thread to the nanosecond, not in ticks."""
    total = 0
    for pid in pids:
        for thread in _threads(pid):
            total += int((_text(f"/proc/{pid}/task/{thread}/schedstat").split() or [0])[0])
    return total / 1e9


def _threads(pid):
    try:
        return os.listdir(f"/proc/{pid}/task")
    except OSError:
        return []


def wakeups(pids):
    """How often they have gone to sleep, and so were woken up."""
    total = 0
    for pid in pids:
        for thread in _threads(pid):
            found = re.search(r"^voluntary_ctxt_switches:\s+(\d+)", _text(f"/proc/{pid}/task/{thread}/status"),
                              re.MULTILINE)
            total += int(found.group(1)) if found else 0
    return total


def memory(pids):
    """MB: resident, what they share counted for each of them; and in proportion to how many share it."""
    sums = {"Rss": 0, "Pss": 0}
    for pid in pids:
        text = _text(f"/proc/{pid}/smaps_rollup")
        for name in sums:
            found = re.search(rf"^{name}:\s+(\d+)", text, re.MULTILINE)
            sums[name] += int(found.group(1)) if found else 0
    return sums["Rss"] / 1024, sums["Pss"] / 1024


def traffic(port):
    """Bytes that went through the connection to the server's PORT, there and back, and their packets.

    Those of TCP's streams, as the server's end counts them: what was sent once more counts, headers do not.
    """
    text = subprocess.run(["ss", "-tinHO", "state", "established", f"sport = :{port}"], text=True,
                          stdout=subprocess.PIPE, check=True).stdout
    count = lambda *names: sum(int(number) for name in names for number in re.findall(rf"\b{name}:(\d+)", text))
    return count("bytes_sent", "bytes_received"), count("segs_out", "segs_in")


class Costs:
    """Of a pair between begin() and end(). HOST, VIEWER: their processes."""

    def __init__(self, host, viewer, servers, port):
        self.ends = {"host": tree(*host), "viewer": tree(*viewer), "servers": list(servers)}
        self.port = port

    def traffic(self):
        return traffic(self.port) if self.port else (0, 0)

    def _now(self):
        out = {name: processor(pids) for name, pids in self.ends.items()}
        for name in ("host", "viewer"):  # of each program, too
            for pid in self.ends[name]:
                part = f"{name}: {_text(f'/proc/{pid}/comm').strip()}"
                out[part] = out.get(part, 0) + processor([pid])
        out["bytes"], out["packets"] = self.traffic()
        out["wakeups"] = sum(wakeups(self.ends[name]) for name in ("host", "viewer"))
        return out

    def begin(self):
        self.before = self._now()

    def end(self):
        after = self._now()
        return {name: after[name] - self.before.get(name, 0) for name in after}
