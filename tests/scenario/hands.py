# SPDX-License-Identifier: GPL-3.0-or-later
"""The novice's own hands, on the keyboard and the mouse of an Xvfb itself: nothing of it is injected, as all that
xdotool does is."""

import ctypes
import time

from ra_test import check

KEYSYMS = {"Escape": 0xFF1B, "Tab": 0xFF09, "Return": 0xFF0D, "BackSpace": 0xFF08, "Delete": 0xFFFF, "Up": 0xFF52,
           "Down": 0xFF54, "Left": 0xFF51, "Right": 0xFF53, "Home": 0xFF50, "End": 0xFF57, "space": 0x20, "F4": 0xFFC1,
           "F10": 0xFFC7, "ctrl": 0xFFE3, "alt": 0xFFE9, "shift": 0xFFE1}
LEVELS = 2  # of a key's meanings that are looked at
REST = 0.4  # seconds that a pointer rests before the click: nobody clicks while it moves
STROKE = 0.01  # seconds between strokes: no person is faster


class _DeviceInfo(ctypes.Structure):
    """XDeviceInfo of the X Input extension."""

    _fields_ = [("id", ctypes.c_ulong), ("type", ctypes.c_ulong), ("name", ctypes.c_char_p),
                ("num_classes", ctypes.c_int), ("use", ctypes.c_int), ("classes", ctypes.c_void_p)]


class Hands:
    """On the display of ENV, until close(), which has to come before the X server ends: Xlib ends the whole program else."""

    def __init__(self, env):
        self.x11, self.xi, self.xtst = (ctypes.CDLL(name) for name in ("libX11.so.6", "libXi.so.6", "libXtst.so.6"))
        self.x11.XOpenDisplay.restype = self.xi.XOpenDevice.restype = ctypes.c_void_p
        self.x11.XkbKeycodeToKeysym.restype = ctypes.c_ulong
        self.xi.XListInputDevices.restype = ctypes.POINTER(_DeviceInfo)
        self.display = ctypes.c_void_p(self.x11.XOpenDisplay(env["DISPLAY"].encode()))
        check(self.display.value, "the display cannot be opened")
        self.keyboard, self.mouse = self._open(b"Xvfb keyboard"), self._open(b"Xvfb mouse")
        self.codes = {}  # keysym: code, with Shift or without
        for code in range(255, 7, -1):
            for level in range(LEVELS - 1, -1, -1):
                keysym = self.x11.XkbKeycodeToKeysym(self.display, ctypes.c_uint(code), ctypes.c_uint(0),
                                                     ctypes.c_uint(level))
                if keysym and (level == 0 or self.codes.get(keysym, (0, True))[1]):
                    self.codes[keysym] = code, level == 1

    def close(self):
        self.x11.XCloseDisplay(self.display)

    def _open(self, name):
        count = ctypes.c_int()
        devices = self.xi.XListInputDevices(self.display, ctypes.byref(count))
        found = [devices[n].id for n in range(count.value) if devices[n].name == name]
        check(found, f"the X server has no {name.decode()} of its own")
        return ctypes.c_void_p(self.xi.XOpenDevice(self.display, ctypes.c_ulong(found[0])))

    def _key(self, code, down):
        self.xtst.XTestFakeDeviceKeyEvent(self.display, self.keyboard, ctypes.c_uint(code), ctypes.c_int(down), None, 0,
                                          ctypes.c_ulong(0))
        self.x11.XSync(self.display, 0)

    def _stroke(self, codes):
        for code in codes:
            self._key(code, True)
        for code in reversed(codes):
            self._key(code, False)
        time.sleep(STROKE)

    def _codes(self, keysym):
        check(keysym in self.codes, f"no key gives {keysym:#x}")
        code, shift = self.codes[keysym]
        return [self.codes[KEYSYMS["shift"]][0], code] if shift else [code]

    def key(self, *combinations):
        """Each as "Tab", "alt+y", "shift+Tab"."""
        for combination in combinations:
            codes = []
            for name in combination.split("+"):
                codes += self._codes(KEYSYMS.get(name) or ord(name))
            self._stroke(codes)

    def type(self, text):
        for character in text:
            self._stroke(self._codes(KEYSYMS["Return"] if character == "\n" else ord(character)))

    def move(self, x, y):
        axes = (ctypes.c_int * 2)(x, y)
        self.xtst.XTestFakeDeviceMotionEvent(self.display, self.mouse, 0, 0, axes, 2, ctypes.c_ulong(0))
        self.x11.XSync(self.display, 0)

    def button(self, down, number=1):
        self.xtst.XTestFakeDeviceButtonEvent(self.display, self.mouse, ctypes.c_uint(number), ctypes.c_int(down), None,
                                             0, ctypes.c_ulong(0))
        self.x11.XSync(self.display, 0)

    def click(self, x, y):
        self.move(x, y)
        time.sleep(REST)
        self.button(True)
        self.button(False)


def press_escape(env):
    hands = Hands(env)
    hands.key("Escape")
    hands.close()
