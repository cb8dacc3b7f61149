/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer/connect.h"

const RaConnectParts ra_connect_parts = {
    .worker_new = ra_worker_new,
    .worker_free = ra_worker_free,
    .worker_send = ra_worker_send,
    .worker_queued = ra_worker_queued,
    .dialer_new = ra_dialer_new,
    .dialer_attempt_failed = ra_dialer_attempt_failed,
    .dialer_free = ra_dialer_free,
    .second_ms = 1000,
};
