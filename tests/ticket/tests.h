/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of the ticket room share. */
#pragma once

#include "base/error.h"
#include "ticket/internal.h"

#define TEST_START ((gint64)1795251600) /* 2026-11-21T09:00:00Z */
#define TEST_END   (TEST_START + 3600)

/* The least work that is allowed, for tests that do not care. */
#define TEST_COST ((RaCost){1 << 14, 8, 1})

void add_armour_tests(void);
void add_certificate_tests(void);
void add_document_tests(void);
void add_msra_tests(void);
void add_msra_vector_tests(void);
void add_password_tests(void);
void add_power_tests(void);
void add_seal_tests(void);
void add_store_tests(void);

/* All abort the test on failure; what they return is the caller's. */
RaSecret *test_secret(const char *text);
RaInvitation *test_invitation(void);
/* Sealed cheaply with the password "four". */
GBytes *test_ticket(void);
RaTicket *test_parse(GBytes *bytes);
char *test_text(GBytes *bytes);
/* Same id, key and everything else. */
void test_assert_same(const RaInvitation *a, const RaInvitation *b);
void test_remove_folder(const char *dir);
