#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stand-ins for the desktop's e-mail and document portals, on the session bus; run as a program.

Arguments: FOLDER VERSION RESPONSE. What ComposeEmail was given goes to FOLDER/email.json, and RESPONSE is the answer to
it ("none": none comes); AddFull's to FOLDER/documents.json. Writes "ready" when both names are owned.
"""

import json
import os
import sys

from gi.repository import Gio, GLib

XML = """<node>
<interface name="org.freedesktop.portal.Email">
  <method name="ComposeEmail"><arg type="s" direction="in"/><arg type="a{sv}" direction="in"/>
    <arg type="o" direction="out"/></method>
  <property name="version" type="u" access="read"/>
</interface>
<interface name="org.freedesktop.portal.Documents">
  <method name="GetMountPoint"><arg type="ay" direction="out"/></method>
  <method name="AddFull"><arg type="ah" direction="in"/><arg type="u" direction="in"/><arg type="s" direction="in"/>
    <arg type="as" direction="in"/><arg type="as" direction="out"/><arg type="a{sv}" direction="out"/></method>
</interface>
</node>"""
FOLDER, VERSION, RESPONSE = sys.argv[1], int(sys.argv[2]), sys.argv[3]
owned = []


def content(invocation, index):
    """What the descriptor number INDEX of a call leads to."""
    descriptor = invocation.get_message().get_unix_fd_list().get(index)
    with os.fdopen(descriptor, "rb") as file:
        return os.readlink(f"/proc/self/fd/{descriptor}"), file.read().decode()


def note(name, **values):
    with open(os.path.join(FOLDER, name + ".json"), "w", encoding="utf-8") as file:
        json.dump(values, file)


def compose(bus, sender, parameters, invocation):
    options = parameters.get_child_value(1).unpack()
    path, text = content(invocation, options.pop("attachment_fds")[0])
    note("email", options=options, path=path, text=text)
    handle = f"/org/freedesktop/portal/desktop/request/{sender[1:].replace('.', '_')}/{options['handle_token']}"
    if VERSION == 1:  # as before there were tokens
        handle = "/org/freedesktop/portal/desktop/request/mine"
    invocation.return_value(GLib.Variant("(o)", (handle,)))
    if RESPONSE != "none":
        bus.emit_signal(sender, handle, "org.freedesktop.portal.Request", "Response",
                        GLib.Variant("(ua{sv})", (int(RESPONSE), {})))


def on_call(bus, sender, _path, _interface, method, parameters, invocation):
    if method == "ComposeEmail":
        compose(bus, sender, parameters, invocation)
    elif method == "GetMountPoint":
        invocation.return_value(GLib.Variant("(ay)", (b"/run/user/7/doc\0",)))
    else:
        handles, flags, app, rights = parameters.unpack()
        path, text = content(invocation, handles[0])
        note("documents", flags=flags, app=app, rights=rights, path=path, text=text)
        invocation.return_value(GLib.Variant("(asa{sv})", (["d0c"], {})))


def on_name(_bus, name):
    owned.append(name)
    if len(owned) == 2:
        print("ready", flush=True)


connection = Gio.bus_get_sync(Gio.BusType.SESSION)
node = Gio.DBusNodeInfo.new_for_xml(XML)
for object_path, number in (("/org/freedesktop/portal/desktop", 0), ("/org/freedesktop/portal/documents", 1)):
    connection.register_object(object_path, node.interfaces[number], on_call,
                               lambda *_: GLib.Variant("u", VERSION), None)
for own in ("org.freedesktop.portal.Desktop", "org.freedesktop.portal.Documents"):
    Gio.bus_own_name_on_connection(connection, own, Gio.BusNameOwnerFlags.NONE, on_name, None)
GLib.MainLoop().run()
