/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer/entry-private.h"

#include <math.h>

enum { WHEEL_STEP = 40 }; /* dp */

static gboolean wheel(RaEntry *entry, const RaUiPointer *event)
{
    int height;
    const RaBox inner = ra_entry_inner(&entry->base);
    if (entry->kind != RA_ENTRY_TEXT)
        return FALSE;
    pango_layout_get_pixel_size(ra_entry_layout(entry), NULL, &height);
    const int most = MAX(height - inner.height, 0);
    const int step = (int)lround(event->wheel_y * ra_ui_px(entry->base.ui, WHEEL_STEP));
    if (most == 0)
        return FALSE;
    entry->offset_y = CLAMP(entry->offset_y + step, 0, most);
    ra_widget_redraw(&entry->base);
    return TRUE;
}

static void press(RaEntry *entry, const RaUiPointer *event)
{
    RaWidget *widget = &entry->base;
    ra_ui_focus(widget->ui, widget);
    if (event->button != 1)
        return;
    const gsize position = ra_entry_position_at(entry, event->x, event->y);
    if (event->clicks >= 3 || (event->clicks == 2 && entry->kind == RA_ENTRY_SECRET))
        ra_edit_select(entry->edit, 0, ra_edit_length(entry->edit));
    else if (event->clicks == 2)
        ra_edit_select_around(entry->edit, position, RA_EDIT_WORD);
    else
        ra_edit_move_to(entry->edit, position, (event->mods & RA_MOD_SHIFT) != 0);
    entry->by_word = event->clicks >= 2;
    ra_entry_moved(entry);
}

gboolean ra_entry_pointer(RaWidget *widget, const RaUiPointer *event)
{
    RaEntry *entry = ra_entry_of(widget);
    switch (event->kind) {
    case RA_POINTER_WHEEL:
        return wheel(entry, event);
    case RA_POINTER_DOWN:
        press(entry, event);
        return TRUE;
    case RA_POINTER_MOVE:
        if (ra_widget_pressed(widget) && !entry->by_word) {
            ra_edit_move_to(entry->edit, ra_entry_position_at(entry, event->x, event->y), TRUE);
            ra_entry_moved(entry);
        }
        return TRUE;
    default:
        return TRUE;
    }
}

/* Clipboard. */

static void copy(RaEntry *entry)
{
    g_autofree char *text = ra_edit_copy(entry->edit);
    if (text != NULL)
        ra_ui_set_clipboard(entry->base.ui, text);
}

static void cut(RaEntry *entry)
{
    gsize start, end;
    if (entry->kind == RA_ENTRY_SECRET || !ra_edit_selection(entry->edit, &start, &end))
        return;
    copy(entry);
    ra_edit_delete(entry->edit, RA_EDIT_GRAPHEME, 1);
    ra_entry_changed(entry, TRUE);
}

static void paste(RaEntry *entry)
{
    char *text = ra_ui_clipboard(entry->base.ui);
    if (text == NULL)
        return;
    const gboolean changed = ra_edit_insert(entry->edit, text);
    for (volatile char *at = text; *at != '\0'; at++)
        *at = '\0'; /* it may be a password */
    g_free(text);
    if (changed)
        ra_entry_changed(entry, TRUE);
}

/* Ctrl and a letter. TRUE: taken. */
static gboolean command(RaEntry *entry, const RaUiKey *event)
{
    gboolean changed = FALSE;
    const gboolean shift = (event->mods & RA_MOD_SHIFT) != 0;
    switch (event->key) {
    case 'a':
        ra_edit_select(entry->edit, 0, ra_edit_length(entry->edit));
        ra_entry_moved(entry);
        return TRUE;
    case 'c':
        copy(entry);
        return TRUE;
    case 'x':
        cut(entry);
        return TRUE;
    case 'v':
        paste(entry);
        return TRUE;
    case 'z':
        changed = shift ? ra_edit_redo(entry->edit) : ra_edit_undo(entry->edit);
        break;
    case 'y':
        changed = ra_edit_redo(entry->edit);
        break;
    default:
        return FALSE;
    }
    if (changed)
        ra_entry_changed(entry, TRUE);
    return TRUE;
}

/* Keys that move the caret. TRUE: taken. */
static gboolean move(RaEntry *entry, const RaUiKey *event)
{
    const gboolean extend = (event->mods & RA_MOD_SHIFT) != 0;
    const gboolean ctrl = (event->mods & RA_MOD_CTRL) != 0;
    const int step =
        event->key == RA_UI_KEY_LEFT || event->key == RA_UI_KEY_UP || event->key == RA_UI_KEY_HOME
            ? -1
            : 1;
    gsize start, end, position;
    switch (event->key) {
    case RA_UI_KEY_LEFT:
    case RA_UI_KEY_RIGHT:
        if (ctrl)
            ra_edit_move(entry->edit, RA_EDIT_WORD, step, extend);
        else if (entry->kind == RA_ENTRY_SECRET ||
                 (!extend && ra_edit_selection(entry->edit, &start, &end)))
            ra_edit_move(entry->edit, RA_EDIT_GRAPHEME, step, extend);
        else
            ra_edit_move_to(entry->edit, ra_entry_visually(entry, step), extend);
        break;
    case RA_UI_KEY_HOME:
    case RA_UI_KEY_END:
        ra_edit_move(entry->edit, ctrl ? RA_EDIT_ALL : RA_EDIT_LINE, step, extend);
        break;
    case RA_UI_KEY_UP:
    case RA_UI_KEY_DOWN:
        if (entry->kind != RA_ENTRY_TEXT)
            return FALSE;
        if (!ra_entry_line_away(entry, step, &position))
            position = step < 0 ? 0 : ra_edit_length(entry->edit);
        ra_edit_move_to(entry->edit, position, extend);
        break;
    default:
        return FALSE;
    }
    ra_entry_moved(entry);
    return TRUE;
}

static gboolean enter(RaEntry *entry, const RaUiKey *event)
{
    if (entry->kind == RA_ENTRY_TEXT && (event->mods & RA_MOD_SHIFT) != 0) {
        if (ra_edit_insert(entry->edit, "\n"))
            ra_entry_changed(entry, TRUE);
        return TRUE;
    }
    if (entry->funcs.entered == NULL || event->repeat)
        return FALSE;
    entry->funcs.entered(&entry->base, entry->data);
    return TRUE;
}

gboolean ra_entry_key(RaWidget *widget, const RaUiKey *event)
{
    RaEntry *entry = ra_entry_of(widget);
    const gboolean ctrl = (event->mods & RA_MOD_CTRL) != 0;
    if (*entry->preedit != '\0') /* the input method's */
        return event->key != RA_UI_KEY_TAB;
    if ((event->mods & (RA_MOD_ALT | RA_MOD_SUPER)) != 0)
        return FALSE;
    if (event->key == RA_UI_KEY_ENTER)
        return enter(entry, event);
    if (event->key == RA_UI_KEY_BACKSPACE || event->key == RA_UI_KEY_DELETE) {
        const int step = event->key == RA_UI_KEY_BACKSPACE ? -1 : 1;
        if (ra_edit_delete(entry->edit, ctrl ? RA_EDIT_WORD : RA_EDIT_GRAPHEME, step))
            ra_entry_changed(entry, TRUE);
        return TRUE;
    }
    if (move(entry, event))
        return TRUE;
    if (ctrl)
        return command(entry, event);
    /* A character comes as text as well; here it is only kept from whoever is above. */
    return event->key >= ' ' && event->key < 0x110000;
}

void ra_entry_type(RaWidget *widget, const char *text)
{
    RaEntry *entry = ra_entry_of(widget);
    const gboolean under_way = *entry->preedit != '\0';
    g_free(entry->preedit);
    entry->preedit = g_strdup("");
    if (ra_edit_insert(entry->edit, text))
        ra_entry_changed(entry, TRUE);
    else if (under_way)
        ra_entry_changed(entry, FALSE);
}

void ra_entry_preedit(RaWidget *widget, const char *text, int caret)
{
    RaEntry *entry = ra_entry_of(widget);
    if (entry->kind == RA_ENTRY_SECRET)
        return;
    g_free(entry->preedit);
    entry->preedit = g_strdup(text);
    entry->preedit_caret = caret;
    ra_entry_changed(entry, FALSE);
}

/* The public side. */

void ra_entry_set_hint(RaWidget *widget, const char *hint)
{
    RaEntry *entry = ra_entry_of(widget);
    g_free(entry->hint);
    entry->hint = g_strdup(hint);
    ra_widget_redraw(widget);
}

void ra_entry_set_lines(RaWidget *widget, int min, int max)
{
    RaEntry *entry = ra_entry_of(widget);
    entry->min_lines = min;
    entry->max_lines = max;
    ra_widget_resize(widget);
}

void ra_entry_set_wrong(RaWidget *widget, gboolean wrong)
{
    ra_entry_of(widget)->wrong = wrong;
    ra_widget_redraw(widget);
}

const char *ra_entry_text(const RaWidget *widget)
{
    const RaEntry *entry = ra_entry_of(widget);
    g_assert(entry->kind != RA_ENTRY_SECRET);
    return ra_edit_text(entry->edit);
}

void ra_entry_set_text(RaWidget *widget, const char *text)
{
    RaEntry *entry = ra_entry_of(widget);
    ra_edit_set(entry->edit, text);
    ra_entry_changed(entry, FALSE);
}

void ra_entry_select(RaWidget *widget, gsize start, gsize end)
{
    RaEntry *entry = ra_entry_of(widget);
    ra_edit_select(entry->edit, start, end);
    ra_entry_moved(entry);
}

gsize ra_entry_length(const RaWidget *widget)
{
    return ra_edit_length(ra_entry_of(widget)->edit);
}

RaSecret *ra_entry_take_secret(RaWidget *widget)
{
    RaEntry *entry = ra_entry_of(widget);
    RaSecret *secret = ra_edit_take_secret(entry->edit);
    ra_entry_changed(entry, FALSE);
    return secret;
}

void ra_entry_set_visible(RaWidget *widget, gboolean visible)
{
    ra_entry_of(widget)->visible = visible;
    ra_widget_redraw(widget);
}
