/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/inbox/queue-case.h"

#include "base/duration.h"
#include "base/error.h"
#include "base/text.h"
#include "mailer/open/list.h"

#include <string.h>

struct _RaCaseContent {
    RaExtraction *extraction;
    RaFound *found;
    char *problem;
    RaMessageInfo *message;
    gsize size;
};

/* --- making --- */

static void clear_content(gpointer data)
{
    RaCaseContent *content = data;
    ra_extraction_free(content->extraction);
    ra_message_info_unref(content->message);
    g_free(content->problem);
}

/* Takes CONTENT. */
static RaCase *make(const char *id, gint64 received, const RaMark *mark, RaCaseContent *content)
{
    RaCase *item = g_atomic_rc_box_new0(RaCase);
    item->id = g_strdup(id);
    item->received = received;
    item->mark = mark != NULL ? ra_mark_copy(mark) : ra_mark_new(NULL, FALSE, FALSE);
    item->found = content->found;
    item->extraction = content->extraction;
    item->problem = content->problem;
    item->message = content->message;
    item->content = content;
    return item;
}

static void take_header(const RaLine *line, gpointer data)
{
    RaHeaders **headers = data;
    if (headers[0] != NULL && !ra_headers_take(headers[0], line))
        headers[1] = g_steal_pointer(&headers[0]); /* the block is over */
}

/* Of the message itself: what is found in it may lie in another one, that it forwards. */
static RaMessageInfo *read_headers(GBytes *bytes)
{
    enum { HEADERS_MAX = 256 * 1024 };
    RaHeaders *headers[2] = {ra_headers_new(), NULL};
    g_autoptr(RaLines) lines = ra_lines_new(take_header, headers);
    gsize size = 0;
    const char *data = g_bytes_get_data(bytes, &size);
    for (gsize at = 0; headers[0] != NULL && at < MIN(size, HEADERS_MAX); at += RA_LINE_MAX)
        ra_lines_push(lines, data + at, MIN(size - at, RA_LINE_MAX));
    RaHeaders *read = headers[1] != NULL ? headers[1] : headers[0];
    RaMessageInfo *info = ra_message_info_ref(ra_headers_message(read));
    ra_headers_free(read);
    return info;
}

/* TRUE where MESSAGE says outside of what it is about, as ours and Windows' do. */
static gboolean says_invitation(const RaMessageInfo *message)
{
    g_autofree char *subject = g_utf8_casefold(message->subject, -1);
    return message->invitation || strstr(subject, "remote assistance") != NULL;
}

/* An encrypted message that nobody may open here, but somebody waits: no case would be worse. */
static const GError *locked_out(const RaExtraction *extraction, const RaMessageInfo *message)
{
    return extraction->locked > 0 && says_invitation(message) ? extraction->shut : NULL;
}

/* Keeps the invitation that counts, alone: a message may hold many, and a box many messages. */
static void keep_one(RaCaseContent *content, gint64 now)
{
    GPtrArray *found = content->extraction->found;
    g_autoptr(GPtrArray) sorted = ra_open_sort(content->extraction, now);
    content->found = sorted->pdata[0];
    for (guint i = found->len; i-- > 0;) {
        if (found->pdata[i] != content->found)
            g_ptr_array_remove_index(found, i);
    }
    content->size += g_bytes_get_size(ra_found_bytes(content->found));
}

gboolean ra_case_new(const RaBoxMessage *message, GBytes *bytes, const RaExtractOptions *options,
                     gint64 now, RaCase **ret, GError **error)
{
    RaExtractOptions bounded = options != NULL ? *options : (RaExtractOptions){0};
    if (bounded.found_max == 0)
        bounded.found_max = RA_QUEUE_FOUND_MAX;
    RaExtraction *extraction = ra_extract_bytes(bytes, &bounded, error);
    if (extraction == NULL)
        return FALSE;
    *ret = NULL;
    RaMessageInfo *headers = read_headers(bytes);
    const GError *why =
        extraction->damaged > 0 ? extraction->problem : locked_out(extraction, headers);
    if (extraction->found->len == 0 && why == NULL) {
        ra_message_info_unref(headers);
        ra_extraction_free(extraction);
        return TRUE;
    }
    RaCaseContent *content = g_atomic_rc_box_new0(RaCaseContent);
    content->extraction = extraction;
    content->size = 4096; /* headers and all */
    if (extraction->found->len > 0)
        keep_one(content, now);
    else
        content->problem = ra_text_line(why->message, RA_TEXT_LINE_MAX);
    content->message = headers;
    *ret = make(message->id, message->received, message->mark, content);
    return TRUE;
}

RaCase *ra_case_new_unreadable(const RaBoxMessage *message, const char *why)
{
    RaCaseContent *content = g_atomic_rc_box_new0(RaCaseContent);
    content->problem = ra_text_line(why, RA_TEXT_LINE_MAX);
    return make(message->id, message->received, message->mark, content);
}

RaCase *ra_case_new_marked(const RaCase *item, const RaMark *mark)
{
    return make(item->id, item->received, mark, g_atomic_rc_box_acquire(item->content));
}

RaCase *ra_case_ref(RaCase *item)
{
    return g_atomic_rc_box_acquire(item);
}

static void clear_case(gpointer data)
{
    RaCase *item = data;
    g_atomic_rc_box_release_full(item->content, clear_content);
    ra_mark_free(item->mark);
    g_free(item->id);
}

void ra_case_unref(RaCase *item)
{
    if (item != NULL)
        g_atomic_rc_box_release_full(item, clear_case);
}

gsize ra_case_size(const RaCase *item)
{
    return item->content->size;
}

/* --- states --- */

RaCaseState ra_case_state(const RaCase *item, gint64 now)
{
    if (item->mark->done)
        return RA_CASE_DONE;
    if (item->mark->session)
        return RA_CASE_SESSION;
    if (item->found == NULL)
        return RA_CASE_INVALID;
    if (ra_open_state(item->found, now) == RA_OPEN_EXPIRED)
        return RA_CASE_EXPIRED;
    return item->mark->owner != NULL ? RA_CASE_CLAIMED : RA_CASE_OPEN;
}

const char *ra_case_state_name(RaCaseState state)
{
    static const char *const names[] = {
        [RA_CASE_OPEN] = "open", [RA_CASE_CLAIMED] = "claimed", [RA_CASE_SESSION] = "in-session",
        [RA_CASE_DONE] = "done", [RA_CASE_EXPIRED] = "expired", [RA_CASE_INVALID] = "invalid",
    };
    return names[state];
}

/* --- order --- */

enum { NOW, TAKEN, BUSY, LATER, OVER };

static int rank(const RaCase *item, gint64 now)
{
    switch (ra_case_state(item, now)) {
    case RA_CASE_OPEN:
        return ra_open_state(item->found, now) == RA_OPEN_NOT_YET ? LATER : NOW;
    case RA_CASE_CLAIMED:
        return TAKEN;
    case RA_CASE_SESSION:
        return BUSY;
    case RA_CASE_DONE:
    case RA_CASE_EXPIRED:
    case RA_CASE_INVALID:
        break;
    }
    return OVER;
}

/* What is to be done first is smallest. */
static gint64 urgency(const RaCase *item, int ranked)
{
    if (ranked == OVER || item->found == NULL)
        return -item->received;
    return ranked == LATER ? ra_found_start(item->found) : ra_found_end(item->found);
}

gint ra_case_compare(gconstpointer a, gconstpointer b, gpointer now)
{
    const RaCase *first = *(RaCase *const *)a, *second = *(RaCase *const *)b;
    const int ranks[] = {rank(first, *(const gint64 *)now), rank(second, *(const gint64 *)now)};
    if (ranks[0] != ranks[1])
        return ranks[0] - ranks[1];
    const gint64 one = urgency(first, ranks[0]), two = urgency(second, ranks[1]);
    if (one != two)
        return one < two ? -1 : 1;
    return strcmp(first->id, second->id);
}

/* --- rules --- */

/* " since 14:05" of a session, where that is known; else "". */
static char *since_when(const RaMark *mark)
{
    g_autofree char *time =
        mark->session && mark->since != 0 ? ra_moment_format_local(mark->since) : NULL;
    return time != NULL ? g_strconcat(" since ", time, NULL) : g_strdup("");
}

static void refuse_taken(const RaMark *mark, GError **error)
{
    g_autofree char *who = ra_text_line(mark->owner, RA_TEXT_NAME_MAX);
    g_autofree char *since = since_when(mark);
    if (mark->done)
        g_set_error(error, RA_ERROR, RA_ERROR_DECLINED,
                    "%s has finished this case: it can be opened again only by force", who);
    else
        g_set_error(error, RA_ERROR, RA_ERROR_DECLINED,
                    "%s %s%s: choose another, or take it over by force", who,
                    mark->session ? "is in session with this case" : "has this case", since);
}

/* The mark is one's own. */
static void refuse_session(const RaMark *mark, GError **error)
{
    g_autofree char *since = since_when(mark);
    g_set_error(error, RA_ERROR, RA_ERROR_DECLINED,
                "you are in session with this case%s: where that is over already, say so by force",
                since);
}

/* TRUE if somebody could still open it. */
static gboolean can_open(const RaCase *item, gint64 now, GError **error)
{
    if (item->found == NULL) {
        g_set_error(error, RA_ERROR, RA_ERROR_MALFORMED,
                    "there is nothing in this case that can be opened: %s", item->problem);
        return FALSE;
    }
    return ra_open_state(item->found, now) != RA_OPEN_EXPIRED ||
           ra_found_check_time(item->found, now, error);
}

RaMark *ra_case_decide(const RaCase *item, RaCaseAct act, const char *owner, gboolean force,
                       gint64 now, GError **error)
{
    const RaMark *mark = item->mark;
    const gboolean mine = g_strcmp0(mark->owner, owner) == 0;
    if (act == RA_ACT_OVER) {
        RaMark *rest = ra_mark_copy(mark);
        rest->session = mark->session && !mine;
        return rest;
    }
    const gboolean begins = act == RA_ACT_CLAIM || act == RA_ACT_SESSION;
    if (mark->owner != NULL && !mine && !force) {
        refuse_taken(mark, error);
        return NULL;
    }
    if (mine && mark->session && !force && (act == RA_ACT_CLAIM || act == RA_ACT_RELEASE)) {
        refuse_session(mark, error);
        return NULL;
    }
    if (begins && (!mine || mark->done) && !can_open(item, now, error))
        return NULL;
    RaMark *wanted = ra_mark_new(act == RA_ACT_RELEASE ? NULL : owner, act == RA_ACT_SESSION,
                                 act == RA_ACT_DONE);
    wanted->told = mark->told;
    if (wanted->session)
        wanted->since = mine && mark->session ? mark->since : now;
    return wanted;
}
