/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of test-assist, and what they share. */
#pragma once

#include "assist/port.h"

#include <glib.h>

void ra_test_chat(void);
void ra_test_file_name(void);
void ra_test_files(void);
void ra_test_files_big(void);
void ra_test_files_rules(void);
void ra_test_files_show(void);
void ra_test_history(void);
void ra_test_new_file(void);
void ra_test_pace(void);

/* A port that keeps what is sent: encoded and decoded on the way, so that what is malformed fails
 * the test. */
typedef struct {
    RaPort port;
    GPtrArray *sent; /* of GBytes: datagrams, oldest first */
} TestPort;

TestPort *test_port_new(void);
void test_port_free(TestPort *port);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TestPort, test_port_free)
/* The oldest message, decoded; what it borrows lasts until the next call. FALSE where there is
 * none. */
gboolean test_port_next(TestPort *port, RaAssist *ret);

/* A new folder under the temporary one, and its removal with all in it. */
char *test_folder_new(void);
void test_folder_remove(char *folder);
/* Names in FOLDER, hidden ones too. */
guint test_folder_count(const char *folder);
