/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether FreeRDP has reached the other computer. It tells nobody, but the kernel knows: proc(5),
 * /proc/PID/fd and /proc/PID/net/tcp. */
#include "mailer/open/freerdp-internal.h"

#include <stdio.h>
#include <string.h>

enum { ESTABLISHED = 1, X_PORT = 6000, X_PORTS = 100 };

/* The inodes of the sockets of PID, as strings. */
static GHashTable *find_sockets(const char *pid)
{
    GHashTable *inodes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autofree char *folder = g_build_filename("/proc", pid, "fd", NULL);
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *name = NULL;
    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *file = g_build_filename(folder, name, NULL);
        g_autofree char *target = g_file_read_link(file, NULL);
        if (target == NULL || !g_str_has_prefix(target, "socket:[") ||
            !g_str_has_suffix(target, "]"))
            continue;
        target[strlen(target) - 1] = '\0';
        g_hash_table_add(inodes, g_strdup(target + strlen("socket:[")));
    }
    return inodes;
}

static gboolean is_link(const char *line, GHashTable *inodes)
{
    enum { REMOTE, STATE, INODE, FIELDS }; /* number, local address, remote one, state ... */
    static const guint places[FIELDS] = {[REMOTE] = 2, [STATE] = 3, [INODE] = 9};
    const char *field[FIELDS] = {NULL};
    g_auto(GStrv) words = g_strsplit_set(line, " \n", -1);
    guint n = 0;
    for (gsize i = 0; words[i] != NULL; i++) {
        if (*words[i] == '\0')
            continue;
        for (gsize k = 0; k < FIELDS; k++) {
            if (places[k] == n)
                field[k] = words[i];
        }
        n++;
    }
    const char *colon = field[INODE] != NULL ? strrchr(field[REMOTE], ':') : NULL;
    if (colon == NULL || g_ascii_strtoull(field[STATE], NULL, 16) != ESTABLISHED)
        return FALSE;
    const guint64 port = g_ascii_strtoull(colon + 1, NULL, 16);
    return (port < X_PORT || port >= X_PORT + X_PORTS) &&
           g_hash_table_contains(inodes, field[INODE]);
}

gboolean ra_freerdp_has_link(const char *pid)
{
    static const char *const tables[] = {"tcp", "tcp6"};
    g_autoptr(GHashTable) inodes = find_sockets(pid);
    gboolean found = FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(tables) && !found && g_hash_table_size(inodes) > 0; i++) {
        g_autofree char *file = g_build_filename("/proc", pid, "net", tables[i], NULL);
        g_autofree char *text = NULL;
        if (!g_file_get_contents(file, &text, NULL, NULL))
            continue;
        g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
        for (char **line = lines; *line != NULL && !found; line++)
            found = is_link(*line, inodes);
    }
    return found;
}
