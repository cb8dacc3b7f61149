/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer/ui-private.h"

enum { TIP_MS = 700 };

/* Focus. */

static gboolean can_focus(const RaWidget *widget)
{
    return widget->focusable && ra_widget_usable(widget);
}

static void tell_focus(RaWidget *widget)
{
    ra_widget_redraw(widget);
    if (widget->class->focus_changed != NULL)
        widget->class->focus_changed(widget);
}

/* A scroll above it may have to move: asked as a key without a meaning would be, by class. */
static void bring_into_sight(RaWidget *widget)
{
    for (RaWidget *above = widget->parent; above != NULL; above = above->parent) {
        if (above->class->reveal != NULL)
            above->class->reveal(above, widget);
    }
}

void ra_ui_focus(RaUi *ui, RaWidget *widget)
{
    RaWidget *before = ui->focused;
    if (widget != NULL && !can_focus(widget))
        return;
    if (before == widget)
        return;
    ui->focused = widget;
    if (before != NULL) {
        if (!ui->dying && ui->host.text_input != NULL)
            ui->host.text_input(NULL, FALSE, ui->data);
        tell_focus(before);
    }
    if (widget != NULL && ui->focused == widget) {
        tell_focus(widget);
        bring_into_sight(widget);
    }
    if (!ui->dying && ui->host.focus != NULL)
        ui->host.focus(ui->data);
}

RaWidget *ra_ui_focused(const RaUi *ui)
{
    return ui->focused;
}

gboolean ra_ui_shows_focus(const RaUi *ui)
{
    return ui->keyboard && ui->active;
}

static void collect(RaWidget *widget, GPtrArray *found)
{
    if (widget->hidden || widget->disabled)
        return;
    if (widget->focusable)
        g_ptr_array_add(found, widget);
    for (guint i = 0; widget->children != NULL && i < widget->children->len; i++)
        collect(widget->children->pdata[i], found);
}

void ra_ui_focus_next(RaUi *ui, int step)
{
    guint at = 0;
    RaWidget *top = ra_ui_top(ui);
    g_autoptr(GPtrArray) found = g_ptr_array_new();
    if (top != NULL)
        collect(top, found);
    if (found->len == 0)
        return;
    if (ui->focused == NULL || !g_ptr_array_find(found, ui->focused, &at))
        at = step > 0 ? found->len - 1 : 0;
    at = (at + found->len + (guint)step) % found->len;
    ui->keyboard = TRUE;
    ra_ui_focus(ui, found->pdata[at]);
}

void ra_ui_forget(RaUi *ui, const RaWidget *widget)
{
    for (guint i = 0; i < ui->layers->len; i++) {
        RaLayer *layer = &g_array_index(ui->layers, RaLayer, i);
        if (ra_widget_is_inside(layer->focus_before, widget))
            layer->focus_before = NULL;
    }
    if (ra_widget_is_inside(ui->tipped, widget))
        ra_ui_drop_tip(ui);
    if (ra_widget_is_inside(ui->hovered, widget))
        ui->hovered = NULL;
    if (ra_widget_is_inside(ui->grabbed, widget))
        ui->grabbed = NULL;
    if (ra_widget_is_inside(ui->focused, widget))
        ra_ui_focus(ui, NULL);
}

void ra_ui_set_active(RaUi *ui, gboolean active)
{
    if (ui->active == active)
        return;
    ui->active = active;
    if (!active)
        ra_ui_drop_tip(ui);
    if (ui->focused != NULL)
        tell_focus(ui->focused);
}

/* Pointer. */

static RaWidget *find(RaWidget *widget, int x, int y)
{
    if (widget->hidden)
        return NULL;
    const gboolean inside = ra_box_contains(widget->box, x, y);
    if (!inside && widget->class->clips)
        return NULL;
    for (guint i = widget->children != NULL ? widget->children->len : 0; i > 0; i--) {
        RaWidget *found = find(widget->children->pdata[i - 1], x, y);
        if (found != NULL)
            return found;
    }
    return inside && (widget->class->pointer != NULL || widget->tip != NULL) ? widget : NULL;
}

static void redraw_reacting(RaWidget *widget)
{
    for (; widget != NULL; widget = widget->parent) {
        if (widget->class->reacts)
            ra_widget_redraw(widget);
    }
}

static gboolean on_tip(gpointer data)
{
    RaUi *ui = data;
    ui->tip_timer = 0;
    ui->tipped = ui->hovered;
    while (ui->tipped != NULL && ui->tipped->tip == NULL)
        ui->tipped = ui->tipped->parent;
    if (ui->tipped != NULL)
        ra_ui_damage(ui, ra_ui_tip_box(ui));
    return G_SOURCE_REMOVE;
}

static gboolean has_tip(const RaWidget *widget)
{
    while (widget != NULL && widget->tip == NULL)
        widget = widget->parent;
    return widget != NULL;
}

static void set_hovered(RaUi *ui, RaWidget *widget)
{
    RaWidget *before = ui->hovered;
    if (before == widget)
        return;
    ra_ui_drop_tip(ui);
    ui->hovered = widget;
    redraw_reacting(before);
    redraw_reacting(widget);
    if (before != NULL && before->class->pointer != NULL && ui->grabbed != before)
        before->class->pointer(before, &(RaUiPointer){.kind = RA_POINTER_LEAVE, .x = -1, .y = -1});
    if (has_tip(ui->hovered) && ui->grabbed == NULL && !ui->dying)
        ui->tip_timer = g_timeout_add(TIP_MS, on_tip, ui);
    if (!ui->dying && ui->host.pointer != NULL)
        ui->host.pointer(ui, ui->data);
}

void ra_ui_find_hovered(RaUi *ui)
{
    RaWidget *top = ra_ui_top(ui);
    if (ui->grabbed != NULL)
        return;
    ra_ui_enter(ui);
    set_hovered(ui, top != NULL && ui->mouse_x >= 0 ? find(top, ui->mouse_x, ui->mouse_y) : NULL);
    ra_ui_leave(ui);
}

gboolean ra_ui_is_over(const RaUi *ui)
{
    return ui->hovered != NULL || ui->grabbed != NULL || ra_ui_is_modal(ui);
}

RaPointerShape ra_ui_pointer_shape(const RaUi *ui)
{
    const RaWidget *widget = ui->grabbed != NULL ? ui->grabbed : ui->hovered;
    while (widget != NULL && widget->shape == RA_SHAPE_ARROW)
        widget = widget->parent;
    return widget != NULL && ra_widget_usable(widget) ? widget->shape : RA_SHAPE_ARROW;
}

/* From WIDGET upwards. Returns who took it. */
static RaWidget *give_pointer(RaWidget *widget, const RaUiPointer *event)
{
    RaUi *ui = widget->ui;
    for (RaWidget *at = widget; at != NULL && !ui->dying; at = at->parent) {
        if (at->class->pointer == NULL)
            continue;
        if (!ra_widget_usable(at)) {
            if (event->kind == RA_POINTER_WHEEL)
                continue;
            return at; /* a press on what cannot be used does nothing, not something else */
        }
        if (event->kind == RA_POINTER_DOWN) {
            ui->grabbed = at;
            ui->grab_button = event->button;
        }
        if (at->class->pointer(at, event))
            return at;
        if (event->kind == RA_POINTER_DOWN && ui->grabbed == at)
            ui->grabbed = NULL;
    }
    return NULL;
}

static gboolean press(RaUi *ui, const RaUiPointer *event)
{
    ra_ui_drop_tip(ui);
    if (ui->keyboard) {
        ui->keyboard = FALSE;
        if (ui->focused != NULL)
            ra_widget_redraw(ui->focused);
    }
    RaWidget *taker = ui->hovered != NULL ? give_pointer(ui->hovered, event) : NULL;
    if (taker != NULL && ui->grabbed == taker && taker->class->reacts)
        ra_widget_redraw(taker);
    return taker != NULL || ra_ui_is_modal(ui);
}

static gboolean release(RaUi *ui, const RaUiPointer *event)
{
    RaWidget *grabbed = ui->grabbed;
    if (grabbed == NULL)
        return FALSE;
    if (event->button != ui->grab_button)
        return TRUE;
    if (grabbed->class->reacts)
        ra_widget_redraw(grabbed);
    grabbed->class->pointer(grabbed, event);
    if (!ui->dying) {
        ui->grabbed = NULL;
        ra_ui_find_hovered(ui);
    }
    return TRUE;
}

static gboolean take_pointer(RaUi *ui, const RaUiPointer *event)
{
    if (event->kind != RA_POINTER_WHEEL) {
        ui->mouse_x = event->kind == RA_POINTER_LEAVE ? -1 : event->x;
        ui->mouse_y = event->kind == RA_POINTER_LEAVE ? -1 : event->y;
    }
    ra_ui_find_hovered(ui);
    switch (event->kind) {
    case RA_POINTER_DOWN:
        return ui->grabbed != NULL || press(ui, event);
    case RA_POINTER_UP:
        return release(ui, event) || ra_ui_is_modal(ui);
    case RA_POINTER_LEAVE:
        return FALSE;
    case RA_POINTER_MOVE:
        if (ui->grabbed != NULL)
            return ui->grabbed->class->pointer(ui->grabbed, event) || TRUE;
        break;
    case RA_POINTER_WHEEL:
        break;
    }
    return (ui->hovered != NULL && give_pointer(ui->hovered, event) != NULL) ||
           ui->hovered != NULL || ra_ui_is_modal(ui);
}

gboolean ra_ui_pointer(RaUi *ui, const RaUiPointer *event)
{
    ra_ui_enter(ui);
    const gboolean taken = take_pointer(ui, event);
    ra_ui_leave(ui);
    return taken;
}

/* Keyboard. */

static gboolean take_key(RaUi *ui, const RaUiKey *event)
{
    RaWidget *start = ui->focused != NULL ? ui->focused : ra_ui_is_modal(ui) ? ra_ui_top(ui) : NULL;
    if (start == NULL)
        return FALSE;
    ra_ui_drop_tip(ui);
    if (!ui->keyboard) {
        ui->keyboard = TRUE;
        if (ui->focused != NULL)
            ra_widget_redraw(ui->focused);
    }
    for (RaWidget *at = start; at != NULL && !ui->dying; at = at->parent) {
        if (at->class->key != NULL && at->class->key(at, event))
            return TRUE;
    }
    if (ui->dying)
        return TRUE;
    if (event->key == RA_UI_KEY_TAB && (event->mods & ~(guint)RA_MOD_SHIFT) == 0) {
        ra_ui_focus_next(ui, (event->mods & RA_MOD_SHIFT) != 0 ? -1 : 1);
        return TRUE;
    }
    return ra_ui_is_modal(ui);
}

gboolean ra_ui_key(RaUi *ui, const RaUiKey *event)
{
    ra_ui_enter(ui);
    const gboolean taken = take_key(ui, event);
    ra_ui_leave(ui);
    return taken;
}

void ra_ui_type(RaUi *ui, const char *text)
{
    RaWidget *focused = ui->focused;
    if (focused == NULL || focused->class->text == NULL || !g_utf8_validate(text, -1, NULL))
        return;
    ra_ui_enter(ui);
    focused->class->text(focused, text);
    ra_ui_leave(ui);
}

void ra_ui_preedit(RaUi *ui, const char *text, int caret)
{
    RaWidget *focused = ui->focused;
    if (focused == NULL || focused->class->preedit == NULL || !g_utf8_validate(text, -1, NULL))
        return;
    ra_ui_enter(ui);
    focused->class->preedit(focused, text, caret);
    ra_ui_leave(ui);
}

/* What the widgets' host does. */

void ra_ui_text_input(RaUi *ui, const RaBox *caret, gboolean secret)
{
    if (!ui->dying && ui->host.text_input != NULL)
        ui->host.text_input(caret, secret, ui->data);
}

char *ra_ui_clipboard(RaUi *ui)
{
    return ui->dying || ui->host.clipboard == NULL ? NULL : ui->host.clipboard(ui->data);
}

void ra_ui_set_clipboard(RaUi *ui, const char *text)
{
    if (!ui->dying && ui->host.set_clipboard != NULL)
        ui->host.set_clipboard(text, ui->data);
}

gboolean ra_ui_is_active(const RaUi *ui)
{
    return ui->active;
}
