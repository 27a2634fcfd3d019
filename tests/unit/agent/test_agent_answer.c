#include "tests/unit/unit.h"

#include <string.h>

#include "provider/agent/agent_answer.h"
#include "provider/client/answer.h"

static json_t *read_back(const struct buf *line, const char *name)
{
    SCOPED(answer_drop) json_t *root = NULL;

    assert_int_equal(buf_status(line), STATUS_OK);
    assert_int_equal(line->data[line->size - 1], '\n');
    root = agent_answer_read((struct text){line->data, line->size - 1});
    assert_non_null(root);
    return json_incref(json_object_get(root, name));
}

static void a_failure_arrives_whole(void **state)
{
    SCOPED(buf_free) struct buf line = buf_make(AGENT_ANSWER_MAX_BYTES);
    SCOPED(answer_drop) json_t *failure = NULL;
    struct smsclient *here = smsclient_new();
    struct smsclient *there = smsclient_new();
    const struct smsclient_attempt *attempts;
    const struct smsclient_failure *got;

    (void)state;
    (void)!failure_set(&here->failure, SMSCLIENT_NOT_AUTHENTICATED, "refused",
                       "No.");
    failure_take(&here->failure, 1, "{\"request\":\"A-1\"}");
    failure_next(&here->failure, "Try something else.");
    attempts_add(&here->attempts, "EXTERNAL", &here->failure);
    attempts_add(&here->attempts, "GSSAPI", NULL);
    agent_answer_failure(here, &line);
    failure = read_back(&line, "failure");
    assert_int_not_equal(agent_answer_take_failure(failure, there), STATUS_OK);
    got = smsclient_failure(there);
    assert_int_equal(got->result, SMSCLIENT_NOT_AUTHENTICATED);
    assert_int_equal(got->code, 1);
    assert_string_equal(got->reason, "refused");
    assert_string_equal(got->message, "No.");
    assert_string_equal(got->next, "Try something else.");
    assert_string_equal(got->data, "{\"request\":\"A-1\"}");
    assert_int_equal(smsclient_attempts(there, &attempts), 2);
    assert_string_equal(attempts[0].mechanism, "EXTERNAL");
    assert_true(attempts[0].was_refused);
    assert_int_equal(attempts[1].result, SMSCLIENT_OK);
    smsclient_free(here);
    smsclient_free(there);
}

/* Whatever an answer says: a failure is never a success. */
static void a_failure_is_never_a_success(void **state)
{
    static const char *const lines[] = {
        "{}",
        "null",
        "[]",
        "{\"result\":0}",
        "{\"result\":\"0\"}",
        "{\"result\":99,\"message\":1,\"tried\":{}}",
        "{\"result\":-1,\"tried\":[1,{},{\"mechanism\":\"X\"}]}"};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
        SCOPED(answer_drop)
        json_t *failure = json_loads(lines[i], JSON_DECODE_ANY, NULL);
        struct smsclient *client = smsclient_new();

        assert_int_not_equal(agent_answer_take_failure(failure, client),
                             STATUS_OK);
        assert_int_not_equal(smsclient_failure(client)->result, SMSCLIENT_OK);
        smsclient_free(client);
    }
}

static void what_opens_nothing_leaves_the_client_closed(void **state)
{
    static const char *const lines[] = {
        "{}", "[]", "{\"mechanism\":\"EXTERNAL\"}",
        "{\"mechanism\":\"ROOT\",\"since\":1,\"expires\":1}",
        "{\"mechanism\":\"EXTERNAL\",\"since\":\"1\",\"expires\":1}"};
    struct smsclient *client = smsclient_new();
    struct agent_opened opened;

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
        SCOPED(answer_drop) json_t *said = json_loads(lines[i], 0, NULL);

        assert_int_equal(agent_answer_take_opened(said, client, NULL, &opened),
                         STATUS_INVALID);
        assert_string_equal(smsclient_session(client), "");
    }
    smsclient_free(client);
}

static bool give(void *context, const char *text, bool echo, char *answer,
                 size_t size)
{
    (void)echo;
    if (context)
        strcpy(context, text);
    if (size)
        strcpy(answer, "pa\"ss");
    return context != NULL;
}

static void a_question_is_shown_escaped_and_answered(void **state)
{
    SCOPED(buf_free) struct buf line = buf_make(AGENT_ANSWER_MAX_BYTES);
    SCOPED(buf_free) struct buf back = buf_make(AGENT_ANSWER_MAX_BYTES);
    SCOPED(answer_drop) json_t *question = NULL;
    char shown[64] = "";
    char answer[16];
    const struct smsclient_options user = {.prompt = give,
                                           .prompt_context = shown};

    (void)state;
    agent_answer_prompt("Code\x1b[2J: ", false, sizeof(answer), &line);
    question = read_back(&line, "prompt");
    assert_int_equal(agent_answer_ask(question, &user, &back), STATUS_OK);
    assert_string_equal(shown, "Code\\u{1b}[2J: ");
    assert_text_equal(buf_text(&back), "+pa\"ss\n");
    assert_true(agent_answer_read_prompt(
        (struct text){back.data, back.size - 1}, answer, sizeof(answer)));
    assert_string_equal(answer, "pa\"ss");
}

static void no_answer_is_no_empty_answer(void **state)
{
    const struct smsclient_options nobody = {.prompt = give};
    SCOPED(buf_free) struct buf back = buf_make(AGENT_ANSWER_MAX_BYTES);
    SCOPED(answer_drop) json_t *question = json_object();
    char answer[4] = "old";

    (void)state;
    assert_int_equal(agent_answer_ask(question, &nobody, &back), STATUS_OK);
    assert_text_equal(buf_text(&back), "-\n");
    assert_false(agent_answer_read_prompt(TEXT("-"), answer, sizeof(answer)));
    assert_false(agent_answer_read_prompt(TEXT(""), answer, sizeof(answer)));
    assert_false(
        agent_answer_read_prompt(TEXT("+long"), answer, sizeof(answer)));
    assert_false(
        agent_answer_read_prompt(TEXT("+a\0b"), answer, sizeof(answer)));
    assert_true(agent_answer_read_prompt(TEXT("+"), answer, sizeof(answer)));
    assert_string_equal(answer, "");
    assert_true(agent_answer_read_prompt(TEXT("+abc"), answer, sizeof(answer)));
    assert_string_equal(answer, "abc");
    assert_true(agent_answer_read_prompt(TEXT("+"), answer, 0)); /* shown */
    assert_false(agent_answer_read_prompt(TEXT("-"), answer, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_failure_arrives_whole),
        cmocka_unit_test(a_failure_is_never_a_success),
        cmocka_unit_test(what_opens_nothing_leaves_the_client_closed),
        cmocka_unit_test(a_question_is_shown_escaped_and_answered),
        cmocka_unit_test(no_answer_is_no_empty_answer),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
