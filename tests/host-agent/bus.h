/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The agent on a real message bus, private to the test, as another program sees it. */
#pragma once

#include "host/service.h"
#include "tests/host-agent/stage.h"

#include <gio/gunixfdlist.h>

#define HOST1    "org.remoteassistance.Host1"
#define CONSENT1 "org.remoteassistance.Consent1"

typedef struct {
    Stage stage;
    GTestDBus *daemon;
    GDBusConnection *bus;    /* the agent's */
    GDBusConnection *client; /* another program's */
    RaService *service;
} Bus;

typedef struct {
    GVariant *reply;
    GUnixFDList *fds;
    GError *error;
    gboolean done;
} BusCall;

typedef struct {
    guint asked, settled, presented, invitations, question;
    char *how;
} BusHeard;

GDBusConnection *bus_connect(Bus *f);
/* An agent on a bus of its own, to which a window may attach itself; with another program. */
void bus_set_up(Bus *f, gboolean bus_answers);
void bus_tear_down(Bus *f);
/* The agent answers from the same main loop. */
BusCall bus_call(GDBusConnection *connection, const char *name, const char *interface,
                 const char *method, GVariant *arguments);
BusCall bus_host1(Bus *f, const char *method, GVariant *arguments);
void bus_call_clear(BusCall *call);
/* CALL is freed. NAME: of org.remoteassistance.Error. */
void bus_assert_refused(BusCall call, const char *name);
void bus_assert_done(BusCall call);
void bus_assert_property(Bus *f, const char *name, const char *expected);
/* For g_dbus_connection_signal_subscribe(), with a BusHeard. */
void bus_on_signal(G_GNUC_UNUSED GDBusConnection *connection, G_GNUC_UNUSED const char *sender,
                   G_GNUC_UNUSED const char *path, G_GNUC_UNUSED const char *interface,
                   const char *signal, GVariant *values, gpointer data);
/* Lets the main loop run until *COUNT is N; until it is more than THAN. */
void bus_await(const guint *count, guint n);
guint bus_listen(GDBusConnection *connection, BusHeard *heard);
/* A window on its socket; and away with it. */
GDBusConnection *bus_attach(Bus *f);
void bus_detach(GDBusConnection *window);
/* Answers the question that is open, when the window has shown it long enough. */
void bus_say_yes(Bus *f, GDBusConnection *window);
gboolean bus_flag(Bus *f, const char *name);
void bus_await_more(const guint *count, guint than);
