/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/sign/signer.h"

#include "base/text.h"

#include <gio/gio.h>
#include <string.h>

static char *some(char *text)
{
    return text != NULL ? text : g_strdup("");
}

RaSigner *ra_signer_new(const RaSigner *taken)
{
    RaSigner *signer = g_rc_box_new(RaSigner);
    *signer = *taken;
    if (signer->addresses == NULL)
        signer->addresses = g_new0(char *, 1);
    if (signer->address == NULL && signer->addresses[0] != NULL)
        signer->address = g_strdup(signer->addresses[0]);
    signer->name = some(signer->name);
    signer->address = some(signer->address);
    signer->issuer = some(signer->issuer);
    signer->why = some(signer->why);
    return signer;
}

RaSigner *ra_signer_new_unknown(RaSignatureKind kind, RaSignatureState state, const char *why)
{
    const RaSigner signer = {.kind = kind, .state = state, .why = g_strdup(why)};
    return ra_signer_new(&signer);
}

RaSigner *ra_signer_ref(RaSigner *signer)
{
    return g_rc_box_acquire(signer);
}

static void clear(gpointer data)
{
    RaSigner *signer = data;
    g_free(signer->name);
    g_free(signer->address);
    g_strfreev(signer->addresses);
    g_free(signer->issuer);
    g_free(signer->why);
}

void ra_signer_unref(RaSigner *signer)
{
    if (signer != NULL)
        g_rc_box_release_full(signer, clear);
}

/* ADDRESS in the one form by which addresses are compared. Caller frees. */
static char *comparable(const char *address)
{
    g_autofree char *folded = g_utf8_casefold(address, -1);
    const char *at = strrchr(folded, '@');
    g_autofree char *domain = at != NULL ? g_hostname_to_ascii(at + 1) : NULL;
    if (domain == NULL)
        return g_steal_pointer(&folded);
    return g_strdup_printf("%.*s@%s", (int)(at - folded), folded, domain);
}

gboolean ra_signer_is(const RaSigner *signer, const char *address)
{
    g_autofree char *wanted = comparable(address);
    for (char **one = signer->addresses; *wanted != '\0' && *one != NULL; one++) {
        g_autofree char *have = comparable(*one);
        if (strcmp(have, wanted) == 0)
            return TRUE;
    }
    return FALSE;
}

gboolean ra_signer_is_better(const RaSigner *a, const RaSigner *b, const char *from)
{
    static const guint order[] = {
        [RA_SIGNATURE_GOOD] = 0,
        [RA_SIGNATURE_BAD] = 1,
        [RA_SIGNATURE_UNTRUSTED] = 2,
        [RA_SIGNATURE_UNCHECKED] = 3,
    };
    if (a->state != b->state)
        return order[a->state] < order[b->state];
    return ra_signer_is(a, from) && !ra_signer_is(b, from);
}

const char *ra_signature_state_name(RaSignatureState state)
{
    switch (state) {
    case RA_SIGNATURE_GOOD:
        return "good";
    case RA_SIGNATURE_UNTRUSTED:
        return "untrusted";
    case RA_SIGNATURE_BAD:
        return "bad";
    case RA_SIGNATURE_UNCHECKED:
        break;
    }
    return "unchecked";
}

const char *ra_signature_kind_name(RaSignatureKind kind)
{
    return kind == RA_SIGNATURE_SMIME ? "smime" : "pgp";
}

/* "Jo Novice <jo@example.org>", as in mailer/open/text.c. */
static char *who(const RaSigner *signer)
{
    g_autofree char *bare = g_strdelimit(g_strdup(signer->name), "<>", ' ');
    g_autofree char *name = ra_text_line(bare, RA_TEXT_NAME_MAX);
    g_autofree char *address = ra_text_line(signer->address, RA_TEXT_LINE_MAX);
    if (*name != '\0' && *address != '\0' && strcmp(name, address) != 0)
        return g_strdup_printf("%s <%s>", name, address);
    if (*name == '\0' && *address == '\0')
        return g_strdup("somebody unknown");
    return g_strdup(*address != '\0' ? address : name);
}

char *ra_signer_describe(const RaSigner *signer)
{
    g_autofree char *name = who(signer);
    g_autofree char *issuer = ra_text_line(signer->issuer, RA_TEXT_NAME_MAX);
    switch (signer->state) {
    case RA_SIGNATURE_GOOD:
        if (*issuer == '\0')
            return g_steal_pointer(&name);
        return g_strdup_printf("%s, vouched for by %s", name, issuer);
    case RA_SIGNATURE_UNTRUSTED:
        return g_strdup_printf("somebody who says: %s (not proven: %s)", name, signer->why);
    case RA_SIGNATURE_BAD:
        return g_strdup_printf("%s, but the signature is WRONG: %s", name, signer->why);
    case RA_SIGNATURE_UNCHECKED:
        break;
    }
    return g_strdup_printf("%s (not checked: %s)", name, signer->why);
}
