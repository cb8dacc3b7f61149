/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/open/text.h"

#include "base/duration.h"
#include "base/text.h"
#include "mailer/open/freerdp.h"

char *ra_open_who(const RaFound *found)
{
    g_autofree char *name = ra_text_line(ra_found_name(found), RA_TEXT_NAME_MAX);
    if (*name != '\0')
        return g_steal_pointer(&name);
    g_autofree char *address = ra_text_line(ra_found_address(found), RA_TEXT_NAME_MAX);
    return *address != '\0' ? g_steal_pointer(&address) : g_strdup("somebody");
}

/* "Jo Novice <jo@example.org>". A name with brackets of its own could pretend to another address,
 * and the end of a long address says whose it is. */
static char *name_and_address(const char *raw_name, const char *raw_address)
{
    g_autofree char *bare = g_strdelimit(g_strdup(raw_name), "<>", ' ');
    g_autofree char *name = ra_text_line(bare, RA_TEXT_NAME_MAX);
    g_autofree char *address = ra_text_line(raw_address, RA_TEXT_LINE_MAX);
    if (*name != '\0' && *address != '\0')
        return g_strdup_printf("%s <%s>", name, address);
    if (*name == '\0' && *address == '\0')
        return g_strdup("somebody who gives no name");
    return g_strdup(*name != '\0' ? name : address);
}

/* A length of time without what does not matter in it: no seconds beside minutes. */
static char *roughly(gint64 seconds)
{
    return ra_duration_format(seconds < 2 * RA_MINUTE ? MAX(seconds, 1)
                                                      : seconds / RA_MINUTE * RA_MINUTE);
}

/* "; in 2 hours" where the invitation is not valid yet, otherwise "". */
static char *until_start(const RaFound *found, gint64 now)
{
    if (ra_open_state(found, now) != RA_OPEN_NOT_YET)
        return g_strdup("");
    g_autofree char *length = roughly(ra_found_start(found) - now);
    return g_strdup_printf("; in %s", length);
}

/* "; 42 minutes left", "; expired 2 hours ago", or "". */
static char *until_end(const RaFound *found, gint64 now)
{
    const gint64 end = ra_found_end(found);
    const RaOpenState state = ra_open_state(found, now);
    if (state == RA_OPEN_NOT_YET)
        return g_strdup("");
    g_autofree char *length = roughly(state == RA_OPEN_VALID ? end - now : now - end);
    return g_strdup_printf(state == RA_OPEN_VALID ? "; %s left" : "; expired %s ago", length);
}

char *ra_open_words(const RaMessageInfo *message)
{
    enum { LINES_MAX = 12, WORDS_MAX = 1000 };
    g_autofree char *clean = ra_text_message(message != NULL ? message->text : "", WORDS_MAX);
    g_auto(GStrv) lines = g_strsplit(g_strstrip(clean), "\n", -1);
    GString *out = g_string_new(NULL);
    for (guint i = 0; *clean != '\0' && lines[i] != NULL && i <= LINES_MAX; i++)
        g_string_append_printf(out, "  %-13s %s\n", i == 0 ? "They write:" : "",
                               i < LINES_MAX ? lines[i] : "\u2026");
    return g_string_free(out, FALSE);
}

char *ra_open_describe(const RaFound *found, gint64 now)
{
    g_autofree char *who = name_and_address(ra_found_name(found), ra_found_address(found));
    g_autofree char *start = ra_moment_format_local(ra_found_start(found));
    g_autofree char *end = ra_moment_format_local(ra_found_end(found));
    g_autofree char *before = until_start(found, now);
    g_autofree char *left = until_end(found, now);
    GString *text = g_string_new(NULL);
    g_string_append_printf(text, "  Asked by:     %s\n", who);
    if (found->message != NULL) {
        g_autofree char *sender =
            name_and_address(found->message->from_name, found->message->from_address);
        g_string_append_printf(text, "  Message from: %s\n", sender);
    }
    if (found->signer != NULL) {
        g_autofree char *signer = ra_signer_describe(found->signer);
        g_string_append_printf(text, "  Signed by:    %s\n", signer);
    }
    if (found->encrypted)
        g_string_append(text, "  Encrypted:    to your key\n");
    if (found->msra != NULL)
        g_string_append_printf(text, "  Made by:      Windows Remote Assistance (version %u)\n",
                               ra_msra_version(found->msra));
    g_string_append_printf(text, "  Valid from:   %s%s\n", start, before);
    g_string_append_printf(text, "  Valid until:  %s%s\n", end, left);
    if (ra_found_needs_key(found))
        g_string_append_printf(text, "  Sealed to:    the help desk's certificate%s\n",
                               ra_found_needs_password(found) ? ", and a password" : "");
    g_autofree char *words = ra_open_words(found->message);
    g_string_append(text, words);
    return g_string_free(text, FALSE);
}

static void add_signature_warning(GStrvBuilder *lines, const RaFound *found)
{
    const RaSigner *signer = found->signer;
    g_autofree char *line = NULL;
    if (signer != NULL && signer->state == RA_SIGNATURE_BAD) {
        line = g_strdup_printf("the message's signature is wrong: %s. The message may be forged: "
                               "connect only if you know why",
                               signer->why);
    } else if (signer != NULL && ra_open_signer_differs(found)) {
        g_autofree char *who = ra_text_line(
            *signer->address != '\0' ? signer->address : signer->name, RA_TEXT_LINE_MAX);
        g_autofree char *sender = ra_text_line(found->message->from_address, RA_TEXT_LINE_MAX);
        line = g_strdup_printf("the message was signed by %s, but says that it comes from %s%s: "
                               "connect only if you know why",
                               *who != '\0' ? who : "somebody without an address", sender,
                               found->message->from_many ? " and others" : "");
    }
    if (line != NULL)
        g_strv_builder_add(lines, line);
}

char *ra_open_checked(const RaFound *found, gboolean opened, gboolean key, gboolean password)
{
    const gboolean needs_password = ra_found_needs_password(found);
    const gboolean checks = found->msra == NULL || ra_msra_checks_password(found->msra);
    if (!opened && ra_found_needs_key(found) && !key)
        return g_strdup("The invitation can be read. Whether it opens was not checked: that needs "
                        "--key.\n");
    if (needs_password && !checks)
        return g_strdup("The invitation can be read. Its password cannot be checked here: in "
                        "Microsoft's version 1 only the other computer can do that.\n");
    if (!opened && needs_password && !password)
        return g_strdup("The invitation can be read. The password was not checked: that needs "
                        "--password-file.\n");
    return g_strdup_printf("The invitation opens%s.\n",
                           needs_password ? ": the password is right" : "");
}

char *ra_open_freerdp(const char *program, const RaMsraOpened *opened)
{
    g_autofree char *name = g_filename_display_name(program);
    g_autofree char *list = g_strjoinv(", ", opened->hosts);
    g_autofree char *hosts = ra_text_line(list, RA_TEXT_LINE_MAX);
    return g_strdup_printf("FreeRDP (%s) connects now; it gets the invitation and the password.\n"
                           "Addresses: %s\n"
                           "Nothing in Microsoft's invitations lets FreeRDP check that it reaches "
                           "the right computer.\n"
                           "%s\n",
                           name, hosts,
                           ra_freerdp_has_key(program)
                               ? "Press Ctrl+Alt+C in its window to ask for control."
                               : "It asks for control as soon as the screen is there.");
}

GStrv ra_open_search_warnings(const RaExtraction *extraction)
{
    g_autoptr(GStrvBuilder) lines = g_strv_builder_new();
    if (extraction->limit != NULL)
        g_strv_builder_add(lines, extraction->limit->message);
    if (extraction->shut != NULL)
        g_strv_builder_add(lines, extraction->shut->message);
    if (extraction->damaged > 0) {
        g_autofree char *line =
            g_strdup_printf("an invitation in it cannot be read: %s", extraction->problem->message);
        g_strv_builder_add(lines, line);
    }
    return g_strv_builder_end(lines);
}

GStrv ra_open_warnings(const RaFound *found)
{
    g_autoptr(GStrvBuilder) lines = g_strv_builder_new();
    if (ra_open_sender_differs(found)) {
        g_autofree char *sender = ra_text_line(found->message->from_address, RA_TEXT_LINE_MAX);
        g_autofree char *claimed = ra_text_line(ra_found_address(found), RA_TEXT_LINE_MAX);
        g_autofree char *line = g_strdup_printf(
            "the message comes from %s%s, but the invitation says %s: connect only if you know why",
            sender, found->message->from_many ? " and others" : "", claimed);
        g_strv_builder_add(lines, line);
    }
    add_signature_warning(lines, found);
    return g_strv_builder_end(lines);
}

char *ra_open_table(const GPtrArray *sorted, gint64 now, guint max)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < MIN(sorted->len, max); i++) {
        const RaFound *found = sorted->pdata[i];
        g_autofree char *who = name_and_address(ra_found_name(found), ra_found_address(found));
        g_autofree char *start = ra_moment_format_local(ra_found_start(found));
        g_autofree char *before = until_start(found, now);
        g_autofree char *left = until_end(found, now);
        g_string_append_printf(text, "%4u  %s\n      from %s%s%s\n", i + 1, who, start, before,
                               left);
    }
    if (sorted->len > max)
        g_string_append_printf(text, "      and %u more: --check lists them, --number takes one\n",
                               sorted->len - max);
    return g_string_free(text, FALSE);
}

/* LINES, or who signed, where there is nothing to warn of. */
static char *add_good_signature(const RaFound *found, const char *lines)
{
    if (*lines != '\0' || found->signer == NULL || found->signer->state != RA_SIGNATURE_GOOD)
        return g_strdup(lines);
    g_autofree char *signer = ra_signer_describe(found->signer);
    return g_strdup_printf("the message was signed by %s", signer);
}

RaHandover *ra_open_handover(const GPtrArray *sorted, guint number)
{
    RaHandover *handover = ra_handover_new();
    const guint first = number > 0 ? number - 1 : 0;
    const guint n = number > 0 ? 1 : MIN(sorted->len, (guint)RA_HANDOVER_MAX);
    for (guint i = first; i < first + n; i++) {
        const RaFound *found = sorted->pdata[i];
        g_auto(GStrv) warnings = ra_open_warnings(found);
        g_autofree char *lines = g_strjoinv("\n", warnings);
        g_autofree char *text = add_good_signature(found, lines);
        g_autofree char *more =
            i == 0 && number == 0 && n < sorted->len
                ? g_strdup_printf(
                      "%s%sonly the first %u of %u invitations are shown: for another one "
                      "open its message alone",
                      text, *text != '\0' ? "\n" : "", n, sorted->len)
                : g_strdup(text);
        ra_handover_add(handover, ra_found_either(found), more);
    }
    return handover;
}
