#include "tests/unit/rollout/policy_site.h"

#include <stdio.h>
#include <stdlib.h>

const char policy[] = TOP;
const char with_bob_in_web[] = TOP BOB("Web");
const char with_bob_in_db[] = TOP BOB("Db");

struct provider provider;

int open_provider(void **state)
{
    (void)state;
    provider_open(&provider, policy);
    return 0;
}

int close_provider(void **state)
{
    (void)state;
    provider_close(&provider);
    return 0;
}

void json_drop(json_t **json)
{
    json_decref(*json);
}

/* ---- Asking ---- */

json_t *ask_files(struct peer *peer, const char *method, const char *text,
                  const char *more)
{
    SCOPED(buf_free) struct buf params = buf_make(1 << 20);
    struct json_writer w = json_writer_make(&params);
    json_t *answer;

    buf_append_string(&params, "{\"files\":");
    writer_object_begin(&w);
    writer_put_string(&w, "site.yaml", text);
    writer_object_end(&w);
    buf_append_string(&params, more);
    buf_append_char(&params, '}');
    buf_append_char(&params, '\0');
    answer = json_loads(
        peer_call(&provider, peer, method, buf_text(&params).data), 0, NULL);
    assert_non_null(answer);
    return answer;
}

json_t *ask(struct peer *peer, const char *method, const char *params)
{
    json_t *answer =
        json_loads(peer_call(&provider, peer, method, params), 0, NULL);

    assert_non_null(answer);
    return answer;
}

int code_of(const json_t *answer)
{
    return (int)json_integer_value(
        json_object_get(json_object_get(answer, "error"), "code"));
}

const json_t *result_of(const json_t *answer)
{
    const json_t *result = json_object_get(answer, "result");

    if (!result) {
        SCOPED(memory_drop) char *text = json_dumps(answer, 0);

        fail_msg("no result: %s", text);
    }
    return result;
}

const json_t *data_of(const json_t *answer)
{
    return json_object_get(json_object_get(answer, "error"), "data");
}

const char *text_in(const json_t *object, const char *name)
{
    const char *value = json_string_value(json_object_get(object, name));

    return value ? value : "";
}

int64_t number_in(const json_t *object, const char *name)
{
    return json_integer_value(json_object_get(object, name));
}

size_t count_in(const json_t *object, const char *name)
{
    return json_array_size(json_object_get(object, name));
}

const json_t *first_of(const json_t *object, const char *name)
{
    return json_array_get(json_object_get(object, name), 0);
}

bool can(struct peer *peer, const char *user, const char *scope)
{
    JSON(answer, NULL);
    char params[512];

    snprintf(params, sizeof(params),
             "{\"tests\":[{\"user\":\"%s\",\"can\":\"Read\",\"class\":"
             "\"SMS_Application\",\"scopes\":[\"%s\"]}]}",
             user, scope);
    answer = ask(peer, "policy.test", params);
    return number_in(result_of(answer), "passed") == 1;
}
