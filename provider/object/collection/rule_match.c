#include "provider/object/collection/rule_match.h"

#include <stdlib.h>
#include <string.h>

#include "provider/base/mutant.h"
#include "provider/object/collection/rule_key.h"
#include "provider/object/collection/rule_match_sql.h"
#include "provider/object/collection/rule_values_sql.h"

enum {
    MATCH_SQL_MAX_BYTES = 16 * 1024,
    RANGES = 1 << KEY_LESS | 1 << KEY_LESS_EQUAL | 1 << KEY_GREATER |
             1 << KEY_GREATER_EQUAL,
};

void rule_match_clear(struct rule_match *match)
{
    for (size_t i = 0; i < match->n; i++)
        store_done(&match->classes[i].stmt);
    free(match->classes);
}

/* ---- Which properties are keys ---- */

/* The place of a class, one more if it is new; NULL: there are too many. */
static struct match_class *place_of(struct rule_match *match,
                                    const struct object_class *class)
{
    struct match_class *last = match->n ? &match->classes[match->n - 1] : NULL;

    if (last && last->class == class) /* they come in order */
        return last;
    if (match->n == MATCH_CLASSES_MAX)
        return NULL;
    last = &match->classes[match->n++];
    last->class = class;
    return last;
}

/* A class that is gone has no rows. */
static enum status add_key(struct rule_match *match, struct store_stmt *row)
{
    const struct object_class *class = object_class_find(store_text(row, 0));
    struct match_class *of;
    int property;

    if (!class)
        return STATUS_OK;
    of = place_of(match, class);
    if (!of)
        return STATUS_LIMIT;
    property = object_property_index(class, store_text(row, 1));
    if (property < 0)
        return STATUS_OK;
    of->properties |= UINT64_C(1) << property;
    of->kinds[property] |= (uint8_t)(1U << store_int(row, 2));
    return STATUS_OK;
}

/* Behind which key the next one is looked for. */
struct key_place {
    char class[OBJECT_KEY_MAX_BYTES];
    char property[OBJECT_KEY_MAX_BYTES];
    int64_t kind;
};

static enum status copy_name(struct text name,
                             char into[static OBJECT_KEY_MAX_BYTES])
{
    if (name.size >= OBJECT_KEY_MAX_BYTES)
        return STATUS_LIMIT;
    memcpy(into, name.data, name.size);
    into[name.size] = '\0';
    return STATUS_OK;
}

static enum status next_key(struct rule_match *match, struct key_place *place)
{
    SCOPED(store_done) struct store_stmt *row = NULL;

    TRY(store_row_with(match->store, SQL_MATCH_NEXT_KEY,
                       STORE_ARGS(STORE_TEXT(text_of(place->class)),
                                  STORE_TEXT(text_of(place->property)),
                                  STORE_INT(place->kind)),
                       &row));
    TRY(add_key(match, row));
    TRY(copy_name(store_text(row, 0), place->class));
    TRY(copy_name(store_text(row, 1), place->property));
    place->kind = store_int(row, 2);
    return STATUS_OK;
}

/* Each class, property and kind by a seek of its own: there are few, of many
 * keys. */
static enum status add_keys(struct rule_match *match)
{
    struct key_place place = {.kind = KEY_ANY};
    enum status found;

    do
        found = next_key(match, &place);
    while (found == STATUS_OK);
    return found == STATUS_END ? STATUS_OK : found;
}

static enum status prepare(struct store *store, struct match_class *of)
{
    SCOPED(buf_free) struct buf sql = buf_make(MATCH_SQL_MAX_BYTES);

    rule_values_put(of->class, of->properties, &sql);
    TRY(buf_status(&sql));
    return store_prepare_text(store, buf_text(&sql), &of->stmt);
}

enum status rule_match_begin(struct store *store, struct rule_match *match)
{
    *match = (struct rule_match){.store = store};
    match->classes = calloc(MATCH_CLASSES_MAX, sizeof(*match->classes));
    if (!match->classes)
        return STATUS_NO_MEMORY;
    TRY(add_keys(match));
    for (size_t i = 0; i < match->n; i++)
        if (match->classes[i].properties)
            TRY(prepare(store, &match->classes[i]));
    return STATUS_OK;
}

/* ---- One value ---- */

struct asked_value {
    const struct match_class *of;
    size_t property;
    struct row_set *rules;
};

static enum status add_rules(const struct rule_match *match,
                             const struct asked_value *asked, const char *sql,
                             struct store_arg value)
{
    SCOPED(row_list_clear) struct row_list found = {0};
    const struct object_class *class = asked->of->class;

    TRY(row_list_select(
        match->store, sql,
        STORE_ARGS(STORE_TEXT(text_of(class->name)),
                   STORE_TEXT(text_of(class->properties[asked->property].name)),
                   value),
        &found));
    for (size_t i = 0; i < found.n; i++)
        TRY(row_set_add(asked->rules, found.of[i]));
    return STATUS_OK;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static size_t n_common(struct text a, struct text b)
{
    size_t n = 0;

    while (n < a.size && n < b.size && lower(a.data[n]) == lower(b.data[n]))
        n++;
    return n;
}

/* The length of the beginning of value that the next key in front of it has in
 * common with it; 0: none. Is it the whole key? */
static enum status find_beginning(const struct rule_match *match,
                                  const struct asked_value *asked,
                                  struct text value, size_t *n_out,
                                  bool *is_key_out)
{
    const struct object_class *class = asked->of->class;
    SCOPED(store_done) struct store_stmt *row = NULL;
    const enum status found = store_row_with(
        match->store, SQL_MATCH_PREFIX_BELOW,
        STORE_ARGS(STORE_TEXT(text_of(class->name)),
                   STORE_TEXT(text_of(class->properties[asked->property].name)),
                   STORE_TEXT(value)),
        &row);

    *n_out = 0;
    if (found != STATUS_OK)
        return found == STATUS_END ? STATUS_OK : found;
    *n_out = n_common(store_text(row, 0), value);
    *is_key_out = *n_out == store_text(row, 0).size;
    return STATUS_OK;
}

/* From the longest key that value begins with to the shortest: none stands
 * between a key and what it has in common with the value. */
static enum status match_prefixes(const struct rule_match *match,
                                  const struct asked_value *asked,
                                  struct text value)
{
    while (value.size) {
        bool is_key = false;
        size_t n;

        TRY(find_beginning(match, asked, value, &n, &is_key));
        value.size = n;
        if (!is_key)
            continue;
        TRY(add_rules(match, asked, SQL_MATCH_PREFIX, STORE_TEXT(value)));
        value.size--;
    }
    return STATUS_OK;
}

static enum status match_value(const struct rule_match *match,
                               const struct asked_value *asked,
                               struct store_arg value)
{
    const unsigned kinds = asked->of->kinds[asked->property];

    if (kinds & 1 << KEY_EQUAL)
        TRY(add_rules(match, asked, SQL_MATCH_EQUAL, value));
    if (kinds & RANGES)
        TRY(add_rules(match, asked, SQL_MATCH_RANGE, value));
    if (value.kind != STORE_ARG_TEXT)
        return STATUS_OK;
    if (kinds & 1 << KEY_PATTERN)
        TRY(add_rules(match, asked, SQL_MATCH_PATTERN, value));
    return kinds & 1 << KEY_PREFIX ? match_prefixes(match, asked, value.bytes)
                                   : STATUS_OK;
}

static void json_drop(json_t **json)
{
    json_decref(*json);
}

static enum status match_entries(const struct rule_match *match,
                                 const struct asked_value *asked,
                                 struct text list)
{
    SCOPED(json_drop)
    json_t *json = json_loadb(list.data, list.size, 0, NULL);

    if (!json) /* it was read before: no memory, not an empty list */
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < json_array_size(json); i++) {
        const json_t *entry = json_array_get(json, i);

        TRY(match_value(
            match, asked,
            STORE_TEXT(((struct text){json_string_value(entry),
                                      json_string_length(entry)}))));
    }
    return STATUS_OK;
}

static bool is_number(const struct match_class *of, size_t property)
{
    const enum object_property_type type = of->class->properties[property].type;

    return type == OBJECT_INTEGER || type == OBJECT_BOOLEAN;
}

static enum status match_text(const struct rule_match *match,
                              const struct asked_value *asked,
                              struct text value)
{
    return asked->of->class->properties[asked->property].type == OBJECT_STRINGS
               ? match_entries(match, asked, value)
               : match_value(match, asked, STORE_TEXT(value));
}

/* ---- All values of a resource ---- */

static struct row_set *into(const struct match_before *before,
                            const struct match_class *of, size_t property,
                            struct row_set *rules)
{
    return before->class == of->class && before->changed >> property & 1
               ? before->named
               : rules;
}

static enum status match_row(const struct rule_match *match,
                             const struct match_class *of,
                             const struct match_before *before,
                             struct row_set *rules)
{
    int column = 0;

    for (size_t i = 0; i < of->class->n_properties; i++) {
        const struct asked_value asked = {of, i, into(before, of, i, rules)};

        if (!(of->properties >> i & 1))
            continue;
        if (store_is_null(of->stmt, column)) {
            column++;
            continue;
        }
        TRY(is_number(of, i)
                ? match_value(match, &asked,
                              STORE_INT(store_int(of->stmt, column)))
                : match_text(match, &asked, store_text(of->stmt, column)));
        column++;
    }
    return STATUS_OK;
}

static enum status match_stored(const struct rule_match *match,
                                const struct match_class *of, int64_t resource,
                                const struct match_before *before,
                                struct row_set *rules)
{
    enum status found;

    store_bind_int(of->stmt, 1, resource);
    while ((found = store_step(of->stmt)) == STATUS_OK) {
        const enum status matched = match_row(match, of, before, rules);

        if (matched != STATUS_OK) {
            found = matched;
            break;
        }
    }
    store_again(of->stmt);
    return found == STATUS_END ? STATUS_OK : found;
}

/* A boolean that is missing is false (object_value_bind). */
static enum status match_before(const struct rule_match *match,
                                const struct match_class *of,
                                const struct match_before *before,
                                struct row_set *rules)
{
    for (size_t i = 0; i < of->class->n_properties; i++) {
        const struct asked_value asked = {of, i, into(before, of, i, rules)};
        const struct object_value *value = &before->values->of[i];
        const bool is_none = !value->is_given || value->is_null;

        if (!(of->properties >> i & 1))
            continue;
        if (is_none && of->class->properties[i].type != OBJECT_BOOLEAN)
            continue;
        TRY(is_number(of, i)
                ? match_value(match, &asked,
                              STORE_INT(is_none ? 0 : value->integer))
                : match_text(match, &asked, value->text));
    }
    return STATUS_OK;
}

enum status rule_match_find(const struct rule_match *match, int64_t resource,
                            struct match_before before, struct row_set *rules)
{
    for (size_t i = 0; i < match->n; i++) {
        const struct match_class *of = &match->classes[i];

        if (!of->properties)
            continue;
        TRY(match_stored(match, of, resource, &before, rules));
        if (before.values && before.class == of->class &&
            !MUTANT("k1-before-forgotten"))
            TRY(match_before(match, of, &before, rules));
    }
    return STATUS_OK;
}
