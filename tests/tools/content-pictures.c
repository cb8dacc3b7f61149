/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the benchmarks show, to be looked at: content-pictures FOLDER [WIDTH HEIGHT [SEED]] writes
 * FOLDER/KIND.png, and says how long each took to draw. */
#include "tests/bench/content.h"
#include "tests/support/number.h"

#include <cairo.h>
#include <stdio.h>

static gboolean write_picture(const char *folder, RaContent kind, guint32 seed, guint width,
                              guint height)
{
    const gsize stride = width * 4u;
    g_autofree guint8 *pixels = g_malloc(stride * height);
    g_autofree char *path = g_strdup_printf("%s/%s.png", folder, ra_content_name(kind));
    const gint64 start = g_get_monotonic_time();
    ra_content_draw(kind, seed, width, height, pixels, stride);
    printf("%-10s %4d ms\n", ra_content_name(kind), (int)((g_get_monotonic_time() - start) / 1000));
    cairo_surface_t *surface = cairo_image_surface_create_for_data(
        pixels, CAIRO_FORMAT_RGB24, (int)width, (int)height, (int)stride);
    const cairo_status_t status = cairo_surface_write_to_png(surface, path);
    cairo_surface_destroy(surface);
    if (status != CAIRO_STATUS_SUCCESS)
        fprintf(stderr, "content-pictures: %s: %s\n", path, cairo_status_to_string(status));
    return status == CAIRO_STATUS_SUCCESS;
}

int main(int argc, char **argv)
{
    if (argc != 2 && argc != 4 && argc != 5) {
        fprintf(stderr, "usage: content-pictures FOLDER [WIDTH HEIGHT [SEED]]\n");
        return 2;
    }
    const int width = argc > 2 ? ra_number(argv[2], 1, 8192) : 1920;
    const int height = argc > 2 ? ra_number(argv[3], 1, 8192) : 1080;
    const int seed = argc > 4 ? ra_number(argv[4], 0, G_MAXINT) : 1;
    for (guint i = 0; i < RA_CONTENT_KINDS; i++) {
        if (!write_picture(argv[1], i, (guint32)seed, (guint)width, (guint)height))
            return 1;
    }
    return 0;
}
