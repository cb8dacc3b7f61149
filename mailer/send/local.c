/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sending by this computer's sendmail(1). */
#include "mailer/send/send.h"

#include "base/duration.h"
#include "mailer/send/compose.h"
#include "mailer/send/spawn.h"

char *ra_sendmail_find(void)
{
    static const char *const places[] = {"/usr/sbin/sendmail", "/usr/lib/sendmail"};
    char *found = g_find_program_in_path("sendmail");
    for (gsize i = 0; found == NULL && i < G_N_ELEMENTS(places); i++) {
        if (g_file_test(places[i], G_FILE_TEST_IS_EXECUTABLE))
            found = g_strdup(places[i]);
    }
    return found;
}

gboolean ra_send_sendmail(const char *program, const char *from, const char *const *to,
                          GBytes *message, gint64 timeout, GError **error)
{
    /* -i: a line with a dot alone does not end the message. */
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    g_strv_builder_add_many(builder, program, "-i", "-f", from, "--", NULL);
    g_strv_builder_addv(builder, (const char **)to);
    g_auto(GStrv) argv = g_strv_builder_end(builder);

    g_autoptr(GBytes) unix_message = ra_letter_unix(message);
    g_autoptr(RaSpawned) process = ra_spawn((const char *const *)argv, unix_message, FALSE, error);
    if (process == NULL)
        return FALSE;
    if (ra_spawned_wait(process, timeout))
        return ra_spawned_check(process, error);
    ra_spawned_kill(process);
    g_autofree char *time = ra_duration_format(timeout);
    g_autofree char *what = g_strdup_printf("was not done after %s", time);
    return ra_spawn_fail(error, program, what, "it was stopped; try again later");
}
