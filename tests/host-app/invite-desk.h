/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The page of inviting in a window, with an agent that says what the test wants, and a script in
 * the place of ra-invite that answers with a report and notes how it was called. RA_PICTURES names
 * a folder into which the steps are drawn, RA_LOOK how ("large", "rtl", "hc", between commas).
 */
#pragma once

#include "bus/host1.h"
#include "host/app/invite-page-inner.h"
#include "tests/host-app/display.h"
#include "tests/host-app/tree.h"

extern gboolean desk_watched;       /* what the agent says */
extern RaBusHost1 *desk_agent_host; /* NULL: no agent */

#define WAY(usable, detail) \
    "{\"usable\":" usable ",\"reason\":\"absent\",\"why_not\":\"no\",\"detail\":" detail "}"
#define DEFAULTS_OF(more, smtp, client, file)                                                   \
    "{\"ok\":true,\"error\":null,\"enabled\":true,\"why_not\":null," more                       \
    "\"name\":\"Anna\",\"name_locked\":false,\"from\":\"anna@example.com\",\"lifetime\":3600,"  \
    "\"ways\":{\"smtp\":" smtp ",\"sendmail\":" WAY("false", "null") ",\"mail-client\":" client \
                                                                     ",\"file\":" file "}}"
#define DEFAULTS                                                                           \
    DEFAULTS_OF("\"to\":[\"help@example.com\"],\"to_locked\":false,\"from_locked\":false," \
                "\"lifetime_max\":2592000,\"control\":true,",                              \
                WAY("true", "\"mail.example.com\""), WAY("true", "\"Thunderbird\""),       \
                WAY("true", "null"))
#define LOCKED                                                                           \
    DEFAULTS_OF("\"to\":[\"help@example.com\"],\"to_locked\":true,\"from_locked\":true," \
                "\"lifetime_max\":3600,\"control\":false,",                              \
                WAY("true", "\"mail.example.com\""), WAY("false", "null"), WAY("false", "null"))
#define FILE_ONLY                                                                               \
    DEFAULTS_OF("\"to\":[],\"to_locked\":false,\"from_locked\":false,\"lifetime_max\":2592000," \
                "\"control\":true,",                                                            \
                WAY("false", "null"), WAY("false", "null"), WAY("true", "null"))

/* SENT, MORE: as in the report. */
#define OUTCOME_OF(ok, error, sent, more)                                                       \
    "{\"ok\":" ok ",\"error\":" error ",\"id\":\"0123456789abcdef\",\"sent\":" sent "," more    \
    "\"mail_program_means\":null,\"in_text\":false,\"start\":\"2026-11-21T09:00:00Z\",\"end\":" \
    "\"2026-11-21T10:00:00Z\",\"needs_password\":true,\"password\":null,\"listening\":true,"    \
    "\"not_listening_because\":null}"
#define NOT_BY_PROGRAM \
    "\"mail_program\":null,\"attached\":false,\"attachment\":null,\"saved\":null,"
#define SENT                           \
    OUTCOME_OF("true", "null", "true", \
               "\"to\":[\"help@example.com\"],\"refused\":[]," NOT_BY_PROGRAM)
#define FAILED                                                                                     \
    OUTCOME_OF("false", "{\"code\":10,\"name\":\"mail\",\"message\":\"cannot connect\"}", "false", \
               "\"to\":[\"help@example.com\"],\"refused\":[]," NOT_BY_PROGRAM)
#define PARTLY                                                                                 \
    OUTCOME_OF("false", "{\"code\":10,\"name\":\"mail\",\"message\":\"refused bob\"}", "true", \
               "\"to\":[\"help@example.com\",\"bob@example.com\"],\"refused\":[{\"address\":"  \
               "\"bob@example.com\",\"reason\":\"no such user\"}]," NOT_BY_PROGRAM)
#define HANDED                                                                                  \
    OUTCOME_OF("true", "null", "false",                                                         \
               "\"to\":[\"help@example.com\"],\"refused\":[],\"mail_program\":\"Thunderbird\"," \
               "\"attached\":false,\"attachment\":\"/x/Invitation.raticket\",\"saved\":null,")
#define SAVED                                                                       \
    OUTCOME_OF("true", "null", "false",                                             \
               "\"to\":[],\"refused\":[],\"mail_program\":null,\"attached\":false," \
               "\"attachment\":null,\"saved\":\"/x/Invitation.raticket\",")

#define UNHEARD                                                                                \
    "{\"ok\":true,\"error\":null,\"id\":\"0123456789abcdef\",\"sent\":true,"                   \
    "\"to\":[\"help@example.com\"],\"refused\":[]," NOT_BY_PROGRAM                             \
    "\"start\":\"2026-11-21T09:00:00Z\",\"end\":\"2026-11-21T10:00:00Z\",\"listening\":false," \
    "\"not_listening_because\":\"there is no bus\"}"

typedef struct {
    RaInviter *inviter;
    GtkWidget *page;
    GtkWindow *window;
    int done;
} Desk;

/* Before the first test and after the last. */
void desks_open(void);
void desks_close(void);
/* The look that RA_LOOK names; once there is a display. */
void desk_set_look(void);

/* A page whose ra-invite answers --defaults with DEFAULTS; at its first step. */
void desk_start(Desk *desk, const char *defaults, const RaInvitePreset *preset);
void desk_end(Desk *desk);
/* What the next run of ra-invite reports, and ends with. */
void answer_with(const char *outcome, int code);
/* A file in the tests' own folder: "password", "message" (what ra-invite was given), "calls". The
 * caller frees it. */
char *in_place(const char *name);
char *read_file(const char *name);
/* The last call of ra-invite, a line for each argument; the caller frees it. */
char *last_call(void);

const char *shown_step(const Desk *desk);
void wait_for_step(const Desk *desk, const char *step);
GtkWidget *part(const Desk *desk, const char *id);
/* Clicks a button that can be clicked. */
void click(const Desk *desk, const char *id);
void type(const Desk *desk, const char *id, const char *text);
const char *text_of(const Desk *desk, const char *id);
gboolean seen(const Desk *desk, const char *id);
/* Whether the focus is in that widget. */
gboolean focused(const Desk *desk, const char *id);
void picture(const Desk *desk, const char *name);
/* From the start to the third step, with what the fields hold. */
void go_to_password(const Desk *desk);
