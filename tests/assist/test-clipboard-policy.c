/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When the clipboard is shared: with a selection in memory. */
#include "assist/clipboard.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const char PNG[] = "\x89PNG\r\n\x1a\n and what follows";

/* A selection in memory */

typedef struct {
    RaSelection selection;
    const RaSelectionEvents *events;
    gpointer data;
    int reads;
    GBytes *set;
} Memory;

static void memory_watch(RaSelection *selection, const RaSelectionEvents *events, gpointer data)
{
    ((Memory *)selection)->events = events;
    ((Memory *)selection)->data = data;
}

static void memory_read(RaSelection *selection)
{
    ((Memory *)selection)->reads++;
}

static void memory_set(RaSelection *selection, G_GNUC_UNUSED RaClipboardFormat format,
                       GBytes *bytes)
{
    Memory *memory = (Memory *)selection;
    g_clear_pointer(&memory->set, g_bytes_unref);
    memory->set = g_bytes_ref(bytes);
}

static void memory_free(RaSelection *selection)
{
    g_clear_pointer(&((Memory *)selection)->set, g_bytes_unref);
}

/* A port that keeps what was sent last */

typedef struct {
    int contents, told;
    gboolean shared;
    RaClipboardFormat format;
    char content[64];
} Sent;

static void port_send(const RaIpcMessage *message, int fd, gpointer data)
{
    Sent *sent = data;
    if (message->kind == RA_IPC_CLIPBOARD) {
        g_assert_cmpint(fcntl(fd, F_GET_SEALS) & F_SEAL_WRITE, ==, F_SEAL_WRITE);
        g_assert_cmpuint(message->clipboard.size, <, sizeof sent->content);
        memset(sent->content, 0, sizeof sent->content);
        g_assert_cmpint(pread(fd, sent->content, sizeof sent->content, 0), ==,
                        message->clipboard.size);
        sent->format = message->clipboard.format;
        sent->contents++;
    } else {
        g_assert_cmpint(message->assist.kind, ==, RA_ASSIST_CLIPBOARD_SHARED);
        sent->shared = message->assist.flag;
        sent->told++;
    }
}

typedef struct {
    Memory memory;
    Sent sent;
    RaPort port;
    RaClipboard *clipboard;
} Policy;

static void policy_start(Policy *p)
{
    static const RaSelectionClass class = {memory_watch, memory_read, memory_set, memory_free};
    *p = (Policy){.memory = {.selection = {&class}}};
    p->port = (RaPort){.send = port_send, .data = &p->sent};
    p->clipboard = ra_clipboard_new(&p->memory.selection, &p->port);
}

static void their_share(Policy *p, gboolean shared)
{
    const RaAssist message = {.kind = RA_ASSIST_CLIPBOARD_SHARED, .flag = shared};
    g_assert_true(ra_clipboard_take(p->clipboard, &message));
}

static void copied(Policy *p)
{
    p->memory.events->changed(p->memory.data);
}

static void answer(Policy *p, RaClipboardFormat format, const char *text)
{
    p->memory.events->got(format, text != NULL ? g_bytes_new(text, strlen(text)) : NULL,
                          p->memory.data);
}

static void test_policy(void)
{
    Policy p;
    policy_start(&p);
    ra_clipboard_linked(p.clipboard);
    g_assert_cmpint(p.sent.told, ==, 1);
    g_assert_false(p.sent.shared);
    copied(&p); /* none of the three conditions holds */
    their_share(&p, TRUE);
    copied(&p);
    ra_clipboard_share(p.clipboard, TRUE);
    ra_clipboard_share(p.clipboard, TRUE);
    g_assert_cmpint(p.sent.told, ==, 2);
    g_assert_true(p.sent.shared && ra_clipboard_shared(p.clipboard));
    copied(&p);
    g_assert_cmpint(p.memory.reads, ==, 0);
    ra_clipboard_allow(p.clipboard, TRUE);
    answer(&p, RA_CLIPBOARD_TEXT, "from before");
    g_assert_cmpint(p.sent.contents, ==, 0);
    copied(&p);
    g_assert_cmpint(p.memory.reads, ==, 1);
    answer(&p, RA_CLIPBOARD_TEXT, "gr\xC3\xBC\xC3\x9F");
    g_assert_cmpint(p.sent.contents, ==, 1);
    g_assert_cmpstr(p.sent.content, ==, "gr\xC3\xBC\xC3\x9F");
    copied(&p);
    answer(&p, RA_CLIPBOARD_PNG, PNG);
    g_assert_cmpint(p.sent.contents, ==, 2);
    g_assert_cmpint(p.sent.format, ==, RA_CLIPBOARD_PNG);
    /* What is nothing, or not what it says. */
    copied(&p);
    answer(&p, RA_CLIPBOARD_TEXT, NULL);
    copied(&p);
    answer(&p, RA_CLIPBOARD_TEXT, "\xff");
    copied(&p);
    answer(&p, RA_CLIPBOARD_PNG, "GIF89a and what follows");
    /* Control ended while it was on its way, and was granted again. */
    copied(&p);
    ra_clipboard_allow(p.clipboard, FALSE);
    ra_clipboard_allow(p.clipboard, TRUE);
    answer(&p, RA_CLIPBOARD_TEXT, "too late");
    their_share(&p, FALSE);
    copied(&p);
    g_assert_false(ra_clipboard_their_shared(p.clipboard));
    g_assert_cmpint(p.sent.contents, ==, 2);
    ra_clipboard_free(p.clipboard);
}

static int make_file(const char *text, gsize size, gboolean sealed)
{
    const int fd = memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    g_assert_cmpint(write(fd, text, size), ==, size);
    if (sealed)
        g_assert_cmpint(fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE), ==, 0);
    return fd;
}

static void test_taken(void)
{
    static const struct {
        const char *what, *bytes;
        guint32 size;
        RaClipboardFormat format;
        gboolean unsealed, ok, set;
    } cases[] = {
        {"text", "hello", 5, RA_CLIPBOARD_TEXT, FALSE, TRUE, TRUE},
        {"picture", PNG, sizeof PNG, RA_CLIPBOARD_PNG, FALSE, TRUE, TRUE},
        {"no picture", "hello, hello", 12, RA_CLIPBOARD_PNG, FALSE, TRUE, FALSE},
        {"no text", "\xc3", 1, RA_CLIPBOARD_TEXT, FALSE, TRUE, FALSE},
        {"text with NUL", "a\0b", 3, RA_CLIPBOARD_TEXT, FALSE, TRUE, FALSE},
        {"nothing", "", 0, RA_CLIPBOARD_TEXT, FALSE, TRUE, FALSE},
        {"can change", "hello", 5, RA_CLIPBOARD_TEXT, TRUE, FALSE, FALSE},
        {"shorter than it says", "hello", 6, RA_CLIPBOARD_TEXT, FALSE, FALSE, FALSE},
        {"too long", "hello", RA_CLIPBOARD_TEXT_MAX + 1, RA_CLIPBOARD_TEXT, FALSE, FALSE, FALSE},
        {"no such format", "hello", 5, (RaClipboardFormat)9, FALSE, FALSE, FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Policy p;
        policy_start(&p);
        g_test_message("%s", cases[i].what);
        const RaIpcMessage message = {.kind = RA_IPC_CLIPBOARD,
                                      .clipboard = {cases[i].format, cases[i].size}};
        const gsize size = MIN(
            cases[i].size, MAX(strlen(cases[i].bytes), cases[i].size < 50 ? cases[i].size : 5u));
        const int fd =
            make_file(cases[i].bytes, strcmp(cases[i].what, "shorter than it says") == 0 ? 5 : size,
                      !cases[i].unsealed);
        ra_clipboard_share(p.clipboard, TRUE);
        their_share(&p, TRUE);
        if (cases[i].ok) /* while it is not allowed, it is dropped */
            g_assert_true(ra_clipboard_take_content(p.clipboard, &message, fd));
        g_assert_null(p.memory.set);
        ra_clipboard_allow(p.clipboard, TRUE);
        g_assert_cmpint(ra_clipboard_take_content(p.clipboard, &message, fd), ==, cases[i].ok);
        g_assert_cmpint(p.memory.set != NULL, ==, cases[i].set);
        g_assert_cmpint(p.memory.reads, ==, 0);
        close(fd);
        ra_clipboard_free(p.clipboard);
    }
}

/* A desktop without a clipboard */
static void test_none(void)
{
    Sent sent = {0};
    const RaPort port = {.send = port_send, .data = &sent};
    g_autoptr(RaClipboard) clipboard = ra_clipboard_new(NULL, &port);
    const int fd = make_file("hello", 5, TRUE);
    const RaIpcMessage message = {.kind = RA_IPC_CLIPBOARD, .clipboard = {RA_CLIPBOARD_TEXT, 5}};
    ra_clipboard_linked(clipboard);
    ra_clipboard_share(clipboard, TRUE);
    ra_clipboard_allow(clipboard, TRUE);
    g_assert_true(ra_clipboard_take_content(clipboard, &message, fd));
    g_assert_false(ra_clipboard_shared(clipboard));
    g_assert_cmpint(sent.told, ==, 0);
    close(fd);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/assist/clipboard/policy", test_policy);
    g_test_add_func("/assist/clipboard/taken", test_taken);
    g_test_add_func("/assist/clipboard/none", test_none);
    return g_test_run();
}
