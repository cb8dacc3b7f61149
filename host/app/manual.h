/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The novice's guide, as a page that the desktop's browser shows. */
#pragma once

#include <glib.h>

/* Its address, for the caller to free; NULL where none is installed. */
char *ra_manual_find(void);
