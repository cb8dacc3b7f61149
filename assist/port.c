/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "assist/port.h"

void ra_port_send_assist(const RaPort *port, const RaAssist *assist)
{
    const RaIpcMessage message = {.kind = RA_IPC_ASSIST, .assist = *assist};
    port->send(&message, -1, port->data);
}
