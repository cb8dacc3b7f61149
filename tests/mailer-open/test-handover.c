/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What ra-open hands to the viewer, and what else might come in its place. */
#include "base/duration.h"
#include "base/error.h"
#include "base/io.h"
#include "mailer/open/handover.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static RaTicket *make_ticket(const char *name)
{
    const char *const hosts[] = {"192.0.2.1:3389", NULL};
    const gint64 now = ra_moment_now();
    g_autoptr(GError) error = NULL;
    g_autoptr(RaInvitation) invitation = ra_invitation_new(
        name, "maria@example.org", now, now + RA_HOUR, RA_RIGHTS_ALL, hosts, &error);
    g_autoptr(RaSecret) password = ra_secret_new_copy("a long password", 15);
    g_autoptr(GBytes) sealed = ra_ticket_seal(invitation, password, NULL, &error);
    g_assert_no_error(error);
    RaTicket *ticket =
        ra_ticket_parse(g_bytes_get_data(sealed, NULL), g_bytes_get_size(sealed), &error);
    g_assert_no_error(error);
    return ticket;
}

static void test_there_and_back(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(RaTicket) one = make_ticket("Maria");
    g_autoptr(RaTicket) two = make_ticket("Ann");
    g_autoptr(RaHandover) handover = ra_handover_new();
    ra_handover_add(handover, (RaEither){.ticket = one},
                    "the message comes from\x1b somebody else\nand more");
    ra_handover_add(handover, (RaEither){.ticket = two}, "");
    const int fd = ra_handover_to_fd(handover, &error);
    g_assert_no_error(error);
    g_autoptr(RaHandover) taken = ra_handover_read(fd, &error);
    close(fd);
    g_assert_no_error(error);
    g_assert_null(taken->error);
    g_assert_cmpuint(taken->offers->len, ==, 2);
    const RaOffer *first = taken->offers->pdata[0], *second = taken->offers->pdata[1];
    g_assert_true(g_bytes_equal(ra_ticket_bytes(first->either.ticket), ra_ticket_bytes(one)));
    g_assert_true(g_bytes_equal(ra_ticket_bytes(second->either.ticket), ra_ticket_bytes(two)));
    g_assert_cmpstr(first->warning, ==, "the message comes from somebody else\nand more");
    g_assert_cmpstr(second->warning, ==, "");
}

static void test_error(void)
{
    g_autoptr(GError) why = g_error_new(RA_ERROR, RA_ERROR_NO_TICKET, "none was found in \x1b it");
    g_autoptr(GError) error = NULL;
    g_autoptr(RaHandover) handover = ra_handover_new_error(why);
    const int fd = ra_handover_to_fd(handover, &error);
    g_autoptr(RaHandover) taken = ra_handover_read(fd, &error);
    close(fd);
    g_assert_no_error(error);
    g_assert_error(taken->error, RA_ERROR, RA_ERROR_NO_TICKET);
    g_assert_cmpstr(taken->error->message, ==, "none was found in it");
    g_assert_cmpuint(taken->offers->len, ==, 0);
}

static void assert_refused(const void *data, gsize size)
{
    g_autoptr(GError) error = NULL;
    const int fd = memfd_create("test", MFD_CLOEXEC);
    g_assert_true(ra_write_all(fd, data, size));
    g_assert_cmpint(lseek(fd, 0, SEEK_SET), ==, 0);
    g_assert_null(ra_handover_read(fd, &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_MALFORMED);
    close(fd);
}

static void refuse(const char *text)
{
    g_autoptr(GVariant) value = g_variant_ref_sink(g_variant_new_parsed(text));
    assert_refused(g_variant_get_data(value), g_variant_get_size(value));
}

static void test_refused(void)
{
    assert_refused("", 0);
    assert_refused("no such thing", 13);
    refuse("(uint32 0, '', @a(ays) [])");
    refuse("(uint32 99, 'why', @a(ays) [])");
    refuse("(uint32 0, '', [(b'no ticket', '')])");
    refuse("(uint32 3, 'why', [(b'no ticket', '')])");
    g_autofree guint8 *huge = g_malloc0(8 * 1024 * 1024);
    assert_refused(huge, 8 * 1024 * 1024);
    /* Every cut of a good one. */
    g_autoptr(GError) error = NULL;
    g_autoptr(RaTicket) ticket = make_ticket("Maria");
    g_autoptr(RaHandover) handover = ra_handover_new();
    ra_handover_add(handover, (RaEither){.ticket = ticket}, "careful");
    guint8 good[8192];
    const int fd = ra_handover_to_fd(handover, &error);
    const ssize_t size = read(fd, good, sizeof good);
    close(fd);
    g_assert_cmpint(size, >, 100);
    for (ssize_t cut = 0; cut < size; cut += 13)
        assert_refused(good, (gsize)cut);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/handover/there-and-back", test_there_and_back);
    g_test_add_func("/handover/error", test_error);
    g_test_add_func("/handover/refused", test_refused);
    return g_test_run();
}
