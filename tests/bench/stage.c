/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/stage.h"

#include <string.h>

static const RaStage stages[] = {
    {"capture-letter", "fetch 10 x 18 by shared memory", &ra_stage_capture, RA_SCENE_STILL,
     RA_STAGE_LETTER, TRUE},
    {"capture-window", "fetch 800 x 600", &ra_stage_capture, RA_SCENE_STILL, RA_STAGE_PART, TRUE},
    {"capture-screen", "fetch all", &ra_stage_capture, RA_SCENE_STILL, RA_STAGE_WHOLE, TRUE},

    {"compare-still", "all damaged, nothing changed", &ra_stage_compare, RA_SCENE_STILL},
    {"compare-typing", "one letter", &ra_stage_compare, RA_SCENE_TYPING},
    {"compare-page", "another page of text", &ra_stage_compare, RA_SCENE_GREY},
    {"compare-video", "every pixel differs", &ra_stage_compare, RA_SCENE_VIDEO},

    {"move-scroll", "all of the screen, upwards", &ra_stage_move, RA_SCENE_SCROLL},
    {"move-window", "inside a window", &ra_stage_move, RA_SCENE_WINDOW},
    {"move-across", "all of the screen, sideways", &ra_stage_move, RA_SCENE_ACROSS},
    {"move-drag", "a window, in both directions", &ra_stage_move, RA_SCENE_DRAG},
    {"move-page", "none: another page of text", &ra_stage_move, RA_SCENE_GREY},
    {"move-video", "none: a film", &ra_stage_move, RA_SCENE_VIDEO},

    {"classify-page", "a page of text", &ra_stage_classify, RA_SCENE_GREY},
    {"classify-video", "a film", &ra_stage_classify, RA_SCENE_VIDEO},
    {"cover-page", "rectangles for what changed, and what is flat", &ra_stage_cover, RA_SCENE_GREY},
    {"cover-ui", "the same of a desktop", &ra_stage_cover, RA_SCENE_UI},

    {"mosaic-text", "all of the screen in our own encoding", &ra_stage_mosaic, RA_SCENE_TEXT},
    {"mosaic-grey", "antialiased", &ra_stage_mosaic, RA_SCENE_GREY},
    {"mosaic-subpixel", "with subpixels", &ra_stage_mosaic, RA_SCENE_SUBPIXEL},
    {"mosaic-ui", "a desktop", &ra_stage_mosaic, RA_SCENE_UI},
    {"tight-text", "all of the screen as Tight", &ra_stage_encode, RA_SCENE_TEXT, RA_STAGE_TIGHT},
    {"tight-grey", "the same, antialiased", &ra_stage_encode, RA_SCENE_GREY, RA_STAGE_TIGHT},
    {"zrle-grey", "as ZRLE", &ra_stage_encode, RA_SCENE_GREY, RA_STAGE_ZRLE},
    {"jpeg-video", "as JPEG, quality 80, in strips", &ra_stage_encode, RA_SCENE_VIDEO,
     RA_STAGE_JPEG},

    {"update-still", "the host, for our viewer: nothing changed", &ra_stage_update, RA_SCENE_STILL},
    {"update-typing", "one letter", &ra_stage_update, RA_SCENE_TYPING},
    {"update-scroll", "text that scrolls", &ra_stage_update, RA_SCENE_SCROLL},
    {"update-window", "text that scrolls in a window", &ra_stage_update, RA_SCENE_WINDOW},
    {"update-across", "all of the screen moves sideways", &ra_stage_update, RA_SCENE_ACROSS},
    {"update-drag", "a window is dragged", &ra_stage_update, RA_SCENE_DRAG},
    {"update-text", "another page of text without greys", &ra_stage_update, RA_SCENE_TEXT},
    {"update-grey", "antialiased", &ra_stage_update, RA_SCENE_GREY},
    {"update-subpixel", "with subpixels", &ra_stage_update, RA_SCENE_SUBPIXEL},
    {"update-ui", "another desktop", &ra_stage_update, RA_SCENE_UI},
    {"update-video", "a film", &ra_stage_update, RA_SCENE_VIDEO},
    {"update-tight-scroll", "for a viewer that takes Tight", &ra_stage_update, RA_SCENE_SCROLL,
     RA_STAGE_TAKES_TIGHT},
    {"update-tight-grey", "the same, another page", &ra_stage_update, RA_SCENE_GREY,
     RA_STAGE_TAKES_TIGHT},
    {"update-zrle-grey", "for a viewer that takes ZRLE", &ra_stage_update, RA_SCENE_GREY,
     RA_STAGE_TAKES_ZRLE},

    {"decode-typing", "our viewer: one letter", &ra_stage_decode, RA_SCENE_TYPING},
    {"decode-scroll", "text that scrolls", &ra_stage_decode, RA_SCENE_SCROLL},
    {"decode-window", "text that scrolls in a window", &ra_stage_decode, RA_SCENE_WINDOW},
    {"decode-drag", "a window is dragged", &ra_stage_decode, RA_SCENE_DRAG},
    {"decode-text", "another page of text without greys", &ra_stage_decode, RA_SCENE_TEXT},
    {"decode-grey", "antialiased", &ra_stage_decode, RA_SCENE_GREY},
    {"decode-subpixel", "with subpixels", &ra_stage_decode, RA_SCENE_SUBPIXEL},
    {"decode-ui", "another desktop", &ra_stage_decode, RA_SCENE_UI},
    {"decode-video", "a film", &ra_stage_decode, RA_SCENE_VIDEO},

    {"scale-letter", "to five sixths: one letter", &ra_stage_scale, RA_SCENE_TYPING,
     RA_STAGE_LETTER},
    {"scale-screen", "all", &ra_stage_scale, RA_SCENE_GREY, RA_STAGE_WHOLE},
};

const RaStage *ra_stages(guint *n)
{
    *n = G_N_ELEMENTS(stages);
    return stages;
}

void ra_stage_run_init(RaStageRun *run, const RaStage *stage, guint16 width, guint16 height,
                       guint rounds)
{
    *run = (RaStageRun){.stage = stage, .rounds = MIN(rounds, RA_STAGE_ROUNDS_MAX)};
    ra_scene_init(&run->scene, stage->scene, width, height);
    run->before = g_memdup2(run->scene.frame, (gsize)width * height * 4);
    stage->class->init(run);
}

void ra_stage_run_clear(RaStageRun *run)
{
    run->stage->class->clear(run);
    ra_scene_clear(&run->scene);
    g_free(run->before);
}

void ra_stage_next_picture(RaStageRun *run)
{
    memcpy(run->before, run->scene.frame, (gsize)run->scene.width * run->scene.height * 4);
    ra_scene_next(&run->scene);
}

RaFrameView ra_stage_before(const RaStageRun *run)
{
    RaFrameView view = ra_scene_view(&run->scene);
    view.pixels = run->before;
    return view;
}
