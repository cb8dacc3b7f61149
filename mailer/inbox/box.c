/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/inbox/box.h"

#include <string.h>

RaMark *ra_mark_new(const char *owner, gboolean session, gboolean done)
{
    RaMark *mark = g_new0(RaMark, 1);
    mark->owner = g_strdup(owner);
    mark->session = session;
    mark->done = done;
    return mark;
}

RaMark *ra_mark_copy(const RaMark *mark)
{
    RaMark *copy = ra_mark_new(mark->owner, mark->session, mark->done);
    copy->told = mark->told;
    copy->since = mark->since;
    return copy;
}

void ra_mark_free(RaMark *mark)
{
    if (mark == NULL)
        return;
    g_free(mark->owner);
    g_free(mark);
}

gboolean ra_mark_equal(const RaMark *first, const RaMark *second)
{
    return g_strcmp0(first->owner, second->owner) == 0 && first->told == second->told &&
           !first->session == !second->session && !first->done == !second->done;
}

void ra_box_free(RaBox *box)
{
    if (box != NULL)
        box->class->free(box);
}

static gboolean is_literal(guchar c)
{
    return g_ascii_islower(c) || g_ascii_isdigit(c) || c == '-' || c == '.';
}

char *ra_owner_encode(const char *owner)
{
    GString *text = g_string_new(NULL);
    for (const char *p = owner; *p != '\0'; p++) {
        if (is_literal((guchar)*p))
            g_string_append_c(text, *p);
        else
            g_string_append_printf(text, "_%02x", (guint)(guchar)*p);
    }
    return g_string_free(text, FALSE);
}

char *ra_owner_decode(const char *text)
{
    g_autoptr(GString) owner = g_string_new(NULL);
    for (const char *p = text; *p != '\0'; p++) {
        guchar c = (guchar)*p;
        if (c == '_') {
            const int high = g_ascii_xdigit_value(p[1]);
            const int low = high < 0 ? -1 : g_ascii_xdigit_value(p[2]);
            if (low < 0)
                return NULL;
            c = (guchar)(high << 4 | low);
            p += 2;
        }
        g_string_append_c(owner, (char)c);
        if (c == '\0' || owner->len > RA_OWNER_MAX)
            return NULL;
    }
    if (owner->len == 0 || !g_utf8_validate_len(owner->str, owner->len, NULL))
        return NULL;
    g_autofree char *again = ra_owner_encode(owner->str);
    return strcmp(again, text) == 0 ? g_strdup(owner->str) : NULL;
}
