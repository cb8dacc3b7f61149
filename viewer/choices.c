/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer/choices.h"

#include "base/error.h"
#include "base/paths.h"

#include <gio/gio.h>
#include <string.h>

#define GROUP "Viewer"

enum {
    SIDE_MAX = 32768, /* pixels */
    PANE_MIN = 200,   /* dp */
    PANE_MAX = 720,
    PANE_DEFAULT = 300,
    FILE_MAX = 64 * 1024, /* bytes: a larger one is not ours */
};

static const char *const themes[] = {"desktop", "light", "dark", "contrast", NULL};
static const char *const modes[] = {"auto", "fit", "actual", NULL};
static const char *const qualities[] = {"auto", "low", "medium", "high", "lossless", NULL};

static char *file_name(void)
{
    g_autofree char *dir = ra_path_state_dir();
    return g_build_filename(dir, "viewer", NULL);
}

static int one_of(GKeyFile *file, const char *key, const char *const *names, int otherwise)
{
    g_autofree char *value = g_key_file_get_string(file, GROUP, key, NULL);
    for (int i = 0; value != NULL && names[i] != NULL; i++) {
        if (strcmp(names[i], value) == 0)
            return i;
    }
    return otherwise;
}

static int number(GKeyFile *file, const char *key, int least, int most, int otherwise)
{
    g_autoptr(GError) error = NULL;
    const int value = g_key_file_get_integer(file, GROUP, key, &error);
    return error != NULL || value < least || value > most ? otherwise : value;
}

static gboolean truth(GKeyFile *file, const char *key, gboolean otherwise)
{
    g_autoptr(GError) error = NULL;
    const gboolean value = g_key_file_get_boolean(file, GROUP, key, &error);
    return error != NULL ? otherwise : value;
}

static void read_file(GKeyFile *file)
{
    char *text = NULL;
    gsize size = 0;
    g_autofree char *name = file_name();
    if (g_file_get_contents(name, &text, &size, NULL) && size <= FILE_MAX)
        g_key_file_load_from_data(file, text, size, G_KEY_FILE_NONE, NULL);
    g_free(text);
}

void ra_choices_load(RaChoices *choices)
{
    g_autoptr(GKeyFile) file = g_key_file_new();
    read_file(file);
    *choices = (RaChoices){
        .theme = (RaThemeKind)one_of(file, "Theme", themes, RA_THEME_DESKTOP),
        .text = number(file, "Text", 80, 200, 100),
        .mode = (RaViewMode)one_of(file, "Scaling", modes, RA_VIEW_AUTO),
        .quality = (RaQuality)one_of(file, "Quality", qualities, RA_QUALITY_AUTO),
        .clipboard = truth(file, "Clipboard", TRUE),
        .pane = truth(file, "Chat", TRUE),
        .pane_width = number(file, "ChatWidth", PANE_MIN, PANE_MAX, PANE_DEFAULT),
        .window = {.x = number(file, "X", -SIDE_MAX, SIDE_MAX, 0),
                   .y = number(file, "Y", -SIDE_MAX, SIDE_MAX, 0),
                   .width = number(file, "Width", 1, SIDE_MAX, 0),
                   .height = number(file, "Height", 1, SIDE_MAX, 0)},
        .maximised = truth(file, "Maximised", FALSE),
    };
    if (choices->window.width == 0 || choices->window.height == 0)
        choices->window = (RaBox){0};
}

gboolean ra_choices_save(const RaChoices *choices, GError **error)
{
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_key_file_set_string(file, GROUP, "Theme", themes[choices->theme]);
    g_key_file_set_integer(file, GROUP, "Text", choices->text);
    g_key_file_set_string(file, GROUP, "Scaling", modes[choices->mode]);
    g_key_file_set_string(file, GROUP, "Quality", qualities[choices->quality]);
    g_key_file_set_boolean(file, GROUP, "Clipboard", choices->clipboard);
    g_key_file_set_boolean(file, GROUP, "Chat", choices->pane);
    g_key_file_set_integer(file, GROUP, "ChatWidth", choices->pane_width);
    if (choices->window.width > 0) {
        g_key_file_set_integer(file, GROUP, "X", choices->window.x);
        g_key_file_set_integer(file, GROUP, "Y", choices->window.y);
        g_key_file_set_integer(file, GROUP, "Width", choices->window.width);
        g_key_file_set_integer(file, GROUP, "Height", choices->window.height);
    }
    g_key_file_set_boolean(file, GROUP, "Maximised", choices->maximised);
    gsize size;
    g_autofree char *text = g_key_file_to_data(file, &size, NULL);
    g_autofree char *name = file_name();
    g_autofree char *dir = ra_path_state_dir();
    g_autoptr(GError) why = NULL;
    if (g_mkdir_with_parents(dir, 0700) == 0 &&
        g_file_set_contents_full(name, text, (gssize)size, G_FILE_SET_CONTENTS_CONSISTENT, 0600,
                                 &why))
        return TRUE;
    g_set_error(error, RA_ERROR, RA_ERROR_FAILED, "The window's choices cannot be kept: %s.",
                why != NULL ? why->message : dir);
    return FALSE;
}
