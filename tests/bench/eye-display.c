/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/eye.h"

#include <gio/gio.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/shm.h>

static gboolean share(EyeDisplay *display, GError **error)
{
    const gsize size = (gsize)display->width * display->height * 4;
    const int id = shmget(IPC_PRIVATE, size, IPC_CREAT | 0600);
    void *at = id < 0 ? (void *)-1 : shmat(id, NULL, 0);
    display->seg = xcb_generate_id(display->xcb);
    xcb_generic_error_t *refused =
        at == (void *)-1
            ? NULL
            : xcb_request_check(display->xcb,
                                xcb_shm_attach_checked(display->xcb, display->seg, (guint32)id, 0));
    if (id >= 0)
        shmctl(id, IPC_RMID, NULL);
    if (at == (void *)-1 || refused != NULL) {
        g_free(refused);
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "the display shares no memory");
        return FALSE;
    }
    display->shm = id;
    display->pixels = at;
    return TRUE;
}

EyeDisplay *eye_display_open(const char *name, GError **error)
{
    g_autoptr(EyeDisplay) display = g_new0(EyeDisplay, 1);
    display->xcb = xcb_connect(name, NULL);
    if (xcb_connection_has_error(display->xcb)) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "there is no display %s", name);
        return NULL;
    }
    const xcb_screen_t *screen = xcb_setup_roots_iterator(xcb_get_setup(display->xcb)).data;
    if (screen->root_depth != 24) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "display %s has not 24 bits", name);
        return NULL;
    }
    display->root = screen->root;
    display->width = screen->width_in_pixels;
    display->height = screen->height_in_pixels;
    if (!share(display, error))
        return NULL;
    const guint32 no_exposures = 0;
    display->gc = xcb_generate_id(display->xcb);
    xcb_create_gc(display->xcb, display->gc, display->root, XCB_GC_GRAPHICS_EXPOSURES,
                  &no_exposures);
    return g_steal_pointer(&display);
}

void eye_display_close(EyeDisplay *display)
{
    if (display == NULL)
        return;
    if (display->pixels != NULL)
        shmdt(display->pixels);
    xcb_disconnect(display->xcb);
    g_free(display);
}

const guint32 *eye_display_grab(EyeDisplay *display, gint x, gint y, guint16 width, guint16 height)
{
    if (x < 0 || y < 0 || x + width > display->width || y + height > display->height)
        return NULL;
    const xcb_shm_get_image_cookie_t cookie =
        xcb_shm_get_image(display->xcb, display->root, (gint16)x, (gint16)y, width, height,
                          0xFFFFFF, XCB_IMAGE_FORMAT_Z_PIXMAP, display->seg, 0);
    xcb_shm_get_image_reply_t *reply = xcb_shm_get_image_reply(display->xcb, cookie, NULL);
    const gboolean good = reply != NULL;
    g_free(reply);
    if (!good)
        return NULL;
    for (gsize i = 0; i < (gsize)width * height; i++)
        display->pixels[i] &= 0xFFFFFF;
    return display->pixels;
}

xcb_pixmap_t eye_display_pixmap(EyeDisplay *display, guint16 width, guint16 height)
{
    const xcb_pixmap_t pixmap = xcb_generate_id(display->xcb);
    xcb_create_pixmap(display->xcb, 24, pixmap, display->root, width, height);
    return pixmap;
}

void eye_display_put(EyeDisplay *display, xcb_drawable_t drawable, const guint32 *pixels,
                     guint16 width, guint16 height, gint16 x, gint16 y)
{
    const gsize room = (gsize)display->width * display->height;
    const guint16 most = (guint16)(room / width);
    for (guint16 done = 0; done < height;) {
        const guint16 rows = (guint16)MIN(height - done, most);
        memcpy(display->pixels, pixels + (gsize)done * width, (gsize)rows * width * 4);
        xcb_shm_put_image(display->xcb, drawable, display->gc, width, rows, 0, 0, width, rows, x,
                          (gint16)(y + done), 24, XCB_IMAGE_FORMAT_Z_PIXMAP, 0, display->seg, 0);
        eye_display_sync(display);
        done = (guint16)(done + rows);
    }
}

void eye_display_copy(EyeDisplay *display, xcb_drawable_t from, xcb_drawable_t to, gint x, gint y,
                      gint to_x, gint to_y, guint16 width, guint16 height)
{
    xcb_copy_area(display->xcb, from, to, display->gc, (gint16)x, (gint16)y, (gint16)to_x,
                  (gint16)to_y, width, height);
}

void eye_display_sync(EyeDisplay *display)
{
    g_free(xcb_get_input_focus_reply(display->xcb, xcb_get_input_focus(display->xcb), NULL));
}
