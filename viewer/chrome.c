/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer/chrome.h"

void ra_chrome_init(RaChrome *chrome)
{
    *chrome =
        (RaChrome){.hovered = RA_BUTTON_NONE, .pressed = RA_BUTTON_NONE, .focused = RA_BUTTON_NONE};
    static const RaButton buttons[RA_BUTTON_COUNT] = {
        [RA_BUTTON_CONTROL] = {.label = "Take Control",
                               .icon = RA_ICON_CONTROL,
                               .style = RA_STYLE_ACCENT},
        [RA_BUTTON_SCALE] = {.label = "Actual Size", .icon = RA_ICON_ACTUAL},
        [RA_BUTTON_FULLSCREEN] = {.label = "Full Screen", .icon = RA_ICON_FULLSCREEN},
        [RA_BUTTON_DISCONNECT] = {.label = "Disconnect",
                                  .icon = RA_ICON_DISCONNECT,
                                  .style = RA_STYLE_DANGER},
        [RA_BUTTON_PANEL] = {.label = "Cancel"},
    };
    for (int i = 0; i < RA_BUTTON_COUNT; i++) {
        chrome->button[i] = buttons[i];
        chrome->button[i].visible = i != RA_BUTTON_PANEL;
        chrome->button[i].enabled = i == RA_BUTTON_FULLSCREEN || i == RA_BUTTON_DISCONNECT;
    }
}

static void place_toolbar(RaChrome *chrome, int width)
{
    const int y = (RA_CHROME_TOOLBAR - RA_CHROME_BUTTON) / 2;
    int x = RA_CHROME_GAP;
    for (int i = RA_BUTTON_CONTROL; i <= RA_BUTTON_FULLSCREEN; i++) {
        RaButton *button = &chrome->button[i];
        button->box = (RaBox){x, y, button->width, RA_CHROME_BUTTON};
        x += button->visible ? button->width + RA_CHROME_GAP : 0;
    }
    RaButton *disconnect = &chrome->button[RA_BUTTON_DISCONNECT];
    const int right = width - RA_CHROME_GAP - disconnect->width;
    disconnect->box = (RaBox){MAX(right, x), y, disconnect->width, RA_CHROME_BUTTON};
}

static void place_panel(RaChrome *chrome)
{
    RaButton *button = &chrome->button[RA_BUTTON_PANEL];
    button->visible = button->enabled = chrome->panel_shown;
    chrome->panel = (RaBox){0};
    if (!chrome->panel_shown)
        return;
    const RaBox *area = &chrome->area;
    const int width = MIN(RA_CHROME_PANEL_WIDTH, area->width - 2 * RA_CHROME_GAP);
    const int height = chrome->panel_height + RA_CHROME_BUTTON + RA_CHROME_PANEL_MARGIN;
    chrome->panel = (RaBox){area->x + (area->width - width) / 2,
                            area->y + MAX((area->height - height) / 2, 0), width, height};
    button->box = (RaBox){chrome->panel.x + width - RA_CHROME_PANEL_MARGIN - button->width,
                          chrome->panel.y + chrome->panel_height, button->width, RA_CHROME_BUTTON};
}

void ra_chrome_layout(RaChrome *chrome, int width, int height)
{
    chrome->toolbar = chrome->status = (RaBox){0};
    chrome->area = (RaBox){0, 0, width, height};
    if (!chrome->fullscreen) {
        chrome->status = (RaBox){0, height - RA_CHROME_STATUS, width, RA_CHROME_STATUS};
        chrome->area.y = RA_CHROME_TOOLBAR;
        chrome->area.height = MAX(height - RA_CHROME_TOOLBAR - RA_CHROME_STATUS, 1);
    }
    if (!chrome->fullscreen || chrome->revealed)
        chrome->toolbar = (RaBox){0, 0, width, RA_CHROME_TOOLBAR};
    place_toolbar(chrome, width);
    place_panel(chrome);
    ra_chrome_settle(chrome);
}

static gboolean can_press(const RaChrome *chrome, RaButtonId id)
{
    if (id == RA_BUTTON_NONE)
        return FALSE;
    const RaButton *button = &chrome->button[id];
    if (id != RA_BUTTON_PANEL && ra_box_is_empty(chrome->toolbar))
        return FALSE;
    return button->visible && button->enabled;
}

RaButtonId ra_chrome_button_at(const RaChrome *chrome, int x, int y)
{
    for (int i = 0; i < RA_BUTTON_COUNT; i++) {
        if (can_press(chrome, (RaButtonId)i) && ra_box_contains(chrome->button[i].box, x, y))
            return (RaButtonId)i;
    }
    return RA_BUTTON_NONE;
}

gboolean ra_chrome_contains(const RaChrome *chrome, int x, int y)
{
    return ra_box_contains(chrome->toolbar, x, y) || ra_box_contains(chrome->panel, x, y) ||
           !ra_box_contains(chrome->area, x, y);
}

gboolean ra_chrome_motion(RaChrome *chrome, int x, int y)
{
    const RaButtonId under = ra_chrome_button_at(chrome, x, y);
    const gboolean changed = under != chrome->hovered;
    chrome->hovered = under;
    return changed;
}

gboolean ra_chrome_press(RaChrome *chrome, int x, int y)
{
    const gboolean had_focus = chrome->focused != RA_BUTTON_NONE;
    chrome->focused = RA_BUTTON_NONE; /* the ring is for whoever uses the keyboard */
    chrome->pressed = chrome->hovered = ra_chrome_button_at(chrome, x, y);
    return had_focus || chrome->pressed != RA_BUTTON_NONE;
}

RaButtonId ra_chrome_release(RaChrome *chrome, int x, int y)
{
    const RaButtonId pressed = chrome->pressed;
    chrome->pressed = RA_BUTTON_NONE;
    return pressed == ra_chrome_button_at(chrome, x, y) ? pressed : RA_BUTTON_NONE;
}

void ra_chrome_focus_next(RaChrome *chrome, int step)
{
    int at = (int)chrome->focused;
    if (chrome->focused == RA_BUTTON_NONE)
        at = step > 0 ? -1 : RA_BUTTON_COUNT;
    for (int i = 0; i < RA_BUTTON_COUNT; i++) {
        at = (at + step + RA_BUTTON_COUNT) % RA_BUTTON_COUNT;
        if (can_press(chrome, (RaButtonId)at)) {
            chrome->focused = (RaButtonId)at;
            return;
        }
    }
    chrome->focused = RA_BUTTON_NONE;
}

void ra_chrome_settle(RaChrome *chrome)
{
    if (!can_press(chrome, chrome->hovered))
        chrome->hovered = RA_BUTTON_NONE;
    if (!can_press(chrome, chrome->pressed))
        chrome->pressed = RA_BUTTON_NONE;
    if (!can_press(chrome, chrome->focused))
        chrome->focused = RA_BUTTON_NONE;
}
