/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Guesses where content went. Pieces of rows of the old picture are remembered by a hash; each that
 * is alone of its kind and is met again in the new picture votes for the distance between the two.
 *
 * Up and down: four narrow columns of what changed, row by row.
 *
 * In any direction the pieces must be chosen by what they show, since where they are is not known:
 * a piece of 32 pixels counts if its hash is low. All rows of both pictures would be dear. Of the
 * old one about every STEPth is looked at, of the new one a few bands of rows: whatever the
 * distance is, one row in each band comes from a row that was looked at.
 */
#include "wire/movement-private.h"

/* The compiler unrolls these loops. */
#if defined __GNUC__ && !defined __clang__
#define HOT __attribute__((optimize("O3", "unroll-loops")))
#else
#define HOT
#endif

enum {
    PROBES = 4,
    ROWS_ALL = 128,      /* rows; of more every second is looked at in the new picture, */
    ROWS_HALF = 512,     /* of more than that every fourth */
    SLOTS_MAX = 1 << 15, /* twice as many as there may be rows */
    SLOTS_ANY = 1 << 14,
    PIECE = 32,         /* pixels; a hash of 32 bits forgets what is further to the left */
    PIECES_MANY = 4096, /* of the old picture, after which fewer are taken */
    PIECES_MAX = 12288,
    BAND_WIDTH = 640,   /* pixels */
    TALLIES = 1 << 13,  /* slots for distances; */
    TALLIES_MAX = 6144, /* other distances are not counted any more */
    VOTES_MIN = 3,
    MET_MAX = RA_SCREEN_SIDE_MAX / 4,
    AREA_LARGE = 400 * 1000, /* pixels; of less more rows are looked at, */
    AREA_MIDDLE = 100 * 1000,
    COLUMNS_MAX = RA_SCREEN_SIDE_MAX / RA_GRID_TILE,
};

typedef struct {
    guint32 hash;
    guint16 x, y;  /* in the old picture */
    guint16 round; /* of the table: an empty slot has an earlier one */
    guint8 seen;   /* there; 2: more than once */
    guint8 again;  /* in the new one */
} Slot;

typedef struct {
    guint16 slot, y; /* y in the new picture */
} Met;

typedef struct {
    guint32 hash;
    guint x; /* of its last pixel */
} Piece;

typedef struct {
    RaShift shift;
    guint32 n; /* 0: an empty slot */
} Tally;

struct _RaMoveVotes {
    Slot slots[SLOTS_MAX];
    Tally tallies[TALLIES];
    guint16 used[TALLIES_MAX]; /* their numbers */
    Met met[MET_MAX];
    Piece pieces[RA_SCREEN_SIDE_MAX]; /* of a row */
    guint n_used;
    guint mask;    /* of the slots in use */
    guint16 round; /* of them */
};

RaMoveVotes *ra_move_votes_new(void)
{
    return g_new0(RaMoveVotes, 1);
}

void ra_move_votes_free(RaMoveVotes *votes)
{
    g_free(votes);
}

/* Empties the table, and makes it N slots large. */
static void clear_slots(RaMoveVotes *votes, guint n)
{
    votes->mask = n - 1;
    if (++votes->round != 0)
        return;
    memset(votes->slots, 0, sizeof votes->slots);
    votes->round = 1;
}

static guint slot_of(const RaMoveVotes *votes, guint32 hash)
{
    return (hash * 0x9e3779b1u >> 15) & votes->mask;
}

/* NULL: it is not there. */
static Slot *find_slot(RaMoveVotes *votes, guint32 hash)
{
    for (guint at = slot_of(votes, hash);; at = (at + 1) & votes->mask) {
        Slot *slot = &votes->slots[at];
        if (slot->round != votes->round)
            return NULL;
        if (slot->hash == hash)
            return slot;
    }
}

static void remember(RaMoveVotes *votes, guint32 hash, guint x, guint y)
{
    guint at = slot_of(votes, hash);
    for (; votes->slots[at].round == votes->round; at = (at + 1) & votes->mask) {
        if (votes->slots[at].hash != hash)
            continue;
        votes->slots[at].seen = 2;
        return;
    }
    votes->slots[at] = (Slot){hash, (guint16)x, (guint16)y, votes->round, 1, 0};
}

static void vote(RaMoveVotes *votes, gint x, gint y)
{
    const RaShift shift = {(gint16)x, (gint16)y};
    if (x == 0 && y == 0)
        return;
    guint at = ((guint32)(guint16)x << 16 | (guint16)y) * 0x9e3779b1u >> 19;
    for (; votes->tallies[at].n > 0; at = (at + 1) % TALLIES) {
        if (votes->tallies[at].shift.x == shift.x && votes->tallies[at].shift.y == shift.y) {
            votes->tallies[at].n++;
            return;
        }
    }
    if (votes->n_used == TALLIES_MAX)
        return;
    votes->tallies[at] = (Tally){shift, 1};
    votes->used[votes->n_used++] = (guint16)at;
}

/* The distances with the most votes, the best first; and empties the table. */
static guint count_votes(RaMoveVotes *votes, RaShift *ret)
{
    Tally best[RA_SHIFTS_MAX] = {0};
    guint n = 0;
    for (guint i = 0; i < votes->n_used; i++) {
        Tally *tally = &votes->tallies[votes->used[i]];
        for (guint k = 0; k < RA_SHIFTS_MAX; k++) {
            if (tally->n < VOTES_MIN || tally->n <= best[k].n)
                continue;
            memmove(best + k + 1, best + k, (RA_SHIFTS_MAX - k - 1) * sizeof *best);
            best[k] = *tally;
            break;
        }
        *tally = (Tally){0};
    }
    votes->n_used = 0;
    while (n < RA_SHIFTS_MAX && best[n].n > 0) {
        ret[n] = best[n].shift;
        n++;
    }
    return n;
}

/* 0 for a row of one colour, which tells nothing. */
HOT static guint32 hash_row(const guint8 *pixels)
{
    guint64 words[RA_SAMPLE_SIDE / 2], hash = 0, differs;
    memcpy(words, pixels, sizeof words);
    differs = words[0] ^ (words[0] << 32 | words[0] >> 32);
    for (guint i = 0; i < G_N_ELEMENTS(words); i++) {
        differs |= words[i] ^ words[0];
        hash = hash * 0xff51afd7ed558ccdu + words[i];
    }
    hash = (hash ^ hash >> 32) * 0xff51afd7ed558ccdu;
    return differs == 0 ? 0 : (guint32)(hash >> 32) | 1;
}

/* What changed in one column of tiles. */
typedef struct {
    guint x0, x1, height; /* pixels */
} Column;

static guint64 column_weight(const Column *column)
{
    return column->x1 < column->x0 + RA_SAMPLE_SIDE
               ? 0
               : (guint64)column->height * (column->x1 - column->x0);
}

static guint64 find_columns(const RaMoveCase *c, Column *columns)
{
    const RaGrid *grid = c->changed;
    guint64 all = 0;
    for (guint i = grid->column0; i < grid->column1; i++) {
        columns[i] = (Column){.x0 = G_MAXUINT16};
        for (guint row = grid->row0; row < grid->row1; row++) {
            const RaGridTile *tile = &grid->tiles[(gsize)row * grid->columns + i];
            if (tile->x1 == 0)
                continue;
            columns[i].x0 = MIN(columns[i].x0, tile->x0);
            columns[i].x1 = MAX(columns[i].x1, MIN(tile->x1, c->width));
            columns[i].height += (guint)(tile->y1 - tile->y0);
        }
        all += column_weight(&columns[i]);
    }
    return all;
}

static guint slots_for(guint rows)
{
    guint n = 256;
    while (n < 2 * rows && n < SLOTS_MAX)
        n *= 2;
    return n;
}

/* The rows of one picture at X, in the tiles of COLUMN that changed. */
static void remember_rows(RaMoveVotes *votes, const RaMoveCase *c, guint column, guint x)
{
    const RaGrid *grid = c->changed;
    for (guint row = grid->row0; row < grid->row1; row++) {
        if (grid->tiles[(gsize)row * grid->columns + column].x1 == 0)
            continue;
        const guint end = MIN((row + 1) * RA_GRID_TILE, c->height);
        for (guint y = row * RA_GRID_TILE; y < end; y++) {
            const guint32 hash = hash_row(ra_move_pixel(c->before, x, y));
            if (hash != 0)
                remember(votes, hash, x, y);
        }
    }
}

static guint meet_rows(RaMoveVotes *votes, const RaMoveCase *c, guint column, guint x, guint step)
{
    const RaGrid *grid = c->changed;
    guint n = 0;
    for (guint row = grid->row0; row < grid->row1; row++) {
        if (grid->tiles[(gsize)row * grid->columns + column].x1 == 0)
            continue;
        const guint end = MIN((row + 1) * RA_GRID_TILE, c->height);
        for (guint y = row * RA_GRID_TILE; y < end && n < MET_MAX; y += step) {
            const guint32 hash = hash_row(ra_move_pixel(c->after, x, y));
            Slot *slot = hash == 0 ? NULL : find_slot(votes, hash);
            if (slot == NULL || slot->seen != 1)
                continue;
            slot->again = slot->again > 0 ? 2 : 1;
            if (slot->again == 1)
                votes->met[n++] = (Met){(guint16)(slot - votes->slots), (guint16)y};
        }
    }
    return n;
}

static void probe(RaMoveVotes *votes, const RaMoveCase *c, guint column, guint x)
{
    const guint rows = (c->changed->row1 - c->changed->row0) * RA_GRID_TILE;
    clear_slots(votes, slots_for(rows));
    remember_rows(votes, c, column, x);
    const guint n = meet_rows(votes, c, column, x,
                              rows <= ROWS_ALL    ? 1
                              : rows <= ROWS_HALF ? 2
                                                  : 4);
    for (guint i = 0; i < n; i++) {
        const Slot *slot = &votes->slots[votes->met[i].slot];
        if (slot->again == 1)
            vote(votes, 0, (gint)votes->met[i].y - slot->y);
    }
}

guint ra_move_votes_vertical(RaMoveVotes *votes, const RaMoveCase *c, RaShift *ret)
{
    Column columns[COLUMNS_MAX];
    const guint64 all = find_columns(c, columns);
    guint64 passed = 0;
    guint i = c->changed->column0;
    for (guint k = 0; all > 0 && k < PROBES; k++) {
        const guint64 wanted = all * (2 * k + 1) / (2 * PROBES);
        guint64 weight = column_weight(&columns[i]);
        while (weight == 0 || passed + weight <= wanted) {
            passed += weight;
            weight = column_weight(&columns[++i]);
        }
        const guint room = columns[i].x1 - columns[i].x0 - RA_SAMPLE_SIDE;
        probe(votes, c, i, columns[i].x0 + (guint)((wanted - passed) * room / weight));
    }
    return count_votes(votes, ret);
}

/* Tiles beside each other that changed: x0 <= x < x1, y0 <= y < y1, PIECE pixels more at the left
 * side if there is room. */
typedef struct {
    guint x0, x1, y0, y1;
} Run;

/* The next one of a row of tiles from *COLUMN on; FALSE: none. */
static gboolean next_run(const RaMoveCase *c, guint row, guint *column, Run *ret)
{
    const RaGrid *grid = c->changed;
    const RaGridTile *tiles = grid->tiles + (gsize)row * grid->columns;
    while (*column < grid->column1 && tiles[*column].x1 == 0)
        (*column)++;
    if (*column >= grid->column1)
        return FALSE;
    const guint x0 = tiles[*column].x0;
    *ret = (Run){.x0 = x0 > PIECE ? x0 - PIECE : 0, .y0 = G_MAXUINT16};
    for (; *column < grid->column1 && tiles[*column].x1 != 0; (*column)++) {
        ret->x1 = MIN(tiles[*column].x1, c->width);
        ret->y0 = MIN(ret->y0, tiles[*column].y0);
        ret->y1 = MAX(ret->y1, MIN(tiles[*column].y1, c->height));
    }
    return TRUE;
}

static inline guint32 hash_on(guint32 hash, const guint8 *row, guint x)
{
    guint32 pixel;
    memcpy(&pixel, row + (gsize)x * 4, 4);
    return (hash << 1) + pixel * 0x9e3779b1u;
}

/* Where pieces of a row end whose hash is below LIMIT, and those hashes. */
HOT static guint find_pieces(const RaFrameView *picture, guint x0, guint x1, guint y, guint32 limit,
                             Piece *ret)
{
    const guint8 *row = ra_move_pixel(picture, 0, y);
    guint32 hash = 0;
    guint n = 0;
    if (x1 < x0 + PIECE)
        return 0;
    for (guint x = x0; x < x0 + PIECE - 1; x++)
        hash = hash_on(hash, row, x);
    for (guint x = x0 + PIECE - 1; x < x1; x++) {
        hash = hash_on(hash, row, x);
        if (G_UNLIKELY(hash < limit) && memcmp(row + (gsize)x * 4, row + (gsize)x * 4 - 4, 4) != 0)
            ret[n++] = (Piece){hash, x};
    }
    return n;
}

/* The Kth row that is looked at in the old picture. They are not equally far apart, since lines of
 * text are: up to one and a half times STEP. */
static guint row_of(guint k, guint step)
{
    return k * step + k * 5 % (step / 2);
}

/* About every STEPth row of the old picture; returns the limit for the hashes. */
static guint32 remember_pieces(RaMoveVotes *votes, const RaMoveCase *c, guint step)
{
    guint32 limit = G_MAXUINT32 / 8;
    guint all = 0, many = PIECES_MANY;
    clear_slots(votes, SLOTS_ANY);
    for (guint row = c->changed->row0; row < c->changed->row1; row++) {
        guint column = c->changed->column0;
        Run run;
        while (next_run(c, row, &column, &run)) {
            for (guint k = run.y0 / step; k * step < run.y1; k++) {
                const guint y = row_of(k, step);
                if (y < run.y0 || y >= run.y1)
                    continue;
                const guint n = find_pieces(c->before, run.x0, run.x1, y, limit, votes->pieces);
                for (guint i = 0; i < n && all < PIECES_MAX; i++, all++)
                    remember(votes, votes->pieces[i].hash, votes->pieces[i].x, y);
                for (; all >= many; many += PIECES_MANY / 2)
                    limit /= 4;
            }
        }
    }
    return limit;
}

/* Band number K: of what changed in the rows from Y0 to Y1, no more than a part of each run. */
static void meet_pieces(RaMoveVotes *votes, const RaMoveCase *c, guint row, guint y0, guint y1,
                        guint k, guint32 limit)
{
    guint column = c->changed->column0;
    Run run;
    while (next_run(c, row, &column, &run)) {
        if (run.x1 > run.x0 + BAND_WIDTH) {
            run.x0 += (run.x1 - run.x0 - BAND_WIDTH) * (k * 5 % 8) / 7;
            run.x1 = run.x0 + BAND_WIDTH;
        }
        for (guint y = MAX(y0, run.y0); y < MIN(y1, run.y1); y++) {
            const guint n = find_pieces(c->after, run.x0, run.x1, y, limit, votes->pieces);
            for (guint i = 0; i < n; i++) {
                const Slot *slot = find_slot(votes, votes->pieces[i].hash);
                if (slot != NULL && slot->seen == 1)
                    vote(votes, (gint)votes->pieces[i].x - slot->x, (gint)y - slot->y);
            }
        }
    }
}

/* Rows of a row of tiles in which something changed. */
static guint changed_rows(const RaMoveCase *c, guint row, guint *y0)
{
    guint column = c->changed->column0, y1 = 0;
    Run run;
    *y0 = G_MAXUINT16;
    while (next_run(c, row, &column, &run)) {
        *y0 = MIN(*y0, run.y0);
        y1 = MAX(y1, run.y1);
    }
    return y1 > *y0 ? y1 - *y0 : 0;
}

guint ra_move_votes_any(RaMoveVotes *votes, const RaMoveCase *c, RaShift *ret)
{
    const guint step = c->area >= AREA_LARGE ? 16 : c->area >= AREA_MIDDLE ? 8 : 4;
    const guint wanted = c->area >= AREA_LARGE ? 9 : c->area >= AREA_MIDDLE ? 12 : 16;
    const guint32 limit = remember_pieces(votes, c, step);
    guint bands = 0, passed = 0, y0, k = 0;
    for (guint row = c->changed->row0; row < c->changed->row1; row++)
        bands += (changed_rows(c, row, &y0) + step - 1) / step;
    const guint n = MIN(wanted, bands);
    for (guint row = c->changed->row0; row < c->changed->row1; row++) {
        const guint here = (changed_rows(c, row, &y0) + step - 1) / step;
        for (; k < n && (2 * k + 1) * bands / (2 * n) < passed + here; k++) {
            const guint top = y0 + ((2 * k + 1) * bands / (2 * n) - passed) * step;
            meet_pieces(votes, c, row, top, top + step * 3 / 2, k, limit);
        }
        passed += here;
    }
    return count_votes(votes, ret);
}
