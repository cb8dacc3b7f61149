/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What of a message's headers decides about replies: the thread, and who must not be answered. */
#include "mailer/find/headers.h"

#include <string.h>

static const struct {
    const char *text;
    const char *references, *automatic;
    gboolean bulk;
} cases[] = {
    {"From: a@b.example", "", "", FALSE},
    {"References: <1@a>\n\t<2@a>\nIn-Reply-To: <3@a>", "<1@a>\t<2@a>", "", FALSE},
    {"In-Reply-To: <3@a> (yours)", "<3@a> (yours)", "", FALSE},
    {"references: <1@a>\nReferences: <2@a>", "<1@a>", "", FALSE},
    {"Auto-Submitted: No", "", "no", FALSE},
    {"AUTO-SUBMITTED:Auto-Replied; owner-email=a", "", "auto-replied", FALSE},
    {"Auto-Submitted: auto-generated (by cron)", "", "auto-generated", FALSE},
    {"Auto-Submitted:", "", "", FALSE},
    {"Precedence: Bulk", "", "", TRUE},
    {"Precedence: list", "", "", TRUE},
    {"Precedence: junk", "", "", TRUE},
    {"Precedence: first-class", "", "", FALSE},
    {"List-Id: <help.example.org>", "", "", TRUE},
    {"list-unsubscribe: <mailto:x@y>", "", "", TRUE},
    {"Listen: to me", "", "", FALSE},
    {"X-List-Id: a", "", "", FALSE},
    {"Return-Path: <>", "", "", TRUE},
    {"Return-Path: < >", "", "", TRUE},
    {"Return-Path: <a@b.example>", "", "", FALSE},
    {"References: \xff", "\xef\xbf\xbd", "", FALSE},
};

static void test_replies(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        RaHeaders *headers = ra_headers_new();
        g_auto(GStrv) lines = g_strsplit(cases[i].text, "\n", -1);
        for (char **line = lines; *line != NULL; line++) {
            const RaLine taken = {.text = *line, .length = strlen(*line), .starts = TRUE};
            g_assert_true(ra_headers_take(headers, &taken));
        }
        g_test_message("%s", cases[i].text);
        RaMessageInfo *info = ra_message_info_ref(ra_headers_message(headers));
        ra_headers_free(headers);
        g_assert_cmpstr(info->references, ==, cases[i].references);
        g_assert_cmpstr(info->automatic, ==, cases[i].automatic);
        g_assert_cmpint(info->bulk, ==, cases[i].bulk);
        ra_message_info_unref(info);
    }
}

int main(int argc, char **argv)
{
    g_mime_init();
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/headers/replies", test_replies);
    return g_test_run();
}
