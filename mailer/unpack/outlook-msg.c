/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/unpack/outlook-msg.h"

#include "mailer/unpack/outlook-rtf.h"
#include "mailer/unpack/tnef.h"

#include <gsf/gsf-infile-msole.h>
#include <gsf/gsf-input-memory.h>
#include <string.h>

enum {
    CHILDREN_MAX = 4096, /* that are looked at in one storage */
    PIECE = 16 * 1024,
    PROPERTY = 16, /* bytes of an entry in a stream of properties (MS-OXMSG 2.4.2) */
    NUMBERS_MAX = 64 * 1024,
};

#define NUMBERS    "__properties_version1.0"
#define VALUE      "__substg1.0_"
#define ATTACHMENT "__attach_version1.0_#"

/* How a stream of properties begins: bytes before its first entry (2.4.1). */
typedef enum { TOP = 32, EMBEDDED = 24, OF_ATTACHMENT = 8 } Header;

/* What is open, and how well it went. */
typedef struct {
    RaOutlookMail *mail;
    gboolean whole;
} Job;

/* Calls with pieces of what STREAM holds, MAX bytes at the most. FALSE where it cannot be read. */
typedef void (*PieceFunc)(gpointer user, const guint8 *data, gsize size);

static gboolean read_pieces(GsfInput *stream, gsize max, PieceFunc func, gpointer user)
{
    guint8 piece[PIECE];
    gsize left = (gsize)MAX(gsf_input_remaining(stream), 0);
    for (left = MIN(left, max); left > 0;) {
        const gsize n = MIN(left, sizeof piece);
        if (gsf_input_read(stream, n, piece) == NULL)
            return FALSE;
        func(user, piece, n);
        left -= n;
    }
    return TRUE;
}

static void append(gpointer user, const guint8 *data, gsize size)
{
    g_byte_array_append(user, data, (guint)size);
}

static GByteArray *read_all(Job *job, GsfInput *stream, gsize max)
{
    GByteArray *bytes = g_byte_array_new();
    job->whole = read_pieces(stream, max, append, bytes) && job->whole;
    return bytes;
}

static guint number_of_children(GsfInfile *storage)
{
    return (guint)CLAMP(gsf_infile_num_children(storage), 0, CHILDREN_MAX);
}

/* The child I if it is a value; what it is a value of. The caller unrefs. */
static GsfInput *value_at(GsfInfile *storage, guint i, guint16 *id, guint16 *type)
{
    const char *name = gsf_infile_name_by_index(storage, (int)i);
    if (name == NULL || !g_str_has_prefix(name, VALUE) || strlen(name) < sizeof VALUE - 1 + 8)
        return NULL;
    guint32 tag = 0;
    for (gsize digit = 0; digit < 8; digit++) {
        const int value = g_ascii_xdigit_value(name[sizeof VALUE - 1 + digit]);
        if (value < 0)
            return NULL;
        tag = tag << 4 | (guint32)value;
    }
    *id = (guint16)(tag >> 16);
    *type = (guint16)tag;
    return gsf_infile_child_by_index(storage, (int)i);
}

static guint64 number(const guint8 *data, gsize size)
{
    guint64 value = 0;
    for (gsize i = size; i-- > 0;)
        value = value << 8 | data[i];
    return value;
}

/* The numbers: tag, flags, value. */
static void take_numbers(Job *job, GsfInput *stream, Header header, RaMapi *mapi)
{
    g_autoptr(GByteArray) bytes = read_all(job, stream, NUMBERS_MAX);
    for (gsize at = header; at + PROPERTY <= bytes->len; at += PROPERTY) {
        const guint8 *entry = bytes->data + at;
        const guint16 type = (guint16)number(entry, 2), id = (guint16)number(entry + 2, 2);
        ra_mapi_take_number(mapi, id, type, number(entry + 8, type == RA_MAPI_INTEGER32 ? 4 : 8));
    }
}

/* What describes STORAGE. */
static void describe(Job *job, GsfInfile *storage, Header header, RaMapi *mapi)
{
    const guint n = number_of_children(storage);
    for (guint i = 0; i < n; i++) {
        guint16 id = 0, type = 0;
        const char *name = gsf_infile_name_by_index(storage, (int)i);
        if (name != NULL && strcmp(name, NUMBERS) == 0) {
            GsfInput *numbers = gsf_infile_child_by_index(storage, (int)i);
            if (numbers != NULL)
                take_numbers(job, numbers, header, mapi);
            g_clear_object(&numbers);
            continue;
        }
        GsfInput *value = value_at(storage, i, &id, &type);
        if (value != NULL && ra_mapi_keeps(id)) {
            g_autoptr(GByteArray) text = read_all(job, value, RA_MAPI_TEXT_MAX);
            ra_mapi_take_text(mapi, id, type, text->data, text->len);
        }
        g_clear_object(&value);
    }
}

static void push_part(gpointer user, const guint8 *data, gsize size)
{
    ra_outlook_mail_push(user, data, size);
}

static void push_rtf(gpointer user, const guint8 *data, gsize size)
{
    ra_outlook_rtf_push(user, data, size);
}

static void give_part(Job *job, const char *type, guint32 code_page, const RaMapi *attachment,
                      GsfInput *value)
{
    g_autofree char *charset = ra_mapi_charset(code_page);
    ra_outlook_mail_part(job->mail, type, charset, attachment);
    job->whole = read_pieces(value, G_MAXSIZE, push_part, job->mail) && job->whole;
    ra_outlook_mail_end_part(job->mail);
}

static void give_bodies(Job *job, GsfInfile *storage, const RaMapi *message)
{
    const guint32 html_page =
        message->html_code_page != 0 ? message->html_code_page : message->code_page;
    const guint n = number_of_children(storage);
    for (guint i = 0; i < n && !ra_outlook_mail_is_full(job->mail); i++) {
        guint16 id = 0, type = 0;
        GsfInput *value = value_at(storage, i, &id, &type);
        if (value == NULL)
            continue;
        const gboolean wide = type == RA_MAPI_STRING;
        if (id == RA_MAPI_BODY && (wide || type == RA_MAPI_STRING8)) {
            give_part(job, "text/plain", wide ? 1200 : message->code_page, NULL, value);
        } else if (id == RA_MAPI_HTML) {
            give_part(job, "text/html", wide ? 1200 : html_page, NULL, value);
        } else if (id == RA_MAPI_RTF && type == RA_MAPI_BINARY) {
            RaOutlookRtf *rtf = ra_outlook_rtf_new(job->mail);
            job->whole = read_pieces(value, G_MAXSIZE, push_rtf, rtf) && job->whole;
            job->whole = ra_outlook_rtf_end(rtf) && job->whole;
        }
        g_object_unref(value);
    }
}

static gboolean give_message(Job *job, GsfInfile *storage, Header header, const RaMapi *attachment);

static void give_attachment(Job *job, GsfInfile *storage, guint32 code_page)
{
    RaMapi mapi = {0};
    describe(job, storage, OF_ATTACHMENT, &mapi);
    if (mapi.code_page == 0)
        mapi.code_page = code_page;
    const guint n = number_of_children(storage);
    for (guint i = 0; i < n && !ra_outlook_mail_is_full(job->mail); i++) {
        guint16 id = 0, type = 0;
        GsfInput *value = value_at(storage, i, &id, &type);
        if (value != NULL && id == RA_MAPI_DATA && type == RA_MAPI_BINARY)
            give_part(job, "", 0, &mapi, value);
        else if (value != NULL && id == RA_MAPI_DATA && type == RA_MAPI_OBJECT &&
                 GSF_IS_INFILE(value))
            (void)give_message(job, GSF_INFILE(value), EMBEDDED, &mapi);
        g_clear_object(&value);
    }
    ra_mapi_clear(&mapi);
}

static void give_attachments(Job *job, GsfInfile *storage, guint32 code_page)
{
    const guint n = number_of_children(storage);
    for (guint i = 0; i < n && !ra_outlook_mail_is_full(job->mail); i++) {
        const char *name = gsf_infile_name_by_index(storage, (int)i);
        if (name == NULL || !g_str_has_prefix(name, ATTACHMENT))
            continue;
        GsfInput *child = gsf_infile_child_by_index(storage, (int)i);
        if (child != NULL && GSF_IS_INFILE(child))
            give_attachment(job, GSF_INFILE(child), code_page);
        g_clear_object(&child);
    }
}

/* TRUE if STORAGE is a message's: it has properties. */
static gboolean is_message(GsfInfile *storage)
{
    const guint n = number_of_children(storage);
    for (guint i = 0; i < n; i++) {
        const char *name = gsf_infile_name_by_index(storage, (int)i);
        if (name != NULL && (strcmp(name, NUMBERS) == 0 || g_str_has_prefix(name, VALUE)))
            return TRUE;
    }
    return FALSE;
}

/* FALSE if it is none. */
static gboolean give_message(Job *job, GsfInfile *storage, Header header, const RaMapi *attachment)
{
    if (!is_message(storage))
        return FALSE;
    RaMapi message = {0};
    describe(job, storage, header, &message);
    if (ra_outlook_mail_open(job->mail, &message, attachment)) {
        give_bodies(job, storage, &message);
        give_attachments(job, storage, message.code_page);
        ra_outlook_mail_close(job->mail);
    }
    ra_mapi_clear(&message);
    return TRUE;
}

gboolean ra_outlook_msg_is(const guint8 *data, gsize size)
{
    return size >= 8 && memcmp(data, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8) == 0;
}

RaOutlookResult ra_outlook_msg_unpack(RaOutlookMail *mail, const guint8 *data, gsize size)
{
    Job job = {.mail = mail, .whole = TRUE};
    GsfInput *file = gsf_input_memory_new(data, (gsf_off_t)size, FALSE);
    GsfInfile *root = gsf_infile_msole_new(file, NULL);
    const gboolean message = root != NULL && give_message(&job, root, TOP, NULL);
    const gboolean readable = root != NULL;
    g_clear_object(&root);
    g_clear_object(&file);
    if (!readable)
        return RA_OUTLOOK_DAMAGED;
    if (!message)
        return RA_OUTLOOK_OTHER;
    return job.whole ? RA_OUTLOOK_WHOLE : RA_OUTLOOK_DAMAGED;
}

RaOutlookResult ra_outlook_unpack(RaOutlookMail *mail, const guint8 *data, gsize size)
{
    if (ra_outlook_msg_is(data, size))
        return ra_outlook_msg_unpack(mail, data, size);
    if (!ra_tnef_is(data, size))
        return RA_OUTLOOK_OTHER;
    return ra_tnef_unpack(mail, NULL, data, size) ? RA_OUTLOOK_WHOLE : RA_OUTLOOK_DAMAGED;
}
