/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command lines of mail programs. Pure: nothing is started or looked for. */
#pragma once

#include "mailer/send/mail-client.h"

enum {
    RA_MAILTO_MAX = 8000, /* bytes: longer URLs are refused or cut by browsers and webmail */
};

typedef enum {
    RA_CLIENT_OTHER,
    RA_CLIENT_THUNDERBIRD,
    RA_CLIENT_EVOLUTION,
    RA_CLIENT_CLAWS,
    RA_CLIENT_KMAIL,
} RaClientKind;

typedef struct {
    RaClientKind kind;
    GStrv words;   /* how it is started, without a file or an address; NULL for RA_CLIENT_OTHER */
    char *sandbox; /* its id at the document portal where it runs in one; NULL: it reads what
                      the user can */
} RaClient;

/* From the Exec key of a desktop entry ("flatpak run ... org.mozilla.Thunderbird @@u %u @@").
 * Always fills RET; ra_client_clear() frees what is in it. */
void ra_client_from_exec(RaClient *ret, const char *exec);
void ra_client_clear(RaClient *client);
/* "thunderbird" and so on; "xdg-email" for RA_CLIENT_OTHER. */
const char *ra_client_means(RaClientKind kind);

/* The whole command. ATTACH is the file by the name under which the program sees it, NULL for
 * none. Nothing in DRAFT can become an option, another recipient or another attachment. Not for
 * RA_CLIENT_OTHER. */
GStrv ra_client_argv(const RaClient *client, const RaDraft *draft, const char *attach);
/* "mailto:a@example.com,b@example.com?subject=...&body=..." (RFC 6068), with "&attach=" where
 * ATTACH (a path or a URL) is not NULL. */
char *ra_mailto(const RaDraft *draft, const char *text, const char *attach);
