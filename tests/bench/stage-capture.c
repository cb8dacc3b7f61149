/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fetching from an X server, $DISPLAY's. */
#include "tests/bench/stage.h"

#include "host/x11-conn.h"
#include "host/x11-frame.h"

typedef struct {
    RaX11 *x11;
    RaX11Frame *frame;
    RaRegion region;
} Capture;

static void capture_init(RaStageRun *run)
{
    Capture *capture = g_new0(Capture, 1);
    run->own = capture;
    capture->x11 = g_getenv("DISPLAY") == NULL ? NULL : ra_x11_open(NULL, NULL);
    if (capture->x11 == NULL) {
        run->wants = "an X server";
        return;
    }
    const xcb_screen_t *screen = ra_x11_screen(capture->x11);
    const guint16 width = screen->width_in_pixels, height = screen->height_in_pixels;
    capture->frame = ra_x11_frame_new(capture->x11, width, height, NULL);
    if (capture->frame == NULL) {
        run->wants = "an X server with true colours";
        return;
    }
    const int how = run->stage->how;
    const int across = how == RA_STAGE_LETTER ? 10 : how == RA_STAGE_PART ? 800 : width;
    const int down = how == RA_STAGE_LETTER ? 18 : how == RA_STAGE_PART ? 600 : height;
    ra_region_add(&capture->region, how == RA_STAGE_WHOLE ? 0 : 100,
                  how == RA_STAGE_WHOLE ? 0 : 100, across, down, width, height);
}

static void capture_prepare(RaStageRun *run)
{
    (void)run;
}

static void capture_run(RaStageRun *run)
{
    Capture *capture = run->own;
    ra_x11_frame_grab(capture->frame, 0, 0, &capture->region);
}

static void capture_clear(RaStageRun *run)
{
    Capture *capture = run->own;
    ra_x11_frame_free(capture->frame);
    ra_x11_close(capture->x11);
    g_free(capture);
}

const RaStageClass ra_stage_capture = {capture_init, capture_prepare, capture_run, capture_clear};
