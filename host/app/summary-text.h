/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A history as a file, where the agent that would write it is gone. Pure; the caller frees what is
 * returned. */
#pragma once

#include "host/app/chat-log.h"

/* Lines as the agent writes them: "2026-11-21 14:03:09  Anna: text", further lines indented, so
 * that no text looks like another entry. HELPER may be "". */
char *ra_summary_text(RaChatLog *log, const char *helper);
/* "Remote Assistance with Anna 2026-11-21 14.03.txt": BEGAN in seconds since 1970. */
char *ra_summary_file_name(const char *helper, gint64 began);
