/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Thousands of messages made from the samples by cutting, joining, repeating and altering them:
 * whatever comes of it, the search ends soon, says something sensible, and says the same however it
 * was read.
 * --seed repeats a run. */
#include "base/error.h"
#include "mailer/find/extract.h"

#include <string.h>

enum {
    ROUNDS = 4000,
    SECONDS = 8, /* ... or until then */
    SAMPLE_MAX = 30000,
    CASE_SECONDS = 5, /* with sanitizers on a slow machine; usually it is some milliseconds */
};

/* Outlook's documents have a time limit of their own, on which what comes out may depend;
 * tests/mailer-open/test-outlook.c has them. */
static gboolean is_outlook(const char *data, gsize size)
{
    static const char *const marks[] = {"\xD0\xCF\x11\xE0", "\x78\x9F\x3E\x22", "0M8R4K", "eJ8+I"};
    for (gsize i = 0; i < G_N_ELEMENTS(marks); i++) {
        if (memmem(data, size, marks[i], strlen(marks[i])) != NULL)
            return TRUE;
    }
    return FALSE;
}

static void load_folder(GPtrArray *samples, const char *name)
{
    g_autofree char *folder = g_test_build_filename(G_TEST_DIST, "mailer-open", name, NULL);
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    g_assert_nonnull(dir);
    const char *file;
    while ((file = g_dir_read_name(dir)) != NULL) {
        g_autofree char *path = g_build_filename(folder, file, NULL);
        g_autofree char *data = NULL;
        gsize size = 0;
        if (g_file_test(path, G_FILE_TEST_IS_REGULAR) &&
            g_file_get_contents(path, &data, &size, NULL) && size > 0 && size <= SAMPLE_MAX &&
            !is_outlook(data, size))
            g_ptr_array_add(samples, g_bytes_new(data, size));
    }
}

static guint below(guint n)
{
    return n > 0 ? (guint)g_test_rand_int_range(0, (gint32)n) : 0;
}

/* Puts SIZE bytes of DATA into TEXT somewhere. */
static void insert(GByteArray *text, const void *data, guint size)
{
    const guint at = below(text->len + 1), behind = text->len - at;
    g_byte_array_set_size(text, text->len + size);
    memmove(text->data + at + size, text->data + at, behind);
    memcpy(text->data + at, data, size);
}

static void insert_word(GByteArray *text)
{
    static const char *const words[] = {
        "\n",
        "\r\n",
        "\r",
        "\r\r\n",
        "\n\n",
        "--b1\n",
        "\n--b1--\n",
        "=\n",
        "==",
        ">",
        "> ",
        "From a@example.org Sat Nov 21 10:00:00 2026\n",
        "Content-Type: message/rfc822\n\n",
        "Content-Type: multipart/mixed; boundary=b1\n",
        "Content-Transfer-Encoding: base64\n",
        "begin 644 x\n",
        "begin-base64 644 x\n",
        "end\n",
        "-----BEGIN REMOTE ASSISTANCE INVITATION-----\n",
        "-----END REMOTE ASSISTANCE INVITATION-----\n",
        "<ticket xmlns=\"urn:remote-assistance:ticket:1\">",
        "</ticket>",
        "<html>",
        "&#x",
        "\x1F\x8B\x08",
        "%PDF-",
        "1234 \n",
    };
    const char *word = words[below(G_N_ELEMENTS(words))];
    insert(text, word, (guint)strlen(word));
}

static void mutate(GByteArray *text, const GPtrArray *samples)
{
    const guint at = below(text->len), most = MIN(text->len - at, 300);
    const guint kind = below(6);
    if (kind == 0) {
        insert_word(text);
    } else if (kind == 1 && most > 0) {
        g_byte_array_remove_range(text, at, 1 + below(most));
    } else if (kind == 2) {
        gsize size = 0;
        const guint8 *other = g_bytes_get_data(samples->pdata[below(samples->len)], &size);
        const guint from = below((guint)size);
        const guint wanted = 1 + below(3000); /* not within MIN, which would draw it twice */
        insert(text, other + from, MIN((guint)size - from, wanted));
    } else if (kind == 3) {
        g_autofree char *run = g_strnfill(1 + below(20000), (char)('a' + below(26)));
        insert(text, run, (guint)strlen(run));
    } else if (kind == 4) {
        const guint8 zeros[4] = {0};
        insert(text, zeros, 1 + below(4));
    } else if (at < text->len) {
        text->data[at] = (guint8)below(256);
    }
}

/* Read in pieces of any size. */
typedef struct {
    GFilterInputStream parent;
} Pieces;
typedef GFilterInputStreamClass PiecesClass;
static GType pieces_get_type(void);
G_DEFINE_TYPE(Pieces, pieces, G_TYPE_FILTER_INPUT_STREAM)

static gssize read_piece(GInputStream *stream, void *buffer, gsize size, GCancellable *cancellable,
                         GError **error)
{
    GInputStream *base = G_FILTER_INPUT_STREAM(stream)->base_stream;
    const gsize wanted = 1 + below(700);
    return g_input_stream_read(base, buffer, MIN(size, wanted), cancellable, error);
}

static void pieces_class_init(PiecesClass *class)
{
    G_INPUT_STREAM_CLASS(class)->read_fn = read_piece;
}

static void pieces_init(Pieces *pieces)
{
    (void)pieces;
}

static void check(GBytes *bytes)
{
    g_autoptr(GError) error = NULL, why = NULL;
    g_autoptr(GInputStream) memory = g_memory_input_stream_new_from_bytes(bytes);
    g_autoptr(GInputStream) stream = g_object_new(pieces_get_type(), "base-stream", memory, NULL);
    const gint64 start = g_get_monotonic_time();
    g_autoptr(RaExtraction) whole = ra_extract_bytes(bytes, NULL, NULL);
    g_assert_cmpint(g_get_monotonic_time() - start, <, CASE_SECONDS * G_USEC_PER_SEC);
    g_autoptr(RaExtraction) pieces = ra_extract(stream, NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(whole->found->len, ==, pieces->found->len);
    g_assert_cmpuint(whole->damaged, ==, pieces->damaged);
    g_assert_cmpuint(whole->messages, ==, pieces->messages);
    for (guint i = 0; i < whole->found->len; i++) {
        const RaFound *one = whole->found->pdata[i], *other = pieces->found->pdata[i];
        g_assert_cmpstr(one->part, ==, other->part);
        g_assert_true(g_bytes_equal(ra_found_bytes(one), ra_found_bytes(other)));
        g_assert_true(g_utf8_validate(one->file_name, -1, NULL));
    }
    if (ra_extraction_check(whole, &why))
        return;
    g_assert_cmpuint(whole->found->len, ==, 0);
    g_assert_true(g_utf8_validate(why->message, -1, NULL));
    g_assert_cmpuint(strlen(why->message), >, 20);
    g_assert_null(strchr(why->message, '\n'));
}

static void test_mutated(void)
{
    g_autoptr(GPtrArray) samples = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
    load_folder(samples, "data");
    load_folder(samples, "data" G_DIR_SEPARATOR_S "mangled");
    g_assert_cmpuint(samples->len, >, 100);
    const gint64 end = g_get_monotonic_time() + SECONDS * G_USEC_PER_SEC;
    guint rounds = 0;
    while (rounds < ROUNDS && g_get_monotonic_time() < end) {
        gsize size = 0;
        const void *data = g_bytes_get_data(samples->pdata[below(samples->len)], &size);
        GByteArray *text = g_byte_array_new();
        g_byte_array_append(text, data, (guint)size);
        for (guint changes = 1 + below(6); changes > 0; changes--)
            mutate(text, samples);
        g_autoptr(GBytes) bytes = g_byte_array_free_to_bytes(text);
        check(bytes);
        rounds++;
    }
    g_test_message("%u messages", rounds);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/mailer/mutated", test_mutated);
    return g_test_run();
}
