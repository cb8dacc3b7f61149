/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where things are. */
#pragma once

#include <glib.h>

/* $XDG_STATE_HOME/remote-assistance. Not created. Caller frees. */
char *ra_path_state_dir(void);
/* $XDG_CONFIG_HOME/remote-assistance. Not created. Caller frees. */
char *ra_path_config_dir(void);
/*
 * One of our own programs ("ra-session", "ra-viewer"): beside the running program's own file (a
 * build tree, or BINDIR), else in ../libexec/remote-assistance from there, else where it was
 * configured to be installed. The environment plays no part. Always an absolute path, whether or
 * not something lies there. Caller frees.
 */
char *ra_path_program(const char *name);
