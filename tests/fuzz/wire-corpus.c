/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes the first inputs of the wire's fuzz targets with the wire's own encoders:
 * wire-corpus FOLDER, where FOLDER has rfb-client, rfb-server, ipc, assist, clipboard and mosaic.
 */
#include "wire/assist.h"
#include "wire/clipboard.h"
#include "wire/decoder.h"
#include "wire/encoder.h"
#include "wire/handshake.h"
#include "wire/ipc.h"
#include "wire/mosaic.h"

#include <stdlib.h>
#include <string.h>
#include <turbojpeg.h>

enum { SIDE = 70 };

static const char *root;

/* FLAG, then BYTES, as a file. */
static void save(const char *target, const char *name, guint8 flag, const GByteArray *bytes)
{
    g_autofree char *path = g_build_filename(root, target, name, NULL);
    g_autoptr(GByteArray) whole = g_byte_array_new();
    g_autoptr(GError) error = NULL;
    g_byte_array_append(whole, &flag, 1);
    g_byte_array_append(whole, bytes->data, bytes->len);
    if (!g_file_set_contents(path, (const char *)whole->data, whole->len, &error)) {
        g_printerr("%s\n", error->message);
        exit(EXIT_FAILURE);
    }
}

static const RaHello hello = {RA_HELLO_VERSION, RA_ASSIST_PAYLOAD_MAX, "Somebody"};

static void append(GByteArray *bytes, const char *text, gsize size)
{
    g_byte_array_append(bytes, (const guint8 *)text, (guint)size);
}

static void make_client(void)
{
    static const RaRfbClientMessage messages[] = {
        {RA_RFB_SET_PIXEL_FORMAT, .format = {16, 16, TRUE, 31, 63, 31, 11, 5, 0}},
        {RA_RFB_SET_ENCODINGS,
         .encodings = {5,
                       {RA_RFB_TIGHT, RA_RFB_COPY_RECT, RA_RFB_CURSOR, RA_RFB_EXTENDED_DESKTOP_SIZE,
                        RA_RFB_QEMU_EXTENDED_KEY}}},
        {RA_RFB_UPDATE_REQUEST, .request = {FALSE, FALSE, {0, 0, SIDE, SIDE}}},
        {RA_RFB_POINTER, .pointer = {1, 5, 6}},
        {RA_RFB_UPDATE_REQUEST, .request = {TRUE, FALSE, {0, 0, SIDE, SIDE}}},
        {RA_RFB_SET_ENCODINGS, .encodings = {1, {RA_RFB_ZRLE}}},
        {RA_RFB_SET_PIXEL_FORMAT, .format = {32, 24, FALSE, 255, 255, 255, 16, 8, 0}},
        {RA_RFB_UPDATE_REQUEST, .request = {FALSE, FALSE, {3, 3, 9, 9}}},
        {RA_RFB_KEY, .key = {TRUE, 0x61, 0}},
        {RA_RFB_QEMU, .key = {FALSE, 0x61, 30}},
        {RA_RFB_CLIENT_CUT_TEXT, .cut_text = {(const guint8 *)"text", 4, FALSE}},
        {RA_RFB_CLIENT_CUT_TEXT, .cut_text = {(const guint8 *)"\1\0\0\1", 4, TRUE}},
        {RA_RFB_ENABLE_CONTINUOUS, .request = {FALSE, TRUE, {0, 0, SIDE, SIDE}}},
        {RA_RFB_CLIENT_FENCE, .fence = {RA_RFB_FENCE_REQUEST, 2, {1, 2}}},
        {RA_RFB_SET_DESKTOP_SIZE, .size = {800, 600}},
    };
    static const char *const starts[] = {"RFB 003.008\n\1\1", "RFB 003.007\n\1\1",
                                         "RFB 003.003\n\1"};
    for (guint i = 0; i < 4; i++) {
        const gboolean native = i == 3;
        g_autoptr(GByteArray) bytes = g_byte_array_new();
        g_autofree char *name = g_strdup_printf("session-%u", i);
        if (native)
            (void)ra_hello_write(&hello, bytes);
        append(bytes, starts[i % 3], strlen(starts[i % 3]));
        for (gsize k = 0; k < G_N_ELEMENTS(messages); k++)
            (void)ra_rfb_client_encode(&messages[k], bytes);
        const RaAssist want = {.kind = RA_ASSIST_WANT_CONTROL};
        (void)ra_assist_write(&want, RA_ASSIST_FROM_HELPER, bytes);
        save("rfb-client", name, native, bytes);
    }
}

static void draw(guint32 *pixels, guint content)
{
    for (guint i = 0; i < SIDE * SIDE; i++) {
        const guint x = i % SIDE, y = i / SIDE;
        static const guint32 few[] = {0x112233, 0xffffff, 0x00ff00, 0x808080, 0x123456};
        pixels[i] = content == 0   ? 0x336699
                    : content == 1 ? few[(x * y) % 2]
                    : content == 2 ? few[(x / 3 + y) % 5]
                    : content == 3 ? x * 0x30201 + y * 0x107
                                   : (i * 2654435761u) >> 8;
    }
}

static void append_small_messages(GByteArray *bytes)
{
    const RaRfbFence fence = {RA_RFB_FENCE_REQUEST, 3, {1, 2, 3}};
    const RaAssist rights = {RA_ASSIST_RIGHTS, .rights = RA_RIGHTS_ALL};
    const RaAssist goodbye = {RA_ASSIST_GOODBYE, .end = {RA_GOODBYE_ENDED, "bye"}};
    ra_rfb_write_bell(bytes);
    ra_rfb_write_server_cut_text(bytes, (const guint8 *)"text", 4);
    ra_rfb_write_fence(bytes, &fence);
    ra_rfb_write_end_of_continuous_updates(bytes);
    (void)ra_assist_write(&rights, RA_ASSIST_FROM_NOVICE, bytes);
    (void)ra_assist_write(&goodbye, RA_ASSIST_FROM_NOVICE, bytes);
}

/* A short session in one encoding. */
static void make_server(gint32 encoding, gint32 cursor, gint32 size, const char *name, guint8 flag)
{
    static guint32 pixels[SIDE * SIDE];
    static const guint8 shape[2 * 2 * 4] = {1, 2, 3, 255};
    static const RaRect all = {0, 0, SIDE, SIDE};
    const gint32 list[] = {encoding,      RA_RFB_COPY_RECT,         cursor,
                           size,          RA_RFB_QEMU_EXTENDED_KEY, RA_RFB_POINTER_POSITION,
                           RA_RFB_ASSIST, RA_RFB_LAST_RECT};
    const RaFrameView frame = {(const guint8 *)pixels, SIDE, SIDE, SIDE * 4};
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    g_autoptr(RaEncoder) encoder = ra_encoder_new(SIDE, SIDE);
    if ((flag & 2) == 0) {
        if (flag & 1)
            (void)ra_hello_write(&hello, bytes);
        append(bytes, "RFB 003.008\n\1\1\0\0\0\0", 18);
        ra_rfb_write_server_init(bytes, SIDE, SIDE, &ra_pixel_format_native, "desktop");
    }
    ra_encoder_set_encodings(encoder, list, G_N_ELEMENTS(list));
    ra_encoder_set_cursor(encoder, 2, 2, 0, 0, shape);
    for (guint content = 0; content < 5; content++) {
        ra_encoder_set_pointer(encoder, (guint16)(content * 8), 5);
        draw(pixels, content);
        const RaFrameView part = {frame.pixels, content == 4 ? 20 : SIDE, content == 4 ? 9 : SIDE,
                                  frame.stride};
        if (content == 4)
            ra_encoder_resize(encoder, 20, 9);
        while (ra_encoder_update(encoder, &part, &all, 1, bytes))
            ;
    }
    append_small_messages(bytes);
    save("rfb-server", name, flag, bytes);
}

/* What our encoder never sends: Tight with the gradient filter, and with JPEG. */
static void make_server_foreign(void)
{
    static guint32 pixels[16 * 16];
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    unsigned char *jpeg = NULL;
    unsigned long size = 0;
    tjhandle tj = tjInitCompress();
    for (guint i = 0; i < G_N_ELEMENTS(pixels); i++)
        pixels[i] = i * 0x010204;
    if (tj == NULL || tjCompress2(tj, (const guint8 *)pixels, 16, 0, 16, TJPF_BGRX, &jpeg, &size,
                                  TJSAMP_420, 60, 0) != 0)
        exit(EXIT_FAILURE);
    append(bytes, "\0\0\0\2\0\0\0\0\0\3\0\1\0\0\0\7\x40\2abcdefghi", 27);
    append(bytes, "\0\1\0\2\0\x10\0\x10\0\0\0\7\x90", 13);
    append(bytes, (const char[]){(char)(128 | (size & 127)), (char)(size >> 7)}, 2);
    append(bytes, (const char *)jpeg, size);
    save("rfb-server", "gradient-jpeg", 2, bytes);
    tjFree(jpeg);
    tjDestroy(tj);
}

static void make_server_refusals(void)
{
    g_autoptr(GByteArray) out = g_byte_array_new();
    append(out, "RFB 003.008\n\1\1\0\0\0\1\0\0\0\2no", 24);
    save("rfb-server", "refused", 0, out);
    g_byte_array_set_size(out, 0);
    append(out, "RFB 003.008\n\0\0\0\0\2no", 19);
    save("rfb-server", "no-security", 0, out);
}

/* One of each kind. */
static const RaAssist assists[] = {
    {RA_ASSIST_RIGHTS, .rights = RA_RIGHTS_ALL},
    {RA_ASSIST_CONTROL_DENIED, .end = {RA_GOODBYE_FORBIDDEN, ""}},
    {RA_ASSIST_GOODBYE, .end = {RA_GOODBYE_ENDED, "bye"}},
    {RA_ASSIST_WANT_CONTROL},
    {RA_ASSIST_RETURN_CONTROL},
    {RA_ASSIST_FEATURES, .features = RA_FEATURES_ALL},
    {RA_ASSIST_RESUME, .resume = {"r-1", {1, 2, 3}, 60}},
    {RA_ASSIST_HELD, .flag = TRUE},
    {RA_ASSIST_PAUSED, .flag = TRUE},
    {RA_ASSIST_CHAT, .chat = {1, 5, "hello"}},
    {RA_ASSIST_CHAT_SEEN, .number = 1},
    {RA_ASSIST_FILE_OFFER, .offer = {1, 9, "name.txt", "text/plain"}},
    {RA_ASSIST_FILE_ANSWER, .file_answer = {1, TRUE, 0}},
    {RA_ASSIST_FILE_DATA, .piece = {1, 0, 9, (const guint8 *)"some data"}},
    {RA_ASSIST_FILE_TAKEN, .piece = {1, 9, 0, NULL}},
    {RA_ASSIST_FILE_END, .file_end = {1, {9, 8, 7}}},
    {RA_ASSIST_FILE_CLOSE, .file_close = {1, FALSE, RA_FILE_DONE}},
    {RA_ASSIST_VOICE_WANT},
    {RA_ASSIST_VOICE_ANSWER, .answer = {TRUE, RA_GOODBYE_UNKNOWN}},
    {RA_ASSIST_VOICE_MUTED, .flag = TRUE},
    {RA_ASSIST_VOICE_END},
    {RA_ASSIST_VOICE_SOUND, .sound = {960, 3, (const guint8 *)"opu"}},
    {RA_ASSIST_CLIPBOARD_SHARED, .flag = TRUE},
    {RA_ASSIST_CLIPBOARD_PICTURE, .picture = {4, 0, 4, (const guint8 *)"\x89PNG"}},
    {RA_ASSIST_POINT, .point = {3, 4, RA_POINT_DOWN}},
    {RA_ASSIST_QUALITY, .quality = RA_QUALITY_HIGH},
    {RA_ASSIST_MONITORS, .monitors = {2, 0, {{1920, 1080, "DP-1"}, {1280, 720, "DP-2"}}}},
    {RA_ASSIST_MONITOR, .number = 1},
    {RA_ASSIST_PING, .number = 1},
    {RA_ASSIST_PONG, .number = 1},
};

static void make_ipc(void)
{
    static const guint8 shape[2 * 2 * 4] = {1, 2, 3, 255};
    static const RaIpcMessage messages[] = {
        {RA_IPC_CONNECTION, .connection = {7, "192.0.2.1"}},
        {RA_IPC_KEY, .secret = {"id", TRUE, {1, 2, 3}, "Novice"}},
        {RA_IPC_ALLOW, .allow = {TRUE, RA_GOODBYE_DECLINED}},
        {RA_IPC_FRAME, .frame = {1920, 1080, 7680, "desktop"}},
        {RA_IPC_PIXELS, .rects = {2, {{1, 2, 3, 4}, {5, 6, 7, 8}}}},
        {RA_IPC_WANT_KEY, .identity = {"identity"}},
        {RA_IPC_ASK, .ask = {"id", "Helper", TRUE}},
        {RA_IPC_ATTEMPT_FAILED, .attempt = {3, TRUE, "why"}},
        {RA_IPC_CURSOR, .cursor = {2, 2, 1, 1, shape}},
        {RA_IPC_RIGHTS, .rights = {RA_RIGHTS_ALL}},
        {RA_IPC_POINTER, .pointer = {1, 2, 3}},
        {RA_IPC_KEY_PRESS, .key = {TRUE, 0xff0d, 28}},
        {RA_IPC_ENDED, .ended = {RA_GOODBYE_ENDED, FALSE, "bye"}},
        {RA_IPC_SOUND, .sound = {960, 4, shape}},
        {RA_IPC_CLIPBOARD, .clipboard = {RA_CLIPBOARD_PNG, 4096}},
        {RA_IPC_METER, .meter = {1000, 2000, 30000}},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(messages); i++) {
        g_autoptr(GByteArray) bytes = g_byte_array_new();
        g_autofree char *name = g_strdup_printf("kind-%d", messages[i].kind);
        (void)ra_ipc_encode(&messages[i], bytes);
        save("ipc", name, 15, bytes);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(assists); i++) {
        RaIpcMessage message = {.kind = RA_IPC_ASSIST, .assist = assists[i]};
        g_autoptr(GByteArray) bytes = g_byte_array_new();
        g_autofree char *name = g_strdup_printf("assist-%d", assists[i].kind);
        (void)ra_ipc_encode(&message, bytes);
        const RaIpcDirection from =
            assists[i].kind == RA_ASSIST_QUALITY ? RA_IPC_FROM_VIEWER
            : ra_assist_reaches_program(assists[i].kind, RA_ASSIST_FROM_HELPER)
                ? RA_IPC_FROM_HOST_WORKER
                : RA_IPC_FROM_HOST;
        save("ipc", name, (guint8)from, bytes);
    }
}

static void make_assist(void)
{
    for (guint from = RA_ASSIST_FROM_HELPER; from <= RA_ASSIST_FROM_NOVICE; from <<= 1) {
        g_autoptr(GByteArray) bytes = g_byte_array_new();
        for (gsize i = 0; i < G_N_ELEMENTS(assists); i++)
            (void)ra_assist_write(&assists[i], (RaAssistFrom)from, bytes);
        append(bytes, "\x52\x99\0\0\0\0\0\2xy", 10);
        save("assist", from == RA_ASSIST_FROM_HELPER ? "helper" : "novice", (guint8)from, bytes);
    }
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    (void)ra_hello_write(&hello, bytes);
    save("assist", "hello", 0, bytes);
}

static void make_clipboard(void)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    g_autoptr(GBytes) text = g_bytes_new_static("two\nlines \xc3\xbc", 12);
    (void)ra_clip_write_provide(bytes, text);
    save("clipboard", "provide", 1, bytes);
    g_byte_array_set_size(bytes, 0);
    ra_clip_write_caps(bytes);
    save("clipboard", "caps", 1, bytes);
    g_byte_array_set_size(bytes, 0);
    ra_clip_write(bytes, RA_CLIP_NOTIFY, RA_CLIP_TEXT);
    save("clipboard", "notify", 1, bytes);
    g_byte_array_set_size(bytes, 0);
    append(bytes, "Gr\xfc\xdf\r\ne", 7);
    save("clipboard", "latin1", 0, bytes);
}

/* fuzz-mosaic says what the first bytes are. */
static void make_mosaic(void)
{
    enum { RECT_HEAD_SIZE = 12 };
    static guint32 pixels[SIDE * SIDE];
    static const RaRect all = {0, 0, SIDE, SIDE};
    static const RaRect parts[] = {{0, 0, 9, 18}, {9, 0, 61, 17}, {0, 18, 70, 52}};
    const RaFrameView frame = {(const guint8 *)pixels, SIDE, SIDE, SIDE * 4};
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    RaMosaicEncoder *encoder = ra_mosaic_encoder_new();
    append(bytes, (const char[]){SIDE - 1, SIDE - 1}, 2);
    for (guint content = 0; content < 6; content++) {
        const guint start = bytes->len;
        draw(pixels, content);
        for (gsize i = 0; content == 5 && i < G_N_ELEMENTS(pixels); i++)
            pixels[i] = pixels[i] % 256 * 0x010101;
        for (gsize i = 0; i < G_N_ELEMENTS(parts); i++)
            (void)ra_mosaic_add(encoder, &frame, &parts[i], FALSE);
        (void)ra_mosaic_end(encoder, bytes);
        g_byte_array_remove_range(bytes, start, RECT_HEAD_SIZE);
    }
    (void)ra_mosaic_add(encoder, &frame, &all, FALSE);
    const guint start = bytes->len;
    (void)ra_mosaic_end(encoder, bytes);
    g_byte_array_remove_range(bytes, start, RECT_HEAD_SIZE);
    save("mosaic", "stream", 0, bytes);
    ra_mosaic_encoder_free(encoder);
    static const struct {
        const char *name, *bytes;
        gsize size;
    } cases[] = {
        {"flat", "\3\1\x80zzz", 6},
        {"parts", "\3\1\0\0\0\2\2\x80\2\0\2\2zzzyyy", 18},
        {"two", "\3\1\x81\2zzzyyy\1\2\3\0", 14},
        {"three", "\3\1\x81\3zzzyyyxxx\1\0\1\0\2\3\0\0", 21},
        {"grey", "\3\4\x82z\1\2\3\4\5\6\7\10\11\12\13\14\15\16\17\20\21\22\23\24", 24},
        {"planes", "\3\1\x83zabcdefghyABCDEFGHx12345678", 30},
        {"full", "\3\2\x84zzz\2abcdefghijklmnopqrstuvwx", 31},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_byte_array_set_size(bytes, 0);
        append(bytes, cases[i].bytes, cases[i].size);
        save("mosaic", cases[i].name, 1, bytes);
    }
    g_byte_array_set_size(bytes, 0);
    append(bytes, "\x2f\x1f\7\10\11 pixels of text, 1234567890", 33);
    save("mosaic", "pixels", 2, bytes);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        g_printerr("usage: wire-corpus FOLDER\n");
        return EXIT_FAILURE;
    }
    root = argv[1];
    make_client();
    make_server(RA_RFB_RAW, RA_RFB_CURSOR, RA_RFB_DESKTOP_SIZE, "raw", 0);
    make_server(RA_RFB_TIGHT, RA_RFB_CURSOR_WITH_ALPHA, RA_RFB_EXTENDED_DESKTOP_SIZE, "tight", 1);
    make_server(RA_RFB_ZRLE, RA_RFB_CURSOR, RA_RFB_EXTENDED_DESKTOP_SIZE, "zrle", 2);
    make_server(RA_RFB_TIGHT, RA_RFB_CURSOR, RA_RFB_DESKTOP_SIZE, "tight-slow", 2 | 7 << 2);
    make_server(RA_RFB_MOSAIC, RA_RFB_CURSOR, RA_RFB_DESKTOP_SIZE, "mosaic", 2 | 7 << 2);
    make_server_foreign();
    make_server_refusals();
    make_ipc();
    make_assist();
    make_clipboard();
    make_mosaic();
    return EXIT_SUCCESS;
}
