/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A scene with the statistics of photos: shapes whose sizes follow a power law cover each other
 * ("dead leaves"), each with light from one side, a texture of its own and an edge in or out of
 * focus; over all of it light of many wavelengths, at last the noise of a sensor. Only sums and
 * products of numbers, so that each machine draws the same.
 */
#include "tests/bench/content-private.h"

enum {
    LATTICE = 128,   /* values each side, after which they repeat */
    LIGHT_FIRST = 9, /* the longest wave of light: 2^9 pixels */
    LIGHT_WAVES = 3,
    GRAIN_FIRST = 5, /* the longest wave of textures */
    GRAIN_WAVES = 4,
    RADIUS_MIN = 8,  /* pixels */
    AREA_EACH = 600, /* pixels of the picture for each shape */
    FILM_TURN = 48,  /* pictures, after which the camera goes back */
};

/* From the scene to the picture: around the middle, turned and enlarged. */
typedef struct {
    double cosine, sine, zoom, middle_x, middle_y, pan_x, pan_y;
} Camera;

typedef struct {
    double x, y, radius; /* of the scene; of a box half its longer side */
    double side;         /* of a box: the shorter side by the longer one; of a disc 0 */
    double cosine, sine; /* which way a box is turned, and the light comes from */
    double light, blur;  /* share from the middle to the edge; pixels of the edge */
    guint8 colour[3], grain;
} Shape;

static Camera camera(guint frame, double width, double height)
{
    const guint phase = frame % (2 * FILM_TURN);
    const double at = phase < FILM_TURN ? phase : 2 * FILM_TURN - phase;
    const double half = at * 0.0017; /* tangent of half the angle */
    return (Camera){(1 - half * half) / (1 + half * half),
                    2 * half / (1 + half * half),
                    1 + at * 0.0061,
                    width / 2,
                    height / 2,
                    at * 1.37,
                    at * 0.41};
}

/* The middle of one side of the colours that belong together. */
static void choose_colour(RaDice *dice, guint32 seed, guint8 colour[3])
{
    const guint32 base = ra_dice_mix(seed * 7 + ra_dice_roll(dice, 6));
    const double light = 0.25 + 1.1 * ra_dice_share(dice);
    for (guint i = 0; i < 3; i++) {
        const guint own = 55 + (base >> 8 * i & 63) + (base >> 24 & 31) + ra_dice_roll(dice, 24);
        colour[i] = (guint8)MIN(own * light, 245);
    }
}

static Shape choose_shape(RaDice *dice, guint32 seed, double width, double height)
{
    Shape shape = {0};
    const double share = ra_dice_share(dice), turn = 2 * ra_dice_share(dice) - 1;
    const double largest = height * 0.35;
    /* Its size is over R in a share of the cases that falls with the square of R. */
    const double least = RADIUS_MIN * RADIUS_MIN / (largest * largest);
    const double square = RADIUS_MIN * RADIUS_MIN / (least + share * (1 - least));
    double root = largest;
    for (guint i = 0; i < 12; i++) /* Newton's way to the square root */
        root = (root + square / root) / 2;
    shape.radius = root;
    shape.x = width * (1.4 * ra_dice_share(dice) - 0.2);
    shape.y = height * (1.4 * ra_dice_share(dice) - 0.2);
    shape.side = ra_dice_roll(dice, 2) == 0 ? 0 : 0.15 + 0.85 * ra_dice_share(dice);
    shape.cosine = (1 - turn * turn) / (1 + turn * turn);
    shape.sine = 2 * turn / (1 + turn * turn);
    shape.light = 0.5 * ra_dice_share(dice);
    shape.blur = ra_dice_roll(dice, 3) > 0 ? 1.2 : 2 + 9 * ra_dice_share(dice);
    shape.grain =
        (guint8)(ra_dice_roll(dice, 3) > 0 ? ra_dice_roll(dice, 30) : ra_dice_roll(dice, 140));
    choose_colour(dice, seed, shape.colour);
    return shape;
}

static guint8 blend(guint8 below, double above, double share)
{
    const double sum = below + (above - below) * share;
    return (guint8)(sum < 0 ? 0 : sum > 255 ? 255 : sum);
}

/* How far inside of the shape, in pixels. */
static double depth(const Shape *shape, double x, double y)
{
    const double r = shape->radius;
    if (shape->side <= 0)
        return (r * r - x * x - y * y) / (2 * r);
    const double along = x * shape->cosine + y * shape->sine;
    const double across = y * shape->cosine - x * shape->sine;
    const double one = r - (along < 0 ? -along : along);
    const double two = r * shape->side - (across < 0 ? -across : across);
    return MIN(one, two);
}

/* The picture's fourth byte keeps how strong the texture is. */
static void draw_shape(const Shape *shape, guint width, guint height, guint8 *pixels, gsize stride)
{
    const double reach = shape->radius * (shape->side > 0 ? 1.42 : 1) + shape->blur;
    const int x0 = (int)MAX(shape->x - reach, 0), y0 = (int)MAX(shape->y - reach, 0);
    const int x1 = (int)MIN(shape->x + reach + 1, width),
              y1 = (int)MIN(shape->y + reach + 1, height);
    for (int y = y0; y < y1; y++) {
        guint8 *to = pixels + (gsize)y * stride + (gsize)x0 * 4;
        for (int x = x0; x < x1; x++, to += 4) {
            const double dx = x - shape->x, dy = y - shape->y;
            const double share = depth(shape, dx, dy) / shape->blur + 0.5;
            if (share <= 0)
                continue;
            const double part = share > 1 ? 1 : share;
            const double light =
                1 + shape->light * (dx * shape->sine - dy * shape->cosine) / shape->radius;
            for (guint i = 0; i < 3; i++)
                to[i] = blend(to[i], shape->colour[i] * light, part);
            to[3] = blend(to[3], shape->grain, part);
        }
    }
}

static void draw_ground(guint32 seed, guint width, guint height, guint8 *pixels, gsize stride)
{
    RaDice dice = ra_dice(seed);
    guint8 top[3], bottom[3];
    choose_colour(&dice, seed, top);
    choose_colour(&dice, seed, bottom);
    for (guint y = 0; y < height; y++) {
        for (guint x = 0; x < width; x++) {
            guint8 *to = pixels + y * stride + x * 4u;
            for (guint i = 0; i < 3; i++)
                to[i] = (guint8)((top[i] * (height - y) + bottom[i] * y) / height);
            to[3] = 12;
        }
    }
}

static void draw_shapes(guint32 seed, const Camera *view, guint width, guint height, guint8 *pixels,
                        gsize stride)
{
    RaDice dice = ra_dice(seed + 1);
    const guint n = (guint)((guint64)width * height / AREA_EACH) + 8;
    for (guint i = 0; i < n; i++) {
        Shape shape = choose_shape(&dice, seed, width, height);
        const double x = shape.x - view->middle_x - view->pan_x;
        const double y = shape.y - view->middle_y - view->pan_y;
        const double cosine = shape.cosine, sine = shape.sine;
        shape.x = view->middle_x + (x * view->cosine - y * view->sine) * view->zoom;
        shape.y = view->middle_y + (x * view->sine + y * view->cosine) * view->zoom;
        shape.cosine = cosine * view->cosine - sine * view->sine;
        shape.sine = sine * view->cosine + cosine * view->sine;
        shape.radius *= view->zoom;
        draw_shape(&shape, width, height, pixels, stride);
    }
}

/* Value noise of wave length 2^WAVE at the scene's X, Y, both 16.16. -128..127 */
static inline int noise_at(const gint8 *lattice, gint64 x, gint64 y, guint wave)
{
    const guint shift = 16 + wave;
    const guint left = (guint)(x >> shift) % LATTICE, top = (guint)(y >> shift) % LATTICE;
    const guint right = (left + 1) % LATTICE, bottom = (top + 1) % LATTICE;
    const int across = (int)(x >> (shift - 8) & 255), down = (int)(y >> (shift - 8) & 255);
    const int above =
        lattice[top * LATTICE + left] * (256 - across) + lattice[top * LATTICE + right] * across;
    const int below = lattice[bottom * LATTICE + left] * (256 - across) +
                      lattice[bottom * LATTICE + right] * across;
    return (above * (256 - down) + below * down) >> 16;
}

/* Of COUNT waves from 2^FIRST down, each half as long and 3/4 as strong as the one before. */
static inline int waves_at(const gint8 *lattice, gint64 x, gint64 y, guint first, guint count)
{
    int sum = 0, strength = 256;
    for (guint i = 0; i < count; i++) {
        /* Each wave looks at another place of the lattice. */
        sum += noise_at(lattice, x + ((gint64)i * 2311 << 16), y + ((gint64)i * 977 << 16),
                        first - i) *
               strength;
        strength = strength * 3 / 4;
    }
    return sum >> 8;
}

static guint8 cut(int value)
{
    return (guint8)CLAMP(value, 0, 255);
}

static void light_row(const gint8 *lattice, gint64 x, gint64 y, gint64 step_x, gint64 step_y,
                      guint noise, RaDice *dice, guint width, guint8 *row)
{
    for (guint i = 0; i < width; i++, row += 4, x += step_x, y += step_y) {
        const int light = waves_at(lattice, x, y, LIGHT_FIRST, LIGHT_WAVES);
        const int grain = waves_at(lattice, x, y, GRAIN_FIRST, GRAIN_WAVES);
        const int factor = 256 + light * 3 / 8 + grain * row[3] / 100;
        const guint32 die = ra_dice_next(dice);
        /* Two dice are nearly a bell; the colours' own noise is weaker. */
        const int common = (int)((die & 255) + (die >> 8 & 255)) - 255;
        for (guint k = 0; k < 3; k++) {
            const int own = (int)(die >> (16 + 4 * k) & 15) - 7;
            row[k] = cut((row[k] * factor >> 8) + (common * (int)noise + own * 12) / 128);
        }
        row[3] = 0;
    }
}

void ra_content_scene(guint32 seed, guint frame, guint noise, guint width, guint height,
                      guint8 *pixels, gsize stride)
{
    const Camera view = camera(frame, width, height);
    gint8 lattice[LATTICE * LATTICE];
    RaDice dice = ra_dice(seed + 2), sensor = ra_dice(seed * 31 + frame);
    for (gsize i = 0; i < G_N_ELEMENTS(lattice); i++)
        lattice[i] = (gint8)((int)(ra_dice_next(&dice) >> 24) - 128);
    draw_ground(seed, width, height, pixels, stride);
    draw_shapes(seed, &view, width, height, pixels, stride);
    const gint64 step_x = (gint64)(view.cosine / view.zoom * 65536);
    const gint64 step_y = (gint64)(-view.sine / view.zoom * 65536);
    for (guint y = 0; y < height; y++) {
        const double dx = -view.middle_x, dy = y - view.middle_y;
        const double u = (dx * view.cosine + dy * view.sine) / view.zoom + view.pan_x;
        const double v = (dy * view.cosine - dx * view.sine) / view.zoom + view.pan_y;
        light_row(lattice, (gint64)((u + 16384) * 65536), (gint64)((v + 16384) * 65536), step_x,
                  step_y, noise, &sensor, width, pixels + y * stride);
    }
}
