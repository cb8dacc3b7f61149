/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer/icons.h"

#include <string.h>

/* M x y: begin here. L x y: a line to there. C: a curve with two points that draw it, then its end.
 * O x y r: a circle. Z: close. F: fill what was drawn so far. */
static const char *const icons[RA_ICON_COUNT] = {
    [RA_ICON_CONTROL] =
        "M6 3 L6 18.2 L10 14.6 L12.6 20.6 L15 19.6 L12.5 13.8 L17.6 13.4 Z F M6 3 L6 18.2 L10 14.6 "
        "L12.6 20.6 L15 19.6 L12.5 13.8 L17.6 13.4 Z",
    [RA_ICON_STOP] = "M7 7 L17 7 L17 17 L7 17 Z F M7 7 L17 7 L17 17 L7 17 Z",
    [RA_ICON_SEND_FILE] = "M6 3 L14 3 L19 8 L19 21 L6 21 Z M14 3 L14 8 L19 8 M12.5 18 L12.5 12 "
                          "M9.7 14.6 L12.5 11.8 L15.3 14.6",
    [RA_ICON_TALK] = "M12 3 C10.3 3 9 4.3 9 6 L9 11 C9 12.7 10.3 14 12 14 C13.7 14 15 12.7 15 11 "
                     "L15 6 C15 4.3 13.7 3 12 3 Z M5.5 11 C5.5 14.6 8.4 17.5 12 17.5 C15.6 17.5 "
                     "18.5 14.6 18.5 11 M12 17.5 L12 21 M9 21 L15 21",
    [RA_ICON_MUTED] =
        "M15 9 L15 6 C15 4.3 13.7 3 12 3 C10.3 3 9 4.3 9 6 M9 9 L9 11 C9 12.7 10.3 14 "
        "12 14 M5.5 11 C5.5 14.6 8.4 17.5 12 17.5 C13.3 17.5 14.5 17.1 15.5 16.5 M18 "
        "13.5 C18.3 12.7 18.5 11.9 18.5 11 M12 17.5 L12 21 M9 21 L15 21 M4 4 L20 20",
    [RA_ICON_SETTINGS] = "M4 7 L12.8 7 M17.2 7 L20 7 O15 7 2.2 M4 17 L6.8 17 M11.2 17 L20 17 "
                         "O9 17 2.2",
    [RA_ICON_DISCONNECT] = "M13 4 L5 4 L5 20 L13 20 M10 12 L20 12 M16.5 8.5 L20 12 L16.5 15.5",
    [RA_ICON_HELP] = "O12 12 9 M9.4 9.6 C9.4 6.4 14.6 6.4 14.6 9.6 C14.6 11.6 12 11.8 12 14 "
                     "M12 16.9 L12 17",
    [RA_ICON_CHAT] = "M4 5 L20 5 L20 16 L11.5 16 L7.5 20 L7.5 16 L4 16 Z M8 9 L16 9 M8 12.3 L13 "
                     "12.3",
    [RA_ICON_FIT] = "M4 5 L20 5 L20 19 L4 19 Z M8 12.5 L8 15.5 L11 15.5 M16 11.5 L16 8.5 L13 8.5",
    [RA_ICON_ACTUAL] = "M5 8.5 L8 6.5 L8 17.5 M16 8.5 L19 6.5 L19 17.5 M12.2 10 L12.2 10.1 M12.2 "
                       "14.4 L12.2 14.5",
    [RA_ICON_FULLSCREEN] =
        "M4 9 L4 4 L9 4 M15 4 L20 4 L20 9 M20 15 L20 20 L15 20 M9 20 L4 20 L4 15",
    [RA_ICON_WINDOW] = "M9 4 L9 9 L4 9 M20 9 L15 9 L15 4 M15 20 L15 15 L20 15 M4 15 L9 15 L9 20",
    [RA_ICON_POINT] = "M4 20 L5.2 15.3 L16 4.5 L19.5 8 L8.7 18.8 Z M13.3 7.2 L16.8 10.7",
    [RA_ICON_MONITOR] = "M3 5 L21 5 L21 16 L3 16 Z M12 16 L12 20 M8 20 L16 20",
    [RA_ICON_KEYS] = "M3 6.5 L21 6.5 L21 17.5 L3 17.5 Z M6.6 10.2 L6.6 10.3 M10.2 10.2 L10.2 10.3 "
                     "M13.8 10.2 L13.8 10.3 M17.4 10.2 L17.4 10.3 M8 14 L16 14",
    [RA_ICON_SAVE] = "M12 4 L12 15.2 M7.5 11 L12 15.5 L16.5 11 M5 20 L19 20",
    [RA_ICON_COPY] = "M9 9 L20 9 L20 20 L9 20 Z M5.5 15 L4 15 L4 4 L15 4 L15 5.5",
    [RA_ICON_SEND] = "M3.5 4.5 L21 12 L3.5 19.5 L6.2 12 Z M6.2 12 L13 12",
    [RA_ICON_CLOSE] = "M6 6 L18 18 M18 6 L6 18",
    [RA_ICON_CHECK] = "M5 12.5 L10 17.5 L19 7",
    [RA_ICON_WARNING] = "M12 4 L21.5 20 L2.5 20 Z M12 10 L12 14.5 M12 17.2 L12 17.3",
    [RA_ICON_INFO] = "O12 12 9 M12 11 L12 16.5 M12 7.6 L12 7.7",
    [RA_ICON_LOCK] = "M6 11 L18 11 L18 20 L6 20 Z M8.5 11 L8.5 8 C8.5 3.3 15.5 3.3 15.5 8 L15.5 11",
    [RA_ICON_EYE] = "M2.5 12 C6 5.5 18 5.5 21.5 12 C18 18.5 6 18.5 2.5 12 Z O12 12 2.8",
    [RA_ICON_EYE_OFF] =
        "M2.5 12 C6 5.5 18 5.5 21.5 12 C18 18.5 6 18.5 2.5 12 Z O12 12 2.8 M4 4 L20 "
        "20",
    [RA_ICON_FOLDER] = "M3 6 L9 6 L11 8.5 L21 8.5 L21 19 L3 19 Z",
    [RA_ICON_DOCUMENT] = "M6 3 L14 3 L19 8 L19 21 L6 21 Z M14 3 L14 8 L19 8",
    [RA_ICON_BACK] = "M14.5 6 L8.5 12 L14.5 18",
    [RA_ICON_FORWARD] = "M9.5 6 L15.5 12 L9.5 18",
    [RA_ICON_UP] = "M12 20 L12 5 M6 11 L12 5 L18 11",
    [RA_ICON_DOWN] = "M6 9.5 L12 15.5 L18 9.5",
    [RA_ICON_PAUSE] = "M8.5 5.5 L8.5 18.5 M15.5 5.5 L15.5 18.5",
    [RA_ICON_MOUSE] =
        "M12 3 C8.5 3 7 5.5 7 8 L7 16 C7 18.5 8.5 21 12 21 C15.5 21 17 18.5 17 16 L17 8 "
        "C17 5.5 15.5 3 12 3 Z M12 6.8 L12 10",
    [RA_ICON_RECONNECT] =
        "M19.5 12 C19.5 16.1 16.1 19.5 12 19.5 C7.9 19.5 4.5 16.1 4.5 12 C4.5 7.9 "
        "7.9 4.5 12 4.5 C14.6 4.5 16.8 5.8 18.2 7.8 M18.5 3.5 L18.5 8 L14 8",
    [RA_ICON_PERSON] = "O12 8 4 M4.5 20.5 C5.5 14.5 18.5 14.5 19.5 20.5",
    [RA_ICON_SPEAKER] = "M4 9.5 L8 9.5 L12.5 5.5 L12.5 18.5 L8 14.5 L4 14.5 Z M16 8.5 C18 10.5 18 "
                        "13.5 16 15.5",
    [RA_ICON_CLIPBOARD] = "M9 5 L6 5 L6 21 L18 21 L18 5 L15 5 M9 3.5 L15 3.5 L15 7 L9 7 Z",
};

static double number(const char **at)
{
    char *end;
    const double value = g_ascii_strtod(*at, &end);
    *at = end;
    return value;
}

static void step(cairo_t *cairo, char command, const double *n)
{
    switch (command) {
    case 'M':
        cairo_move_to(cairo, n[0], n[1]);
        break;
    case 'L':
        cairo_line_to(cairo, n[0], n[1]);
        break;
    case 'C':
        cairo_curve_to(cairo, n[0], n[1], n[2], n[3], n[4], n[5]);
        break;
    case 'O':
        cairo_new_sub_path(cairo);
        cairo_arc(cairo, n[0], n[1], n[2], 0, 2 * G_PI);
        break;
    case 'Z':
        cairo_close_path(cairo);
        break;
    default:
        cairo_fill(cairo);
        break;
    }
}

void ra_icon_draw(cairo_t *cairo, RaIcon icon, double x, double y, double size)
{
    static const char commands[] = "MLCOZF";
    static const int numbers[] = {2, 2, 6, 3, 0, 0};
    if (icon <= RA_ICON_NONE || icon >= RA_ICON_COUNT)
        return;
    cairo_save(cairo);
    cairo_translate(cairo, x, y);
    cairo_scale(cairo, size / 24, size / 24);
    cairo_set_line_width(cairo, 1.9);
    cairo_set_line_cap(cairo, CAIRO_LINE_CAP_ROUND);
    cairo_set_line_join(cairo, CAIRO_LINE_JOIN_ROUND);
    cairo_new_path(cairo);
    for (const char *at = icons[icon]; *at != '\0';) {
        const char *command = *at == ' ' ? NULL : strchr(commands, *at);
        double n[6] = {0};
        at++;
        if (command == NULL)
            continue;
        for (int i = 0; i < numbers[command - commands]; i++)
            n[i] = number(&at);
        step(cairo, *command, n);
    }
    cairo_stroke(cairo);
    cairo_restore(cairo);
}
