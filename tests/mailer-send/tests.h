/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

void add_address_tests(void);
void add_compose_tests(void);
void add_local_tests(void);
void add_mail_client_tests(void);
void add_plan_tests(void);
void add_smtp_tests(void);
