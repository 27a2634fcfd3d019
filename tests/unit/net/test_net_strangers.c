#include "tests/unit/unit.h"

#include <stdlib.h>

#include "provider/net/strangers.h"

enum { MAX = 64, CROWD = 2000 };

struct scene {
    struct strangers strangers;
    struct stranger crowd[CROWD];
    int64_t now_ms;
};

static int set_up(void **state)
{
    struct scene *scene = calloc(1, sizeof(*scene));

    *state = scene;
    return scene ? (int)strangers_open(&scene->strangers, MAX) : -1;
}

static int tear_down(void **state)
{
    struct scene *scene = *state;

    strangers_close(&scene->strangers);
    free(scene);
    return 0;
}

/* False: it was not let in. */
static bool come(struct scene *scene, struct stranger *who, const char *source,
                 enum stranger_rank rank)
{
    struct stranger *victim;

    who->source = source;
    who->rank = rank;
    who->since_ms = scene->now_ms++;
    victim = strangers_find_victim(&scene->strangers, who);
    if (victim == who)
        return false;
    if (victim)
        strangers_remove(&scene->strangers, victim);
    strangers_add(&scene->strangers, who);
    return true;
}

static void whoever_has_shown_a_certificate_stays(void **state)
{
    struct scene *scene = *state;
    struct stranger admin = {0};

    assert_true(come(scene, &admin, "192.0.2.1", STRANGER_OWES));
    strangers_rank(&scene->strangers, &admin, STRANGER_PROVEN);
    for (size_t i = 0; i < CROWD; i++)
        (void)come(scene, &scene->crowd[i], "192.0.2.1",
                   i % 2 ? STRANGER_OWES : STRANGER_PLAIN);
    assert_true(admin.has_place);
    strangers_remove(&scene->strangers, &admin);
    assert_int_equal(scene->strangers.n_proven, 0);
}

static void whoever_does_not_dawdle_has_time(void **state)
{
    struct scene *scene = *state;
    struct stranger admin = {0};

    for (size_t i = 0; i < CROWD; i++) {
        if (i == CROWD - STRANGERS_OF_DEBTOR)
            assert_true(come(scene, &admin, "192.0.2.1", STRANGER_OWES));
        assert_true(i < CROWD - STRANGERS_OF_DEBTOR || admin.has_place);
        (void)come(scene, &scene->crowd[i], "192.0.2.1", STRANGER_OWES);
    }
    assert_false(admin.has_place); /* that long, and no longer */
    assert_int_equal(scene->strangers.n, STRANGERS_OF_DEBTOR);
}

static void who_was_refused_goes_first(void **state)
{
    struct scene *scene = *state;

    for (size_t i = 0; i < STRANGERS_OF_DEBTOR; i++)
        (void)come(scene, &scene->crowd[i], "192.0.2.1", STRANGER_OWES);
    strangers_rank(&scene->strangers, &scene->crowd[9], STRANGER_REFUSED);
    (void)come(scene, &scene->crowd[100], "192.0.2.1", STRANGER_OWES);
    assert_false(scene->crowd[9].has_place);
    assert_true(scene->crowd[0].has_place);
    (void)come(scene, &scene->crowd[101], "192.0.2.1", STRANGER_OWES);
    assert_false(scene->crowd[0].has_place);
}

static void a_quarter_is_kept_for_who_proves_something(void **state)
{
    struct scene *scene = *state;

    for (size_t i = 0; i < CROWD; i++)
        (void)come(scene, &scene->crowd[i], "192.0.2.1", STRANGER_PLAIN);
    assert_int_equal(scene->strangers.n, MAX - MAX / 4);
}

static void a_debtor_takes_no_place_of_others(void **state)
{
    struct scene *scene = *state;

    for (size_t i = 0; i < MAX; i++)
        (void)come(scene, &scene->crowd[i], "192.0.2.1", STRANGER_PLAIN);
    assert_false(come(scene, &scene->crowd[100], "192.0.2.2", STRANGER_OWES));
    assert_true(come(scene, &scene->crowd[101], "192.0.2.2", STRANGER_PLAIN));
}

static void a_full_house_lets_the_lowest_go(void **state)
{
    struct scene *scene = *state;

    assert_null(strangers_find_below(&scene->strangers, STRANGER_PROVEN));
    (void)come(scene, &scene->crowd[0], "192.0.2.1", STRANGER_PLAIN);
    assert_null(strangers_find_below(&scene->strangers, STRANGER_PLAIN));
    assert_ptr_equal(strangers_find_below(&scene->strangers, STRANGER_PROVEN),
                     &scene->crowd[0]);
}

#define SCENE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE(whoever_has_shown_a_certificate_stays),
        SCENE(whoever_does_not_dawdle_has_time),
        SCENE(who_was_refused_goes_first),
        SCENE(a_quarter_is_kept_for_who_proves_something),
        SCENE(a_debtor_takes_no_place_of_others),
        SCENE(a_full_house_lets_the_lowest_go),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
