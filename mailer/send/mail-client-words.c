/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/send/mail-client-words.h"

#include <string.h>

/* By which names programs are started. In lower case. */
static const struct {
    const char *name;
    RaClientKind kind;
} programs[] = {
    {"thunderbird", RA_CLIENT_THUNDERBIRD},
    {"thunderbird-bin", RA_CLIENT_THUNDERBIRD},
    {"thunderbird-beta", RA_CLIENT_THUNDERBIRD},
    {"thunderbird-esr", RA_CLIENT_THUNDERBIRD},
    {"icedove", RA_CLIENT_THUNDERBIRD},
    {"betterbird", RA_CLIENT_THUNDERBIRD},
    {"org.mozilla.thunderbird", RA_CLIENT_THUNDERBIRD},
    {"org.mozilla.thunderbird_esr", RA_CLIENT_THUNDERBIRD},
    {"net.thunderbird.thunderbird", RA_CLIENT_THUNDERBIRD},
    {"eu.betterbird.betterbird", RA_CLIENT_THUNDERBIRD},
    {"evolution", RA_CLIENT_EVOLUTION},
    {"org.gnome.evolution", RA_CLIENT_EVOLUTION},
    {"claws-mail", RA_CLIENT_CLAWS},
    {"org.claws_mail.claws-mail", RA_CLIENT_CLAWS},
    {"kmail", RA_CLIENT_KMAIL},
    {"org.kde.kmail", RA_CLIENT_KMAIL},
    {"org.kde.kmail2", RA_CLIENT_KMAIL},
};

static RaClientKind kind_of(const char *word)
{
    g_autofree char *base = g_path_get_basename(word);
    g_autofree char *name = g_ascii_strdown(base, -1);
    for (gsize i = 0; i < G_N_ELEMENTS(programs); i++) {
        if (g_str_equal(name, programs[i].name))
            return programs[i].kind;
    }
    return RA_CLIENT_OTHER;
}

/* Whether the file or the address would come here: "%u", "@@u", "-qwindowtitle %c". */
static gboolean begins_arguments(const char *word)
{
    return word[0] == '%' || g_str_has_prefix(word, "@@") || g_str_equal(word, "-qwindowtitle");
}

/* The id of a program that sees files through the document portal alone. WORDS start it, TARGET
 * is its name. */
static char *sandbox_of(GPtrArray *words, const char *target)
{
    for (guint i = 0; i < words->len; i++) {
        const char *word = words->pdata[i];
        g_autofree char *base = g_path_get_basename(word);
        if (g_str_equal(base, "flatpak"))
            return g_strdup(target);
        if (g_str_has_prefix(word, "/snap/bin/") ||
            g_str_has_prefix(word, "/var/lib/snapd/snap/bin/"))
            return g_strconcat("snap.", base, NULL);
    }
    return NULL;
}

void ra_client_from_exec(RaClient *ret, const char *exec)
{
    g_auto(GStrv) all = NULL;
    memset(ret, 0, sizeof *ret);
    if (exec == NULL || !g_shell_parse_argv(exec, NULL, &all, NULL))
        return;
    g_autoptr(GPtrArray) words = g_ptr_array_new();
    const char *target = NULL; /* the last word that is no option: after "env" and "flatpak run" */
    for (char **word = all; *word != NULL && !begins_arguments(*word); word++) {
        /* With it Flatpak would look for "@@" in what comes from the user. */
        if (g_str_equal(*word, "--file-forwarding"))
            continue;
        g_ptr_array_add(words, *word);
        if (**word != '-')
            target = *word;
    }
    if (target == NULL || (ret->kind = kind_of(target)) == RA_CLIENT_OTHER)
        return;
    ret->sandbox = sandbox_of(words, target);
    g_ptr_array_add(words, NULL);
    ret->words = g_strdupv((GStrv)words->pdata);
}

void ra_client_clear(RaClient *client)
{
    g_strfreev(client->words);
    g_free(client->sandbox);
    memset(client, 0, sizeof *client);
}

const char *ra_client_means(RaClientKind kind)
{
    static const char *const means[] = {"xdg-email", "thunderbird", "evolution", "claws-mail",
                                        "kmail"};
    return means[kind];
}

/* Everything but letters, digits and "-._~" as %XX (RFC 3986 2.1). */
static char *escape(const char *text)
{
    return g_uri_escape_string(text, NULL, FALSE);
}

static void append_escaped(GString *out, const char *before, const char *text)
{
    g_autofree char *escaped = escape(text);
    g_string_append_printf(out, "%s%s", before, escaped);
}

char *ra_mailto(const RaDraft *draft, const char *text, const char *attach)
{
    GString *out = g_string_new("mailto:");
    for (gsize i = 0; draft->to[i] != NULL; i++) {
        g_autofree char *address = g_uri_escape_string(draft->to[i], "@", FALSE);
        g_string_append_printf(out, "%s%s", i > 0 ? "," : "", address);
    }
    append_escaped(out, "?subject=", draft->subject);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1); /* RFC 6068 5: line ends are CRLF */
    g_autofree char *body = g_strjoinv("\r\n", lines);
    append_escaped(out, "&body=", body);
    if (attach != NULL)
        append_escaped(out, "&attach=", attach);
    return g_string_free(out, FALSE);
}

/* Pairs NAME=VALUE between commas. A value in quotes ends at a quote before a comma, and cannot
 * hold one; without quotes it is decoded as a URL is, and then holds neither. */
static char *thunderbird_draft(const RaDraft *draft, const char *attach)
{
    GString *out = g_string_new("format=2"); /* plain text */
    g_autofree char *to = g_strjoinv(",", (GStrv)draft->to);
    append_escaped(out, ",to=", to);
    append_escaped(out, ",subject=", draft->subject);
    append_escaped(out, ",body=", attach != NULL ? draft->text : draft->text_with_ticket);
    if (attach != NULL) {
        /* A list between commas once it is decoded: one in the name is encoded twice. */
        g_autofree char *uri = g_filename_to_uri(attach, NULL, NULL);
        g_auto(GStrv) pieces = g_strsplit(uri, ",", -1);
        g_autofree char *single = g_strjoinv("%2C", pieces);
        append_escaped(out, ",attachment=", single);
    }
    return g_string_free(out, FALSE);
}

static void add_kmail(GStrvBuilder *argv, const RaDraft *draft, const char *attach)
{
    g_autofree char *subject = g_strconcat("--subject=", draft->subject, NULL);
    g_autofree char *body =
        g_strconcat("--body=", attach != NULL ? draft->text : draft->text_with_ticket, NULL);
    g_strv_builder_add_many(argv, "--composer", subject, body, NULL);
    if (attach != NULL) {
        g_autofree char *uri = g_filename_to_uri(attach, NULL, NULL);
        g_autofree char *option = g_strconcat("--attach=", uri, NULL);
        g_strv_builder_add(argv, option);
    }
    g_strv_builder_add(argv, "--");
    g_strv_builder_addv(argv, (const char **)draft->to);
}

GStrv ra_client_argv(const RaClient *client, const RaDraft *draft, const char *attach)
{
    g_autoptr(GStrvBuilder) argv = g_strv_builder_new();
    const char *text = attach != NULL ? draft->text : draft->text_with_ticket;
    g_autofree char *word = NULL, *uri = NULL;
    g_strv_builder_addv(argv, (const char **)client->words);
    switch (client->kind) {
    case RA_CLIENT_THUNDERBIRD:
        word = thunderbird_draft(draft, attach);
        g_strv_builder_add_many(argv, "-compose", word, NULL);
        break;
    case RA_CLIENT_EVOLUTION:
        uri = attach != NULL ? g_filename_to_uri(attach, NULL, NULL) : NULL;
        word = ra_mailto(draft, text, uri);
        g_strv_builder_add(argv, word);
        break;
    case RA_CLIENT_CLAWS:
        word = ra_mailto(draft, text, NULL);
        g_strv_builder_add_many(argv, "--compose", word, NULL);
        if (attach != NULL)
            g_strv_builder_add_many(argv, "--attach", attach, NULL);
        break;
    case RA_CLIENT_KMAIL:
        add_kmail(argv, draft, attach);
        break;
    case RA_CLIENT_OTHER:
        g_return_val_if_reached(NULL);
    }
    return g_strv_builder_end(argv);
}
