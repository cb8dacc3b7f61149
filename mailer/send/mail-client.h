/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A new message in the user's own mail program, which the user looks at and sends. Which program
 * that is says the desktop (the handler of mailto: addresses); how it is given an attachment is
 * each program's own affair, since RFC 6068 has no attachments:
 *
 *   portal      org.freedesktop.portal.Email: the only way out of a sandbox; elsewhere for programs
 *               that are not known here
 *   thunderbird, evolution, claws-mail, kmail
 *               their own options; installed by Flatpak or Snap, too: then the file is passed
 *               through the document portal
 *   xdg-email   xdg-email(1), the last resort
 *
 * Where it is not certain that the attachment arrives, the ticket stands in the text as well.
 */
#pragma once

#include <gio/gio.h>

/* All borrowed. */
typedef struct {
    const char *const *to;        /* from ra_address_parse(); NULL-terminated */
    const char *subject;          /* one line */
    const char *text;             /* UTF-8, "\n" */
    const char *text_with_ticket; /* the same with the armoured ticket in it */
    const char *file;             /* the ticket, absolute; must stay until the user has sent it */
} RaDraft;

typedef struct {
    char *name;        /* as the desktop knows the program, or "your mail program"; safe to show */
    const char *means; /* one of the words above */
    gboolean attached; /* the program is known to take the attachment */
    gboolean in_text;  /* the ticket stands in the text as well */
} RaMailClientReport;

void ra_mail_client_report_free(RaMailClientReport *report); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaMailClientReport, ra_mail_client_report_free)

/* Blocks for some seconds, until the program has come up; in a sandbox, until the user has chosen
 * one. RA_ERROR_MAIL where there is no program or it fails; RA_ERROR_DECLINED where the user chose
 * none. The caller frees what is returned. */
RaMailClientReport *ra_mail_client_open(const RaDraft *draft, GError **error);
/* Before there is a draft: RA_ERROR_MAIL where there is nothing to open one with. */
gboolean ra_mail_client_check(GError **error);
/* The program's name as in the report, NULL where the desktop knows of none; ra_mail_client_open()
 * may find one by xdg-email(1) even then. Starts nothing. The caller frees it. */
char *ra_mail_client_name(void);
