/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/inbox/queue.h"

#include "base/error.h"
#include "mailer/inbox/queue-store.h"

#include <string.h>

enum {
    WAIT_SECONDS = 29 * 60, /* an IDLE ends after half an hour (RFC 2177) */
    BACKOFF_MIN = 1,        /* seconds until it is tried again after trouble: doubled each time */
    BACKOFF_MAX = 60,
    BACKOFF_LOGIN = 300, /* after a refused login: servers lock accounts */
    REST_MIN = 20,       /* milliseconds between two looks: doubled while they bring nothing */
    REST_MAX = 5000,
    TELL_EVERY = 200, /* milliseconds between two notices while messages are looked into */
    FREE_WAIT = 1,    /* seconds */
};

/* What the main loop asked of the thread. */
typedef struct {
    char *id;
    RaCaseAct act;
    gboolean force;
    RaQueueActFunc act_func;
    RaCaseEvent event;
    gboolean told;
    RaQueueTellFunc tell_func; /* of the two functions one is set, or none */
    gboolean tells;
    gpointer data;
} Request;

typedef enum { CHANGED, TROUBLE, DONE } Kind;

/* What the thread tells the main loop. */
typedef struct {
    Kind kind;
    GError *error;    /* of TROUBLE and DONE */
    Request *request; /* of DONE */
} Notice;

struct _RaQueue {
    gint refs; /* atomic: its user, its thread, a notice on its way */
    RaQueueStore *store;
    RaQueueFuncs funcs;
    gpointer data;
    GMainContext *context;
    gboolean closed;    /* for the main loop: nothing is told any more */
    GCancellable *stop; /* ends the thread */
    GThread *thread;    /* NULL: it does not follow */
    gint loading;       /* atomic */
    GMutex lock;        /* of what follows */
    GCond ended;
    gboolean running;    /* the thread */
    GCancellable *nudge; /* ends a wait */
    GQueue requests;     /* of Request */
    GQueue notices;      /* of Notice */
    GSource *source;     /* that will tell them; NULL: none */
};

/* The thread's own. */
typedef struct {
    RaQueue *queue;
    GError *trouble; /* NULL: none */
    guint backoff;   /* seconds */
    gint64 next_try; /* monotonic */
    guint rest;      /* milliseconds */
} Thread;

static void free_request(Request *request)
{
    g_free(request->id);
    g_free(request);
}

static void free_notice(gpointer data)
{
    Notice *notice = data;
    g_clear_error(&notice->error);
    g_clear_pointer(&notice->request, free_request);
    g_free(notice);
}

static void unref(RaQueue *queue)
{
    if (!g_atomic_int_dec_and_test(&queue->refs))
        return;
    ra_queue_store_free(queue->store);
    while (!g_queue_is_empty(&queue->requests))
        free_request(g_queue_pop_head(&queue->requests));
    while (!g_queue_is_empty(&queue->notices))
        free_notice(g_queue_pop_head(&queue->notices));
    g_main_context_unref(queue->context);
    g_object_unref(queue->stop);
    g_object_unref(queue->nudge);
    g_mutex_clear(&queue->lock);
    g_cond_clear(&queue->ended);
    g_free(queue);
}

RaQueue *ra_queue_new(RaBox *box, const char *owner, const RaExtractOptions *options,
                      const RaQueueFuncs *funcs, gpointer data)
{
    RaQueue *queue = g_new0(RaQueue, 1);
    queue->refs = 1;
    queue->store = ra_queue_store_new(box, owner, options);
    if (funcs != NULL)
        queue->funcs = *funcs;
    queue->data = data;
    queue->context = g_main_context_ref_thread_default();
    queue->stop = g_cancellable_new();
    queue->nudge = g_cancellable_new();
    queue->loading = TRUE;
    g_mutex_init(&queue->lock);
    g_cond_init(&queue->ended);
    g_queue_init(&queue->requests);
    g_queue_init(&queue->notices);
    return queue;
}

void ra_queue_free(RaQueue *queue)
{
    if (queue == NULL)
        return;
    queue->closed = TRUE;
    g_cancellable_cancel(queue->stop);
    const gint64 end = g_get_monotonic_time() + FREE_WAIT * G_USEC_PER_SEC;
    g_mutex_lock(&queue->lock);
    g_cancellable_cancel(queue->nudge);
    while (queue->running && g_cond_wait_until(&queue->ended, &queue->lock, end))
        ;
    const gboolean ended = !queue->running;
    GSource *source = g_steal_pointer(&queue->source);
    g_mutex_unlock(&queue->lock);
    if (source != NULL) {
        g_source_destroy(source);
        g_source_unref(source);
    }
    if (queue->thread != NULL && ended)
        (void)g_thread_join(queue->thread);
    else if (queue->thread != NULL) /* it has a reference, and ends when its server lets it */
        g_thread_unref(queue->thread);
    unref(queue);
}

/* --- what is told --- */

static void tell(RaQueue *queue, const Notice *notice)
{
    const Request *request = notice->request;
    switch (notice->kind) {
    case CHANGED:
        if (queue->funcs.changed != NULL)
            queue->funcs.changed(queue, queue->data);
        break;
    case TROUBLE:
        if (queue->funcs.trouble != NULL)
            queue->funcs.trouble(queue, notice->error, queue->data);
        break;
    case DONE:
        if (request->act_func != NULL)
            request->act_func(queue, request->id, request->act, notice->error, request->data);
        else if (request->tell_func != NULL)
            request->tell_func(queue, request->id, request->event, request->told, notice->error,
                               request->data);
        break;
    }
}

/* In the main loop. A function that is called may free the queue. */
static gboolean tell_all(gpointer data)
{
    RaQueue *queue = data;
    g_mutex_lock(&queue->lock);
    g_clear_pointer(&queue->source, g_source_unref);
    GQueue notices = queue->notices;
    g_queue_init(&queue->notices);
    g_mutex_unlock(&queue->lock);
    while (!g_queue_is_empty(&notices)) {
        Notice *notice = g_queue_pop_head(&notices);
        if (!queue->closed)
            tell(queue, notice);
        free_notice(notice);
    }
    return G_SOURCE_REMOVE;
}

static void drop_ref(gpointer data)
{
    unref(data);
}

/* From the thread. Takes ERROR and REQUEST. */
static void notify(RaQueue *queue, Kind kind, GError *error, Request *request)
{
    Notice *notice = g_new0(Notice, 1);
    notice->kind = kind;
    notice->error = error;
    notice->request = request;
    g_mutex_lock(&queue->lock);
    const Notice *last = g_queue_peek_tail(&queue->notices);
    if (kind == CHANGED && last != NULL && last->kind == CHANGED) {
        free_notice(notice);
    } else {
        g_queue_push_tail(&queue->notices, notice);
    }
    if (queue->source == NULL && !g_cancellable_is_cancelled(queue->stop)) {
        queue->source = g_idle_source_new();
        g_source_set_priority(queue->source, G_PRIORITY_DEFAULT);
        g_atomic_int_inc(&queue->refs);
        g_source_set_callback(queue->source, tell_all, queue, drop_ref);
        (void)g_source_attach(queue->source, queue->context);
    }
    g_mutex_unlock(&queue->lock);
}

/* --- the thread --- */

static gboolean stopped(const RaQueue *queue)
{
    return g_cancellable_is_cancelled(queue->stop);
}

static Request *next_request(RaQueue *queue)
{
    g_mutex_lock(&queue->lock);
    Request *request = g_queue_pop_head(&queue->requests);
    g_mutex_unlock(&queue->lock);
    return request;
}

static void do_requests(RaQueue *queue)
{
    for (Request *request; !stopped(queue) && (request = next_request(queue)) != NULL;) {
        GError *error = NULL;
        if (request->tells)
            (void)ra_queue_store_tell(queue->store, request->id, request->event, request->told,
                                      queue->stop, &error);
        else
            (void)ra_queue_store_act(queue->store, request->id, request->act, request->force,
                                     queue->stop, &error);
        notify(queue, CHANGED, NULL, NULL); /* where it failed, too: somebody else was faster */
        notify(queue, DONE, error, request);
    }
}

/* What ends a wait for as long as there is no request: a reference. NULL where there is one. */
static GCancellable *next_nudge(RaQueue *queue)
{
    g_mutex_lock(&queue->lock);
    GCancellable *nudge = NULL;
    if (g_queue_is_empty(&queue->requests) && !stopped(queue)) {
        if (g_cancellable_is_cancelled(queue->nudge)) {
            g_object_unref(queue->nudge);
            queue->nudge = g_cancellable_new();
        }
        nudge = g_object_ref(queue->nudge);
    }
    g_mutex_unlock(&queue->lock);
    return nudge;
}

/* Does nothing for MILLISECONDS but what is requested. */
static void idle(RaQueue *queue, gint64 milliseconds)
{
    const gint64 end = g_get_monotonic_time() + milliseconds * 1000;
    while (!stopped(queue)) {
        do_requests(queue);
        g_autoptr(GCancellable) nudge = next_nudge(queue);
        const gint64 left = (end - g_get_monotonic_time() + 999) / 1000;
        GPollFD fd = {0};
        if (left <= 0)
            break;
        if (nudge == NULL || !g_cancellable_make_pollfd(nudge, &fd))
            continue;
        (void)g_poll(&fd, 1, (gint)left);
        g_cancellable_release_fd(nudge);
    }
}

/* A look at the box, and into all that is new. *CHANGED as ra_queue_store_refresh() has it. */
static gboolean look(RaQueue *queue, gboolean *changed, GError **error)
{
    gboolean news = FALSE;
    GError *problem = NULL;
    gboolean done = ra_queue_store_refresh(queue->store, &news, queue->stop, &problem);
    gint64 last = 0;
    while (done) {
        *changed = *changed || news;
        if (news && g_get_monotonic_time() - last > TELL_EVERY * 1000) {
            notify(queue, CHANGED, NULL, NULL);
            last = g_get_monotonic_time();
            news = FALSE;
        }
        do_requests(queue);
        if (stopped(queue) || !ra_queue_store_fetch(queue->store, &news, queue->stop, &problem))
            break;
    }
    done = problem == NULL;
    *changed = *changed || news;
    if (done && g_atomic_int_compare_and_exchange(&queue->loading, TRUE, FALSE))
        news = TRUE; /* that nothing is there is news as well */
    if (news)
        notify(queue, CHANGED, NULL, NULL);
    if (!done)
        g_propagate_error(error, problem);
    return done;
}

static void begin_trouble(Thread *thread, GError *error)
{
    const gboolean known = thread->trouble != NULL && thread->trouble->domain == error->domain &&
                           thread->trouble->code == error->code;
    if (!known)
        notify(thread->queue, TROUBLE, g_error_copy(error), NULL);
    thread->backoff = thread->trouble == NULL ? BACKOFF_MIN : MIN(2 * thread->backoff, BACKOFF_MAX);
    if (g_error_matches(error, RA_ERROR, RA_ERROR_PASSWORD))
        thread->backoff = BACKOFF_LOGIN;
    g_clear_error(&thread->trouble);
    thread->trouble = error;
}

static void end_trouble(Thread *thread)
{
    if (thread->trouble == NULL)
        return;
    g_clear_error(&thread->trouble);
    notify(thread->queue, TROUBLE, NULL, NULL);
}

/* Looks, and waits until there is reason to look again. FALSE with the trouble. */
static gboolean look_and_wait(Thread *thread, GError **error)
{
    RaQueue *queue = thread->queue;
    RaBox *box = ra_queue_store_box(queue->store);
    gboolean changed = FALSE;
    if (!look(queue, &changed, error))
        return FALSE;
    end_trouble(thread);
    /* A box in which something happens all the time, none of it ours, is looked at less often. */
    thread->rest = changed ? REST_MIN : MIN(2 * thread->rest, REST_MAX);
    const gint64 start = g_get_monotonic_time();
    for (gboolean woken = FALSE; !woken && !stopped(queue);) {
        do_requests(queue);
        g_autoptr(GCancellable) nudge = next_nudge(queue);
        if (nudge == NULL)
            continue;
        g_autoptr(GError) problem = NULL;
        woken = box->class->wait(box, WAIT_SECONDS, nudge, &problem);
        if (woken || g_error_matches(problem, G_IO_ERROR, G_IO_ERROR_CANCELLED))
            continue;
        g_propagate_error(error, g_steal_pointer(&problem));
        return FALSE;
    }
    if (g_get_monotonic_time() - start > 2 * REST_MAX * 1000)
        thread->rest = REST_MIN;
    idle(queue, thread->rest);
    return TRUE;
}

static gpointer follow(gpointer data)
{
    RaQueue *queue = data;
    Thread thread = {.queue = queue, .rest = REST_MIN};
    while (!stopped(queue)) {
        GError *error = NULL;
        if (look_and_wait(&thread, &error))
            continue;
        if (stopped(queue)) {
            g_clear_error(&error);
            break;
        }
        begin_trouble(&thread, error);
        idle(queue, (gint64)thread.backoff * 1000 + g_random_int_range(0, 250));
    }
    g_clear_error(&thread.trouble);
    g_mutex_lock(&queue->lock);
    queue->running = FALSE;
    g_cond_signal(&queue->ended);
    g_mutex_unlock(&queue->lock);
    unref(queue);
    return NULL;
}

/* --- for the user --- */

void ra_queue_follow(RaQueue *queue)
{
    g_return_if_fail(queue->thread == NULL);
    queue->running = TRUE;
    g_atomic_int_inc(&queue->refs);
    queue->thread = g_thread_new("queue", follow, queue);
}

gboolean ra_queue_load(RaQueue *queue, const char *id, GCancellable *cancel, GError **error)
{
    GError *problem = NULL;
    g_return_val_if_fail(queue->thread == NULL, FALSE);
    if (!ra_queue_store_refresh(queue->store, NULL, cancel, error))
        return FALSE;
    if (id != NULL)
        ra_queue_store_only(queue->store, id);
    while (ra_queue_store_fetch(queue->store, NULL, cancel, &problem) ||
           g_error_matches(problem, RA_ERROR, RA_ERROR_MALFORMED))
        g_clear_error(&problem); /* a message that cannot be read is tried again, then invalid */
    if (problem != NULL) {
        g_propagate_error(error, problem);
        return FALSE;
    }
    g_atomic_int_set(&queue->loading, FALSE);
    return TRUE;
}

GPtrArray *ra_queue_cases(const RaQueue *queue, gint64 now)
{
    return ra_queue_store_cases(queue->store, now);
}

RaCase *ra_queue_find(const RaQueue *queue, const char *id, GError **error)
{
    return ra_queue_store_find(queue->store, id, error);
}

gboolean ra_queue_is_loading(const RaQueue *queue)
{
    return g_atomic_int_get(&queue->loading);
}

guint ra_queue_left_out(const RaQueue *queue)
{
    return ra_queue_store_left_out(queue->store);
}

const char *ra_queue_owner(const RaQueue *queue)
{
    return ra_queue_store_owner(queue->store);
}

gboolean ra_queue_act(RaQueue *queue, const char *id, RaCaseAct act, gboolean force,
                      GCancellable *cancel, GError **error)
{
    g_return_val_if_fail(queue->thread == NULL, FALSE);
    return ra_queue_store_act(queue->store, id, act, force, cancel, error);
}

gboolean ra_queue_tell(RaQueue *queue, const char *id, RaCaseEvent event, gboolean told,
                       GCancellable *cancel, GError **error)
{
    g_return_val_if_fail(queue->thread == NULL, FALSE);
    return ra_queue_store_tell(queue->store, id, event, told, cancel, error);
}

/* Takes REQUEST. */
static void ask(RaQueue *queue, Request *request)
{
    g_return_if_fail(queue->thread != NULL);
    g_mutex_lock(&queue->lock);
    g_queue_push_tail(&queue->requests, request);
    g_cancellable_cancel(queue->nudge);
    g_mutex_unlock(&queue->lock);
}

void ra_queue_act_async(RaQueue *queue, const char *id, RaCaseAct act, gboolean force,
                        RaQueueActFunc func, gpointer data)
{
    Request *request = g_new0(Request, 1);
    request->id = g_strdup(id);
    request->act = act;
    request->force = force;
    request->act_func = func;
    request->data = data;
    ask(queue, request);
}

void ra_queue_tell_async(RaQueue *queue, const char *id, RaCaseEvent event, gboolean told,
                         RaQueueTellFunc func, gpointer data)
{
    Request *request = g_new0(Request, 1);
    request->tells = TRUE;
    request->id = g_strdup(id);
    request->event = event;
    request->told = told;
    request->tell_func = func;
    request->data = data;
    ask(queue, request);
}
