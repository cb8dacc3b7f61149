/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs a fuzz target over its corpus where no fuzzing engine is linked: each file of
 * tests/fuzz/corpus/NAME, NAME being the program's without "fuzz-". TAP, a line a file. */
#include <glib.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int main(int argc, char **argv)
{
    g_autofree char *program = g_path_get_basename(argv[0]);
    const char *name = g_str_has_prefix(program, "fuzz-") ? program + 5 : program;
    const char *srcdir = g_getenv("RA_SRCDIR");
    g_autofree char *folder = argc > 1 ? g_strdup(argv[1])
                                       : g_build_filename(srcdir != NULL ? srcdir : ".", "tests",
                                                          "fuzz", "corpus", name, NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(GDir) dir = g_dir_open(folder, 0, &error);
    if (dir == NULL) {
        g_print("Bail out! %s\n", error->message);
        return EXIT_FAILURE;
    }
    guint n = 0;
    for (const char *file; (file = g_dir_read_name(dir)) != NULL;) {
        g_autofree char *path = g_build_filename(folder, file, NULL);
        g_autofree char *data = NULL;
        gsize size = 0;
        if (!g_file_get_contents(path, &data, &size, NULL))
            continue;
        /* An exact allocation, so that AddressSanitizer sees the first byte read too many. */
        g_autofree uint8_t *exact = g_memdup2(data, size);
        (void)LLVMFuzzerTestOneInput(exact, size);
        g_print("ok %u - %s\n", ++n, file);
    }
    g_print("1..%u\n", n);
    return n > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
