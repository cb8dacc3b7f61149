/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/bench-floor NOVICE HELPER: copies what changes on the one display to a window on the other,
 * by memory that both X servers share, and does nothing else: less than this nobody can do. */
#include "tests/bench/eye.h"

#include <stdio.h>
#include <xcb/damage.h>

/* Both servers have the memory NEAR->pixels: the one writes into it, the other reads from it. */
static xcb_shm_seg_t attach(EyeDisplay *far, const EyeDisplay *near)
{
    const xcb_shm_seg_t seg = xcb_generate_id(far->xcb);
    xcb_shm_attach(far->xcb, seg, (guint32)near->shm, 1);
    return seg;
}

static xcb_window_t window_of(EyeDisplay *far, const EyeDisplay *near)
{
    const guint32 events = XCB_EVENT_MASK_EXPOSURE;
    const xcb_window_t window = xcb_generate_id(far->xcb);
    xcb_create_window(far->xcb, 24, window, far->root, 0, 0, near->width, near->height, 0,
                      XCB_WINDOW_CLASS_INPUT_OUTPUT, XCB_COPY_FROM_PARENT, XCB_CW_EVENT_MASK,
                      &events);
    xcb_map_window(far->xcb, window);
    return window;
}

static void copy(EyeDisplay *near, EyeDisplay *far, xcb_shm_seg_t seg, xcb_window_t window,
                 const xcb_rectangle_t *area)
{
    g_free(xcb_shm_get_image_reply(near->xcb,
                                   xcb_shm_get_image(near->xcb, near->root, area->x, area->y,
                                                     area->width, area->height, ~0U,
                                                     XCB_IMAGE_FORMAT_Z_PIXMAP, near->seg, 0),
                                   NULL));
    xcb_shm_put_image(far->xcb, window, far->gc, area->width, area->height, 0, 0, area->width,
                      area->height, area->x, area->y, 24, XCB_IMAGE_FORMAT_Z_PIXMAP, 0, seg, 0);
    eye_display_sync(far); /* it has read the memory */
}

static void run(EyeDisplay *near, EyeDisplay *far)
{
    const guint8 notify = xcb_get_extension_data(near->xcb, &xcb_damage_id)->first_event;
    const xcb_damage_damage_t damage = xcb_generate_id(near->xcb);
    const xcb_shm_seg_t seg = attach(far, near);
    const xcb_window_t window = window_of(far, near);
    const xcb_rectangle_t whole = {0, 0, near->width, near->height};
    g_free(
        xcb_damage_query_version_reply(near->xcb, xcb_damage_query_version(near->xcb, 1, 1), NULL));
    xcb_damage_create(near->xcb, damage, near->root, XCB_DAMAGE_REPORT_LEVEL_BOUNDING_BOX);
    xcb_flush(far->xcb);
    g_free(xcb_wait_for_event(far->xcb)); /* the window is there */
    copy(near, far, seg, window, &whole);
    xcb_generic_event_t *event;
    while ((event = xcb_wait_for_event(near->xcb)) != NULL) {
        if ((event->response_type & 0x7F) == notify + XCB_DAMAGE_NOTIFY) {
            const xcb_damage_notify_event_t *told = (const void *)event;
            xcb_damage_subtract(near->xcb, damage, XCB_NONE, XCB_NONE);
            copy(near, far, seg, window, &told->area);
        }
        g_free(event);
    }
}

int main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    if (argc != 3) {
        fprintf(stderr, "usage: bench-floor NOVICE HELPER (two displays)\n");
        return 2;
    }
    g_autoptr(EyeDisplay) near = eye_display_open(argv[1], &error);
    g_autoptr(EyeDisplay) far = near == NULL ? NULL : eye_display_open(argv[2], &error);
    if (far == NULL) {
        fprintf(stderr, "bench-floor: %s\n", error->message);
        return 1;
    }
    run(near, far);
    return 0;
}
