#include "tests/unit/unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "provider/agent/agent_request.h"

static char folder[] = "/tmp/test-agent-XXXXXX";

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    return rmdir(folder);
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

/* A request to open a session with these options, as it arrives. */
static void ask(const struct smsclient_options *options, enum auth_level level,
                struct agent_request *request_out)
{
    const struct agent_wish wish = {options, "prod", level};
    SCOPED(buf_free) struct buf line = buf_make(AGENT_REQUEST_MAX_BYTES);

    assert_int_equal(agent_request_write(AGENT_OPEN, &wish, &line), STATUS_OK);
    assert_int_equal(line.data[line.size - 1], '\n');
    assert_int_equal(agent_request_read((struct text){line.data, line.size - 1},
                                        request_out),
                     STATUS_OK);
}

static void what_is_written_is_read(void **state)
{
    const struct smsclient_options options = {.server = "tls:h:1",
                                              .ca = "/ca",
                                              .user = "alice",
                                              .timeout_ms = 5000,
                                              .is_interactive = true};
    SCOPED(agent_request_drop) struct agent_request request = {NULL};
    struct smsclient_options read;

    (void)state;
    ask(&options, AUTH_LEVEL_MFA, &request);
    agent_request_options(&request, &read);
    assert_int_equal(request.act, AGENT_OPEN);
    assert_int_equal(request.level, AUTH_LEVEL_MFA);
    assert_string_equal(request.name, "prod");
    assert_string_equal(read.server, "tls:h:1");
    assert_string_equal(read.ca, "/ca");
    assert_string_equal(read.user, "alice");
    assert_int_equal(read.timeout_ms, 5000);
    assert_true(read.is_interactive);
    assert_null(read.certificate);
}

static void anything_else_is_no_request(void **state)
{
    static const char *const bad[] = {
        "",
        "null",
        "[]",
        "{}",
        "{\"act\":\"\"}",
        "{\"act\":\"close\"}",
        "{\"act\":\"stop\",\"act\":\"stop\"}",
        "{\"act\":\"open\"}",
        "{\"act\":\"open\",\"key\":{\"server\":\"x\"}}",
        "{\"act\":\"open\",\"key\":{},\"files\":{}}",
        "{\"act\":\"open\",\"key\":{\"server\":\"\"},\"files\":{}}",
        "{\"act\":\"open\",\"key\":{\"server\":1},\"files\":{}}",
        "{\"act\":\"open\",\"key\":{\"server\":\"x\\u0000y\"},\"files\":{}}",
        ("{\"act\":\"open\",\"key\":{\"server\":\"x\",\"PATH\":\"y\"},"
         "\"files\":{}}"),
        ("{\"act\":\"open\",\"key\":{\"server\":\"x\"},\"files\":{},"
         "\"level\":\"higher\"}"),
        ("{\"act\":\"open\",\"key\":{\"server\":\"x\"},\"files\":{},"
         "\"timeout_ms\":-1}"),
        ("{\"act\":\"open\",\"key\":{\"server\":\"x\"},\"files\":{},"
         "\"timeout_ms\":\"1\"}"),
        "{\"act\":\"drop\",\"key\":[]}",
        "{\"act\":\"list\",\"a\":[[[[[[[[[]]]]]]]]]}",
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        struct agent_request request;

        assert_int_equal(agent_request_read(text_of(bad[i]), &request),
                         STATUS_INVALID);
        assert_null(request.root);
    }
}

static void the_same_options_are_the_same_session(void **state)
{
    const struct smsclient_options options = {.server = "tls:h:1", .ca = "/ca"};
    struct smsclient_options other = options;
    SCOPED(agent_request_drop) struct agent_request one = {NULL};
    SCOPED(agent_request_drop) struct agent_request two = {NULL};
    SCOPED(agent_request_drop) struct agent_request three = {NULL};
    SCOPED(agent_request_drop) struct agent_request four = {NULL};

    (void)state;
    ask(&options, AUTH_LEVEL_NONE, &one);
    other.timeout_ms = 1; /* says nothing about whose session it is */
    ask(&other, AUTH_LEVEL_NONE, &two);
    assert_true(agent_request_is_alike(&one, &two));
    other.mechanism = "EXTERNAL";
    ask(&other, AUTH_LEVEL_NONE, &three);
    assert_false(agent_request_is_alike(&one, &three));
    assert_int_equal(setenv("KRB5CCNAME", "FILE:/elsewhere", 1), 0);
    ask(&options, AUTH_LEVEL_NONE, &four);
    unsetenv("KRB5CCNAME");
    assert_false(agent_request_is_alike(&one, &four));
}

/* The library signs in by what they name, in the process of the agent too. */
static void another_environment_is_another_session(void **state)
{
    static const char *const names[] = {"KRB5CCNAME",      "KRB5_CLIENT_KTNAME",
                                        "KRB5_CONFIG",     "HOME",
                                        "GSSPROXY_SOCKET", "GSS_MECH_CONFIG"};
    const struct smsclient_options options = {.server = "tls:h:1"};
    SCOPED(agent_request_drop) struct agent_request plain = {NULL};
    SCOPED(memory_drop) char *home = text_dup(text_of(getenv("HOME")));

    (void)state;
    ask(&options, AUTH_LEVEL_NONE, &plain);
    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        SCOPED(agent_request_drop) struct agent_request other = {NULL};

        assert_int_equal(setenv(names[i], "/else/where", 1), 0);
        ask(&options, AUTH_LEVEL_NONE, &other);
        assert_false(agent_request_is_alike(&plain, &other));
        assert_int_equal(agent_request_take_environment(&plain), STATUS_OK);
        if (strcmp(names[i], "HOME") != 0)
            assert_null(getenv(names[i]));
    }
    if (home)
        setenv("HOME", home, 1);
}

static void another_file_is_another_session(void **state)
{
    char path[64];
    const struct smsclient_options options = {
        .server = "tls:h:1", .certificate = path, .key = path};
    SCOPED(agent_request_drop) struct agent_request before = {NULL};
    SCOPED(agent_request_drop) struct agent_request same = {NULL};
    SCOPED(agent_request_drop) struct agent_request after = {NULL};
    SCOPED(agent_request_drop) struct agent_request gone = {NULL};

    (void)state;
    snprintf(path, sizeof(path), "%s/me.pem", folder);
    write_file(path, "alice");
    ask(&options, AUTH_LEVEL_NONE, &before);
    ask(&options, AUTH_LEVEL_NONE, &same);
    write_file(path, "bobby-tables");
    ask(&options, AUTH_LEVEL_NONE, &after);
    unlink(path);
    ask(&options, AUTH_LEVEL_NONE, &gone);
    assert_true(agent_request_is_alike(&before, &same));
    assert_false(agent_request_is_alike(&before, &after));
    assert_false(agent_request_is_alike(&before, &gone));
    assert_true(agent_request_has_key(&before, &after));
}

static void a_token_that_is_gone_is_the_one_that_was_there(void **state)
{
    char path[64];
    const struct smsclient_options options = {.server = "tls:h:1",
                                              .token_file = path};
    SCOPED(agent_request_drop) struct agent_request before = {NULL};
    SCOPED(agent_request_drop) struct agent_request gone = {NULL};
    SCOPED(agent_request_drop) struct agent_request again = {NULL};

    (void)state;
    snprintf(path, sizeof(path), "%s/token", folder);
    write_file(path, "first");
    ask(&options, AUTH_LEVEL_NONE, &before);
    unlink(path);
    ask(&options, AUTH_LEVEL_NONE, &gone);
    write_file(path, "the second");
    ask(&options, AUTH_LEVEL_NONE, &again);
    unlink(path);
    assert_true(agent_request_is_alike(&before, &gone));
    assert_false(agent_request_is_alike(&before, &again));
    assert_false(agent_request_is_alike(&gone, &again));
}

static enum status write_only(const struct smsclient_options *options)
{
    const struct agent_wish wish = {options, NULL, AUTH_LEVEL_NONE};
    SCOPED(buf_free) struct buf line = buf_make(AGENT_REQUEST_MAX_BYTES);

    return agent_request_write(AGENT_OPEN, &wish, &line);
}

/* The agent would read another file, or none. */
static void what_only_the_caller_can_read_is_not_for_an_agent(void **state)
{
    static const char *const variables[] = {"FILE:cc",
                                            "WRFILE:cc",
                                            "DIR:cc",
                                            "DIR::cc",
                                            "cc",
                                            "",
                                            "/cc:cc",
                                            "MEMORY:cc",
                                            "KEYRING:x",
                                            "KEYRING:session:x",
                                            "KEYRING:process:x"};
    static const char *const whole[] = {
        "FILE:/cc", "WRFILE:/cc", "DIR:/cc",        "DIR::/cc",
        "KCM:",     "KCM:1:2",    "KEYRING:user:x", "KEYRING:persistent:100",
        "/cc",      "/cc:/more"};
    const struct smsclient_options plain = {.server = "tls:h:1"};
    char path[64];

    (void)state;
    snprintf(path, sizeof(path), "%s/pipe", folder);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(write_only(&(struct smsclient_options){
                         .server = "tls:h:1", .token_file = path}),
                     STATUS_END);
    unlink(path);
    assert_int_equal(
        write_only(&(struct smsclient_options){.server = "unix:provider.sock"}),
        STATUS_END);
    for (size_t i = 0; i < ARRAY_SIZE(variables); i++) {
        assert_int_equal(setenv("KRB5CCNAME", variables[i], 1), 0);
        assert_int_equal(write_only(&plain), STATUS_END);
    }
    for (size_t i = 0; i < ARRAY_SIZE(whole); i++) {
        assert_int_equal(setenv("KRB5CCNAME", whole[i], 1), 0);
        assert_int_equal(write_only(&plain), STATUS_OK);
    }
    unsetenv("KRB5CCNAME");
    assert_int_equal(write_only(&plain), STATUS_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(anything_else_is_no_request),
        cmocka_unit_test(the_same_options_are_the_same_session),
        cmocka_unit_test(another_environment_is_another_session),
        cmocka_unit_test(another_file_is_another_session),
        cmocka_unit_test(a_token_that_is_gone_is_the_one_that_was_there),
        cmocka_unit_test(what_only_the_caller_can_read_is_not_for_an_agent),
    };

    unsetenv("KRB5CCNAME");
    unsetenv("KRB5_CONFIG");
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
