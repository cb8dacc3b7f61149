/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/ticket/tests.h"

#include <string.h>

RaSecret *test_secret(const char *text)
{
    return ra_secret_new_copy(text, strlen(text));
}

RaInvitation *test_invitation(void)
{
    static const char *const hosts[] = {"192.0.2.7:3389", "[2001:db8::7]:3389",
                                        "pc.example.org:3390", NULL};
    g_autoptr(GError) error = NULL;
    RaInvitation *invitation =
        ra_invitation_new("Anna Nov\xC3\xA1k", "anna@example.org", TEST_START, TEST_END,
                          RA_RIGHTS_ALL, hosts, &error);
    g_assert_no_error(error);
    return invitation;
}

GBytes *test_ticket(void)
{
    const RaSealWith with = {.cost = TEST_COST};
    g_autoptr(GError) error = NULL;
    g_autoptr(RaInvitation) invitation = test_invitation();
    g_autoptr(RaSecret) password = test_secret("four");
    GBytes *bytes = ra_ticket_seal_with(invitation, password, NULL, &with, &error);
    g_assert_no_error(error);
    return bytes;
}

RaTicket *test_parse(GBytes *bytes)
{
    g_autoptr(GError) error = NULL;
    RaTicket *ticket =
        ra_ticket_parse(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), &error);
    g_assert_no_error(error);
    return ticket;
}

char *test_text(GBytes *bytes)
{
    return g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
}

void test_assert_same(const RaInvitation *a, const RaInvitation *b)
{
    g_autoptr(RaSecret) packed_a = ra_invitation_pack(a);
    g_autoptr(RaSecret) packed_b = ra_invitation_pack(b);
    g_assert_true(ra_secret_equal(packed_a, packed_b));
}

void test_remove_folder(const char *dir)
{
    g_autofree char *command = g_strdup_printf("rm -r '%s'", dir);
    g_assert_true(g_spawn_command_line_sync(command, NULL, NULL, NULL, NULL));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add_document_tests();
    add_seal_tests();
    add_certificate_tests();
    add_password_tests();
    add_armour_tests();
    add_msra_tests();
    add_msra_vector_tests();
    add_store_tests();
    add_power_tests();
    return g_test_run();
}
