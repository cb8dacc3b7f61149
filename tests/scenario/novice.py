# SPDX-License-Identifier: GPL-3.0-or-later
"""The novice at their computer: what their window says to ra-host (which runs with --bus-answers), over D-Bus."""

import gi
gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib  # pylint: disable=wrong-import-position

import ra_test
from ra_test import wait_for

HOST, CONSENT = ra_test.BUS_NAME, "org.remoteassistance.Consent1"


class Novice(ra_test.Agent):
    """`env` is theirs, with the address of their bus."""

    def __init__(self, env):
        super().__init__(env)
        self.bus = Gio.DBusConnection.new_for_address_sync(
            env["DBUS_SESSION_BUS_ADDRESS"],
            Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)

    def _call(self, interface, method, arguments):
        result = self.bus.call_sync(HOST, ra_test.BUS_PATH, interface, method, arguments, None,
                                    Gio.DBusCallFlags.NO_AUTO_START, 30000, None)
        return result.unpack()

    def value(self, name, interface=HOST):
        """A property."""
        return self._call("org.freedesktop.DBus.Properties", "Get", GLib.Variant("(ss)", (interface, name)))[0]

    def do(self, method, signature="()", *arguments):
        """A method of Consent1; what it returns, as a tuple."""
        return self._call(CONSENT, method, GLib.Variant(signature, arguments))

    def take_away(self, method):
        """A method of Host1 without arguments: End, TakeBackControl, Hide."""
        self._call(HOST, method, None)

    def say(self, text):
        self.do("Say", "(s)", text)

    def send_file(self, path):
        """The number of the transfer."""
        return self.do("SendFile", "(ay)", path.encode() + b"\0")[0]

    def history(self):
        return self.do("History")[0]

    def heard(self, text, who="them"):
        """The entry of the history with TEXT, or None."""
        return next((entry for entry in self.history() if entry["who"] == who and text in entry["text"]), None)

    def wait_heard(self, text, seconds=10, who="them"):
        return wait_for(f"'{text}' in the novice's history", seconds, lambda: self.heard(text, who))

    def wait_there(self, text, seconds=10):
        """Until the helper's end has what the novice said."""
        wait_for(f"'{text}' at the helper's", seconds, lambda: (self.heard(text, "me") or {}).get("there"))

    def transfer(self, number):
        return next(one for one in self.do("Transfers")[0] if one["transfer"] == number)

    def wait_transfer(self, number, state, seconds=20):
        def probe():
            one = self.transfer(number)
            return one if one["state"] == state else None
        return wait_for(f"transfer {number} to be {state}", seconds, probe)

    def file_question(self, seconds=20):
        """The question about a file that the helper offers: its number and the transfer's."""
        def probe():
            return next(((str(number), details["transfer"]) for number, what, details in self.value("Questions")
                         if what == "file"), None)
        return wait_for("the question about a file", seconds, probe)
