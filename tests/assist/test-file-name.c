/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "assist/file-name.h"
#include "tests/assist/test-assist.h"

#include <string.h>

static void test_clean(void)
{
    static const struct {
        const char *name, *want;
    } cases[] = {
        {"report.pdf", "report.pdf"},
        {"Übersicht – März.odt", "Übersicht – März.odt"},
        {"\xF0\x9F\x98\x80.png", "\xF0\x9F\x98\x80.png"},
        {"../../etc/passwd", "passwd"},
        {"/etc/passwd", "passwd"},
        {"C:\\Windows\\system.ini", "system.ini"},
        {"folder/", "folder_"},
        {"/", "_"},
        {"..", "file"},
        {".", "file"},
        {"", "file"},
        {"   ", "file"},
        {"...", "file"},
        {".bashrc", "bashrc"},
        {". . .hidden", "hidden"},
        {"..\xDB\xA3..\xDB\xA3x", "x"}, /* dots hide marks that hide dots */
        {"-rf", "_rf"},
        {"name. . ", "name"},
        {"a\nb\tc\r\x7F.txt", "a b c .txt"},
        {"evil\xE2\x80\xAE"
         "fdp.exe",
         "evil fdp.exe"}, /* right-to-left override */
        {"a\xE2\x80\x8B"
         "b",
         "a b"}, /* zero-width space */
        {"a<b>c:d\"e|f?g*h.txt", "a_b_c_d_e_f_g_h.txt"},
        {"con", "_con"},
        {"NUL.txt", "_NUL.txt"},
        {"com1.tar.gz", "_com1.tar.gz"},
        {"LPT9", "_LPT9"},
        {"aux .txt", "_aux .txt"},
        {"console.txt", "console.txt"},
        {"com10", "com10"},
        {"bad\xFF\xFEutf8", "bad\xEF\xBF\xBD\xEF\xBF\xBDutf8"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *name = ra_file_name_clean(cases[i].name);
        g_assert_cmpstr(name, ==, cases[i].want);
        g_autofree char *again = ra_file_name_clean(name);
        g_assert_cmpstr(again, ==, name);
    }
}

static void test_long(void)
{
    /* Names of every length around the limit, of characters of one to four bytes. */
    static const char *const letters[] = {"a", "ä", "€", "\xF0\x9F\x98\x80"};
    static const char *const extensions[] = {"", ".pdf", ".tar.gz", ".averyveryverylongextension"};
    for (gsize i = 0; i < G_N_ELEMENTS(letters) * G_N_ELEMENTS(extensions); i++) {
        const char *letter = letters[i % G_N_ELEMENTS(letters)];
        const char *extension = extensions[i / G_N_ELEMENTS(letters)];
        for (gsize bytes = 200; bytes < 300; bytes++) {
            GString *text = g_string_new(NULL);
            while (text->len < bytes)
                g_string_append(text, letter);
            g_string_append(text, extension);
            g_autofree char *name = g_string_free(text, FALSE);
            g_autofree char *clean = ra_file_name_clean(name);
            g_assert_cmpuint(strlen(clean), <=, RA_FILE_NAME_MAX);
            g_assert_true(g_utf8_validate(clean, -1, NULL));
            if (strlen(name) <= RA_FILE_NAME_MAX)
                g_assert_cmpstr(clean, ==, name);
            else
                g_assert_cmpuint(strlen(clean), >, RA_FILE_NAME_MAX - 4);
            g_assert_true(g_str_has_suffix(clean, extension));
            g_autofree char *second = ra_file_name_numbered(clean, 999);
            g_assert_cmpuint(strlen(second), <=, RA_FILE_NAME_MAX);
            g_assert_true(g_utf8_validate(second, -1, NULL));
            g_assert_true(g_str_has_suffix(second, extension));
            g_assert_nonnull(strstr(second, " (999)"));
        }
    }
}

static void test_numbered(void)
{
    static const struct {
        const char *name, *want;
    } cases[] = {
        {"report.pdf", "report (2).pdf"}, {"archive.tar.gz", "archive (2).tar.gz"},
        {"README", "README (2)"},         {".bashrc", ".bashrc (2)"},
        {"a.b.c", "a.b (2).c"},           {".tar.gz", ".tar (2).gz"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *name = ra_file_name_numbered(cases[i].name, 2);
        g_assert_cmpstr(name, ==, cases[i].want);
    }
}

static void test_can_run(void)
{
    static const char *const runs[] = {
        "a.exe",          "A.EXE", "setup.msi", "x.sh",         "x.desktop",   "x.AppImage",
        "x.deb",          "x.rpm", "x.run",     "x.flatpakref", "letter.docm", "sheet.xlsm",
        "report.pdf.exe", "a.jar", "a.js",      "a.py",         "lib.so",      "lib.so.1.2",
        "a.lnk",          "a.vbs", "a.ps1",     "a.scr",        "a.hta",       "a.apk",
        "a.service",      "a.iso", "a.o",
    };
    static const char *const rests[] = {
        "a.pdf",     "a.txt",    "exe",      ".exe.txt", "letter.docx", "sheet.xlsx",
        "photo.jpg", "a.tar.gz", "a",        "a.",       "a.png",       "a.odt",
        "a. ",       "a.sh exe", "notes.md", "",         "song.ogg",    "page.html",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(runs); i++)
        g_assert_true(ra_file_name_can_run(runs[i]));
    for (gsize i = 0; i < G_N_ELEMENTS(rests); i++)
        g_assert_false(ra_file_name_can_run(rests[i]));

    static const struct {
        const char *head;
        gsize size;
        gboolean runs;
    } heads[] = {
        {"\177ELF\2\1", 6, TRUE},
        {"#!/bin/sh\n", 10, TRUE},
        {"\xEF\xBB\xBF#!/bin/sh\n", 13, TRUE},
        {"MZ\x90", 3, TRUE},
        {"\xCA\xFE\xBA\xBE", 4, TRUE},
        {"[Desktop Entry]\nType=Link", 25, TRUE},
        {"# nice\n\n[Desktop Entry]\n", 24, TRUE},
        {"!<arch>\ndebian", 14, TRUE},
        {"%PDF-1.7", 8, FALSE},
        {"#", 1, FALSE},
        {"\177EL", 3, FALSE},
        {"", 0, FALSE},
        {"PK\3\4", 4, FALSE},
        {"hello", 5, FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(heads); i++) {
        g_autofree guint8 *exact = g_memdup2(heads[i].head, heads[i].size);
        g_assert_cmpint(ra_file_head_can_run(exact, heads[i].size), ==, heads[i].runs);
    }
}

void ra_test_file_name(void)
{
    g_test_add_func("/assist/file-name/clean", test_clean);
    g_test_add_func("/assist/file-name/long", test_long);
    g_test_add_func("/assist/file-name/numbered", test_numbered);
    g_test_add_func("/assist/file-name/can-run", test_can_run);
}
