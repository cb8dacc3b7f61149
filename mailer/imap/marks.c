/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/imap/marks.h"

#include <string.h>

#define BY   "ra-by-"
#define BID  "ra-bid-"
#define TOLD "ra-told-"

static const char session_keyword[] = "ra-session", done_keyword[] = "ra-done";

static const struct {
    const char *keyword;
    RaTold bit;
} told[] = {
    {TOLD "claimed", RA_TOLD_CLAIMED},
    {TOLD "connected", RA_TOLD_CONNECTED},
    {TOLD "finished", RA_TOLD_FINISHED},
    {TOLD "expired", RA_TOLD_EXPIRED},
};

static char *owner_of(const char *keyword)
{
    return g_str_has_prefix(keyword, BY) ? ra_owner_decode(keyword + strlen(BY)) : NULL;
}

gboolean ra_imap_keyword_is_bid(const char *keyword)
{
    return g_str_has_prefix(keyword, BID);
}

gboolean ra_imap_keyword_is_ours(const char *keyword)
{
    if (strcmp(keyword, session_keyword) == 0 || strcmp(keyword, done_keyword) == 0 ||
        ra_imap_keyword_is_bid(keyword))
        return TRUE;
    for (gsize i = 0; i < G_N_ELEMENTS(told); i++) {
        if (strcmp(keyword, told[i].keyword) == 0)
            return TRUE;
    }
    g_autofree char *owner = owner_of(keyword);
    return owner != NULL;
}

char *ra_imap_bid_keyword(const char *bidder)
{
    return g_strconcat(BID, bidder, NULL);
}

gboolean ra_imap_keywords_hold(const GPtrArray *keywords, const char *keyword)
{
    for (guint i = 0; i < keywords->len; i++) {
        if (strcmp(keywords->pdata[i], keyword) == 0)
            return TRUE;
    }
    return FALSE;
}

RaMark *ra_imap_mark_read(const GPtrArray *keywords)
{
    RaMark *mark = ra_mark_new(NULL, FALSE, FALSE);
    for (guint i = 0; i < keywords->len; i++) {
        g_autofree char *owner = owner_of(keywords->pdata[i]);
        if (owner == NULL || (mark->owner != NULL && strcmp(mark->owner, owner) <= 0))
            continue;
        g_free(mark->owner);
        mark->owner = g_steal_pointer(&owner);
    }
    mark->session = ra_imap_keywords_hold(keywords, session_keyword);
    mark->done = ra_imap_keywords_hold(keywords, done_keyword);
    for (gsize i = 0; i < G_N_ELEMENTS(told); i++) {
        if (ra_imap_keywords_hold(keywords, told[i].keyword))
            mark->told |= told[i].bit;
    }
    return mark;
}

/* Those that make MARK. */
static GPtrArray *keywords_of(const RaMark *mark)
{
    GPtrArray *keywords = g_ptr_array_new_with_free_func(g_free);
    if (mark->owner != NULL) {
        g_autofree char *owner = ra_owner_encode(mark->owner);
        g_ptr_array_add(keywords, g_strconcat(BY, owner, NULL));
    }
    if (mark->session)
        g_ptr_array_add(keywords, g_strdup(session_keyword));
    if (mark->done)
        g_ptr_array_add(keywords, g_strdup(done_keyword));
    for (gsize i = 0; i < G_N_ELEMENTS(told); i++) {
        if ((mark->told & told[i].bit) != 0)
            g_ptr_array_add(keywords, g_strdup(told[i].keyword));
    }
    return keywords;
}

/* Those of FROM that are not in OTHER, bids apart. */
static char *difference(const GPtrArray *from, const GPtrArray *other)
{
    GString *list = g_string_new(NULL);
    for (guint i = 0; i < from->len; i++) {
        const char *keyword = from->pdata[i];
        if (!ra_imap_keyword_is_bid(keyword) && !ra_imap_keywords_hold(other, keyword))
            g_string_append_printf(list, "%s%s", list->len > 0 ? " " : "", keyword);
    }
    return g_string_free(list, FALSE);
}

void ra_imap_mark_plan(const GPtrArray *have, const RaMark *wanted, char **add, char **remove)
{
    g_autoptr(GPtrArray) goal = keywords_of(wanted);
    *add = difference(goal, have);
    *remove = difference(have, goal);
}
