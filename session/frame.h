/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pictures that a worker shares with its program, as memory files. */
#pragma once

#include "wire/ipc.h"
#include "wire/rect.h"

/* The host's frame, mapped to be read. */
typedef struct _RaFrameMap RaFrameMap;

/* Takes FD, of an RA_IPC_FRAME message. NULL where the file is smaller than the message says, or
 * could still shrink. */
RaFrameMap *ra_frame_map_new(int fd, const RaIpcMessage *message);
void ra_frame_map_free(RaFrameMap *map);
RaFrameView ra_frame_map_view(const RaFrameMap *map); /* borrowed */
const char *ra_frame_map_name(const RaFrameMap *map); /* of the desktop; borrowed */

/* The viewer's picture, made by its worker: black, mapped to be written, sealed so that nobody else
 * can write or resize it. */
typedef struct {
    guint8 *pixels;
    guint32 stride; /* bytes */
    gsize size;     /* bytes */
    int fd;         /* to be sent to the program; -1 once closed */
} RaPictureMemory;

/* FALSE where there is no memory for it. */
gboolean ra_picture_memory_init(RaPictureMemory *ret, guint16 width, guint16 height);
void ra_picture_memory_clear(RaPictureMemory *picture); /* one of zeros is fine */
