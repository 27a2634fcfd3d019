/* Passwords: real PAM stacks behind the real worker. */
#include "tests/unit/unit.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "auth/auth.h"
#include "auth/plain.h"
#include "auth/plain_user.h"
#include "provider/base/clock.h"
#include "tests/support/sign_in.h"

#define MATRIX "/usr/lib/x86_64-linux-gnu/pam_wrapper/pam_matrix.so"
#define REALM  "EXAMPLE.COM"

enum { TIMEOUT_MS = 1500, POLL_MS = 20000 };

static char directory[] = "/tmp/test_auth_pam.XXXXXX";

/* Stacks; %s is the directory. */
static const struct {
    const char *name;
    const char *auth;    /* after "auth required " lines */
    const char *account; /* one line */
} stacks[] = {
    {"plain", "", "account required " MATRIX " passdb=passwords"},
    {"other-service", "", "account required " MATRIX " passdb=passwords"},
    {"expired", "", "account required pam_debug.so acct=acct_expired"},
    {"stale", "", "account required pam_debug.so acct=new_authtok_reqd"},
    {"barred", "", "account required pam_deny.so"},
    {"no-credentials", "auth required pam_debug.so cred=cred_err\n",
     "account required pam_permit.so"},
    {"crash", "auth required " MISBEHAVE " crash\n",
     "account required pam_permit.so"},
    {"sleep", "auth required " MISBEHAVE " sleep\n",
     "account required pam_permit.so"},
    {"left-crash", "auth required " MISBEHAVE " leave=left crash\n",
     "account required pam_permit.so"},
    {"left-sleep", "auth required " MISBEHAVE " leave=left sleep\n",
     "account required pam_permit.so"},
    {"left-success", "auth required " MISBEHAVE " leave=left\n",
     "account required pam_permit.so"},
    {"daemon-crash", "auth required " MISBEHAVE " daemon=left crash\n",
     "account required pam_permit.so"},
    {"daemon-sleep", "auth required " MISBEHAVE " daemon=left sleep\n",
     "account required pam_permit.so"},
    {"daemon-success", "auth required " MISBEHAVE " daemon=left\n",
     "account required pam_permit.so"},
    {"say", "auth required " MISBEHAVE " say=forged\n",
     "account required pam_permit.so"},
    {"rename", "auth required " MISBEHAVE " rename=bob\n",
     "account required pam_permit.so"},
    {"code", "auth required pam_oath.so usersfile=codes window=10 digits=6\n",
     "account required pam_permit.so"},
};

static const char *in_directory(const char *name, char path[256])
{
    snprintf(path, 256, "%s/%s", directory, name);
    return path;
}

/* A stack names its files by whole paths: PAM's own directory is another. */
static void write_file(const char *name, const char *text)
{
    char path[256];
    FILE *file = fopen(in_directory(name, path), "w");

    assert_non_null(file);
    for (const char *c = text; *c; c++) {
        if (strncmp(c, "=passwords", 10) == 0 || strncmp(c, "=codes", 6) == 0 ||
            strncmp(c, "=left", 5) == 0)
            fprintf(file, "=%s/", directory);
        else
            fputc(*c, file);
    }
    fclose(file);
    chmod(path, 0600);
}

static int set_up(void **state)
{
    (void)state;
    assert_non_null(mkdtemp(directory));
    write_file("passwords", "alice:right:plain\nbob:right:plain\n");
    write_file("codes", "HOTP alice - 3132333435363738393031323334353637383930"
                        "\n");
    write_file("other", "auth required pam_deny.so\n"
                        "account required pam_deny.so\n");
    for (size_t i = 0; i < ARRAY_SIZE(stacks); i++) {
        char text[1024];

        snprintf(text, sizeof(text),
                 "auth requisite " MATRIX " passdb=passwords\n%s%s\n",
                 stacks[i].auth, stacks[i].account);
        write_file(stacks[i].name, text);
    }
    return 0;
}

static int tear_down(void **state)
{
    char path[256];

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(stacks); i++)
        unlink(in_directory(stacks[i].name, path));
    unlink(in_directory("passwords", path));
    unlink(in_directory("codes", path));
    unlink(in_directory("other", path));
    rmdir(directory);
    return 0;
}

static struct auth *open_auth_of(const char *worker, const char *service,
                                 size_t max_running)
{
    const struct auth_config config = {.pam = {.service = service,
                                               .realm = REALM,
                                               .worker = worker,
                                               .directory = directory,
                                               .timeout_ms = TIMEOUT_MS,
                                               .max_running = max_running}};
    struct auth *auth = NULL;
    const char *why = "";

    assert_int_equal(auth_new(&config, &auth, &why), STATUS_OK);
    return auth;
}

static struct auth *open_auth(const char *service, size_t max_running)
{
    return open_auth_of(WORKER, service, max_running);
}

static struct text plain_of(struct buf *out, const char *authzid,
                            const char *user, const char *secret)
{
    buf_clear(out);
    buf_append_string(out, authzid);
    buf_append_char(out, '\0');
    buf_append_string(out, user);
    buf_append_char(out, '\0');
    buf_append_string(out, secret);
    return buf_text(out);
}

/* As the event loop does it: until something else than WAITING. */
static enum auth_progress wait_for(struct auth_exchange *exchange,
                                   enum auth_progress progress, struct buf *out)
{
    while (progress == AUTH_WAITING) {
        struct pollfd ready = {.fd = auth_exchange_fd(exchange),
                               .events = POLLIN};
        const int64_t left_ms =
            auth_exchange_deadline_ms(exchange) - clock_mono_ms();

        assert_true(ready.fd >= 0);
        poll(&ready, 1, left_ms < 0 ? 0 : (int)left_ms);
        progress = auth_exchange_resume(exchange, clock_wall_s(), out);
    }
    return progress;
}

struct outcome {
    enum auth_progress progress;
    char why[64];
    const char *hint;
    struct auth_evidence evidence;
};

static void outcome_clear(struct outcome *outcome)
{
    auth_evidence_clear(&outcome->evidence);
}

static struct outcome try_password(const struct auth *auth, const char *authzid,
                                   const char *user, const char *secret)
{
    SCOPED(buf_free) struct buf message = buf_make(65536);
    SCOPED(buf_free) struct buf answer = buf_make(65536);
    const struct auth_channel channel = sign_in_channel(1);
    OWNED(auth_exchange) exchange = NULL;
    struct outcome outcome = {0};

    assert_int_equal(auth_exchange_new(auth, &channel, AUTH_PLAIN, &exchange),
                     STATUS_OK);
    outcome.progress =
        wait_for(exchange,
                 auth_exchange_step(exchange, true,
                                    plain_of(&message, authzid, user, secret),
                                    clock_wall_s(), &answer),
                 &answer);
    snprintf(outcome.why, sizeof(outcome.why), "%s",
             auth_exchange_why(exchange));
    outcome.hint = auth_exchange_hint(exchange);
    if (outcome.progress == AUTH_DONE)
        auth_exchange_take(exchange, &outcome.evidence);
    assert_int_equal(answer.size, 0);
    assert_int_equal(auth_exchange_resume(exchange, clock_wall_s(), &answer),
                     AUTH_REFUSED);
    return outcome;
}

static void a_right_password_proves_domain_and_a_wrong_one_nothing(void **state)
{
    static const struct {
        const char *user;
        const char *secret;
        const char *why;
    } rows[] = {
        {"alice", "right", ""},
        {"alice@" REALM, "right", ""},
        {"alice", "wrong", "password-refused"},
        {"alice", "", "password-refused"},
        {"nobody", "right", "password-refused"},
        {"alice@ELSEWHERE.COM", "right", "password-refused"},
    };
    OWNED(auth) auth = open_auth("plain", 0);

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        SCOPED(outcome_clear)
        struct outcome got =
            try_password(auth, "", rows[i].user, rows[i].secret);

        assert_string_equal(got.why, rows[i].why);
        assert_null(got.hint);
        if (*rows[i].why)
            continue;
        assert_int_equal(got.progress, AUTH_DONE);
        assert_int_equal(auth_level_of(&got.evidence, clock_wall_s()),
                         AUTH_LEVEL_DOMAIN);
        assert_int_equal(got.evidence.method, AUTH_METHOD_PAM);
        assert_string_equal(got.evidence.identities[0].value, "alice@" REALM);
    }
}

/* A right password is not enough (T45). The reason is told after one only. */
static void every_phase_of_the_stack_counts(void **state)
{
    static const struct {
        const char *service;
        const char *secret;
        const char *why;
        bool is_told;
    } rows[] = {
        {"plain", "right", "", false},
        {"other-service", "right", "account-barred", true},
        {"expired", "right", "account-expired", true},
        {"expired", "wrong", "password-refused", false},
        {"stale", "right", "password-must-change", true},
        {"stale", "wrong", "password-refused", false},
        {"barred", "right", "account-barred", true},
        {"barred", "wrong", "password-refused", false},
        {"no-credentials", "right", "account-barred", true},
        {"there-is-no-such-stack", "right", "password-refused", false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        OWNED(auth) auth = open_auth(rows[i].service, 0);
        SCOPED(outcome_clear)
        struct outcome got = try_password(auth, "", "alice", rows[i].secret);

        assert_string_equal(got.why, rows[i].why);
        assert_int_equal(got.hint != NULL, rows[i].is_told);
    }
}

/* A module may change the user on the way (T47). */
static void the_name_is_the_one_the_stack_ended_with(void **state)
{
    OWNED(auth) auth = open_auth("rename", 0);
    SCOPED(outcome_clear)
    struct outcome got = try_password(auth, "", "alice", "right");

    (void)state;
    assert_int_equal(got.progress, AUTH_DONE);
    assert_string_equal(got.evidence.identities[0].value, "bob@" REALM);
}

/* Nobody acts as somebody else (T15). */
static void a_password_acts_only_for_its_owner(void **state)
{
    OWNED(auth) auth = open_auth("plain", 0);
    SCOPED(outcome_clear)
    struct outcome herself = try_password(auth, "alice", "alice", "right");
    SCOPED(outcome_clear)
    struct outcome in_full =
        try_password(auth, "alice@" REALM, "alice", "right");
    SCOPED(outcome_clear)
    struct outcome another = try_password(auth, "bob", "alice", "right");

    (void)state;
    assert_int_equal(herself.progress, AUTH_DONE);
    assert_int_equal(in_full.progress, AUTH_DONE);
    assert_null(in_full.evidence.acting_as);
    assert_string_equal(another.evidence.acting_as, "bob");
    assert_int_equal(auth_level_of(&another.evidence, clock_wall_s()),
                     AUTH_LEVEL_NONE);
}

/* Each sign-in has a worker and a deadline (T50). */
static void a_stuck_or_crashing_module_stalls_one_sign_in_only(void **state)
{
    OWNED(auth) stuck = open_auth("sleep", 0);
    OWNED(auth) crashing = open_auth("crash", 0);

    (void)state;
    for (int i = 0; i < 2; i++) {
        SCOPED(outcome_clear)
        struct outcome lost = try_password(crashing, "", "alice", "right");

        assert_int_equal(lost.progress, AUTH_REFUSED);
        assert_string_equal(lost.why, "password-worker-lost");
    }
    SCOPED(outcome_clear)
    struct outcome late = try_password(stuck, "", "alice", "right");
    SCOPED(outcome_clear)
    struct outcome wrong = try_password(stuck, "", "alice", "wrong");

    assert_string_equal(late.why, "password-check-late");
    assert_string_equal(wrong.why, "password-refused");
}

/* Descriptor of a process that a module left behind. */
static int open_left(void)
{
    char path[256];
    FILE *file = fopen(in_directory("left", path), "r");
    int pid = 0;

    assert_non_null(file);
    assert_int_equal(fscanf(file, "%d", &pid), 1);
    fclose(file);
    unlink(path);
    return (int)syscall(SYS_pidfd_open, pid, 0); /* -1: it is gone already */
}

/* It has the conversation's descriptor too, which tells the end to nobody. */
static void what_a_module_leaves_behind_ends_with_it(void **state)
{
    static const struct {
        const char *service;
        const char *why;
    } rows[] = {{"left-crash", "password-worker-lost"},
                {"left-sleep", "password-check-late"},
                {"left-success", ""},
                {"daemon-crash", "password-worker-lost"},
                {"daemon-sleep", "password-check-late"},
                {"daemon-success", ""}};
    const int64_t n_before = auth_pam_counts().n_replaced;

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        OWNED(auth) auth = open_auth(rows[i].service, 0);
        SCOPED(outcome_clear)
        struct outcome got = try_password(auth, "", "alice", "right");
        struct pollfd left = {.fd = open_left(), .events = POLLIN};

        assert_string_equal(got.why, rows[i].why);
        assert_true(left.fd < 0 || poll(&left, 1, POLL_MS) == 1);
        if (left.fd >= 0)
            close(left.fd);
    }
    assert_int_equal(auth_pam_counts().n_replaced, n_before);
}

/* The provider goes while a conversation runs. */
static void and_with_the_provider(void **state)
{
    SCOPED(buf_free) struct buf message = buf_make(65536);
    SCOPED(buf_free) struct buf answer = buf_make(65536);
    const struct auth_channel channel = sign_in_channel(1);
    OWNED(auth) auth = open_auth("daemon-sleep", 1);
    OWNED(auth_exchange) exchange = NULL;
    struct pollfd left = {.fd = -1, .events = POLLIN};
    struct stat about;
    char path[256];

    (void)state;
    assert_int_equal(auth_exchange_new(auth, &channel, AUTH_PLAIN, &exchange),
                     STATUS_OK);
    assert_int_equal(
        auth_exchange_step(exchange, true,
                           plain_of(&message, "", "alice", "right"),
                           clock_wall_s(), &answer),
        AUTH_WAITING);
    while (stat(in_directory("left", path), &about) != 0 || about.st_size == 0)
        poll(NULL, 0, 1);
    left.fd = open_left();
    assert_true(left.fd >= 0);
    auth_exchange_free(TAKE(exchange));
    auth_free(TAKE(auth));
    assert_int_equal(poll(&left, 1, POLL_MS), 1);
    close(left.fd);
}

/* Has the log what the module printed? No line of it is the module's. */
static bool is_told(const char *path)
{
    FILE *log = fopen(path, "r");
    bool is_there = false;
    char line[1024];

    assert_non_null(log);
    while (fgets(line, sizeof(line), log)) {
        assert_string_not_equal(line, "forged\n");
        is_there |= strstr(line, "pam.output") && strstr(line, "forged");
    }
    fclose(log);
    return is_there;
}

/* What modules print is text in a line of the log, and no line of its own. */
static void what_a_module_prints_is_no_line_of_the_log(void **state)
{
    char path[256];
    const int standard = dup(STDERR_FILENO);
    const int log = open(in_directory("log", path),
                         O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

    (void)state;
    assert_true(log >= 0);
    dup2(log, STDERR_FILENO);
    {
        OWNED(auth) auth = open_auth("say", 0);
        SCOPED(outcome_clear)
        struct outcome got = try_password(auth, "", "alice", "right");

        dup2(standard, STDERR_FILENO);
        assert_string_equal(got.why, "");
        while (!is_told(path)) /* the worker tells when the module is through */
            poll(NULL, 0, 1);
    }
    close(standard);
    close(log);
    unlink(path);
}

/* Started for the first time it hangs, then it is the real one. */
static void write_hanging_worker(void)
{
    char path[256];
    char script[512];

    snprintf(script, sizeof(script),
             "#!/bin/sh\n[ -e %s/hung ] && exec %s \"$@\"\n"
             ": > %s/hung\nexec /bin/sleep 1000000\n",
             directory, WORKER, directory);
    write_file("hanging", script);
    chmod(in_directory("hanging", path), 0700);
}

/* Not stopped, not dead, and it never looks at what it is handed. */
static void a_worker_that_hangs_is_killed_and_replaced(void **state)
{
    const int64_t n_before = auth_pam_counts().n_replaced;
    char path[256];
    OWNED(auth) auth = NULL;

    (void)state;
    write_hanging_worker();
    auth = open_auth_of(in_directory("hanging", path), "plain", 0);
    SCOPED(outcome_clear)
    struct outcome late = try_password(auth, "", "alice", "right");
    SCOPED(outcome_clear)
    struct outcome right = try_password(auth, "", "alice", "right");
    SCOPED(outcome_clear)
    struct outcome wrong = try_password(auth, "", "alice", "wrong");

    assert_string_equal(late.why, "password-check-late");
    assert_int_equal(auth_pam_counts().n_replaced, n_before + 1);
    assert_int_equal(right.progress, AUTH_DONE);
    assert_string_equal(wrong.why, "password-refused");
    unlink(in_directory("hanging", path));
    unlink(in_directory("hung", path));
}

static void conversations_are_bounded_in_number(void **state)
{
    SCOPED(buf_free) struct buf message = buf_make(65536);
    SCOPED(buf_free) struct buf answer = buf_make(65536);
    const struct auth_channel channel = sign_in_channel(1);
    OWNED(auth) auth = open_auth("sleep", 1);
    OWNED(auth_exchange) first = NULL;

    (void)state;
    assert_int_equal(auth_exchange_new(auth, &channel, AUTH_PLAIN, &first),
                     STATUS_OK);
    assert_int_equal(auth_exchange_step(
                         first, true, plain_of(&message, "", "alice", "right"),
                         clock_wall_s(), &answer),
                     AUTH_WAITING);
    SCOPED(outcome_clear)
    struct outcome refused = try_password(auth, "", "alice", "wrong");
    auth_exchange_free(TAKE(first));
    SCOPED(outcome_clear)
    struct outcome after = try_password(auth, "", "alice", "wrong");

    assert_string_equal(refused.why, "password-checks-busy");
    assert_string_equal(after.why, "password-refused");
}

/* A second factor: password, then a code, in one conversation. */
static enum auth_progress try_code(const struct auth *auth, const char *code,
                                   struct auth_prompt *prompt_out)
{
    SCOPED(buf_free) struct buf message = buf_make(65536);
    SCOPED(buf_free) struct buf answer = buf_make(65536);
    const struct auth_channel channel = sign_in_channel(1);
    const struct text answers[] = {text_of(code)};
    struct auth_prompt prompts[AUTH_PROMPTS_MAX];
    OWNED(auth_exchange) exchange = NULL;

    assert_int_equal(auth_exchange_new(auth, &channel, AUTH_PLAIN, &exchange),
                     STATUS_OK);
    assert_int_equal(
        wait_for(exchange,
                 auth_exchange_step(exchange, true,
                                    plain_of(&message, "", "alice", "right"),
                                    clock_wall_s(), &answer),
                 &answer),
        AUTH_PROMPT);
    assert_int_equal(auth_exchange_prompts(exchange, prompts), 1);
    *prompt_out = prompts[0];
    prompt_out->text.data = NULL; /* borrowed: gone with the exchange */
    return wait_for(
        exchange,
        auth_exchange_answer(exchange, answers, 1, clock_wall_s(), &answer),
        &answer);
}

static void a_stack_may_ask_for_a_code_and_takes_it_once(void **state)
{
    OWNED(auth) auth = open_auth("code", 0);
    struct auth_prompt prompt;

    (void)state;
    assert_int_equal(try_code(auth, "000000", &prompt), AUTH_REFUSED);
    assert_int_equal(prompt.style, AUTH_PROMPT_HIDDEN);
    /* RFC 4226 appendix D: the first code of the secret "123456...". */
    assert_int_equal(try_code(auth, "755224", &prompt), AUTH_DONE);
    assert_int_equal(try_code(auth, "755224", &prompt), AUTH_REFUSED);
    assert_int_equal(try_code(auth, "287082", &prompt), AUTH_DONE);
}

static void answers_that_do_not_fit_the_questions_end_it(void **state)
{
    SCOPED(buf_free) struct buf message = buf_make(65536);
    SCOPED(buf_free) struct buf answer = buf_make(65536);
    const struct auth_channel channel = sign_in_channel(1);
    const struct text answers[] = {TEXT("287082"), TEXT("287082")};
    OWNED(auth) auth = open_auth("code", 0);
    OWNED(auth_exchange) exchange = NULL;

    (void)state;
    assert_int_equal(auth_exchange_new(auth, &channel, AUTH_PLAIN, &exchange),
                     STATUS_OK);
    assert_int_equal(
        wait_for(exchange,
                 auth_exchange_step(exchange, true,
                                    plain_of(&message, "", "alice", "right"),
                                    clock_wall_s(), &answer),
                 &answer),
        AUTH_PROMPT);
    assert_int_equal(wait_for(exchange,
                              auth_exchange_answer(exchange, answers, 2,
                                                   clock_wall_s(), &answer),
                              &answer),
                     AUTH_REFUSED);
}

/* The grammar of PLAIN is exact (T18). */
static void a_message_has_exactly_three_fields(void **state)
{
    static const struct {
        struct text message;
        bool fits;
    } rows[] = {
        {{"\0alice\0right", 12}, true},
        {{"bob\0alice\0right", 15}, true},
        {{"\0alice\0", 7}, true}, /* an empty secret: PAM says no */
        {{"\0alice", 6}, false},
        {{"alice", 5}, false},
        {{"", 0}, false},
        {{"\0\0right", 7}, false},
        {{"\0alice\0right\0", 13}, false},
        {{"\0alice\0ri\0ght", 13}, false},
        {{"\0al\nice\0right", 13}, false},
        {{"\0alice\0\xFF\xFE", 9}, false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct plain_message out;

        assert_int_equal(plain_read(rows[i].message, &out) == STATUS_OK,
                         rows[i].fits);
    }
}

static void a_message_out_of_turn_ends_the_exchange(void **state)
{
    SCOPED(buf_free) struct buf message = buf_make(65536);
    SCOPED(buf_free) struct buf answer = buf_make(65536);
    const struct auth_channel channel = sign_in_channel(1);
    OWNED(auth) auth = open_auth("plain", 0);
    OWNED(auth_exchange) exchange = NULL;

    (void)state;
    assert_int_equal(auth_exchange_new(auth, &channel, AUTH_PLAIN, &exchange),
                     STATUS_OK);
    plain_of(&message, "", "alice", "right");
    assert_int_equal(auth_exchange_step(exchange, true, buf_text(&message),
                                        clock_wall_s(), &answer),
                     AUTH_WAITING);
    assert_int_equal(auth_exchange_step(exchange, true, buf_text(&message),
                                        clock_wall_s(), &answer),
                     AUTH_REFUSED);
}

/* By the template of a realm, whose domain need not be the realm's. */
static void an_account_is_one_principal_whatever_its_domain(void **state)
{
    static const struct {
        const char *netbios, *account, *principal; /* NULL: nobody's */
    } rows[] = {
        {"CORP", "CORP\\alice", "alice@" REALM},
        {NULL, "CORP\\alice", "alice@" REALM},
        {"OLD", "corp\\Alice", "alice@" REALM},
        {"OLD", "OLD\\alice", "alice@" REALM},
        {"OLD", "alice@" REALM, "alice@" REALM},
        {"OLD", "alice", NULL},
        {"OLD", "ELSE\\alice", NULL},
        {"OLD", "CORP\\a@b", NULL},
        {"OLD", "alice@ELSEWHERE.COM", NULL},
        {"OLD", "", NULL},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        const struct realm realm = {.name = REALM,
                                    .netbios = rows[i].netbios,
                                    .ignores_case = true,
                                    .account = "CORP\\{user}"};
        const struct auth_config config = {.pam = {.realm = REALM},
                                           .realms = {&realm, 1}};
        SCOPED(buf_free) struct buf made = buf_make(IDENTITY_MAX_BYTES);
        const enum status status =
            plain_principal(&config, text_of(rows[i].account), &made);

        assert_int_equal(status == STATUS_OK, rows[i].principal != NULL);
        if (rows[i].principal)
            assert_true(
                text_equal(buf_text(&made), text_of(rows[i].principal)));
    }
}

static void without_its_worker_passwords_do_not_start(void **state)
{
    const struct auth_config config = {
        .pam = {.service = "plain", .realm = REALM, .worker = "/nonexistent"}};
    struct auth *auth = NULL;
    const char *why = "";

    (void)state;
    assert_int_equal(auth_new(&config, &auth, &why), STATUS_UNAVAILABLE);
    assert_non_null(strstr(why, "/nonexistent"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            a_right_password_proves_domain_and_a_wrong_one_nothing),
        cmocka_unit_test(every_phase_of_the_stack_counts),
        cmocka_unit_test(the_name_is_the_one_the_stack_ended_with),
        cmocka_unit_test(a_password_acts_only_for_its_owner),
        cmocka_unit_test(and_with_the_provider),
        cmocka_unit_test(what_a_module_prints_is_no_line_of_the_log),
        cmocka_unit_test(a_stuck_or_crashing_module_stalls_one_sign_in_only),
        cmocka_unit_test(what_a_module_leaves_behind_ends_with_it),
        cmocka_unit_test(a_worker_that_hangs_is_killed_and_replaced),
        cmocka_unit_test(conversations_are_bounded_in_number),
        cmocka_unit_test(a_stack_may_ask_for_a_code_and_takes_it_once),
        cmocka_unit_test(answers_that_do_not_fit_the_questions_end_it),
        cmocka_unit_test(a_message_has_exactly_three_fields),
        cmocka_unit_test(a_message_out_of_turn_ends_the_exchange),
        cmocka_unit_test(an_account_is_one_principal_whatever_its_domain),
        cmocka_unit_test(without_its_worker_passwords_do_not_start),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
