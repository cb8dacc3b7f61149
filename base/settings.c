/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/settings.h"

#include "base/duration.h"
#include "base/error.h"
#include "base/paths.h"

#include <string.h>

typedef enum { STRING, BOOLEAN, INTEGER, DURATION, LIST } Type;

/* Every key there is. Bounds are for INTEGER and DURATION (in seconds). */
static const struct entry {
    const char *key;
    Type type;
    const char *preset; /* NULL: unset */
    gint64 min, max;
} table[] = {
    {"Invitation.Enabled", BOOLEAN, "true", 0, 0},
    {"Invitation.Name", STRING, NULL, 0, 0},
    {"Invitation.Address", STRING, NULL, 0, 0},
    {"Invitation.HelpDesk", LIST, NULL, 0, 0},
    {"Invitation.Lifetime", DURATION, "1h", RA_MINUTE, 30 * (gint64)RA_DAY},
    {"Invitation.MaximumLifetime", DURATION, "30d", RA_MINUTE, 30 * (gint64)RA_DAY},
    {"Invitation.AllowControl", BOOLEAN, "true", 0, 0},
    {"Invitation.SealTo", LIST, NULL, 0, 0},
    {"Invitation.RequireSealTo", BOOLEAN, "false", 0, 0},
    {"Invitation.SendingWays", LIST, "smtp;sendmail;mail-client;file", 0, 0},
    {"Mail.Smtp", STRING, NULL, 0, 0},
    {"Mail.SmtpUser", STRING, NULL, 0, 0},
    {"Mail.SmtpPasswordFile", STRING, NULL, 0, 0},
    {"Mail.SmtpTokenFile", STRING, NULL, 0, 0}, /* an OAuth 2 access token */
    {"Mail.SmtpCa", STRING, NULL, 0, 0},        /* PEM, trusted beside the system's */
    {"Mail.SmtpTls", STRING, "auto", 0, 0},     /* auto, required, none */
    {"Mail.Timeout", DURATION, "60s", 1, RA_HOUR},
    {"Link.Port", INTEGER, "3389", 1, 65535},
    {"Link.Listen", LIST, NULL, 0, 0},
    {"Link.Advertise", LIST, NULL, 0, 0},
    {"Link.Proxy", STRING, NULL, 0, 0},
    {"Helper.Name", STRING, NULL, 0, 0},
    {"Inbox.Url", STRING, NULL, 0, 0},
    {"Inbox.User", STRING, NULL, 0, 0},
    {"Inbox.PasswordFile", STRING, NULL, 0, 0},
    {"Inbox.TokenFile", STRING, NULL, 0, 0}, /* an OAuth 2 access token */
    {"Inbox.Ca", STRING, NULL, 0, 0},        /* PEM, trusted beside the system's */
    {"Inbox.Tls", STRING, "auto", 0, 0},     /* auto, required, none */
    {"Inbox.Name", STRING, NULL, 0, 0},
    {"Inbox.Address", STRING, NULL, 0, 0},
    {"Inbox.Tell", LIST, NULL, 0, 0},
    {"Open.Key", STRING, NULL, 0, 0}, /* PEM: the helper's private key and certificate */
    {"Open.Ca", STRING, NULL, 0, 0},  /* PEM: who may vouch for senders, beside the system's */
    {"Session.Chat", BOOLEAN, "true", 0, 0},
    {"Session.Files", BOOLEAN, "true", 0, 0},
    {"Session.Voice", BOOLEAN, "true", 0, 0},
    {"Session.Clipboard", BOOLEAN, "true", 0, 0},
    {"Session.Pointing", BOOLEAN, "true", 0, 0},
    {"Session.Downloads", STRING, NULL, 0, 0},
    {"Session.AssistiveInput", BOOLEAN, "false", 0, 0},
};

typedef struct {
    gboolean locked;
    char *text; /* NULL: unset */
    gint64 number;
    GStrv list;
} Value;

struct _RaSettings {
    Value values[G_N_ELEMENTS(table)];
    GPtrArray *problems; /* of char *, NULL-terminated once loaded */
};

/* -1 where there is none. */
static int find_key(const char *key)
{
    for (gsize i = 0; i < G_N_ELEMENTS(table); i++) {
        if (strcmp(table[i].key, key) == 0)
            return (int)i;
    }
    return -1;
}

static void problem(RaSettings *settings, const char *file, const char *key, const char *what)
{
    g_ptr_array_add(settings->problems, g_strdup_printf("%s: %s: %s", file, key, what));
}

static gboolean parse_boolean(const char *text, gint64 *ret)
{
    const gboolean yes = g_str_equal(text, "true") || g_str_equal(text, "yes");
    if (!yes && !g_str_equal(text, "false") && !g_str_equal(text, "no"))
        return FALSE;
    *ret = yes;
    return TRUE;
}

static gboolean parse_number(const struct entry *entry, const char *text, gint64 *ret)
{
    gint64 number = 0;
    if (entry->type == BOOLEAN)
        return parse_boolean(text, ret);
    if (entry->type == DURATION
            ? !ra_duration_parse(text, &number, NULL)
            : !g_ascii_string_to_signed(text, 10, entry->min, entry->max, &number, NULL))
        return FALSE;
    if (number < entry->min || number > entry->max)
        return FALSE;
    *ret = number;
    return TRUE;
}

/* Takes TEXT as the value of entry I; FALSE and nothing changed where it is not one. */
static gboolean set_value(Value *value, const struct entry *entry, const char *text)
{
    gint64 number = 0;
    const gboolean numeric = entry->type != STRING && entry->type != LIST;
    if (!g_utf8_validate(text, -1, NULL) || (numeric && !parse_number(entry, text, &number)))
        return FALSE;
    g_free(value->text);
    g_strfreev(value->list);
    value->text = g_strdup(text);
    value->number = number;
    value->list = NULL;
    if (entry->type == LIST) {
        g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
        g_auto(GStrv) parts = g_strsplit(text, ";", -1);
        for (char **part = parts; *part != NULL; part++) {
            if (*g_strstrip(*part) != '\0')
                g_strv_builder_add(builder, *part);
        }
        value->list = g_strv_builder_end(builder);
    }
    return TRUE;
}

static void take_key(RaSettings *settings, GKeyFile *keys, const char *file, const char *group,
                     const char *name, gboolean policy)
{
    g_autofree char *key = g_strdup_printf("%s.%s", group, name);
    const int i = find_key(key);
    if (i < 0) {
        problem(settings, file, key, "there is no such setting; it is ignored");
        return;
    }
    if (settings->values[i].locked && !policy)
        return;
    g_autofree char *text = g_key_file_get_string(keys, group, name, NULL);
    if (text == NULL || !set_value(&settings->values[i], &table[i], g_strstrip(text)))
        problem(settings, file, key, "not a value that this setting can have; it is ignored");
    else
        settings->values[i].locked = policy;
}

/* A missing file is an empty one. */
static gboolean take_file(RaSettings *settings, const char *file, gboolean policy, GError **error)
{
    g_autoptr(GKeyFile) keys = g_key_file_new();
    g_autoptr(GError) local = NULL;
    if (!g_key_file_load_from_file(keys, file, G_KEY_FILE_NONE, &local)) {
        if (g_error_matches(local, G_FILE_ERROR, G_FILE_ERROR_NOENT))
            return TRUE;
        if (policy) {
            g_set_error(error, RA_ERROR, RA_ERROR_FORBIDDEN,
                        "cannot read the policy file %s (%s): ask your administrator", file,
                        local->message);
            return FALSE;
        }
        problem(settings, file, "the file", local->message);
        return TRUE;
    }
    g_auto(GStrv) groups = g_key_file_get_groups(keys, NULL);
    for (char **group = groups; *group != NULL; group++) {
        g_auto(GStrv) names = g_key_file_get_keys(keys, *group, NULL, NULL);
        for (char **name = names; name != NULL && *name != NULL; name++)
            take_key(settings, keys, file, *group, *name, policy);
    }
    return TRUE;
}

static gint compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static gboolean take_policy(RaSettings *settings, const char *dir, GError **error)
{
    g_autofree char *main_file = g_build_filename(dir, "policy.conf", NULL);
    if (!take_file(settings, main_file, TRUE, error))
        return FALSE;
    g_autofree char *sub = g_build_filename(dir, "policy.d", NULL);
    g_autoptr(GError) local = NULL;
    g_autoptr(GDir) listing = g_dir_open(sub, 0, &local);
    if (listing == NULL) {
        if (g_error_matches(local, G_FILE_ERROR, G_FILE_ERROR_NOENT))
            return TRUE;
        g_set_error(error, RA_ERROR, RA_ERROR_FORBIDDEN,
                    "cannot read the policy folder %s (%s): ask your administrator", sub,
                    local->message);
        return FALSE;
    }
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    for (const char *name; (name = g_dir_read_name(listing)) != NULL;) {
        if (g_str_has_suffix(name, ".conf"))
            g_ptr_array_add(names, g_build_filename(sub, name, NULL));
    }
    g_ptr_array_sort(names, compare_names);
    for (guint i = 0; i < names->len; i++) {
        if (!take_file(settings, g_ptr_array_index(names, i), TRUE, error))
            return FALSE;
    }
    return TRUE;
}

RaSettings *ra_settings_load(const char *policy_dir, const char *user_file, GError **error)
{
    g_autoptr(RaSettings) settings = g_new0(RaSettings, 1);
    settings->problems = g_ptr_array_new_with_free_func(g_free);
    for (gsize i = 0; i < G_N_ELEMENTS(table); i++) {
        if (table[i].preset != NULL && !set_value(&settings->values[i], &table[i], table[i].preset))
            g_assert_not_reached();
    }
    g_autofree char *dir = policy_dir != NULL
                               ? g_strdup(policy_dir)
                               : g_build_filename(RA_SYSCONFDIR, "remote-assistance", NULL);
    g_autofree char *config = ra_path_config_dir();
    g_autofree char *file =
        user_file != NULL ? g_strdup(user_file) : g_build_filename(config, "config", NULL);
    if (!take_policy(settings, dir, error) || !take_file(settings, file, FALSE, error))
        return NULL;
    g_ptr_array_add(settings->problems, NULL);
    return g_steal_pointer(&settings);
}

void ra_settings_free(RaSettings *settings)
{
    if (settings == NULL)
        return;
    for (gsize i = 0; i < G_N_ELEMENTS(table); i++) {
        g_free(settings->values[i].text);
        g_strfreev(settings->values[i].list);
    }
    g_ptr_array_unref(settings->problems);
    g_free(settings);
}

static const Value *get_value(const RaSettings *settings, const char *key, Type a, Type b)
{
    const int i = find_key(key);
    if (i < 0 || (table[i].type != a && table[i].type != b))
        g_error("No setting '%s' of that type", key);
    return &settings->values[i];
}

const char *ra_settings_string(const RaSettings *settings, const char *key)
{
    return get_value(settings, key, STRING, STRING)->text;
}

gboolean ra_settings_boolean(const RaSettings *settings, const char *key)
{
    return get_value(settings, key, BOOLEAN, BOOLEAN)->number != 0;
}

gint64 ra_settings_integer(const RaSettings *settings, const char *key)
{
    return get_value(settings, key, INTEGER, DURATION)->number;
}

const char *const *ra_settings_list(const RaSettings *settings, const char *key)
{
    static const char *const none[] = {NULL};
    const Value *value = get_value(settings, key, LIST, LIST);
    return value->list != NULL ? (const char *const *)value->list : none;
}

gboolean ra_settings_locked(const RaSettings *settings, const char *key)
{
    const int i = find_key(key);
    return i >= 0 && settings->values[i].locked;
}

const char *const *ra_settings_problems(const RaSettings *settings)
{
    return (const char *const *)settings->problems->pdata;
}
