/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command line of ra-inbox. */
#pragma once

#include <glib.h>

/* As the command line gives them; NULL and FALSE: not given. Owned by the struct. */
typedef struct {
    char *inbox;
    char *user;
    char *password_file;
    char *token_file;
    char *ca;
    char *tls;
    char *name;
    char *since;
    char *states;
    char *key_file;
    char *invitation_password_file;
    char *tell;
    gboolean all;
    gboolean force;
    gboolean yes;
    gboolean json;
    gboolean version;
    GStrv words; /* the command, and the case */
} RaInboxOptions;

/* Fills OPTIONS, which is zero. G_OPTION_ERROR. json is set on failure too. */
gboolean ra_inbox_options_parse(RaInboxOptions *options, int argc, char **argv, GError **error);
void ra_inbox_options_clear(RaInboxOptions *options);
