/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "assist/file-name.h"

#include "base/text.h"

#include <string.h>

enum { EXTENSION_MAX = 32 }; /* bytes, its dot included, that cutting a name spares */

/* The extension with its dot, that of a compressed archive with both ("" at the end if there is
 * none). A leading dot begins none. */
static const char *extension_of(const char *name)
{
    const char *dot = strrchr(name, '.');
    if (dot == NULL || dot == name)
        return name + strlen(name);
    if (dot - name > 4 && strncmp(dot - 4, ".tar", 4) == 0)
        dot -= 4;
    return strlen(dot) <= EXTENSION_MAX ? dot : name + strlen(name);
}

/* Bytes of TEXT, at most MAX, that do not end inside a character. */
static gsize whole_characters(const char *text, gsize size, gsize max)
{
    if (size <= max)
        return size;
    while (max > 0 && ((guint8)text[max] & 0xC0) == 0x80)
        max--;
    return max;
}

static char *join(const char *name, const char *middle, const char *extension, gsize max)
{
    const gsize rest = strlen(middle) + strlen(extension);
    const gsize stem = (gsize)(extension - name);
    const gsize keep = whole_characters(name, stem, max > rest ? max - rest : 0);
    return g_strdup_printf("%.*s%s%s", (int)keep, name, middle, extension);
}

char *ra_file_name_cut(const char *name, gsize max)
{
    return strlen(name) <= max ? g_strdup(name) : join(name, "", extension_of(name), max);
}

char *ra_file_name_numbered(const char *name, guint number)
{
    g_autofree char *middle = g_strdup_printf(" (%u)", number);
    return join(name, middle, extension_of(name), RA_FILE_NAME_MAX);
}

/* "CON", "com1.txt" and the like open devices on Windows, whatever follows the first dot. */
static gboolean is_device(const char *name)
{
    static const char *const devices[] = {"con", "prn", "aux", "nul", "conin$", "conout$"};
    const gsize size = strcspn(name, ". ");
    for (gsize i = 0; i < G_N_ELEMENTS(devices); i++) {
        if (size == strlen(devices[i]) && g_ascii_strncasecmp(name, devices[i], size) == 0)
            return TRUE;
    }
    return size == 4 && g_ascii_isdigit(name[3]) &&
           (g_ascii_strncasecmp(name, "com", 3) == 0 || g_ascii_strncasecmp(name, "lpt", 3) == 0);
}

/* In place: what is left between dots and spaces at the ends. */
static void trim(char *name)
{
    gsize size = strlen(name);
    const gsize start = strspn(name, ". ");
    while (size > start && (name[size - 1] == '.' || name[size - 1] == ' '))
        size--;
    memmove(name, name + start, size - start);
    name[size - start] = '\0';
}

/* Again where taking something away has bared what may not stand there, such as a combining mark
 * at the start: each time it is shorter. */
static char *clean_line(const char *name)
{
    char *line = g_strdup(name);
    for (;;) {
        g_autofree char *before = line;
        line = ra_text_line(before, RA_TEXT_MESSAGE_MAX);
        for (char *p = line; *p != '\0'; p++) {
            if (strchr("/\\<>:\"|?*", *p) != NULL)
                *p = '_';
        }
        trim(line);
        if (strcmp(line, before) == 0)
            return line;
    }
}

char *ra_file_name_clean(const char *name)
{
    for (const char *p = name; *p != '\0'; p++) {
        if ((*p == '/' || *p == '\\') && p[1] != '\0')
            name = p + 1;
    }
    g_autofree char *line = clean_line(name);
    if (line[0] == '-')
        line[0] = '_';
    g_autofree char *safe =
        is_device(line) ? g_strconcat("_", line, NULL) : g_strdup(line[0] != '\0' ? line : "file");
    g_autofree char *cut = ra_file_name_cut(safe, RA_FILE_NAME_MAX);
    trim(cut);
    return g_steal_pointer(&cut);
}

gboolean ra_file_name_can_run(const char *name)
{
    static const char list[] =
        /* Linux: programs, scripts, starters, packages, installers */
        " appimage bash bin bundle csh deb desktop directory elf fish flatpak flatpakref "
        "flatpakrepo kdelnk ko ksh lua o out pl pm php php5 phar py pyc pyo pyw pyz rb rpm run sh "
        "snap so service socket tcl tcsh timer url zsh install "
        /* any: Java, documents with macros, applets */
        "class jar jnlp js jse mjs wasm docm dotm xlsm xlsb xltm xlam xll pptm potm ppam ppsm "
        "sldm odb oxt slk wiz "
        /* Windows, Android, macOS */
        "apk app application appref-ms appx appxbundle bat cab chm cmd com command cpl "
        "diagcab dll dmg exe gadget hta inf ins iso img vhd vhdx isp lnk mde msc msi msix "
        "msixbundle msp mst ocx pif pkg ps1 ps1xml ps2 psc1 psd1 psm1 rdp reg scf scr sct "
        "settingcontent-ms shb shs sys theme vb vbe vbs vxd website workflow ws wsc wsf wsh xbap ";
    const char *dot = strrchr(name, '.');
    if (dot == NULL || dot[1] == '\0' || strlen(dot) > EXTENSION_MAX)
        return FALSE;
    if (g_str_has_prefix(dot, ".so") || strstr(name, ".so.") != NULL)
        return TRUE;
    g_autofree char *lower = g_ascii_strdown(dot + 1, -1);
    g_autofree char *word = g_strdup_printf(" %s ", lower);
    return strstr(list, word) != NULL;
}

gboolean ra_file_head_can_run(const guint8 *head, gsize size)
{
    static const struct {
        guint8 size;
        const char *bytes;
    } starts[] = {
        {4, "\177ELF"},          {2, "#!"},
        {5, "\xEF\xBB\xBF#!"},   {2, "MZ"},
        {4, "\xCA\xFE\xBA\xBE"}, {4, "\xFE\xED\xFA\xCE"},
        {4, "\xFE\xED\xFA\xCF"}, {4, "\xCE\xFA\xED\xFE"},
        {4, "\xCF\xFA\xED\xFE"}, {4, "\xED\xAB\xEE\xDB"}, /* RPM */
        {7, "!<arch>"}, /* Debian's packages, and object archives */
        {4, "L\0\0\0"}, /* Windows' shortcuts */
    };
    for (gsize i = 0; i < G_N_ELEMENTS(starts); i++) {
        if (size >= starts[i].size && memcmp(head, starts[i].bytes, starts[i].size) == 0)
            return TRUE;
    }
    /* A comment or an empty line may come before it. */
    return size > 0 && g_strstr_len((const char *)head, (gssize)size, "[Desktop Entry]") != NULL;
}
