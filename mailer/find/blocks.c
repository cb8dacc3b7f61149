/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/find/blocks.h"

#include "mailer/find/base64-lines.h"
#include "mailer/find/document.h"

#include <string.h>

#define BEGIN "-----BEGIN"

enum {
    UU_LINE_MAX = 128, /* bytes of a uuencoded line: 61, and what mail may add */
    NAME_MAX_SHOWN = 255,
    BARE_MAX = RA_TICKET_MAX / 3 * 4 + 4, /* letters of a ticket in base64 */
};

struct _RaBlocks {
    RaExtractor *extractor;
    const RaPlace *place;
    RaLines *lines;
    GString *armour;             /* the block that is open, or NULL */
    gboolean closing;            /* its last line has begun */
    const char *calm, *calm_end; /* no block begins in this part of what was pushed last */
    GByteArray *file;            /* the uuencoded file that is open, or NULL */
    gboolean overlong;
    char *file_name;
    gboolean base64; /* it is in Base64 */
    RaBase64 letters;
    int uu_state; /* of GMime's decoder */
    guint32 uu_save;
    GString *bare;     /* a ticket in base64 that nothing announces, while it lasts, or NULL */
    gboolean bare_all; /* nothing stood before it */
    gboolean any;      /* a line with something in it was seen */
};

/* TRUE if LINE holds MARK, then the first word of a block's name; what stands for the space
 * between them differs among mail programs. */
static gboolean has_mark(const RaLine *line, const char *mark)
{
    enum { GAP_MAX = 4 };
    const char *end = line->text + line->length;
    const char *at = memmem(line->text, line->length, mark, strlen(mark));
    if (at == NULL)
        return FALSE;
    at += strlen(mark);
    for (gsize gap = 0; gap < GAP_MAX && at < end && !g_ascii_isalnum(*at); gap++)
        at++;
    return end - at >= 6 && memcmp(at, "REMOTE", 6) == 0;
}

static void drop_armour(RaBlocks *blocks, const char *why)
{
    if (blocks->armour == NULL)
        return;
    g_string_free(g_steal_pointer(&blocks->armour), TRUE);
    ra_extractor_damaged(blocks->extractor, why);
}

static void end_armour(RaBlocks *blocks)
{
    guint damaged = 0;
    g_autoptr(GString) armour = g_steal_pointer(&blocks->armour);
    if (!ra_extractor_count_part(blocks->extractor))
        return;
    g_autoptr(GPtrArray) tickets = ra_dearmour(armour->str, armour->len, 1, &damaged);
    for (guint i = 0; i < tickets->len; i++) {
        gsize size = 0;
        const void *data = g_bytes_get_data(tickets->pdata[i], &size);
        ra_extractor_candidate(blocks->extractor, blocks->place, RA_FOUND_TEXT, data, size);
    }
    if (damaged > 0)
        ra_extractor_damaged(blocks->extractor, "the invitation in the message's text is damaged: "
                                                "ask for a new one");
}

static void look_for_armour(RaBlocks *blocks, const RaLine *line)
{
    if (has_mark(line, BEGIN)) {
        drop_armour(blocks, "an invitation in the message's text is cut short: ask for a new one");
        blocks->armour = g_string_new(NULL);
        blocks->closing = FALSE;
    }
    if (blocks->armour == NULL)
        return;
    if (blocks->armour->len + line->size > RA_EXTRACT_BLOCK_MAX) {
        drop_armour(blocks, "the invitation in the message's text is larger than invitations are");
        return;
    }
    /* RFC 4880 7.1: a signed text's lines that start with a dash have "- " before them. */
    const gsize escape =
        line->starts && line->length > 2 && memcmp(line->text, "- ", 2) == 0 ? 2 : 0;
    g_string_append_len(blocks->armour, line->text + escape, (gssize)(line->size - escape));
    /* The closing mark may have been broken over two lines. */
    blocks->closing = blocks->closing || has_mark(line, "-----END");
    if (blocks->closing && memmem(line->text, line->length, "ION-----", 8) != NULL)
        end_armour(blocks);
}

static void drop_file(RaBlocks *blocks)
{
    g_clear_pointer(&blocks->file, g_byte_array_unref);
    g_clear_pointer(&blocks->file_name, g_free);
    blocks->overlong = FALSE;
}

/* "begin 644 NAME", or "begin-base64 644 NAME": three or four octal digits. Returns where these
 * are, or 0. */
static gsize starts_file(const RaLine *line)
{
    const gsize start = ra_line_has_prefix(line, "begin ")          ? 6
                        : ra_line_has_prefix(line, "begin-base64 ") ? 13
                                                                    : 0;
    if (!line->starts || line->length > NAME_MAX_SHOWN || start == 0)
        return 0;
    gsize i = start;
    while (i < line->length && line->text[i] >= '0' && line->text[i] <= '7')
        i++;
    return i - start >= 3 && i - start <= 4 && i + 1 < line->length && line->text[i] == ' ' ? start
                                                                                            : 0;
}

static void decode_line(RaBlocks *blocks, const RaLine *line)
{
    enum { MORE = 8 }; /* bytes that the decoder may write beyond three quarters of its input */
    guint8 in[UU_LINE_MAX + 1], out[UU_LINE_MAX + MORE];
    memcpy(in, line->text, line->length);
    in[line->length] = '\n';
    const gsize n =
        blocks->base64
            ? ra_base64_step(&blocks->letters, (const char *)in, line->length, (char *)out)
            : g_mime_encoding_uudecode_step(in, line->length + 1, out, &blocks->uu_state,
                                            &blocks->uu_save);
    const gsize room = (gsize)RA_TICKET_MAX - blocks->file->len;
    g_byte_array_append(blocks->file, out, (guint)MIN(n, room));
    blocks->overlong = blocks->overlong || n > room;
}

static void end_file(RaBlocks *blocks)
{
    RaPlace place = *blocks->place;
    place.file_name = blocks->file_name;
    if (ra_extractor_count_part(blocks->extractor))
        ra_document_judge(blocks->extractor, &place, RA_FOUND_UUENCODED,
                          (const char *)blocks->file->data, blocks->file->len, blocks->overlong);
    drop_file(blocks);
}

/* "end", or "====" in Base64, and what mail may add. */
static gboolean ends_file(const RaBlocks *blocks, const RaLine *line)
{
    const char *end = blocks->base64 ? "====" : "end";
    const gsize length = strlen(end);
    return line->length >= length && line->length <= length + 2 &&
           memcmp(line->text, end, length) == 0;
}

static void look_for_file(RaBlocks *blocks, const RaLine *line)
{
    const gsize start = starts_file(line);
    if (start > 0) {
        drop_file(blocks);
        const char *name = memchr(line->text + start, ' ', line->length - start);
        g_autofree char *raw = g_strndup(name + 1, (gsize)(line->text + line->length - name - 1));
        blocks->file_name = g_utf8_make_valid(raw, -1);
        blocks->file = g_byte_array_new();
        blocks->base64 = line->text[5] == '-';
        blocks->letters = (RaBase64){0};
        blocks->uu_state = GMIME_UUDECODE_STATE_BEGIN;
        blocks->uu_save = 0;
        return;
    }
    if (blocks->file == NULL)
        return;
    if (!line->starts || line->length > UU_LINE_MAX) {
        drop_file(blocks); /* prose that began with "begin" */
    } else if (ends_file(blocks, line)) {
        end_file(blocks);
    } else if (line->length > 0) {
        decode_line(blocks, line);
    }
}

static void end_bare(RaBlocks *blocks)
{
    gsize size = 0;
    if (blocks->bare == NULL)
        return;
    g_autoptr(GString) bare = g_steal_pointer(&blocks->bare);
    g_autofree guchar *data = g_base64_decode(bare->str, &size);
    if (ra_extractor_count_part(blocks->extractor))
        ra_document_judge(blocks->extractor, blocks->place,
                          blocks->bare_all ? RA_FOUND_ATTACHMENT : RA_FOUND_TEXT,
                          (const char *)data, size, bare->len > BARE_MAX);
}

/* Past quote marks and blanks. */
static gsize skip_quotes(const RaLine *line)
{
    gsize i = 0;
    while (line->starts && i < line->length && strchr("> |\t", line->text[i]) != NULL &&
           line->text[i] != '\0')
        i++;
    return i;
}

/* How TEXT begins that holds a ticket in base64: "<?xml", "<ticket" or "<UPLOADINFO" in 8 bits,
 * with a mark, or in UTF-16. */
static gboolean starts_bare(const char *text, gsize size)
{
    static const char *const starts[] = {"PD94bW", "PHRpY2", "PFVQTE", "77u/PD", "//48AD",
                                         "//48AF", "PAA/AH", "PABVAF", "/v8APA"};
    for (gsize i = 0; size >= 6 && i < G_N_ELEMENTS(starts); i++) {
        if (memcmp(text, starts[i], 6) == 0)
            return TRUE;
    }
    return FALSE;
}

/* A ticket in base64 that no header announces, as gateways leave it that drop what they don't know,
 * and as it is shown where a whole message became text: in a bounce, a digest, a quoted reply. */
static void look_for_bare(RaBlocks *blocks, const RaLine *line, gsize quotes)
{
    const char *text = line->text + quotes;
    gsize size = line->length - quotes, letters = 0;
    const gboolean starts = blocks->bare == NULL && line->starts && starts_bare(text, size);
    if (starts) {
        blocks->bare = g_string_new(NULL);
        blocks->bare_all = !blocks->any;
    }
    if (blocks->bare == NULL)
        return;
    while (size > 0 && g_ascii_isspace(text[size - 1]))
        size--;
    if (size == 0) /* lines may have come apart */
        return;
    while (letters < size &&
           (g_ascii_isalnum(text[letters]) || strchr("+/=", text[letters]) != NULL) &&
           text[letters] != '\0')
        letters++;
    const gboolean last = letters < size || text[letters - 1] == '=';
    if (blocks->bare->len <= BARE_MAX && (letters == size || starts))
        g_string_append_len(blocks->bare, text, (gssize)letters);
    if (last)
        end_bare(blocks);
}

static void on_line(const RaLine *line, gpointer data)
{
    RaBlocks *blocks = data;
    if (blocks->extractor->skip)
        return;
    if (blocks->armour != NULL || line->text < blocks->calm || line->text >= blocks->calm_end)
        look_for_armour(blocks, line);
    if (blocks->file != NULL || *line->text == 'b' || *line->text == 'B')
        look_for_file(blocks, line);
    const gsize quotes = skip_quotes(line);
    const char first = quotes < line->length ? line->text[quotes] : '\0';
    const gboolean announced = blocks->armour != NULL || blocks->file != NULL;
    if (blocks->bare != NULL || (!announced && (first == 'P' || first == '7' || first == '/')))
        look_for_bare(blocks, line, quotes);
    blocks->any = blocks->any || quotes < line->length;
}

RaBlocks *ra_blocks_new(RaExtractor *extractor, const RaPlace *place)
{
    RaBlocks *blocks = g_new0(RaBlocks, 1);
    blocks->extractor = extractor;
    blocks->place = place;
    blocks->lines = ra_lines_new(on_line, blocks);
    return blocks;
}

/* Where no armour begins is found out for all lines at once. A line that the last push began is
 * elsewhere in memory, and looked at by itself. */
void ra_blocks_push(RaBlocks *blocks, const char *data, gsize size)
{
    if (size == 0)
        return;
    const char *mark = memmem(data, size, BEGIN, strlen(BEGIN));
    blocks->calm = data;
    blocks->calm_end = data + size;
    if (mark != NULL) {
        const char *line = mark;
        while (line > data && line[-1] != '\n' && line[-1] != '\r')
            line--;
        blocks->calm_end = line;
    }
    ra_lines_push(blocks->lines, data, size);
    blocks->calm = blocks->calm_end = NULL;
}

void ra_blocks_end(RaBlocks *blocks)
{
    if (blocks == NULL)
        return;
    ra_lines_end(blocks->lines);
    drop_armour(blocks, "an invitation in the message's text is cut short: ask for a new one");
    drop_file(blocks);
    end_bare(blocks);
    ra_lines_free(blocks->lines);
    g_free(blocks);
}
