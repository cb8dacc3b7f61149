/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/x11-stack.h"

#include <stdlib.h>

static const double CREDIT_MAX = 8, CREDIT_PER_SECOND = 2;
enum { RETRY_MS = 500 };

typedef struct {
    int x, y, width, height;
} Box;

static void select_root_events(RaX11Stack *stack, gboolean all)
{
    const guint32 mask =
        XCB_EVENT_MASK_STRUCTURE_NOTIFY | (all ? XCB_EVENT_MASK_SUBSTRUCTURE_NOTIFY : 0);
    xcb_change_window_attributes(ra_x11_xcb(stack->x11), ra_x11_root(stack->x11), XCB_CW_EVENT_MASK,
                                 &mask);
}

void ra_x11_stack_watch(RaX11Stack *stack)
{
    select_root_events(stack, TRUE);
    stack->credit = CREDIT_MAX;
    stack->credit_at = g_get_monotonic_time();
    stack->due = TRUE;
}

void ra_x11_stack_unwatch(RaX11Stack *stack)
{
    select_root_events(stack, FALSE);
    if (stack->timer != 0)
        g_source_remove(stack->timer);
    stack->timer = 0;
    stack->due = FALSE;
}

static gboolean is_ours(const RaX11Stack *stack, xcb_window_t window)
{
    for (guint i = 0; i < stack->n; i++)
        if (stack->window[i] == window)
            return TRUE;
    return FALSE;
}

void ra_x11_stack_place(RaX11Stack *stack, guint i, RaX11Area place)
{
    const guint32 values[] = {(guint32)place.x, (guint32)place.y, place.width, place.height};
    stack->place[i] = place;
    xcb_configure_window(ra_x11_xcb(stack->x11), stack->window[i],
                         XCB_CONFIG_WINDOW_X | XCB_CONFIG_WINDOW_Y | XCB_CONFIG_WINDOW_WIDTH |
                             XCB_CONFIG_WINDOW_HEIGHT,
                         values);
}

void ra_x11_stack_show(RaX11Stack *stack, guint i, gboolean shown)
{
    stack->shown[i] = shown;
    if (shown)
        xcb_map_window(ra_x11_xcb(stack->x11), stack->window[i]);
    else
        xcb_unmap_window(ra_x11_xcb(stack->x11), stack->window[i]);
}

void ra_x11_stack_event(RaX11Stack *stack, const xcb_generic_event_t *event)
{
    xcb_window_t window;
    switch (event->response_type & 0x7f) {
    case XCB_UNMAP_NOTIFY: /* what others lose uncovers ours */
        stack->touched |= is_ours(stack, ((const xcb_unmap_notify_event_t *)event)->window);
        return;
    case XCB_DESTROY_NOTIFY:
        stack->touched |= is_ours(stack, ((const xcb_destroy_notify_event_t *)event)->window);
        return;
    case XCB_MAP_NOTIFY:
        window = ((const xcb_map_notify_event_t *)event)->window;
        break;
    case XCB_CONFIGURE_NOTIFY:
        window = ((const xcb_configure_notify_event_t *)event)->window;
        break;
    case XCB_CIRCULATE_NOTIFY:
        window = ((const xcb_circulate_notify_event_t *)event)->window;
        break;
    case XCB_REPARENT_NOTIFY:
        window = ((const xcb_reparent_notify_event_t *)event)->window;
        break;
    default:
        return;
    }
    if (is_ours(stack, window))
        stack->touched = TRUE;
    else
        stack->due = TRUE;
}

static gboolean get_box(RaX11Stack *stack, xcb_window_t window, Box *ret)
{
    xcb_connection_t *xcb = ra_x11_xcb(stack->x11);
    xcb_get_geometry_reply_t *reply =
        xcb_get_geometry_reply(xcb, xcb_get_geometry(xcb, window), NULL);
    if (reply == NULL)
        return FALSE;
    const int border = 2 * reply->border_width;
    *ret = (Box){reply->x, reply->y, reply->width + border, reply->height + border};
    free(reply);
    return TRUE;
}

static gboolean is_visible(RaX11Stack *stack, xcb_window_t window)
{
    xcb_connection_t *xcb = ra_x11_xcb(stack->x11);
    xcb_get_window_attributes_reply_t *reply =
        xcb_get_window_attributes_reply(xcb, xcb_get_window_attributes(xcb, window), NULL);
    const gboolean visible = reply != NULL && reply->map_state == XCB_MAP_STATE_VIEWABLE &&
                             reply->_class == XCB_WINDOW_CLASS_INPUT_OUTPUT;
    free(reply);
    return visible;
}

static gboolean covers(RaX11Stack *stack, xcb_window_t other)
{
    Box a, b;
    if (!is_visible(stack, other) || !get_box(stack, other, &a))
        return FALSE;
    for (guint i = 0; i < stack->n; i++)
        if (is_visible(stack, stack->window[i]) && get_box(stack, stack->window[i], &b) &&
            a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height &&
            b.y < a.y + a.height)
            return TRUE;
    return FALSE;
}

/* From the topmost down to where only ours and what lies below them is left. */
static gboolean is_covered(RaX11Stack *stack)
{
    xcb_connection_t *xcb = ra_x11_xcb(stack->x11);
    xcb_query_tree_reply_t *tree =
        xcb_query_tree_reply(xcb, xcb_query_tree(xcb, ra_x11_root(stack->x11)), NULL);
    if (tree == NULL)
        return FALSE;
    const xcb_window_t *children = xcb_query_tree_children(tree);
    guint left = stack->n;
    gboolean covered = FALSE;
    for (int i = xcb_query_tree_children_length(tree) - 1; i >= 0 && left > 0 && !covered; i--) {
        if (is_ours(stack, children[i]))
            left--;
        else
            covered = covers(stack, children[i]);
    }
    free(tree);
    return covered;
}

static gboolean retry(gpointer data)
{
    RaX11Stack *stack = data;
    stack->timer = 0;
    stack->due = TRUE;
    ra_x11_kick(stack->x11);
    return G_SOURCE_REMOVE;
}

static gboolean may_raise(RaX11Stack *stack)
{
    const gint64 now = g_get_monotonic_time();
    const double seconds = (double)(now - stack->credit_at) / G_USEC_PER_SEC;
    stack->credit = MIN(stack->credit + seconds * CREDIT_PER_SECOND, CREDIT_MAX);
    stack->credit_at = now;
    if (stack->credit < 1)
        return FALSE;
    stack->credit -= 1;
    return TRUE;
}

/* TRUE where the window is a child of the root, and so can be put back. */
static gboolean is_there(RaX11Stack *stack, xcb_window_t window)
{
    xcb_connection_t *xcb = ra_x11_xcb(stack->x11);
    xcb_query_tree_reply_t *tree = xcb_query_tree_reply(xcb, xcb_query_tree(xcb, window), NULL);
    const gboolean there = tree != NULL && tree->parent == ra_x11_root(stack->x11);
    free(tree);
    return there;
}

static gboolean is_in_place(RaX11Stack *stack, guint i)
{
    const RaX11Area *place = &stack->place[i];
    Box box;
    return is_visible(stack, stack->window[i]) && get_box(stack, stack->window[i], &box) &&
           box.x == place->x && box.y == place->y && box.width == place->width &&
           box.height == place->height;
}

/* An event may tell of what we did ourselves, or have changed since: what counts is how it is. */
gboolean ra_x11_stack_restore(RaX11Stack *stack)
{
    if (!stack->touched)
        return TRUE;
    stack->touched = FALSE;
    gboolean moved = FALSE;
    for (guint i = 0; i < stack->n; i++) {
        if (!stack->shown[i])
            continue;
        if (!is_there(stack, stack->window[i]))
            return FALSE;
        if (is_in_place(stack, i))
            continue;
        moved = TRUE;
        ra_x11_stack_place(stack, i, stack->place[i]);
        ra_x11_stack_show(stack, i, TRUE);
    }
    stack->due |= moved;
    return !moved || may_raise(stack);
}

void ra_x11_stack_settle(RaX11Stack *stack)
{
    const guint32 above = XCB_STACK_MODE_ABOVE;
    if (!stack->due || stack->timer != 0)
        return;
    stack->due = FALSE;
    if (!is_covered(stack))
        return;
    if (!may_raise(stack)) {
        stack->timer = g_timeout_add(RETRY_MS, retry, stack);
        return;
    }
    for (guint i = 0; i < stack->n; i++)
        xcb_configure_window(ra_x11_xcb(stack->x11), stack->window[i], XCB_CONFIG_WINDOW_STACK_MODE,
                             &above);
}
