/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/find/html-text.h"

#include <stdlib.h>
#include <string.h>

enum {
    TAG_NAME_MAX = 16,  /* bytes of a tag's name that are kept */
    REFERENCE_MAX = 10, /* bytes of a character reference between & and ; */
};

typedef enum { IN_TEXT, IN_TAG_NAME, IN_TAG, IN_REFERENCE } State;

struct _RaHtmlText {
    State state;
    char kept[MAX(TAG_NAME_MAX, REFERENCE_MAX) + 1];
    gsize length; /* of KEPT */
};

RaHtmlText *ra_html_text_new(void)
{
    return g_new0(RaHtmlText, 1);
}

void ra_html_text_free(RaHtmlText *html)
{
    g_free(html);
}

/* Tags whose start or end breaks the line where the page is shown. */
static const char *const breaking[] = {
    "br", "p",  "div", "pre", "tr", "table", "li", "ul",         "ol",   "h1",   "h2",
    "h3", "h4", "hr",  "td",  "th", "body",  "tt", "blockquote", "html", "head",
};

static void end_tag_name(RaHtmlText *html, GString *out)
{
    html->kept[html->length] = '\0';
    const char *name = html->kept[0] == '/' ? html->kept + 1 : html->kept;
    for (gsize i = 0; i < G_N_ELEMENTS(breaking); i++) {
        if (g_ascii_strcasecmp(name, breaking[i]) == 0) {
            g_string_append_c(out, '\n');
            break;
        }
    }
    html->length = 0;
}

static void put_reference(RaHtmlText *html, GString *out)
{
    static const struct {
        const char *name, *text;
    } names[] = {{"amp", "&"},    {"lt", "<"},   {"gt", ">"},   {"quot", "\""},
                 {"apos", "'"},   {"nbsp", " "}, {"plus", "+"}, {"sol", "/"},
                 {"equals", "="}, {"shy", ""},   {"zwnj", ""},  {"hyphen", "-"}};
    const char *name = html->kept;
    html->kept[html->length] = '\0';
    html->length = 0;
    if (name[0] == '#') {
        const gboolean hex = name[1] == 'x' || name[1] == 'X';
        const gulong code = strtoul(name + (hex ? 2 : 1), NULL, hex ? 16 : 10);
        if (code == 0xA0)
            g_string_append_c(out, ' ');
        else if (code > 0 && code <= 0x10FFFF && g_unichar_validate((gunichar)code))
            g_string_append_unichar(out, (gunichar)code);
        return;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        if (strcmp(name, names[i].name) == 0)
            g_string_append(out, names[i].text);
    }
}

/* How many of SIZE bytes are neither < nor &. */
static gsize plain(const char *data, gsize size)
{
    gsize n = 0;
    while (n < size && data[n] != '<' && data[n] != '&')
        n++;
    return n;
}

static void take_text(RaHtmlText *html, char c, GString *out)
{
    if (c == '<')
        html->state = IN_TAG_NAME;
    else if (c == '&')
        html->state = IN_REFERENCE;
    else
        g_string_append_c(out, c);
}

static void take_tag_name(RaHtmlText *html, char c, GString *out)
{
    if (g_ascii_isalnum(c) || (c == '/' && html->length == 0) || c == '!') {
        if (html->length < TAG_NAME_MAX)
            html->kept[html->length++] = c;
        return;
    }
    if (html->length == 0) { /* no tag: "a < b" */
        g_string_append_c(out, '<');
        html->state = IN_TEXT;
        take_text(html, c, out);
        return;
    }
    end_tag_name(html, out);
    html->state = c == '>' ? IN_TEXT : IN_TAG;
}

static void take_reference(RaHtmlText *html, char c, GString *out)
{
    if ((g_ascii_isalnum(c) || c == '#') && html->length < REFERENCE_MAX) {
        html->kept[html->length++] = c;
        return;
    }
    html->state = IN_TEXT;
    if (c == ';') {
        put_reference(html, out);
        return;
    }
    /* No reference after all: an ampersand that stands for itself. */
    g_string_append_c(out, '&');
    g_string_append_len(out, html->kept, (gssize)html->length);
    html->length = 0;
    take_text(html, c, out);
}

void ra_html_text_push(RaHtmlText *html, const char *data, gsize size, GString *out)
{
    for (gsize i = 0; i < size; i++) {
        if (html->state == IN_TEXT) {
            const gsize n = plain(data + i, size - i);
            g_string_append_len(out, data + i, (gssize)n);
            i += n;
        } else if (html->state == IN_TAG) {
            const char *close = memchr(data + i, '>', size - i);
            i = close != NULL ? (gsize)(close - data) : size;
        }
        if (i == size)
            return;
        switch (html->state) {
        case IN_TEXT:
            take_text(html, data[i], out);
            break;
        case IN_TAG_NAME:
            take_tag_name(html, data[i], out);
            break;
        case IN_TAG:
            html->state = IN_TEXT;
            break;
        case IN_REFERENCE:
            take_reference(html, data[i], out);
            break;
        }
    }
}
