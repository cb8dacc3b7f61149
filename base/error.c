/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/error.h"

G_DEFINE_QUARK(ra_error_quark, ra_error)

int ra_error_exit_code(const GError *error)
{
    if (error->domain == RA_ERROR)
        return error->code;
    if (error->domain == G_OPTION_ERROR)
        return RA_ERROR_USAGE;
    return RA_ERROR_FAILED;
}
