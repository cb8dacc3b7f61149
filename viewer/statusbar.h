/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The line at the window's lower edge, and the strip that is there while one talks. */
#pragma once

#include "viewer/shell.h"

RaWidget *ra_statusbar_new(RaUi *ui);
/* The model's state in words; SIZE is the picture's ("1920 × 1080 · 67 %"). */
void ra_statusbar_update(RaWidget *widget, const RaModel *model, gboolean controlling,
                         const char *size);
/* An open microphone, both levels, mute and end. */
RaWidget *ra_strip_new(RaShell *shell);
void ra_strip_update(RaWidget *widget);
