/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/unpack/rtf-text.h"

#include <stdlib.h>
#include <string.h>

enum {
    DEPTH = 256, /* groups inside each other; deeper ones are skipped */
    WORD = 32,
    HELD = 4096,
};

typedef enum { TEXT, ESCAPE, LETTERS, NUMBER, HEX_FIRST, HEX_SECOND } State;

/* What a group inherits from the one around it. */
typedef struct {
    gboolean skip;      /* its content is not text of the body */
    gboolean tag;       /* it holds a piece of HTML as it is */
    gboolean made;      /* between \htmlrtf and \htmlrtf0: RTF made from the HTML */
    guint replacements; /* \uc: characters behind \u that stand for it */
} Group;

struct _RaRtfText {
    RaRtfFunc func;
    gpointer user;
    State state;
    Group groups[DEPTH];
    guint depth;   /* may be more than there is room for */
    gboolean star; /* "\*" came: the next word is a destination that may be skipped */
    gboolean html;
    guint32 code_page;
    char word[WORD + 1];
    gsize word_size;
    char number[16];
    gsize number_size;
    guint8 hex;
    guint32 raw;     /* bytes of \bin that are left */
    guint32 replace; /* characters that are left that stand for a \u */
    char held[HELD];
    gsize held_size;
};

RaRtfText *ra_rtf_text_new(RaRtfFunc func, gpointer user)
{
    RaRtfText *text = g_new0(RaRtfText, 1);
    text->func = func;
    text->user = user;
    text->groups[0].replacements = 1;
    return text;
}

static void flush(RaRtfText *text)
{
    if (text->held_size > 0)
        text->func(text->held, text->held_size, text->html, text->code_page, text->user);
    text->held_size = 0;
}

static Group *group(RaRtfText *text)
{
    return &text->groups[MIN(text->depth, (guint)DEPTH - 1)];
}

static void emit(RaRtfText *text, const char *piece)
{
    const Group *now = group(text);
    if (now->skip || text->depth >= DEPTH || (text->html && now->made && !now->tag))
        return;
    for (; *piece != '\0'; piece++) {
        if (text->held_size == HELD)
            flush(text);
        text->held[text->held_size++] = *piece;
    }
}

/* A character, unless it only stands for one that came as \u. */
static void emit_char(RaRtfText *text, char c)
{
    const char piece[] = {c, '\0'};
    if (text->replace > 0)
        text->replace--;
    else
        emit(text, piece);
}

static void emit_unicode(RaRtfText *text, guint16 c)
{
    char piece[16];
    if (text->html)
        g_snprintf(piece, sizeof piece, "&#%u;", c);
    else
        g_snprintf(piece, sizeof piece, "%c", c >= ' ' && c < 0x7F ? (char)c : '?');
    emit(text, piece);
    text->replace = group(text)->replacements;
}

static const struct {
    const char *word, *piece;
} pieces[] = {
    {"par", "\r\n"},  {"line", "\r\n"},    {"row", "\r\n"},     {"sect", "\r\n"},
    {"page", "\r\n"}, {"tab", "\t"},       {"cell", "\t"},      {"lquote", "'"},
    {"rquote", "'"},  {"ldblquote", "\""}, {"rdblquote", "\""}, {"endash", "-"},
    {"emdash", "-"},  {"bullet", "*"},     {"emspace", " "},    {"enspace", " "},
};

/* Groups that hold no text of the body, though nothing in their form says so. */
static const char *const skipped[] = {"fonttbl", "colortbl", "stylesheet", "info",    "pict",
                                      "header",  "headerl",  "headerr",    "headerf", "footer",
                                      "footerl", "footerr",  "footerf",    "objdata"};

static void take_word(RaRtfText *text, const char *word, gboolean numbered, glong number)
{
    Group *now = group(text);
    const gboolean star = text->star;
    text->star = FALSE;
    if (strcmp(word, "bin") == 0)
        text->raw = (guint32)CLAMP(number, 0, G_MAXINT32);
    else if (strcmp(word, "u") == 0)
        emit_unicode(text, (guint16)number);
    else if (strcmp(word, "uc") == 0)
        now->replacements = (guint)CLAMP(number, 0, 16);
    else if (strcmp(word, "ansicpg") == 0)
        text->code_page = (guint32)CLAMP(number, 0, 65535);
    else if (strcmp(word, "fromhtml") == 0)
        text->html = !numbered || number != 0;
    else if (strcmp(word, "htmlrtf") == 0)
        now->made = !numbered || number != 0;
    else if (strcmp(word, "htmltag") == 0)
        now->tag = TRUE;
    else if (star)
        now->skip = TRUE;
    for (gsize i = 0; i < G_N_ELEMENTS(skipped); i++)
        now->skip = now->skip || strcmp(word, skipped[i]) == 0;
    for (gsize i = 0; i < G_N_ELEMENTS(pieces); i++) {
        if (strcmp(word, pieces[i].word) == 0)
            emit(text, pieces[i].piece);
    }
}

static void end_word(RaRtfText *text)
{
    text->word[text->word_size] = '\0';
    text->number[text->number_size] = '\0';
    text->state = TEXT;
    take_word(text, text->word, text->number_size > 0, strtol(text->number, NULL, 10));
}

static void open_group(RaRtfText *text)
{
    if (text->depth + 1 < DEPTH)
        text->groups[text->depth + 1] = text->groups[text->depth];
    text->depth += text->depth < G_MAXUINT ? 1 : 0;
    text->replace = 0;
}

static void close_group(RaRtfText *text)
{
    text->depth -= text->depth > 0 ? 1 : 0;
    text->replace = 0;
    text->star = FALSE;
}

static void take_text(RaRtfText *text, char c)
{
    if (c == '\\')
        text->state = ESCAPE;
    else if (c == '{')
        open_group(text);
    else if (c == '}')
        close_group(text);
    else if (c != '\r' && c != '\n' && c != '\0')
        emit_char(text, c);
}

/* The character behind a backslash. */
static void take_escape(RaRtfText *text, char c)
{
    text->state = TEXT;
    if (g_ascii_isalpha(c)) {
        text->state = LETTERS;
        text->word[0] = c;
        text->word_size = 1;
        text->number_size = 0;
    } else if (c == '\'') {
        text->state = HEX_FIRST;
    } else if (c == '*') {
        text->star = TRUE;
    } else if (c == '\\' || c == '{' || c == '}') {
        emit_char(text, c);
    } else if (c == '~') {
        emit_char(text, ' ');
    } else if (c == '_') {
        emit_char(text, '-');
    } else if (c == '\r' || c == '\n') {
        emit(text, "\r\n");
    }
}

/* Letters and the number behind them; a space ends both and belongs to them. */
static void take_control(RaRtfText *text, char c)
{
    if (text->state == LETTERS && g_ascii_isalpha(c)) {
        if (text->word_size < WORD)
            text->word[text->word_size++] = c;
        return;
    }
    if (g_ascii_isdigit(c) || (c == '-' && text->state == LETTERS)) {
        text->state = NUMBER;
        if (text->number_size < sizeof text->number - 1)
            text->number[text->number_size++] = c;
        return;
    }
    end_word(text);
    if (c != ' ')
        take_text(text, c);
}

static void take(RaRtfText *text, char c)
{
    switch (text->state) {
    case TEXT:
        take_text(text, c);
        break;
    case ESCAPE:
        take_escape(text, c);
        break;
    case LETTERS:
    case NUMBER:
        take_control(text, c);
        break;
    case HEX_FIRST:
        text->hex = (guint8)(g_ascii_isxdigit(c) ? g_ascii_xdigit_value(c) : 0);
        text->state = HEX_SECOND;
        break;
    case HEX_SECOND:
        text->hex = (guint8)(text->hex << 4 | (g_ascii_isxdigit(c) ? g_ascii_xdigit_value(c) : 0));
        text->state = TEXT;
        if (text->hex != 0)
            emit_char(text, (char)text->hex);
        break;
    }
}

void ra_rtf_text_push(RaRtfText *text, const char *data, gsize size)
{
    for (gsize i = 0; i < size; i++) {
        if (text->raw > 0)
            text->raw--;
        else
            take(text, data[i]);
    }
}

void ra_rtf_text_end(RaRtfText *text)
{
    if (text == NULL)
        return;
    if (text->state == LETTERS || text->state == NUMBER)
        end_word(text);
    flush(text);
    g_free(text);
}
