/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/window-program.h"

#include "base/error.h"

#include <gio/gio.h>
#include <string.h>

struct _RaWindowProgram {
    GSubprocess *process;
    GCancellable *cancellable;
    RaWindowProgramEnded ended;
    gpointer data;
    guint kill_timer;
    gboolean stopped;
};

/* Variables that begin so name code to be loaded or lead to some, or make the window show something
 * else, or elsewhere. */
static const char *const dropped[] = {
    /* the linker, the C library */
    "LD_", "GCONV_PATH", "LOCPATH", "NLSPATH", "MALLOC_", "GLIBC_TUNABLES",
    /* GTK, GLib, GdkPixbuf, Pango, GStreamer */
    "GTK_MODULES", "GTK3_MODULES", "GTK_PATH", "GTK_EXE_PREFIX", "GTK_DATA_PREFIX",
    "GTK_IM_MODULE_FILE", "GTK_DEBUG", "GTK_INSPECTOR", "GIO_EXTRA_MODULES", "GIO_MODULE_DIR",
    "GSETTINGS_SCHEMA_DIR", "GDK_PIXBUF_MODULE", "PANGO_", "GST_", "GI_TYPELIB_PATH", "LADSPA_PATH",
    "FREI0R_PATH",
    /* drivers for drawing and sound */
    "LIBGL_DRIVERS_PATH", "GALLIUM_DRIVERS_PATH", "GBM_BACKENDS_PATH", "LIBVA_DRIVERS_PATH",
    "VDPAU_DRIVER_PATH", "__EGL_", "__GLX_", "VK_", "OCL_ICD_", "ALSA_", "PIPEWIRE_MODULE_DIR",
    "SPA_PLUGIN_DIR",
    /* libcrypto and its friends */
    "OPENSSL_", "SSLKEYLOGFILE", "SASL_PATH", "P11_KIT_",
    /* another display than the one that the agent shares and watches */
    "WAYLAND_DISPLAY", "WAYLAND_SOCKET", "GDK_BACKEND", "BROADWAY_DISPLAY",
    /* other people's words and keys in ours, or something drawn over them */
    "TEXTDOMAIN", "XLOCALE", "XCOMPOSEFILE", "XKB_CONFIG_ROOT", "GALLIUM_HUD", "GDK_DEBUG",
    /* scripts */
    "PYTHON", "PERL", "BASH_ENV", "ENV",
    /* of whoever started the agent */
    "DESKTOP_STARTUP_ID", "XDG_ACTIVATION_TOKEN", "GIO_LAUNCHED_"};

static gboolean is_dropped(const char *variable)
{
    for (gsize i = 0; i < G_N_ELEMENTS(dropped); i++) {
        const gsize length = strlen(dropped[i]);
        if (strncmp(variable, dropped[i], length) != 0)
            continue;
        /* "ENV" is a whole name: others may begin with it. */
        if (variable[length] == '=' || !g_str_equal(dropped[i], "ENV"))
            return TRUE;
    }
    /* The C library takes a language's name for a part of a path: it would lead to translations
     * out of any folder. */
    return g_str_has_prefix(variable, "LANGUAGE=") && strchr(variable, '/') != NULL;
}

char **ra_window_program_clean(char **environment)
{
    guint kept = 0;
    for (guint i = 0; environment[i] != NULL; i++) {
        if (is_dropped(environment[i]))
            g_free(environment[i]);
        else
            environment[kept++] = environment[i];
    }
    environment[kept] = NULL;
    return environment;
}

static void on_exited(GObject *process, GAsyncResult *result, gpointer data)
{
    g_autoptr(GError) error = NULL;
    (void)g_subprocess_wait_finish(G_SUBPROCESS(process), result, &error);
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return; /* it is freed */
    RaWindowProgram *program = data;
    GSubprocess *ended = program->process;
    const gboolean well = program->stopped || (g_subprocess_get_if_exited(ended) &&
                                               g_subprocess_get_exit_status(ended) == 0);
    g_clear_handle_id(&program->kill_timer, g_source_remove);
    program->ended(well, program->data);
}

RaWindowProgram *ra_window_program_new(const char *path, int fd, RaWindowProgramEnded ended,
                                       gpointer data, GError **error)
{
    g_autoptr(GError) local = NULL;
    g_autoptr(GSubprocessLauncher) launcher =
        g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
    g_auto(GStrv) environment = ra_window_program_clean(g_get_environ());
    g_autofree char *number = g_strdup_printf("%d", RA_WINDOW_PROGRAM_FD);
    g_subprocess_launcher_set_environ(launcher, environment);
    g_subprocess_launcher_setenv(launcher, "GDK_BACKEND", "x11", TRUE); /* where the guard sees */
    g_subprocess_launcher_set_cwd(launcher, "/");
    g_subprocess_launcher_take_fd(launcher, fd, RA_WINDOW_PROGRAM_FD);
    GSubprocess *process =
        g_subprocess_launcher_spawn(launcher, &local, path, "--consent-fd", number, NULL);
    if (process == NULL) {
        g_set_error(error, RA_ERROR, RA_ERROR_FAILED,
                    "cannot start the Remote Assistance window (%s): is remote-assistance "
                    "installed completely?",
                    local->message);
        return NULL;
    }
    RaWindowProgram *program = g_new0(RaWindowProgram, 1);
    program->process = process;
    program->ended = ended;
    program->data = data;
    program->cancellable = g_cancellable_new();
    g_subprocess_wait_async(process, program->cancellable, on_exited, program);
    return program;
}

static gboolean on_patience(gpointer data)
{
    RaWindowProgram *program = data;
    program->kill_timer = 0;
    program->stopped = TRUE;
    g_subprocess_force_exit(program->process);
    return G_SOURCE_REMOVE;
}

/* A status that it leaves with meanwhile counts: only who has to be killed is not asked. */
void ra_window_program_stop(RaWindowProgram *program)
{
    if (program->kill_timer == 0)
        program->kill_timer =
            g_timeout_add_seconds(RA_WINDOW_PROGRAM_LEAVE_SECONDS, on_patience, program);
}

void ra_window_program_free(RaWindowProgram *program)
{
    if (program == NULL)
        return;
    g_cancellable_cancel(program->cancellable);
    g_object_unref(program->cancellable);
    g_clear_handle_id(&program->kill_timer, g_source_remove);
    g_object_unref(program->process);
    g_free(program);
}
