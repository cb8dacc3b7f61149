# SPDX-License-Identifier: GPL-3.0-or-later
"""What a program does that a swindler left running on the novice's desktop: windows over others, grabs, keys and
clicks that nobody pressed, a look at everything that the user's programs may look at.

Also run as a program of its own, on $DISPLAY: tricks.py COMMAND ARGUMENT..., until it is stopped.
"""

import ctypes
import os
import signal
import sys
import time

INPUT_ONLY, FROM_PARENT = 2, 0
BACK_PIXMAP, BACK_PIXEL, OVERRIDE = 1 << 0, 1 << 1, 1 << 9  # of XSetWindowAttributes
SHAPE_INPUT = 2
REVERT_TO_PARENT, CURRENT_TIME, GRAB_ASYNC = 2, 0, 1
SYS_PIDFD_OPEN, SYS_PIDFD_GETFD, PTRACE_ATTACH, PTRACE_DETACH = 434, 438, 16, 17
PR_CAPBSET_DROP, CAP_SYS_PTRACE = 24, 19


class _Attributes(ctypes.Structure):
    """XSetWindowAttributes."""

    _fields_ = [("background_pixmap", ctypes.c_ulong), ("background_pixel", ctypes.c_ulong),
                ("border_pixmap", ctypes.c_ulong), ("border_pixel", ctypes.c_ulong), ("bit_gravity", ctypes.c_int),
                ("win_gravity", ctypes.c_int), ("backing_store", ctypes.c_int), ("backing_planes", ctypes.c_ulong),
                ("backing_pixel", ctypes.c_ulong), ("save_under", ctypes.c_int), ("event_mask", ctypes.c_long),
                ("do_not_propagate_mask", ctypes.c_long), ("override_redirect", ctypes.c_int),
                ("colormap", ctypes.c_ulong), ("cursor", ctypes.c_ulong)]


class Screen:
    """A connection to the X server of DISPLAY."""

    def __init__(self, display):
        self.x11, self.fixes = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXfixes.so.3")
        self.x11.XOpenDisplay.restype = ctypes.c_void_p
        for name in ("XDefaultRootWindow", "XCreateWindow"):
            getattr(self.x11, name).restype = ctypes.c_ulong
        self.fixes.XFixesCreateRegion.restype = ctypes.c_ulong
        self.display = ctypes.c_void_p(self.x11.XOpenDisplay(display.encode()))
        self.root = ctypes.c_ulong(self.x11.XDefaultRootWindow(self.display))
        self.x11.XSetErrorHandler(_ignore)

    def sync(self):
        self.x11.XSync(self.display, 0)

    def cover(self, box, kind):
        """A window over BOX of the root; its id. KIND: "opaque" (taking the clicks), "through" (letting them through),
        "glass" (showing what is beneath, taking the clicks), "input" (nothing to be seen at all)."""
        attributes = _Attributes(background_pixmap=0, background_pixel=0xFFFFFF, override_redirect=1)
        ground = {"opaque": BACK_PIXEL, "through": BACK_PIXEL, "glass": BACK_PIXMAP, "input": 0}[kind]
        window = ctypes.c_ulong(self.x11.XCreateWindow(
            self.display, self.root, *map(ctypes.c_int, box[:2]), *map(ctypes.c_uint, box[2:]), ctypes.c_uint(0), 0,
            INPUT_ONLY if kind == "input" else FROM_PARENT, None, ctypes.c_ulong(OVERRIDE | ground),
            ctypes.byref(attributes)))
        if kind == "through":
            region = ctypes.c_ulong(self.fixes.XFixesCreateRegion(self.display, None, 0))
            self.fixes.XFixesSetWindowShapeRegion(self.display, window, SHAPE_INPUT, 0, 0, region)
        self.x11.XMapRaised(self.display, window)
        self.sync()
        return window

    def raise_window(self, window):
        self.x11.XRaiseWindow(self.display, window)
        self.sync()

    def destroy(self, window):
        self.x11.XDestroyWindow(self.display, window)
        self.sync()

    def grab_keyboard(self, window):
        self.x11.XGrabKeyboard(self.display, window, 0, GRAB_ASYNC, GRAB_ASYNC, ctypes.c_ulong(CURRENT_TIME))
        self.sync()

    def focus(self, window):
        self.x11.XSetInputFocus(self.display, window, REVERT_TO_PARENT, ctypes.c_ulong(CURRENT_TIME))
        self.sync()

    def warp(self, x, y):
        self.x11.XWarpPointer(self.display, ctypes.c_ulong(0), self.root, 0, 0, 0, 0, x, y)
        self.sync()

    def move(self, window, x, y):
        self.x11.XMoveWindow(self.display, ctypes.c_ulong(window), x, y)
        self.sync()


@ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)
def _ignore(_display, _event):
    return 0  # the window went away meanwhile


KEYS = {"space": 0x20, "Return": 0xFF0D, "Tab": 0xFF09, "KP_Enter": 0xFF8D, "y": 0x79, "alt": 0xFFE9}


def injector(what, x, y):
    """Presses WHAT ("alt+y"), or all that may say yes, and clicks at X, Y, again and again."""
    screen, xtst = Screen(os.environ["DISPLAY"]), ctypes.CDLL("libXtst.so.6")
    keys = ["space", "Return", "Tab", "alt+y", "Tab", "space", "KP_Enter"] if what == "all" else [what]
    for count in range(1 << 30):
        codes = [screen.x11.XKeysymToKeycode(screen.display, ctypes.c_ulong(KEYS[name]))
                 for name in keys[count % len(keys)].split("+")]
        for down in (1, 0):
            for code in codes if down else reversed(codes):
                xtst.XTestFakeKeyEvent(screen.display, ctypes.c_uint(code), down, ctypes.c_ulong(0))
        xtst.XTestFakeMotionEvent(screen.display, -1, int(x), int(y), ctypes.c_ulong(0))
        for down in (1, 0):
            xtst.XTestFakeButtonEvent(screen.display, ctypes.c_uint(1), down, ctypes.c_ulong(0))
        screen.sync()
        if count == 0:
            print("ready", flush=True)
        time.sleep(0.02)


def coverer(kind, *box):
    """A window over BOX, raised over everything again and again."""
    screen = Screen(os.environ["DISPLAY"])
    window = screen.cover([int(value) for value in box], kind)
    print("ready", flush=True)
    while True:
        screen.raise_window(window)
        time.sleep(0.01)


def grabber():
    """A window that takes focus and keyboard, again and again."""
    screen = Screen(os.environ["DISPLAY"])
    window = screen.cover([0, 300, 60, 60], "opaque")
    screen.grab_keyboard(window)
    print("ready", flush=True)
    while True:
        screen.focus(window)
        screen.grab_keyboard(window)
        time.sleep(0.01)


def loot(pid):
    """What a program of the same user gets out of the process PID: the names of the ways that worked."""
    pid, libc, got = int(pid), ctypes.CDLL(None, use_errno=True), []
    try:
        os.close(os.open(f"/proc/{pid}/mem", os.O_RDONLY))
        got.append("mem")
    except OSError:
        pass
    try:
        if os.readlink(f"/proc/{pid}/fd/0"):
            got.append("fd")
    except OSError:
        pass
    handle = libc.syscall(SYS_PIDFD_OPEN, pid, 0)
    if any(libc.syscall(SYS_PIDFD_GETFD, handle, number, 0) >= 0 for number in range(32)):
        got.append("pidfd_getfd")
    if libc.ptrace(PTRACE_ATTACH, pid, None, None) == 0:
        os.waitpid(pid, 0)
        libc.ptrace(PTRACE_DETACH, pid, None, None)
        got.append("ptrace")
    return got


def give_up_tracing():
    """From now on, for what is started from here: no more rights over processes than any user has."""
    return ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, CAP_SYS_PTRACE, 0, 0, 0) == 0


COMMANDS = {"inject": injector, "cover": coverer, "grab": grabber,
            "loot": lambda pid: print(" ".join(loot(pid)), flush=True)}


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    COMMANDS[sys.argv[1]](*sys.argv[2:])
