#include "tests/unit/unit.h"

#include "provider/call/budget.h"
#include "provider/call/fair.h"

enum { S_US = 1000 * 1000, MINUTE_MS = 60 * 1000, T0 = 1000000 };

static void a_meter_empties_in_a_minute(void **state)
{
    struct meter meter = {.as_of_ms = T0};

    (void)state;
    assert_int_equal(meter_left_us(&meter, 6 * S_US, T0), 6 * S_US);
    meter_add(&meter, 6 * S_US);
    assert_int_equal(meter_left_us(&meter, 6 * S_US, T0), 0);
    assert_int_equal(meter_retry_ms(&meter, 6 * S_US, 0, 6 * S_US),
                     MINUTE_MS + 1);
    assert_int_equal(meter_left_us(&meter, 6 * S_US, T0 + MINUTE_MS / 2),
                     3 * S_US);
    assert_int_equal(meter_left_us(&meter, 6 * S_US, T0 + MINUTE_MS), 6 * S_US);
}

/* Neither before that time nor much after it: what is told is the truth. */
static void who_comes_back_then_finds_room(void **state)
{
    struct meter meter = {.as_of_ms = T0};
    int64_t retry_ms;

    (void)state;
    meter_add(&meter, 9 * S_US);
    retry_ms = meter_retry_ms(&meter, 6 * S_US, 0, 2 * S_US);
    assert_int_equal(meter_left_us(&meter, 6 * S_US, T0), 0);
    assert_true(meter_left_us(&meter, 6 * S_US, T0 + retry_ms - 2) < 2 * S_US);
    assert_true(meter_left_us(&meter, 6 * S_US, T0 + retry_ms) >= 2 * S_US);
}

/* A request that was cut has used up what was left, which is not on the meter
 * yet. */
static void what_is_being_spent_counts_as_spent(void **state)
{
    struct meter meter = {.as_of_ms = T0};

    (void)state;
    meter_add(&meter, 4 * S_US);
    assert_int_equal(meter_retry_ms(&meter, 6 * S_US, 0, 2 * S_US), 1);
    assert_int_equal(meter_retry_ms(&meter, 6 * S_US, 2 * S_US, 2 * S_US),
                     MINUTE_MS / 3 + 1);
    assert_int_equal(meter_retry_ms(&meter, 6 * S_US, 2 * S_US, 9 * S_US),
                     MINUTE_MS + 1);
}

static const struct places MANY = {.of_user = 1000, .of_all = 4000};

static struct account *join(struct budget *budget, const char *user)
{
    struct account *account;

    assert_int_equal(budget_join(budget, user, &MANY, T0, &account), STATUS_OK);
    return account;
}

static void a_user_has_one_account_over_all_sessions(void **state)
{
    struct budget budget;
    struct account *first, *second, *other;

    (void)state;
    budget_open(&budget);
    first = join(&budget, "alice@EXAMPLE.COM");
    second = join(&budget, "alice@EXAMPLE.COM");
    other = join(&budget, "bob@EXAMPLE.COM");
    assert_ptr_equal(first, second);
    account_add(first, 2 * S_US);
    assert_int_equal(account_left_us(second, 3 * S_US, T0), S_US);
    assert_int_equal(account_left_us(other, 3 * S_US, T0), 3 * S_US);
    account_leave(first);
    account_leave(second);

    /* To end every session and sign in again is no way out. */
    first = join(&budget, "alice@EXAMPLE.COM");
    assert_int_equal(account_left_us(first, 3 * S_US, T0), S_US);
    account_leave(first);
    account_leave(other);
    budget_close(&budget);
}

/* ---- Places ---- */

enum { OF_USER = 10, OF_ALL = 24 };

static const struct places PLACES = {.of_user = OF_USER, .of_all = OF_ALL};

/* How many of n more sessions there are places for. */
static size_t take(struct budget *budget, const char *user, size_t n)
{
    struct account *account;
    size_t n_taken = 0;

    for (size_t i = 0; i < n; i++)
        n_taken +=
            budget_join(budget, user, &PLACES, T0, &account) == STATUS_OK;
    return n_taken;
}

static void a_user_has_so_many_sessions(void **state)
{
    struct budget budget;
    struct account *account;

    (void)state;
    budget_open(&budget);
    assert_int_equal(budget_join(&budget, "alice", &PLACES, T0, &account),
                     STATUS_OK);
    assert_int_equal(take(&budget, "alice", OF_ALL), OF_USER - 1);
    assert_int_equal(take(&budget, "bob", 1), 1);
    account_leave(account); /* one ends: one may come */
    assert_int_equal(take(&budget, "alice", 2), 1);
    budget_close(&budget);
}

/* Several together leave room for others as well. */
static void who_holds_many_leaves_a_quarter_to_others(void **state)
{
    struct budget budget;

    (void)state;
    budget_open(&budget);
    assert_int_equal(take(&budget, "alice", OF_ALL), OF_USER);
    assert_int_equal(take(&budget, "bob", OF_ALL), OF_ALL * 3 / 4 - OF_USER);
    assert_int_equal(take(&budget, "alice", 1), 0);
    assert_int_equal(take(&budget, "carol", OF_ALL), PLACES_FEW);
    assert_int_equal(take(&budget, "dave", 1), 1);
    budget_close(&budget);
}

/* ---- Fair turns ---- */

static struct fair queue;

static void callers_have_turns_one_by_one(void **state)
{
    struct job many[3] = {{.lane = 1}, {.lane = 1}, {.lane = 1}};
    struct job one = {.lane = 2};
    struct job *job;

    (void)state;
    for (size_t i = 0; i < 3; i++)
        fair_put(&queue, &many[i]);
    fair_put(&queue, &one);
    job = fair_take(&queue);
    assert_ptr_equal(job, &many[0]);
    fair_done(&queue, 1);
    assert_ptr_equal(fair_take(&queue), &one);
    fair_done(&queue, 2);
    assert_ptr_equal(fair_take(&queue), &many[1]);
    fair_done(&queue, 1);
    assert_ptr_equal(fair_take(&queue), &many[2]);
    fair_done(&queue, 1);
    assert_null(fair_take(&queue));
    assert_int_equal(queue.n, 0);
}

/* An import goes on while no caller waits, whatever the provider itself does
 * between its batches. */
static void work_of_the_provider_is_no_caller(void **state)
{
    struct job own = {.lane = 0}, one = {.lane = 1};

    (void)state;
    fair_put(&queue, &own);
    assert_int_equal(queue.n_of_callers, 0);
    fair_put(&queue, &one);
    assert_int_equal(queue.n, 2);
    assert_int_equal(queue.n_of_callers, 1);
    assert_ptr_equal(fair_take(&queue), &own);
    fair_done(&queue, 0);
    assert_int_equal(queue.n_of_callers, 1);
    assert_ptr_equal(fair_take(&queue), &one);
    fair_done(&queue, 1);
    assert_int_equal(queue.n_of_callers, 0);
}

static void one_job_of_a_caller_runs_at_a_time(void **state)
{
    struct job first = {.lane = 1}, second = {.lane = 1};

    (void)state;
    fair_put(&queue, &first);
    fair_put(&queue, &second);
    assert_ptr_equal(fair_take(&queue), &first);
    assert_null(fair_take(&queue));
    fair_put(&queue, &first); /* it goes on, behind the other */
    assert_null(fair_take(&queue));
    fair_done(&queue, 1);
    assert_ptr_equal(fair_take(&queue), &second);
    fair_done(&queue, 1);
    assert_ptr_equal(fair_take(&queue), &first);
    fair_done(&queue, 1);
}

static void lanes_are_of_callers(void **state)
{
    (void)state;
    assert_int_equal(fair_lane(TEXT("alice")), fair_lane(TEXT("alice")));
    assert_int_not_equal(fair_lane(TEXT("alice")), 0);
    assert_true(fair_lane(TEXT("alice")) < FAIR_LANES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_meter_empties_in_a_minute),
        cmocka_unit_test(who_comes_back_then_finds_room),
        cmocka_unit_test(what_is_being_spent_counts_as_spent),
        cmocka_unit_test(a_user_has_one_account_over_all_sessions),
        cmocka_unit_test(a_user_has_so_many_sessions),
        cmocka_unit_test(who_holds_many_leaves_a_quarter_to_others),
        cmocka_unit_test(callers_have_turns_one_by_one),
        cmocka_unit_test(work_of_the_provider_is_no_caller),
        cmocka_unit_test(one_job_of_a_caller_runs_at_a_time),
        cmocka_unit_test(lanes_are_of_callers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
