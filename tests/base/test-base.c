/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/duration.h"
#include "base/error.h"
#include "base/i18n.h"
#include "base/io.h"
#include "base/paths.h"
#include "base/secret.h"
#include "base/settings.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

static const struct {
    const char *text;
    gint64 seconds; /* -1: refused */
} durations[] = {
    {"1h", 3600},
    {"45m", 2700},
    {"45", 2700},
    {"90s", 90},
    {"2d", 172800},
    {"1h30m", 5400},
    {"1d2h3m4s", 93784},
    {"0", 0},
    {"", -1},
    {"h", -1},
    {"1x", -1},
    {"30m1h", -1},
    {"1h1h", -1},
    {"-1h", -1},
    {"1 h", -1},
    {"1h30", -1},
    {"99999999999999999999d", -1},
    {"3650d", 315360000},
    {"3651d", -1},
    {"1.5h", -1},
    {"1h ", -1},
};

static void test_duration_parse(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(durations); i++) {
        g_autoptr(GError) error = NULL;
        gint64 seconds = 77;
        g_test_message("%s", durations[i].text);
        if (ra_duration_parse(durations[i].text, &seconds, &error)) {
            g_assert_cmpint(seconds, ==, durations[i].seconds);
        } else {
            g_assert_cmpint(durations[i].seconds, ==, -1);
            g_assert_cmpint(seconds, ==, 77);
            g_assert_error(error, RA_ERROR, RA_ERROR_USAGE);
        }
    }
}

static void test_duration_format(void)
{
    static const struct {
        gint64 seconds;
        const char *text;
    } cases[] = {
        {3600, "1 hour"}, {5400, "1 hour 30 minutes"}, {172800, "2 days"},
        {1, "1 second"},  {61, "1 minute 1 second"},   {86461, "1 day"},
        {0, "0 seconds"}, {-5, "0 seconds"},           {7265, "2 hours 1 minute"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = ra_duration_format(cases[i].seconds);
        g_assert_cmpstr(text, ==, cases[i].text);
    }
}

static const struct {
    const char *text;
    gsize max;
    const char *line, *message;
} texts[] = {
    {"plain", 64, "plain", "plain"},
    {"  two   words ", 64, "two words", "two words"},
    {"a\nb\r\nc\rd", 64, "a b c d", "a\nb\nc\nd"},
    {"a\n\n\n\n\n\nb", 64, "a b", "a\n\n\nb"},
    {"a\x1b[31mred", 64, "a [31mred", "a [31mred"},
    {"evil\xE2\x80\xAEgpj.exe", 64, "evil gpj.exe", "evil gpj.exe"}, /* right-to-left override */
    {"zero\xEF\xBB\xBFwidth", 64, "zero width", "zero width"},
    {"\xFF\xFEz", 64, "\xEF\xBF\xBD\xEF\xBF\xBDz", "\xEF\xBF\xBD\xEF\xBF\xBDz"},
    {"abcdef", 6, "abcdef", "abcdef"},
    {"abcdefg", 6, "abcde\xE2\x80\xA6", "abcde\xE2\x80\xA6"},
    {"abcde g", 6, "abcde\xE2\x80\xA6", "abcde\xE2\x80\xA6"},
    {"e\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xCC\x81", 64, "e\xCC\x81\xCC\x81\xCC\x81",
     "e\xCC\x81\xCC\x81\xCC\x81"},
    {"e\xCC\x81\xE2\x80\x8D\xCC\x81\xE2\x80\x8D\xCC\x81", 64, "e\xCC\x81\xE2\x80\x8D\xCC\x81",
     "e\xCC\x81\xE2\x80\x8D\xCC\x81"},
    {"\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x94\xA7", 64,
     "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x94\xA7",
     "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x94\xA7"},
    {"", 64, "", ""},
    {"\n \t", 64, "", ""},
    /* Nothing to be seen: fillers, an empty Braille cell, joiners and marks on their own. */
    {"\xE3\x85\xA4\xE1\x85\x9F\xE2\xA0\x80", 64, "", ""},
    {"\xE2\x80\x8D\xE2\x80\x8C \xE2\x80\x8D", 64, "", ""},
    {"\xCD\x8F\xEF\xB8\x8F", 64, "", ""},
    {"a\n\xCC\x81"
     "b",
     64, "a b", "a\nb"},
};

static void test_text(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autofree char *line = ra_text_line(texts[i].text, texts[i].max);
        g_assert_cmpstr(line, ==, texts[i].line);
        g_autofree char *message = ra_text_message(texts[i].text, texts[i].max);
        g_assert_cmpstr(message, ==, texts[i].message);
    }
    g_autofree char *name = ra_text_name("Ann\u201d, proven by \u00abus\u00bb, \"O\u2019Hara\n");
    g_assert_cmpstr(name, ==, "Ann', proven by 'us', 'O\u2019Hara");
    g_assert_true(ra_text_is_plain_line("J\xC3\xBCrgen"));
    g_assert_false(ra_text_is_plain_line("a\r\nBcc: b"));
    g_assert_false(ra_text_is_plain_line("\xC3"));
    g_assert_false(ra_text_is_plain_line("\x7F"));
}

static void test_secret(void)
{
    g_autoptr(RaSecret) a = ra_secret_new_copy("secret", 6);
    g_autoptr(RaSecret) b = ra_secret_new_copy("secres", 6);
    g_autoptr(RaSecret) c = ra_secret_new_copy("secret!", 7);
    g_assert_false(ra_secret_equal(a, b));
    g_assert_false(ra_secret_equal(a, c));
    ra_secret_truncate(c, 6);
    g_assert_true(ra_secret_equal(a, c));
    g_assert_cmpstr(ra_secret_text(c), ==, "secret");

    g_autoptr(GError) error = NULL;
    const int fd = ra_secret_to_fd(a, &error);
    g_assert_no_error(error);
    g_assert_cmpint(write(fd, "x", 1), ==, -1); /* sealed */
    g_autoptr(RaSecret) read_back = ra_secret_read(fd, 6, &error);
    g_assert_no_error(error);
    g_assert_true(ra_secret_equal(a, read_back));
    g_assert_cmpint(lseek(fd, 0, SEEK_SET), ==, 0);
    g_assert_null(ra_secret_read(fd, 5, &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_USAGE);
    close(fd);

    g_autoptr(RaSecret) r1 = ra_secret_new_random(32);
    g_autoptr(RaSecret) r2 = ra_secret_new_random(32);
    g_assert_false(ra_secret_equal(r1, r2));
}

static void test_secret_line(void)
{
    static const struct {
        const char *content, *line; /* NULL: refused */
    } cases[] = {
        {"four words", "four words"},
        {"one\ntwo\n", "one"},
        {"dos\r\n", "dos"},
        {"", NULL},
        {"\n", NULL},
        {"0123456789abcdef", "0123456789abcdef"},
        {"0123456789abcdef\n", "0123456789abcdef"},
        {"0123456789abcdefg", NULL},
    };
    g_autofree char *dir = g_dir_make_tmp("ra-test-XXXXXX", NULL);
    g_autofree char *file = g_build_filename(dir, "password", NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_true(g_file_set_contents(file, cases[i].content, -1, NULL));
        g_autoptr(RaSecret) line = ra_secret_read_line(file, 16, &error);
        if (cases[i].line == NULL) {
            g_assert_null(line);
            g_assert_error(error, RA_ERROR, RA_ERROR_USAGE);
        } else {
            g_assert_no_error(error);
            g_assert_cmpstr(ra_secret_text(line), ==, cases[i].line);
        }
    }
    g_autoptr(GError) error = NULL;
    g_assert_cmpint(g_unlink(file), ==, 0);
    g_assert_null(ra_secret_read_line(file, 16, &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_USAGE);
    g_assert_cmpint(g_rmdir(dir), ==, 0);
}

static void write_file(const char *dir, const char *name, const char *content)
{
    g_autofree char *path = g_build_filename(dir, name, NULL);
    g_autofree char *folder = g_path_get_dirname(path);
    g_assert_cmpint(g_mkdir_with_parents(folder, 0700), ==, 0);
    g_assert_true(g_file_set_contents(path, content, -1, NULL));
}

static void test_settings(void)
{
    g_autofree char *dir = g_dir_make_tmp("ra-test-XXXXXX", NULL);
    g_autofree char *user = g_build_filename(dir, "config", NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(RaSettings) empty = ra_settings_load(dir, user, &error);
    g_assert_no_error(error);
    g_assert_cmpint(ra_settings_integer(empty, "Link.Port"), ==, 3389);
    g_assert_cmpint(ra_settings_integer(empty, "Invitation.Lifetime"), ==, 3600);
    g_assert_null(ra_settings_string(empty, "Mail.Smtp"));
    g_assert_null(ra_settings_problems(empty)[0]);

    write_file(dir, "config",
               "[Link]\nPort=99999\n[Mail]\nSmtp=smtp://user.example\n[Invitation]\n"
               "AllowControl=true\nHelpDesk=a@example.org; ;b@example.org\n[No]\nSuch=1\n");
    write_file(dir, "policy.conf", "[Mail]\nSmtp=smtps://first.example\n");
    write_file(dir, "policy.d/20-b.conf", "[Mail]\nSmtp=smtps://last.example\n");
    write_file(dir, "policy.d/10-a.conf", "[Invitation]\nAllowControl=false\n[Mail]\nSmtp=x\n");
    write_file(dir, "policy.d/30-c.conf.bak", "[Mail]\nSmtp=no\n");
    g_autoptr(RaSettings) settings = ra_settings_load(dir, user, &error);
    g_assert_no_error(error);
    g_assert_cmpint(ra_settings_integer(settings, "Link.Port"), ==, 3389);
    g_assert_cmpstr(ra_settings_string(settings, "Mail.Smtp"), ==, "smtps://last.example");
    g_assert_true(ra_settings_locked(settings, "Mail.Smtp"));
    g_assert_false(ra_settings_boolean(settings, "Invitation.AllowControl"));
    g_assert_false(ra_settings_locked(settings, "Link.Port"));
    const char *const *desk = ra_settings_list(settings, "Invitation.HelpDesk");
    g_assert_cmpstr(desk[0], ==, "a@example.org");
    g_assert_cmpstr(desk[1], ==, "b@example.org");
    g_assert_null(desk[2]);
    g_assert_cmpuint(g_strv_length((GStrv)ra_settings_problems(settings)), ==, 2);

    write_file(dir, "policy.d/40-d.conf", "this is no key file");
    g_assert_null(ra_settings_load(dir, user, &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_FORBIDDEN);
    g_autofree char *command = g_strdup_printf("rm -r '%s'", dir);
    g_assert_true(g_spawn_command_line_sync(command, NULL, NULL, NULL, NULL));
}

static void test_exit_code(void)
{
    g_autoptr(GError) mail = g_error_new(RA_ERROR, RA_ERROR_MAIL, "x");
    g_autoptr(GError) option = g_error_new(G_OPTION_ERROR, G_OPTION_ERROR_FAILED, "x");
    g_autoptr(GError) other = g_error_new(G_FILE_ERROR, G_FILE_ERROR_NOSPC, "x");
    g_assert_cmpint(ra_error_exit_code(mail), ==, 10);
    g_assert_cmpint(ra_error_exit_code(option), ==, 2);
    g_assert_cmpint(ra_error_exit_code(other), ==, 1);
}

static void test_paths(void)
{
    g_autofree char *program = ra_path_program("test-base");
    g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
    g_assert_cmpstr(program, ==, self);
    g_autofree char *missing = ra_path_program("no-such-program");
    g_assert_true(g_path_is_absolute(missing));
}

static gpointer read_slowly(gpointer data)
{
    gsize seen = 0;
    guint8 piece[8192];
    for (;;) {
        const gssize n = read(GPOINTER_TO_INT(data), piece, sizeof piece);
        if (n <= 0)
            return GSIZE_TO_POINTER(seen);
        for (gssize i = 0; i < n; i++, seen++)
            g_assert_cmpuint(piece[i], ==, seen % 251);
    }
}

static void test_write_all(void)
{
    int ends[2];
    g_assert_true(g_unix_open_pipe(ends, FD_CLOEXEC, NULL));
    GThread *reader = g_thread_new("reader", read_slowly, GINT_TO_POINTER(ends[0]));
    const gsize size = 1024 * 1024; /* many times what a pipe holds */
    g_autofree guint8 *data = g_new(guint8, size);
    for (gsize i = 0; i < size; i++)
        data[i] = (guint8)(i % 251);
    g_assert_true(ra_write_all(ends[1], data, size));
    g_assert_true(ra_write_all(ends[1], NULL, 0));
    close(ends[1]);
    g_assert_cmpuint(GPOINTER_TO_SIZE(g_thread_join(reader)), ==, size);
    close(ends[0]);
    const int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
    g_assert_false(ra_write_all(full, "x", 1));
    g_assert_cmpint(errno, ==, ENOSPC);
    close(full);
}

static gboolean count_call(gint fd, GIOCondition condition, gpointer data)
{
    char byte;
    g_assert_cmpint(condition, ==, G_IO_IN);
    g_assert_cmpint(read(fd, &byte, 1), ==, 1);
    ++*(guint *)data;
    return G_SOURCE_CONTINUE;
}

static void test_sources(void)
{
    int ends[2];
    guint first = 0, second = 0;
    GSource *source = NULL;
    ra_source_drop(&source);
    g_assert_true(g_unix_open_pipe(ends, FD_CLOEXEC, NULL));
    ra_source_watch(&source, ends[0], G_IO_IN, count_call, &first);
    g_assert_false(g_main_context_iteration(NULL, FALSE));
    g_assert_true(ra_write_all(ends[1], "ab", 2));
    g_assert_true(g_main_context_iteration(NULL, FALSE));
    ra_source_watch(&source, ends[0], G_IO_IN, count_call, &second); /* in the first one's place */
    g_assert_true(g_main_context_iteration(NULL, FALSE));
    g_assert_true(ra_write_all(ends[1], "c", 1));
    ra_source_drop(&source);
    g_assert_null(source);
    g_assert_false(g_main_context_iteration(NULL, FALSE));
    g_assert_cmpuint(first, ==, 1);
    g_assert_cmpuint(second, ==, 1);
    close(ends[0]);
    close(ends[1]);
}

static void test_about(void)
{
    static const struct {
        const char *name, *named, *text;
    } cases[] = {
        {"", "%s sees it", "Nobody"},
        {"Ann", "%s sees it", "Ann sees it"},
        {"J\u00fcrgen \u0416 \u5f20", "See %s", "See J\u00fcrgen \u0416 \u5f20"},
        {"\u05e9\u05e8\u05d4", "%s sees it", "\u200e\u2068\u05e9\u05e8\u05d4\u2069 sees it"},
        {"\u05e9", "<b>%s</b> \u05d0", "\u200f<b>\u2068\u05e9\u2069</b> \u05d0"},
        {"a\u0633", "%s: 1", "\u200e\u2068a\u0633\u2069: 1"},
        {"\U0001e900", "%s x", "\u200e\u2068\U0001e900\u2069 x"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = ra_text_about(cases[i].name, cases[i].named, "Nobody");
        g_assert_cmpstr(text, ==, cases[i].text);
    }
}

static const char CATALOG[] = "de/LC_MESSAGES/" GETTEXT_PACKAGE ".mo";

/* What the program says where it lies: where its translations are, and one of them. */
static char *say_where(const char *program)
{
    const char *const argv[] = {program, "--where", NULL};
    g_auto(GStrv) env = g_get_environ();
    g_autoptr(GError) error = NULL;
    char *said = NULL;
    int status = 0;
    env = g_environ_setenv(env, "LC_ALL", "C.UTF-8", TRUE);
    env = g_environ_setenv(env, "LANGUAGE", "de", TRUE);
    (void)g_spawn_sync(NULL, (char **)argv, env, G_SPAWN_DEFAULT, NULL, NULL, &said, NULL, &status,
                       &error);
    g_assert_no_error(error);
    g_assert_cmpint(status, ==, 0);
    return said;
}

static void link_to(const char *from, const char *to)
{
    g_autofree char *text = NULL;
    g_autofree char *folder = g_path_get_dirname(to);
    gsize length = 0;
    g_assert_cmpint(g_mkdir_with_parents(folder, 0700), ==, 0);
    g_assert_true(g_file_get_contents(from, &text, &length, NULL));
    g_assert_true(
        g_file_set_contents_full(to, text, (gssize)length, G_FILE_SET_CONTENTS_NONE, 0700, NULL));
}

/* Removes PATH and the folders around it that are empty then, up to TOP. */
static void remove_up(const char *path, const char *top)
{
    g_autofree char *at = g_strdup(path);
    while (g_str_has_prefix(at, top) && g_remove(at) == 0) {
        char *up = g_path_get_dirname(at);
        g_free(at);
        at = up;
    }
}

/* In a build tree, and installed in whatever prefix. */
static void test_translations(void)
{
    g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
    g_autofree char *built = g_test_build_filename(G_TEST_BUILT, "..", "po", NULL);
    g_autofree char *catalogs = g_canonicalize_filename(built, NULL);
    g_autofree char *in_tree = g_build_filename(catalogs, CATALOG, NULL);
    g_autofree char *here = say_where(self);
    g_auto(GStrv) said = g_strsplit(here, "\n", -1);
    g_assert_cmpstr(said[0], ==, catalogs);
    if (!g_str_equal(said[1], "Ja.")) {
        g_test_skip("the C library translates nothing in the locale C.UTF-8");
        return;
    }
    g_autofree char *prefix = g_dir_make_tmp("ra-prefix-XXXXXX", NULL);
    g_autofree char *program = g_build_filename(prefix, "bin", "ra-host", NULL);
    g_autofree char *share = g_build_filename(prefix, "share", "locale", NULL);
    g_autofree char *installed = g_build_filename(share, CATALOG, NULL);
    g_autofree char *want = g_strconcat(share, "\nJa.\n", NULL);
    link_to(self, program);
    link_to(in_tree, installed);
    g_autofree char *there = say_where(program);
    g_assert_cmpstr(there, ==, want);
    remove_up(installed, prefix);
    remove_up(program, prefix);
    g_assert_false(g_file_test(prefix, G_FILE_TEST_EXISTS));
}

static int where(void)
{
    ra_i18n_init();
    g_print("%s\n%s\n", bindtextdomain(GETTEXT_PACKAGE, NULL), _("Yes."));
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 2 && g_str_equal(argv[1], "--where"))
        return where();
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/base/duration/parse", test_duration_parse);
    g_test_add_func("/base/duration/format", test_duration_format);
    g_test_add_func("/base/text", test_text);
    g_test_add_func("/base/text/about", test_about);
    g_test_add_func("/base/translations", test_translations);
    g_test_add_func("/base/secret", test_secret);
    g_test_add_func("/base/secret-line", test_secret_line);
    g_test_add_func("/base/settings", test_settings);
    g_test_add_func("/base/exit-code", test_exit_code);
    g_test_add_func("/base/paths", test_paths);
    g_test_add_func("/base/write-all", test_write_all);
    g_test_add_func("/base/sources", test_sources);
    return g_test_run();
}
