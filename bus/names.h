/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of the host agent on the session bus. */
#pragma once

#define RA_BUS_NAME  "org.remoteassistance.Host1"
#define RA_BUS_PATH  "/org/remoteassistance/Host1"
#define RA_BUS_ERROR "org.remoteassistance.Error."
