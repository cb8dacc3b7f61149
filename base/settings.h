/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The user's settings ($XDG_CONFIG_HOME/remote-assistance/config) under the administrator's
 * policy (/etc/remote-assistance/policy.conf and policy.d/x.conf, read in that order, a later
 * file's value wins). Key files in GLib's syntax. A value in the policy is locked: the user's own
 * is ignored.
 *
 * Every key is listed in one table in settings.c with its type and bounds; doc/SETTINGS.md
 * explains them. Unknown keys are kept and reported by ra_settings_problems(), never fatal: but a
 * policy file that cannot be read or parsed is RA_ERROR_FORBIDDEN, since what it would forbid is
 * not known.
 */
#pragma once

#include <glib.h>

typedef struct _RaSettings RaSettings;

/* Loads both. POLICY_DIR NULL means RA_SYSCONFDIR/remote-assistance; USER_FILE NULL the path
 * above. Missing files are empty ones. */
RaSettings *ra_settings_load(const char *policy_dir, const char *user_file, GError **error);
void ra_settings_free(RaSettings *settings);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaSettings, ra_settings_free)

/* KEY is "Group.Name", one of the table; anything else is a programming error. Values that break
 * their bounds count as unset. Returned strings are borrowed, NULL where unset with no default. */
const char *ra_settings_string(const RaSettings *settings, const char *key);
gboolean ra_settings_boolean(const RaSettings *settings, const char *key);
/* Seconds for lengths of time. */
gint64 ra_settings_integer(const RaSettings *settings, const char *key);
/* NULL-terminated, never NULL; semicolon-separated in the file. Borrowed. */
const char *const *ra_settings_list(const RaSettings *settings, const char *key);
/* TRUE if the administrator set it. */
gboolean ra_settings_locked(const RaSettings *settings, const char *key);
/* What was wrong with the files, a line each, for a program to show; never NULL. Borrowed. */
const char *const *ra_settings_problems(const RaSettings *settings);
