/*
 * What was applied before leaves nothing behind: any chain of policies ends in
 * the site that the last one makes alone, and applying what runs does nothing.
 */
#include "tests/unit/rollout/applied.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/write.h"

enum { MOST = 6, CHAIN = 4, TEXT_BYTES = 1 << 24 };

static struct fixture *fresh(void)
{
    struct fixture *f = NULL;

    assert_int_equal(applied_open((void **)&f), 0);
    return f;
}

static void fixture_drop(struct fixture **f)
{
    fixture_close((void **)f);
}

static bool apply(struct fixture *f, const struct policy *policy)
{
    struct applied applied;

    if (apply_policy(f, policy, NULL, &applied) != STATUS_OK)
        fail_msg("%s", applied.why);
    return applied.changed;
}

/* A level that files do not declare stays as it was: give them one. */
static struct written random_of(uint64_t seed)
{
    struct written written = written_random(seed, MOST);

    if (written.draft.minimum_level == AUTH_LEVEL_NONE)
        written.draft.minimum_level = AUTH_LEVEL_CERTIFICATE;
    assert_true(written_again(&written));
    return written;
}

/* Line by line, so that what differs is seen. */
static void assert_same(const struct buf *left, const struct buf *right,
                        const char *what, uint64_t seed)
{
    struct text a = buf_text(left);
    struct text b = buf_text(right);
    size_t at = 0;
    size_t line = 0;

    while (at < a.size && at < b.size && a.data[at] == b.data[at]) {
        if (a.data[at] == '\n')
            line = at + 1;
        at++;
    }
    if (at == a.size && at == b.size)
        return;
    fail_msg("%s, seed %llu:\n  %.*s\nis not\n  %.*s\n", what,
             (unsigned long long)seed,
             (int)(a.size - line < 300 ? a.size - line : 300), a.data + line,
             (int)(b.size - line < 300 ? b.size - line : 300), b.data + line);
}

static void applying_what_runs_changes_nothing(void **state)
{
    struct fixture *f = *state;
    SCOPED(buf_free) struct buf before = buf_make(TEXT_BYTES);
    SCOPED(buf_free) struct buf after = buf_make(TEXT_BYTES);
    const uint64_t rounds = rounds_of(16);

    for (uint64_t seed = 1; seed <= rounds; seed++) {
        SCOPED(written_clear) struct written written = random_of(seed);
        int64_t versions;

        apply(f, written.policy);
        dump_tables(f->store, &before);
        versions = sum_of_versions(f->store);
        assert_false(apply(f, written.policy));
        dump_tables(f->store, &after);
        assert_same(&before, &after, "applied twice", seed);
        assert_true(versions == sum_of_versions(f->store));
        /* The canonical form: places may move, nothing else. */
        written.draft = *written.policy;
        assert_true(written_again(&written));
        assert_false(apply(f, written.policy));
        assert_true(versions == sum_of_versions(f->store));
    }
}

static void nothing_is_left_of_what_was_before(void **state)
{
    struct fixture *f = *state;
    SCOPED(buf_free) struct buf alone = buf_make(TEXT_BYTES);
    SCOPED(buf_free) struct buf after = buf_make(TEXT_BYTES);
    const uint64_t rounds = rounds_of(24);

    for (uint64_t seed = 1; seed <= rounds; seed++) {
        SCOPED(written_clear) struct written last = random_of(seed * 7);
        SCOPED(fixture_drop) struct fixture *other = fresh();

        for (uint64_t i = 1; i < CHAIN; i++) {
            SCOPED(written_clear)
            struct written written = random_of(seed * 7 + i);

            apply(f, written.policy);
        }
        apply(f, last.policy);
        apply(other, last.policy);
        dump_site(f->store, &after);
        dump_site(other->store, &alone);
        assert_same(&after, &alone, "after a chain", seed);
    }
}

static void there_and_back_is_where_one_was(void **state)
{
    struct fixture *f = *state;
    SCOPED(buf_free) struct buf before = buf_make(TEXT_BYTES);
    SCOPED(buf_free) struct buf after = buf_make(TEXT_BYTES);
    const uint64_t rounds = rounds_of(16);

    for (uint64_t seed = 1; seed <= rounds; seed++) {
        SCOPED(written_clear) struct written one = random_of(seed * 11);
        SCOPED(written_clear) struct written two = random_of(seed * 13 + 1);

        apply(f, one.policy);
        dump_site(f->store, &before);
        apply(f, two.policy);
        apply(f, one.policy);
        dump_site(f->store, &after);
        assert_same(&after, &before, "there and back", seed);
    }
}

/* The site that the step hands on is the one that the store would give. */
static void the_site_handed_on_is_that_of_the_store(void **state)
{
    struct fixture *f = *state;

    for (uint64_t seed = 1; seed <= 10; seed++) {
        SCOPED(written_clear) struct written written = random_of(seed * 17);
        OWNED(site) loaded = NULL;

        apply(f, written.policy);
        assert_int_equal(site_load(f->store, &loaded), STATUS_OK);
        assert_true(loaded->serial == f->site->serial);
        assert_int_equal(loaded->minimum_level, f->site->minimum_level);
        assert_int_equal(loaded->n_exclusions, f->site->n_exclusions);
        assert_int_equal(rbac_engine_estate(loaded->engine)->n_admins,
                         rbac_engine_estate(f->site->engine)->n_admins);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_APPLIED(applying_what_runs_changes_nothing),
        WITH_APPLIED(nothing_is_left_of_what_was_before),
        WITH_APPLIED(there_and_back_is_where_one_was),
        WITH_APPLIED(the_site_handed_on_is_that_of_the_store),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
