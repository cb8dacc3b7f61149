/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/relay.h"

#include <string.h>

enum {
    /* Bytes that hold a message with a key without growing: nothing is left behind of it. */
    SECRET_SIZE = 256,
    PIECE_HEAD = 12, /* bytes of FILE_DATA's payload before the data */
};

/* Kind, its priority, whether it may come before FEATURES, which feature it belongs to. */
static const struct rule {
    RaAssistKind kind;
    RaPriority priority;
    gboolean early;
    RaFeatures feature;
} rules[] = {
    {RA_ASSIST_RIGHTS, RA_PRIORITY_CONTROL, TRUE, 0},
    {RA_ASSIST_WANT_CONTROL, RA_PRIORITY_CONTROL, TRUE, 0},
    {RA_ASSIST_RETURN_CONTROL, RA_PRIORITY_CONTROL, TRUE, 0},
    {RA_ASSIST_CONTROL_DENIED, RA_PRIORITY_CONTROL, TRUE, 0},
    {RA_ASSIST_GOODBYE, RA_PRIORITY_CONTROL, TRUE, 0},
    {RA_ASSIST_FEATURES, RA_PRIORITY_CONTROL, TRUE, 0},
    {RA_ASSIST_RESUME, RA_PRIORITY_CONTROL, FALSE, 0},
    {RA_ASSIST_HELD, RA_PRIORITY_CONTROL, FALSE, 0},
    {RA_ASSIST_PAUSED, RA_PRIORITY_CONTROL, FALSE, 0},
    {RA_ASSIST_CHAT, RA_PRIORITY_CONTROL, FALSE, RA_FEATURE_CHAT},
    {RA_ASSIST_CHAT_SEEN, RA_PRIORITY_CONTROL, FALSE, RA_FEATURE_CHAT},
    {RA_ASSIST_FILE_OFFER, RA_PRIORITY_CONTROL, FALSE, RA_FEATURE_FILES},
    {RA_ASSIST_FILE_ANSWER, RA_PRIORITY_CONTROL, FALSE, RA_FEATURE_FILES},
    {RA_ASSIST_FILE_DATA, RA_PRIORITY_FILES, FALSE, RA_FEATURE_FILES},
    {RA_ASSIST_FILE_TAKEN, RA_PRIORITY_CONTROL, FALSE, RA_FEATURE_FILES},
    {RA_ASSIST_FILE_END, RA_PRIORITY_FILES, FALSE, RA_FEATURE_FILES}, /* behind the data */
    {RA_ASSIST_FILE_CLOSE, RA_PRIORITY_CONTROL, FALSE, RA_FEATURE_FILES},
    {RA_ASSIST_VOICE_WANT, RA_PRIORITY_CONTROL, FALSE, RA_FEATURE_VOICE},
    {RA_ASSIST_VOICE_ANSWER, RA_PRIORITY_CONTROL, FALSE, RA_FEATURE_VOICE},
    {RA_ASSIST_VOICE_MUTED, RA_PRIORITY_CONTROL, FALSE, RA_FEATURE_VOICE},
    {RA_ASSIST_VOICE_END, RA_PRIORITY_CONTROL, FALSE, RA_FEATURE_VOICE},
    {RA_ASSIST_VOICE_SOUND, RA_PRIORITY_VOICE, FALSE, RA_FEATURE_VOICE},
    {RA_ASSIST_CLIPBOARD_SHARED, RA_PRIORITY_CONTROL, FALSE, RA_FEATURE_CLIPBOARD},
    {RA_ASSIST_CLIPBOARD_PICTURE, RA_PRIORITY_FILES, FALSE, RA_FEATURE_CLIPBOARD},
    {RA_ASSIST_POINT, RA_PRIORITY_CONTROL, FALSE, RA_FEATURE_POINT},
    {RA_ASSIST_QUALITY, RA_PRIORITY_CONTROL, FALSE, 0},
    {RA_ASSIST_MONITORS, RA_PRIORITY_CONTROL, FALSE, 0},
    {RA_ASSIST_MONITOR, RA_PRIORITY_CONTROL, FALSE, 0},
    {RA_ASSIST_PING, RA_PRIORITY_CONTROL, TRUE, 0},
    {RA_ASSIST_PONG, RA_PRIORITY_CONTROL, TRUE, 0},
};

/* A message that is written, and what is known of it. */
typedef struct {
    GByteArray *bytes;
    const struct rule *rule;
    RaPriority priority;
} Waiting;

struct _RaRelay {
    RaStream *stream;
    RaChannel *channel;
    RaAssistFrom us;
    guint32 payload_max;
    gboolean open, closed; /* the other end takes messages; is known not to */
    gboolean featured;     /* FEATURES have been said */
    guint32 features;
    GQueue early;   /* of Waiting: for the other end to be open */
    GQueue waiting; /* of Waiting: for FEATURES too */
};

static void waiting_free(Waiting *waiting)
{
    if (waiting->bytes != NULL) {
        explicit_bzero(waiting->bytes->data, waiting->bytes->len);
        g_byte_array_unref(waiting->bytes);
    }
    g_free(waiting);
}

static void drop_waiting(RaRelay *relay)
{
    g_queue_clear_full(&relay->early, (GDestroyNotify)waiting_free);
    g_queue_clear_full(&relay->waiting, (GDestroyNotify)waiting_free);
}

RaRelay *ra_relay_new(RaStream *stream, RaChannel *channel, RaAssistFrom us)
{
    RaRelay *relay = g_new0(RaRelay, 1);
    relay->stream = stream;
    relay->channel = channel;
    relay->us = us;
    relay->payload_max = RA_ASSIST_PAYLOAD_LEAST;
    g_queue_init(&relay->early);
    g_queue_init(&relay->waiting);
    return relay;
}

void ra_relay_free(RaRelay *relay)
{
    if (relay == NULL)
        return;
    drop_waiting(relay);
    g_free(relay);
}

void ra_relay_set_payload_max(RaRelay *relay, guint32 bytes)
{
    relay->payload_max = MIN(bytes, (guint32)RA_ASSIST_PAYLOAD_MAX);
}

guint32 ra_relay_payload_max(const RaRelay *relay)
{
    return relay->payload_max;
}

gboolean ra_relay_is_open(const RaRelay *relay)
{
    return relay->open;
}

guint32 ra_relay_features(const RaRelay *relay)
{
    return relay->features;
}

static const struct rule *find_rule(RaAssistKind kind)
{
    for (gsize i = 0; i < G_N_ELEMENTS(rules); i++) {
        if (rules[i].kind == kind)
            return &rules[i];
    }
    return NULL;
}

/* May it be said now, whoever says it? */
static gboolean allowed(const RaRelay *relay, const struct rule *rule)
{
    return relay->open && (rule->early || relay->featured) &&
           (relay->features & rule->feature) == rule->feature;
}

static void learn_features(RaRelay *relay, const RaAssist *message)
{
    relay->featured = TRUE;
    relay->features |= message->features;
}

/* A file's last word must not overtake its data; the receiver's no should. */
static RaPriority priority_of(const RaAssist *message, const struct rule *rule)
{
    return message->kind == RA_ASSIST_FILE_CLOSE && message->file_close.of_sender
               ? RA_PRIORITY_FILES
               : rule->priority;
}

static GByteArray *write_message(const RaRelay *relay, const RaAssist *message)
{
    GByteArray *bytes = g_byte_array_sized_new(SECRET_SIZE);
    if (ra_assist_write(message, relay->us, bytes) &&
        bytes->len <= relay->payload_max + RA_ASSIST_HEAD_SIZE)
        return bytes;
    g_debug("A message of kind %d is left out: the other end does not take it", message->kind);
    g_byte_array_unref(bytes);
    return NULL;
}

/* Sends it, or keeps it for later, or drops it. TRUE unless dropped. */
static gboolean dispatch(RaRelay *relay, const RaAssist *message, gboolean keep)
{
    const struct rule *rule = find_rule(message->kind);
    const gboolean now = rule != NULL && allowed(relay, rule);
    /* Whether what was not said yet will be allowed is known once FEATURES are. */
    const gboolean later = rule != NULL && keep && !relay->closed &&
                           (!relay->open || (!rule->early && !relay->featured)) &&
                           relay->early.length + relay->waiting.length < RA_RELAY_WAITING_MAX;
    GByteArray *bytes = now || later ? write_message(relay, message) : NULL;
    if (bytes == NULL)
        return FALSE;
    if (now) {
        ra_stream_send(relay->stream, priority_of(message, rule), bytes);
        return TRUE;
    }
    Waiting *waiting = g_new0(Waiting, 1);
    waiting->bytes = bytes;
    waiting->rule = rule;
    waiting->priority = priority_of(message, rule);
    g_queue_push_tail(rule->early ? &relay->early : &relay->waiting, waiting);
    return TRUE;
}

static void send_waiting(RaRelay *relay, GQueue *queue)
{
    for (Waiting *waiting; (waiting = g_queue_pop_head(queue)) != NULL; waiting_free(waiting)) {
        if (allowed(relay, waiting->rule))
            ra_stream_send(relay->stream, waiting->priority, g_steal_pointer(&waiting->bytes));
    }
}

/* What was kept and may leave now does, FEATURES first. */
static void release(RaRelay *relay)
{
    if (relay->open)
        send_waiting(relay, &relay->early);
    if (relay->open && relay->featured)
        send_waiting(relay, &relay->waiting);
}

void ra_relay_open(RaRelay *relay, const RaAssist *first)
{
    relay->open = TRUE;
    relay->closed = FALSE;
    if (first != NULL)
        (void)ra_relay_send(relay, first);
    release(relay);
}

void ra_relay_close(RaRelay *relay)
{
    relay->open = FALSE;
    relay->closed = TRUE;
    drop_waiting(relay);
}

gboolean ra_relay_send(RaRelay *relay, const RaAssist *message)
{
    return dispatch(relay, message, FALSE);
}

/* Cut to what the other end takes, and to what leaves at once: control overtakes between two
 * messages, not in one. */
static void send_file_data(RaRelay *relay, const RaAssist *message)
{
    const guint32 most = MIN(ra_stream_piece(relay->stream), relay->payload_max - PIECE_HEAD);
    for (guint32 at = 0; at < message->piece.size;) {
        RaAssist part = *message;
        part.piece.offset += at;
        part.piece.data += at;
        part.piece.size = MIN(message->piece.size - at, most);
        at += part.piece.size;
        if (!dispatch(relay, &part, TRUE))
            return;
    }
}

void ra_relay_from_program(RaRelay *relay, const RaAssist *message)
{
    if (message->kind == RA_ASSIST_FILE_DATA) {
        send_file_data(relay, message);
        return;
    }
    if (message->kind != RA_ASSIST_FEATURES) {
        (void)dispatch(relay, message, TRUE);
        return;
    }
    (void)dispatch(relay, message, TRUE); /* the others follow it */
    learn_features(relay, message);
    release(relay);
}

void ra_relay_tell_program(RaRelay *relay, const RaAssist *message)
{
    RaIpcMessage told = {.kind = RA_IPC_ASSIST, .assist = *message};
    (void)ra_channel_send(relay->channel, &told, -1);
    ra_ipc_message_clear(&told);
}

RaRelayed ra_relay_from_link(RaRelay *relay, const RaAssist *message)
{
    const struct rule *rule = find_rule(message->kind);
    const RaAssistFrom them =
        relay->us == RA_ASSIST_FROM_HELPER ? RA_ASSIST_FROM_NOVICE : RA_ASSIST_FROM_HELPER;
    if (message->kind == RA_ASSIST_SKIPPED)
        return relay->open ? RA_RELAY_PASSED : RA_RELAY_BAD;
    if (rule == NULL || !allowed(relay, rule))
        return RA_RELAY_BAD;
    if (!ra_assist_reaches_program(message->kind, them))
        return RA_RELAY_OURS;
    ra_relay_tell_program(relay, message);
    if (message->kind == RA_ASSIST_FEATURES) {
        learn_features(relay, message);
        release(relay);
    }
    return RA_RELAY_PASSED;
}
