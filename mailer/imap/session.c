/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/imap/session.h"

#include "base/duration.h"
#include "base/error.h"
#include "base/text.h"
#include "mailer/imap/reader.h"

#include <string.h>

enum { PIECE = 16 * 1024, TAG_MAX = 16 };

struct _RaImapSession {
    RaImapLink *link;
    const RaImapTarget *target;
    RaImapReader *reader;
    char piece[PIECE]; /* received, from at to size not read yet */
    gsize at, size;
    guint number; /* of the last command */
    char *owed;   /* tag of an IDLE that was cancelled and whose answer is to come; NULL */
    GHashTable *can;
    RaImapFolder folder; /* while it is opened */
    gboolean news, gone, dead;
};

static void die(RaImapSession *session, GError **error, RaError code, const char *text)
{
    session->dead = TRUE;
    g_set_error_literal(error, RA_ERROR, (int)code, text);
}

void ra_imap_answer_clear(RaImapAnswer *answer)
{
    g_clear_pointer(&answer->text, g_free);
}

void ra_imap_session_free(RaImapSession *session)
{
    if (session == NULL)
        return;
    session->link->class->free(session->link);
    ra_imap_reader_free(session->reader);
    g_hash_table_unref(session->can);
    g_free(session->owed);
    g_free(session);
}

gboolean ra_imap_session_is_dead(const RaImapSession *session)
{
    return session->dead;
}

gboolean ra_imap_session_can(const RaImapSession *session, const char *capability)
{
    return g_hash_table_contains(session->can, capability);
}

gboolean ra_imap_session_take_news(RaImapSession *session)
{
    const gboolean news = session->news;
    session->news = FALSE;
    return news;
}

void ra_imap_session_note_news(RaImapSession *session)
{
    session->news = TRUE;
}

gboolean ra_imap_session_has_gone(const RaImapSession *session)
{
    return session->gone;
}

gboolean ra_imap_session_take_gone(RaImapSession *session)
{
    const gboolean gone = session->gone;
    session->gone = FALSE;
    return gone;
}

static gint64 new_deadline(const RaImapSession *session)
{
    return g_get_monotonic_time() + session->target->timeout * G_USEC_PER_SEC;
}

/* ---- what the server says ---- */

static void note_capabilities(RaImapSession *session, RaImapScan *scan)
{
    g_hash_table_remove_all(session->can);
    for (guint i = 0; i < 1000 && !scan->bad; i++) {
        ra_imap_scan_spaces(scan);
        char *name = ra_imap_scan_atom(scan);
        if (name == NULL)
            return;
        char *upper = g_ascii_strup(name, -1);
        g_free(name);
        g_hash_table_add(session->can, upper);
    }
}

/* "[UIDVALIDITY 7] ...": RFC 3501 7.1, RFC 7162 3.1.2. */
static void note_code(RaImapSession *session, RaImapScan scan)
{
    RaImapFolder *folder = &session->folder;
    ra_imap_scan_spaces(&scan);
    if (!ra_imap_scan_char(&scan, '['))
        return;
    guint64 *number = NULL;
    guint64 value = 0;
    if (ra_imap_scan_word(&scan, "HIGHESTMODSEQ"))
        number = &folder->modseq;
    else if (ra_imap_scan_word(&scan, "UIDVALIDITY") || ra_imap_scan_word(&scan, "UIDNEXT"))
        number = &value;
    else if (ra_imap_scan_word(&scan, "PERMANENTFLAGS"))
        folder->keywords = g_strstr_len(scan.at, scan.end - scan.at, "\\*") != NULL;
    else if (ra_imap_scan_word(&scan, "READ-ONLY"))
        folder->writable = FALSE;
    if (number == NULL)
        return;
    const gboolean validity = scan.at[-1] == 'Y' || scan.at[-1] == 'y';
    ra_imap_scan_spaces(&scan);
    const guint64 n = ra_imap_scan_number(&scan);
    if (scan.bad)
        return;
    if (number == &folder->modseq)
        folder->modseq = n;
    else if (n <= G_MAXUINT32 && validity)
        folder->validity = (guint32)n;
    else if (n <= G_MAXUINT32)
        folder->next = (guint32)n;
}

/* "12 EXISTS", "4 EXPUNGE", "VANISHED 4", "9 FETCH (...)", which may be what was ASKED for. */
static void note_news(RaImapSession *session, RaImapScan scan, gboolean asked)
{
    if (ra_imap_scan_word(&scan, "VANISHED")) {
        session->news = session->gone = TRUE;
        return;
    }
    (void)ra_imap_scan_number(&scan);
    ra_imap_scan_spaces(&scan);
    if (scan.bad)
        return;
    if (ra_imap_scan_word(&scan, "EXPUNGE"))
        session->news = session->gone = TRUE;
    else if (ra_imap_scan_word(&scan, "EXISTS") || (!asked && ra_imap_scan_word(&scan, "FETCH")))
        session->news = TRUE;
}

/* FALSE where the server says good bye. */
static gboolean take_untagged(RaImapSession *session, const char *data, gsize size, gboolean asked,
                              GError **error)
{
    RaImapScan scan = ra_imap_scan(data, size);
    if (ra_imap_scan_word(&scan, "OK") || ra_imap_scan_word(&scan, "NO") ||
        ra_imap_scan_word(&scan, "BAD")) {
        note_code(session, scan);
    } else if (ra_imap_scan_word(&scan, "CAPABILITY")) {
        note_capabilities(session, &scan);
    } else if (ra_imap_scan_word(&scan, "BYE")) {
        g_autofree char *raw = g_strndup(scan.at, (gsize)(scan.end - scan.at));
        g_autofree char *text = ra_text_line(raw, RA_TEXT_LINE_MAX);
        g_autofree char *said =
            g_strdup_printf("the IMAP server ended the connection (%s): try again later", text);
        die(session, error, RA_ERROR_UNREACHABLE, said);
        return FALSE;
    } else {
        note_news(session, scan, asked);
    }
    return TRUE;
}

/* ---- reading ---- */

/* The next response. *ERROR stays empty where DEADLINE has passed; otherwise the session is dead
 * (a cancelled one too: whoever knows better revives it). */
static const char *receive(RaImapSession *session, gsize *size, gboolean *cut, gint64 deadline,
                           GCancellable *cancel, GError **error)
{
    for (;;) {
        if (session->at == session->size) {
            const gssize n = session->link->class->receive(session->link, session->piece, PIECE,
                                                           deadline, cancel, error);
            if (n <= 0) {
                session->dead = session->dead || n < 0;
                return NULL;
            }
            session->at = 0;
            session->size = (gsize)n;
        }
        const gsize taken = ra_imap_reader_push(session->reader, session->piece + session->at,
                                                session->size - session->at, error);
        session->at += taken;
        session->dead = session->dead || taken == 0;
        if (taken == 0)
            return NULL;
        const char *response = ra_imap_reader_response(session->reader, size, cut);
        if (response != NULL)
            return response;
        /* Whoever sends byte by byte for ever is late, too. */
        if (g_get_monotonic_time() > deadline)
            return NULL;
    }
}

static void die_late(RaImapSession *session, GError **error)
{
    g_autofree char *time = ra_duration_format(session->target->timeout);
    g_autofree char *said =
        g_strdup_printf("the IMAP server did not answer within %s: try again later", time);
    die(session, error, RA_ERROR_UNREACHABLE, said);
}

static gboolean read_answer(RaImapSession *session, RaImapScan scan, RaImapAnswer *answer,
                            GError **error)
{
    static const char *const names[] = {"OK", "NO", "BAD"};
    guint status = 0;
    while (status < G_N_ELEMENTS(names) && !ra_imap_scan_word(&scan, names[status]))
        status++;
    if (status == G_N_ELEMENTS(names)) {
        die(session, error, RA_ERROR_MALFORMED,
            "the IMAP server's answer is neither yes nor no: it does not keep to the protocol");
        return FALSE;
    }
    note_code(session, scan);
    ra_imap_scan_spaces(&scan);
    g_autofree char *raw = g_strndup(scan.at, (gsize)(scan.end - scan.at));
    g_autofree char *text = ra_text_line(raw, RA_TEXT_LINE_MAX);
    *answer = (RaImapAnswer){(RaImapStatus)status, g_steal_pointer(&text), FALSE};
    answer->modified = g_ascii_strncasecmp(raw, "[MODIFIED", 9) == 0;
    return TRUE;
}

/* What a response begins with. */
typedef enum { UNTAGGED, CONTINUATION, ANSWER, NONSENSE } Kind;

static Kind classify(const char *response, gsize size, const char *tag)
{
    const gsize length = strlen(tag);
    if (size >= 2 && memcmp(response, "* ", 2) == 0)
        return UNTAGGED;
    if (size >= 1 && response[0] == '+')
        return CONTINUATION;
    if (size > length && memcmp(response, tag, length) == 0 && response[length] == ' ')
        return ANSWER;
    return NONSENSE;
}

/* Reads up to the answer to TAG. With GO, a continuation ends it as well (*GO then). */
static gboolean wait_answer(RaImapSession *session, const char *tag, RaImapUntagged untagged,
                            gpointer user, gboolean *go, RaImapAnswer *answer, GCancellable *cancel,
                            GError **error)
{
    const gint64 deadline = new_deadline(session);
    for (;;) {
        gsize size;
        gboolean cut;
        g_autoptr(GError) problem = NULL;
        const char *response = receive(session, &size, &cut, deadline, cancel, &problem);
        if (problem != NULL) {
            g_propagate_error(error, g_steal_pointer(&problem));
            return FALSE;
        }
        if (response == NULL) {
            die_late(session, error);
            return FALSE;
        }
        switch (classify(response, size, tag)) {
        case UNTAGGED:
            if (!take_untagged(session, response + 2, size - 2, untagged != NULL, error))
                return FALSE;
            if (untagged != NULL)
                untagged(response + 2, size - 2, cut, user);
            break;
        case ANSWER:
            return read_answer(session,
                               ra_imap_scan(response + strlen(tag) + 1, size - strlen(tag) - 1),
                               answer, error);
        case CONTINUATION:
            if (go != NULL) {
                *go = TRUE;
                return TRUE;
            }
            G_GNUC_FALLTHROUGH;
        case NONSENSE:
            /* The first line may be the end of one that libcurl has read (imap-dial.c). */
            if (session->number == 1)
                break;
            die(session, error, RA_ERROR_MALFORMED,
                "the IMAP server answered what was not asked: it does not keep to the protocol");
            return FALSE;
        }
        if (g_get_monotonic_time() > deadline) {
            die_late(session, error);
            return FALSE;
        }
    }
}

/* ---- commands ---- */

static gboolean send_text(RaImapSession *session, const char *text, GCancellable *cancel,
                          GError **error)
{
    if (session->link->class->send(session->link, text, strlen(text), new_deadline(session), cancel,
                                   error))
        return TRUE;
    session->dead = TRUE;
    return FALSE;
}

/* The answer to an IDLE that was left in a hurry comes first. */
static gboolean settle(RaImapSession *session, GCancellable *cancel, GError **error)
{
    if (session->owed == NULL)
        return TRUE;
    g_autofree char *tag = g_steal_pointer(&session->owed);
    g_auto(RaImapAnswer) answer = {0};
    return wait_answer(session, tag, NULL, NULL, NULL, &answer, cancel, error);
}

static gboolean begin(RaImapSession *session, const char *command, char *tag, GCancellable *cancel,
                      GError **error)
{
    if (!settle(session, cancel, error))
        return FALSE;
    g_snprintf(tag, TAG_MAX, "r%u", ++session->number);
    g_autofree char *line = g_strdup_printf("%s %s\r\n", tag, command);
    return send_text(session, line, cancel, error);
}

gboolean ra_imap_session_run(RaImapSession *session, const char *command, RaImapUntagged untagged,
                             gpointer user, RaImapAnswer *answer, GCancellable *cancel,
                             GError **error)
{
    char tag[TAG_MAX];
    return begin(session, command, tag, cancel, error) &&
           wait_answer(session, tag, untagged, user, NULL, answer, cancel, error);
}

gboolean ra_imap_session_ask(RaImapSession *session, const char *command, RaImapUntagged untagged,
                             gpointer user, GCancellable *cancel, GError **error)
{
    g_auto(RaImapAnswer) answer = {0};
    if (!ra_imap_session_run(session, command, untagged, user, &answer, cancel, error))
        return FALSE;
    if (answer.status == RA_IMAP_OK)
        return TRUE;
    if (answer.status == RA_IMAP_BAD)
        g_set_error(error, RA_ERROR, RA_ERROR_MALFORMED,
                    "the IMAP server did not understand a command (%s)", answer.text);
    else
        g_set_error(error, RA_ERROR, RA_ERROR_UNREACHABLE,
                    "the IMAP server refused (%s): try again later", answer.text);
    return FALSE;
}

static gboolean ask_capabilities(RaImapSession *session, GCancellable *cancel, GError **error)
{
    if (!ra_imap_session_ask(session, "CAPABILITY", NULL, NULL, cancel, error))
        return FALSE;
    if (ra_imap_session_can(session, "IMAP4REV1") || ra_imap_session_can(session, "IMAP4REV2"))
        return TRUE;
    die(session, error, RA_ERROR_MALFORMED, "the IMAP server does not speak IMAP4rev1");
    return FALSE;
}

RaImapSession *ra_imap_session_new(RaImapLink *link, const RaImapTarget *target,
                                   GCancellable *cancel, GError **error)
{
    RaImapSession *session = g_new0(RaImapSession, 1);
    session->link = link;
    session->target = target;
    session->reader = ra_imap_reader_new();
    session->can = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    if (ask_capabilities(session, cancel, error))
        return session;
    ra_imap_session_free(session);
    return NULL;
}

gboolean ra_imap_session_open(RaImapSession *session, gboolean writable, RaImapFolder *ret,
                              GCancellable *cancel, GError **error)
{
    const gboolean condstore = ra_imap_session_can(session, "CONDSTORE");
    g_autofree char *command =
        g_strdup_printf("%s %s%s", writable ? "SELECT" : "EXAMINE", session->target->mailbox,
                        condstore ? " (CONDSTORE)" : "");
    g_auto(RaImapAnswer) answer = {0};
    /* RFC 3501 7.1: without PERMANENTFLAGS all flags can be changed for good. */
    session->folder = (RaImapFolder){.writable = writable, .keywords = TRUE};
    if (!ra_imap_session_run(session, command, NULL, NULL, &answer, cancel, error))
        return FALSE;
    if (answer.status != RA_IMAP_OK) {
        g_autofree char *name = ra_text_line(session->target->folder, RA_TEXT_NAME_MAX);
        g_set_error(error, RA_ERROR, RA_ERROR_USAGE,
                    "the IMAP server does not open the folder %s (%s): check its name", name,
                    answer.text);
        return FALSE;
    }
    if (!condstore)
        session->folder.modseq = 0;
    *ret = session->folder;
    return TRUE;
}

/* ---- IDLE ---- */

static gboolean leave_idle(RaImapSession *session, const char *tag, GError **error)
{
    /* Not to be cancelled: it is sent at once, or the connection is broken. */
    session->dead = FALSE;
    if (!send_text(session, "DONE\r\n", NULL, error))
        return FALSE;
    g_free(session->owed);
    session->owed = g_strdup(tag);
    return TRUE;
}

/* Reads until there is news, or UNTIL. */
static gboolean listen(RaImapSession *session, gint64 until, GCancellable *cancel, GError **error)
{
    while (!session->news) {
        gsize size;
        gboolean cut;
        g_autoptr(GError) problem = NULL;
        const char *response = receive(session, &size, &cut, until, cancel, &problem);
        if (problem != NULL) {
            g_propagate_error(error, g_steal_pointer(&problem));
            return FALSE;
        }
        if (response == NULL)
            return TRUE;
        if (size < 2 || memcmp(response, "* ", 2) != 0) {
            die(session, error, RA_ERROR_MALFORMED,
                "the IMAP server ended IDLE by itself: it does not keep to the protocol");
            return FALSE;
        }
        if (!take_untagged(session, response + 2, size - 2, FALSE, error))
            return FALSE;
        if (g_get_monotonic_time() > until)
            return TRUE;
    }
    return TRUE;
}

gboolean ra_imap_session_idle(RaImapSession *session, gint64 until, GCancellable *cancel,
                              GError **error)
{
    char tag[TAG_MAX];
    gboolean go = FALSE;
    g_auto(RaImapAnswer) answer = {0};
    if (!begin(session, "IDLE", tag, cancel, error) ||
        !wait_answer(session, tag, NULL, NULL, &go, &answer, cancel, error))
        return FALSE;
    if (!go) {
        g_hash_table_remove(session->can, "IDLE"); /* it said no: ask from time to time instead */
        return TRUE;
    }
    g_autoptr(GError) problem = NULL;
    if (listen(session, until, cancel, &problem))
        return leave_idle(session, tag, error);
    if (g_error_matches(problem, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        (void)leave_idle(session, tag, NULL);
    g_propagate_error(error, g_steal_pointer(&problem));
    return FALSE;
}
