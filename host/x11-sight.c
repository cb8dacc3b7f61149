/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/x11-sight.h"

#include "host/x11-area.h"

#include <stdlib.h>
#include <string.h>
#include <xcb/shape.h>

enum { RECTS_MAX = 8192 }; /* of a shape */

typedef cairo_rectangle_int_t Box;

/* Where a window is, in the root window. */
typedef struct {
    gboolean viewable, input_only;
    Box inner; /* without its border */
    int border;
} Place;

void ra_x11_eye_init(RaX11Eye *eye, RaX11 *x11)
{
    const xcb_query_extension_reply_t *shape =
        xcb_get_extension_data(ra_x11_xcb(x11), &xcb_shape_id);
    *eye = (RaX11Eye){.x11 = x11,
                      .opacity = ra_x11_atom(x11, "_NET_WM_WINDOW_OPACITY"),
                      .shadow = ra_x11_atom(x11, "_GTK_FRAME_EXTENTS")};
    if (shape != NULL && shape->present)
        eye->shape_event = shape->first_event;
}

void ra_x11_eye_blink(RaX11Eye *eye)
{
    g_clear_pointer(&eye->lit, cairo_region_destroy);
}

void ra_x11_eye_clear(RaX11Eye *eye)
{
    ra_x11_eye_blink(eye);
}

/* The server sees to it that a program makes windows of its own numbers only. */
gboolean ra_x11_eye_same_program(RaX11Eye *eye, xcb_window_t a, xcb_window_t b)
{
    const guint32 mask = xcb_get_setup(ra_x11_xcb(eye->x11))->resource_id_mask;
    return ((a ^ b) & ~mask) == 0;
}

static const cairo_region_t *lit_parts(RaX11Eye *eye)
{
    if (eye->lit != NULL)
        return eye->lit;
    eye->lit = cairo_region_create();
    g_autoptr(GArray) monitors = ra_x11_area_monitors(eye->x11);
    for (guint i = 0; i < monitors->len; i++) {
        const RaX11Area *area = &g_array_index(monitors, RaX11Monitor, i).area;
        const Box box = {area->x, area->y, area->width, area->height};
        cairo_region_union_rectangle(eye->lit, &box);
    }
    RaX11Area all;
    if (monitors->len == 0 && ra_x11_area_query(eye->x11, NULL, &all, NULL)) {
        const Box box = {all.x, all.y, all.width, all.height};
        cairo_region_union_rectangle(eye->lit, &box);
    }
    return eye->lit;
}

static gboolean find_place(RaX11Eye *eye, xcb_window_t window, Place *ret)
{
    xcb_connection_t *xcb = ra_x11_xcb(eye->x11);
    const xcb_get_window_attributes_cookie_t how = xcb_get_window_attributes(xcb, window);
    const xcb_get_geometry_cookie_t size = xcb_get_geometry(xcb, window);
    const xcb_translate_coordinates_cookie_t where =
        xcb_translate_coordinates(xcb, window, ra_x11_root(eye->x11), 0, 0);
    xcb_get_window_attributes_reply_t *a = xcb_get_window_attributes_reply(xcb, how, NULL);
    xcb_get_geometry_reply_t *g = xcb_get_geometry_reply(xcb, size, NULL);
    xcb_translate_coordinates_reply_t *t = xcb_translate_coordinates_reply(xcb, where, NULL);
    const gboolean there = a != NULL && g != NULL && t != NULL;
    if (there)
        *ret = (Place){.viewable = a->map_state == XCB_MAP_STATE_VIEWABLE,
                       .input_only = a->_class == XCB_WINDOW_CLASS_INPUT_ONLY,
                       .inner = {t->dst_x, t->dst_y, g->width, g->height},
                       .border = g->border_width};
    free(a);
    free(g);
    free(t);
    return there;
}

static gboolean intersect(const Box *a, const Box *b)
{
    return a->x < b->x + b->width && b->x < a->x + a->width && a->y < b->y + b->height &&
           b->y < a->y + a->height;
}

static gboolean contains(const Box *outer, const Box *inner)
{
    return outer->x <= inner->x && outer->y <= inner->y &&
           outer->x + outer->width >= inner->x + inner->width &&
           outer->y + outer->height >= inner->y + inner->height;
}

static Box inset(Box box, int by)
{
    return (Box){box.x + by, box.y + by, MAX(box.width - 2 * by, 0), MAX(box.height - 2 * by, 0)};
}

/* What is left of the window at PLACE, as XShape cuts it; in the root window. NULL: nothing is
 * known, or it is cut to lace. The caller's. */
static cairo_region_t *cut_to(RaX11Eye *eye, xcb_window_t window, const Place *place,
                              xcb_shape_sk_t kind)
{
    xcb_connection_t *xcb = ra_x11_xcb(eye->x11);
    xcb_shape_get_rectangles_reply_t *reply = xcb_shape_get_rectangles_reply(
        xcb, xcb_shape_get_rectangles(xcb, window, (xcb_shape_kind_t)kind), NULL);
    const int n = reply != NULL ? xcb_shape_get_rectangles_rectangles_length(reply) : 0;
    if (reply == NULL || n > RECTS_MAX) {
        free(reply);
        return NULL;
    }
    const xcb_rectangle_t *rect = xcb_shape_get_rectangles_rectangles(reply);
    g_autofree Box *boxes = g_new(Box, (gsize)n + 1);
    for (int i = 0; i < n; i++)
        boxes[i] = (Box){place->inner.x + rect[i].x, place->inner.y + rect[i].y, rect[i].width,
                         rect[i].height};
    free(reply);
    return cairo_region_create_rectangles(boxes, n);
}

/* Outside of its bounding shape a window is neither seen, nor does it take clicks. One that is cut
 * now may cover more in a moment. */
static gboolean overlaps(RaX11Eye *eye, xcb_window_t window, const Box *box)
{
    Place place;
    if (!find_place(eye, window, &place) || !place.viewable)
        return FALSE;
    const Box outer = inset(place.inner, -place.border);
    if (!intersect(&outer, box))
        return FALSE;
    if (eye->shape_event == 0)
        return TRUE;
    xcb_shape_select_input(ra_x11_xcb(eye->x11), window, TRUE);
    cairo_region_t *left = cut_to(eye, window, &place, XCB_SHAPE_SK_BOUNDING);
    const gboolean over =
        left == NULL || cairo_region_contains_rectangle(left, box) != CAIRO_REGION_OVERLAP_OUT;
    if (left != NULL)
        cairo_region_destroy(left);
    return over;
}

typedef struct {
    RaX11Eye *eye;
    xcb_window_t window;
    Box box;
    guint left; /* windows that may still be looked at */
} Search;

/* TRUE if a child of PARENT above ABOVE (0: any) lies over the box. A window of ours may have been
 * given children by others. */
static gboolean is_covered(Search *search, xcb_window_t parent, xcb_window_t above, guint depth)
{
    xcb_connection_t *xcb = ra_x11_xcb(search->eye->x11);
    xcb_query_tree_reply_t *tree = xcb_query_tree_reply(xcb, xcb_query_tree(xcb, parent), NULL);
    if (tree == NULL)
        return FALSE; /* it has gone */
    const xcb_window_t *children = xcb_query_tree_children(tree);
    gboolean covered = FALSE;
    for (int i = xcb_query_tree_children_length(tree) - 1; i >= 0 && !covered; i--) {
        if (children[i] == above)
            break;
        if (search->left == 0 || depth >= RA_X11_SIGHT_DEPTH) {
            covered = TRUE;
            break;
        }
        search->left--;
        if (!overlaps(search->eye, children[i], &search->box))
            continue;
        const gboolean ours = ra_x11_owns(children[i]) ||
                              ra_x11_eye_same_program(search->eye, children[i], search->window);
        covered = !ours || is_covered(search, children[i], 0, depth + 1);
    }
    free(tree);
    return covered;
}

static gboolean climb(RaX11Eye *eye, xcb_window_t window, RaX11Sight *ret)
{
    xcb_connection_t *xcb = ra_x11_xcb(eye->x11);
    const xcb_window_t root = ra_x11_root(eye->x11);
    for (guint i = 0; i < RA_X11_SIGHT_DEPTH && window != 0 && window != root; i++) {
        xcb_query_tree_reply_t *tree = xcb_query_tree_reply(xcb, xcb_query_tree(xcb, window), NULL);
        const xcb_window_t parent = tree != NULL ? tree->parent : 0;
        free(tree);
        ret->path[i] = window;
        if (parent == root) {
            ret->n = i + 1;
            return TRUE;
        }
        window = parent;
    }
    return FALSE;
}

/* A compositor shows a window so much see-through. */
static gboolean is_opaque(RaX11Eye *eye, xcb_window_t window)
{
    xcb_connection_t *xcb = ra_x11_xcb(eye->x11);
    xcb_get_property_reply_t *reply = xcb_get_property_reply(
        xcb, xcb_get_property(xcb, FALSE, window, eye->opacity, XCB_GET_PROPERTY_TYPE_ANY, 0, 1),
        NULL);
    guint32 value = G_MAXUINT32;
    gboolean opaque = reply != NULL;
    if (reply != NULL && reply->type != XCB_ATOM_NONE) {
        opaque = reply->format == 32 && xcb_get_property_value_length(reply) == sizeof value;
        if (opaque)
            memcpy(&value, xcb_get_property_value(reply), sizeof value);
    }
    free(reply);
    return opaque && value == G_MAXUINT32;
}

/* BOX without the shadow that the program draws around its window: left, right, top, bottom. */
static Box without_shadow(RaX11Eye *eye, xcb_window_t window, Box box)
{
    enum { SIDES = 4 };
    xcb_connection_t *xcb = ra_x11_xcb(eye->x11);
    guint32 side[SIDES] = {0};
    xcb_get_property_reply_t *reply = xcb_get_property_reply(
        xcb, xcb_get_property(xcb, FALSE, window, eye->shadow, XCB_ATOM_CARDINAL, 0, SIDES), NULL);
    if (reply != NULL && reply->format == 32 && xcb_get_property_value_length(reply) == sizeof side)
        memcpy(side, xcb_get_property_value(reply), sizeof side);
    free(reply);
    for (guint i = 0; i < SIDES; i++)
        if (side[i] > RA_X11_SIGHT_SHADOW)
            return box;
    return (Box){box.x + (int)side[0], box.y + (int)side[2], box.width - (int)(side[0] + side[1]),
                 box.height - (int)(side[2] + side[3])};
}

static gboolean is_uncut(RaX11Eye *eye, xcb_window_t window, const Place *place, const Box *box)
{
    static const xcb_shape_sk_t kinds[] = {XCB_SHAPE_SK_BOUNDING, XCB_SHAPE_SK_CLIP};
    const Box middle = inset(*box, RA_X11_SIGHT_CORNER);
    gboolean uncut = TRUE;
    if (eye->shape_event == 0)
        return TRUE;
    xcb_shape_select_input(ra_x11_xcb(eye->x11), window, TRUE);
    for (gsize i = 0; i < G_N_ELEMENTS(kinds) && uncut; i++) {
        cairo_region_t *left = cut_to(eye, window, place, kinds[i]);
        uncut = left != NULL &&
                cairo_region_contains_rectangle(left, &middle) == CAIRO_REGION_OVERLAP_IN;
        if (left != NULL)
            cairo_region_destroy(left);
    }
    return uncut;
}

/* *BOX: what of the window has to be seen. */
static gboolean is_whole(RaX11Eye *eye, const RaX11Sight *sight, Box *box)
{
    for (guint i = 0; i < sight->n; i++) {
        Place place;
        if (!find_place(eye, sight->path[i], &place) || !place.viewable || place.input_only)
            return FALSE;
        if (i == 0)
            *box = without_shadow(eye, sight->path[0], place.inner);
        if (box->width < RA_X11_SIGHT_WIDTH_MIN || box->height < RA_X11_SIGHT_HEIGHT_MIN ||
            !contains(&place.inner, box) || !is_opaque(eye, sight->path[i]) ||
            !is_uncut(eye, sight->path[i], &place, box))
            return FALSE;
    }
    return cairo_region_contains_rectangle(lit_parts(eye), box) == CAIRO_REGION_OVERLAP_IN;
}

void ra_x11_eye_look(RaX11Eye *eye, xcb_window_t window, RaX11Sight *ret)
{
    *ret = (RaX11Sight){0};
    if (!climb(eye, window, ret))
        return;
    Search search = {eye, window, {0}, RA_X11_SIGHT_OVER_MAX};
    ret->whole = is_whole(eye, ret, &search.box);
    ret->place = search.box;
    search.box = inset(search.box, RA_X11_SIGHT_EDGE);
    if (!ret->whole)
        return;
    ret->covered = is_covered(&search, window, 0, 0);
    for (guint i = 0; i < ret->n && !ret->covered; i++) {
        const xcb_window_t around = i + 1 < ret->n ? ret->path[i + 1] : ra_x11_root(eye->x11);
        ret->covered = is_covered(&search, around, ret->path[i], 0);
    }
}
