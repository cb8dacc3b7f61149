/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/prompt.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static int open_terminal(void)
{
    return open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
}

gboolean ra_prompt_possible(void)
{
    const int tty = open_terminal();
    if (tty < 0)
        return FALSE;
    close(tty);
    return TRUE;
}

static void show(int tty, const char *text)
{
    for (gsize left = strlen(text); left > 0;) {
        const ssize_t n = write(tty, text, left);
        if (n < 0 && errno != EINTR)
            return;
        if (n > 0) {
            text += n;
            left -= (gsize)n;
        }
    }
}

/* Shows QUESTION and reads a line into ANSWER, without white space around it. FALSE where there is
 * no terminal, at the end of input, and after TIMEOUT seconds (0: never) of silence. */
static gboolean ask(const char *question, guint timeout, char *answer, gsize size)
{
    const int tty = open_terminal();
    if (tty < 0)
        return FALSE;
    /* What was typed before the question was shown does not answer it. */
    (void)tcflush(tty, TCIFLUSH);
    show(tty, question);
    struct pollfd wait = {.fd = tty, .events = POLLIN};
    ssize_t length = 0;
    if (poll(&wait, 1, timeout > 0 ? (int)timeout * 1000 : -1) > 0)
        length = read(tty, answer, size - 1);
    if (length <= 0)
        show(tty, "\n");
    close(tty);
    answer[MAX(length, 0)] = '\0';
    g_strstrip(answer);
    return length > 0;
}

gboolean ra_prompt_yes_no(const char *question, guint timeout)
{
    char answer[64];
    return ask(question, timeout, answer, sizeof answer) &&
           (g_ascii_strcasecmp(answer, "y") == 0 || g_ascii_strcasecmp(answer, "yes") == 0);
}

guint ra_prompt_number(const char *question, guint max, guint preset)
{
    char answer[64];
    guint64 number = 0;
    if (!ask(question, 0, answer, sizeof answer))
        return 0;
    if (*answer == '\0')
        return preset;
    return g_ascii_string_to_unsigned(answer, 10, 1, max, &number, NULL) ? (guint)number : 0;
}

/* The terminal to be put back by the signal handler; file-scope since a handler has no other way
 * to know. */
static int hidden_tty = -1;
static struct termios shown_state;

static void put_back_and_die(int signal_number)
{
    if (hidden_tty >= 0)
        (void)tcsetattr(hidden_tty, TCSANOW, &shown_state);
    (void)signal(signal_number, SIG_DFL);
    (void)raise(signal_number);
}

static const int deadly[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

/* Reads a line into LINE; returns its length, or -1 at the end of input. */
static gssize read_hidden_line(int tty, RaSecret *line, gsize max)
{
    guint8 *bytes = ra_secret_bytes(line);
    gsize length = 0;
    for (;;) {
        guint8 byte = 0;
        const ssize_t n = read(tty, &byte, 1);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return -1;
        if (byte == '\n' || byte == '\r')
            return (gssize)length;
        if (length < max)
            bytes[length++] = byte;
    }
}

RaSecret *ra_prompt_secret(const char *question, gsize max, GError **error)
{
    const int tty = open_terminal();
    if (tty < 0 || tcgetattr(tty, &shown_state) != 0) {
        g_set_error(error, RA_ERROR, RA_ERROR_USAGE,
                    "there is no terminal to ask for the password: give it with --password-file");
        if (tty >= 0)
            close(tty);
        return NULL;
    }
    struct sigaction old[G_N_ELEMENTS(deadly)];
    const struct sigaction handler = {.sa_handler = put_back_and_die};
    hidden_tty = tty;
    for (gsize i = 0; i < G_N_ELEMENTS(deadly); i++)
        (void)sigaction(deadly[i], &handler, &old[i]);
    struct termios hidden = shown_state;
    hidden.c_lflag &= ~(tcflag_t)ECHO;
    hidden.c_lflag |= ICANON | ECHONL;
    (void)tcsetattr(tty, TCSAFLUSH, &hidden);

    show(tty, question);
    g_autoptr(RaSecret) line = ra_secret_new(max);
    const gssize length = read_hidden_line(tty, line, max);

    (void)tcsetattr(tty, TCSAFLUSH, &shown_state);
    hidden_tty = -1;
    for (gsize i = 0; i < G_N_ELEMENTS(deadly); i++)
        (void)sigaction(deadly[i], &old[i], NULL);
    close(tty);
    if (length < 0) {
        g_set_error(error, RA_ERROR, RA_ERROR_DECLINED, "no password was given");
        return NULL;
    }
    ra_secret_truncate(line, (gsize)length);
    return g_steal_pointer(&line);
}
