/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/i18n.h"
#include "host/app/question-text.h"
#include "host/app/wording.h"
#include "host/terminal-private.h"

#include <string.h>

enum { COLUMNS = 76 };

static const char INDENT[] = "  ";

static glong columns(const char *text)
{
    glong n = 0;
    for (; *text != '\0'; text = g_utf8_next_char(text)) {
        const gunichar c = g_utf8_get_char(text);
        n += g_unichar_iszerowidth(c) ? 0 : g_unichar_iswide(c) ? 2 : 1;
    }
    return n;
}

/* What keeps names apart in a window, a terminal shows as rubbish. */
static char *without_isolates(const char *text)
{
    g_auto(GStrv) opened = g_strsplit(text, "\u2068", -1);
    g_autofree char *joined = g_strjoinv("", opened);
    g_auto(GStrv) closed = g_strsplit(joined, "\u2069", -1);
    g_autofree char *marked = g_strjoinv("", closed);
    const gboolean mark = g_str_has_prefix(marked, "\u200e") || g_str_has_prefix(marked, "\u200f");
    return g_strdup(mark ? g_utf8_next_char(marked) : marked);
}

/* TEXT in lines that fit, each indented; BULLET before the first. */
static void add_wrapped(GString *out, const char *bullet, const char *text)
{
    g_autofree char *plain = without_isolates(text);
    g_auto(GStrv) words = g_strsplit_set(plain, " \n", -1);
    const glong start = columns(INDENT) + columns(bullet);
    glong at = start;
    g_string_append_printf(out, "%s%s", INDENT, bullet);
    for (char **word = words; *word != NULL; word++) {
        const glong width = columns(*word);
        if (width == 0)
            continue;
        if (at > start && at + 1 + width > COLUMNS) {
            g_string_append_printf(out, "\n%*s", (int)start, "");
            at = start;
        } else if (at > start) {
            g_string_append_c(out, ' ');
            at++;
        }
        g_string_append(out, *word);
        at += width;
    }
    g_string_append_c(out, '\n');
}

static void add_heading(GString *out, const char *heading)
{
    g_string_append_c(out, '\n');
    add_wrapped(out, "", heading);
}

static void add_point(GString *out, const char *text)
{
    if (text[0] != '\0')
        add_wrapped(out, "- ", text);
}

static void add_facts(GString *out, const GPtrArray *facts)
{
    if (facts->len > 0)
        g_string_append_c(out, '\n');
    for (guint i = 0; i + 1 < facts->len; i += 2) {
        g_autofree char *fact = g_strdup_printf("%s %s", (const char *)g_ptr_array_index(facts, i),
                                                (const char *)g_ptr_array_index(facts, i + 1));
        add_wrapped(out, "", fact);
    }
}

char *ra_terminal_time_left(const RaQuestion *question, gint64 now)
{
    gint64 deadline = 0;
    (void)g_variant_lookup(question->details, "deadline", "x", &deadline);
    const int left = (int)CLAMP(deadline - now, 0, G_MAXINT);
    return g_strdup_printf(ngettext("Without an answer it is No in %d second.",
                                    "Without an answer it is No in %d seconds.", (gulong)left),
                           left);
}

char *ra_terminal_prompt(void)
{
    /* Translators: on a terminal. Always y for yes; the capital N means that no is what anything
     * else means. */
    return g_strconcat(INDENT, _("Type y for Yes, anything else for No, then Enter. [y/N]"), " ",
                       NULL);
}

/* The same words as in the window. */
char *ra_terminal_describe(const RaQuestion *question, gint64 now)
{
    g_autoptr(RaQuestionText) text =
        ra_question_text_new(ra_question_what(question->kind), question->details, now);
    g_autofree char *left = ra_terminal_time_left(question, now);
    g_autofree char *prompt = ra_terminal_prompt();
    g_autoptr(GString) out = g_string_new("\n");
    add_wrapped(out, "", "Remote Assistance");
    add_heading(out, text->title);
    add_heading(out, _("Proven:"));
    add_point(out, text->proven);
    add_point(out, text->address);
    add_heading(out, _("They say:"));
    add_point(out, text->says);
    add_facts(out, text->facts);
    add_heading(out, _("If you say yes:"));
    for (guint i = 0; i < text->powers->len; i++)
        add_point(out, g_ptr_array_index(text->powers, i));
    if (text->caution[0] != '\0')
        add_heading(out, text->caution);
    add_heading(out, left);
    g_string_append(out, prompt);
    return g_string_free(g_steal_pointer(&out), FALSE);
}
