/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command line of ra-open. */
#pragma once

#include <glib.h>

/* As the command line gives them; NULL and FALSE: not given. Owned by the struct. */
typedef struct {
    gboolean check, json, yes, window, hold, version;
    char *password_file, *key_file, *ca_file, *save_ticket, *save_psk;
    int number;    /* 0: not given */
    int report_fd; /* -1: not given */
    char **files;  /* one, unless version is set */
} RaOpenOptions;

/* Fills OPTIONS, which is zero but for report_fd, -1. G_OPTION_ERROR; RA_ERROR_USAGE where options
 * do not go together. json is set on failure too. */
gboolean ra_open_options_parse(RaOpenOptions *options, int argc, char **argv, GError **error);

/* Adds what the settings say where no option does. Errors of ra_settings_load(). */
gboolean ra_open_options_settle(RaOpenOptions *options, GError **error);

/* The viewer's window asks: where that is wanted, or where nobody has a terminal, but a desktop,
 * and something to ask. */
gboolean ra_open_options_in_window(const RaOpenOptions *options);

void ra_open_options_clear(RaOpenOptions *options);
