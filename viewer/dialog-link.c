/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A link in the chat is shown whole before it is opened: the other side wrote it. */
#include "viewer/dialogs-private.h"

#include <gio/gio.h>

enum { CANCEL, OPEN };

/* Whose computer it leads to, a name in another script spelt out as well; NULL: none. */
static char *host_of(const char *address)
{
    g_autoptr(GUri) uri = g_uri_parse(address, G_URI_FLAGS_PARSE_RELAXED, NULL);
    const char *host = uri != NULL ? g_uri_get_host(uri) : NULL;
    if (host == NULL || *host == '\0')
        return NULL;
    g_autofree char *plain = g_hostname_to_ascii(host);
    return plain != NULL && g_ascii_strcasecmp(plain, host) != 0
               ? g_strdup_printf("%s (%s)", host, plain)
               : g_strdup(host);
}

static void on_opened(GObject *source, GAsyncResult *result, gpointer data)
{
    (void)source;
    (void)data;
    (void)g_app_info_launch_default_for_uri_finish(result, NULL); /* the desktop says so itself */
}

static void on_answer(RaWidget *card, int id, gpointer data)
{
    (void)card;
    RaDialogs *dialogs = data;
    dialogs->link = NULL;
    if (id == OPEN)
        g_app_info_launch_default_for_uri_async(dialogs->address, NULL, NULL, on_opened, NULL);
}

void ra_link_open(RaDialogs *dialogs, const char *address)
{
    RaUi *ui = dialogs->shell->ui;
    g_autofree char *host = host_of(address);
    ra_dialogs_close(&dialogs->link);
    g_free(dialogs->address);
    dialogs->address = g_strdup(address);
    RaWidget *card = ra_dialog_new(ui, RA_ICON_NONE, "Open this link?", 520, on_answer, dialogs);
    dialogs->link = card;
    ra_dialog_add(card, ra_label_new(ui, RA_FONT_MONO, RA_COLOUR_TEXT, address));
    if (host != NULL)
        (void)ra_dialogs_add_fact(card, "Leads to", host);
    (void)ra_dialogs_add_note(card, "Your own browser or mail program opens it. Open it only if "
                                    "you know where it leads.");
    RaWidget *no =
        ra_dialog_add_button(card, CANCEL, "Cancel", RA_ANSWER_DEFAULT | RA_ANSWER_CANCEL);
    (void)ra_dialog_add_button(card, OPEN, "Open", RA_ANSWER_PLAIN);
    ra_dialog_set_focus(card, no);
    ra_dialog_show(card);
}
