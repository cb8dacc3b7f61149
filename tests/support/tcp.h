/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Both ends of a connection over TCP on loopback, blocking: who dialled, and who was dialled. The
 * caller closes them. */
void ra_tcp_pair(int pair[2]);
