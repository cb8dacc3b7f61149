/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The stages of the picture path, each to be run by itself on the pictures of a scene. */
#pragma once

#include "tests/bench/scene.h"
#include "wire/encoder.h"

enum { RA_STAGE_ROUNDS_MAX = 64 }; /* of one RaStageRun, warm-up included */

typedef struct _RaStage RaStage;

/* One stage that is at work. */
typedef struct {
    const RaStage *stage;
    RaScene scene;
    gsize bytes;         /* that the last round made, where it makes any */
    const char *wants;   /* set by init(): what the machine lacks for this stage; or NULL */
    guint round, rounds; /* of how many, at the most */
    guint8 *before;      /* the picture before the scene's */
    gpointer own;
} RaStageRun;

/* What is measured is run(); prepare() comes before each. */
typedef struct {
    void (*init)(RaStageRun *run);
    void (*prepare)(RaStageRun *run);
    void (*run)(RaStageRun *run);
    void (*clear)(RaStageRun *run); /* also after an init() that set `wants` */
} RaStageClass;

struct _RaStage {
    const char *name;
    const char *what;
    const RaStageClass *class;
    RaSceneKind scene;
    int how;
    gboolean foreign; /* its instructions depend on what is not ours: not counted by default */
};

extern const RaStageClass ra_stage_compare, ra_stage_move, ra_stage_classify, ra_stage_cover,
    ra_stage_mosaic, ra_stage_encode, ra_stage_update, ra_stage_decode, ra_stage_scale,
    ra_stage_capture;

/* `how` of ra_stage_encode. */
enum { RA_STAGE_TIGHT, RA_STAGE_ZRLE, RA_STAGE_JPEG };
/* `how` of ra_stage_update and ra_stage_decode: what the viewer takes. */
enum { RA_STAGE_OURS, RA_STAGE_TAKES_TIGHT, RA_STAGE_TAKES_ZRLE };
/* `how` of ra_stage_scale and ra_stage_capture. */
enum { RA_STAGE_LETTER, RA_STAGE_PART, RA_STAGE_WHOLE };

/* All of them, in the order of the path; static. */
const RaStage *ra_stages(guint *n);

/* ROUNDS: up to RA_STAGE_ROUNDS_MAX. */
void ra_stage_run_init(RaStageRun *run, const RaStage *stage, guint16 width, guint16 height,
                       guint rounds);
void ra_stage_run_clear(RaStageRun *run);
/* The next picture of the scene; `before` has the last one. */
void ra_stage_next_picture(RaStageRun *run);
RaFrameView ra_stage_before(const RaStageRun *run); /* borrowed */

/* An encoder for a viewer HOW that has had the scene's first picture; what it was told is appended
 * to OUT. */
RaEncoder *ra_stage_encoder_new(const RaScene *scene, int how, GByteArray *out);
/* Appends what the encoder has to say of the scene's picture. */
void ra_stage_encode_update(RaEncoder *encoder, const RaScene *scene, GByteArray *out);
