#include "tests/unit/unit.h"

#include <stdlib.h>

#include "provider/authzen/authzen.h"
#include "provider/base/own.h"

#define CAROL "\"subject\":{\"type\":\"user\",\"id\":\"carol@B\"}"
#define READ  "\"action\":{\"name\":\"Read\"}"
#define CHECK(n)                                                               \
    "{\"jsonrpc\":\"2.0\",\"id\":" n ",\"method\":\"access.check\","
#define SCOPE "\"resource\":{\"type\":\"SMS_SecuredCategory\",\"id\":\"a\"}"

/* The line, or the status that refuses it. */
static void ask(const char *path, const char *query, const char *body,
                struct buf *out)
{
    SCOPED(authzen_clear)
    struct authzen asked = authzen_read(text_of(path), text_of(query));
    SCOPED(buf_free) struct buf line = buf_make(64 * 1024);

    if (authzen_ask(&asked, body != NULL, text_of(body ? body : ""),
                    TEXT("carol@B"), &line)) {
        buf_append_text(out, buf_text(&line));
        return;
    }
    assert_non_null(asked.why);
    buf_append_format(out, "%u", asked.status);
}

static void asks_what_the_wire_asks(void **state)
{
    static const struct {
        const char *path, *query, *body, *asked;
    } cases[] = {
        {"check", "operation=Read&class=SMS%5FAdmin", NULL,
         CHECK("0") "\"params\":{\"operation\":\"Read\","
                    "\"class\":\"SMS_Admin\"}}"},
        {"check", "", "{\"checks\":[{}]}",
         CHECK("0") "\"params\":{\"checks\":[{}]}}"},
        {"v1/evaluation", "", "{" CAROL "," READ "," SCOPE "}",
         CHECK("0") "\"params\":{\"operation\":\"Read\","
                    "\"class\":\"SMS_SecuredCategory\",\"key\":\"a\","
                    "\"user\":\"carol@B\"}}"},
        {"v1/evaluations", "",
         "{" CAROL "," READ ",\"context\":{\"level\":\"mfa\"},"
         "\"evaluations\":[{" SCOPE "},{" SCOPE ",\"context\":{}}]}",
         "[" CHECK("0") "\"params\":{\"operation\":\"Read\","
                        "\"class\":\"SMS_SecuredCategory\",\"key\":\"a\","
                        "\"user\":\"carol@B\",\"level\":\"mfa\"}}," CHECK(
                            "1") "\"params\":{\"operation\":\"Read\","
                                 "\"class\":\"SMS_SecuredCategory\","
                                 "\"key\":\"a\",\"user\":\"carol@B\"}}]"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        SCOPED(buf_free) struct buf got = buf_make(64 * 1024);

        ask(cases[i].path, cases[i].query, cases[i].body, &got);
        assert_text_equal(buf_text(&got), cases[i].asked);
    }
}

static void refuses_what_is_no_question(void **state)
{
    static const struct {
        const char *path, *query, *body, *status;
    } cases[] = {
        {"check", "operation", NULL, "400"},
        {"check", "operation=%zz", NULL, "400"},
        {"check", "", "", "400"},
        {"check", "", "[]", "400"},
        {"v1/evaluation", "", "{}", "400"},
        {"v1/evaluation", "", "{" CAROL "," READ ",\"resource\":1}", "400"},
        {"v1/evaluation", "",
         "{\"subject\":{\"type\":\"host\",\"id\":\"a\"}," READ "," SCOPE "}",
         "400"},
        {"v1/evaluation", "",
         "{" CAROL "," READ ",\"resource\":{\"type\":\"SMS_R_System\","
         "\"id\":16777217}}",
         "400"},
        {"v1/evaluation", "",
         "{" CAROL "," READ ",\"resource\":{\"type\":\"SMS_R_System\","
         "\"id\":\"\"}}",
         "400"},
        {"v1/evaluation", "",
         "{" CAROL "," READ "," SCOPE ",\"context\":{\"level\":1}}", "400"},
        {"v1/evaluations", "",
         "{" CAROL "," READ ",\"context\":{\"level\":[]},"
         "\"evaluations\":[{" SCOPE "}]}",
         "400"},
        {"v1/evaluations", "",
         "{" CAROL "," READ ",\"evaluations\":[{" SCOPE "},{}]}", "400"},
        {"v1/search/subject", "",
         "{\"subject\":{\"type\":\"user\"}," READ
         ",\"resource\":{\"type\":\"SMS_R_System\",\"id\":5}}",
         "400"},
        {"v1/search/action", "",
         "{" CAROL ",\"resource\":{\"type\":\"SMS_SecuredCategory\","
         "\"id\":null}}",
         "400"},
        {"v1/evaluations", "", "{" CAROL ",\"evaluations\":5}", "400"},
        {"v1/search/resource", "",
         "{\"subject\":{\"type\":\"user\",\"id\":\"bob@B\"}," READ "," SCOPE
         "}",
         "501"},
        {"v1/search/action", "",
         "{" CAROL ",\"resource\":{\"type\":\"SMS_Nothing\"}}", "400"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        SCOPED(buf_free) struct buf got = buf_make(64 * 1024);

        ask(cases[i].path, cases[i].query, cases[i].body, &got);
        assert_text_equal(buf_text(&got), cases[i].status);
    }
}

/* Whatever is no allowing answer is false, or no answer. */
static void nothing_but_allowed_is_true(void **state)
{
    static const struct {
        const char *reply, *answer;
    } cases[] = {
        {"{\"id\":0,\"result\":{\"allowed\":true,\"code\":\"allowed\"}}",
         "{\"decision\":true,\"context\":{\"reason\":\"allowed\"}}"},
        {"{\"id\":0,\"result\":{\"allowed\":false,\"code\":\"no\","
         "\"level_required\":\"mfa\"}}",
         "{\"decision\":false,\"context\":{\"reason\":\"no\","
         "\"level_required\":\"mfa\"}}"},
        {"{\"id\":0,\"result\":{\"allowed\":1}}",
         "{\"decision\":false,\"context\":{\"reason\":null}}"},
        {"{\"id\":0,\"result\":null}",
         "{\"decision\":false,\"context\":{\"reason\":null}}"},
        {"{\"id\":0,\"error\":{}}", NULL},
        {"[]", NULL},
        {"{", NULL},
        {"", NULL},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        SCOPED(authzen_clear)
        struct authzen asked = authzen_read(TEXT("v1/evaluation"), TEXT(""));
        SCOPED(buf_free) struct buf got = buf_make(64 * 1024);
        const bool is_answer = authzen_put(&asked, TEXT("https://h"),
                                           text_of(cases[i].reply), &got);

        assert_int_equal(is_answer, cases[i].answer != NULL);
        if (is_answer)
            assert_text_equal(buf_text(&got), cases[i].answer);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(asks_what_the_wire_asks),
        cmocka_unit_test(refuses_what_is_no_question),
        cmocka_unit_test(nothing_but_allowed_is_true),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
