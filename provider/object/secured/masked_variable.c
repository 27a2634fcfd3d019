#include "provider/object/secured/masked_variable.h"

#include <inttypes.h>

#include "provider/object/secured/masked_variable_sql.h"
#include "provider/store/conceal.h"

enum { NAME_MAX_BYTES = 256, PLACE_BYTES = 512 };

static const char property[] = "CollectionVariables";

struct variable {
    const char *name;
    struct text value; /* empty: it keeps what it has */
};

static void json_drop(json_t **json)
{
    json_decref(*json);
}

/* ---- Reading ---- */

/* Of masked ones, what says so and the name stay; the value and whatever else
 * might be one do not. */
static enum status read_masked(struct object_call *call, const json_t *entry,
                               struct variable *variable)
{
    const json_t *name = object_argument(entry, "Name");
    const json_t *value = object_argument(entry, "Value");

    *variable = (struct variable){json_string_value(name), {0}};
    if (!variable->name || !*variable->name ||
        json_string_length(name) > NAME_MAX_BYTES)
        return fail_invalid(call, property,
                            "A masked variable has a Name of 1 to %d bytes.",
                            NAME_MAX_BYTES);
    if (value && !json_is_string(value))
        return fail_invalid(call, property,
                            "The Value of a masked variable is a text.");
    variable->value =
        (struct text){json_string_value(value), json_string_length(value)};
    return STATUS_OK;
}

static enum status is_masked(struct object_call *call, const json_t *entry,
                             bool *is_masked_out)
{
    const json_t *flag = object_argument(entry, "IsMasked");

    if (flag && !json_is_boolean(flag))
        return fail_invalid(call, property, "IsMasked is true or false.");
    *is_masked_out = json_is_true(flag);
    return STATUS_OK;
}

/* ---- Keeping ---- */

/* A value fits its collection and name alone. */
static enum status put_place(int64_t collection, const char *name,
                             struct buf *place)
{
    buf_append_format(place, "collection %" PRId64 " variable ", collection);
    buf_append_string(place, name);
    return buf_status(place);
}

static enum status keep_value(struct object_call *call, int64_t collection,
                              const struct variable *variable)
{
    SCOPED(buf_free) struct buf place = buf_make(PLACE_BYTES);
    SCOPED(buf_free)
    struct buf concealed = buf_make(variable->value.size + CONCEAL_MORE_BYTES);

    TRY(put_place(collection, variable->name, &place));
    TRY(conceal_value(call->store, buf_text(&place), variable->value,
                      &concealed));
    return store_run_with(call->store, SQL_MASKED_STORE,
                          STORE_ARGS(STORE_INT(collection),
                                     STORE_TEXT(text_of(variable->name)),
                                     STORE_BLOB(buf_text(&concealed))));
}

static enum status keep(struct object_call *call, int64_t collection,
                        const struct variable *variable)
{
    int64_t n;

    if (variable->value.size)
        return keep_value(call, collection, variable);
    TRY(store_run_with(call->store, SQL_MASKED_KEEP,
                       STORE_ARGS(STORE_INT(collection),
                                  STORE_TEXT(text_of(variable->name)))));
    n = store_n_changed(call->store);
    return n ? STATUS_OK
             : fail_invalid(call, property,
                            "A masked variable that is new needs its Value.");
}

static enum status take(struct object_call *call, int64_t collection,
                        const json_t *entry, json_t *list)
{
    struct variable variable;
    bool masked;

    TRY(is_masked(call, entry, &masked));
    if (!masked)
        return json_array_append(list, (json_t *)(uintptr_t)entry) == 0
                   ? STATUS_OK
                   : STATUS_NO_MEMORY;
    TRY(read_masked(call, entry, &variable));
    TRY(keep(call, collection, &variable));
    return json_array_append_new(list,
                                 json_pack("{s:s, s:b}", "Name", variable.name,
                                           "IsMasked", 1)) == 0
               ? STATUS_OK
               : STATUS_NO_MEMORY;
}

/* ---- The list ---- */

static enum status find(struct object_call *call, struct text collection,
                        int64_t *row_out)
{
    return store_int_with(call->store, SQL_MASKED_COLLECTION,
                          STORE_ARGS(STORE_TEXT(collection)), row_out);
}

static enum status replace(struct object_value *variables, const json_t *list)
{
    SCOPED(memory_drop) char *text = json_dumps(list, JSON_COMPACT);

    if (!text)
        return STATUS_NO_MEMORY;
    variables->json = NULL;
    return object_value_set_text(variables, text_of(text));
}

enum status masked_variables_take(struct object_call *call,
                                  struct text collection,
                                  struct object_value *variables)
{
    const json_t *given = variables->json;
    SCOPED(json_drop) json_t *list = json_array();
    int64_t row;

    if (!variables->is_given || (!given && !variables->is_null))
        return STATUS_OK; /* as it was */
    if (!list)
        return STATUS_NO_MEMORY;
    TRY(find(call, collection, &row));
    TRY(store_run_with(call->store, SQL_MASKED_MARK,
                       STORE_ARGS(STORE_INT(row))));
    for (size_t i = 0; i < json_array_size(given); i++)
        TRY(take(call, row, json_array_get(given, i), list));
    TRY(store_run_with(call->store, SQL_MASKED_SWEEP,
                       STORE_ARGS(STORE_INT(row))));
    return given ? replace(variables, list) : STATUS_OK;
}

enum status masked_variables_drop(struct object_call *call,
                                  struct text collection)
{
    int64_t row;

    TRY(find(call, collection, &row));
    return store_run_with(call->store, SQL_MASKED_DROP,
                          STORE_ARGS(STORE_INT(row)));
}
