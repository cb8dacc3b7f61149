/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer/edit.h"

#include <pango/pango.h>
#include <string.h>

enum { UNDO_MAX = 200 };

typedef struct {
    char *text;
    gsize caret, anchor;
} State;

struct _RaEdit {
    char *text;       /* max + 1 bytes: a secret's own pages, or ordinary memory */
    RaSecret *secret; /* that has them, or NULL */
    gsize length, max;
    gsize caret, anchor;
    gboolean lines;
    GPtrArray *undo, *redo; /* of State */
    gboolean typing;        /* the last change was a character that was typed */
};

static void free_state(gpointer data)
{
    State *state = data;
    g_free(state->text);
    g_free(state);
}

RaEdit *ra_edit_new(gsize max, gboolean secret, gboolean several_lines)
{
    g_assert(max < RA_SECRET_MAX);
    RaEdit *edit = g_new0(RaEdit, 1);
    edit->max = max;
    edit->lines = several_lines;
    if (secret) {
        edit->secret = ra_secret_new(max + 1);
        edit->text = (char *)ra_secret_bytes(edit->secret);
    } else {
        edit->text = g_malloc0(max + 1);
    }
    edit->undo = g_ptr_array_new_with_free_func(free_state);
    edit->redo = g_ptr_array_new_with_free_func(free_state);
    return edit;
}

void ra_edit_free(RaEdit *edit)
{
    if (edit == NULL)
        return;
    if (edit->secret != NULL)
        ra_secret_unref(edit->secret);
    else
        g_free(edit->text);
    g_ptr_array_unref(edit->undo);
    g_ptr_array_unref(edit->redo);
    g_free(edit);
}

const char *ra_edit_text(const RaEdit *edit)
{
    return edit->text;
}

gsize ra_edit_length(const RaEdit *edit)
{
    return edit->length;
}

gsize ra_edit_caret(const RaEdit *edit)
{
    return edit->caret;
}

gboolean ra_edit_selection(const RaEdit *edit, gsize *start, gsize *end)
{
    *start = MIN(edit->caret, edit->anchor);
    *end = MAX(edit->caret, edit->anchor);
    return *start < *end;
}

/* Undoing. */

static State *state_of(const RaEdit *edit)
{
    State *state = g_new0(State, 1);
    *state = (State){g_strdup(edit->text), edit->caret, edit->anchor};
    return state;
}

/* To be called before a change. */
static void remember(RaEdit *edit, gboolean typing)
{
    const gboolean same = typing && edit->typing;
    edit->typing = typing;
    if (edit->secret != NULL || same)
        return;
    if (edit->undo->len >= UNDO_MAX)
        g_ptr_array_remove_index(edit->undo, 0);
    g_ptr_array_add(edit->undo, state_of(edit));
    g_ptr_array_set_size(edit->redo, 0);
}

static gboolean go_back(RaEdit *edit, GPtrArray *from, GPtrArray *to)
{
    if (from->len == 0)
        return FALSE;
    g_ptr_array_add(to, state_of(edit));
    State *state = g_ptr_array_steal_index(from, from->len - 1);
    edit->length = strlen(state->text);
    memcpy(edit->text, state->text, edit->length + 1);
    edit->caret = state->caret;
    edit->anchor = state->anchor;
    edit->typing = FALSE;
    free_state(state);
    return TRUE;
}

gboolean ra_edit_undo(RaEdit *edit)
{
    return go_back(edit, edit->undo, edit->redo);
}

gboolean ra_edit_redo(RaEdit *edit)
{
    return go_back(edit, edit->redo, edit->undo);
}

/* Where the caret may stand. */

static PangoLogAttr *attributes(const RaEdit *edit, glong *n)
{
    *n = g_utf8_strlen(edit->text, (gssize)edit->length);
    PangoLogAttr *attrs = g_new0(PangoLogAttr, *n + 1);
    if (edit->secret != NULL) { /* nobody else shall look at it */
        for (glong i = 0; i <= *n; i++)
            attrs[i].is_cursor_position = 1;
        return attrs;
    }
    pango_get_log_attrs(edit->text, (int)edit->length, -1, pango_language_get_default(), attrs,
                        (int)(*n + 1));
    return attrs;
}

static gboolean is_stop(const PangoLogAttr *attrs, glong n, glong at, RaEditUnit unit, int step)
{
    if (at <= 0 || at >= n)
        return TRUE;
    if (unit == RA_EDIT_WORD && step < 0)
        return attrs[at].is_word_start;
    if (unit == RA_EDIT_WORD)
        return attrs[at].is_word_end;
    return attrs[at].is_cursor_position;
}

static gsize line_end(const RaEdit *edit, gsize from, int step)
{
    if (step < 0) {
        while (from > 0 && edit->text[from - 1] != '\n')
            from--;
    } else {
        while (from < edit->length && edit->text[from] != '\n')
            from++;
    }
    return from;
}

static gsize next_stop(const RaEdit *edit, gsize from, RaEditUnit unit, int step)
{
    if (unit == RA_EDIT_ALL || (unit == RA_EDIT_WORD && edit->secret != NULL))
        return step < 0 ? 0 : edit->length;
    if (unit == RA_EDIT_LINE)
        return line_end(edit, from, step);
    glong n;
    g_autofree PangoLogAttr *attrs = attributes(edit, &n);
    glong at = g_utf8_pointer_to_offset(edit->text, edit->text + from);
    if ((step < 0 && at == 0) || (step > 0 && at >= n))
        return from;
    do
        at += step;
    while (!is_stop(attrs, n, at, unit, step));
    return (gsize)(g_utf8_offset_to_pointer(edit->text, at) - edit->text);
}

/* The nearest place at or before POSITION. */
static gsize settle(const RaEdit *edit, gsize position)
{
    position = MIN(position, edit->length);
    while (position > 0 && ((guchar)edit->text[position] & 0xc0) == 0x80)
        position--;
    if (position == 0 || position == edit->length)
        return position;
    glong n;
    g_autofree PangoLogAttr *attrs = attributes(edit, &n);
    const glong at = g_utf8_pointer_to_offset(edit->text, edit->text + position);
    return attrs[at].is_cursor_position ? position
                                        : next_stop(edit, position, RA_EDIT_GRAPHEME, -1);
}

void ra_edit_move(RaEdit *edit, RaEditUnit unit, int step, gboolean extend)
{
    gsize start, end;
    edit->typing = FALSE;
    if (unit == RA_EDIT_GRAPHEME && !extend && ra_edit_selection(edit, &start, &end))
        edit->caret = step < 0 ? start : end;
    else
        edit->caret = next_stop(edit, edit->caret, unit, step);
    if (!extend)
        edit->anchor = edit->caret;
}

void ra_edit_move_to(RaEdit *edit, gsize position, gboolean extend)
{
    edit->typing = FALSE;
    edit->caret = settle(edit, position);
    if (!extend)
        edit->anchor = edit->caret;
}

void ra_edit_select(RaEdit *edit, gsize start, gsize end)
{
    edit->typing = FALSE;
    edit->anchor = settle(edit, start);
    edit->caret = settle(edit, end);
}

void ra_edit_select_around(RaEdit *edit, gsize position, RaEditUnit unit)
{
    position = settle(edit, position);
    const gsize end = next_stop(edit, position, unit, 1);
    ra_edit_select(edit, next_stop(edit, end, unit, -1), end);
}

/* Changes. */

static void cut(RaEdit *edit, gsize start, gsize end)
{
    memmove(edit->text + start, edit->text + end, edit->length - end + 1);
    edit->length -= end - start;
    if (edit->secret != NULL)
        explicit_bzero(edit->text + edit->length, edit->max - edit->length + 1);
    edit->caret = edit->anchor = start;
}

/* The bytes of the character at FROM as it is taken, in OUT (7 bytes); 0: it is left out. */
static int taken(const RaEdit *edit, const char *from, char *out)
{
    gunichar c = g_utf8_get_char(from);
    if (c == '\r')
        c = from[1] == '\n' ? 0 : '\n';
    if (c == 0x2028 || c == 0x2029)
        c = '\n';
    if (c == '\t' || (c == '\n' && !edit->lines))
        c = ' ';
    if (c == 0 || (c != '\n' && g_unichar_iscntrl(c)))
        return 0;
    return g_unichar_to_utf8(c, out);
}

static gsize put(RaEdit *edit, const char *text)
{
    gsize inserted = 0;
    char out[7];
    for (; *text != '\0'; text = g_utf8_next_char(text)) {
        const gsize n = (gsize)taken(edit, text, out);
        if (edit->length + n > edit->max)
            break;
        char *at = edit->text + edit->caret;
        memmove(at + n, at, edit->length - edit->caret + 1);
        memcpy(at, out, n);
        edit->length += n;
        edit->caret += n;
        inserted += n;
    }
    explicit_bzero(out, sizeof out);
    edit->anchor = edit->caret;
    return inserted;
}

gboolean ra_edit_insert(RaEdit *edit, const char *text)
{
    gsize start, end;
    if (*text == '\0' || !g_utf8_validate(text, -1, NULL))
        return FALSE;
    const gboolean selected = ra_edit_selection(edit, &start, &end);
    const gboolean one = *g_utf8_next_char(text) == '\0' && !g_ascii_isspace(*text);
    remember(edit, one && !selected);
    if (selected)
        cut(edit, start, end);
    return put(edit, text) > 0 || selected;
}

gboolean ra_edit_delete(RaEdit *edit, RaEditUnit unit, int step)
{
    gsize start, end;
    if (!ra_edit_selection(edit, &start, &end)) {
        const gsize other = next_stop(edit, edit->caret, unit, step);
        start = MIN(other, edit->caret);
        end = MAX(other, edit->caret);
    }
    if (start == end)
        return FALSE;
    remember(edit, FALSE);
    cut(edit, start, end);
    return TRUE;
}

void ra_edit_set(RaEdit *edit, const char *text)
{
    cut(edit, 0, edit->length);
    if (g_utf8_validate(text, -1, NULL))
        put(edit, text);
    g_ptr_array_set_size(edit->undo, 0);
    g_ptr_array_set_size(edit->redo, 0);
    edit->typing = FALSE;
}

char *ra_edit_copy(const RaEdit *edit)
{
    gsize start, end;
    if (edit->secret != NULL || !ra_edit_selection(edit, &start, &end))
        return NULL;
    return g_strndup(edit->text + start, end - start);
}

RaSecret *ra_edit_take_secret(RaEdit *edit)
{
    g_assert(edit->secret != NULL);
    RaSecret *secret = ra_secret_new_copy(edit->text, edit->length);
    cut(edit, 0, edit->length);
    return secret;
}
