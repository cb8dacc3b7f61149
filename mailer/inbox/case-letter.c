/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/inbox/case-letter.h"

#include "base/duration.h"
#include "base/error.h"
#include "base/text.h"
#include "mailer/send/address.h"
#include "mailer/send/compose.h"
#include "mailer/send/flowed.h"
#include "mailer/send/mime.h"

#include <string.h>

enum {
    ID_MAX = 250,         /* bytes of an identifier that we repeat, so that it fits on a line */
    REFERENCES_MAX = 998, /* bytes of all of them, RFC 5322 2.1.1, were they never folded */
    PREFIX_MAX = 8,       /* letters of an "Re" in any language */
    PREFIXES_MAX = 20,    /* in front of each other */
    SUBJECT_MAX = RA_TEXT_LINE_MAX,
};

static const char *const event_names[] = {
    [RA_EVENT_CLAIMED] = "claimed",
    [RA_EVENT_CONNECTED] = "connected",
    [RA_EVENT_FINISHED] = "finished",
    [RA_EVENT_EXPIRED] = "expired",
};

const char *ra_case_event_name(RaCaseEvent event)
{
    return event_names[event];
}

gboolean ra_case_event_parse(const char *name, RaCaseEvent *ret)
{
    for (gsize i = 0; i < G_N_ELEMENTS(event_names); i++) {
        if (strcmp(name, event_names[i]) == 0) {
            *ret = (RaCaseEvent)i;
            return TRUE;
        }
    }
    return FALSE;
}

static gboolean decline(GError **error, const char *why)
{
    g_set_error(error, RA_ERROR, RA_ERROR_DECLINED, "no reply goes out: %s", why);
    return FALSE;
}

/* Addresses that programs write from (RFC 3834 2), and that nobody reads. */
static gboolean is_program(const char *address)
{
    static const char *const programs[] = {"mailer-daemon", "postmaster",   "noreply",
                                           "no-reply",      "do-not-reply", "donotreply"};
    g_autofree char *local = g_ascii_strdown(address, strrchr(address, '@') - address);
    for (gsize i = 0; i < G_N_ELEMENTS(programs); i++) {
        if (strcmp(local, programs[i]) == 0)
            return TRUE;
    }
    return g_str_has_prefix(local, "owner-") || g_str_has_suffix(local, "-owner") ||
           g_str_has_suffix(local, "-request");
}

static gboolean may_answer(const RaMessageInfo *message, GError **error)
{
    if (message->bulk)
        return decline(error, "the message came from a mailing list or in bulk, or is a bounce");
    if (*message->automatic != '\0' && strcmp(message->automatic, "no") != 0)
        return decline(error, "a program sent the message by itself");
    if (*message->reply_to == '\0' && message->from_many)
        return decline(error, "the message names several senders");
    return TRUE;
}

char *ra_case_letter_recipient(const RaMessageInfo *message, GError **error)
{
    const char *named = *message->reply_to != '\0' ? message->reply_to : message->from_address;
    if (!may_answer(message, error))
        return NULL;
    g_autofree char *address = ra_address_parse(named, NULL);
    if (address == NULL)
        decline(error, "the message names no address that can be written to");
    else if (is_program(address))
        decline(error, "nobody reads the address that the message came from");
    else
        return g_steal_pointer(&address);
    return NULL;
}

/* "Re:" in the languages of mail programs, also counted as in "Re[2]:". */
static gsize prefix_length(const char *subject)
{
    static const char *const words[] = {"re",  "aw", "sv",  "vs",  "antw", "odp",
                                        "ynt", "r",  "rif", "res", "atb",  "bls"};
    gsize word = 0;
    while (word < PREFIX_MAX && g_ascii_isalpha(subject[word]))
        word++;
    gsize end = word;
    if (subject[end] == '[' || subject[end] == '(') {
        end++;
        end += strspn(subject + end, "0123456789");
        if (subject[end] != ']' && subject[end] != ')')
            return 0;
        end++;
    }
    if (subject[end] != ':')
        return 0;
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
        if (strlen(words[i]) == word && g_ascii_strncasecmp(subject, words[i], word) == 0)
            return end + 1;
    }
    return 0;
}

/* One "Re: ", whatever stood before (RFC 5322 3.6.5). */
static char *subject_of(const RaCaseLetter *letter)
{
    g_autofree char *clean = ra_text_line(letter->message->subject, SUBJECT_MAX);
    const char *rest = clean;
    for (guint i = 0; i < PREFIXES_MAX; i++) {
        const gsize length = prefix_length(rest);
        if (length == 0)
            break;
        rest += length + strspn(rest + length, " ");
    }
    return g_strconcat("Re: ", *rest != '\0' ? rest : "your request for help", NULL);
}

/* LENGTH bytes are an identifier without its brackets, and short enough to be repeated. */
static gboolean is_id(const char *text, gsize length)
{
    if (length < 3 || length > ID_MAX || memchr(text, '@', length) == NULL)
        return FALSE;
    for (gsize i = 0; i < length; i++) {
        if (text[i] <= ' ' || text[i] > '~' || text[i] == '<' || text[i] == '>')
            return FALSE;
    }
    return TRUE;
}

/* What stands in brackets, if it is an identifier. Strings are owned. */
static GPtrArray *parse_references(const char *text)
{
    GPtrArray *ids = g_ptr_array_new_with_free_func(g_free);
    for (const char *open = strchr(text, '<'); open != NULL; open = strchr(open + 1, '<')) {
        const gsize length = strcspn(open + 1, "<>");
        if (open[length + 1] == '>' && is_id(open + 1, length))
            g_ptr_array_add(ids, g_strndup(open + 1, length));
    }
    return ids;
}

/* RFC 5322 3.6.4: those of the message and its own, last. What is too long loses the middle: the
 * first one is the thread. NULL where there is none. */
static char *references_of(const RaMessageInfo *message)
{
    g_autoptr(GPtrArray) ids = parse_references(message->references);
    if (is_id(message->message_id, strlen(message->message_id)))
        g_ptr_array_add(ids, g_strdup(message->message_id));
    gsize size = 0;
    for (guint i = 0; i < ids->len; i++)
        size += strlen(ids->pdata[i]) + strlen("<> ");
    while (size > REFERENCES_MAX) {
        size -= strlen(ids->pdata[1]) + strlen("<> ");
        g_ptr_array_remove_index(ids, 1);
    }
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < ids->len; i++)
        g_string_append_printf(out, "%s<%s>", i > 0 ? " " : "", (const char *)ids->pdata[i]);
    return g_string_free(out, ids->len == 0);
}

static void append_claimed(GString *out, const char *who)
{
    g_autofree char *text = g_strdup_printf("%s has taken your request for help and will connect "
                                            "to your computer soon. Please stay near it: "
                                            "you will be asked whether your screen may be seen.\n\n"
                                            "You will be asked for the password of your invitation "
                                            "by telephone. Please don't send it by mail.",
                                            who);
    ra_flowed_append(out, text);
}

static void append_connected(GString *out, const char *who)
{
    g_autofree char *text =
        g_strdup_printf("%s is connected to your computer. You can end that at any time, with the "
                        "button \"End session\" or by closing "
                        "Remote Assistance.\n\nIf nobody is helping you now, please end the "
                        "session and call the help desk.",
                        who);
    ra_flowed_append(out, text);
}

static void append_finished(GString *out, const char *who, gint64 seconds)
{
    const gint64 minutes = MAX((seconds + RA_MINUTE / 2) / RA_MINUTE, 1);
    g_autofree char *length = ra_duration_format(minutes * RA_MINUTE);
    g_autofree char *text =
        seconds > 0 ? g_strdup_printf("The session with %s is over. It lasted %s.", who, length)
                    : g_strdup_printf("%s has finished your request for help.", who);
    ra_flowed_append(out, text);
    ra_flowed_append(out, "\nIf you need help again, please send a new invitation.");
}

static void append_expired(GString *out, gint64 end)
{
    g_autofree char *local = ra_moment_format_local(end);
    g_autofree char *utc = ra_moment_format_utc(end);
    ra_flowed_append(
        out,
        "Your invitation has expired before anybody connected to your computer. Nobody can use it "
        "any more.");
    g_autofree char *both = g_strdup_printf("\n* %s, the help desk's time\n* %s\n", local, utc);
    ra_flowed_append_fixed(out, both);
    ra_flowed_append(out, "If you still need help, please send a new invitation.");
}

static char *text_of(const RaCaseLetter *letter)
{
    GString *out = g_string_new("Hello,\n\n");
    g_autofree char *clean = ra_text_line(letter->helper, RA_TEXT_NAME_MAX);
    const char *who = *clean != '\0' ? clean : "The help desk";
    switch (letter->event) {
    case RA_EVENT_CLAIMED:
        append_claimed(out, who);
        break;
    case RA_EVENT_CONNECTED:
        append_connected(out, who);
        break;
    case RA_EVENT_FINISHED:
        append_finished(out, *clean != '\0' ? who : "the help desk", letter->seconds);
        break;
    case RA_EVENT_EXPIRED:
        append_expired(out, letter->end);
        break;
    }
    ra_flowed_append(
        out, "\nThis message was written by a program. An answer to it reaches the help desk.");
    return g_string_free(out, FALSE);
}

static gboolean check(const RaCaseLetter *letter, GError **error)
{
    g_autofree char *from = ra_address_parse(letter->from, error);
    return from != NULL && ra_letter_check(letter->helper, NULL, error);
}

static void set_headers(GMimeMessage *mail, const RaCaseLetter *letter, const char *to)
{
    GMimeObject *object = GMIME_OBJECT(mail);
    const RaMessageInfo *message = letter->message;
    const char *const recipients[] = {to, NULL};
    g_autofree char *subject = subject_of(letter);
    g_autofree char *references = references_of(message);
    const RaMimeHeaders headers = {.name = letter->helper,
                                   .from = letter->from,
                                   .to = recipients,
                                   .subject = subject,
                                   .now = letter->now};
    ra_mime_set_headers(mail, &headers);
    if (is_id(message->message_id, strlen(message->message_id))) {
        g_autofree char *parent = g_strconcat("<", message->message_id, ">", NULL);
        g_mime_object_set_header(object, "In-Reply-To", parent, NULL);
    }
    if (references != NULL)
        g_mime_object_set_header(object, "References", references, NULL);
    g_mime_object_set_header(object, "Auto-Submitted", "auto-replied", NULL);
    g_mime_object_set_header(object, "X-Auto-Response-Suppress", "OOF, AutoReply", NULL);
    g_mime_object_set_header(object, "X-Remote-Assistance-Case", ra_case_event_name(letter->event),
                             NULL);
}

GBytes *ra_case_letter_compose(const RaCaseLetter *letter, GError **error)
{
    ra_mime_init();
    if (!check(letter, error))
        return NULL;
    g_autofree char *to = ra_case_letter_recipient(letter->message, error);
    if (to == NULL)
        return NULL;
    if (g_ascii_strcasecmp(to, letter->from) == 0) {
        decline(error, "the message came from the help desk itself");
        return NULL;
    }
    g_autoptr(GMimeMessage) mail = g_mime_message_new(TRUE);
    set_headers(mail, letter, to);
    g_autofree char *text = text_of(letter);
    g_autoptr(GMimePart) part = ra_mime_text_part(text);
    g_mime_message_set_mime_part(mail, GMIME_OBJECT(part));
    return ra_mime_write(mail, error);
}
