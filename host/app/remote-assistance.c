/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The novice's window; manual page remote-assistance(1), design in doc/NOVICE.md. */
#include "base/i18n.h"
#include "host/app/front.h"
#include "host/app/resources.h"

int main(int argc, char **argv)
{
    ra_i18n_init();
    g_resources_register(ra_app_get_resource());
    g_autoptr(GtkApplication) application = ra_front_new();
    return g_application_run(G_APPLICATION(application), argc, argv);
}
