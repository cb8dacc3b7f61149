/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What another end may say about files that lies, and what is only late: a table of scripts. The
 * last message of a script is the one that matters; all before it are in order. */
#include "assist/files.h"
#include "base/error.h"
#include "tests/assist/test-assist.h"

#include <string.h>

enum { SIZE = 100, PIECE = 10 };

typedef enum {
    STOP,
    /* What the other end says */
    OFFER,      /* ID, VALUE bytes */
    OFFER_ELSE, /* the same, with another name */
    DATA,       /* ID, at VALUE, MORE bytes */
    END,        /* ID, the right checksum */
    END_WRONG,
    CLOSE_THEIRS, /* ID of their file, VALUE how */
    CLOSE_OURS,   /* ID of our file (0: the right one), VALUE how */
    YES,          /* ID of our file, from VALUE on */
    NO,
    TAKEN, /* ID of our file, VALUE */
    /* What this end does */
    ACCEPT,
    REFUSE,
    CANCEL,
    SEND, /* offers a file of SIZE bytes */
    RELINK,
    RUN, /* until nothing happens */
} What;

typedef struct {
    What what;
    guint32 id;
    guint64 value;
    guint32 more;
} Step;

typedef struct {
    const char *name;
    gboolean good; /* the last message is no lie */
    Step steps[12];
} Script;

static const Script scripts[] = {
    /* To us */
    {"whole", TRUE, {{OFFER, 1, SIZE}, {ACCEPT}, {DATA, 1, 0, SIZE}, {END, 1}, {RUN}}},
    {"empty", TRUE, {{OFFER, 1, 0}, {ACCEPT}, {RUN}}},
    {"data-unknown", FALSE, {{DATA, 7, 0, PIECE}}},
    {"data-before-yes", FALSE, {{OFFER, 1, SIZE}, {DATA, 1, 0, PIECE}}},
    {"data-after-no", FALSE, {{OFFER, 1, SIZE}, {REFUSE}, {DATA, 1, 0, PIECE}}},
    {"data-gap", FALSE, {{OFFER, 1, SIZE}, {ACCEPT}, {DATA, 1, 0, PIECE}, {DATA, 1, 20, PIECE}}},
    {"data-again", FALSE, {{OFFER, 1, SIZE}, {ACCEPT}, {DATA, 1, 0, PIECE}, {DATA, 1, 0, PIECE}}},
    {"data-not-from-0", FALSE, {{OFFER, 1, SIZE}, {ACCEPT}, {DATA, 1, PIECE, PIECE}}},
    {"data-far", FALSE, {{OFFER, 1, SIZE}, {ACCEPT}, {DATA, 1, G_MAXINT64 - PIECE, PIECE}}},
    {"data-too-much", FALSE, {{OFFER, 1, SIZE}, {ACCEPT}, {DATA, 1, 0, SIZE + 1}}},
    {"data-beyond",
     FALSE,
     {{OFFER, 1, SIZE}, {ACCEPT}, {DATA, 1, 0, SIZE}, {RUN}, {DATA, 1, SIZE, 1}}},
    {"data-into-empty", FALSE, {{OFFER, 1, 0}, {ACCEPT}, {DATA, 1, 0, 1}}},
    {"data-after-end",
     FALSE,
     {{OFFER, 1, SIZE}, {ACCEPT}, {DATA, 1, 0, SIZE}, {END, 1}, {DATA, 1, SIZE, 1}}},
    {"end-unknown", FALSE, {{END, 7}}},
    {"end-before-yes", FALSE, {{OFFER, 1, 0}, {END, 1}}},
    {"end-early", FALSE, {{OFFER, 1, SIZE}, {ACCEPT}, {DATA, 1, 0, PIECE}, {END, 1}}},
    {"end-twice", FALSE, {{OFFER, 1, SIZE}, {ACCEPT}, {DATA, 1, 0, SIZE}, {END, 1}, {END, 1}}},
    {"late-data", TRUE, {{OFFER, 1, SIZE}, {ACCEPT}, {CANCEL}, {DATA, 1, 0, PIECE}}},
    {"late-end", TRUE, {{OFFER, 1, SIZE}, {ACCEPT}, {CANCEL}, {END, 1}}},
    {"late-close", TRUE, {{OFFER, 1, SIZE}, {CANCEL}, {CLOSE_THEIRS, 1, RA_FILE_CANCELLED}}},
    {"data-after-close",
     FALSE,
     {{OFFER, 1, SIZE}, {ACCEPT}, {CLOSE_THEIRS, 1, RA_FILE_CANCELLED}, {DATA, 1, 0, PIECE}}},
    {"end-after-close",
     FALSE,
     {{OFFER, 1, 0}, {ACCEPT}, {CLOSE_THEIRS, 1, RA_FILE_UNREADABLE}, {END, 1}}},
    {"close-unknown", TRUE, {{CLOSE_THEIRS, 7, RA_FILE_CANCELLED}}},
    {"close-done", FALSE, {{OFFER, 1, SIZE}, {CLOSE_THEIRS, 1, RA_FILE_DONE}}},
    {"close-no-space", FALSE, {{OFFER, 1, SIZE}, {CLOSE_THEIRS, 1, RA_FILE_NO_SPACE}}},
    {"id-again", FALSE, {{OFFER, 1, SIZE}, {OFFER, 1, SIZE}}},
    {"id-after-refusal", FALSE, {{OFFER, 1, SIZE}, {REFUSE}, {OFFER, 1, SIZE}}},
    {"offer-after-relink", TRUE, {{OFFER, 1, SIZE}, {RELINK}, {OFFER, 1, SIZE}}},
    {"offer-after-relink-twice",
     FALSE,
     {{OFFER, 1, SIZE}, {RELINK}, {OFFER, 1, SIZE}, {OFFER, 1, SIZE}}},
    {"other-size", FALSE, {{OFFER, 1, SIZE}, {RELINK}, {OFFER, 1, SIZE + 1}}},
    {"other-name", FALSE, {{OFFER, 1, SIZE}, {RELINK}, {OFFER_ELSE, 1, SIZE}}},
    {"offer-after-their-close",
     FALSE,
     {{OFFER, 1, SIZE}, {CLOSE_THEIRS, 1, RA_FILE_CANCELLED}, {RELINK}, {OFFER, 1, SIZE}}},
    {"offer-after-our-close", TRUE, {{OFFER, 1, SIZE}, {CANCEL}, {RELINK}, {OFFER, 1, SIZE}}},
    {"data-before-reoffer",
     FALSE,
     {{OFFER, 1, SIZE}, {ACCEPT}, {DATA, 1, 0, PIECE}, {RELINK}, {DATA, 1, PIECE, PIECE}}},
    {"data-after-reoffer",
     TRUE,
     {{OFFER, 1, SIZE},
      {ACCEPT},
      {DATA, 1, 0, PIECE},
      {RELINK},
      {OFFER, 1, SIZE},
      {DATA, 1, PIECE, PIECE}}},
    {"end-again-after-relink",
     TRUE,
     {{OFFER, 1, SIZE},
      {ACCEPT},
      {DATA, 1, 0, SIZE},
      {END, 1},
      {RELINK},
      {OFFER, 1, SIZE},
      {END, 1}}},
    {"end-differs-after-relink",
     FALSE,
     {{OFFER, 1, SIZE},
      {ACCEPT},
      {DATA, 1, 0, SIZE},
      {END, 1},
      {RELINK},
      {OFFER, 1, SIZE},
      {END_WRONG, 1}}},
    /* From us */
    {"yes", TRUE, {{SEND}, {YES}}},
    {"no", TRUE, {{SEND}, {NO}}},
    {"yes-unknown", FALSE, {{YES, 77777}}},
    {"yes-twice", FALSE, {{SEND}, {YES}, {YES}}},
    {"no-after-yes", FALSE, {{SEND}, {YES}, {NO}}},
    {"yes-from-nowhere", FALSE, {{SEND}, {YES, 0, 1}}},
    {"taken-unknown", FALSE, {{TAKEN, 77777, 0}}},
    {"taken-before-yes", FALSE, {{SEND}, {TAKEN, 0, 0}}},
    {"taken", TRUE, {{SEND}, {YES}, {RUN}, {TAKEN, 0, SIZE}}},
    {"taken-too-much", FALSE, {{SEND}, {YES}, {RUN}, {TAKEN, 0, SIZE + 1}}},
    {"taken-before-sent", FALSE, {{SEND}, {YES}, {TAKEN, 0, 1}}},
    {"taken-back", FALSE, {{SEND}, {YES}, {RUN}, {TAKEN, 0, 50}, {TAKEN, 0, 49}}},
    {"close-of-unknown", FALSE, {{CLOSE_OURS, 77777, RA_FILE_CANCELLED}}},
    {"done-before-end", FALSE, {{SEND}, {YES}, {CLOSE_OURS, 0, RA_FILE_DONE}}},
    {"altered-before-end", FALSE, {{SEND}, {CLOSE_OURS, 0, RA_FILE_ALTERED}}},
    {"unreadable-for-them", FALSE, {{SEND}, {YES}, {RUN}, {CLOSE_OURS, 0, RA_FILE_UNREADABLE}}},
    {"done", TRUE, {{SEND}, {YES}, {RUN}, {CLOSE_OURS, 0, RA_FILE_DONE}}},
    {"unwritable", TRUE, {{SEND}, {YES}, {CLOSE_OURS, 0, RA_FILE_UNWRITABLE}}},
    {"late-yes", TRUE, {{SEND}, {CANCEL}, {YES}}},
    {"late-taken", TRUE, {{SEND}, {YES}, {RUN}, {CANCEL}, {TAKEN, 0, SIZE}}},
    {"late-done", TRUE, {{SEND}, {YES}, {RUN}, {CANCEL}, {CLOSE_OURS, 0, RA_FILE_DONE}}},
    {"yes-after-relink", TRUE, {{SEND}, {YES}, {RUN}, {RELINK}, {YES, 0, SIZE}}},
    {"yes-after-relink-too-much", FALSE, {{SEND}, {YES}, {RELINK}, {YES, 0, SIZE}}},
    {"taken-before-yes-after-relink", FALSE, {{SEND}, {YES}, {RUN}, {RELINK}, {TAKEN, 0, SIZE}}},
};

typedef struct {
    TestPort *port;
    RaFiles *files;
    char *folder, *path;
} Stage;

static Stage stage_new(void)
{
    static const RaFilesEvents silent = {0};
    Stage stage = {.port = test_port_new(), .folder = test_folder_new()};
    stage.files = ra_files_new(&stage.port->port, stage.folder, &silent, NULL);
    stage.path = g_build_filename(stage.folder, "to send", NULL);
    g_autofree char *text = g_strnfill(SIZE, 'x');
    g_assert_true(g_file_set_contents(stage.path, text, SIZE, NULL));
    ra_files_linked(stage.files);
    return stage;
}

static void stage_clear(Stage *stage)
{
    ra_files_free(stage->files);
    while (g_main_context_iteration(NULL, FALSE))
        continue;
    test_port_free(stage->port);
    test_folder_remove(stage->folder);
    g_free(stage->path);
}

static gboolean any(const Stage *stage)
{
    return ra_files_list(stage->files)->len > 0;
}

static const RaTransfer *first(const Stage *stage)
{
    g_assert_true(any(stage));
    return g_ptr_array_index(ra_files_list(stage->files), 0);
}

/* Until nothing has happened for a while; the disk's thread may have to wait for its turn. */
static void run(void)
{
    enum { QUIET_US = 100000 };
    for (gint64 until = g_get_monotonic_time() + QUIET_US; g_get_monotonic_time() < until;) {
        if (g_main_context_iteration(NULL, FALSE))
            until = g_get_monotonic_time() + QUIET_US;
        else
            g_usleep(500);
    }
}

static void sum_of(guint64 size, gboolean right, guint8 *ret)
{
    g_autofree char *text = g_strnfill(size, 'x');
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    g_checksum_update(sum, (const guchar *)text, (gssize)size);
    gsize n = RA_SHA256_SIZE;
    g_checksum_get_digest(sum, ret, &n);
    ret[0] ^= right ? 0 : 1;
}

/* What STEP says; DATA is for what it borrows. */
static RaAssist message_of(const Stage *stage, const Step *step, const char *data)
{
    const RaTransfer *ours = any(stage) ? first(stage) : NULL;
    const guint32 id = step->id != 0 || ours == NULL ? step->id : ours->handle;
    RaAssist message = {0};
    switch (step->what) {
    case OFFER:
    case OFFER_ELSE:
        message.kind = RA_ASSIST_FILE_OFFER;
        message.offer.id = id;
        message.offer.size = step->value;
        (void)g_strlcpy(message.offer.name, step->what == OFFER ? "name" : "other",
                        sizeof message.offer.name);
        break;
    case DATA:
        message.kind = RA_ASSIST_FILE_DATA;
        message.piece.id = id;
        message.piece.offset = step->value;
        message.piece.size = step->more;
        message.piece.data = (const guint8 *)data;
        break;
    case END:
    case END_WRONG:
        message.kind = RA_ASSIST_FILE_END;
        message.file_end.id = id;
        sum_of(ours != NULL ? ours->size : 0, step->what == END, message.file_end.sha256);
        break;
    case CLOSE_THEIRS:
    case CLOSE_OURS:
        message.kind = RA_ASSIST_FILE_CLOSE;
        message.file_close.id = id;
        message.file_close.of_sender = step->what == CLOSE_THEIRS;
        message.file_close.how = (RaFileEnd)step->value;
        break;
    case YES:
    case NO:
        message.kind = RA_ASSIST_FILE_ANSWER;
        message.file_answer.id = id;
        message.file_answer.yes = step->what == YES;
        message.file_answer.offset = step->value;
        break;
    default:
        message.kind = RA_ASSIST_FILE_TAKEN;
        message.piece.id = id;
        message.piece.offset = step->value;
        break;
    }
    return message;
}

static gboolean play(Stage *stage, const Step *step)
{
    g_autofree char *data = g_strnfill(step->more, 'x'); /* not one byte more */
    switch (step->what) {
    case ACCEPT:
    case REFUSE:
        g_assert_true(
            ra_files_answer(stage->files, first(stage)->handle, step->what == ACCEPT, NULL, NULL));
        return TRUE;
    case CANCEL:
        ra_files_cancel(stage->files, first(stage)->handle);
        return TRUE;
    case SEND:
        g_assert_cmpuint(ra_files_offer(stage->files, stage->path, NULL), >, 0);
        return TRUE;
    case RELINK:
        ra_files_unlinked(stage->files);
        ra_files_linked(stage->files);
        return TRUE;
    case RUN:
        run();
        return TRUE;
    default: {
        const RaAssist message = message_of(stage, step, data);
        return ra_files_take(stage->files, &message);
    }
    }
}

static void test_script(gconstpointer data)
{
    const Script *script = data;
    Stage stage = stage_new();
    const Step *step = script->steps;
    for (; step[1].what != STOP; step++)
        g_assert_true(play(&stage, step));
    g_assert_cmpint(play(&stage, step), ==, script->good);
    stage_clear(&stage);
}

static void test_altered(void)
{
    static const Step steps[] = {
        {OFFER, 1, SIZE, 0},  {ACCEPT, 0, 0, 0}, {DATA, 1, 0, SIZE},
        {END_WRONG, 1, 0, 0}, {RUN, 0, 0, 0},
    };
    Stage stage = stage_new();
    for (gsize i = 0; i < G_N_ELEMENTS(steps); i++)
        g_assert_true(play(&stage, &steps[i]));
    g_assert_cmpint(first(&stage)->state, ==, RA_TRANSFER_OVER);
    g_assert_cmpint(first(&stage)->end, ==, RA_FILE_ALTERED);
    g_assert_cmpuint(test_folder_count(stage.folder), ==, 1); /* the one to send */
    RaAssist message = {0};
    while (test_port_next(stage.port, &message) && message.kind != RA_ASSIST_FILE_CLOSE)
        continue;
    g_assert_cmpint(message.kind, ==, RA_ASSIST_FILE_CLOSE);
    g_assert_false(message.file_close.of_sender);
    g_assert_cmpint(message.file_close.how, ==, RA_FILE_ALTERED);
    stage_clear(&stage);
}

/* More offers than fit are refused unseen; a file that no disk holds cannot be accepted. */
static void test_many_and_huge(void)
{
    Stage stage = stage_new();
    for (guint32 id = 1; id <= RA_FILES_OPEN_MAX + 1; id++) {
        const Step step = {OFFER, id, G_MAXINT64, 0};
        g_assert_true(play(&stage, &step));
    }
    g_assert_cmpuint(ra_files_list(stage.files)->len, ==, RA_FILES_OPEN_MAX);
    RaAssist message;
    g_assert_true(test_port_next(stage.port, &message));
    g_assert_cmpint(message.kind, ==, RA_ASSIST_FILE_CLOSE);
    g_assert_cmpuint(message.file_close.id, ==, RA_FILES_OPEN_MAX + 1);
    g_assert_cmpint(message.file_close.how, ==, RA_FILE_REFUSED);
    g_autoptr(GError) error = NULL;
    g_assert_false(ra_files_answer(stage.files, first(&stage)->handle, TRUE, NULL, &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_FAILED);
    g_assert_cmpint(first(&stage)->state, ==, RA_TRANSFER_OFFERED);

    /* However often they are offered and withdrawn, the list stays bounded. */
    for (guint32 id = 1; id <= 10000; id++) {
        const Step offer = {OFFER, 1000 + id, 1, 0};
        const Step close = {CLOSE_THEIRS, id <= RA_FILES_OPEN_MAX ? id : 1000 + id,
                            RA_FILE_CANCELLED, 0};
        g_assert_true(play(&stage, &close));
        g_assert_true(play(&stage, &offer));
        const Step again = {CLOSE_THEIRS, 1000 + id, RA_FILE_CANCELLED, 0};
        g_assert_true(play(&stage, &again));
    }
    g_assert_cmpuint(ra_files_list(stage.files)->len, <=, 4096);
    stage_clear(&stage);
}

/* Whoever sends without waiting for what is taken fills a named limit, not the memory. */
static void test_flood(void)
{
    Stage stage = stage_new();
    const Step offer = {OFFER, 1, 64 << 20, 0}, accept = {ACCEPT, 0, 0, 0};
    g_assert_true(play(&stage, &offer));
    g_assert_true(play(&stage, &accept));
    guint64 sent = 0;
    for (gboolean good = TRUE; good && sent < 64 << 20; sent += RA_FILE_PIECE_MAX) {
        const Step data = {DATA, 1, sent, RA_FILE_PIECE_MAX};
        good = play(&stage, &data);
    }
    g_assert_cmpuint(sent, >, 4 << 20);
    g_assert_cmpuint(sent, <=, (8 << 20) + RA_FILE_PIECE_MAX);
    stage_clear(&stage);
}

static guint count_said(const Stage *stage, RaAssistKind kind)
{
    guint n = 0;
    for (RaAssist message = {0}; test_port_next(stage->port, &message);)
        n += message.kind == kind;
    return n;
}

/* The person answers when the link is back, and the offer is not yet: one answer, behind it. */
static void test_answered_between(void)
{
    for (guint yes = 0; yes <= 1; yes++) {
        Stage stage = stage_new();
        const Step offer = {OFFER, 1, SIZE, 0}, relink = {RELINK, 0, 0, 0};
        g_assert_true(play(&stage, &offer));
        g_assert_true(play(&stage, &relink));
        g_assert_true(ra_files_answer(stage.files, first(&stage)->handle, yes != 0, NULL, NULL));
        g_assert_cmpuint(count_said(&stage, RA_ASSIST_FILE_ANSWER), ==, 0);
        g_assert_true(play(&stage, &offer));
        g_assert_cmpuint(count_said(&stage, yes ? RA_ASSIST_FILE_ANSWER : RA_ASSIST_FILE_CLOSE), ==,
                         1);
        stage_clear(&stage);
    }
}

/* What was with the disk when its transfer ended counts no more. */
static void test_given_up(void)
{
    enum { TIMES = 600 }; /* of a piece each: more than what may be on its way */
    Stage stage = stage_new();
    for (guint32 id = 1; id <= TIMES; id++) {
        const Step offer = {OFFER, id, RA_FILE_PIECE_MAX, 0};
        const Step data = {DATA, id, 0, RA_FILE_PIECE_MAX};
        const Step close = {CLOSE_THEIRS, id, RA_FILE_CANCELLED, 0};
        g_assert_true(play(&stage, &offer));
        const GPtrArray *list = ra_files_list(stage.files);
        const RaTransfer *last = g_ptr_array_index(list, list->len - 1);
        g_assert_true(ra_files_answer(stage.files, last->handle, TRUE, NULL, NULL));
        g_assert_true(play(&stage, &data));
        if (id % 2 == 0)
            g_assert_true(play(&stage, &close));
        else
            ra_files_cancel(stage.files, last->handle);
    }
    run();
    g_assert_cmpuint(test_folder_count(stage.folder), ==, 1); /* the one to send */
    stage_clear(&stage);
}

void ra_test_files_rules(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(scripts); i++) {
        g_autofree char *path = g_strconcat("/assist/files/rules/", scripts[i].name, NULL);
        g_test_add_data_func(path, &scripts[i], test_script);
    }
    g_test_add_func("/assist/files/rules/altered", test_altered);
    g_test_add_func("/assist/files/rules/many", test_many_and_huge);
    g_test_add_func("/assist/files/rules/flood", test_flood);
    g_test_add_func("/assist/files/rules/given-up", test_given_up);
    g_test_add_func("/assist/files/rules/answered-between", test_answered_between);
}
