/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer/chooser.h"

#include "viewer/browser.h"
#include "viewer/portal.h"

struct _RaChooser {
    RaUi *ui;
    gboolean use_portal;
    char *last; /* folder in which something was chosen; NULL: none yet */
    /* The one that is open. */
    RaPortal *portal;
    RaBrowser *browser;
    RaChooseKind kind;
    char *title, *accept, *folder, *name;
    RaChooseFunc func;
    gpointer data;
};

RaChooser *ra_chooser_new(RaUi *ui, gboolean use_portal)
{
    RaChooser *chooser = g_new0(RaChooser, 1);
    chooser->ui = ui;
    chooser->use_portal = use_portal;
    return chooser;
}

static void forget(RaChooser *chooser)
{
    g_clear_pointer(&chooser->title, g_free);
    g_clear_pointer(&chooser->accept, g_free);
    g_clear_pointer(&chooser->folder, g_free);
    g_clear_pointer(&chooser->name, g_free);
}

void ra_chooser_free(RaChooser *chooser)
{
    if (chooser == NULL)
        return;
    ra_portal_free(chooser->portal);
    ra_browser_free(chooser->browser);
    forget(chooser);
    g_free(chooser->last);
    g_free(chooser);
}

static void on_chosen(const char *const *paths, gpointer data)
{
    RaChooser *chooser = data;
    const RaChooseFunc func = chooser->func;
    const gpointer func_data = chooser->data;
    chooser->browser = NULL;
    if (paths != NULL) {
        g_free(chooser->last);
        chooser->last =
            chooser->kind == RA_CHOOSE_FOLDER ? g_strdup(paths[0]) : g_path_get_dirname(paths[0]);
    }
    forget(chooser);
    func(paths, func_data); /* may free CHOOSER, or open it again */
}

static void open_browser(RaChooser *chooser)
{
    const RaChooseOptions options = {chooser->kind, chooser->title, chooser->accept,
                                     chooser->folder != NULL ? chooser->folder : g_get_home_dir(),
                                     chooser->name};
    chooser->browser = ra_browser_new(chooser->ui, &options, on_chosen, chooser);
}

static void on_portal(gboolean missing, const char *const *paths, gpointer data)
{
    RaChooser *chooser = data;
    chooser->portal = NULL;
    if (missing) {
        chooser->use_portal = FALSE; /* it is not asked again */
        open_browser(chooser);
    } else {
        on_chosen(paths, chooser);
    }
}

gboolean ra_chooser_open(RaChooser *chooser, const RaChooseOptions *options, RaChooseFunc func,
                         gpointer data)
{
    if (chooser->portal != NULL || chooser->browser != NULL)
        return FALSE;
    chooser->kind = options->kind;
    chooser->title = g_strdup(options->title);
    chooser->accept = g_strdup(options->accept);
    chooser->folder = g_strdup(options->folder != NULL ? options->folder : chooser->last);
    chooser->name = g_strdup(options->name);
    chooser->func = func;
    chooser->data = data;
    if (chooser->use_portal) {
        const RaChooseOptions asked = {chooser->kind, chooser->title, chooser->accept,
                                       chooser->folder, chooser->name};
        chooser->portal = ra_portal_new(NULL, &asked, on_portal, chooser);
    } else {
        open_browser(chooser);
    }
    return TRUE;
}
