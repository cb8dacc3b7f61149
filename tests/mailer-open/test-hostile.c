/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages made to exhaust whoever reads them: each is generated while it is read, so that what the
 * search itself needs can be measured. */
#include "base/error.h"
#include "mailer/find/extract.h"
#include "ticket/armour.h"

#include <string.h>
#include <sys/resource.h>

enum { MIB = 1024 * 1024 };

/* Room for the slowest machine and for sanitizers; on a usual one each case takes under 2 s. */
#define SECONDS_MAX 60.0

#if defined(__SANITIZE_ADDRESS__)
#define MEMORY_COUNTS FALSE
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define MEMORY_COUNTS FALSE
#endif
#endif
#ifndef MEMORY_COUNTS
#define MEMORY_COUNTS TRUE
#endif

typedef void (*Unit)(GString *out, guint64 i);

/* A stream of a head and then of COUNT units. */
typedef struct {
    GInputStream parent;
    GString *ready;
    gsize given;
    Unit unit;
    guint64 next, count;
} Endless;
typedef GInputStreamClass EndlessClass;
static GType endless_get_type(void);
G_DEFINE_TYPE(Endless, endless, G_TYPE_INPUT_STREAM)

static gssize endless_read(GInputStream *stream, void *buffer, gsize size,
                           GCancellable *cancellable, GError **error)
{
    Endless *endless = (Endless *)stream;
    (void)cancellable;
    (void)error;
    if (endless->given == endless->ready->len) {
        g_string_truncate(endless->ready, 0);
        endless->given = 0;
    }
    while (endless->ready->len < size && endless->next < endless->count)
        endless->unit(endless->ready, endless->next++);
    const gsize n = MIN(size, endless->ready->len - endless->given);
    memcpy(buffer, endless->ready->str + endless->given, n);
    endless->given += n;
    return (gssize)n;
}

static void endless_finalize(GObject *object)
{
    g_string_free(((Endless *)object)->ready, TRUE);
    G_OBJECT_CLASS(endless_parent_class)->finalize(object);
}

static void endless_class_init(EndlessClass *class)
{
    class->read_fn = endless_read;
    G_OBJECT_CLASS(class)->finalize = endless_finalize;
}

static void endless_init(Endless *endless)
{
    endless->ready = g_string_new(NULL);
}

static const char usual_head[] = "From: a@example.org\nMIME-Version: 1.0\n";
static const char parts_head[] =
    "From: a@example.org\nContent-Type: multipart/mixed; boundary=b\n\n";
static const char base64_head[] = "From: a@example.org\nContent-Type: application/pdf\n"
                                  "Content-Transfer-Encoding: base64\n\n";
static const char html_head[] = "From: a@example.org\nContent-Type: text/html\n\n";
static const char utf16_head[] = "From: a@example.org\nContent-Type: text/plain; charset=utf-16\n"
                                 "Content-Transfer-Encoding: quoted-printable\n\n=FF=FE";
static const char from_head[] = "From: ";
static const char mailbox_head[] = "From a Sat Nov 21 10:00:00 2026\n";

static void put_part(GString *out, guint64 i)
{
    (void)i;
    g_string_append(out, "--b\n\n");
}

static void put_multipart(GString *out, guint64 i)
{
    g_string_append_printf(out,
                           "--%s%" G_GUINT64_FORMAT "\nContent-Type: multipart/mixed; "
                           "boundary=b%" G_GUINT64_FORMAT "\n\n",
                           "b", i, i + 1);
}

static void put_message(GString *out, guint64 i)
{
    (void)i;
    g_string_append(out, "Content-Type: message/rfc822\n\n");
}

static void put_header(GString *out, guint64 i)
{
    g_string_append_printf(out, "X%" G_GUINT64_FORMAT ": a\n", i);
}

static void put_folded(GString *out, guint64 i)
{
    (void)i;
    g_string_append(out, " <a@example.org>, =?utf-8?Q?x?=\n");
}

static void put_boundary(GString *out, guint64 i)
{
    g_string_append(out, i == 0 ? "--" : "bbbbbbbbbbbbbbbb");
}

static void put_base64(GString *out, guint64 i)
{
    (void)i;
    g_string_append(out, "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5\n");
}

static void put_begin(GString *out, guint64 i)
{
    (void)i;
    g_string_append(out, "begin 644 x\n#86)C\n");
}

static void put_uu(GString *out, guint64 i)
{
    g_string_append(out, i == 0 ? "begin 644 x\n" : "#86)C\n");
}

static void put_armour_begin(GString *out, guint64 i)
{
    (void)i;
    g_string_append(out, "-----BEGIN REMOTE ASSISTANCE INVITATION-----\n");
}

/* Undamaged, with a document in it that is no ticket. */
static void put_whole_armour(GString *out, guint64 i G_GNUC_UNUSED)
{
    static char *block = NULL;
    if (block == NULL) {
        g_autoptr(GBytes) document = g_bytes_new_static("<ticket/>", 9);
        block = ra_armour(document);
    }
    g_string_append(out, block);
}

static void put_armour(GString *out, guint64 i)
{
    (void)i;
    g_string_append(out, "-----BEGIN REMOTE ASSISTANCE INVITATION-----\nPD94bWwg\n"
                         "-----END REMOTE ASSISTANCE INVITATION-----\n");
}

static void put_long_armour(GString *out, guint64 i)
{
    g_string_append(out, i == 0 ? "-----BEGIN REMOTE ASSISTANCE INVITATION-----\n" : "QUJD\n");
}

static void put_cr(GString *out, guint64 i)
{
    (void)i;
    g_string_append(out, "\r\r\r\r\r\r\r\r");
}

static void put_tag(GString *out, guint64 i)
{
    (void)i;
    g_string_append(out, "<br>&lt<&#<p");
}

static void put_x(GString *out, guint64 i)
{
    (void)i;
    g_string_append(out, "xxxxxxxxxxxxxxx\n");
}

static void put_open(GString *out, guint64 i)
{
    (void)i;
    g_string_append(out, "((((((((\"\\<a:");
}

static void put_mail(GString *out, guint64 i)
{
    (void)i;
    g_string_append(out, "From: a@example.org\n\nHello\n\nFrom a Sat Nov 21 10:00:00 2026\n");
}

static void put_mark(GString *out, guint64 i)
{
    (void)i;
    g_string_append(out, "\nFrom a 10:00\n");
}

static const struct {
    const char *name, *head;
    Unit unit;
    guint64 count;
    gboolean limit; /* hits one */
} cases[] = {
    {"a million parts", parts_head, put_part, 1000000, TRUE},
    {"100,000 multiparts in each other", parts_head, put_multipart, 100000, TRUE},
    {"100,000 messages in each other", "", put_message, 100000, TRUE},
    {"a million headers", usual_head, put_header, 1000000, FALSE},
    {"a header of 20 MB", from_head, put_folded, 600000, FALSE},
    {"a sender full of brackets", from_head, put_open, 3000, FALSE},
    {"a boundary without end", parts_head, put_boundary, 100000000, TRUE},
    {"base64 without end", base64_head, put_base64, 100000000, TRUE},
    {"files that start and never end", usual_head, put_begin, 1000000, FALSE},
    {"a file that never ends", "", put_uu, 100000000, TRUE},
    {"blocks that start and never end", "", put_armour_begin, 1000000, FALSE},
    {"500,000 damaged blocks", "", put_armour, 500000, TRUE},
    {"blocks of something else", "", put_whole_armour, 500000, TRUE},
    {"a block that never ends", "", put_long_armour, 100000000, TRUE},
    {"nothing but CR", "", put_cr, 100000000, TRUE},
    {"a page of broken tags", html_head, put_tag, 100000000, TRUE},
    {"UTF-16 that is none", utf16_head, put_x, 100000000, TRUE},
    {"no message at all, without end", "", put_x, 1000000000, TRUE},
    {"500,000 messages in a mailbox", mailbox_head, put_mail, 500000, FALSE},
    {"a mailbox of marks", mailbox_head, put_mark, 1000000, FALSE},
};

static long memory_kib(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

static void test_hostile(gconstpointer data)
{
    const gsize i = GPOINTER_TO_SIZE(data);
    g_autoptr(GError) error = NULL;
    g_autoptr(GInputStream) stream = g_object_new(endless_get_type(), NULL);
    Endless *endless = (Endless *)stream;
    g_string_append(endless->ready, cases[i].head);
    endless->unit = cases[i].unit;
    endless->count = cases[i].count;

    const long before = memory_kib();
    g_test_timer_start();
    g_autoptr(RaExtraction) extraction = ra_extract(stream, NULL, &error);
    const double seconds = g_test_timer_elapsed();
    const long used = memory_kib() - before;
    g_test_message("%s: %.2f s, %ld KiB more", cases[i].name, seconds, used);
    g_assert_no_error(error);
    g_assert_cmpuint(extraction->found->len, ==, 0);
    if (cases[i].limit)
        g_assert_error(extraction->limit, RA_ERROR, RA_ERROR_MALFORMED);
    else
        g_assert_no_error(extraction->limit);
    g_assert_cmpfloat(seconds, <, SECONDS_MAX);
    if (MEMORY_COUNTS)
        g_assert_cmpint(used, <, 16 * 1024);
}

static GBytes *load(const char *name)
{
    g_autofree char *path = g_test_build_filename(G_TEST_DIST, "mailer-open", "data", name, NULL);
    char *data = NULL;
    gsize size = 0;
    g_assert_true(g_file_get_contents(path, &data, &size, NULL));
    return g_bytes_new_take(data, size);
}

/* What a limit stops is the message that hits it, not the mailbox. */
static void test_mailbox_goes_on(void)
{
    static const char mark[] = "From a Sat Nov 21 10:00:00 2026\n";
    g_autoptr(GBytes) message = load("base64.eml");
    gsize size = 0;
    const char *text = g_bytes_get_data(message, &size);
    g_autoptr(GString) mailbox = g_string_new(mark);
    g_string_append(mailbox, parts_head);
    while (mailbox->len < RA_EXTRACT_MESSAGE_MAX + MIB)
        g_string_append(mailbox, "--b\n\n");
    g_string_append_printf(mailbox, "\n%s", mark);
    g_string_append_len(mailbox, text, (gssize)size);
    g_autoptr(GBytes) bytes = g_string_free_to_bytes(g_steal_pointer(&mailbox));
    g_autoptr(RaExtraction) extraction = ra_extract_bytes(bytes, NULL, NULL);
    g_assert_error(extraction->limit, RA_ERROR, RA_ERROR_MALFORMED);
    g_assert_cmpuint(extraction->found->len, ==, 1);
    const RaFound *found = extraction->found->pdata[0];
    g_assert_cmpuint(found->mailbox_index, ==, 2);
}

/* TEXT, COUNT times, in gzip. */
static GBytes *compressed(const char *text, guint64 count)
{
    g_autoptr(GConverter) gzip =
        G_CONVERTER(g_zlib_compressor_new(G_ZLIB_COMPRESSOR_FORMAT_GZIP, 1));
    g_autoptr(GOutputStream) memory = g_memory_output_stream_new_resizable();
    g_autoptr(GOutputStream) stream = g_converter_output_stream_new(memory, gzip);
    for (guint64 i = 0; i < count; i++)
        g_assert_true(g_output_stream_write_all(stream, text, strlen(text), NULL, NULL, NULL));
    g_assert_true(g_output_stream_close(stream, NULL, NULL));
    return g_memory_output_stream_steal_as_bytes(G_MEMORY_OUTPUT_STREAM(memory));
}

/* A mailbox of zeros, so to say: a thousand times what it takes on the disk. */
static void test_bomb(void)
{
    g_autofree char *zeros = g_strnfill(MIB, 'x');
    g_autofree char *text =
        g_strconcat("From a@example.org Sat Nov 21 10:00:00 2026\nFrom: a@example.org\n\n", zeros,
                    "\n\n", NULL);
    g_autoptr(GBytes) bomb = compressed(text, 300);
    const long before = memory_kib();
    g_autoptr(RaExtraction) extraction = ra_extract_bytes(bomb, NULL, NULL);
    g_assert_error(extraction->limit, RA_ERROR, RA_ERROR_MALFORMED);
    g_assert_cmpuint(extraction->messages, <, 100);
    if (MEMORY_COUNTS)
        g_assert_cmpint(memory_kib() - before, <, 16 * 1024);
}

/* COUNT different invitations, made by changing the name in one. */
static GBytes *many_invitations(guint count)
{
    g_autoptr(GBytes) ticket = load("ann.raticket");
    g_autofree char *text = g_strndup(g_bytes_get_data(ticket, NULL), g_bytes_get_size(ticket));
    g_auto(GStrv) around = g_strsplit(text, "Ann Other", 2);
    GString *message = g_string_new(parts_head);
    for (guint i = 0; i < count; i++)
        g_string_append_printf(message, "--b\n\n%s%u%s\n", around[0], i, around[1]);
    return g_string_free_to_bytes(message);
}

static void test_found_max(void)
{
    const RaExtractOptions options = {.found_max = 100};
    g_autoptr(GBytes) enough = many_invitations(options.found_max);
    g_autoptr(RaExtraction) all = ra_extract_bytes(enough, &options, NULL);
    g_assert_no_error(all->limit);
    g_assert_cmpuint(all->found->len, ==, options.found_max);

    g_autoptr(GBytes) more = many_invitations(options.found_max + 1);
    g_autoptr(RaExtraction) some = ra_extract_bytes(more, &options, NULL);
    g_assert_error(some->limit, RA_ERROR, RA_ERROR_MALFORMED);
    g_assert_cmpuint(some->found->len, ==, options.found_max);
}

/* The ticket in LEVELS parts of KIND around each other. */
static GBytes *nest(guint levels, gboolean wrapped)
{
    g_autoptr(GBytes) ticket = load("ann.raticket");
    GString *message = g_string_new("From: a@example.org\n\n");
    g_string_append_len(message, g_bytes_get_data(ticket, NULL), (gssize)g_bytes_get_size(ticket));
    for (guint i = 0; i < levels; i++) {
        g_autofree char *inner = g_base64_encode((const guchar *)message->str, message->len);
        g_autofree char *plain = g_strdup(message->str);
        g_string_printf(message,
                        "From: a@example.org\nContent-Type: multipart/mixed; boundary=b%u\n\n"
                        "--b%u\nContent-Type: message/rfc822\nContent-Transfer-Encoding: %s\n\n%s\n"
                        "--b%u--\n",
                        i, i, wrapped ? "base64" : "7bit", wrapped ? inner : plain, i);
    }
    return g_string_free_to_bytes(message);
}

static void test_depth(void)
{
    static const struct {
        guint levels;
        gboolean wrapped, found;
    } depths[] = {
        /* A level is a multipart and a message in it, around a message of one part. */
        {RA_EXTRACT_DEPTH_MAX / 2 - 1, FALSE, TRUE},
        {RA_EXTRACT_DEPTH_MAX / 2 + 1, FALSE, FALSE},
        {RA_EXTRACT_WRAPPED_MAX, TRUE, TRUE},
        {RA_EXTRACT_WRAPPED_MAX + 1, TRUE, FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(depths); i++) {
        g_autoptr(GBytes) message = nest(depths[i].levels, depths[i].wrapped);
        g_autoptr(RaExtraction) extraction = ra_extract_bytes(message, NULL, NULL);
        g_assert_cmpuint(extraction->found->len, ==, depths[i].found ? 1 : 0);
        g_assert_cmpint(extraction->limit == NULL, ==, depths[i].found);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *name = g_strdup_printf("/mailer/hostile/%s", cases[i].name);
        g_test_add_data_func(name, GSIZE_TO_POINTER(i), test_hostile);
    }
    g_test_add_func("/mailer/hostile/mailbox-goes-on", test_mailbox_goes_on);
    g_test_add_func("/mailer/hostile/bomb", test_bomb);
    g_test_add_func("/mailer/hostile/found-max", test_found_max);
    g_test_add_func("/mailer/hostile/depth", test_depth);
    return g_test_run();
}
