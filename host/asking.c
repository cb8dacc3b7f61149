/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/asking.h"

#include "base/text.h"

struct _RaAsking {
    RaQuestions *questions;
    GVariant *details;
    RaFiles *files;
    RaVoice *voice;
    RaHistory *history;
    guint file, file_question, file_refusals; /* the transfer that is asked about */
    guint voice_question, voice_refusals;
    gboolean linked;
    guint idle;
};

RaAsking *ra_asking_new(RaQuestions *questions, GVariant *details, RaFiles *files, RaVoice *voice,
                        RaHistory *history)
{
    RaAsking *asking = g_new0(RaAsking, 1);
    asking->questions = questions;
    asking->details = g_variant_ref(details);
    asking->files = files;
    asking->voice = voice;
    asking->history = history;
    return asking;
}

static void withdraw(RaAsking *asking, guint *question)
{
    const guint number = *question;
    *question = 0;
    ra_questions_withdraw(asking->questions, number);
}

void ra_asking_set_linked(RaAsking *asking, gboolean linked)
{
    asking->linked = linked;
    if (linked) {
        ra_asking_update(asking);
        return;
    }
    withdraw(asking, &asking->file_question);
    withdraw(asking, &asking->voice_question);
}

void ra_asking_free(RaAsking *asking)
{
    if (asking == NULL)
        return;
    ra_asking_set_linked(asking, FALSE);
    g_clear_handle_id(&asking->idle, g_source_remove);
    g_variant_unref(asking->details);
    g_free(asking);
}

static gboolean is_offered(const RaTransfer *transfer)
{
    return transfer != NULL && transfer->incoming && transfer->state == RA_TRANSFER_OFFERED;
}

static void refuse_file(RaAsking *asking, guint handle)
{
    (void)ra_files_answer(asking->files, handle, FALSE, NULL, NULL);
}

static void on_file_answered(guint number, RaOutcome outcome, gpointer data)
{
    RaAsking *asking = data;
    g_autoptr(GError) error = NULL;
    (void)number;
    asking->file_question = 0;
    if (!is_offered(ra_files_get(asking->files, asking->file)))
        return;
    if (outcome != RA_OUTCOME_YES)
        asking->file_refusals++;
    else if (ra_files_answer(asking->files, asking->file, TRUE, NULL, &error))
        return;
    else
        (void)ra_history_event(asking->history, "%s", error->message);
    refuse_file(asking, asking->file);
    ra_asking_update(asking);
}

static GVariant *file_details(const RaAsking *asking, const RaTransfer *transfer)
{
    g_autofree char *path = ra_files_folder(asking->files);
    g_autofree char *display = g_filename_display_name(path);
    g_autofree char *folder = ra_text_line(display, RA_TEXT_LINE_MAX);
    GVariantDict dict;
    g_variant_dict_init(&dict, asking->details);
    g_variant_dict_insert(&dict, "folder", "s", folder);
    g_variant_dict_insert(&dict, "transfer", "u", transfer->handle);
    g_variant_dict_insert(&dict, "file", "s", transfer->name);
    g_variant_dict_insert(&dict, "size", "t", transfer->size);
    g_variant_dict_insert(&dict, "type", "s", transfer->type);
    g_variant_dict_insert(&dict, "can-run", "b", transfer->can_run);
    return g_variant_dict_end(&dict);
}

/* The one that waits longest; NULL for none. */
static const RaTransfer *next_file(RaAsking *asking)
{
    GPtrArray *list = ra_files_list(asking->files);
    for (guint i = 0; i < list->len; i++) {
        if (is_offered(g_ptr_array_index(list, i)))
            return g_ptr_array_index(list, i);
    }
    return NULL;
}

static void update_file(RaAsking *asking)
{
    if (asking->file_question != 0 && !is_offered(ra_files_get(asking->files, asking->file))) {
        asking->file_refusals++;
        withdraw(asking, &asking->file_question);
    }
    for (guint i = 0; i < RA_FILES_OPEN_MAX && asking->file_question == 0; i++) {
        const RaTransfer *transfer = next_file(asking);
        if (transfer == NULL)
            return;
        asking->file = transfer->handle;
        if (asking->file_refusals < RA_ASKING_REFUSALS_MAX)
            asking->file_question =
                ra_questions_ask(asking->questions, RA_QUESTION_FILE,
                                 file_details(asking, transfer), on_file_answered, asking);
        if (asking->file_question == 0)
            refuse_file(asking, asking->file);
    }
}

static void on_voice_answered(guint number, RaOutcome outcome, gpointer data)
{
    RaAsking *asking = data;
    (void)number;
    asking->voice_question = 0;
    ra_voice_answer(asking->voice, outcome == RA_OUTCOME_YES,
                    outcome == RA_OUTCOME_TIMEOUT ? RA_GOODBYE_NO_ANSWER : RA_GOODBYE_DECLINED);
}

static void update_voice(RaAsking *asking)
{
    const gboolean asked = ra_voice_status(asking->voice)->state == RA_VOICE_ASKED;
    if (!asked)
        withdraw(asking, &asking->voice_question);
    if (!asked || asking->voice_question != 0)
        return;
    if (ra_asking_hears_voice(asking))
        asking->voice_question = ra_questions_ask(asking->questions, RA_QUESTION_VOICE,
                                                  asking->details, on_voice_answered, asking);
    if (asking->voice_question == 0)
        ra_voice_answer(asking->voice, FALSE, RA_GOODBYE_DECLINED);
}

gboolean ra_asking_hears_voice(const RaAsking *asking)
{
    return asking->voice_refusals < RA_ASKING_REFUSALS_MAX;
}

void ra_asking_voice_refused(RaAsking *asking)
{
    if (asking->linked && ra_asking_hears_voice(asking))
        asking->voice_refusals++;
}

static gboolean update(gpointer data)
{
    RaAsking *asking = data;
    asking->idle = 0;
    if (!asking->linked)
        return G_SOURCE_REMOVE;
    update_file(asking);
    update_voice(asking);
    return G_SOURCE_REMOVE;
}

void ra_asking_update(RaAsking *asking)
{
    if (asking->idle == 0)
        asking->idle = g_idle_add(update, asking);
}
