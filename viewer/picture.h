/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The remote screen as the worker decodes it, in memory shared with the worker, which is not
 * trusted: mapped read-only, and only if reading it can never fail (a memfd in ordinary pages,
 * large enough, sealed so that it stays so). */
#pragma once

#include "viewer/geometry.h"
#include "wire/ipc.h"

typedef struct _RaPicture RaPicture;

/*
 * MESSAGE is RA_IPC_SCREEN. FD stays the caller's, who may close it afterwards. RA_ERROR_FAILED for
 * memory that must not be mapped.
 */
RaPicture *ra_picture_new(const RaIpcMessage *message, int fd, GError **error);
void ra_picture_free(RaPicture *picture); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaPicture, ra_picture_free)

int ra_picture_width(const RaPicture *picture);
int ra_picture_height(const RaPicture *picture);
gsize ra_picture_stride(const RaPicture *picture); /* bytes */
int ra_picture_memory(const RaPicture *picture);   /* its descriptor, borrowed; -1: none is left */
/* 32 bits a pixel, 0xXXRRGGBB. Borrowed. It may change while it is read. */
const guint8 *ra_picture_pixels(const RaPicture *picture);
/* The part of RECT that is inside the picture; may be empty. */
RaBox ra_picture_clip(const RaPicture *picture, const RaRect *rect);
