/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sealing and opening by password, with every way to spoil a ticket. */
#include "tests/ticket/tests.h"

#include "ticket/fields.h"
#include "ticket/password.h"

#include <string.h>

/* With the cost that everyone uses. */
static void test_round_trip(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(RaInvitation) invitation = test_invitation();
    g_autoptr(RaSecret) password = test_secret("Kr\xC3\xA4uter*42 im Garten");
    g_autoptr(GBytes) bytes = ra_ticket_seal(invitation, password, NULL, &error);
    g_assert_no_error(error);
    g_autoptr(RaTicket) ticket = test_parse(bytes);
    g_assert_true(g_bytes_equal(ra_ticket_bytes(ticket), bytes));
    g_assert_cmpstr(ra_ticket_name(ticket), ==, ra_invitation_name(invitation));
    g_assert_cmpstr(ra_ticket_address(ticket), ==, ra_invitation_address(invitation));
    g_assert_cmpint(ra_ticket_start(ticket), ==, TEST_START);
    g_assert_cmpint(ra_ticket_end(ticket), ==, TEST_END);
    g_assert_true(ra_ticket_needs_password(ticket));
    g_assert_false(ra_ticket_needs_key(ticket));
    /* Decomposed, as another keyboard may type it. */
    g_autoptr(RaSecret) typed = test_secret("Kra\xCC\x88uter*42 im Garten");
    g_autoptr(RaInvitation) opened = ra_ticket_open(ticket, typed, NULL, &error);
    g_assert_no_error(error);
    test_assert_same(invitation, opened);
}

static void test_wrong_password(void)
{
    g_autofree char *long_text = g_strnfill(RA_TICKET_PASSWORD_MAX + 1, 'a');
    const char *const wrong[] = {"Four", "four ", "", long_text, NULL};
    g_autoptr(GBytes) bytes = test_ticket();
    g_autoptr(RaTicket) ticket = test_parse(bytes);
    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(RaSecret) password = wrong[i] != NULL ? test_secret(wrong[i]) : NULL;
        g_assert_null(ra_ticket_open(ticket, password, NULL, &error));
        g_assert_error(error, RA_ERROR, RA_ERROR_PASSWORD);
    }
    g_autoptr(GError) error = NULL;
    g_autoptr(RaInvitation) invitation = test_invitation();
    g_autoptr(RaSecret) empty = test_secret("");
    g_assert_null(ra_ticket_seal(invitation, empty, NULL, &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_USAGE);
    g_clear_error(&error);
    g_assert_null(ra_ticket_seal(invitation, NULL, NULL, &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_USAGE);
}

/* Each value that a ticket shows, altered in a way that keeps it well-formed. */
static const struct {
    const char *from, *to;
} alterations[] = {
    {"<name>Anna", "<name>Anne"},
    {"<name>Anna Nov\xC3\xA1k<", "<name><"},
    {"<name>Anna", "<name>Anna&#x202E;"},
    {"Nov\xC3\xA1k", "Nova\xCC\x81k"},
    {"anna@example.org", "eve@example.org"},
    {"<start>2026-11-21T09:00:00Z", "<start>2026-11-21T09:00:01Z"},
    {"<start>2026-11-21T09:00:00Z", "<start>2026-11-20T09:00:00Z"},
    {"<end>2026-11-21T10:00:00Z", "<end>2026-11-21T11:00:00Z"},
    {"<end>2026-11-21T10:00:00Z", "<end>2026-12-21T08:00:00Z"},
    {"n=\"16384\"", "n=\"32768\""},
    {"r=\"8\"", "r=\"9\""},
    {"p=\"1\"", "p=\"2\""},
    {"salt=\"", "salt=\"AAAA"}, /* the four characters behind it go */
    {"nonce=\"", "nonce=\"AAAA"},
};

static char *alter(const char *text, const char *from, const char *to)
{
    const char *at = strstr(text, from);
    g_assert_nonnull(at);
    const gsize more = g_str_has_suffix(from, "=\"") ? strlen(to) - strlen(from) : 0;
    return g_strdup_printf("%.*s%s%s", (int)(at - text), text, to, at + strlen(from) + more);
}

static void test_alterations(void)
{
    g_autoptr(GBytes) bytes = test_ticket();
    g_autofree char *text = test_text(bytes);
    g_autoptr(RaSecret) password = test_secret("four");
    for (gsize i = 0; i < G_N_ELEMENTS(alterations); i++) {
        g_test_message("%s", alterations[i].to);
        g_autoptr(GError) error = NULL;
        g_autofree char *altered = alter(text, alterations[i].from, alterations[i].to);
        g_assert_cmpstr(altered, !=, text);
        g_autoptr(RaTicket) ticket = ra_ticket_parse(altered, strlen(altered), &error);
        g_assert_no_error(error);
        g_assert_null(ra_ticket_open(ticket, password, NULL, &error));
        g_assert_error(error, RA_ERROR, RA_ERROR_PASSWORD);
    }
}

/* What mail does to white space changes nothing. */
static void test_mangled_white_space(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) bytes = test_ticket();
    g_autofree char *text = test_text(bytes);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_autofree char *dos = g_strjoinv("\r\n", lines);
    g_autofree char *wrapped = alter(dos, "Anna Nov", " Anna\r\n    Nov");
    g_autofree char *split = alter(wrapped, "<sealed>\r\n", "<sealed>\t ");
    g_autoptr(RaTicket) ticket = ra_ticket_parse(split, strlen(split), &error);
    g_assert_no_error(error);
    g_autoptr(RaSecret) password = test_secret("four");
    g_autoptr(RaInvitation) opened = ra_ticket_open(ticket, password, NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(ra_invitation_name(opened), ==, "Anna Nov\xC3\xA1k");
}

typedef struct {
    RaReadable readable;
    RaSecret *associated, *key;
    GBytes *sealed;
} Opened;

/* As ra_ticket_open() does it, but the key is derived anew only where what it is made of changed:
 * that makes thousands of tries affordable. */
static RaInvitation *try_open(const char *data, gsize size, const Opened *original, gboolean *same)
{
    RaReadable readable = {0};
    GBytes *sealed = NULL;
    *same = FALSE;
    if (!ra_document_read(&readable, &sealed, data, size, NULL))
        return NULL;
    g_autoptr(RaSecret) password = test_secret("four");
    g_autoptr(RaSecret) associated = ra_readable_associated(&readable);
    const RaCost *cost = &readable.cost, *old = &original->readable.cost;
    const gboolean same_key = memcmp(readable.salt, original->readable.salt, RA_SALT_SIZE) == 0 &&
                              cost->n == old->n && cost->r == old->r && cost->p == old->p;
    g_autoptr(RaSecret) key = same_key ? ra_secret_ref(original->key)
                                       : ra_derive_key(password, readable.salt, cost, NULL);
    *same = ra_secret_equal(associated, original->associated) &&
            g_bytes_equal(sealed, original->sealed);
    g_autoptr(RaSecret) inner = ra_cipher_open(
        key, readable.nonce, associated, g_bytes_get_data(sealed, NULL), g_bytes_get_size(sealed));
    RaInvitation *opened = inner != NULL ? ra_inner_read(inner, &readable, NULL) : NULL;
    ra_readable_clear(&readable);
    g_bytes_unref(sealed);
    return opened;
}

/* Every byte of a ticket, spoilt in three ways: it fails, or it means the same. */
static void test_every_byte(void)
{
    static const guint8 spoil[] = {0x01, 0x20, 0x80};
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) bytes = test_ticket();
    g_autofree char *text = test_text(bytes);
    const gsize size = strlen(text);
    g_autoptr(RaSecret) password = test_secret("four");
    Opened original = {0};
    g_assert_true(ra_document_read(&original.readable, &original.sealed, text, size, &error));
    original.associated = ra_readable_associated(&original.readable);
    original.key = ra_derive_key(password, original.readable.salt, &original.readable.cost, &error);
    gboolean same = FALSE;
    g_autoptr(RaInvitation) whole = try_open(text, size, &original, &same);
    g_assert_nonnull(whole);
    g_assert_true(same);

    guint opened_anyway = 0;
    for (gsize i = 0; i < size; i++) {
        for (gsize k = 0; k < G_N_ELEMENTS(spoil); k++) {
            text[i] ^= (char)spoil[k];
            g_autoptr(RaInvitation) opened = try_open(text, size, &original, &same);
            g_assert_cmpint(opened != NULL, ==, same);
            if (opened != NULL) {
                test_assert_same(whole, opened);
                opened_anyway++;
            }
            text[i] ^= (char)spoil[k];
        }
    }
    /* Only white space and the XML declaration can change without a change of meaning. */
    g_assert_cmpuint(opened_anyway, <, 20);
    ra_readable_clear(&original.readable);
    ra_secret_unref(original.associated);
    ra_secret_unref(original.key);
    g_bytes_unref(original.sealed);
}

static void test_time(void)
{
    static const struct {
        gint64 now;
        gboolean good, hint;
    } times[] = {
        {TEST_START, TRUE, FALSE},
        {TEST_START - 300, TRUE, FALSE},
        {TEST_START - 301, FALSE, FALSE},
        {TEST_START - 86400, FALSE, FALSE},
        {TEST_START - 86401, FALSE, TRUE},
        {TEST_END - 1, TRUE, FALSE},
        {TEST_END, FALSE, FALSE},
        {TEST_END + 86400 * 365, FALSE, FALSE},
        {0, FALSE, TRUE},
    };
    g_autoptr(GBytes) bytes = test_ticket();
    g_autoptr(RaTicket) ticket = test_parse(bytes);
    for (gsize i = 0; i < G_N_ELEMENTS(times); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_cmpint(ra_ticket_check_time(ticket, times[i].now, &error), ==, times[i].good);
        if (times[i].good)
            continue;
        g_assert_error(error, RA_ERROR, RA_ERROR_EXPIRED);
        g_assert_cmpint(strstr(error->message, "clock") != NULL, ==, times[i].hint);
        g_assert_nonnull(strstr(error->message, "2026-11-21"));
    }
}

/* The worked example of doc/TICKET.md, bit for bit. */
static void test_vector(void)
{
    static const char *const hosts[] = {"192.0.2.7:3389", "[2001:db8::7]:3389", NULL};
    static const guint8 salt[RA_SALT_SIZE + 1] = "salt-of-16-bytes";
    static const guint8 nonce[RA_NONCE_SIZE + 1] = "nonce-of-12b";
    const RaSealWith with = {.salt = salt, .nonce = nonce};
    guint8 key_bytes[RA_INVITATION_KEY_SIZE];
    for (gsize i = 0; i < sizeof key_bytes; i++)
        key_bytes[i] = (guint8)i;
    g_autoptr(GError) error = NULL;
    g_autoptr(RaSecret) key = ra_secret_new_copy(key_bytes, sizeof key_bytes);
    g_autoptr(RaInvitation) invitation = ra_invitation_restore(
        "00112233445566778899aabbccddeeff", key, "Anna Nov\xC3\xA1k", "anna@example.org",
        TEST_START, TEST_END, RA_RIGHTS_ALL, hosts, RA_ERROR_USAGE, &error);
    g_assert_no_error(error);
    g_autoptr(RaSecret) password = test_secret("Apricot lantern PENGUIN velvet");
    g_autoptr(GBytes) bytes = ra_ticket_seal_with(invitation, password, NULL, &with, &error);
    g_assert_no_error(error);
    g_autofree char *made = test_text(bytes);
    g_autofree char *file = g_test_build_filename(G_TEST_DIST, "ticket", "vector.raticket", NULL);
    g_autofree char *expected = NULL;
    g_assert_true(g_file_get_contents(file, &expected, NULL, NULL));
    g_assert_cmpstr(made, ==, expected);
    /* The document explains what the tests check. */
    g_autofree char *page_file = g_test_build_filename(G_TEST_DIST, "..", "doc", "TICKET.md", NULL);
    g_autofree char *page = NULL;
    g_assert_true(g_file_get_contents(page_file, &page, NULL, NULL));
    g_assert_nonnull(strstr(page, expected));
    g_autoptr(RaTicket) ticket = test_parse(bytes);
    g_autoptr(RaSecret) typed = test_secret("apricot-lantern-penguin-velvet");
    g_autoptr(RaInvitation) opened = ra_ticket_open(ticket, typed, NULL, &error);
    g_assert_no_error(error);
    test_assert_same(invitation, opened);
}

/* scrypt as RFC 7914 section 12 has it cannot be reached through our bounds; so the key of the
 * vector above stands for it, worked out with Python's hashlib. */
static void test_key_vector(void)
{
    static const guint8 expected[RA_CIPHER_KEY_SIZE] = {
        0x80, 0x4a, 0x7e, 0x76, 0x7c, 0x38, 0x15, 0xa5, 0x00, 0x61, 0xfb,
        0x3f, 0xad, 0x2b, 0xe1, 0xa5, 0x50, 0x47, 0xfc, 0xc8, 0xd4, 0xa4,
        0x87, 0xf1, 0x93, 0x2a, 0x87, 0x24, 0x27, 0xd0, 0xbc, 0x2f};
    static const guint8 salt[RA_SALT_SIZE + 1] = "salt-of-16-bytes";
    g_autoptr(GError) error = NULL;
    g_autoptr(RaSecret) password = test_secret("apricot-lantern-penguin-velvet");
    g_autoptr(RaSecret) key = ra_derive_key(password, salt, &RA_COST_DEFAULT, &error);
    g_assert_no_error(error);
    g_assert_cmpmem(ra_secret_bytes(key), RA_CIPHER_KEY_SIZE, expected, RA_CIPHER_KEY_SIZE);
}

/* Sealed by someone who knows the password, and still not right. */
static void test_bad_inner(void)
{
    g_autoptr(RaInvitation) invitation = test_invitation();
    RaReadable readable = {.name = (char *)"Anna Nov\xC3\xA1k",
                           .address = (char *)"anna@example.org",
                           .start = TEST_START,
                           .end = TEST_END,
                           .certificates = TRUE};
    g_autoptr(GError) error = NULL;
    g_autoptr(RaSecret) inner = ra_inner_write(invitation, &readable);
    g_autoptr(RaInvitation) opened = ra_inner_read(inner, &readable, &error);
    g_assert_no_error(error);
    test_assert_same(invitation, opened);

    RaReadable other = readable;
    other.name = (char *)"Eve";
    g_assert_null(ra_inner_read(inner, &other, &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_PASSWORD);
    g_clear_error(&error);

    /* Cut anywhere: at the end of a host it is whole, and says less; elsewhere it is refused. */
    guint whole = 0;
    for (gsize size = ra_secret_size(inner); size-- > 0;) {
        g_autoptr(RaSecret) cut = ra_secret_new_copy(ra_secret_bytes(inner), size);
        g_autoptr(RaInvitation) less = ra_inner_read(cut, &readable, NULL);
        whole += less != NULL ? 1 : 0;
    }
    g_assert_cmpuint(whole, ==, 3);
    /* Unknown rights, and bytes behind. */
    guint8 *rights = memmem(ra_secret_bytes(inner), ra_secret_size(inner), "view control", 12);
    g_assert_nonnull(rights);
    rights[0] = 'V';
    g_assert_null(ra_inner_read(inner, &readable, &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_MALFORMED);
}

static void test_invitations(void)
{
    static const char *const none[] = {NULL};
    static const struct {
        const char *name, *host;
        gint64 start, end;
        guint rights;
        gboolean good;
    } cases[] = {
        {"Anna", "pc:3389", 0, 3600, 1, TRUE},
        {"", "127.0.0.1:1", 0, 60, 3, TRUE},
        {"A", "[::1]:65535", 0, 30 * 86400, 1, TRUE},
        {"A", "a_b.c-d.example:80", 0, 60, 1, TRUE},
        {"A\nB", "pc:3389", 0, 3600, 1, FALSE},
        {"A\tB", "pc:3389", 0, 3600, 1, FALSE},
        {"\xFF", "pc:3389", 0, 3600, 1, FALSE},
        {"\xEF\xBF\xBF", "pc:3389", 0, 3600, 1, FALSE},
        {"A", "pc:3389", 0, 59, 1, FALSE},
        {"A", "pc:3389", 0, 30 * 86400 + 1, 1, FALSE},
        {"A", "pc:3389", 3600, 0, 1, FALSE},
        {"A", "pc:3389", -60, 60, 1, FALSE},
        {"A", "pc:3389", G_MININT64, G_MAXINT64, 1, FALSE},
        {"A", "pc:3389", G_MAXINT64 - 60, G_MAXINT64, 1, FALSE},
        {"A", "pc:3389", 0, 3600, 0, FALSE},
        {"A", "pc:3389", 0, 3600, 2, FALSE},
        {"A", "pc:3389", 0, 3600, 5, FALSE},
        {"A", "pc", 0, 3600, 1, FALSE},
        {"A", "pc:", 0, 3600, 1, FALSE},
        {"A", "pc:0", 0, 3600, 1, FALSE},
        {"A", "pc:03389", 0, 3600, 1, FALSE},
        {"A", "pc:65536", 0, 3600, 1, FALSE},
        {"A", ":3389", 0, 3600, 1, FALSE},
        {"A", "::1:3389", 0, 3600, 1, FALSE},
        {"A", "[::1:3389", 0, 3600, 1, FALSE},
        {"A", "[fe80::1%eth0]:3389", 0, 3600, 1, FALSE},
        {"A", "[127.0.0.1]:3389", 0, 3600, 1, FALSE},
        {"A", "-pc:3389", 0, 3600, 1, FALSE},
        {"A", "p c:3389", 0, 3600, 1, FALSE},
        {"A", "a..b:3389", 0, 3600, 1, FALSE},
        {"A", "http://pc:3389", 0, 3600, 1, FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("case %zu", i);
        g_autoptr(GError) error = NULL;
        const char *const hosts[] = {cases[i].host, NULL};
        g_autoptr(RaInvitation) invitation = ra_invitation_new(
            cases[i].name, "", cases[i].start, cases[i].end, cases[i].rights, hosts, &error);
        g_assert_cmpint(invitation != NULL, ==, cases[i].good);
        if (!cases[i].good) {
            g_assert_error(error, RA_ERROR, RA_ERROR_USAGE);
            continue;
        }
        g_autoptr(RaSecret) packed = ra_invitation_pack(invitation);
        g_autoptr(RaInvitation) unpacked = ra_invitation_unpack(packed, &error);
        g_assert_no_error(error);
        test_assert_same(invitation, unpacked);
        ra_secret_bytes(packed)[7] ^= 1;
        g_assert_null(ra_invitation_unpack(packed, &error));
        g_assert_error(error, RA_ERROR, RA_ERROR_MALFORMED);
    }
    g_autofree char *long_name = g_strnfill(RA_INVITATION_NAME_MAX + 1, 'a');
    g_assert_null(ra_invitation_new(long_name, "", 0, 60, 1, none, NULL));
    g_autoptr(RaInvitation) longest = ra_invitation_new(long_name + 1, "", 0, 60, 1, NULL, NULL);
    g_assert_nonnull(longest);
    g_assert_null(ra_invitation_hosts(longest)[0]);
    const char *many[RA_INVITATION_HOSTS_MAX + 2] = {NULL};
    for (gsize i = 0; i <= RA_INVITATION_HOSTS_MAX; i++)
        many[i] = "pc:1";
    g_assert_null(ra_invitation_new("A", "", 0, 60, 1, many, NULL));
    g_autoptr(RaInvitation) most = ra_invitation_new("A", "", 0, 60, 1, many + 1, NULL);
    g_assert_nonnull(most);
}

void add_seal_tests(void)
{
    g_test_add_func("/invitation/table", test_invitations);
    g_test_add_func("/seal/round-trip", test_round_trip);
    g_test_add_func("/seal/wrong-password", test_wrong_password);
    g_test_add_func("/seal/alterations", test_alterations);
    g_test_add_func("/seal/every-byte", test_every_byte);
    g_test_add_func("/seal/white-space", test_mangled_white_space);
    g_test_add_func("/seal/time", test_time);
    g_test_add_func("/seal/vector", test_vector);
    g_test_add_func("/seal/key-vector", test_key_vector);
    g_test_add_func("/seal/bad-inner", test_bad_inner);
}
