/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/open/opening.h"

#include "base/settings.h"

void ra_opened_clear(RaOpened *opened)
{
    g_clear_pointer(&opened->invitation, ra_invitation_unref);
    g_clear_pointer(&opened->call, ra_msra_call_free);
}

gboolean ra_opening_try(RaEither either, RaSecret *password, const char *key_file, RaOpened *ret,
                        GError **error)
{
    if (either.msra == NULL) {
        RaInvitation *invitation = ra_ticket_open(either.ticket, password, key_file, error);
        if (invitation != NULL)
            ret->invitation = invitation;
        return invitation != NULL;
    }
    RaMsraOpened *opened = ra_msra_open(either.msra, password, error);
    if (opened != NULL)
        ret->call = ra_msra_call_new(either.msra, opened, password);
    return opened != NULL;
}

char *ra_opening_helper(void)
{
    g_autoptr(RaSettings) settings = ra_settings_load(NULL, NULL, NULL);
    const char *set = settings != NULL ? ra_settings_string(settings, "Helper.Name") : NULL;
    const char *real = g_get_real_name();
    if (set != NULL && *set != '\0')
        return g_strdup(set);
    return g_strdup(g_str_equal(real, "Unknown") || *real == '\0' ? g_get_user_name() : real);
}
