/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The wall around ra-unpack: once it stands, the process can read and write what is open, use some
 * memory and time, and leave. Nothing else. */
#pragma once

#include <glib.h>

enum {
    RA_WALL_MEMORY = 16 * 1024 * 1024, /* bytes that it may write to, beside what it has */
    RA_WALL_SECONDS = 5,               /* of processor time */
};

/* FALSE where the kernel refuses, with errno. Under AddressSanitizer, which needs memory and
 * system calls of its own, only half of it is built. */
gboolean ra_wall_build(void);
