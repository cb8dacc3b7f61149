/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/find/mailbox.h"

#include "mailer/find/message.h"

#include <string.h>

enum { MARK_MAX = 1024 }; /* bytes of a line that starts a message */

struct _RaMailbox {
    RaExtractor *extractor;
    const RaPlace *place;
    guint wrapped;
    gboolean outermost; /* the input itself, whose messages have limits of their own */
    RaMessage *message; /* the present one */
    GByteArray *mark;   /* a "From " line that may start a message: the next line tells */
    gboolean marked;
    gboolean blank; /* the last line was empty */
};

RaMailbox *ra_mailbox_new(RaExtractor *extractor, const RaPlace *place, guint wrapped)
{
    RaMailbox *mailbox = g_new0(RaMailbox, 1);
    mailbox->extractor = extractor;
    mailbox->place = place;
    mailbox->wrapped = wrapped;
    mailbox->outermost = place->message == NULL;
    mailbox->mark = g_byte_array_new();
    return mailbox;
}

static void start_message(RaMailbox *mailbox)
{
    ra_message_end(g_steal_pointer(&mailbox->message));
    if (mailbox->outermost)
        ra_extractor_next_message(mailbox->extractor);
    mailbox->message = ra_message_new(mailbox->extractor, mailbox->place, mailbox->wrapped);
}

/* TRUE if LINE has a time of day in it, "12:34". */
static gboolean has_time(const RaLine *line)
{
    for (gsize i = 2; i + 2 < line->length; i++) {
        if (line->text[i] == ':' && g_ascii_isdigit(line->text[i - 1]) &&
            g_ascii_isdigit(line->text[i + 1]) && g_ascii_isdigit(line->text[i + 2]))
            return TRUE;
    }
    return FALSE;
}

/* TRUE if TEXT looks like PATTERN: "0" is a digit, "_" a digit or a blank, "a" a letter. */
static gboolean matches(const char *text, const char *pattern)
{
    for (; *pattern != '\0'; text++, pattern++) {
        const gboolean right = *pattern == '0'   ? g_ascii_isdigit(*text)
                               : *pattern == '_' ? g_ascii_isdigit(*text) || *text == ' '
                               : *pattern == 'a' ? g_ascii_isalpha(*text)
                                                 : *text == *pattern;
        if (!right)
            return FALSE;
    }
    return TRUE;
}

/* TRUE if LINE is "From ADDRESS Fri Nov 20 12:34:56 2026" to the letter (RFC 4155): then it starts
 * a message even where a careless program left out the empty line before it. */
static gboolean is_strict_mark(const RaLine *line)
{
    static const char time[] = "aaa aaa _0 00:00:00 ";
    const char *end = line->text + line->length;
    const char *address = line->text + strlen("From ");
    const char *space = memchr(address, ' ', (gsize)(end - address));
    while (space != NULL && space < end && *space == ' ')
        space++;
    return space != NULL && space > address + 1 && (gsize)(end - space) >= sizeof time - 1 + 4 &&
           matches(space, time);
}

static gboolean is_mark(const RaLine *line)
{
    return line->starts && line->length > 5 && line->length <= MARK_MAX &&
           memcmp(line->text, "From ", 5) == 0;
}

/* Gives LINE to the message, with one ">" less where it quotes "From ". */
static void give(RaMailbox *mailbox, const RaLine *line)
{
    RaLine plain = *line;
    gsize quotes = 0;
    while (line->starts && quotes < line->length && line->text[quotes] == '>')
        quotes++;
    if (quotes > 0 && line->length - quotes >= 5 && memcmp(line->text + quotes, "From ", 5) == 0) {
        plain.text++;
        plain.length--;
        plain.size--;
    }
    if (mailbox->outermost && !ra_extractor_count_bytes(mailbox->extractor, line->size))
        return;
    ra_message_line(mailbox->message, &plain);
}

/* The line that was taken for a mark is text. */
static void give_mark(RaMailbox *mailbox)
{
    const gsize size = mailbox->mark->len;
    gsize length = size;
    const char *text = (const char *)mailbox->mark->data;
    while (length > 0 && (text[length - 1] == '\n' || text[length - 1] == '\r'))
        length--;
    const RaLine line = {.text = text, .length = length, .size = size, .starts = TRUE};
    mailbox->marked = FALSE;
    give(mailbox, &line);
}

void ra_mailbox_line(RaMailbox *mailbox, const RaLine *line)
{
    if (mailbox->message == NULL) { /* the first line of all */
        start_message(mailbox);
        return;
    }
    if (mailbox->marked) {
        if (ra_headers_is_first_line(line) || ra_line_has_prefix(line, ">From ")) {
            mailbox->marked = FALSE;
            start_message(mailbox);
        } else {
            give_mark(mailbox);
        }
    }
    if (is_mark(line) && (mailbox->blank ? has_time(line) : is_strict_mark(line))) {
        g_byte_array_set_size(mailbox->mark, 0);
        g_byte_array_append(mailbox->mark, (const guint8 *)line->text, (guint)line->size);
        mailbox->marked = TRUE;
        mailbox->blank = FALSE;
        return;
    }
    mailbox->blank = line->starts && line->length == 0;
    give(mailbox, line);
}

void ra_mailbox_end(RaMailbox *mailbox)
{
    if (mailbox == NULL)
        return;
    if (mailbox->marked)
        give_mark(mailbox);
    ra_message_end(mailbox->message);
    g_byte_array_unref(mailbox->mark);
    g_free(mailbox);
}
