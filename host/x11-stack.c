/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/x11-stack.h"

#include "host/x11-overlay.h"

#include <stdlib.h>
#include <xcb/shape.h>

typedef struct {
    int x, y, width, height;
} Box;

enum { ASKED_AT_ONCE = 32 }; /* windows */

static void select_root_events(RaX11Stack *stack, gboolean all)
{
    const guint32 mask =
        XCB_EVENT_MASK_STRUCTURE_NOTIFY | (all ? XCB_EVENT_MASK_SUBSTRUCTURE_NOTIFY : 0);
    xcb_change_window_attributes(ra_x11_xcb(stack->x11), ra_x11_root(stack->x11), XCB_CW_EVENT_MASK,
                                 &mask);
}

/* Beside those that are selected already. */
static void select_own_events(RaX11Stack *stack, xcb_window_t window)
{
    xcb_connection_t *xcb = ra_x11_xcb(stack->x11);
    xcb_get_window_attributes_reply_t *now =
        xcb_get_window_attributes_reply(xcb, xcb_get_window_attributes(xcb, window), NULL);
    const guint32 mask = (now != NULL ? now->your_event_mask : 0) | XCB_EVENT_MASK_PROPERTY_CHANGE |
                         XCB_EVENT_MASK_SUBSTRUCTURE_NOTIFY;
    free(now);
    xcb_change_window_attributes(xcb, window, XCB_CW_EVENT_MASK, &mask);
    if (stack->shape_event != 0)
        xcb_shape_select_input(xcb, window, TRUE);
}

void ra_x11_stack_watch(RaX11Stack *stack)
{
    if (ra_x11_overlay_has_shape(stack->x11))
        stack->shape_event =
            xcb_get_extension_data(ra_x11_xcb(stack->x11), &xcb_shape_id)->first_event;
    stack->opacity = ra_x11_atom(stack->x11, "_NET_WM_WINDOW_OPACITY");
    select_root_events(stack, TRUE);
    for (guint i = 0; i < stack->n; i++)
        select_own_events(stack, stack->window[i]);
    ra_x11_credit_init(&stack->credit);
    stack->due = stack->touched = TRUE;
}

void ra_x11_stack_clear(RaX11Stack *stack)
{
    for (guint i = 0; i < stack->n; i++)
        g_clear_pointer(&stack->cut[i], cairo_region_destroy);
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

static cairo_region_t *region_of(const xcb_rectangle_t *rects, guint n)
{
    g_autofree cairo_rectangle_int_t *boxes = g_new(cairo_rectangle_int_t, (gsize)n + 1);
    for (guint i = 0; i < n; i++)
        boxes[i] = (cairo_rectangle_int_t){rects[i].x, rects[i].y, rects[i].width, rects[i].height};
    return cairo_region_create_rectangles(boxes, (int)n);
}

void ra_x11_stack_place(RaX11Stack *stack, guint i, RaX11Area place)
{
    const guint32 values[] = {(guint32)place.x, (guint32)place.y, place.width, place.height};
    stack->place[i] = place;
    stack->due = TRUE; /* others may be there already */
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

void ra_x11_stack_cut(RaX11Stack *stack, guint i, const xcb_rectangle_t *rects, guint n)
{
    if (!ra_x11_overlay_has_shape(stack->x11))
        return;
    g_clear_pointer(&stack->cut[i], cairo_region_destroy);
    stack->cut[i] = region_of(rects, n);
    xcb_shape_rectangles(ra_x11_xcb(stack->x11), XCB_SHAPE_SO_SET, XCB_SHAPE_SK_BOUNDING,
                         XCB_CLIP_ORDERING_UNSORTED, stack->window[i], 0, 0, n, rects);
}

void ra_x11_stack_pass(RaX11Stack *stack, guint i)
{
    stack->pass[i] = TRUE;
    ra_x11_overlay_pass(stack->x11, stack->window[i]);
}

static gboolean intersect(const Box *a, const Box *b)
{
    return a->x < b->x + b->width && b->x < a->x + a->width && a->y < b->y + b->height &&
           b->y < a->y + a->height;
}

/* TRUE if OTHER lies where one of ours is seen. */
static gboolean meets_ours(const RaX11Stack *stack, const Box *other)
{
    for (guint i = 0; i < stack->n; i++) {
        const RaX11Area *place = &stack->place[i];
        const Box ours = {place->x, place->y, place->width, place->height};
        if (stack->shown[i] && intersect(other, &ours))
            return TRUE;
    }
    return FALSE;
}

/* TRUE if the window may cover ours now. One that is dragged about tells so with each step: most
 * are nowhere near. */
static gboolean is_near(const RaX11Stack *stack, const xcb_configure_notify_event_t *event)
{
    const int border = 2 * event->border_width;
    const Box box = {event->x, event->y, event->width + border, event->height + border};
    return event->event != ra_x11_root(stack->x11) || meets_ours(stack, &box);
}

void ra_x11_stack_event(RaX11Stack *stack, const xcb_generic_event_t *event)
{
    xcb_window_t window;
    const guint8 type = event->response_type & 0x7f;
    if (stack->shape_event != 0 && type == stack->shape_event + XCB_SHAPE_NOTIFY) {
        stack->touched |=
            is_ours(stack, ((const xcb_shape_notify_event_t *)event)->affected_window);
        return;
    }
    switch (type) {
    case XCB_PROPERTY_NOTIFY:
        stack->touched |= ((const xcb_property_notify_event_t *)event)->atom == stack->opacity &&
                          is_ours(stack, ((const xcb_property_notify_event_t *)event)->window);
        return;
    case XCB_CREATE_NOTIFY:
        stack->touched |= is_ours(stack, ((const xcb_create_notify_event_t *)event)->parent);
        return;
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
        if (!is_ours(stack, window) && !is_near(stack, (const xcb_configure_notify_event_t *)event))
            return;
        break;
    case XCB_CIRCULATE_NOTIFY:
        window = ((const xcb_circulate_notify_event_t *)event)->window;
        break;
    case XCB_REPARENT_NOTIFY:
        stack->touched |= is_ours(stack, ((const xcb_reparent_notify_event_t *)event)->parent);
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

static gboolean read_box(xcb_connection_t *xcb, xcb_get_geometry_cookie_t asked, Box *ret)
{
    xcb_get_geometry_reply_t *reply = xcb_get_geometry_reply(xcb, asked, NULL);
    if (reply == NULL)
        return FALSE;
    const int border = 2 * reply->border_width;
    *ret = (Box){reply->x, reply->y, reply->width + border, reply->height + border};
    free(reply);
    return TRUE;
}

static gboolean read_visible(xcb_connection_t *xcb, xcb_get_window_attributes_cookie_t asked)
{
    xcb_get_window_attributes_reply_t *reply = xcb_get_window_attributes_reply(xcb, asked, NULL);
    const gboolean visible = reply != NULL && reply->map_state == XCB_MAP_STATE_VIEWABLE &&
                             reply->_class == XCB_WINDOW_CLASS_INPUT_OUTPUT;
    free(reply);
    return visible;
}

/* Asks about all before the first answer is waited for. Ours are where they were put:
 * ra_x11_stack_restore() sees to that. */
static gboolean one_covers(RaX11Stack *stack, const xcb_window_t *others, guint n)
{
    xcb_connection_t *xcb = ra_x11_xcb(stack->x11);
    xcb_get_window_attributes_cookie_t how[ASKED_AT_ONCE];
    xcb_get_geometry_cookie_t where[ASKED_AT_ONCE];
    gboolean covered = FALSE;
    for (guint i = 0; i < n; i++) {
        how[i] = xcb_get_window_attributes(xcb, others[i]);
        where[i] = xcb_get_geometry(xcb, others[i]);
    }
    for (guint i = 0; i < n; i++) {
        Box box;
        const gboolean visible = read_visible(xcb, how[i]), there = read_box(xcb, where[i], &box);
        covered |= visible && there && meets_ours(stack, &box);
    }
    return covered;
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
    xcb_window_t others[ASKED_AT_ONCE];
    guint left = stack->n, n = 0;
    gboolean covered = FALSE;
    for (int i = xcb_query_tree_children_length(tree) - 1; i >= 0 && left > 0 && !covered; i--) {
        if (is_ours(stack, children[i])) {
            left--;
            continue;
        }
        others[n++] = children[i];
        if (n == ASKED_AT_ONCE) {
            covered = one_covers(stack, others, n);
            n = 0;
        }
    }
    free(tree);
    return covered || one_covers(stack, others, n);
}

static gboolean retry(gpointer data)
{
    RaX11Stack *stack = data;
    stack->timer = 0;
    stack->due = TRUE;
    ra_x11_kick(stack->x11);
    return G_SOURCE_REMOVE;
}

/* TRUE where the window is a child of the root, and so can be put back. *CHILDREN: others put
 * windows into it. */
static gboolean is_there(RaX11Stack *stack, xcb_window_t window, gboolean *children)
{
    xcb_connection_t *xcb = ra_x11_xcb(stack->x11);
    xcb_query_tree_reply_t *tree = xcb_query_tree_reply(xcb, xcb_query_tree(xcb, window), NULL);
    const gboolean there = tree != NULL && tree->parent == ra_x11_root(stack->x11);
    *children = there && tree->children_len > 0;
    free(tree);
    return there;
}

static gboolean is_in_place(RaX11Stack *stack, guint i)
{
    xcb_connection_t *xcb = ra_x11_xcb(stack->x11);
    const RaX11Area *place = &stack->place[i];
    const xcb_get_window_attributes_cookie_t how = xcb_get_window_attributes(xcb, stack->window[i]);
    const xcb_get_geometry_cookie_t where = xcb_get_geometry(xcb, stack->window[i]);
    Box box;
    const gboolean visible = read_visible(xcb, how), there = read_box(xcb, where, &box);
    return visible && there && box.x == place->x && box.y == place->y &&
           box.width == place->width && box.height == place->height;
}

static gboolean is_cut_to(RaX11Stack *stack, xcb_window_t window, xcb_shape_sk_t kind,
                          const cairo_region_t *wanted)
{
    xcb_connection_t *xcb = ra_x11_xcb(stack->x11);
    xcb_shape_get_rectangles_reply_t *reply = xcb_shape_get_rectangles_reply(
        xcb, xcb_shape_get_rectangles(xcb, window, (xcb_shape_kind_t)kind), NULL);
    if (reply == NULL)
        return FALSE;
    cairo_region_t *now = region_of(xcb_shape_get_rectangles_rectangles(reply),
                                    (guint)xcb_shape_get_rectangles_rectangles_length(reply));
    const gboolean same = cairo_region_equal(now, wanted);
    cairo_region_destroy(now);
    free(reply);
    return same;
}

/* What is seen of it, what is drawn on, and what takes clicks. */
static gboolean is_in_shape(RaX11Stack *stack, guint i)
{
    const cairo_rectangle_int_t box = {0, 0, stack->place[i].width, stack->place[i].height};
    cairo_region_t *whole = cairo_region_create_rectangle(&box), *none = cairo_region_create();
    const xcb_window_t window = stack->window[i];
    const gboolean in_shape =
        stack->shape_event == 0 ||
        (is_cut_to(stack, window, XCB_SHAPE_SK_BOUNDING,
                   stack->cut[i] != NULL ? stack->cut[i] : whole) &&
         is_cut_to(stack, window, XCB_SHAPE_SK_CLIP, whole) &&
         is_cut_to(stack, window, XCB_SHAPE_SK_INPUT, stack->pass[i] ? none : whole));
    cairo_region_destroy(whole);
    cairo_region_destroy(none);
    return in_shape;
}

static void put_in_shape(RaX11Stack *stack, guint i)
{
    static const xcb_shape_sk_t kinds[] = {XCB_SHAPE_SK_BOUNDING, XCB_SHAPE_SK_CLIP,
                                           XCB_SHAPE_SK_INPUT};
    xcb_connection_t *xcb = ra_x11_xcb(stack->x11);
    const xcb_window_t window = stack->window[i];
    for (gsize k = 0; k < G_N_ELEMENTS(kinds); k++)
        xcb_shape_mask(xcb, XCB_SHAPE_SO_SET, kinds[k], window, 0, 0, XCB_NONE);
    if (stack->pass[i])
        ra_x11_overlay_pass(stack->x11, window);
    if (stack->cut[i] == NULL)
        return;
    const int n = cairo_region_num_rectangles(stack->cut[i]);
    g_autofree xcb_rectangle_t *rects = g_new(xcb_rectangle_t, (gsize)n + 1);
    for (int k = 0; k < n; k++) {
        cairo_rectangle_int_t box;
        cairo_region_get_rectangle(stack->cut[i], k, &box);
        rects[k] = (xcb_rectangle_t){(gint16)box.x, (gint16)box.y, (guint16)box.width,
                                     (guint16)box.height};
    }
    xcb_shape_rectangles(xcb, XCB_SHAPE_SO_SET, XCB_SHAPE_SK_BOUNDING, XCB_CLIP_ORDERING_UNSORTED,
                         window, 0, 0, (guint32)n, rects);
}

static gboolean has_opacity(RaX11Stack *stack, xcb_window_t window)
{
    xcb_connection_t *xcb = ra_x11_xcb(stack->x11);
    xcb_get_property_reply_t *reply = xcb_get_property_reply(
        xcb, xcb_get_property(xcb, FALSE, window, stack->opacity, XCB_GET_PROPERTY_TYPE_ANY, 0, 0),
        NULL);
    const gboolean has = reply != NULL && reply->type != XCB_ATOM_NONE;
    free(reply);
    return has;
}

/* TRUE if there was something to undo. */
static gboolean undo(RaX11Stack *stack, guint i, gboolean children)
{
    xcb_connection_t *xcb = ra_x11_xcb(stack->x11);
    const gboolean in_place = is_in_place(stack, i), in_shape = is_in_shape(stack, i),
                   faded = has_opacity(stack, stack->window[i]);
    if (faded)
        xcb_delete_property(xcb, stack->window[i], stack->opacity);
    if (children)
        xcb_destroy_subwindows(xcb, stack->window[i]);
    if (!in_shape)
        put_in_shape(stack, i);
    if (!in_place) {
        ra_x11_stack_place(stack, i, stack->place[i]);
        ra_x11_stack_show(stack, i, TRUE);
    }
    return !in_place || !in_shape || faded || children;
}

/* An event may tell of what we did ourselves, or have changed since: what counts is how it is. */
gboolean ra_x11_stack_restore(RaX11Stack *stack)
{
    if (!stack->touched)
        return TRUE;
    stack->touched = FALSE;
    gboolean undone = FALSE;
    for (guint i = 0; i < stack->n; i++) {
        if (!stack->shown[i])
            continue;
        gboolean children = FALSE;
        if (!is_there(stack, stack->window[i], &children))
            return FALSE;
        undone |= undo(stack, i, children);
    }
    stack->due |= undone;
    return !undone || ra_x11_credit_take(&stack->credit);
}

void ra_x11_stack_settle(RaX11Stack *stack)
{
    const guint32 above = XCB_STACK_MODE_ABOVE;
    if (!stack->due || stack->timer != 0)
        return;
    stack->due = FALSE;
    if (!is_covered(stack))
        return;
    if (!ra_x11_credit_take(&stack->credit)) {
        stack->timer = g_timeout_add(RA_X11_CREDIT_RETRY_MS, retry, stack);
        return;
    }
    for (guint i = 0; i < stack->n; i++)
        xcb_configure_window(ra_x11_xcb(stack->x11), stack->window[i], XCB_CONFIG_WINDOW_STACK_MODE,
                             &above);
}
