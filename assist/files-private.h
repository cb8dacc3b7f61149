/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What files.c (all transfers), files-send.c and files-receive.c share. */
#pragma once

#include "assist/disk.h"
#include "assist/file-name.h"
#include "assist/files.h"
#include "assist/pace.h"

enum {
    RA_FILES_SESSION_MAX = 4096,             /* offers each way; more are refused */
    RA_FILES_READ_SIZE = 256 * 1024,         /* bytes read at a time */
    RA_FILES_AHEAD_MAX = RA_PACE_WINDOW_MAX, /* bytes of a file that came and are not taken yet */
};

/* One file on its way. Lives as long as the RaFiles. */
typedef struct {
    RaTransfer shown; /* the first member: the list has pointers to it */
    RaFiles *files;
    guint32 id; /* the offering end's: ours is the handle */
    char *name, *type, *path;
    gboolean agreed;       /* the receiver said yes */
    guint offered_link;    /* number of the link that it was last offered on; 0: none yet */
    guint end_link;        /* ... that FILE_END went over last */
    gboolean ended_here;   /* over by our own word: what the other end sent before it heard it is
                              dropped */
    gboolean close_untold; /* there was no link to say so */
    gint64 over_time;      /* monotonic */
    RaDisk *disk;          /* NULL: not open (yet, any more) */
    RaDiskJob *job;        /* under way */

    /* Outgoing */
    GByteArray *ready; /* read, from `sent` on, the first READY_USED of it are sent */
    guint ready_used;
    guint64 read_to;     /* bytes asked from the disk */
    guint64 sent;        /* bytes, over this link or the answer's offset */
    guint64 sent_most;   /* ... that ever left */
    gboolean reread;     /* what the job under way brings is not wanted */
    gboolean has_sha256; /* all was read: */

    /* Incoming */
    GByteArray *pending; /* came, not given to the disk yet */
    gsize writing;       /* bytes that the disk has, and has not written yet */
    guint64 received;    /* bytes */
    guint64 told;        /* ... that the sender knows to be written */
    gboolean finishing;  /* all came and its checksum: */
    guint8 sha256[RA_SHA256_SIZE];
    guint8 head[RA_FILE_HEAD_SIZE];
    guint head_size;

    gint64 rate_time; /* of the last look at the rate, 0: none */
    guint64 rate_done;
} Transfer;

struct _RaFiles {
    const RaPort *port;
    const RaFilesEvents *events;
    gpointer data;
    char *folder;
    GPtrArray *list;    /* of Transfer, oldest first */
    GHashTable *ours;   /* id -> Transfer that we offered */
    GHashTable *theirs; /* id -> Transfer that they offered */
    gboolean linked, over;
    guint link;  /* number of the link, from 1 */
    gsize ahead; /* bytes of all files that came and are not written */
    RaPace *pace;
    Transfer *sending; /* the outgoing one that moves */
    guint tick;        /* GLib source: progress */
    guint wake;        /* GLib source: goes on sending */
};

/* files.c */
Transfer *ra_transfer_new(RaFiles *files, gboolean incoming, guint32 id, const char *name);
void ra_transfer_set_type(Transfer *transfer, const char *type);
void ra_transfer_set_state(Transfer *transfer, RaTransferState state); /* tells */
void ra_transfer_changed(Transfer *transfer);
gboolean ra_transfer_is_over(const Transfer *transfer);
/* The other end said so. */
void ra_transfer_over(Transfer *transfer, RaFileEnd end);
/* We say so. */
void ra_transfer_close(Transfer *transfer, RaFileEnd end);
void ra_transfer_say_close(Transfer *transfer);
guint ra_files_count_open(const RaFiles *files, gboolean incoming);
RaFileEnd ra_files_write_error(int error);

/* files-send.c. FALSE: the message breaks the rules. */
gboolean ra_files_take_answer(RaFiles *files, const RaAssist *message);
gboolean ra_files_take_taken(RaFiles *files, const RaAssist *message);
gboolean ra_files_take_close_of_ours(RaFiles *files, const RaAssist *message);
void ra_files_send_linked(RaFiles *files);
void ra_files_send_unlinked(RaFiles *files);
/* An outgoing one is over. */
void ra_files_send_ended(Transfer *transfer);

/* files-receive.c */
gboolean ra_files_take_offer(RaFiles *files, const RaAssist *message);
gboolean ra_files_take_data(RaFiles *files, const RaAssist *message);
gboolean ra_files_take_end(RaFiles *files, const RaAssist *message);
gboolean ra_files_take_close_of_theirs(RaFiles *files, const RaAssist *message);
void ra_files_receive_unlinked(RaFiles *files);
