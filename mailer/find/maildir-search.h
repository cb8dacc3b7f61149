/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Searches a folder of messages: a Maildir ("new" and "cur", and the subfolders ".NAME" of
 * Maildir++), or the files that lie right in any other folder (MH, messages that were saved). Other
 * programs may use the folder meanwhile: a file that vanishes is passed over, and where something
 * was renamed (flags are part of a Maildir's file names) or added while it was searched, that is
 * searched as well.
 *
 * Hidden files, "tmp", links, pipes and devices are passed over: nothing outside the folder is
 * read. Memory does not grow with the number of files.
 */
#pragma once

#include "mailer/find/extract.h"

/* As ra_extract(); RaFound.path names the file. RA_ERROR_USAGE where FOLDER cannot be read. */
RaExtraction *ra_extract_folder(const char *folder, const RaExtractOptions *options,
                                GError **error);
