/* Key sets by https, from a real server: run by tests/support/realm run. */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "auth/certificate/certificate_file.h"
#include "auth/token/https_fetch.h"
#include "auth/token/key_source.h"
#include "auth/token/token.h"
#include "provider/base/clock.h"
#include "tests/support/realm_fixture.h"

enum { COOL_DOWN_MS = 300, PATIENCE_MS = 20000, FLOOD = 10000, ROUNDS = 40 };

struct server {
    pid_t pid;
    int hold;  /* its standard input */
    FILE *out; /* port, then requests */
    int port;
};

static struct server server;

static int set_up(void **state)
{
    int in[2], out[2];

    (void)state;
    if (pipe(in) != 0 || pipe(out) != 0)
        return 1;
    server.pid = fork();
    if (server.pid == 0) {
        dup2(in[0], STDIN_FILENO);
        dup2(out[1], STDOUT_FILENO);
        close(in[1]);
        execl(HTTPS_KEYS, HTTPS_KEYS, realm_path("certs/server.pem"),
              realm_path("certs/server.key"), realm_path("issuer"), NULL);
        _exit(127);
    }
    close(in[0]);
    close(out[1]);
    server.hold = in[1];
    server.out = fdopen(out[0], "r");
    return fscanf(server.out, "%d", &server.port) == 1 ? 0 : 1;
}

static int tear_down(void **state)
{
    (void)state;
    close(server.hold);
    fclose(server.out);
    waitpid(server.pid, NULL, 0);
    return 0;
}

static struct auth_issuer_config issuer_at(const char *path, char address[128])
{
    static const char *const algorithms[] = {"ES256"};

    snprintf(address, 128, "https://localhost:%d%s", server.port, path);
    return (struct auth_issuer_config){
        .issuer = "https://login.quickstart.test/",
        .audience = "api://smsprovider",
        .keys = address,
        .keys_ca = realm_path("ca/site.pem"),
        .keys_cool_down_ms = COOL_DOWN_MS,
        .algorithms = algorithms,
        .n_algorithms = 1,
    };
}

static struct key_source *open_at(const char *path, const char *ca)
{
    char address[128];
    struct auth_issuer_config issuer = issuer_at(path, address);
    struct key_source *source = NULL;
    const char *why = "";

    if (ca)
        issuer.keys_ca = ca;
    assert_int_equal(key_source_open(&issuer, false, &source, &why), STATUS_OK);
    return source;
}

/* Reads what the server says it was asked, until it was asked that. */
static void await_request(const char *wanted)
{
    char line[128];

    while (fgets(line, sizeof(line), server.out))
        if (strcmp(line, wanted) == 0)
            return;
    fail_msg("the server has ended");
}

static bool has_key(struct key_source *source, const char *kid)
{
    OWNED(key_set) set = key_source_hold(source);
    bool is_known = false;

    if (set)
        (void)key_set_find(set, text_of(kid), jws_algorithm_read(TEXT("ES256")),
                           &is_known);
    return is_known;
}

static void keys_are_fetched_and_used(void **state)
{
    OWNED(key_source) source = open_at("/jwks.json", NULL);
    char address[128];
    struct auth_issuer_config config = issuer_at("/jwks.json", address);
    const struct token_issuer issuer = {&config, source};
    const struct token_setting setting = {
        .issuers = &issuer, .n_issuers = 1, .now_s = clock_wall_s()};
    SCOPED(auth_evidence_clear) struct auth_evidence evidence = {0};
    SCOPED(memory_drop) char *claimed = NULL;
    const char *why = "";

    (void)state;
    config.use = AUTH_TOKEN_REUSABLE;
    assert_true(key_source_wait(source, 1, PATIENCE_MS));
    assert_int_equal(
        token_check(&setting,
                    text_of(realm_call("token", "--sub", "alice", NULL)),
                    &evidence, &claimed, &why),
        STATUS_OK);
}

static void what_is_no_sound_answer_gives_no_keys(void **state)
{
    static const char *const paths[] = {"/redirect", "/large", "/nowhere",
                                        "/rsa.pem"};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
        OWNED(key_source) source = open_at(paths[i], NULL);
        OWNED(key_set) set = NULL;

        assert_true(key_source_wait(source, 1, PATIENCE_MS));
        set = key_source_hold(source);
        assert_null(set);
    }
}

static void a_server_that_nobody_certified_gives_no_keys(void **state)
{
    OWNED(key_source)
    source = open_at("/jwks.json", realm_path("ca/foreign.pem"));
    OWNED(key_set) set = NULL;

    (void)state;
    assert_true(key_source_wait(source, 1, PATIENCE_MS));
    set = key_source_hold(source);
    assert_null(set);
}

static void without_keys_every_token_is_refused(void **state)
{
    OWNED(key_source) source = open_at("/nowhere", NULL);
    char address[128];
    const struct auth_issuer_config config = issuer_at("/nowhere", address);
    const struct token_issuer issuer = {&config, source};
    const struct token_setting setting = {
        .issuers = &issuer, .n_issuers = 1, .now_s = clock_wall_s()};
    struct auth_evidence evidence = {0};
    SCOPED(memory_drop) char *claimed = NULL;
    const char *why = "";

    (void)state;
    assert_int_equal(
        token_check(&setting,
                    text_of(realm_call("token", "--sub", "alice", NULL)),
                    &evidence, &claimed, &why),
        STATUS_DENIED);
    assert_string_equal(why, "token-keys-unavailable");
}

static void write_keys(const char *name, const char *json)
{
    SCOPED(memory_drop) char *fresh = NULL;
    const char *path = realm_path(name);
    FILE *file;

    assert_true(asprintf(&fresh, "%s.new", path) > 0);
    file = fopen(fresh, "w");
    fputs(json, file);
    fclose(file);
    assert_int_equal(rename(fresh, path), 0);
}

#define KEY(kid)                                                               \
    "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"" kid           \
    "\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}]}"

/* Invented key ids drive no fetches (T41). */
static void strangers_cause_one_fetch_a_cool_down_and_rotation_gets_through(
    void **state)
{
    OWNED(key_source) source = NULL;
    const int64_t start_ms = clock_mono_ms();
    int64_t windows;
    size_t n = 1;

    (void)state;
    write_keys("issuer/rotating.json", KEY("one"));
    source = open_at("/rotating.json", NULL);
    assert_true(key_source_wait(source, 1, PATIENCE_MS));
    assert_true(has_key(source, "one"));
    for (int i = 0; i < FLOOD; i++)
        key_source_miss(source);
    write_keys("issuer/rotating.json", KEY("two"));
    while (!has_key(source, "two") &&
           clock_mono_ms() - start_ms < PATIENCE_MS) {
        key_source_miss(source);
        assert_true(key_source_wait(source, ++n, PATIENCE_MS));
    }
    assert_true(has_key(source, "two"));
    assert_false(has_key(source, "one"));
    /* The first fetch is free; each later one had its window. */
    windows = (clock_mono_ms() - start_ms) / COOL_DOWN_MS + 1;
    assert_true((int64_t)n <= windows + 1);
}

static void a_broken_answer_leaves_the_last_good_keys(void **state)
{
    OWNED(key_source) source = NULL;

    (void)state;
    write_keys("issuer/breaking.json", KEY("one"));
    source = open_at("/breaking.json", NULL);
    assert_true(key_source_wait(source, 1, PATIENCE_MS));
    write_keys("issuer/breaking.json", "{\"keys\":");
    key_source_miss(source);
    assert_true(key_source_wait(source, 2, PATIENCE_MS));
    assert_true(has_key(source, "one"));
}

static void an_address_must_be_certified_by_somebody(void **state)
{
    char address[128];
    struct auth_issuer_config issuer = issuer_at("/jwks.json", address);
    struct key_source *source = NULL;
    const char *why = "";

    (void)state;
    issuer.keys_ca = NULL;
    assert_int_equal(key_source_open(&issuer, false, &source, &why),
                     STATUS_INVALID);
    issuer.keys_ca = realm_path("certs/server.key"); /* not even */
    assert_int_equal(key_source_open(&issuer, false, &source, &why),
                     STATUS_INVALID);
    issuer.keys = "http://localhost/jwks.json"; /* then it is no address */
    assert_int_equal(key_source_open(&issuer, false, &source, &why),
                     STATUS_UNAVAILABLE);
}

/* As a reload opens it beside the one that is still in use. */
static void an_address_that_is_opened_again_keeps_its_keys(void **state)
{
    OWNED(key_source) again = NULL;
    OWNED(key_source) other = NULL;
    struct key_source *source;

    (void)state;
    write_keys("issuer/reloaded.json", KEY("one"));
    source = open_at("/reloaded.json", NULL);
    assert_true(key_source_wait(source, 1, PATIENCE_MS));
    write_keys("issuer/reloaded.json", "down for repairs");
    again = open_at("/reloaded.json", NULL);
    assert_true(key_source_wait(again, 2, PATIENCE_MS)); /* at once */
    key_source_free(source);
    assert_true(has_key(again, "one"));
    write_keys("issuer/reloaded.json", KEY("two"));
    assert_true(key_source_wait(again, 3, PATIENCE_MS));
    assert_true(has_key(again, "two"));
    /* Other authorities would not have believed those keys. */
    other = open_at("/reloaded.json", realm_path("ca/foreign.pem"));
    assert_true(key_source_wait(other, 1, PATIENCE_MS));
    assert_false(has_key(other, "two"));
}

/*
 * A sound fetch and the failed one after it may end within one millisecond of
 * the clock; the next try still comes after a cool-down, not after an hour.
 */
static void a_failure_right_after_a_success_is_repeated(void **state)
{
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        OWNED(key_source) source = NULL;
        OWNED(key_source) again = NULL;
        char name[64], address[128];
        struct auth_issuer_config issuer;
        const char *why = "";

        snprintf(name, sizeof(name), "issuer/again%d.json", round);
        write_keys(name, KEY("one"));
        issuer = issuer_at(name + strlen("issuer"), address);
        issuer.keys_cool_down_ms = 5;
        assert_int_equal(key_source_open(&issuer, false, &source, &why),
                         STATUS_OK);
        assert_true(key_source_wait(source, 1, PATIENCE_MS));
        write_keys(name, "down for repairs");
        assert_int_equal(key_source_open(&issuer, false, &again, &why),
                         STATUS_OK);
        assert_true(key_source_wait(again, 3, PATIENCE_MS));
    }
}

static void looking_at_an_address_fetches_nothing(void **state)
{
    char address[128];
    const struct auth_issuer_config issuer = issuer_at("/silent", address);
    OWNED(key_source) source = NULL;
    OWNED(key_set) set = NULL;
    const char *why = "";

    (void)state;
    assert_int_equal(key_source_open(&issuer, true, &source, &why), STATUS_OK);
    assert_false(key_source_wait(source, 1, 1));
    set = key_source_hold(source);
    assert_null(set);
}

/* Releasing it does not wait for a server that does not answer. */
static void a_fetch_that_nobody_wants_any_more_is_broken_off(void **state)
{
    OWNED(key_source) source = open_at("/silent", NULL);

    (void)state;
    assert_non_null(source);
    await_request("GET /silent\n");
}

static void a_silent_server_ends_at_the_deadline(void **state)
{
    SCOPED(buf_free) struct buf body = buf_make(1024);
    SCOPED(buf_free) struct buf ca = buf_make(65536);
    OWNED(https_fetcher) fetcher = NULL;
    char address[128];
    const char *why = "";

    (void)state;
    (void)issuer_at("/silent", address);
    assert_int_equal(
        certificate_file_copy(realm_path("ca/site.pem"), &ca, &why), STATUS_OK);
    assert_int_equal(https_fetcher_new(&fetcher), STATUS_OK);
    assert_int_equal(https_fetch(fetcher, address, buf_text(&ca), 200, &body),
                     STATUS_UNAVAILABLE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_are_fetched_and_used),
        cmocka_unit_test(what_is_no_sound_answer_gives_no_keys),
        cmocka_unit_test(a_server_that_nobody_certified_gives_no_keys),
        cmocka_unit_test(without_keys_every_token_is_refused),
        cmocka_unit_test(
            strangers_cause_one_fetch_a_cool_down_and_rotation_gets_through),
        cmocka_unit_test(a_broken_answer_leaves_the_last_good_keys),
        cmocka_unit_test(an_address_must_be_certified_by_somebody),
        cmocka_unit_test(an_address_that_is_opened_again_keeps_its_keys),
        cmocka_unit_test(a_failure_right_after_a_success_is_repeated),
        cmocka_unit_test(looking_at_an_address_fetches_nothing),
        cmocka_unit_test(a_fetch_that_nobody_wants_any_more_is_broken_off),
        cmocka_unit_test(a_silent_server_ends_at_the_deadline),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
