/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where did it go? Guesses come from three places, the cheapest first: what earlier pictures did;
 * rows of a few columns (up and down); pieces of rows anywhere. A few samples of what changed,
 * small pieces of rows of more than one colour, tell how good each guess is; the best ones are
 * checked.
 */
#include "wire/movement-private.h"

enum {
    AREA_MIN = 2048,   /* pixels that changed; less is cheaper to send than to search */
    GAIN_MIN = 256,    /* pixels that come right */
    SAMPLES_MAX = 256, /* places that are looked at for samples */
    SAMPLES_MIN = 6,
    SCORE_MIN = 4,    /* samples that a guess explains, */
    SCORE_SHARE = 32, /* and one in so many, to be checked */
    CHECKS_MAX = 3,
    LAST_MAX = 4, /* shifts that are remembered */
    GUESSES_MAX = LAST_MAX + 4 + 2 * RA_SHIFTS_MAX,
    MISSES_MAX = 4, /* failed searches of a kind in a row, after which some are left out: */
    /* So many, if something was found already: what is left is mostly new. Each further failure
     * doubles them, so often: */
    PAUSE_FURTHER = 3,
    PAUSE_SHIFT = 4,
};

typedef struct {
    guint16 x, y; /* of the new picture */
} Sample;

typedef struct {
    RaShift shift;
    guint score; /* samples that it explains */
} Guess;

typedef enum { KIND_VERTICAL, KIND_ANY, N_KINDS } Kind;

/* Else so many. */
static const guint pauses[N_KINDS] = {[KIND_VERTICAL] = 1, [KIND_ANY] = 2};

/* How a kind of search fared: in the first search of a picture, and in further ones. */
typedef struct {
    guint misses, pause;
} Luck;

struct _RaMoveFinder {
    RaMoveVotes *votes;
    RaMoveCutter *cutter;
    RaShift last[LAST_MAX]; /* the latest first */
    guint n_last;
    Luck luck[2][N_KINDS];
    gboolean further; /* not the first search of a picture */
    guint32 dice;

    Sample samples[SAMPLES_MAX];
    gboolean explained[SAMPLES_MAX]; /* by one of LAST */
    guint n_samples, n_explained;
    Guess guesses[GUESSES_MAX]; /* the best first */
    guint n_guesses;
};

RaMoveFinder *ra_move_finder_new(void)
{
    RaMoveFinder *finder = g_new0(RaMoveFinder, 1);
    finder->votes = ra_move_votes_new();
    finder->cutter = ra_move_cutter_new();
    return finder;
}

void ra_move_finder_free(RaMoveFinder *finder)
{
    if (finder == NULL)
        return;
    ra_move_votes_free(finder->votes);
    ra_move_cutter_free(finder->cutter);
    g_free(finder);
}

void ra_move_finder_begin(RaMoveFinder *finder)
{
    finder->further = FALSE;
}

/* 0 <= number < N */
static guint roll(RaMoveFinder *finder, guint n)
{
    finder->dice = finder->dice * 1664525u + 1013904223u;
    return (guint)((guint64)finder->dice * n >> 32);
}

/* A piece at X, Y tells something if it has more than one colour and was not there before. */
static gboolean tells(const RaMoveCase *c, guint x, guint y)
{
    const guint8 *now = ra_move_pixel(c->after, x, y);
    return memcmp(now, now + 4, (RA_SAMPLE_SIDE - 1) * 4) != 0 &&
           memcmp(now, ra_move_pixel(c->before, x, y), RA_SAMPLE_SIDE * 4) != 0;
}

static void sample_tile(RaMoveFinder *finder, const RaMoveCase *c, const RaGridTile *tile)
{
    const guint x1 = MIN(tile->x1, c->width), y1 = MIN(tile->y1, c->height);
    if (tile->x0 >= x1 || tile->y0 >= y1)
        return;
    const guint room = x1 - tile->x0 > RA_SAMPLE_SIDE ? x1 - tile->x0 - RA_SAMPLE_SIDE + 1 : 1;
    const guint x = MIN(tile->x0 + roll(finder, room), c->width - RA_SAMPLE_SIDE);
    const guint y = tile->y0 + roll(finder, y1 - tile->y0);
    if (tells(c, x, y))
        finder->samples[finder->n_samples++] = (Sample){(guint16)x, (guint16)y};
}

/* SAMPLES_MAX places, evenly in N tiles that changed. */
static void take_samples(RaMoveFinder *finder, const RaMoveCase *c, guint n)
{
    const RaGrid *grid = c->changed;
    guint due = 0;
    finder->n_samples = 0;
    for (guint row = grid->row0; row < grid->row1; row++) {
        for (guint column = grid->column0; column < grid->column1; column++) {
            const RaGridTile *tile = &grid->tiles[(gsize)row * grid->columns + column];
            if (tile->x1 == 0)
                continue;
            for (due += SAMPLES_MAX; due >= n; due -= n)
                sample_tile(finder, c, tile);
        }
    }
    memset(finder->explained, 0, sizeof finder->explained);
    finder->n_explained = 0;
}

static gboolean explains(const RaMoveCase *c, gint dx, gint dy, const Sample *sample)
{
    const gint x = sample->x - dx, y = sample->y - dy;
    return x >= 0 && y >= 0 && x + RA_SAMPLE_SIDE <= (gint)c->width && y < (gint)c->height &&
           memcmp(ra_move_pixel(c->before, (guint)x, (guint)y),
                  ra_move_pixel(c->after, sample->x, sample->y), RA_SAMPLE_SIDE * 4) == 0;
}

/* Puts a guess at its place among the others. LAST: it is one of the last shifts itself. */
static void add_guess(RaMoveFinder *finder, const RaMoveCase *c, gint dx, gint dy, gboolean last)
{
    guint score = 0, at = finder->n_guesses;
    if (ABS(dx) >= (gint)c->width || ABS(dy) >= (gint)c->height || at == GUESSES_MAX)
        return;
    for (guint i = 0; i < at; i++) {
        if (finder->guesses[i].shift.x == dx && finder->guesses[i].shift.y == dy)
            return;
    }
    for (guint i = 0; i < finder->n_samples; i++) {
        if (!explains(c, dx, dy, &finder->samples[i]))
            continue;
        score++;
        if (last && !finder->explained[i]) {
            finder->explained[i] = TRUE;
            finder->n_explained++;
        }
    }
    for (; at > 0 && finder->guesses[at - 1].score < score; at--)
        finder->guesses[at] = finder->guesses[at - 1];
    finder->guesses[at] = (Guess){{(gint16)dx, (gint16)dy}, score};
    finder->n_guesses++;
}

/* What moved lately, and the same more or less often, or back. */
static void guess_last(RaMoveFinder *finder, const RaMoveCase *c)
{
    for (guint i = 0; i < finder->n_last; i++)
        add_guess(finder, c, finder->last[i].x, finder->last[i].y, TRUE);
    const gint x = finder->last[0].x, y = finder->last[0].y;
    if (finder->n_last == 0)
        return;
    add_guess(finder, c, -x, -y, FALSE);
    add_guess(finder, c, 2 * x, 2 * y, FALSE);
    add_guess(finder, c, 3 * x, 3 * y, FALSE);
    if (x % 2 == 0 && y % 2 == 0)
        add_guess(finder, c, x / 2, y / 2, FALSE);
}

/* FALSE: that kind of search is left out this time. */
static gboolean guess_kind(RaMoveFinder *finder, const RaMoveCase *c, Luck *luck, Kind kind)
{
    RaShift shifts[RA_SHIFTS_MAX];
    if (luck[kind].pause > 0) {
        luck[kind].pause--;
        return FALSE;
    }
    const guint n = kind == KIND_VERTICAL ? ra_move_votes_vertical(finder->votes, c, shifts)
                                          : ra_move_votes_any(finder->votes, c, shifts);
    for (guint i = 0; i < n; i++)
        add_guess(finder, c, shifts[i].x, shifts[i].y, FALSE);
    /* As if it had failed; who succeeds takes it back. */
    if (++luck[kind].misses < MISSES_MAX)
        return TRUE;
    if (luck == finder->luck[FALSE])
        luck[kind].pause = pauses[kind];
    else
        luck[kind].pause = (guint)PAUSE_FURTHER << MIN(luck[kind].misses - MISSES_MAX, PAUSE_SHIFT);
    return TRUE;
}

static void remember(RaMoveFinder *finder, const RaShift *shift)
{
    guint at = 0;
    while (at < finder->n_last &&
           (finder->last[at].x != shift->x || finder->last[at].y != shift->y))
        at++;
    if (at == finder->n_last) {
        at = MIN(finder->n_last, LAST_MAX - 1u);
        finder->n_last = at + 1;
    }
    memmove(finder->last + 1, finder->last, at * sizeof *finder->last);
    finder->last[0] = *shift;
}

/* Checks the guesses, the best first; those that are no good are forgotten. */
static gboolean check_guesses(RaMoveFinder *finder, const RaMoveCase *c, RaMove *ret)
{
    const guint least = MAX(SCORE_MIN, finder->n_samples / SCORE_SHARE);
    gboolean found = FALSE;
    for (guint i = 0; i < finder->n_guesses && !found && finder->guesses[i].score >= least; i++) {
        const RaShift shift = finder->guesses[i].shift;
        RaMove move;
        if (i >= CHECKS_MAX || ra_move_cut(finder->cutter, c, &shift, &move.to) < GAIN_MIN)
            continue;
        move.from_x = (guint16)(move.to.x - shift.x);
        move.from_y = (guint16)(move.to.y - shift.y);
        *ret = move;
        remember(finder, &shift);
        found = TRUE;
    }
    finder->n_guesses = 0;
    return found;
}

/* TRUE if one guess explains at least one in SHARE samples. */
static gboolean explained(const RaMoveFinder *finder, guint share)
{
    return finder->n_guesses > 0 && finder->guesses[0].score * share >= finder->n_samples;
}

static gboolean search(RaMoveFinder *finder, const RaMoveCase *c, RaMove *ret)
{
    Luck *luck = finder->luck[finder->further];
    finder->n_guesses = 0;
    guess_last(finder, c);
    if (finder->n_explained * 3 >= finder->n_samples * 2 && check_guesses(finder, c, ret))
        return TRUE;
    guess_kind(finder, c, luck, KIND_VERTICAL);
    if (explained(finder, 4) && check_guesses(finder, c, ret)) {
        luck[KIND_VERTICAL] = (Luck){0};
        return TRUE;
    }
    const gboolean any = guess_kind(finder, c, luck, KIND_ANY);
    if (!check_guesses(finder, c, ret))
        return FALSE;
    if (any)
        luck[KIND_ANY] = (Luck){0};
    return TRUE;
}

gboolean ra_move_find(RaMoveFinder *finder, const RaFrameView *before, const RaFrameView *after,
                      const RaGrid *changed, RaMove *ret)
{
    RaMoveCase c = {.before = before, .after = after, .changed = changed};
    const guint n = ra_grid_changed(changed, &c.bounds);
    c.width = MIN(MIN(before->width, after->width), changed->width);
    c.height = MIN(MIN(before->height, after->height), changed->height);
    for (guint row = changed->row0; row < changed->row1; row++) {
        for (guint column = changed->column0; column < changed->column1; column++) {
            const RaGridTile *tile = &changed->tiles[(gsize)row * changed->columns + column];
            if (tile->x1 != 0)
                c.area += (gsize)(tile->x1 - tile->x0) * (gsize)(tile->y1 - tile->y0);
        }
    }
    if (c.area < AREA_MIN || c.width < RA_SAMPLE_SIDE)
        return FALSE;
    c.bounds.width = (guint16)MIN(c.bounds.width, MAX(c.width, c.bounds.x) - c.bounds.x);
    c.bounds.height = (guint16)MIN(c.bounds.height, MAX(c.height, c.bounds.y) - c.bounds.y);
    take_samples(finder, &c, n);
    const gboolean found = finder->n_samples >= SAMPLES_MIN && search(finder, &c, ret);
    finder->further = TRUE;
    return found;
}
