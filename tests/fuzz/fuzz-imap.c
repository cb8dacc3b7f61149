/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A box over an IMAP server in memory: the input is all that the server says, whatever it is asked.
 * "%" stands for the tag that is waited for; the first byte chooses how it is cut into pieces. */
#include "base/error.h"
#include "mailer/imap/inner.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

enum { CONNECTIONS_MAX = 3 };

typedef struct {
    const char *said;
    gsize size, at, step;
    guint connections;
} Script;

typedef struct {
    RaImapLink link;
    Script *script;
    char tag[16];
    gsize tag_at; /* of the tag that is being said */
} MemoryLink;

static gboolean memory_send(RaImapLink *link, const char *data, gsize size,
                            gint64 deadline G_GNUC_UNUSED, GCancellable *cancel G_GNUC_UNUSED,
                            GError **error G_GNUC_UNUSED)
{
    MemoryLink *self = (MemoryLink *)link;
    const char *space = memchr(data, ' ', size);
    g_assert_true(size >= 2 && memcmp(data + size - 2, "\r\n", 2) == 0);
    g_assert_null(memchr(data, '\0', size));
    if (space != NULL && space - data < (ptrdiff_t)sizeof self->tag)
        g_strlcpy(self->tag, data, (gsize)(space - data) + 1);
    /* Nothing but our own flags is ever changed. */
    g_assert_null(g_strstr_len(data, (gssize)size, "\\Seen"));
    g_assert_true(g_strstr_len(data, (gssize)size, " STORE ") == NULL ||
                  g_strstr_len(data, (gssize)size, "FLAGS.SILENT (ra-") != NULL);
    return TRUE;
}

static gssize memory_receive(RaImapLink *link, char *buffer, gsize size,
                             gint64 deadline G_GNUC_UNUSED, GCancellable *cancel G_GNUC_UNUSED,
                             GError **error)
{
    MemoryLink *self = (MemoryLink *)link;
    Script *script = self->script;
    gsize n = 0;
    while (n < MIN(size, script->step) && script->at < script->size) {
        if (script->said[script->at] != '%') {
            buffer[n++] = script->said[script->at++];
        } else if (self->tag[self->tag_at] != '\0') {
            buffer[n++] = self->tag[self->tag_at++];
        } else {
            self->tag_at = 0;
            script->at++;
        }
    }
    if (n > 0)
        return (gssize)n;
    g_set_error_literal(error, RA_ERROR, RA_ERROR_UNREACHABLE, "closed");
    return -1;
}

static void memory_free(RaImapLink *link)
{
    g_free(link);
}

static const RaImapLinkClass memory_link = {memory_send, memory_receive, memory_free};

static RaImapLink *memory_dial(const RaImapTarget *target G_GNUC_UNUSED, gpointer data,
                               GCancellable *cancel G_GNUC_UNUSED, GError **error)
{
    Script *script = data;
    if (script->connections++ >= CONNECTIONS_MAX) {
        g_set_error_literal(error, RA_ERROR, RA_ERROR_UNREACHABLE, "closed");
        return NULL;
    }
    MemoryLink *self = g_new0(MemoryLink, 1);
    self->link.class = &memory_link;
    self->script = script;
    return &self->link;
}

static void report(const RaBoxMessage *message, gpointer data)
{
    g_assert_nonnull(message->id);
    g_assert_nonnull(message->mark);
    g_assert_true(message->mark->owner == NULL || g_utf8_validate(message->mark->owner, -1, NULL));
    char **id = data;
    g_free(*id);
    *id = g_strdup(message->id);
}

static void reset(gpointer data G_GNUC_UNUSED)
{
}

static void check(gboolean ok, GError **error)
{
    g_assert_true(ok == (*error == NULL));
    g_clear_error(error);
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    if (size < 1)
        return 0;
    Script script = {(const char *)data + 1, size - 1, 0, data[0] % 64 == 0 ? 4096 : data[0] % 64,
                     0};
    g_autoptr(RaSecret) password = ra_secret_new_copy("x", 1);
    const RaImapServer server = {.url = "imap://a@localhost/",
                                 .password = password,
                                 .timeout = 5,
                                 .bidder = "anna",
                                 .no_condstore = data[0] >= 128};
    g_autoptr(RaBox) box = ra_imap_box_new_over(&server, memory_dial, &script, NULL);
    ((RaImapBox *)box)->pause = 1;
    g_autofree char *id = g_strdup("1");
    g_autoptr(RaMark) nobody = ra_mark_new(NULL, FALSE, FALSE);
    g_autoptr(RaMark) anna = ra_mark_new("anna", FALSE, FALSE);
    g_autoptr(RaMark) now = NULL;
    GError *error = NULL;
    check(box->class->refresh(box, report, reset, &id, NULL, &error), &error);
    g_autoptr(GBytes) bytes = box->class->fetch(box, id, NULL, &error);
    check(bytes != NULL, &error);
    check(box->class->change(box, id, nobody, anna, &now, NULL, &error), &error);
    check(box->class->wait(box, 1, NULL, &error), &error);
    check(box->class->refresh(box, report, reset, &id, NULL, &error), &error);
    return 0;
}
