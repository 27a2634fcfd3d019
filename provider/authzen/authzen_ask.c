/* What is asked, as a line. */
#include "provider/authzen/authzen.h"

#include <string.h>

#include "provider/base/own.h"
#include "provider/object/class.h"
#include "provider/odata/odata_body.h"
#include "provider/odata/url.h"
#include "provider/wire/reply.h"
#include "rbac/catalog.h"

enum {
    BAD_REQUEST = 400,
    NOT_IMPLEMENTED = 501,
    UNAVAILABLE = 503,
    PAGE_ROWS = 1000,
};

static bool fail(struct authzen *asked, unsigned status, const char *why)
{
    asked->status = status;
    asked->why = why;
    return false;
}

/* ---- The wire's own methods ---- */

static bool put_parameter(struct text option, struct json_writer *w)
{
    SCOPED(buf_free) struct buf name = buf_make(AUTHZEN_TEXT_MAX_BYTES);
    SCOPED(buf_free) struct buf value = buf_make(AUTHZEN_TEXT_MAX_BYTES);
    const char *equals = memchr(option.data, '=', option.size);
    const size_t n = equals ? (size_t)(equals - option.data) : 0;

    if (!equals || !url_decode((struct text){option.data, n}, true, &name) ||
        !url_decode((struct text){equals + 1, option.size - n - 1}, true,
                    &value))
        return false;
    buf_append_char(&name, '\0');
    writer_put_text(w, name.data, buf_text(&value));
    return buf_status(&name) == STATUS_OK;
}

/* "operation=Read&class=SMS_Admin": each a text. */
static bool put_query(struct text query, struct json_writer *w)
{
    bool is_whole = true;

    writer_object_begin(w);
    while (query.size > 0) {
        const char *end = memchr(query.data, '&', query.size);
        const size_t n = end ? (size_t)(end - query.data) : query.size;

        is_whole = is_whole && put_parameter((struct text){query.data, n}, w);
        query.data += end ? n + 1 : n;
        query.size -= end ? n + 1 : n;
    }
    writer_object_end(w);
    return is_whole;
}

static bool ask_method(struct authzen *asked, const json_t *given,
                       struct json_writer *w)
{
    static const char *const methods[AUTHZEN_N_KINDS] = {
        [AUTHZEN_NONE] = NULL,
        [AUTHZEN_CHECK] = "access.check",
        [AUTHZEN_EXPLAIN] = "access.explain",
        [AUTHZEN_WHO_CAN] = "access.who_can",
        [AUTHZEN_WHAT_CAN] = "access.what_can",
        [AUTHZEN_EVALUATION] = NULL, /* not one alone, or not as it is */
        [AUTHZEN_EVALUATIONS] = NULL,
        [AUTHZEN_SUBJECTS] = NULL,
        [AUTHZEN_RESOURCES] = NULL,
        [AUTHZEN_ACTIONS] = NULL,
        [AUTHZEN_CONFIGURATION] = NULL,
    };
    bool is_whole = true;

    request_begin(w, 0, methods[asked->kind]);
    if (given)
        odata_put_json(w, given);
    else
        is_whole = put_query(buf_text(&asked->query), w);
    request_end(w);
    return is_whole ||
           fail(asked, BAD_REQUEST, "The query is not encoded well.");
}

/* ---- Evaluations ---- */

/* One of an evaluation's four parts, or what they all have. */
static const json_t *part_of(const json_t *one, const json_t *all,
                             const char *name)
{
    const json_t *part = json_object_get(one, name);

    return part ? part : json_object_get(all, name);
}

static struct text word_in(const json_t *part, const char *name)
{
    const json_t *word = json_object_get(part, name);

    return (struct text){json_string_value(word), json_string_length(word)};
}

static bool has_words(const json_t *part, const char *first, const char *second)
{
    return word_in(part, first).size > 0 &&
           (!second || word_in(part, second).size > 0);
}

/* What is there and no text would be passed over, and the question a wider
 * one: any object, or the level of who asks. */
static bool is_text_or_absent(const json_t *part, const char *name)
{
    return !json_object_get(part, name) || word_in(part, name).size > 0;
}

static bool is_resource(const json_t *resource)
{
    return has_words(resource, "type", NULL) &&
           is_text_or_absent(resource, "id");
}

static bool is_user(const json_t *subject)
{
    return text_equal_nocase(word_in(subject, "type"), TEXT("user"));
}

/* The level that is asked about stands in the context; otherwise it is that of
 * who asks. */
static void put_check(const json_t *one, const json_t *all, int64_t id,
                      struct json_writer *w)
{
    const json_t *resource = part_of(one, all, "resource");
    const struct text level = word_in(part_of(one, all, "context"), "level");
    const struct text key = word_in(resource, "id");

    request_begin(w, id, "access.check");
    writer_object_begin(w);
    writer_put_text(w, "operation",
                    word_in(part_of(one, all, "action"), "name"));
    writer_put_text(w, "class", word_in(resource, "type"));
    if (key.size > 0)
        writer_put_text(w, "key", key);
    writer_put_text(w, "user", word_in(part_of(one, all, "subject"), "id"));
    if (level.size > 0)
        writer_put_text(w, "level", level);
    writer_object_end(w);
    request_end(w);
}

static bool is_whole(const json_t *one, const json_t *all)
{
    const json_t *subject = part_of(one, all, "subject");

    return is_user(subject) && has_words(subject, "type", "id") &&
           has_words(part_of(one, all, "action"), "name", NULL) &&
           is_resource(part_of(one, all, "resource")) &&
           is_text_or_absent(part_of(one, all, "context"), "level");
}

static bool fail_evaluation(struct authzen *asked)
{
    return fail(asked, BAD_REQUEST,
                "An evaluation needs subject {type: user, id}, action {name} "
                "and resource {type, id}: a user, an operation, and a class "
                "with a key; each, and context {level}, is a text.");
}

static bool ask_one(struct authzen *asked, const json_t *given,
                    struct json_writer *w)
{
    if (!is_whole(given, NULL))
        return fail_evaluation(asked);
    put_check(given, NULL, 0, w);
    return true;
}

static bool read_end(struct authzen *asked, const json_t *given)
{
    const struct text end =
        word_in(json_object_get(given, "options"), "evaluations_semantic");

    if (end.size == 0 || text_equal(end, TEXT("execute_all")))
        return true;
    if (text_equal(end, TEXT("deny_on_first_deny")))
        asked->end = AUTHZEN_FIRST_DENY;
    else if (text_equal(end, TEXT("permit_on_first_permit")))
        asked->end = AUTHZEN_FIRST_PERMIT;
    return asked->end != AUTHZEN_ALL ||
           fail(asked, BAD_REQUEST, "There is no such evaluations_semantic.");
}

/* Each is a question of its own, in a batch. Without any it is an evaluation.
 */
static bool ask_many(struct authzen *asked, const json_t *given,
                     struct json_writer *w)
{
    const json_t *each = json_object_get(given, "evaluations");
    const size_t n = json_array_size(each);

    if (n == 0 && (!each || json_is_array(each))) {
        asked->kind = AUTHZEN_EVALUATION;
        return ask_one(asked, given, w);
    }
    if (n == 0 || n > AUTHZEN_MAX_EVALUATIONS)
        return fail(asked, BAD_REQUEST, "There are 1 to 1000 evaluations.");
    if (!read_end(asked, given))
        return false;
    writer_array_begin(w);
    for (size_t i = 0; i < n; i++) {
        if (!is_whole(json_array_get(each, i), given))
            return fail_evaluation(asked);
        w->comma = i > 0;
        put_check(json_array_get(each, i), given, (int64_t)i, w);
    }
    writer_array_end(w);
    return true;
}

/* ---- Searches ---- */

static bool ask_subjects(struct authzen *asked, const json_t *given,
                         struct json_writer *w)
{
    const json_t *resource = json_object_get(given, "resource");
    const json_t *action = json_object_get(given, "action");

    if (!is_user(json_object_get(given, "subject")) || !is_resource(resource) ||
        !has_words(action, "name", NULL))
        return fail(asked, BAD_REQUEST,
                    "A search for subjects needs subject {type: user}, action "
                    "{name} and resource {type, id}.");
    request_begin(w, 0, "access.who_can");
    writer_object_begin(w);
    writer_put_text(w, "operation", word_in(action, "name"));
    writer_put_text(w, "class", word_in(resource, "type"));
    if (word_in(resource, "id").size > 0)
        writer_put_text(w, "key", word_in(resource, "id"));
    writer_object_end(w);
    request_end(w);
    return true;
}

static const char *key_of(const struct object_class *class)
{
    for (size_t i = 0; i < class->n_properties; i++)
        if (class->properties[i].flags & OBJECT_KEY)
            return class->properties[i].name;
    return NULL;
}

static void put_page(const json_t *given, struct text class_name,
                     const char *key, struct json_writer *w)
{
    const struct text token = word_in(json_object_get(given, "page"), "token");

    request_begin(w, 0, "object.list");
    writer_object_begin(w);
    writer_put_text(w, "class", class_name);
    writer_key(w, "properties");
    writer_array_begin(w);
    writer_string(w, key);
    writer_array_end(w);
    writer_put_int(w, "limit", PAGE_ROWS);
    if (token.size > 0)
        writer_put_text(w, "after", token);
    writer_object_end(w);
    request_end(w);
}

/* What a user may read is the list that they are given: of others, and for
 * other operations, there is none. */
static bool ask_resources(struct authzen *asked, const json_t *given,
                          struct text user, struct json_writer *w)
{
    const json_t *subject = json_object_get(given, "subject");
    const struct text name =
        word_in(json_object_get(given, "resource"), "type");
    const struct object_class *class = object_class_find(name);

    if (!is_user(subject) || !has_words(subject, "id", NULL) || !class ||
        !has_words(json_object_get(given, "action"), "name", NULL))
        return fail(asked, BAD_REQUEST,
                    "A search for resources needs subject {type: user, id}, "
                    "action {name} and resource {type}, a class.");
    if (!text_equal_nocase(word_in(subject, "id"), user) ||
        !text_equal_nocase(word_in(json_object_get(given, "action"), "name"),
                           TEXT("Read")))
        return fail(asked, NOT_IMPLEMENTED,
                    "Resources are searched for Read by whoever asks alone; "
                    "for others evaluate each.");
    put_page(given, name, key_of(class), w);
    return true;
}

static bool ask_actions(struct authzen *asked, const json_t *given,
                        struct json_writer *w)
{
    const json_t *resource = json_object_get(given, "resource");
    const json_t *subject = json_object_get(given, "subject");
    bool is_first = true;

    asked->type = rbac_catalog_class(&rbac_catalog, word_in(resource, "type"));
    if (!is_user(subject) || !has_words(subject, "id", NULL) || !asked->type ||
        !is_resource(resource) ||
        !is_text_or_absent(json_object_get(given, "context"), "level"))
        return fail(asked, BAD_REQUEST,
                    "A search for actions needs subject {type: user, id} and "
                    "resource {type, id}, of a class that has operations.");
    writer_array_begin(w);
    for (int bit = 0; bit < RBAC_OPERATIONS_MAX; bit++) {
        const char *name = rbac_operation_name(asked->type, bit);
        json_t *action =
            name ? json_pack("{s{ss}}", "action", "name", name) : NULL;

        if (!action)
            continue;
        w->comma = !is_first;
        is_first = false;
        put_check(action, given, bit, w);
        json_decref(action);
    }
    writer_array_end(w);
    return true;
}

/* ---- Whatever it is ---- */

static bool ask_posted(struct authzen *asked, const json_t *given,
                       struct text user, struct json_writer *w)
{
    switch (asked->kind) {
    case AUTHZEN_EVALUATION:
        return ask_one(asked, given, w);
    case AUTHZEN_EVALUATIONS:
        return ask_many(asked, given, w);
    case AUTHZEN_SUBJECTS:
        return ask_subjects(asked, given, w);
    case AUTHZEN_RESOURCES:
        return ask_resources(asked, given, user, w);
    case AUTHZEN_ACTIONS:
        return ask_actions(asked, given, w);
    default:
        return ask_method(asked, given, w);
    }
}

bool authzen_ask(struct authzen *asked, bool has_body, struct text body,
                 struct text user, struct buf *line)
{
    SCOPED(rpc_message_drop) struct rpc_message given = {0};
    struct json_writer w = json_writer_make(line);
    enum rpc_error error;

    if (asked->kind == AUTHZEN_CONFIGURATION) {
        request_begin(&w, 0, "server.info");
        writer_object_begin(&w);
        writer_object_end(&w);
        request_end(&w);
        return true;
    }
    if (!has_body)
        return ask_method(asked, NULL, &w);
    error = odata_read_body(body, &given);
    if (error == RPC_UNAVAILABLE)
        return fail(asked, UNAVAILABLE, "Unavailable.");
    if (error != RPC_DONE || !given.root)
        return fail(asked, BAD_REQUEST,
                    "The body must be one JSON object, each name of it once.");
    return ask_posted(asked, given.root, user, &w);
}
