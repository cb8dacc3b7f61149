/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ticket/password.h"

#include "base/error.h"
#include "base/text.h"
#include "ticket/internal.h"
#include "ticket/ticket.h"

#include <pwquality.h>
#include <string.h>

enum {
    WORD_MAX = 16,         /* characters of a word of the list, and a few more */
    WORDS_LEAST = 4,       /* in a password that is taken for a generated one */
    WORDS_MOST = 32,       /* likewise */
    UNCHECKED_LENGTH = 15, /* characters, where there is no dictionary to check against */
};

/* The word at the start of TEXT, by the list; NULL where none is. No word is the beginning of
 * another, so there is one answer at the most. */
static const char *word_at(const char *text)
{
    gsize low = 0, high = RA_WORDS;
    while (low < high) {
        const gsize middle = (low + high) / 2;
        const int order = strncmp(text, ra_words[middle], strlen(ra_words[middle]));
        if (order == 0)
            return ra_words[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

static RaSecret *generate(guint words)
{
    RaSecret *password = ra_secret_new((gsize)words * WORD_MAX);
    g_autoptr(RaSecret) random = ra_secret_new_random(words * sizeof(guint16));
    char *text = (char *)ra_secret_bytes(password);
    gsize length = 0;
    for (guint i = 0; i < words; i++) {
        guint16 number = 0;
        memcpy(&number, ra_secret_bytes(random) + i * sizeof number, sizeof number);
        const char *word = ra_words[number % RA_WORDS]; /* 2048 divides 65536: all alike */
        if (i > 0)
            text[length++] = '-';
        memcpy(text + length, word, strlen(word));
        length += strlen(word);
    }
    ra_secret_truncate(password, length);
    return password;
}

RaSecret *ra_password_generate_for(gint64 lifetime)
{
    return generate(lifetime > RA_PASSWORD_SHORT_LIFE ? WORDS_LEAST + 1 : WORDS_LEAST);
}

static gboolean is_separator(gunichar c)
{
    return c == '-' || c == '_' || c == ',' || c == '.' || g_unichar_isspace(c) ||
           g_unichar_type(c) == G_UNICODE_DASH_PUNCTUATION;
}

/* The letters of TYPED in lower case without what may stand between words; NULL where it holds
 * anything else. */
static RaSecret *letters_of(RaSecret *typed)
{
    g_autoptr(RaSecret) letters = ra_secret_new(ra_secret_size(typed));
    char *to = (char *)ra_secret_bytes(letters);
    gsize n = 0;
    for (const char *p = ra_secret_text(typed); *p != '\0'; p = g_utf8_next_char(p)) {
        const gunichar c = g_utf8_get_char(p);
        if (c < 0x80 && g_ascii_isalpha((char)c))
            to[n++] = g_ascii_tolower((char)c);
        else if (!is_separator(c))
            return NULL;
    }
    ra_secret_truncate(letters, n);
    return g_steal_pointer(&letters);
}

/* TYPED as a generated password is written, if it is one; else NULL. */
static RaSecret *as_words(RaSecret *typed)
{
    g_autoptr(RaSecret) letters = letters_of(typed);
    if (letters == NULL)
        return NULL;
    g_autoptr(RaSecret) words = ra_secret_new(ra_secret_size(letters) + WORDS_MOST);
    char *to = (char *)ra_secret_bytes(words);
    guint count = 0;
    for (const char *p = ra_secret_text(letters); *p != '\0'; count++) {
        const char *word = word_at(p);
        if (word == NULL || count == WORDS_MOST)
            return NULL;
        if (count > 0)
            *to++ = '-';
        memcpy(to, word, strlen(word));
        to += strlen(word);
        p += strlen(word);
    }
    if (count < WORDS_LEAST)
        return NULL;
    ra_secret_truncate(words, (gsize)(to - ra_secret_text(words)));
    return g_steal_pointer(&words);
}

static gboolean is_ascii(const char *text, gsize size)
{
    for (gsize i = 0; i < size; i++) {
        if ((guint8)text[i] >= 0x80)
            return FALSE;
    }
    return TRUE;
}

RaSecret *ra_password_normalise(RaSecret *typed)
{
    const gsize size = ra_secret_size(typed);
    const char *text = ra_secret_text(typed);
    if (!g_utf8_validate_len(text, size, NULL))
        return ra_secret_ref(typed);
    RaSecret *words = as_words(typed);
    if (words != NULL)
        return words;
    if (is_ascii(text, size))
        return ra_secret_ref(typed); /* spares it GLib's copies */
    char *composed = g_utf8_normalize(text, (gssize)size, G_NORMALIZE_NFC);
    const gsize length = strlen(composed);
    RaSecret *normal = ra_secret_new_copy(composed, length);
    explicit_bzero(composed, length);
    g_free(composed);
    return normal;
}

/* What the administrator demands of passwords counts here too; without the file, the defaults. */
static pwquality_settings_t *load_settings(void)
{
    void *detail = NULL;
    pwquality_settings_t *settings = pwquality_default_settings();
    if (settings == NULL)
        g_error("No memory to judge a password");
    (void)pwquality_read_config(settings, NULL, &detail);
    return settings;
}

/* libpwquality's own verdict: a score of 0 and more, else -1 and what is wrong in *WHY, which the
 * caller frees. */
static int judge(const char *password, gboolean dictionary, char **why)
{
    char buffer[PWQ_MAX_ERROR_MESSAGE_LEN] = "";
    void *detail = NULL;
    pwquality_settings_t *settings = load_settings();
    if (!dictionary)
        (void)pwquality_set_int_value(settings, PWQ_SETTING_DICT_CHECK, 0);
    const int verdict = pwquality_check(settings, password, NULL, NULL, &detail);
    const char *said =
        verdict < 0 ? pwquality_strerror(buffer, sizeof buffer, verdict, detail) : NULL;
    pwquality_free_settings(settings);
    if (verdict >= 0)
        return MIN(verdict, RA_PASSWORD_STRENGTH_MAX);
    *why = ra_text_line(said != NULL ? said : "no reason given", RA_TEXT_LINE_MAX);
    return -1;
}

gboolean ra_password_dictionary_exists(void)
{
    const char *path = NULL;
    pwquality_settings_t *settings = load_settings();
    (void)pwquality_get_str_value(settings, PWQ_SETTING_DICT_PATH, &path);
    /* The place where Debian's cracklib keeps it. */
    g_autofree char *file =
        g_strconcat(path != NULL ? path : "/var/cache/cracklib/cracklib_dict", ".pwd", NULL);
    pwquality_free_settings(settings);
    return g_file_test(file, G_FILE_TEST_EXISTS);
}

/* The score, or -1 and what is wrong in *WHY, which the caller frees. DICTIONARY: there is one to
 * compare with. */
static int rate(RaSecret *password, gboolean dictionary, char **why)
{
    const char *text = ra_secret_text(password);
    const gsize size = ra_secret_size(password);
    const char *wrong = NULL;
    int score = -1;
    if (size == 0)
        wrong = "an empty password protects nothing";
    else if (size > RA_TICKET_PASSWORD_MAX)
        wrong = "the password is longer than 1024 bytes";
    else if (strlen(text) != size || !ra_text_is_plain_line(text))
        wrong = "the password is not one line of readable text";
    else if ((score = judge(text, dictionary, why)) < 0)
        return -1;
    else if (!dictionary && g_utf8_strlen(text, -1) < UNCHECKED_LENGTH)
        wrong = "the password has less than 15 characters, which are needed as long as it cannot "
                "be compared with a dictionary (package cracklib-runtime)";
    if (wrong == NULL)
        return score;
    *why = g_strdup(wrong);
    return -1;
}

gboolean ra_password_check_with(RaSecret *password, gboolean dictionary, GError **error)
{
    g_autofree char *why = NULL;
    if (rate(password, dictionary, &why) >= 0)
        return TRUE;
    g_set_error(error, RA_ERROR, RA_ERROR_USAGE,
                "the password will not do (%s): choose another, or have one generated", why);
    return FALSE;
}

gboolean ra_password_check(RaSecret *password, GError **error)
{
    return ra_password_check_with(password, ra_password_dictionary_exists(), error);
}

int ra_password_strength(RaSecret *password, GError **error)
{
    g_autofree char *why = NULL;
    const int score = rate(password, ra_password_dictionary_exists(), &why);
    if (score < 0)
        g_set_error_literal(error, RA_ERROR, RA_ERROR_USAGE, why);
    return score;
}
