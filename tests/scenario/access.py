# SPDX-License-Identifier: GPL-3.0-or-later
"""What a screen reader sees: the accessibility bus of a test's desktop, spoken to directly (AT-SPI's own library keeps
one bus for a whole process, and a cache)."""

import os
import re

import gi
gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib  # pylint: disable=wrong-import-position

import ra_test
from ra_test import check, wait_for

LAUNCHER = "/usr/libexec/at-spi-bus-launcher"
ROOT = "/org/a11y/atspi/accessible/root"
ACCESSIBLE, ACTION, COMPONENT, TEXT, EVENT = ("org.a11y.atspi." + name for name in (
    "Accessible", "Action", "Component", "Text", "Event.Object"))
# AtspiStateType, as far as we look at it.
STATES = {1: "active", 4: "checked", 7: "editable", 8: "enabled", 10: "expanded", 11: "focusable", 12: "focused",
          16: "modal", 20: "pressed", 23: "selected", 24: "sensitive", 25: "showing", 30: "visible", 33: "required",
          36: "invalid", 41: "checkable", 43: "read-only"}
PATIENCE_MS = 20000


def connect(address):
    return Gio.DBusConnection.new_for_address_sync(
        address, Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION,
        None, None)


class Widget:
    """One accessible object, as it was when the tree was read."""

    def __init__(self, access, place, parent):
        self.access, self.place, self.parent = access, place, parent
        self.role = self.name = self.description = ""
        self.states, self.children = set(), []
        self.box = (0, 0, 0, 0)  # x, y, width, height in its window

    def __repr__(self):
        more = f" ({self.description})" if self.description else ""
        return f"{self.role} '{self.name}'{more} {' '.join(sorted(self.states))}"

    def all(self):
        """It and what is in it, in order."""
        yield self
        for child in self.children:
            yield from child.all()

    def window(self):
        """The window that it is in, or None for a program."""
        if self.parent is None:
            return None
        return self if self.parent.parent is None else self.parent.window()

    def in_sight(self):
        """GTK 4.8 calls what stands on a hidden page visible too, but gives it no place."""
        if self.parent is None:
            return False
        if self.parent.parent is None:
            return "visible" in self.states
        return "visible" in self.states and self.box[2] > 0 and self.parent.in_sight()

    def call(self, interface, method, signature="()", *arguments):
        return self.access.call(self.place, interface, method, signature, *arguments)

    def text(self):
        """What an entry, or a text that can be selected, holds."""
        count = self.call("org.freedesktop.DBus.Properties", "Get", "(ss)", TEXT, "CharacterCount")[0]
        return self.call(TEXT, "GetText", "(ii)", 0, count)[0]

    def act(self):
        """What a screen reader does to press it."""
        return self.call(ACTION, "DoAction", "(i)", 0)[0]

    def fresh(self, state):
        """Is it in STATE now?"""
        return state in _states(self.call(ACCESSIBLE, "GetState")[0])


def _states(words):
    bits = sum(word << 32 * n for n, word in enumerate(words))
    return {name for bit, name in STATES.items() if bits >> bit & 1}


class Access:
    """The accessibility bus of the desktop of ENV, which has a session bus; with a screen reader, as far as programs
    can tell."""

    def __init__(self, stage, env):
        if not os.path.exists(LAUNCHER):
            raise ra_test.Skip("at-spi2-core is not installed")
        env.pop("NO_AT_BRIDGE", None)
        env["GSETTINGS_BACKEND"] = "memory"
        stage.start([LAUNCHER, "--launch-immediately"], env=env)
        session = connect(env["DBUS_SESSION_BUS_ADDRESS"])

        def address():
            try:
                return session.call_sync("org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress", None, None, 0,
                                         PATIENCE_MS, None).unpack()[0]
            except GLib.Error:
                return None
        env["AT_SPI_BUS_ADDRESS"] = wait_for("the accessibility bus", 20, address)
        for name in ("IsEnabled", "ScreenReaderEnabled"):
            session.call_sync("org.a11y.Bus", "/org/a11y/bus", "org.freedesktop.DBus.Properties", "Set", GLib.Variant(
                "(ssv)", ("org.a11y.Status", name, GLib.Variant("b", True))), None, 0, PATIENCE_MS, None)
        self.bus = connect(env["AT_SPI_BUS_ADDRESS"])
        self.events = []  # (kind, place, detail): what a screen reader may say by itself
        self.bus.signal_subscribe(None, EVENT, None, None, None, 0, self._on_event)

    def _on_event(self, _bus, sender, path, _interface, kind, arguments):
        detail = arguments.unpack()
        self.events.append((f"{kind}:{detail[0]}", (sender, path), detail[3]))

    def heard(self, pattern):
        """Has a name or a text that came since events were cleared been announced?"""
        while GLib.MainContext.default().iteration(False):
            pass
        return any(isinstance(detail, str) and re.search(pattern, detail) for _, _, detail in self.events)

    def call(self, place, interface, method, signature="()", *arguments):
        return self.bus.call_sync(place[0], place[1], interface, method, GLib.Variant(signature, arguments), None, 0,
                                  PATIENCE_MS, None).unpack()

    def pid(self, bus_name):
        return self.bus.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                                  "GetConnectionUnixProcessID", GLib.Variant("(s)", (bus_name,)), None, 0, PATIENCE_MS,
                                  None).unpack()[0]

    def programs(self):
        """What is on the bus: name and pid of each program that shows windows."""
        found = {}
        for bus_name, _ in self.call(("org.a11y.atspi.Registry", ROOT), ACCESSIBLE, "GetChildren")[0]:
            try:
                found[bus_name] = self.pid(bus_name)
            except GLib.Error:
                pass  # it left meanwhile
        return found

    def _ask(self, widgets):
        """Fills in WIDGETS, all at once; returns their children."""
        left = [0]

        def ask(widget, interface, method, arguments, take):
            def done(bus, result):
                left[0] -= 1
                try:
                    take(widget, bus.call_finish(result).unpack()[0])
                except GLib.Error:
                    pass  # it went away meanwhile: it stays without states, which is out of sight
            left[0] += 1
            self.bus.call(*widget.place, interface, method, arguments, None, 0, PATIENCE_MS, None, done)

        def take_properties(widget, values):
            widget.name, widget.description = values.get("Name", ""), values.get("Description", "")

        def take_children(widget, places):
            widget.children = [Widget(self, tuple(place), widget) for place in places]
        for widget in widgets:
            ask(widget, "org.freedesktop.DBus.Properties", "GetAll", GLib.Variant("(s)", (ACCESSIBLE,)),
                take_properties)
            ask(widget, ACCESSIBLE, "GetRoleName", None, lambda one, role: setattr(one, "role", role))
            ask(widget, ACCESSIBLE, "GetState", None, lambda one, words: setattr(one, "states", _states(words)))
            ask(widget, ACCESSIBLE, "GetChildren", None, take_children)
            ask(widget, COMPONENT, "GetExtents", GLib.Variant("(u)", (1,)), lambda one, box: setattr(one, "box", box))
        while left[0] > 0:
            GLib.MainContext.default().iteration(True)
        return [child for widget in widgets for child in widget.children]

    def tree(self, pid=None):
        """The programs on the desktop (or the one with PID), each a Widget with all that is in it."""
        roots = [Widget(self, (bus_name, ROOT), None) for bus_name, its in self.programs().items()
                 if pid in (None, its)]
        level, depth = roots, 0
        while level:
            level, depth = self._ask(level), depth + 1
            check(depth < 60, "the tree of accessible objects has no end")
        return roots

    def widgets(self, pid=None):
        """All that is in sight, in order."""
        return [widget for root in self.tree(pid) for widget in root.all() if widget.in_sight()]
