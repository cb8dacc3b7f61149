/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Starts libcurl, once, with memory that is wiped when it is freed: libcurl copies passwords and
 * the lines that carry them, and wipes none. Without effect on the wiping if the program has
 * started libcurl before. */
void ra_curl_memory_init(void);
