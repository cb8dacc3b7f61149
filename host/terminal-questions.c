/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/text.h"
#include "host/terminal-private.h"

static const char *text_of(const RaQuestion *question, const char *key)
{
    const char *text = "";
    (void)g_variant_lookup(question->details, key, "&s", &text);
    return text;
}

static char *people_of(const RaQuestion *question)
{
    g_autofree const char **to = NULL;
    if (!g_variant_lookup(question->details, "to", "^a&s", &to) || to[0] == NULL)
        return g_strdup("a person who has your invitation");
    g_autofree char *joined = g_strjoinv(", ", (char **)to);
    return ra_text_line(joined, RA_TEXT_LINE_MAX);
}

static const char caution[] =
    "  Say yes only to people that you know and trust, and whom you asked for\n"
    "  help yourself. No bank, no company such as Microsoft and no police\n"
    "  officer asks for this by telephone.\n";

static char *describe_connect(const RaQuestion *question)
{
    g_autofree char *people = people_of(question);
    const char *name = text_of(question, "name");
    return g_strdup_printf(
        "\n"
        "  Remote Assistance: somebody would like to see your screen.\n"
        "\n"
        "  Who:        %s, at %s\n"
        "  Invitation: sent to %s\n"
        "\n"
        "  They will see everything that is on your screen. They cannot use your "
        "mouse or\n"
        "  keyboard unless you say yes to that too. You can end it at any time.\n"
        "\n"
        "%s"
        "\n"
        "  Let them see your screen? [y/N] ",
        name[0] != '\0' ? name : "(they gave no name)", text_of(question, "peer"), people, caution);
}

static char *describe_control(const RaQuestion *question)
{
    const char *name = text_of(question, "name");
    return g_strdup_printf(
        "\n"
        "  Remote Assistance: %s would like to control your computer.\n"
        "\n"
        "  They will be able to do everything that you can do here: open, change "
        "and delete\n"
        "  your files, read your mail, run programs. To stop it press ESC, or "
        "\"Stop control\"\n"
        "  at the top of the screen.\n"
        "\n"
        "%s"
        "\n"
        "  Let them control your computer? [y/N] ",
        name[0] != '\0' ? name : "the helper", caution);
}

static char *describe_file(const RaQuestion *question)
{
    const char *name = text_of(question, "name");
    guint64 size = 0;
    gboolean can_run = FALSE;
    (void)g_variant_lookup(question->details, "size", "t", &size);
    (void)g_variant_lookup(question->details, "can-run", "b", &can_run);
    g_autofree char *bytes = g_format_size(size);
    return g_strdup_printf("\n"
                           "  Remote Assistance: %s would like to send you a file.\n"
                           "\n"
                           "  File:       %s (%s)\n"
                           "%s"
                           "\n"
                           "  It is only kept, not opened. Take it? [y/N] ",
                           name[0] != '\0' ? name : "the helper", text_of(question, "file"), bytes,
                           can_run ? "  CAUTION:    this is a program, or can hold one. Opened, it "
                                     "could do anything.\n"
                                   : "");
}

static char *describe_voice(const RaQuestion *question)
{
    const char *name = text_of(question, "name");
    return g_strdup_printf("\n"
                           "  Remote Assistance: %s would like to talk with you.\n"
                           "\n"
                           "  They will hear what your microphone hears, until you end it or mute "
                           "it.\n"
                           "\n"
                           "  Open your microphone? [y/N] ",
                           name[0] != '\0' ? name : "the helper");
}

char *ra_terminal_describe(const RaQuestion *question)
{
    switch (question->kind) {
    case RA_QUESTION_CONNECT:
        return describe_connect(question);
    case RA_QUESTION_CONTROL:
        return describe_control(question);
    case RA_QUESTION_FILE:
        return describe_file(question);
    case RA_QUESTION_VOICE:
        break;
    }
    return describe_voice(question);
}
