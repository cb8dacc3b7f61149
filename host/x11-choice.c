/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/x11-choice.h"

struct _RaX11Choice {
    gboolean pinned;
    char *name;
    guint serial;
};

RaX11Choice *ra_x11_choice_new(const char *pinned)
{
    RaX11Choice *choice = g_rc_box_new0(RaX11Choice);
    choice->pinned = pinned != NULL;
    choice->name = g_strdup(pinned);
    return choice;
}

RaX11Choice *ra_x11_choice_ref(RaX11Choice *choice)
{
    return g_rc_box_acquire(choice);
}

static void clear(gpointer data)
{
    g_free(((RaX11Choice *)data)->name);
}

void ra_x11_choice_unref(RaX11Choice *choice)
{
    if (choice != NULL)
        g_rc_box_release_full(choice, clear);
}

gboolean ra_x11_choice_is_pinned(const RaX11Choice *choice)
{
    return choice->pinned;
}

const char *ra_x11_choice_name(const RaX11Choice *choice)
{
    return choice->name;
}

void ra_x11_choice_set(RaX11Choice *choice, const char *name)
{
    if (choice->pinned || g_strcmp0(choice->name, name) == 0)
        return;
    char *copy = g_strdup(name);
    g_free(choice->name);
    choice->name = copy;
    choice->serial++;
}

guint ra_x11_choice_serial(const RaX11Choice *choice)
{
    return choice->serial;
}
