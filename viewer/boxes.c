/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer/containers.h"

typedef struct {
    RaWidget base;
    int gap;
} Box;

static guint n_of(const RaWidget *widget)
{
    return widget->children != NULL ? widget->children->len : 0;
}

static RaWidget *child(const RaWidget *widget, guint i)
{
    return widget->children->pdata[i];
}

static int gap_of(const RaWidget *widget)
{
    return ra_ui_px(widget->ui, ((const Box *)widget)->gap);
}

static guint shown(const RaWidget *widget)
{
    guint n = 0;
    for (guint i = 0; i < n_of(widget); i++)
        n += child(widget, i)->hidden ? 0 : 1;
    return n;
}

static int gaps(const RaWidget *widget)
{
    const guint n = shown(widget);
    return n > 1 ? (int)(n - 1) * gap_of(widget) : 0;
}

/* Rows. */

static void row_width(RaWidget *row, int *min, int *natural)
{
    *min = *natural = gaps(row);
    for (guint i = 0; i < n_of(row); i++) {
        int a, b;
        ra_widget_want(child(row, i), &a, &b);
        *min += a;
        *natural += b;
    }
}

/* Takes LACK pixels from those that can be narrower, the widest surplus first. */
static void shrink(const int *least, int *widths, guint n, int lack)
{
    while (lack > 0) {
        int most = 0, second = 0;
        guint many = 0;
        for (guint i = 0; i < n; i++) {
            const int spare = widths[i] - least[i];
            if (spare > most) {
                second = most;
                most = spare;
                many = 1;
            } else if (spare == most) {
                many++;
            } else {
                second = MAX(second, spare);
            }
        }
        if (most <= 0)
            return;
        const int step = CLAMP(lack / (int)many, 1, MAX(most - second, 1));
        for (guint i = 0; i < n && lack > 0; i++) {
            if (widths[i] - least[i] != most)
                continue;
            const int take = MIN(step, lack);
            widths[i] -= take;
            lack -= take;
        }
    }
}

/* The children's widths in a row of WIDTH. The caller frees them. */
static int *divide(RaWidget *row, int width)
{
    const guint n = n_of(row);
    int *widths = g_new0(int, n + 1);
    g_autofree int *least = g_new0(int, n + 1);
    int used = gaps(row), expanding = 0;
    for (guint i = 0; i < n; i++) {
        ra_widget_want(child(row, i), &least[i], &widths[i]);
        used += widths[i];
        expanding += child(row, i)->expands && !child(row, i)->hidden ? 1 : 0;
    }
    int left = width - used;
    for (guint i = 0; i < n && left > 0 && expanding > 0; i++) {
        if (!child(row, i)->expands || child(row, i)->hidden)
            continue;
        const int share = left / expanding--;
        widths[i] += share;
        left -= share;
    }
    shrink(least, widths, n, -left);
    return widths;
}

static int row_height(RaWidget *row, int width)
{
    int height = 0;
    g_autofree int *widths = divide(row, width);
    for (guint i = 0; i < n_of(row); i++)
        height = MAX(height, ra_widget_height(child(row, i), widths[i]));
    return height;
}

static void place_row(RaWidget *row)
{
    RaBox box = row->box;
    g_autofree int *widths = divide(row, box.width);
    for (guint i = 0; i < n_of(row); i++) {
        if (child(row, i)->hidden)
            continue;
        box.width = widths[i];
        ra_widget_place(child(row, i), box);
        box.x += widths[i] + gap_of(row);
    }
}

static const RaWidgetClass row_class = {.name = "row",
                                        .size = sizeof(Box),
                                        .width = row_width,
                                        .height = row_height,
                                        .place = place_row};

static RaWidget *box_new(RaUi *ui, const RaWidgetClass *class, int gap)
{
    RaWidget *widget = ra_widget_new(ui, class);
    ((Box *)widget)->gap = gap;
    return widget;
}

RaWidget *ra_row_new(RaUi *ui, int gap)
{
    return box_new(ui, &row_class, gap);
}

/* Columns. */

static int wide_in(RaWidget *widget, int width)
{
    int natural;
    if (widget->align_x == RA_ALIGN_FILL)
        return width;
    ra_widget_want(widget, NULL, &natural);
    return MIN(natural, width);
}

static int column_height(RaWidget *column, int width)
{
    int height = gaps(column);
    for (guint i = 0; i < n_of(column); i++)
        height += ra_widget_height(child(column, i), wide_in(child(column, i), width));
    return height;
}

static void place_column(RaWidget *column)
{
    RaBox box = column->box;
    const guint n = n_of(column);
    g_autofree int *heights = g_new0(int, n + 1);
    int left = box.height - gaps(column), expanding = 0;
    for (guint i = 0; i < n; i++) {
        heights[i] = ra_widget_height(child(column, i), wide_in(child(column, i), box.width));
        left -= heights[i];
        expanding += child(column, i)->expands && !child(column, i)->hidden ? 1 : 0;
    }
    for (guint i = 0; i < n; i++) {
        RaWidget *at = child(column, i);
        if (at->hidden)
            continue;
        if (at->expands && left != 0) { /* those that grow are those that shrink */
            const int part = left / expanding--;
            const int share = MAX(part, -heights[i]);
            heights[i] += share;
            left -= share;
        }
        box.height = heights[i];
        ra_widget_place(at, box);
        box.y += heights[i] + gap_of(column);
    }
}

static const RaWidgetClass column_class = {
    .name = "column", .size = sizeof(Box), .height = column_height, .place = place_column};

RaWidget *ra_column_new(RaUi *ui, int gap)
{
    return box_new(ui, &column_class, gap);
}

/* Flows. */

static void flow_width(RaWidget *flow, int *min, int *natural)
{
    int widest = 0;
    row_width(flow, min, natural);
    for (guint i = 0; i < n_of(flow); i++) {
        int width;
        ra_widget_want(child(flow, i), NULL, &width);
        widest = MAX(widest, width);
    }
    *min = widest;
}

/* Lines are filled from the first on and end at the right edge, or are centred. PLACE: else only
 * measured. */
static int run_flow(RaWidget *flow, RaBox box, gboolean place)
{
    const int gap = gap_of(flow), top = box.y;
    int y = top;
    for (guint first = 0; first < n_of(flow);) {
        int used = 0, height = 0;
        guint end = first;
        for (; end < n_of(flow); end++) {
            int width;
            ra_widget_want(child(flow, end), NULL, &width);
            if (child(flow, end)->hidden)
                continue;
            if (used > 0 && used + gap + width > box.width)
                break;
            used += width + (used > 0 ? gap : 0);
            height = MAX(height, ra_widget_height(child(flow, end), MIN(width, box.width)));
        }
        const int spare = MAX(box.width - used, 0);
        int x = box.x + (flow->align_x == RA_ALIGN_CENTRE ? spare / 2 : spare);
        for (; first < end; first++) {
            int width;
            ra_widget_want(child(flow, first), NULL, &width);
            if (child(flow, first)->hidden)
                continue;
            if (place)
                ra_widget_place(child(flow, first), (RaBox){x, y, MIN(width, box.width), height});
            x += width + gap;
        }
        y += height + gap;
    }
    return MAX(y - top - gap, 0);
}

static int flow_height(RaWidget *flow, int width)
{
    return run_flow(flow, (RaBox){0, 0, width, 0}, FALSE);
}

static void place_flow(RaWidget *flow)
{
    run_flow(flow, flow->box, TRUE);
}

static const RaWidgetClass flow_class = {.name = "flow",
                                         .size = sizeof(Box),
                                         .width = flow_width,
                                         .height = flow_height,
                                         .place = place_flow};

RaWidget *ra_flow_new(RaUi *ui, int gap)
{
    return box_new(ui, &flow_class, gap);
}

/* Padding. */

typedef struct {
    RaWidget base;
    int x, y;        /* dp */
    RaColour ground; /* COUNT: none */
    int radius;
    gboolean frame;
} Padding;

static void padding_width(RaWidget *widget, int *min, int *natural)
{
    const int around = 2 * ra_ui_px(widget->ui, ((Padding *)widget)->x);
    *min = *natural = around;
    for (guint i = 0; i < n_of(widget); i++) {
        int a, b;
        ra_widget_want(child(widget, i), &a, &b);
        *min = MAX(*min, a + around);
        *natural = MAX(*natural, b + around);
    }
}

static int padding_height(RaWidget *widget, int width)
{
    const Padding *padding = (Padding *)widget;
    int height = 0;
    width = MAX(width - 2 * ra_ui_px(widget->ui, padding->x), 1);
    for (guint i = 0; i < n_of(widget); i++)
        height = MAX(height, ra_widget_height(child(widget, i), width));
    return height + 2 * ra_ui_px(widget->ui, padding->y);
}

static void place_padding(RaWidget *widget)
{
    const Padding *padding = (Padding *)widget;
    const int x = ra_ui_px(widget->ui, padding->x), y = ra_ui_px(widget->ui, padding->y);
    const RaBox *box = &widget->box;
    const RaBox inner = {box->x + x, box->y + y, MAX(box->width - 2 * x, 0),
                         MAX(box->height - 2 * y, 0)};
    for (guint i = 0; i < n_of(widget); i++)
        ra_widget_place(child(widget, i), inner);
}

static void fill_box(const Padding *padding, cairo_t *cairo, RaBox box, int radius, RaColour colour)
{
    ra_ui_set_colour(padding->base.ui, cairo, colour);
    if (radius > 0)
        ra_ui_round(cairo, box, radius);
    else
        cairo_rectangle(cairo, box.x, box.y, box.width, box.height);
    cairo_fill(cairo);
}

/* The frame lies inside: a neighbour, the picture among them, is not drawn over. */
static void draw_padding(RaWidget *widget, cairo_t *cairo)
{
    const Padding *padding = (Padding *)widget;
    RaUi *ui = widget->ui;
    RaBox box = widget->box;
    if (padding->ground == RA_COLOUR_COUNT)
        return;
    int radius = ra_ui_px(ui, padding->radius);
    if (padding->frame) {
        const int line = ra_ui_px(ui, 1);
        fill_box(padding, cairo, box, radius, RA_COLOUR_EDGE);
        box = (RaBox){box.x + line, box.y + line, box.width - 2 * line, box.height - 2 * line};
        radius = MAX(radius - line, 0);
    }
    fill_box(padding, cairo, box, radius, padding->ground);
}

/* What has a ground is not seen through, nor pressed through. */
static gboolean padding_pointer(RaWidget *widget, const RaUiPointer *event)
{
    return ((Padding *)widget)->ground != RA_COLOUR_COUNT && event->kind != RA_POINTER_WHEEL;
}

static const RaWidgetClass padding_class = {.name = "padding",
                                            .size = sizeof(Padding),
                                            .width = padding_width,
                                            .height = padding_height,
                                            .place = place_padding,
                                            .draw = draw_padding};
static const RaWidgetClass ground_class = {.name = "padding with a ground",
                                           .size = sizeof(Padding),
                                           .width = padding_width,
                                           .height = padding_height,
                                           .place = place_padding,
                                           .draw = draw_padding,
                                           .pointer = padding_pointer};

RaWidget *ra_padding_new(RaUi *ui, int x, int y)
{
    RaWidget *widget = ra_widget_new(ui, &padding_class);
    Padding *padding = (Padding *)widget;
    padding->x = x;
    padding->y = y;
    padding->ground = RA_COLOUR_COUNT;
    return widget;
}

void ra_padding_set_ground(RaWidget *widget, RaColour ground, int radius, gboolean frame)
{
    g_assert(widget->class == &padding_class || widget->class == &ground_class);
    Padding *padding = (Padding *)widget;
    widget->class = &ground_class;
    padding->ground = ground;
    padding->radius = radius;
    padding->frame = frame;
    ra_widget_redraw(widget);
}

/* Stacks. */

static int stack_height(RaWidget *stack, int width)
{
    int height = 0;
    for (guint i = 0; i < n_of(stack); i++)
        height = MAX(height, ra_widget_height(child(stack, i), wide_in(child(stack, i), width)));
    return height;
}

static const RaWidgetClass stack_class = {
    .name = "stack", .size = sizeof(RaWidget), .height = stack_height};

RaWidget *ra_stack_new(RaUi *ui)
{
    return ra_widget_new(ui, &stack_class);
}
