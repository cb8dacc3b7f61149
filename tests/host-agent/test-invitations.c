/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/host-agent/tests.h"

#include "base/error.h"
#include "host/invitations.h"
#include "tests/host-agent/fakes.h"
#include "tests/host-agent/invite.h"

#include <string.h>

enum { LIFETIME = 3600 };

typedef struct {
    FakeClock clock;
    char *dir;
    RaStore *store;
    RaInvitations *invitations;
    guint changes;
    gboolean is_changed;
} Fixture;

static void on_changed(gpointer data)
{
    Fixture *f = data;
    f->changes++;
    f->is_changed = TRUE;
}

static void set_up(Fixture *f)
{
    g_autoptr(GError) error = NULL;
    *f = (Fixture){0};
    fake_clock_init(&f->clock);
    f->dir = g_dir_make_tmp("ra-test-XXXXXX", NULL);
    f->store = ra_store_open(f->dir, &error);
    g_assert_no_error(error);
    f->invitations = ra_invitations_new(f->store, &f->clock.clock, on_changed, f);
}

static void tear_down(Fixture *f)
{
    ra_invitations_free(f->invitations);
    ra_store_free(f->store);
    invite_remove(f->dir);
    g_free(f->dir);
}

static char *add(Fixture *f)
{
    g_autoptr(GError) error = NULL;
    char *id = invite(f->store, f->clock.wall, LIFETIME, RA_RIGHTS_ALL);
    g_assert_true(ra_invitations_reload(f->invitations, &error));
    g_assert_no_error(error);
    return id;
}

static gboolean usable(Fixture *f, const char *id)
{
    g_autoptr(RaInvitation) invitation = ra_invitations_find(f->invitations, id);
    g_assert_true(invitation == NULL || g_str_equal(ra_invitation_id(invitation), id));
    return invitation != NULL;
}

static RaStoreState stored(Fixture *f, const char *id)
{
    g_autoptr(RaStoreEntry) entry = ra_store_get(f->store, id, NULL);
    g_assert_nonnull(entry);
    return ra_store_entry_state(entry);
}

static void test_find(void)
{
    Fixture f;
    set_up(&f);
    g_assert_cmpuint(ra_invitations_count(f.invitations), ==, 0);
    g_autofree char *id = add(&f);
    g_autofree char *upper = g_ascii_strup(id, -1);
    g_autofree char *prefix = g_strndup(id, 8);
    fake_settle();
    g_assert_cmpuint(f.changes, ==, 1);
    g_assert_cmpuint(ra_invitations_count(f.invitations), ==, 1);
    g_assert_true(usable(&f, id));
    g_assert_false(usable(&f, prefix)); /* an identity is exact */
    g_assert_false(usable(&f, ""));
    g_assert_cmpint(g_str_equal(upper, id), ==, usable(&f, upper));
    g_assert_cmpstr(ra_invitations_recipients(f.invitations, id)[0], ==, "desk@example.org");
    g_assert_null(ra_invitations_recipients(f.invitations, prefix)[0]);
    tear_down(&f);
}

/* How the clocks move, and whether the invitation can be used then. */
static void test_clocks(void)
{
    static const struct {
        const char *what;
        gint64 wall, boot; /* seconds that pass */
        gboolean usable;
    } cases[] = {
        {"now", 0, 0, TRUE},
        {"nearly over", LIFETIME - 1, LIFETIME - 1, TRUE},
        {"over", LIFETIME, LIFETIME, FALSE},
        {"the clock was set back, and time passed", -1000, LIFETIME, FALSE},
        {"the clock was set back a little", -200, 100, TRUE},
        {"the clock was set back before its start", -86400, 0, FALSE},
        {"the clock was set ahead", LIFETIME, 0, FALSE},
        {"suspend", 9 * LIFETIME, 9 * LIFETIME, FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Fixture f;
        set_up(&f);
        g_test_message("%s", cases[i].what);
        g_autofree char *id = add(&f);
        const gint64 made = f.clock.wall;
        f.clock.wall += cases[i].wall;
        f.clock.boot += cases[i].boot * G_USEC_PER_SEC;
        g_assert_cmpint(usable(&f, id), ==, cases[i].usable);
        const gboolean over = cases[i].wall >= LIFETIME || cases[i].boot >= LIFETIME;
        g_assert_cmpint(stored(&f, id), ==, over ? RA_STORE_EXPIRED : RA_STORE_OPEN);
        /* What ended here stays so, whatever the clock says then. */
        f.clock.wall = made;
        g_assert_true(ra_invitations_reload(f.invitations, NULL));
        g_assert_cmpint(usable(&f, id), ==, !over);
        tear_down(&f);
    }
}

/* Without a lookup the key goes too. */
static void test_timer(void)
{
    Fixture f;
    set_up(&f);
    g_autofree char *id = invite(f.store, f.clock.wall - LIFETIME + 61, LIFETIME, RA_RIGHTS_ALL);
    g_assert_true(ra_invitations_reload(f.invitations, NULL));
    f.clock.wall += 60; /* one second is left: the timer is set by that */
    g_assert_true(ra_invitations_reload(f.invitations, NULL));
    fake_settle();
    f.is_changed = FALSE;
    f.clock.wall += 1;
    fake_wait(&f.is_changed);
    g_assert_cmpint(stored(&f, id), ==, RA_STORE_EXPIRED);
    tear_down(&f);
}

static void test_cancel(void)
{
    g_autoptr(GError) error = NULL;
    Fixture f;
    set_up(&f);
    g_autofree char *id = add(&f);
    g_autofree char *other = add(&f);
    g_autofree char *prefix = g_strndup(id, 12);
    g_assert_true(ra_invitations_cancel(f.invitations, prefix, &error));
    g_assert_no_error(error);
    g_assert_false(usable(&f, id));
    g_assert_true(usable(&f, other));
    g_assert_cmpint(stored(&f, id), ==, RA_STORE_CANCELLED);
    g_assert_false(ra_invitations_cancel(f.invitations, id, &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_USAGE);
    g_clear_error(&error);
    g_assert_false(ra_invitations_cancel(f.invitations, "0123456789", &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_NO_TICKET);
    g_clear_error(&error);

    /* By another program, which writes the store. */
    g_assert_true(ra_store_set_state(f.store, other, RA_STORE_CANCELLED, NULL));
    g_assert_true(ra_invitations_reload(f.invitations, NULL));
    g_assert_false(usable(&f, other));
    g_assert_cmpuint(ra_invitations_count(f.invitations), ==, 0);
    tear_down(&f);
}

static void test_used(void)
{
    Fixture f;
    set_up(&f);
    g_autofree char *id = add(&f);
    g_assert_true(ra_invitations_mark_used(f.invitations, id, NULL));
    g_assert_cmpint(stored(&f, id), ==, RA_STORE_USED);
    g_assert_true(ra_invitations_mark_used(f.invitations, id, NULL));
    g_assert_true(usable(&f, id)); /* again */
    g_assert_true(ra_invitations_reload(f.invitations, NULL));
    g_assert_true(usable(&f, id));
    tear_down(&f);
}

/* ra-invite writes to the store without telling; reading it must not set off the watch again. */
static void test_watch(void)
{
    Fixture f;
    set_up(&f);
    ra_invitations_watch(f.invitations, f.dir);
    g_autofree char *first = invite(f.store, f.clock.wall, LIFETIME, RA_RIGHTS_ALL);
    fake_wait(&f.is_changed);
    g_assert_true(usable(&f, first));
    f.is_changed = FALSE;
    g_assert_true(ra_store_set_state(f.store, first, RA_STORE_CANCELLED, NULL));
    fake_wait(&f.is_changed);
    g_assert_false(usable(&f, first));
    tear_down(&f);
}

/* Whoever asks again and again is not let through to the novice each time. */
static void test_rest(void)
{
    Fixture f;
    set_up(&f);
    g_autofree char *id = add(&f);
    g_autofree char *other = add(&f);
    for (guint i = 1; i < RA_INVITATIONS_FREE_QUESTIONS; i++) {
        ra_invitations_answered(f.invitations, id, FALSE);
        g_assert_true(ra_invitations_may_ask(f.invitations, id));
    }
    for (gint64 pause = RA_INVITATIONS_PAUSE_SECONDS; pause < RA_INVITATIONS_PAUSE_MAX;
         pause *= 2) {
        ra_invitations_answered(f.invitations, id, FALSE);
        fake_clock_pass(&f.clock, pause - 1);
        g_assert_false(ra_invitations_may_ask(f.invitations, id));
        g_assert_true(ra_invitations_may_ask(f.invitations, other));
        fake_clock_pass(&f.clock, 1);
        g_assert_true(ra_invitations_may_ask(f.invitations, id));
    }
    ra_invitations_answered(f.invitations, id, FALSE);
    fake_clock_pass(&f.clock, RA_INVITATIONS_PAUSE_MAX);
    g_assert_true(ra_invitations_may_ask(f.invitations, id));
    ra_invitations_answered(f.invitations, id, TRUE);
    ra_invitations_answered(f.invitations, id, FALSE);
    g_assert_true(ra_invitations_may_ask(f.invitations, id));
    g_assert_false(ra_invitations_may_ask(f.invitations, "no such id"));
    tear_down(&f);
}

void add_invitations_tests(void)
{
    g_test_add_func("/host/invitations/rest", test_rest);
    g_test_add_func("/host/invitations/find", test_find);
    g_test_add_func("/host/invitations/clocks", test_clocks);
    g_test_add_func("/host/invitations/timer", test_timer);
    g_test_add_func("/host/invitations/cancel", test_cancel);
    g_test_add_func("/host/invitations/used", test_used);
    g_test_add_func("/host/invitations/watch", test_watch);
}
