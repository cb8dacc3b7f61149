/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sealing and opening, with every way to spoil a ticket. */
#include "base/error.h"
#include "ticket/armour.h"
#include "ticket/internal.h"
#include "ticket/password.h"

#include <string.h>

#define START ((gint64)1795251600) /* 2026-11-21T09:00:00Z */
#define END   (START + 3600)

static const char *const hosts[] = {"192.0.2.7:3389", "[2001:db8::7]:3389", "pc.example.org:3390",
                                    NULL};
/* The least work that is allowed, for tests that do not care. */
static const RaCost cheap = {1 << 14, 8, 1};

static RaInvitation *make_invitation(void)
{
    g_autoptr(GError) error = NULL;
    RaInvitation *invitation = ra_invitation_new("Anna Nov\xC3\xA1k <&>", "anna@example.org", START,
                                                 END, RA_RIGHTS_ALL, hosts, &error);
    g_assert_no_error(error);
    return invitation;
}

static RaSecret *secret(const char *text)
{
    return ra_secret_new_copy(text, strlen(text));
}

static void assert_same(const RaInvitation *a, const RaInvitation *b)
{
    g_autoptr(RaSecret) packed_a = ra_invitation_pack(a);
    g_autoptr(RaSecret) packed_b = ra_invitation_pack(b);
    g_assert_true(ra_secret_equal(packed_a, packed_b));
}

static RaTicket *parse(GBytes *bytes)
{
    g_autoptr(GError) error = NULL;
    RaTicket *ticket =
        ra_ticket_parse(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), &error);
    g_assert_no_error(error);
    return ticket;
}

/* With the cost that everyone uses. */
static void test_password(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(RaInvitation) invitation = make_invitation();
    g_autoptr(RaSecret) password = ra_password_generate();
    g_autoptr(GBytes) bytes = ra_ticket_seal(invitation, password, NULL, &error);
    g_assert_no_error(error);
    g_assert_true(ra_ticket_looks_like(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes)));
    g_autoptr(RaTicket) ticket = parse(bytes);
    g_assert_cmpstr(ra_ticket_name(ticket), ==, ra_invitation_name(invitation));
    g_assert_cmpstr(ra_ticket_address(ticket), ==, ra_invitation_address(invitation));
    g_assert_cmpint(ra_ticket_start(ticket), ==, START);
    g_assert_cmpint(ra_ticket_end(ticket), ==, END);
    g_assert_true(ra_ticket_needs_password(ticket));
    g_assert_false(ra_ticket_needs_key(ticket));
    g_autoptr(RaInvitation) opened = ra_ticket_open(ticket, password, NULL, &error);
    g_assert_no_error(error);
    assert_same(invitation, opened);
    g_autoptr(RaSecret) wrong = secret("wrong");
    g_assert_null(ra_ticket_open(ticket, wrong, NULL, &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_PASSWORD);
    g_clear_error(&error);
    g_assert_null(ra_ticket_open(ticket, NULL, NULL, &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_PASSWORD);
}

static void test_armour(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(RaInvitation) invitation = make_invitation();
    g_autoptr(RaSecret) password = ra_password_generate();
    const RaSealWith with = {.cost = cheap};
    g_autoptr(GBytes) bytes = ra_ticket_seal_with(invitation, password, NULL, &with, &error);
    g_assert_no_error(error);
    g_autofree char *block = ra_armour(bytes);
    guint damaged = 7;
    g_autoptr(GPtrArray) found = ra_dearmour(block, strlen(block), 4, &damaged);
    g_assert_cmpuint(found->len, ==, 1);
    g_assert_cmpuint(damaged, ==, 0);
    g_assert_true(g_bytes_equal(found->pdata[0], bytes));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/ticket/password", test_password);
    g_test_add_func("/ticket/armour", test_armour);
    return g_test_run();
}
