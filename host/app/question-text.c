/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/app/question-text.h"

#include "base/i18n.h"
#include "base/text.h"
#include "host/app/wording.h"

#include <gio/gio.h>
#include <string.h>

static const char *get_string(GVariant *details, const char *key)
{
    const char *value = "";
    (void)g_variant_lookup(details, key, "&s", &value);
    return value;
}

static gboolean get_flag(GVariant *details, const char *key)
{
    gboolean value = FALSE;
    (void)g_variant_lookup(details, key, "b", &value);
    return value;
}

/* A text from outside inside a sentence of ours: kept apart, so that one that is written from right
 * to left turns nothing around (Unicode's FSI and PDI). */
static char *isolate(const char *text)
{
    return g_strconcat("\u2068", text, "\u2069", NULL);
}

/* SENTENCE has one %s, for the name. */
static char *with_name(const char *sentence, const char *name)
{
    g_autofree char *isolated = isolate(name);
    g_autofree char *text = ra_text_named(isolated, sentence, "");
    return g_strconcat(ra_text_mark(name, sentence), text, NULL);
}

static char *title_of(const char *what, const char *name)
{
    static const struct {
        const char *what, *named, *nameless;
    } titles[] = {
        {"connect", N_("May “%s” see your screen?"),
         N_("May somebody who gave no name see your screen?")},
        {"control", N_("May “%s” use your mouse and keyboard?"),
         N_("May your helper use your mouse and keyboard?")},
        {"file", N_("“%s” wants to send you a file"), N_("Your helper wants to send you a file")},
        {"voice", N_("“%s” wants to talk with you"), N_("Your helper wants to talk with you")},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(titles); i++) {
        if (strcmp(titles[i].what, what) != 0)
            continue;
        return name[0] != '\0' ? with_name(_(titles[i].named), name)
                               : g_strdup(_(titles[i].nameless));
    }
    return NULL;
}

static char *people_of(GVariant *details)
{
    g_autofree const char **to = NULL;
    if (!g_variant_lookup(details, "to", "^a&s", &to) || to[0] == NULL)
        return NULL;
    g_autofree char *people = ra_wording_people(to);
    return isolate(people);
}

/* The full sentence, of connect: to whom the invitation went and when, and that they know its
 * password. */
static char *proven_at_length(const char *people, const char *moment, gboolean password)
{
    if (people != NULL && password)
        /* Translators: the first %s is a list of mail addresses, the second a time: "14:03" */
        return g_strdup_printf(
            _("They have the invitation that you sent to %s (%s), and its password."), people,
            moment);
    if (people != NULL)
        return g_strdup_printf(_("They have the invitation that you sent to %s (%s)."), people,
                               moment);
    if (password)
        /* Translators: %s is a time: "14:03" */
        return g_strdup_printf(
            _("They have the invitation that you saved as a file (%s), and its password."), moment);
    return g_strdup_printf(_("They have the invitation that you saved as a file (%s)."), moment);
}

static char *proven_of(const char *what, GVariant *details, gint64 now)
{
    g_autofree char *people = people_of(details);
    gint64 start = 0;
    (void)g_variant_lookup(details, "start", "x", &start);
    g_autofree char *moment = ra_wording_moment(start, now);
    if (strcmp(what, "connect") == 0 && start > 0 && moment[0] != '\0')
        return proven_at_length(people, moment, get_flag(details, "password"));
    if (people != NULL)
        return g_strdup_printf(_("They have the invitation that you sent to %s."), people);
    return g_strdup(_("They have an invitation that you saved as a file."));
}

static char *says_of(const char *name)
{
    if (name[0] == '\0')
        return g_strdup(_("They did not give a name."));
    /* Translators: %s is a name as somebody typed it */
    return with_name(_("The name is “%s”. Anybody can type any name."), name);
}

static void add(GPtrArray *list, const char *text)
{
    g_ptr_array_add(list, g_strdup(text));
}

static void add_powers(GPtrArray *powers, const char *what, GVariant *details)
{
    gboolean control = TRUE;
    if (strcmp(what, "connect") == 0) {
        (void)g_variant_lookup(details, "control", "b", &control);
        add(powers, _("They see all that is on your screen."));
        add(powers, control ? _("They can do nothing else until you say yes again.")
                            : _("They cannot use your mouse and keyboard."));
        add(powers, _("You can end it at any time."));
    } else if (strcmp(what, "control") == 0) {
        add(powers, _("They can do all that you can do yourself: open, change and delete files, "
                      "send mail as you."));
        add(powers, _("What they install or change stays when they are gone."));
        add(powers, _("You can stop it at any time with the Esc key."));
    } else if (strcmp(what, "voice") == 0) {
        add(powers, _("They hear you, and you hear them."));
        add(powers, _("You can turn your microphone off at any time."));
    } else {
        add(powers, _("The file is kept on your computer. It is not opened."));
    }
}

static char *kind_of(const char *type)
{
    g_autofree char *content = g_content_type_from_mime_type(type);
    if (content == NULL || g_content_type_is_unknown(content))
        return NULL;
    return g_content_type_get_description(content);
}

static void add_fact(GPtrArray *facts, const char *name, const char *value)
{
    if (value == NULL || value[0] == '\0')
        return;
    add(facts, name);
    add(facts, value);
}

static void add_facts(GPtrArray *facts, GVariant *details)
{
    guint64 size = 0;
    (void)g_variant_lookup(details, "size", "t", &size);
    g_autofree char *bytes = ra_wording_size(size);
    const char *type = get_string(details, "type");
    g_autofree char *kind = type[0] != '\0' ? kind_of(type) : NULL;
    g_autofree char *name = isolate(get_string(details, "file"));
    add_fact(facts, _("Name:"), name);
    add_fact(facts, _("Size:"), bytes);
    /* Translators: the kind of a file */
    add_fact(facts, _("Kind:"), kind);
    /* Translators: before the folder that a file is saved in */
    add_fact(facts, _("Saved in:"), get_string(details, "folder"));
}

static char *caution_of(const char *what, GVariant *details)
{
    const char *caution = _("Only say yes to somebody you know and called yourself. Nobody from a "
                            "bank, from Microsoft or from the police asks for this by telephone.");
    if (strcmp(what, "voice") == 0)
        return g_strdup("");
    if (strcmp(what, "file") != 0)
        return g_strdup(caution);
    if (!get_flag(details, "can-run"))
        return g_strdup("");
    return g_strconcat(_("This file is a program, or can hold one. Once you open it, it can do all "
                         "that you can do."),
                       "\n", caution, NULL);
}

RaQuestionText *ra_question_text_new(const char *what, GVariant *details, gint64 now)
{
    const char *name = get_string(details, "name");
    char *title = title_of(what, name);
    if (title == NULL)
        return NULL;
    RaQuestionText *text = g_new0(RaQuestionText, 1);
    const char *peer = get_string(details, "peer");
    text->title = title;
    text->proven = proven_of(what, details, now);
    text->address = strcmp(what, "connect") == 0 && peer[0] != '\0'
                        /* Translators: %s is an address: "192.0.2.7" */
                        ? g_strdup_printf(_("They call from the internet address %s."), peer)
                        : g_strdup("");
    text->says = says_of(name);
    text->facts = g_ptr_array_new_with_free_func(g_free);
    text->powers = g_ptr_array_new_with_free_func(g_free);
    if (strcmp(what, "file") == 0)
        add_facts(text->facts, details);
    add_powers(text->powers, what, details);
    text->caution = caution_of(what, details);
    return text;
}

void ra_question_text_free(RaQuestionText *text)
{
    if (text == NULL)
        return;
    g_free(text->title);
    g_free(text->proven);
    g_free(text->address);
    g_free(text->says);
    g_ptr_array_unref(text->facts);
    g_ptr_array_unref(text->powers);
    g_free(text->caution);
    g_free(text);
}

char *ra_question_text_settled(const char *how, GVariant *details)
{
    const char *name = get_string(details, "name");
    if (strcmp(how, "timeout") == 0)
        return g_strdup(_("There was no answer in time, so it was No."));
    if (strcmp(how, "gone") != 0)
        return NULL;
    return name[0] != '\0' ? with_name(_("“%s” is not waiting any more."), name)
                           : g_strdup(_("They are not waiting any more."));
}
