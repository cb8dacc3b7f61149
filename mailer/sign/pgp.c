/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/sign/pgp.h"

#include "mailer/sign/pgp-packets.h"
#include "mailer/sign/pgp-run.h"

#include <string.h>

/* What GnuPG says of one signature (doc/DETAILS of GnuPG, "Format of the --status-fd output"). */
typedef struct {
    char *result; /* "GOODSIG", "BADSIG" ...; NULL: nothing yet */
    char *key;    /* its id, as GnuPG writes it */
    char *owner;  /* the key's fingerprint; NULL where the key is not there */
    char *user;   /* the user ID that it names first */
    gint64 when;
    gint64 digest;    /* RFC 4880 9.4 */
    gboolean trusted; /* ultimately or fully */
    gboolean missing; /* the key is not there */
} Verdict;

static void verdict_free(gpointer data)
{
    Verdict *verdict = data;
    g_free(verdict->result);
    g_free(verdict->key);
    g_free(verdict->owner);
    g_free(verdict->user);
    g_free(verdict);
}

static void replace(char **text, const char *with)
{
    g_free(*text);
    *text = g_strdup(with);
}

/* One line of the status, split at spaces: its keyword and N more words. */
static void take_status(Verdict *verdict, char **words, guint n, const char *line)
{
    static const char *const results[] = {"GOODSIG",   "EXPSIG", "EXPKEYSIG",
                                          "REVKEYSIG", "BADSIG", "ERRSIG"};
    enum { VALID_TIME = 3, VALID_DIGEST = 8, VALID_OWNER = 10, ERROR_CODE = 6 };
    for (gsize i = 0; i < G_N_ELEMENTS(results) && n >= 1; i++) {
        if (strcmp(words[0], results[i]) != 0)
            continue;
        const char *user = strstr(line, words[1]) + strlen(words[1]);
        replace(&verdict->result, words[0]);
        replace(&verdict->key, words[1]);
        if (strcmp(words[0], "ERRSIG") != 0)
            replace(&verdict->user, *user == ' ' ? user + 1 : user);
        else
            verdict->missing = n >= ERROR_CODE && strcmp(words[ERROR_CODE], "9") == 0;
    }
    if (strcmp(words[0], "VALIDSIG") == 0 && n >= VALID_OWNER) {
        replace(&verdict->owner, words[VALID_OWNER]);
        verdict->when = g_ascii_strtoll(words[VALID_TIME], NULL, 10);
        verdict->digest = g_ascii_strtoll(words[VALID_DIGEST], NULL, 10);
    }
    if (strcmp(words[0], "TRUST_ULTIMATE") == 0 || strcmp(words[0], "TRUST_FULLY") == 0)
        verdict->trusted = TRUE;
}

/* Of Verdict, one for each signature that STATUS speaks of; none where what was given as a
 * signature brought a text of its own, which would be what is signed. */
static GPtrArray *read_status(const char *status)
{
    GPtrArray *verdicts = g_ptr_array_new_with_free_func(verdict_free);
    g_auto(GStrv) lines = g_strsplit(status, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        if (!g_str_has_prefix(*line, "[GNUPG:] "))
            continue;
        const char *text = *line + strlen("[GNUPG:] ");
        g_auto(GStrv) words = g_strsplit(text, " ", -1);
        if (words[0] != NULL && strcmp(words[0], "PLAINTEXT") == 0) {
            g_ptr_array_set_size(verdicts, 0);
            break;
        }
        if (words[0] != NULL && strcmp(words[0], "NEWSIG") == 0)
            g_ptr_array_add(verdicts, g_new0(Verdict, 1));
        else if (verdicts->len > 0 && words[0] != NULL)
            take_status(verdicts->pdata[verdicts->len - 1], words, g_strv_length(words) - 1, text);
    }
    return verdicts;
}

/* "Name <address>" into its two parts. */
static void split_user(const char *user, char **ret_name, char **ret_address)
{
    g_autofree char *text = g_utf8_make_valid(user, -1);
    char *open = strrchr(text, '<'), *close = strrchr(text, '>');
    if (open != NULL && close != NULL && close > open) {
        *ret_address = g_strndup(open + 1, (gsize)(close - open - 1));
        *ret_name = g_strchomp(g_strndup(text, (gsize)(open - text)));
    } else {
        *ret_address = strchr(text, '@') != NULL ? g_strdup(text) : NULL;
        *ret_name = strchr(text, '@') != NULL ? NULL : g_strdup(text);
    }
}

/* The user IDs of the key that count: anybody can add one to their own key, so of a trusted key
 * only those that are trusted themselves. The first names the signer. */
static void take_users(RaSigner *signer, const char *owner)
{
    enum { VALIDITY = 1, USER = 9, USERS_MAX = 16 };
    g_autofree char *listing = ra_pgp_run_list(owner);
    g_autoptr(GPtrArray) addresses = g_ptr_array_new_with_free_func(g_free);
    g_auto(GStrv) lines = g_strsplit(listing != NULL ? listing : "", "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        g_auto(GStrv) fields = g_strsplit(*line, ":", -1);
        if (g_strv_length(fields) <= USER || strcmp(fields[0], "uid") != 0 ||
            addresses->len >= USERS_MAX)
            continue;
        const char validity = *fields[VALIDITY];
        if (validity == 'r' || validity == 'e' ||
            (signer->state == RA_SIGNATURE_GOOD && validity != 'u' && validity != 'f'))
            continue;
        g_autofree char *user = g_strcompress(fields[USER]);
        g_autofree char *name = NULL;
        char *address = NULL;
        split_user(user, &name, &address);
        if (signer->name == NULL)
            signer->name = g_steal_pointer(&name);
        if (address != NULL)
            g_ptr_array_add(addresses, address);
    }
    g_ptr_array_add(addresses, NULL);
    signer->addresses = (GStrv)g_ptr_array_steal(addresses, NULL);
}

static const char *why_untrusted(const Verdict *verdict)
{
    enum { MD5 = 1, SHA1 = 2, RIPEMD160 = 3 };
    if (strcmp(verdict->result, "EXPSIG") == 0)
        return "the signature has expired";
    if (strcmp(verdict->result, "EXPKEYSIG") == 0)
        return "the key has expired";
    if (strcmp(verdict->result, "REVKEYSIG") == 0)
        return "the key was revoked";
    if (verdict->digest == MD5 || verdict->digest == SHA1 || verdict->digest == RIPEMD160)
        return "the method of signing is too weak to prove anything";
    return verdict->trusted ? NULL : "nobody that you trust vouches for the key";
}

static RaSigner *judge(const Verdict *verdict)
{
    RaSigner signer = {.kind = RA_SIGNATURE_PGP, .when = verdict->when};
    g_autofree char *address = NULL;
    if (verdict->user != NULL && verdict->owner == NULL) {
        split_user(verdict->user, &signer.name, &address);
        if (address != NULL) {
            signer.addresses = g_new0(char *, 2);
            signer.addresses[0] = g_steal_pointer(&address);
        }
    }
    if (verdict->result == NULL || strcmp(verdict->result, "ERRSIG") == 0) {
        signer.state = RA_SIGNATURE_UNCHECKED;
        signer.why = verdict->missing
                         ? g_strdup_printf("you do not have the key %.40s", verdict->key)
                         : g_strdup("GnuPG does not know its method");
    } else if (strcmp(verdict->result, "BADSIG") == 0) {
        signer.state = RA_SIGNATURE_BAD;
        signer.why = g_strdup("what was signed has been changed");
    } else {
        const char *why = why_untrusted(verdict);
        signer.state = why == NULL ? RA_SIGNATURE_GOOD : RA_SIGNATURE_UNTRUSTED;
        signer.why = g_strdup(why);
        if (verdict->owner != NULL)
            take_users(&signer, verdict->owner);
    }
    return ra_signer_new(&signer);
}

static RaSigner *unchecked(const char *why)
{
    return ra_signer_new_unknown(RA_SIGNATURE_PGP, RA_SIGNATURE_UNCHECKED, why);
}

static RaSigner *unreadable(void)
{
    return ra_signer_new_unknown(RA_SIGNATURE_PGP, RA_SIGNATURE_BAD, "it cannot be read");
}

RaSigner *ra_pgp_verify(RaSpool *signed_part, const GByteArray *signature, const char *from)
{
    const char *why = NULL;
    guint count = 0;
    g_autoptr(GByteArray) packets = ra_pgp_signature_packets(signature, &count);
    if (packets == NULL)
        return unreadable();
    if (count > RA_PGP_SIGNATURES_MAX)
        return unchecked("it has more signatures than messages have");
    g_autofree char *status = ra_pgp_run_verify(signed_part, packets, &why);
    if (status == NULL)
        return unchecked(why);
    g_autoptr(GPtrArray) verdicts = read_status(status);
    if (verdicts->len == 0)
        return unreadable();
    RaSigner *best = NULL;
    for (guint i = 0; i < verdicts->len; i++) {
        RaSigner *one = judge(verdicts->pdata[i]);
        RaSigner *worse = best;
        if (best == NULL || ra_signer_is_better(one, best, from))
            best = one;
        else
            worse = one;
        ra_signer_unref(worse);
    }
    return best;
}
