#include "tests/unit/unit.h"

#include <stdio.h>

#include "provider/host/host_answer.h"

static const struct login_request request = {.act = LOGIN_ACCOUNT,
                                             .user = "alice@A.TEST",
                                             .service = "sshd",
                                             .level = "domain"};

#define ANSWER(user, host, operation, known, allowed, code)                    \
    "{\"asked\":\"" user "\",\"user\":\"alice@A.TEST\",\"host\":" host         \
    ",\"operation\":\"" operation "\",\"known\":" known                        \
    ",\"allowed\":" allowed ",\"code\":\"" code "\",\"text\":\"A sentence.\"}"

static enum login_verdict verdict_of(const char *json)
{
    struct login_reply reply;

    host_answer_read(json, &request, "17", &reply);
    assert_string_equal(reply.user, request.user);
    return reply.verdict;
}

static void only_an_answer_to_this_question_lets_somebody_in(void **state)
{
    static const struct {
        const char *json;
        enum login_verdict verdict;
    } table[] = {
        {ANSWER("alice@A.TEST", "17", "Remote Control", "true", "true",
                "allowed"),
         LOGIN_ALLOWED},
        {ANSWER("alice@A.TEST", "17", "Remote Control", "true", "false",
                "out-of-collection"),
         LOGIN_DENIED},
        {ANSWER("alice@A.TEST", "17", "Remote Control", "false", "false",
                "no-administrator"),
         LOGIN_UNKNOWN},
        /* about another user, host, operation */
        {ANSWER("bob@A.TEST", "17", "Remote Control", "true", "true",
                "allowed"),
         LOGIN_UNAVAILABLE},
        {ANSWER("alice@A.TEST", "18", "Remote Control", "true", "true",
                "allowed"),
         LOGIN_UNAVAILABLE},
        {ANSWER("alice@A.TEST", "\"17\"", "Remote Control", "true", "true",
                "allowed"),
         LOGIN_UNAVAILABLE},
        {ANSWER("alice@A.TEST", "17", "Read", "true", "true", "allowed"),
         LOGIN_UNAVAILABLE},
        /* that contradicts itself */
        {ANSWER("alice@A.TEST", "17", "Remote Control", "true", "true",
                "level-too-low"),
         LOGIN_UNAVAILABLE},
        {ANSWER("alice@A.TEST", "17", "Remote Control", "true", "false",
                "allowed"),
         LOGIN_UNAVAILABLE},
        {ANSWER("alice@A.TEST", "17", "Remote Control", "false", "true",
                "allowed"),
         LOGIN_UNAVAILABLE},
        {ANSWER("alice@A.TEST", "17", "Remote Control", "1", "1", "allowed"),
         LOGIN_UNAVAILABLE},
        {"{\"allowed\":true,\"allowed\":true}", LOGIN_UNAVAILABLE},
        {"{\"allowed\":true}", LOGIN_UNAVAILABLE},
        {"true", LOGIN_UNAVAILABLE},
        {"[]", LOGIN_UNAVAILABLE},
        {"", LOGIN_UNAVAILABLE},
        {"null", LOGIN_UNAVAILABLE},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(table); i++)
        if (verdict_of(table[i].json) != table[i].verdict)
            fail_msg("%s", table[i].json);
}

static void the_question_names_what_is_asked(void **state)
{
    SCOPED(buf_free) struct buf question = buf_make(HOST_QUESTION_BYTES);

    (void)state;
    assert_int_equal(host_question_write(&request, "", &question), STATUS_OK);
    assert_string_equal(buf_text(&question).data,
                        "{\"user\":\"alice@A.TEST\",\"level\":\"domain\","
                        "\"operation\":\"Remote Control\",\"service\":"
                        "\"sshd\"}");
}

static void the_question_says_whose_account_it_is(void **state)
{
    SCOPED(buf_free) struct buf question = buf_make(HOST_QUESTION_BYTES);

    (void)state;
    assert_int_equal(
        host_question_write(&request, "S-1-5-21-1-2-3-1104", &question),
        STATUS_OK);
    assert_non_null(
        strstr(buf_text(&question).data, "\"sid\":\"S-1-5-21-1-2-3-1104\""));
}

static void a_session_proves_its_own_user_alone(void **state)
{
    static const struct {
        const char *json;
        enum login_verdict verdict;
    } table[] = {
        {"{\"user\":\"alice@A.TEST\",\"level\":\"domain\"}", LOGIN_ALLOWED},
        {"{\"user\":\"alice\",\"level\":\"domain\"}", LOGIN_UNAVAILABLE},
        {"{\"user\":\"alice@A.TEST.EVIL\",\"level\":\"mfa\"}",
         LOGIN_UNAVAILABLE},
        {"{\"user\":\"bob@A.TEST\",\"level\":\"mfa\"}", LOGIN_UNAVAILABLE},
        {"{\"user\":\"alice@A.TEST\",\"level\":\"none\"}", LOGIN_UNAVAILABLE},
        {"{\"user\":\"alice@A.TEST\"}", LOGIN_UNAVAILABLE},
        {"{}", LOGIN_UNAVAILABLE},
    };
    const struct login_request short_name = {.act = LOGIN_SIGN_IN,
                                             .user = "alice"};
    struct login_reply reply;

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
        host_session_read(table[i].json, NULL, &request, &reply);
        if (reply.verdict != table[i].verdict)
            fail_msg("%s", table[i].json);
        assert_int_equal(reply.level[0] != '\0',
                         reply.verdict == LOGIN_ALLOWED);
    }
    host_session_read(table[0].json, NULL, &short_name, &reply);
    assert_int_equal(reply.verdict, LOGIN_ALLOWED);
    host_session_read("{\"user\":\"alicex@A.TEST\",\"level\":\"mfa\"}", NULL,
                      &short_name, &reply);
    assert_int_equal(reply.verdict, LOGIN_UNAVAILABLE);
}

static void a_domains_spelling_is_the_user_that_the_site_says(void **state)
{
    static const char session[] =
        "{\"user\":\"alice@A.TEST\",\"level\":\"mfa\"}";
    static const struct {
        const char *session, *spelled;
        enum login_verdict verdict;
    } table[] = {
        {session, "{\"user\":\"alice@A.TEST\"}", LOGIN_ALLOWED},
        {session, NULL, LOGIN_UNAVAILABLE},
        {session, "", LOGIN_UNAVAILABLE},
        {session, "{}", LOGIN_UNAVAILABLE},
        {session, "{\"user\":\"bob@A.TEST\"}", LOGIN_UNAVAILABLE},
        {session, "{\"user\":\"A\\\\Alice\"}", LOGIN_UNAVAILABLE},
        {session, "{\"user\":\"alice@A.TEST\",\"user\":\"alice@A.TEST\"}",
         LOGIN_UNAVAILABLE},
        {"{\"level\":\"mfa\"}", "{}", LOGIN_UNAVAILABLE},
    };
    const struct login_request spelled = {.act = LOGIN_SIGN_IN,
                                          .user = "A\\Alice"};
    struct login_reply reply;

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
        host_session_read(table[i].session, table[i].spelled, &spelled, &reply);
        if (reply.verdict != table[i].verdict)
            fail_msg("%s", table[i].spelled);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_an_answer_to_this_question_lets_somebody_in),
        cmocka_unit_test(the_question_names_what_is_asked),
        cmocka_unit_test(the_question_says_whose_account_it_is),
        cmocka_unit_test(a_session_proves_its_own_user_alone),
        cmocka_unit_test(a_domains_spelling_is_the_user_that_the_site_says),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
