/* What is answered, out of the wire's answer. */
#include "provider/authzen/authzen.h"

#include <string.h>

#include "provider/base/own.h"
#include "provider/odata/odata_body.h"
#include "provider/wire/reply.h"
#include "rbac/catalog.h"

static void json_drop(json_t **json)
{
    json_decref(*json);
}

/* ---- Decisions ---- */

static bool is_allowed(const json_t *answer)
{
    return json_is_true(
        json_object_get(json_object_get(answer, "result"), "allowed"));
}

/* Why, and at which level it would be another. */
static void put_context(const json_t *result, struct json_writer *w)
{
    const json_t *level = json_object_get(result, "level_required");

    writer_key(w, "context");
    writer_object_begin(w);
    writer_put_string(w, "reason",
                      json_string_value(json_object_get(result, "code")));
    if (level)
        writer_put_string(w, "level_required", json_string_value(level));
    writer_object_end(w);
}

static void put_failure(const json_t *error, struct json_writer *w)
{
    writer_key(w, "context");
    writer_object_begin(w);
    writer_key(w, "error");
    odata_put_json(w, error);
    writer_object_end(w);
}

/* What could not be asked is not allowed. */
static void put_decision(const json_t *answer, struct json_writer *w)
{
    const json_t *result = json_object_get(answer, "result");

    writer_object_begin(w);
    writer_put_bool(w, "decision", is_allowed(answer));
    if (result)
        put_context(result, w);
    else
        put_failure(json_object_get(answer, "error"), w);
    writer_object_end(w);
}

static bool is_last(const struct authzen *asked, const json_t *answer)
{
    return (asked->end == AUTHZEN_FIRST_DENY && !is_allowed(answer)) ||
           (asked->end == AUTHZEN_FIRST_PERMIT && is_allowed(answer));
}

static void put_decisions(const struct authzen *asked, const json_t *answers,
                          struct json_writer *w)
{
    writer_object_begin(w);
    writer_key(w, "evaluations");
    writer_array_begin(w);
    for (size_t i = 0; i < json_array_size(answers); i++) {
        put_decision(json_array_get(answers, i), w);
        if (is_last(asked, json_array_get(answers, i)))
            break;
    }
    writer_array_end(w);
    writer_object_end(w);
}

/* ---- What was found ---- */

static void put_named(struct json_writer *w, const char *type, const char *id)
{
    writer_object_begin(w);
    writer_put_string(w, "type", type);
    writer_put_string(w, "id", id);
    writer_object_end(w);
}

/* Groups too: their members may. */
static void put_subjects(const json_t *result, struct json_writer *w)
{
    const json_t *items = json_object_get(result, "items");

    for (size_t i = 0; i < json_array_size(items); i++) {
        const json_t *item = json_array_get(items, i);

        put_named(w, json_string_value(json_object_get(item, "kind")),
                  json_string_value(json_object_get(item, "administrator")));
    }
}

static void put_resources(const json_t *result, struct json_writer *w)
{
    const json_t *items = json_object_get(result, "items");

    for (size_t i = 0; i < json_array_size(items); i++) {
        void *first = json_object_iter(json_array_get(items, i));

        writer_object_begin(w);
        writer_key(w, "id");
        odata_put_json(w, json_object_iter_value(first));
        writer_object_end(w);
    }
}

static void put_actions(const struct authzen *asked, const json_t *answers,
                        struct json_writer *w)
{
    for (size_t i = 0; i < json_array_size(answers); i++) {
        const json_t *answer = json_array_get(answers, i);
        const int bit = (int)json_integer_value(json_object_get(answer, "id"));

        if (!is_allowed(answer))
            continue;
        writer_object_begin(w);
        writer_put_string(w, "name", rbac_operation_name(asked->type, bit));
        writer_object_end(w);
    }
}

static void put_found(const struct authzen *asked, const json_t *answer,
                      struct json_writer *w)
{
    const json_t *result = json_object_get(answer, "result");
    const json_t *next = json_object_get(result, "next");

    writer_object_begin(w);
    writer_key(w, "results");
    writer_array_begin(w);
    if (asked->kind == AUTHZEN_SUBJECTS)
        put_subjects(result, w);
    else if (asked->kind == AUTHZEN_RESOURCES)
        put_resources(result, w);
    else
        put_actions(asked, answer, w);
    writer_array_end(w);
    if (json_is_string(next)) {
        writer_key(w, "page");
        writer_object_begin(w);
        writer_put_string(w, "next_token", json_string_value(next));
        writer_object_end(w);
    }
    writer_object_end(w);
}

/* ---- Where it all is ---- */

static void put_configuration(struct text base, struct json_writer *w)
{
    static const struct {
        const char *name, *path;
    } places[] = {
        {"policy_decision_point", ""},
        {"access_evaluation_endpoint", "/access/v1/evaluation"},
        {"access_evaluations_endpoint", "/access/v1/evaluations"},
        {"search_subject_endpoint", "/access/v1/search/subject"},
        {"search_resource_endpoint", "/access/v1/search/resource"},
        {"search_action_endpoint", "/access/v1/search/action"},
    };

    writer_object_begin(w);
    for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
        SCOPED(buf_free) struct buf place = buf_make(AUTHZEN_TEXT_MAX_BYTES);

        buf_append_text(&place, base);
        buf_append_string(&place, places[i].path);
        writer_put_text(w, places[i].name, buf_text(&place));
    }
    writer_object_end(w);
}

bool authzen_put(const struct authzen *asked, struct text base,
                 struct text reply, struct buf *out)
{
    struct json_writer w = json_writer_make(out);
    SCOPED(json_drop)
    json_t *answer =
        reply.size > 0 ? json_loadb(reply.data, reply.size, 0, NULL) : NULL;

    if (json_is_array(answer) !=
        (asked->kind == AUTHZEN_EVALUATIONS || asked->kind == AUTHZEN_ACTIONS))
        return false;
    if (json_is_object(answer) && !json_object_get(answer, "result"))
        return false;
    if (asked->kind == AUTHZEN_CONFIGURATION)
        put_configuration(base, &w);
    else if (asked->kind == AUTHZEN_EVALUATION)
        put_decision(answer, &w);
    else if (asked->kind == AUTHZEN_EVALUATIONS)
        put_decisions(asked, answer, &w);
    else if (asked->kind >= AUTHZEN_SUBJECTS)
        put_found(asked, answer, &w);
    else
        odata_put_json(&w, json_object_get(answer, "result"));
    return answer != NULL;
}
