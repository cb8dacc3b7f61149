/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For tests: makes a ticket and prints it, or its armour. The password is the first line of
 * standard input. Times are seconds from now, so that expired ones can be made as well. */
#include "base/duration.h"
#include "ticket/armour.h"
#include "ticket/password.h"
#include "ticket/ticket.h"

#include <stdio.h>
#include <stdlib.h>

static char *name, *address;
static gint64 start, end = RA_HOUR;
static gboolean no_password, armour;
static char **hosts, **certificates;

/* FILENAME takes bytes as they are, in every locale. */
static const GOptionEntry entries[] = {
    {"name", 0, 0, G_OPTION_ARG_FILENAME, &name, "Who asks", "NAME"},
    {"address", 0, 0, G_OPTION_ARG_FILENAME, &address, "Their mail address", "ADDR"},
    {"start", 0, 0, G_OPTION_ARG_INT64, &start, "Seconds from now", "S"},
    {"end", 0, 0, G_OPTION_ARG_INT64, &end, "Seconds from now", "S"},
    {"host", 0, 0, G_OPTION_ARG_STRING_ARRAY, &hosts, "Where to dial", "HOST:PORT"},
    {"seal-to", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &certificates, "Certificate", "FILE"},
    {"no-password", 0, 0, G_OPTION_ARG_NONE, &no_password, "Seal to certificates only", NULL},
    {"armour", 0, 0, G_OPTION_ARG_NONE, &armour, "Print the block of text", NULL},
    {NULL},
};

static GBytes *make(GError **error)
{
    static const char *const loopback[] = {"127.0.0.1:3389", NULL};
    const gint64 now = ra_moment_now();
    g_autoptr(RaSecret) password = NULL;
    if (!no_password) {
        password = ra_secret_read_line("-", RA_TICKET_PASSWORD_MAX, error);
        if (password == NULL)
            return NULL;
    }
    g_autoptr(RaInvitation) invitation = ra_invitation_new(
        name != NULL ? name : "Jo Novice", address != NULL ? address : "jo@example.org",
        now + start, now + end, RA_RIGHTS_ALL,
        hosts != NULL ? (const char *const *)hosts : loopback, error);
    if (invitation == NULL)
        return NULL;
    return ra_ticket_seal(invitation, password, (const char *const *)certificates, error);
}

int main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);
    g_option_context_add_main_entries(context, entries, NULL);
    g_autoptr(GBytes) ticket = NULL;
    if (g_option_context_parse(context, &argc, &argv, &error))
        ticket = make(&error);
    if (ticket == NULL) {
        g_printerr("make-ticket: %s\n", error->message);
        return EXIT_FAILURE;
    }
    gsize size = 0;
    const void *data = g_bytes_get_data(ticket, &size);
    g_autofree char *text = armour ? ra_armour(ticket) : NULL;
    if (text != NULL)
        (void)fputs(text, stdout);
    else
        (void)fwrite(data, 1, size, stdout);
    g_free(name);
    g_free(address);
    g_strfreev(hosts);
    g_strfreev(certificates);
    return EXIT_SUCCESS;
}
