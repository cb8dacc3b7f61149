# SPDX-License-Identifier: GPL-3.0-or-later
"""Stands in for ra-host on the session bus, to see what ra-invite asks it for."""

import os
import sys

import ra_test


def play(log, refuse):
    """Plays ra-host on the session bus: what it was asked goes to LOG."""
    from gi.repository import Gio, GLib
    xml = os.path.join(ra_test.SOURCE, "bus", "org.remoteassistance.Host1.xml")
    with open(xml, encoding="utf-8") as file:
        node = Gio.DBusNodeInfo.new_for_xml(file.read())

    def called(_connection, _sender, _path, _interface, method, parameters, invocation):
        with open(log, "a", encoding="utf-8") as sink:
            print(method, *parameters.unpack(), file=sink)
        if method == refuse:
            invocation.return_dbus_error("org.remoteassistance.Error.NotAllowed", "no\nhelp today")
        elif method == "Prepare":
            invocation.return_value(GLib.Variant("(qas)", (3400, ["192.0.2.7:3400"])))
        else:
            invocation.return_value(None)

    def acquired(connection, _name):
        connection.register_object(ra_test.BUS_PATH, node.interfaces[0], called, None, None)

    Gio.bus_own_name(Gio.BusType.SESSION, ra_test.BUS_NAME, Gio.BusNameOwnerFlags.NONE, acquired, None, None)
    GLib.MainLoop().run()


def start(stage, env, refuse=""):
    """Starts it on the session bus of ENV; returns a function that lists what it was asked so far. It
    refuses the method REFUSE."""
    log = stage.path("agent.log")
    stage.start([sys.executable, os.path.abspath(__file__), log, refuse], env=env)
    ra_test.Agent(env).wait_owned()

    def asked():
        with open(log, encoding="utf-8") as file:
            return file.read().split("\n")[:-1]
    return asked


if __name__ == "__main__":
    play(sys.argv[1], sys.argv[2])
