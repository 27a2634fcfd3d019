#include "provider/smsctl/plan/plan_rows.h"

#include <stdbool.h>

#include "provider/base/own.h"

const char *const plan_columns[] = {
    "kind",       "change",  "what",     "name",   "class",
    "operations", "where",   "category", "before", "after",
    "objects",    "devices", "times",    "at",     "detail"};
const size_t n_plan_columns = ARRAY_SIZE(plan_columns);

static void copy(json_t *row, const char *to, const json_t *from,
                 const char *name)
{
    json_t *value = json_object_get(from, name);

    if (value && !json_is_null(value))
        json_object_set(row, to, value);
}

static json_t *row_begin(json_t *rows, const char *kind)
{
    json_t *row = json_pack("{s:s}", "kind", kind);

    json_array_append_new(rows, row);
    return row;
}

/* The object itself, if none of its lines changes. */
static void add_change_line(json_t *rows, const json_t *change,
                            const char *sign, const json_t *line)
{
    json_t *row = row_begin(rows, "change");

    copy(row, "change", change, "change");
    copy(row, "what", change, "what");
    copy(row, "name", change, "name");
    copy(row, "at", change, "at");
    if (json_is_string(line))
        json_object_set_new(
            row, "detail",
            json_sprintf("%s %s", sign, json_string_value(line)));
}

static void add_change(json_t *rows, const json_t *change)
{
    const json_t *lost = json_object_get(change, "lost");
    const json_t *gained = json_object_get(change, "gained");

    if (json_array_size(lost) + json_array_size(gained) == 0)
        add_change_line(rows, change, "", NULL);
    for (size_t i = 0; i < json_array_size(lost); i++)
        add_change_line(rows, change, "lost", json_array_get(lost, i));
    for (size_t i = 0; i < json_array_size(gained); i++)
        add_change_line(rows, change, "gained", json_array_get(gained, i));
}

static void add_right(json_t *rows, const json_t *right)
{
    static const char *const same[] = {"class",    "operations", "where",
                                       "category", "before",     "after",
                                       "objects",  "devices"};
    const bool is_group = json_object_get(right, "group") != NULL;
    const bool had = json_is_string(json_object_get(right, "before"));
    const bool has = json_is_string(json_object_get(right, "after"));
    json_t *row = row_begin(rows, "right");

    json_object_set_new(row, "change",
                        json_string(!had   ? "gains"
                                    : !has ? "loses"
                                           : "level"));
    json_object_set_new(row, "what", json_string(is_group ? "group" : "user"));
    copy(row, "name", right, is_group ? "group" : "user");
    for (size_t i = 0; i < ARRAY_SIZE(same); i++)
        copy(row, same[i], right, same[i]);
}

static void add_answer(json_t *rows, const json_t *answer)
{
    json_t *row = row_begin(rows, "answer");

    json_object_set_new(row, "what", json_string("user"));
    copy(row, "name", answer, "user");
    copy(row, "class", answer, "class");
    copy(row, "operations", answer, "operation");
    copy(row, "category", answer, "key");
    copy(row, "before", answer, "before");
    copy(row, "after", answer, "after");
    copy(row, "times", answer, "times");
    copy(row, "at", answer, "last");
}

static void add_way(json_t *rows, const json_t *way)
{
    json_t *row = row_begin(rows, "sign_in");

    copy(row, "change", way, "change");
    copy(row, "what", way, "kind");
    copy(row, "name", way, "user");
    copy(row, "category", way, "value");
    copy(row, "at", way, "given");
    copy(row, "detail", way, "given_by");
}

static void add_missing(json_t *rows, const json_t *missing)
{
    json_t *row = row_begin(rows, "missing");

    copy(row, "name", missing, "name");
    copy(row, "class", missing, "class");
    copy(row, "operations", missing, "operation");
    copy(row, "at", missing, "at");
    copy(row, "detail", missing, "why");
}

/* Everything that depends on it, in one cell. */
static void add_adopted(json_t *rows, const json_t *adopted)
{
    static const char *const lists[] = {"holders", "identities", "deployments",
                                        "dependants"};
    json_t *row = row_begin(rows, "adopted");
    json_t *all = json_array();

    copy(row, "what", adopted, "what");
    copy(row, "name", adopted, "name");
    copy(row, "category", adopted, "key");
    copy(row, "before", adopted, "created_by");
    for (size_t i = 0; all && i < ARRAY_SIZE(lists); i++)
        json_array_extend(all, json_object_get(adopted, lists[i]));
    if (all)
        json_object_set_new(row, "detail", all);
}

static void add_each(json_t *rows, const json_t *list,
                     void (*add)(json_t *rows, const json_t *item))
{
    for (size_t i = 0; i < json_array_size(list); i++)
        add(rows, json_array_get(list, i));
}

json_t *plan_rows(const json_t *plan)
{
    json_t *rows = json_array();

    if (!rows)
        return NULL;
    add_each(rows, json_object_get(plan, "changes"), add_change);
    add_each(rows, json_object_get(plan, "rights"), add_right);
    add_each(rows, json_object_get(plan, "sign_ins"), add_way);
    add_each(rows, json_object_get(json_object_get(plan, "replay"), "changed"),
             add_answer);
    add_each(rows, json_object_get(plan, "adopted"), add_adopted);
    add_each(rows, json_object_get(plan, "missing"), add_missing);
    return rows;
}
