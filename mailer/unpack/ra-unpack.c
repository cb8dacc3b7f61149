/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Makes a mail message out of an Outlook document: standard input to standard output. Started by
 * whatever searches mail, never by a person, with no environment and nothing else open. It faces
 * bytes that anybody may have sent, so it locks itself in before it looks at the first of them.
 */
#include "base/io.h"
#include "config.h"
#include "mailer/unpack/outlook-msg.h"
#include "mailer/unpack/unpack-wall.h"
#include "mailer/unpack/unpack.h"

#include <gsf/gsf-utils.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static gboolean write_out(const void *data, gsize size, gpointer user)
{
    (void)user;
    return ra_write_all(STDOUT_FILENO, data, size);
}

/* A warning of the library's is nobody's business. */
static GLogWriterOutput keep_quiet(GLogLevelFlags level, const GLogField *fields, gsize n_fields,
                                   gpointer user)
{
    (void)level;
    (void)fields;
    (void)n_fields;
    (void)user;
    return G_LOG_WRITER_HANDLED;
}

static int unpack(const guint8 *data, gsize size)
{
    g_autoptr(RaOutlookMail) mail = ra_outlook_mail_new(write_out, NULL);
    switch (ra_outlook_unpack(mail, data, size)) {
    case RA_OUTLOOK_WHOLE:
        return RA_UNPACK_WHOLE;
    case RA_OUTLOOK_DAMAGED:
        return RA_UNPACK_DAMAGED;
    case RA_OUTLOOK_OTHER:
        break;
    }
    return RA_UNPACK_OTHER;
}

int main(int argc, char **argv)
{
    struct stat file;
    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        (void)puts("ra-unpack (" PACKAGE_NAME ") " PACKAGE_VERSION);
        return EXIT_SUCCESS;
    }
    if (argc != 1 || fstat(STDIN_FILENO, &file) != 0 || !S_ISREG(file.st_mode)) {
        (void)fputs("ra-unpack is started by ra-open and ra-inbox: start one of those instead\n",
                    stderr);
        return RA_UNPACK_USAGE;
    }
    const gsize size = (gsize)file.st_size;
    const guint8 *data =
        size > 0 ? mmap(NULL, size, PROT_READ, MAP_PRIVATE, STDIN_FILENO, 0) : MAP_FAILED;
    g_log_set_writer_func(keep_quiet, NULL, NULL);
    gsf_init();
    if (data == MAP_FAILED || !ra_wall_build())
        return RA_UNPACK_FAILED;
    _exit(unpack(data, size));
}
