/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the reports of ra-invite, ra-open and ra-inbox (--json) have in common: each function adds
 * a member NAME to the object that BUILDER is in. */
#pragma once

#include <json-glib/json-glib.h>

/* A line from outside, made safe by ra_text_line(); NULL makes null. */
void ra_json_text(JsonBuilder *builder, const char *name, const char *text);

/* The string as it is; NULL makes null. */
void ra_json_string(JsonBuilder *builder, const char *name, const char *text);

void ra_json_number(JsonBuilder *builder, const char *name, gint64 number);
void ra_json_boolean(JsonBuilder *builder, const char *name, gboolean value);

/* Seconds since 1970 as RFC 3339 has them, in UTC; 0 makes null. */
void ra_json_moment(JsonBuilder *builder, const char *name, gint64 moment);

/* A list of strings as they are. TEXTS is NULL-terminated; NULL makes an empty list. */
void ra_json_strings(JsonBuilder *builder, const char *name, const char *const *texts);

/* "error": an object of code (the exit code), name and message; NULL makes null. */
void ra_json_error(JsonBuilder *builder, const GError *error);

/* What was built, with a line end: over several lines if PRETTY. Caller frees. */
char *ra_json_finish(JsonBuilder *builder, gboolean pretty);

/* g_option_context_parse() that on failure leaves in *JSON whether --json stands there, so that a
 * wrong command line is reported that way too. JSON is that option's own variable. */
gboolean ra_json_parse_options(GOptionContext *context, gboolean *json, int *argc, char ***argv,
                               GError **error);
