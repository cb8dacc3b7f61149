/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whole updates: made, read, and shown in another size. */
#include "tests/bench/stage.h"

#include "viewer/scale.h"
#include "wire/decoder.h"

enum { PIECE = 64 * 1024 }; /* bytes, as a worker hands them to the link */

RaEncoder *ra_stage_encoder_new(const RaScene *scene, int how, GByteArray *out)
{
    static const gint32 tight[] = {RA_RFB_TIGHT, RA_RFB_COPY_RECT, RA_RFB_JPEG_QUALITY_FIRST + 8};
    static const gint32 zrle[] = {RA_RFB_ZRLE, RA_RFB_COPY_RECT};
    guint n;
    const gint32 *ours = ra_decoder_encodings(&n);
    RaEncoder *encoder = ra_encoder_new(scene->width, scene->height);
    if (how == RA_STAGE_OURS)
        ra_encoder_set_encodings(encoder, ours, n);
    else if (how == RA_STAGE_TAKES_TIGHT)
        ra_encoder_set_encodings(encoder, tight, G_N_ELEMENTS(tight));
    else
        ra_encoder_set_encodings(encoder, zrle, G_N_ELEMENTS(zrle));
    if (how == RA_STAGE_OURS)
        ra_encoder_set_quality(encoder, RA_QUALITY_AUTO, 0);
    ra_stage_encode_update(encoder, scene, out);
    return encoder;
}

void ra_stage_encode_update(RaEncoder *encoder, const RaScene *scene, GByteArray *out)
{
    const RaFrameView view = ra_scene_view(scene);
    if (!ra_encoder_begin(encoder, &view, scene->dirty, scene->n_dirty))
        return;
    while (ra_encoder_write(encoder, out, PIECE))
        ;
}

typedef struct {
    RaEncoder *encoder;
    GByteArray *out;
} Update;

static void update_init(RaStageRun *run)
{
    Update *update = g_new0(Update, 1);
    update->out = g_byte_array_new();
    update->encoder = ra_stage_encoder_new(&run->scene, run->stage->how, update->out);
    run->own = update;
}

static void update_prepare(RaStageRun *run)
{
    Update *update = run->own;
    g_byte_array_set_size(update->out, 0);
    ra_scene_next(&run->scene);
}

static void update_run(RaStageRun *run)
{
    Update *update = run->own;
    ra_stage_encode_update(update->encoder, &run->scene, update->out);
    run->bytes = update->out->len;
}

static void update_clear(RaStageRun *run)
{
    Update *update = run->own;
    ra_encoder_free(update->encoder);
    g_byte_array_unref(update->out);
    g_free(update);
}

const RaStageClass ra_stage_update = {update_init, update_prepare, update_run, update_clear};

typedef struct {
    RaDecoder *decoder;
    guint8 *frame;
    GByteArray *updates[RA_STAGE_ROUNDS_MAX + 1]; /* the first one has all of the screen */
} Decode;

static void decode(RaStageRun *run, const GByteArray *bytes)
{
    Decode *own = run->own;
    RaServerEvent event;
    for (gsize at = 0, used; ra_decoder_step(own->decoder, bytes->data + at, bytes->len - at, &used,
                                             &event) == RA_DECODE_OK;
         at += used) {
        if (event.kind == RA_EVENT_RESIZE)
            ra_decoder_set_frame(own->decoder, own->frame, run->scene.width * 4u);
    }
}

static void decode_init(RaStageRun *run)
{
    RaScene *scene = &run->scene;
    Decode *own = g_new0(Decode, 1);
    run->own = own;
    own->decoder = ra_decoder_new(scene->width, scene->height);
    own->frame = g_malloc0((gsize)scene->width * scene->height * 4);
    for (guint i = 0; i <= RA_STAGE_ROUNDS_MAX; i++)
        own->updates[i] = g_byte_array_new();
    RaEncoder *encoder = ra_stage_encoder_new(scene, run->stage->how, own->updates[0]);
    for (guint i = 1; i <= run->rounds; i++) {
        ra_scene_next(scene);
        ra_stage_encode_update(encoder, scene, own->updates[i]);
    }
    ra_encoder_free(encoder);
    decode(run, own->updates[0]);
}

static void decode_run(RaStageRun *run)
{
    Decode *own = run->own;
    decode(run, own->updates[1 + run->round]);
    run->bytes = own->updates[1 + run->round]->len;
}

static void nothing(RaStageRun *run)
{
    (void)run;
}

static void decode_clear(RaStageRun *run)
{
    Decode *own = run->own;
    ra_decoder_free(own->decoder);
    for (guint i = 0; i <= RA_STAGE_ROUNDS_MAX; i++)
        g_byte_array_unref(own->updates[i]);
    g_free(own->frame);
    g_free(own);
}

const RaStageClass ra_stage_decode = {decode_init, nothing, decode_run, decode_clear};

typedef struct {
    RaScaler *scaler;
    int width, height;
    guint8 *shown;
} Scale;

static void scale_init(RaStageRun *run)
{
    Scale *scale = g_new0(Scale, 1);
    scale->width = run->scene.width * 5 / 6;
    scale->height = run->scene.height * 5 / 6;
    scale->scaler = ra_scaler_new(run->scene.width, run->scene.height, scale->width, scale->height);
    scale->shown = g_malloc((gsize)scale->width * (gsize)scale->height * 4);
    run->own = scale;
}

static void scale_run(RaStageRun *run)
{
    Scale *scale = run->own;
    const RaBox all = {0, 0, scale->width, scale->height};
    const RaBox letter = {scale->width / 3, scale->height / 3, 10, 17};
    const RaBox *part = run->stage->how == RA_STAGE_WHOLE ? &all : &letter;
    ra_scaler_draw(scale->scaler, run->scene.frame, run->scene.width * 4u, scale->shown,
                   (gsize)scale->width * 4, *part);
}

static void scale_clear(RaStageRun *run)
{
    Scale *scale = run->own;
    ra_scaler_free(scale->scaler);
    g_free(scale->shown);
    g_free(scale);
}

const RaStageClass ra_stage_scale = {scale_init, nothing, scale_run, scale_clear};
