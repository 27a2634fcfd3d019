/* The calls that most programs make, without JSON of their own. */
#include <stdlib.h>

#include "provider/base/own.h"
#include "provider/client/answer.h"
#include "provider/client/client.h"

enum { PAGE_OBJECTS = 200 };

/* Makes the call; params is taken over. */
static enum status call(struct smsclient *client, const char *method,
                        json_t *params, json_t **result_out)
{
    SCOPED(answer_drop) json_t *owned = params;
    SCOPED(memory_drop)
    char *line = owned ? json_dumps(owned, JSON_COMPACT) : NULL;

    if (!line)
        return failure_set(&client->failure, SMSCLIENT_USAGE, "usage",
                           "A text is missing, or is not UTF-8.");
    return client_call(client, method, text_of(line), result_out);
}

static enum status write_object(const json_t *object, char **text_out)
{
    *text_out = json_dumps(object, JSON_COMPACT | JSON_ENCODE_ANY);
    return *text_out ? STATUS_OK : STATUS_NO_MEMORY;
}

/* ---- One object ---- */

static enum status get(struct smsclient *client, const char *class_name,
                       const char *key, char **object_out)
{
    SCOPED(answer_drop) json_t *object = NULL;

    TRY(call(client, "object.get",
             json_pack("{s:s, s:s}", "class", class_name, "key", key),
             &object));
    return write_object(object, object_out);
}

enum smsclient_result smsclient_get(struct smsclient *client,
                                    const char *class_name, const char *key,
                                    char **object_out)
{
    *object_out = NULL;
    failure_clear(&client->failure);
    return client_result(client, get(client, class_name, key, object_out));
}

/* ---- Lists ---- */

struct smsclient_list {
    struct smsclient *client; /* borrowed */
    json_t *params;           /* owned: of the next page */
    json_t *page;             /* owned; NULL before the first */
    size_t at;                /* in the page */
    bool has_ended;
};

struct smsclient_list *smsclient_list_new(struct smsclient *client,
                                          const char *class_name,
                                          const char *filter)
{
    struct smsclient_list *list = calloc(1, sizeof(*list));

    if (!list)
        return NULL;
    list->client = client;
    list->params = json_pack("{s:s, s:i, s:s*}", "class", class_name, "limit",
                             PAGE_OBJECTS, "filter", filter);
    return list;
}

void smsclient_list_free(struct smsclient_list *list)
{
    if (!list)
        return;
    json_decref(list->params);
    json_decref(list->page);
    free(list);
}

static enum status read_page(struct smsclient_list *list)
{
    json_t *next, *page = NULL;

    TRY(call(list->client, "object.list", json_incref(list->params), &page));
    json_decref(list->page);
    list->page = page;
    list->at = 0;
    next = json_object_get(page, "next");
    /* Ends at a server that returns the same page, or nothing, for ever. */
    list->has_ended = json_array_size(json_object_get(page, "items")) == 0 ||
                      !next || json_is_null(next) ||
                      json_equal(next, json_object_get(list->params, "after"));
    if (!list->has_ended && json_object_set(list->params, "after", next) != 0)
        return STATUS_NO_MEMORY;
    return STATUS_OK;
}

static enum status next(struct smsclient_list *list, char **object_out)
{
    const json_t *object;

    for (;;) {
        object = json_array_get(json_object_get(list->page, "items"), list->at);
        if (object || list->has_ended)
            break;
        TRY(read_page(list));
    }
    if (!object)
        return STATUS_OK;
    list->at++;
    return write_object(object, object_out);
}

enum smsclient_result smsclient_list_next(struct smsclient_list *list,
                                          char **object_out)
{
    *object_out = NULL;
    failure_clear(&list->client->failure);
    return client_result(list->client, next(list, object_out));
}

/* ---- Rights ---- */

static enum status check(struct smsclient *client, const char *operation,
                         const char *class_name, const char *key,
                         bool *is_allowed_out)
{
    SCOPED(answer_drop) json_t *answer = NULL;

    TRY(call(client, "access.check",
             json_pack("{s:s, s:s, s:s*}", "operation", operation, "class",
                       class_name, "key", key),
             &answer));
    *is_allowed_out = json_is_true(json_object_get(answer, "allowed"));
    return STATUS_OK;
}

enum smsclient_result smsclient_check(struct smsclient *client,
                                      const char *operation,
                                      const char *class_name, const char *key,
                                      bool *is_allowed_out)
{
    *is_allowed_out = false;
    failure_clear(&client->failure);
    return client_result(
        client, check(client, operation, class_name, key, is_allowed_out));
}
