/*
 * Groups of a user by the name service: the real calls of libc, answered by
 * tests/support/nss_files.c from files that the test writes (NSS_FILES_PASSWD,
 * _GROUP).
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "auth/groups.h"
#include "tests/unit/unit.h"

static const struct realm realm_items[] = {{.name = "HOME.TEST"},
                                           {.name = "SECOND.TEST"}};
static const struct realms realms = {realm_items, ARRAY_SIZE(realm_items)};

/* ---- The name service ---- */

enum { MANY = 1000, TOO_MANY = 3000, CROWD = 2000, CACHED = 40 };
enum { PATIENCE_MS = 600 * 1000 }; /* no deadline, on any machine */

static const char *passwd_path(void)
{
    return getenv("NSS_FILES_PASSWD");
}

static const char *group_path(void)
{
    return getenv("NSS_FILES_GROUP");
}

static FILE *must_open(const char *path)
{
    FILE *file = fopen(path, "we");

    assert_non_null(file);
    return file;
}

static void write_passwd(FILE *file)
{
    int id = 1000;

    for (const char *const *name =
             (const char *const[]){"alice", "bob", "many", "toomany", NULL};
         *name; name++, id++)
        fprintf(file, "%s:x:%d:1000::/:/bin/false\n", *name, id);
    for (int i = 0; i < CACHED; i++)
        fprintf(file, "user%d:x:%d:1000::/:/bin/false\n", i, id++);
    assert_int_equal(fclose(file), 0);
}

static void write_groups(const char *desk)
{
    FILE *file = must_open(group_path());

    fprintf(file, "users:x:1000:\n%s:x:1001:alice,bob\nweb:x:1002:alice\n",
            desk);
    fprintf(file, "web2:x:1003:alice\ncrowd:x:1004:");
    for (int i = 0; i < CROWD; i++)
        fprintf(file, "member-number-%d,", i);
    fprintf(file, "bob\n");
    for (int i = 0; i < MANY; i++)
        fprintf(file, "many%04d:x:%d:many\n", i, 2000 + i);
    for (int i = 0; i < TOO_MANY; i++)
        fprintf(file, "toomany%04d:x:%d:toomany\n", i, 10000 + i);
    assert_int_equal(fclose(file), 0);
}

/* Whoever asks for slow... waits at this pipe until it is open for writing. */
static const char *gate_path(void)
{
    return getenv("NSS_FILES_GATE");
}

static void make_gate(void)
{
    assert_non_null(gate_path());
    unlink(gate_path());
    assert_int_equal(mkfifo(gate_path(), 0600), 0);
}

static int open_gate(void)
{
    const int fd = open(gate_path(), O_RDWR | O_CLOEXEC);

    assert_true(fd >= 0);
    return fd;
}

static int make_name_service(void **state)
{
    (void)state;
    assert_non_null(passwd_path());
    assert_non_null(group_path());
    unlink(passwd_path());
    write_passwd(must_open(passwd_path()));
    write_groups("helpdesk");
    make_gate();
    return 0;
}

/* ---- Asking, and waiting for it ---- */

struct answer {
    pthread_mutex_t lock;
    pthread_cond_t there;
    unsigned n_calls;
    struct groups_list *list; /* held */
    const char *why;
};

static struct answer *answer_new(void)
{
    struct answer *answer = calloc(1, sizeof(*answer));

    assert_non_null(answer);
    pthread_mutex_init(&answer->lock, NULL);
    pthread_cond_init(&answer->there, NULL);
    return answer;
}

static void answer_free(struct answer *answer)
{
    groups_list_free(answer->list);
    pthread_cond_destroy(&answer->there);
    pthread_mutex_destroy(&answer->lock);
    free(answer);
}
DEFINE_DROP(answer)

static void take_answer(void *context, struct groups_list *list,
                        const char *why)
{
    struct answer *answer = context;

    pthread_mutex_lock(&answer->lock);
    answer->n_calls++;
    answer->list = list ? groups_list_hold(list) : NULL;
    answer->why = why;
    pthread_cond_broadcast(&answer->there);
    pthread_mutex_unlock(&answer->lock);
}

static void await(struct answer *answer)
{
    pthread_mutex_lock(&answer->lock);
    while (answer->n_calls == 0)
        pthread_cond_wait(&answer->there, &answer->lock);
    pthread_mutex_unlock(&answer->lock);
}

static struct answer *ask(struct groups *groups, const char *user)
{
    struct answer *answer = answer_new();

    assert_int_equal(groups_ask(groups, text_of(user), take_answer, answer),
                     STATUS_OK);
    return answer;
}

static struct answer *ask_and_await(struct groups *groups, const char *user)
{
    struct answer *answer = ask(groups, user);

    await(answer);
    return answer;
}

/* However slow the machine is against the deadline. */
static struct answer *ask_until_known(struct groups *groups, const char *user)
{
    struct answer *answer = ask_and_await(groups, user);

    while (!answer->list) {
        answer_free(answer);
        answer = ask_and_await(groups, user);
    }
    return answer;
}

struct told_clock {
    _Atomic int64_t now_ms;
    _Atomic int64_t step_ms; /* it goes on by this when looked at */
};

static int64_t told_time(void *context)
{
    struct told_clock *clock = context;

    clock->now_ms += clock->step_ms;
    return clock->now_ms;
}

static struct groups *open_groups(struct groups_config config)
{
    struct groups *groups = NULL;

    if (config.deadline_ms == 0)
        config.deadline_ms = PATIENCE_MS;
    config.realms = realms;
    assert_int_equal(groups_new(&config, &groups), STATUS_OK);
    return groups;
}

static bool has_group(const struct groups_list *list, const char *name)
{
    for (size_t i = 0; i < list->groups.n_names; i++)
        if (strcmp(list->groups.names[i], name) == 0)
            return true;
    return false;
}

/* ---- Principal and account ---- */

static void only_a_plain_name_of_a_listed_realm_is_an_account(void **state)
{
    static const struct {
        const char *principal;
        const char *account; /* NULL: none */
    } rows[] = {
        {"alice@HOME.TEST", "alice"},
        {"alice@SECOND.TEST", "alice"},
        {"alice@OTHER.TEST", NULL},
        {"alice@home.test", NULL},
        {"alice@HOME.TEST.EVIL", NULL},
        {"alice@HOME.TES", NULL},
        {"alice@", NULL},
        {"@HOME.TEST", NULL},
        {"alice", NULL},
        {"", NULL},
        {"alice/admin@HOME.TEST", NULL},
        {"alice\\@HOME.TEST", NULL},
        {"alice@OTHER.TEST@HOME.TEST", NULL},
        {"alice@HOME.TEST@HOME.TEST", NULL},
        {"ali:ce@HOME.TEST", NULL},
        {"+alice@HOME.TEST", NULL},
        {"ali\nce@HOME.TEST", NULL},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        SCOPED(buf_free) struct buf account = buf_make(ACCOUNT_NAME_MAX_BYTES);
        const enum status status =
            account_of_principal(text_of(rows[i].principal), &realms, &account);

        assert_int_equal(status,
                         rows[i].account ? STATUS_OK : STATUS_NOT_FOUND);
        assert_text_equal(buf_text(&account),
                          rows[i].account ? rows[i].account : "");
    }
}

static void without_realms_nobody_has_an_account(void **state)
{
    SCOPED(buf_free) struct buf account = buf_make(ACCOUNT_NAME_MAX_BYTES);

    (void)state;
    assert_int_equal(account_of_principal(TEXT("alice@HOME.TEST"),
                                          &(struct realms){0}, &account),
                     STATUS_NOT_FOUND);
}

/* ---- Reading ---- */

static void groups_are_those_of_the_account_each_once(void **state)
{
    OWNED(groups) groups = open_groups((struct groups_config){0});
    OWNED(answer) alice = ask_and_await(groups, "alice@HOME.TEST");
    OWNED(answer) bob = ask_and_await(groups, "bob@HOME.TEST");

    (void)state;
    assert_non_null(alice->list);
    assert_true(alice->list->groups.has_account);
    assert_int_equal(alice->list->groups.n_names, 4);
    assert_string_equal(alice->list->groups.names[0], "helpdesk");
    assert_string_equal(alice->list->groups.names[1], "users");
    assert_true(has_group(alice->list, "web"));
    assert_true(has_group(alice->list, "web2"));

    assert_non_null(bob->list);
    assert_int_equal(bob->list->groups.n_names, 3);
    assert_true(has_group(bob->list, "helpdesk"));
    assert_true(has_group(bob->list, "crowd")); /* a record of 40 kB */
    assert_false(has_group(bob->list, "web"));
}

static void a_thousand_groups_come_whole(void **state)
{
    OWNED(groups)
    groups = open_groups((struct groups_config){0});
    OWNED(answer) answer = ask_and_await(groups, "many@HOME.TEST");

    (void)state;
    assert_non_null(answer->list);
    assert_int_equal(answer->list->groups.n_names, MANY + 1);
    assert_true(has_group(answer->list, "many0000"));
    assert_true(has_group(answer->list, "many0999"));
}

static void more_groups_than_the_limit_are_unknown_not_fewer(void **state)
{
    OWNED(groups)
    groups = open_groups((struct groups_config){0});
    OWNED(answer) answer = ask_and_await(groups, "toomany@HOME.TEST");

    (void)state;
    assert_null(answer->list);
    assert_string_equal(answer->why, "too-many");
    assert_null(groups_recall(groups, TEXT("toomany@HOME.TEST")));
}

/* Where libc itself would say "nobody", the wrapper says ENOENT, as libc does
 * when a service of nsswitch.conf is away. */
static void an_error_of_the_name_service_is_unknown_not_none(void **state)
{
    OWNED(groups) groups = open_groups((struct groups_config){0});
    OWNED(answer) answer = ask_and_await(groups, "mallory@HOME.TEST");

    (void)state;
    assert_null(answer->list);
    assert_string_equal(answer->why, "unavailable");
    assert_null(groups_recall(groups, TEXT("mallory@HOME.TEST")));
}

static void a_user_of_another_realm_is_known_without_asking(void **state)
{
    OWNED(groups) groups = open_groups((struct groups_config){0});
    OWNED(answer) answer = answer_new();
    OWNED(groups_list) list = groups_recall(groups, TEXT("alice@OTHER.TEST"));

    (void)state;
    assert_non_null(list);
    assert_false(list->groups.has_account);
    assert_int_equal(list->groups.n_names, 0);
    assert_int_equal(
        groups_ask(groups, TEXT("alice@OTHER.TEST"), take_answer, answer),
        STATUS_NOT_FOUND);
    assert_int_equal(answer->n_calls, 0);
}

/* ---- Remembering ---- */

static void an_answer_is_remembered_until_its_time_is_over(void **state)
{
    struct told_clock clock = {5000000, 0};
    OWNED(groups)
    groups = open_groups((struct groups_config){
        .keep_ms = 60000, .now_ms = told_time, .now_context = &clock});
    OWNED(answer) first = NULL;
    OWNED(answer) second = NULL;

    (void)state;
    assert_null(groups_recall(groups, TEXT("bob@HOME.TEST")));
    first = ask_and_await(groups, "bob@HOME.TEST");
    assert_true(has_group(first->list, "helpdesk"));

    write_groups("disbanded");
    clock.now_ms += 59999;
    {
        OWNED(groups_list) list = groups_recall(groups, TEXT("bob@HOME.TEST"));

        assert_non_null(list);
        assert_true(has_group(list, "helpdesk"));
        assert_int_equal(list->asked_ms, 5000000);
    }
    clock.now_ms += 1;
    assert_null(groups_recall(groups, TEXT("bob@HOME.TEST")));
    second = ask_and_await(groups, "bob@HOME.TEST");
    assert_non_null(second->list);
    assert_false(has_group(second->list, "helpdesk"));
    write_groups("helpdesk");
}

static void what_is_remembered_is_bounded(void **state)
{
    OWNED(groups) groups = open_groups((struct groups_config){.cache_max = 8});
    size_t n_remembered = 0;
    char user[32];

    (void)state;
    for (int i = 0; i < CACHED; i++) {
        snprintf(user, sizeof(user), "user%d@HOME.TEST", i);
        answer_free(ask_and_await(groups, user));
    }
    for (int i = 0; i < CACHED; i++) {
        OWNED(groups_list) list = NULL;

        snprintf(user, sizeof(user), "user%d@HOME.TEST", i);
        list = groups_recall(groups, text_of(user));
        n_remembered += list != NULL;
    }
    assert_int_equal(n_remembered, 8);
}

/* ---- A name service that does not answer ---- */

static void a_hanging_lookup_is_unknown_at_its_deadline(void **state)
{
    OWNED(groups)
    groups =
        open_groups((struct groups_config){.deadline_ms = 20, .n_threads = 2});
    OWNED(answer) first = ask_and_await(groups, "slow@HOME.TEST");
    OWNED(answer) second = ask_and_await(groups, "slow@HOME.TEST");
    OWNED(answer) other = NULL;
    int gate;

    (void)state;
    assert_null(first->list);
    assert_string_equal(first->why, "time-out");
    assert_null(second->list);
    assert_null(groups_recall(groups, TEXT("slow@HOME.TEST")));

    /* One name holds one thread, however often it was asked for. */
    other = ask_until_known(groups, "bob@HOME.TEST");
    assert_true(has_group(other->list, "helpdesk"));
    gate = open_gate();
    close(gate);
}

static void who_waits_behind_hanging_threads_is_answered_too(void **state)
{
    enum { N = 8 };
    OWNED(groups)
    groups =
        open_groups((struct groups_config){.deadline_ms = 20, .n_threads = 1});
    struct answer *waiting[N];
    char user[32];
    int gate;

    (void)state;
    for (int i = 0; i < N; i++) {
        snprintf(user, sizeof(user), "slow%d@HOME.TEST", i);
        waiting[i] = ask(groups, user);
    }
    for (int i = 0; i < N; i++) {
        await(waiting[i]);
        assert_null(waiting[i]->list);
        assert_int_equal(waiting[i]->n_calls, 1);
        answer_free(waiting[i]);
    }
    gate = open_gate();
    close(gate);
}

static struct answer *ask_about(struct groups *groups, const char *user)
{
    struct answer *answer = answer_new();

    assert_int_equal(
        groups_ask_about(groups, text_of(user), take_answer, answer),
        STATUS_OK);
    return answer;
}

/* However many others are asked about, and hang. */
static void who_signs_in_does_not_wait_for_who_is_asked_about(void **state)
{
    OWNED(groups)
    groups = open_groups((struct groups_config){.n_threads = 2});
    OWNED(answer) first = ask_about(groups, "slow1@HOME.TEST");
    OWNED(answer) second = ask_about(groups, "slow2@HOME.TEST");
    OWNED(answer) third = ask_about(groups, "slow3@HOME.TEST");
    OWNED(answer) other = ask_until_known(groups, "bob@HOME.TEST");
    OWNED(answer) joined = ask(groups, "slow3@HOME.TEST"); /* is theirs now */
    int gate;

    (void)state;
    assert_true(has_group(other->list, "helpdesk"));
    assert_int_equal(first->n_calls + second->n_calls + third->n_calls, 0);
    gate = open_gate();
    await(first);
    await(second);
    await(third);
    await(joined);
    close(gate);
    assert_non_null(first->list);
    assert_non_null(second->list);
    assert_true(third->list == joined->list);
    assert_int_equal(
        groups_ask_about(groups, TEXT("alice@OTHER.TEST"), take_answer, first),
        STATUS_NOT_FOUND);
}

static void a_full_queue_refuses_at_once(void **state)
{
    OWNED(groups)
    groups =
        open_groups((struct groups_config){.n_threads = 1, .queue_max = 2});
    OWNED(answer) first = ask(groups, "slow1@HOME.TEST");
    OWNED(answer) second = ask(groups, "slow2@HOME.TEST");
    OWNED(answer) refused = answer_new();
    int gate;

    (void)state;
    assert_int_equal(
        groups_ask(groups, TEXT("alice@HOME.TEST"), take_answer, refused),
        STATUS_LIMIT);
    gate = open_gate();
    await(first);
    await(second);
    close(gate);
    assert_non_null(first->list); /* it came in time after all */
    assert_true(has_group(second->list, "users"));
    assert_int_equal(refused->n_calls, 0);
}

static void one_lookup_answers_all_who_ask_for_the_same_user(void **state)
{
    enum { ASKERS = 50 };
    OWNED(groups)
    groups = open_groups((struct groups_config){.n_threads = 2});
    struct answer *answers[ASKERS];
    int gate;

    (void)state;
    for (int i = 0; i < ASKERS; i++)
        answers[i] = ask(groups, "slow@HOME.TEST");
    gate = open_gate();
    for (int i = 0; i < ASKERS; i++) {
        await(answers[i]);
        assert_ptr_equal(answers[i]->list, answers[0]->list);
        assert_true(has_group(answers[i]->list, "users"));
    }
    close(gate);
    for (int i = 0; i < ASKERS; i++)
        answer_free(answers[i]);
}

static bool is_kept_when_steps_are(int64_t step_ms)
{
    struct told_clock clock = {5000000, step_ms};
    OWNED(groups)
    groups = open_groups((struct groups_config){
        .keep_ms = 60000, .now_ms = told_time, .now_context = &clock});
    OWNED(answer) answer = ask_and_await(groups, "bob@HOME.TEST");
    OWNED(groups_list) list = NULL;

    assert_non_null(answer->list);
    clock.step_ms = 0;
    clock.now_ms = answer->list->asked_ms; /* as fresh as can be */
    list = groups_recall(groups, TEXT("bob@HOME.TEST"));
    return list != NULL;
}

static void an_answer_that_took_too_long_is_not_remembered(void **state)
{
    (void)state;
    assert_true(is_kept_when_steps_are(59999));
    assert_false(is_kept_when_steps_are(60000));
}

static void ending_answers_whoever_waits_and_does_not_wait(void **state)
{
    struct groups *groups = open_groups((struct groups_config){.n_threads = 1});
    OWNED(answer) first = ask(groups, "slow1@HOME.TEST");
    OWNED(answer) second = ask(groups, "slow2@HOME.TEST");
    int gate;

    (void)state;
    groups_free(groups); /* its thread is still in the name service, or not */
    assert_int_equal(first->n_calls, 1);
    assert_null(first->list);
    assert_int_equal(second->n_calls, 1);
    assert_null(second->list);
    assert_string_equal(second->why, "ended");
    gate = open_gate();
    close(gate);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_a_plain_name_of_a_listed_realm_is_an_account),
        cmocka_unit_test(without_realms_nobody_has_an_account),
        cmocka_unit_test(groups_are_those_of_the_account_each_once),
        cmocka_unit_test(a_thousand_groups_come_whole),
        cmocka_unit_test(more_groups_than_the_limit_are_unknown_not_fewer),
        cmocka_unit_test(an_error_of_the_name_service_is_unknown_not_none),
        cmocka_unit_test(a_user_of_another_realm_is_known_without_asking),
        cmocka_unit_test(an_answer_is_remembered_until_its_time_is_over),
        cmocka_unit_test(what_is_remembered_is_bounded),
        cmocka_unit_test(a_hanging_lookup_is_unknown_at_its_deadline),
        cmocka_unit_test(who_waits_behind_hanging_threads_is_answered_too),
        cmocka_unit_test(who_signs_in_does_not_wait_for_who_is_asked_about),
        cmocka_unit_test(a_full_queue_refuses_at_once),
        cmocka_unit_test(one_lookup_answers_all_who_ask_for_the_same_user),
        cmocka_unit_test(an_answer_that_took_too_long_is_not_remembered),
        cmocka_unit_test(ending_answers_whoever_waits_and_does_not_wait),
    };

    return cmocka_run_group_tests(tests, make_name_service, NULL);
}
