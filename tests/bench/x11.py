# SPDX-License-Identifier: GPL-3.0-or-later
"""A connection to an X server: keys, pixels and a plain window, through libX11 and libXtst alone."""

import ctypes

X11, XTST = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXtst.so.6")
P, UL = ctypes.c_void_p, ctypes.c_ulong
for name in ("XOpenDisplay", "XGetImage", "XCreateImage", "XDefaultVisual", "XDefaultGC"):
    getattr(X11, name).restype = P
for name in ("XDefaultRootWindow", "XCreateSimpleWindow"):
    getattr(X11, name).restype = UL
ALL_PLANES, Z_PIXMAP = UL(0xFFFFFFFF), 2


class _Image(ctypes.Structure):
    """The beginning of XImage."""

    _fields_ = [("width", ctypes.c_int), ("height", ctypes.c_int), ("xoffset", ctypes.c_int),
                ("format", ctypes.c_int), ("data", P)]


class Area:
    """A part of the screen that is looked at again and again."""

    def __init__(self, display, x, y, width, height):
        self.display, self.place = display, (x, y, width, height)
        self.image = P(X11.XGetImage(display.handle, display.root, x, y, width, height, ALL_PLANES, Z_PIXMAP))
        if not self.image:
            raise ValueError(f"there is no part {self.place} of the screen")
        self.data = ctypes.cast(self.image, ctypes.POINTER(_Image)).contents.data

    def look(self):
        """Its pixels now: four bytes each, the last without meaning."""
        x, y, width, height = self.place
        X11.XGetSubImage(self.display.handle, self.display.root, x, y, width, height, ALL_PLANES, Z_PIXMAP,
                         self.image, 0, 0)
        return ctypes.string_at(self.data, width * height * 4)


def colours(pixels):
    """PIXELS, three bytes each."""
    out = bytearray(len(pixels) // 4 * 3)
    for channel in range(3):
        out[channel::3] = pixels[channel::4]
    return bytes(out)


class Display:
    """NAME as for DISPLAY."""

    def __init__(self, name):
        self.handle = P(X11.XOpenDisplay(name.encode()))
        if not self.handle:
            raise OSError(f"there is no display {name}")
        self.root = UL(X11.XDefaultRootWindow(self.handle))
        self.width = X11.XDisplayWidth(self.handle, 0)
        self.height = X11.XDisplayHeight(self.handle, 0)

    def press(self, keysym=0x61):
        """A key goes down and up again."""
        code = X11.XKeysymToKeycode(self.handle, UL(keysym))
        for down in (1, 0):
            XTST.XTestFakeKeyEvent(self.handle, code, down, UL(0))
        X11.XFlush(self.handle)

    def whole(self):
        return Area(self, 0, 0, self.width, self.height)

    def window(self, x, y, width, height):
        """A window that is shown at once; for put()."""
        window = UL(X11.XCreateSimpleWindow(self.handle, self.root, x, y, width, height, 0, UL(0), UL(0)))
        X11.XMapWindow(self.handle, window)
        X11.XSync(self.handle, 0)
        return window

    def close(self, window):
        X11.XDestroyWindow(self.handle, window)
        X11.XSync(self.handle, 0)

    def picture(self, width, height, pixels):
        """Something to put(): four bytes each pixel."""
        data = ctypes.create_string_buffer(pixels, len(pixels))
        visual = P(X11.XDefaultVisual(self.handle, 0))
        image = P(X11.XCreateImage(self.handle, visual, 24, Z_PIXMAP, 0, data, width, height, 32, 0))
        return image, data, width, height

    def put(self, window, picture):
        image, _, width, height = picture
        gc = P(X11.XDefaultGC(self.handle, 0))
        X11.XPutImage(self.handle, window, gc, image, 0, 0, 0, 0, width, height)
        X11.XSync(self.handle, 0)
