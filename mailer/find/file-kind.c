/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/find/file-kind.h"

#include <string.h>

enum {
    CERTAIN = 512, /* bytes from which on control characters tell that it is no text */
    SHARE = 24,    /* one in so many; in compressed data it is one in ten */
};

/* How such files begin, by their specifications. */
static const struct {
    const char *start;
    gsize size, offset;
    const char *kind;
} starts[] = {
    {"\xFF\xD8\xFF", 3, 0, "a picture"},
    {"\x89PNG\r\n\x1A\n", 8, 0, "a picture"},
    {"GIF87a", 6, 0, "a picture"},
    {"GIF89a", 6, 0, "a picture"},
    {"II*\0", 4, 0, "a picture"},
    {"MM\0*", 4, 0, "a picture"},
    {"WEBP", 4, 8, "a picture"},
    {"%PDF-", 5, 0, "a PDF document"},
    {"PK\3\4", 4, 0, "a ZIP archive or an office document"},
    {"PK\5\6", 4, 0, "a ZIP archive or an office document"},
    {"Rar!\x1A\7", 6, 0, "an archive"},
    {"7z\xBC\xAF\x27\x1C", 6, 0, "an archive"},
    {"BZh", 3, 0, "a compressed file"},
    {"\x1F\x8B\x08", 3, 0, "a compressed file"},
    {"\xFD"
     "7zXZ",
     5, 0, "a compressed file"},
    {"\x28\xB5\x2F\xFD", 4, 0, "a compressed file"},
    {"ftyp", 4, 4, "a film or sound"},
    {"WAVE", 4, 8, "a film or sound"},
    {"AVI ", 4, 8, "a film or sound"},
    {"OggS", 4, 0, "a film or sound"},
    {"ID3\3", 4, 0, "a film or sound"},
    {"ID3\4", 4, 0, "a film or sound"},
    {"\x1A\x45\xDF\xA3", 4, 0, "a film or sound"},
    {"\x7F"
     "ELF",
     4, 0, "a program"},
    {"MZ\x90\0", 4, 0, "a program"},
};

/* What may hold messages or text for all its control characters: an OLE file (.msg, .doc), TNEF,
 * AppleSingle and AppleDouble; an XML document, damaged. */
static gboolean is_wrapping(const char *head, gsize size)
{
    static const char *const marks = "\xD0\xCF\x11\xE0"
                                     "\x78\x9F\x3E\x22"
                                     "\0\5\x16\0"
                                     "\0\5\x16\7";
    for (gsize i = 0; size >= 4 && i < 4; i++) {
        if (memcmp(head, marks + 4 * i, 4) == 0)
            return TRUE;
    }
    gsize first = 0;
    while (first < size && (g_ascii_isspace(head[first]) || (guchar)head[first] >= 0x80))
        first++;
    return first < size && head[first] == '<';
}

/* Text in any charset has line ends and tabs, and ESC where it shifts, but hardly anything else
 * below the space. UTF-16 has zeros, in every second place. */
static gboolean is_binary(const char *head, gsize size)
{
    gsize control = 0;
    for (gsize i = 0; i < size; i++) {
        const guchar c = (guchar)head[i];
        control += c < 0x20 && c != '\0' && (c < '\t' || c > '\r') && c != 0x1B ? 1 : 0;
    }
    return size >= CERTAIN && control > size / SHARE;
}

const char *ra_file_kind(const char *head, gsize size)
{
    for (gsize i = 0; i < G_N_ELEMENTS(starts); i++) {
        if (size >= starts[i].offset + starts[i].size &&
            memcmp(head + starts[i].offset, starts[i].start, starts[i].size) == 0)
            return starts[i].kind;
    }
    return is_binary(head, size) && !is_wrapping(head, size) ? "a binary file" : NULL;
}
