/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer/ui-private.h"

enum { OVERHANG = 4 }; /* dp that a widget may draw outside its box */

static GQuark data_quark(void)
{
    return g_quark_from_static_string("ra-widget-data");
}

RaWidget *ra_widget_new(RaUi *ui, const RaWidgetClass *class)
{
    g_assert(class->size >= sizeof(RaWidget));
    RaWidget *widget = g_malloc0(class->size);
    widget->class = class;
    widget->ui = ui;
    return widget;
}

void ra_widget_destroy(RaWidget *widget)
{
    for (guint i = 0; widget->children != NULL && i < widget->children->len; i++)
        ra_widget_destroy(widget->children->pdata[i]);
    if (widget->class->free != NULL)
        widget->class->free(widget);
    if (widget->children != NULL)
        g_ptr_array_unref(widget->children);
    g_datalist_clear(&widget->data);
    g_free(widget->tip);
    g_free(widget);
}

void ra_widget_restyle(RaWidget *widget)
{
    if (widget->class->restyled != NULL)
        widget->class->restyled(widget);
    for (guint i = 0; widget->children != NULL && i < widget->children->len; i++)
        ra_widget_restyle(widget->children->pdata[i]);
}

void ra_widget_add(RaWidget *parent, RaWidget *child)
{
    g_return_if_fail(child->parent == NULL && child->ui == parent->ui);
    if (parent->children == NULL)
        parent->children = g_ptr_array_new();
    g_ptr_array_add(parent->children, child);
    child->parent = parent;
    ra_widget_resize(parent);
}

void ra_widget_free(RaWidget *widget)
{
    if (widget == NULL)
        return;
    RaUi *ui = widget->ui;
    RaWidget *parent = widget->parent;
    ra_widget_redraw(widget);
    ra_ui_forget(ui, widget);
    if (parent != NULL) {
        g_ptr_array_remove(parent->children, widget);
        ra_widget_resize(parent);
        widget->parent = NULL;
    } else {
        ra_ui_remove_layer(ui, widget);
    }
    if (ui->depth > 0)
        g_ptr_array_add(ui->dead, widget);
    else
        ra_widget_destroy(widget);
}

void ra_widget_clear(RaWidget *widget)
{
    while (widget->children != NULL && widget->children->len > 0)
        ra_widget_free(widget->children->pdata[widget->children->len - 1]);
}

void ra_widget_want(RaWidget *widget, int *min, int *natural)
{
    int least = 0, most = 0;
    if (!widget->hidden && widget->class->width != NULL) {
        widget->class->width(widget, &least, &most);
    } else if (!widget->hidden) {
        for (guint i = 0; widget->children != NULL && i < widget->children->len; i++) {
            int a, b;
            ra_widget_want(widget->children->pdata[i], &a, &b);
            least = MAX(least, a);
            most = MAX(most, b);
        }
    }
    if (!widget->hidden && widget->min_width > 0)
        least = MAX(least, ra_ui_px(widget->ui, widget->min_width));
    if (min != NULL)
        *min = least;
    if (natural != NULL)
        *natural = MAX(least, most);
}

int ra_widget_height(RaWidget *widget, int width)
{
    int height = 0;
    if (widget->hidden)
        return 0;
    if (widget->class->height != NULL)
        return widget->class->height(widget, width);
    for (guint i = 0; widget->children != NULL && i < widget->children->len; i++)
        height = MAX(height, ra_widget_height(widget->children->pdata[i], width));
    return height;
}

static void align(RaAlign how, int wanted, int *start, int *length)
{
    const int spare = *length - wanted;
    if (how == RA_ALIGN_FILL || spare <= 0)
        return;
    if (how == RA_ALIGN_CENTRE)
        *start += spare / 2;
    else if (how == RA_ALIGN_END)
        *start += spare;
    *length = wanted;
}

void ra_widget_place(RaWidget *widget, RaBox box)
{
    if (widget->hidden)
        return;
    if (widget->align_x != RA_ALIGN_FILL) {
        int natural;
        ra_widget_want(widget, NULL, &natural);
        align(widget->align_x, natural, &box.x, &box.width);
    }
    if (widget->align_y != RA_ALIGN_FILL)
        align(widget->align_y, ra_widget_height(widget, box.width), &box.y, &box.height);
    const RaBox before = widget->box;
    if (box.x != before.x || box.y != before.y || box.width != before.width ||
        box.height != before.height) {
        ra_widget_redraw(widget);
        widget->box = box;
        ra_widget_redraw(widget);
    }
    if (widget->class->place != NULL) {
        widget->class->place(widget);
        return;
    }
    for (guint i = 0; widget->children != NULL && i < widget->children->len; i++)
        ra_widget_place(widget->children->pdata[i], box);
}

void ra_widget_redraw(RaWidget *widget)
{
    const int over = ra_ui_px(widget->ui, OVERHANG);
    RaBox box = widget->box;
    if (widget->hidden || ra_box_is_empty(box))
        return;
    box = (RaBox){box.x - over, box.y - over, box.width + 2 * over, box.height + 2 * over};
    for (const RaWidget *above = widget->parent; above != NULL; above = above->parent) {
        if (above->class->clips)
            box = ra_box_intersect(box, above->box);
    }
    if (!ra_box_is_empty(box))
        ra_ui_damage(widget->ui, box);
}

void ra_widget_resize(RaWidget *widget)
{
    ra_widget_redraw(widget);
    widget->ui->unplaced = TRUE;
    ra_ui_damage(widget->ui, (RaBox){0});
}

gboolean ra_widget_usable(const RaWidget *widget)
{
    for (; widget != NULL; widget = widget->parent) {
        if (widget->hidden || widget->disabled)
            return FALSE;
    }
    return TRUE;
}

gboolean ra_widget_is_inside(const RaWidget *widget, const RaWidget *parent)
{
    while (widget != NULL && widget != parent)
        widget = widget->parent;
    return widget != NULL && parent != NULL;
}

gboolean ra_widget_hovered(const RaWidget *widget)
{
    return ra_widget_is_inside(widget->ui->hovered, widget);
}

gboolean ra_widget_pressed(const RaWidget *widget)
{
    return widget->ui->grabbed == widget;
}

void ra_widget_set_hidden(RaWidget *widget, gboolean hidden)
{
    if (widget->hidden == hidden)
        return;
    ra_widget_redraw(widget);
    widget->hidden = hidden;
    if (hidden)
        ra_ui_forget(widget->ui, widget);
    ra_widget_resize(widget->parent != NULL ? widget->parent : widget);
}

void ra_widget_set_disabled(RaWidget *widget, gboolean disabled)
{
    if (widget->disabled == disabled)
        return;
    widget->disabled = disabled;
    if (disabled)
        ra_ui_forget(widget->ui, widget);
    ra_widget_redraw(widget);
}

void ra_widget_set_align(RaWidget *widget, RaAlign x, RaAlign y)
{
    widget->align_x = x;
    widget->align_y = y;
    ra_widget_resize(widget);
}

void ra_widget_set_expands(RaWidget *widget, gboolean expands)
{
    widget->expands = expands;
    ra_widget_resize(widget);
}

void ra_widget_set_shape(RaWidget *widget, RaPointerShape shape)
{
    RaUi *ui = widget->ui;
    if (widget->shape == shape)
        return;
    widget->shape = shape;
    if (!ui->dying && ui->host.pointer != NULL && ra_widget_hovered(widget))
        ui->host.pointer(ui, ui->data);
}

void ra_widget_set_tip(RaWidget *widget, const char *tip)
{
    if (g_strcmp0(widget->tip, tip) == 0)
        return;
    if (widget->ui->tipped == widget)
        ra_ui_drop_tip(widget->ui);
    g_free(widget->tip);
    widget->tip = g_strdup(tip);
}

void ra_widget_set_data(RaWidget *widget, gpointer data, GDestroyNotify destroy)
{
    g_datalist_id_set_data_full(&widget->data, data_quark(), data, destroy);
}

gpointer ra_widget_data(const RaWidget *widget)
{
    return g_datalist_id_get_data((GData **)&widget->data, data_quark());
}
