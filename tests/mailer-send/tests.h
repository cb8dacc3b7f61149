/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/settings.h"

/* Settings of a user and an administrator, both key files' contents. */
RaSettings *test_settings_new(const char *user, const char *policy);

void add_address_tests(void);
void add_compose_tests(void);
void add_defaults_tests(void);
void add_local_tests(void);
void add_mail_client_tests(void);
void add_plan_tests(void);
void add_smtp_tests(void);
