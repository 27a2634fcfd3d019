#include "provider/object/permissions.h"

#include <stdlib.h>
#include <string.h>

#include "provider/base/datetime.h"

enum { TRIPLES_MAX = 10000, CATEGORY_COLLECTION = 1, CATEGORY_SCOPE = 29 };

void permissions_clear(struct permissions *permissions)
{
    free(permissions->triples);
    free(permissions->indexes);
    free(permissions->rows);
    free(permissions->assignments);
    free(permissions->grants);
    *permissions = (struct permissions){0};
}

/* ---- Reading ---- */

struct permission {
    struct text role;
    struct text category;
    int64_t type;
    int64_t from_s;
    int64_t until_s;
};

static struct text text_of_json(const json_t *json)
{
    return (struct text){json_string_value(json), json_string_length(json)};
}

static enum status read_field(struct object_call *call, struct text name,
                              const json_t *value, struct permission *entry)
{
    const struct text text = text_of_json(value);
    enum status status = STATUS_INVALID;

    if (text_equal_nocase(name, TEXT("RoleName")) ||
        text_equal_nocase(name, TEXT("CategoryName")))
        return STATUS_OK; /* as read before; the keys say the same */
    if (text_equal_nocase(name, TEXT("RoleID")) && json_is_string(value)) {
        entry->role = text;
        status = STATUS_OK;
    } else if (text_equal_nocase(name, TEXT("CategoryID")) &&
               json_is_string(value)) {
        entry->category = text;
        status = STATUS_OK;
    } else if (text_equal_nocase(name, TEXT("CategoryTypeID")) &&
               json_is_integer(value)) {
        entry->type = json_integer_value(value);
        status = STATUS_OK;
    } else if (text_equal_nocase(name, TEXT("ValidFrom"))) {
        status = json_is_null(value) ? STATUS_OK
                                     : datetime_read(text, &entry->from_s);
    } else if (text_equal_nocase(name, TEXT("ValidUntil"))) {
        status = json_is_null(value) ? STATUS_OK
                                     : datetime_read(text, &entry->until_s);
    }
    if (status != STATUS_OK)
        return fail_invalid(
            call, "Permissions",
            "An entry needs RoleID, CategoryID, CategoryTypeID (29 scope, 1 "
            "collection), ValidFrom and ValidUntil.");
    return STATUS_OK;
}

static enum status resolve(struct object_call *call,
                           const struct permission *entry,
                           struct triple *triple)
{
    const struct object_map *map = call->actor.map;
    const struct object_class *of =
        triple->is_collection ? &class_collection : &class_scope;
    SCOPED(object_target_clear) struct object_target role = {0};
    SCOPED(object_target_clear) struct object_target category = {0};

    TRY(actor_refer(call, "Permissions", &class_role, entry->role, &role));
    TRY(actor_refer(call, "Permissions", of, entry->category, &category));
    triple->role = role.row;
    triple->category = category.row;
    triple->role_index = object_map_index(map, MAP_ROLE, role.row);
    triple->category_index = object_map_index(
        map, triple->is_collection ? MAP_COLLECTION : MAP_SCOPE, category.row);
    if (triple->role_index == RBAC_NONE || triple->category_index == RBAC_NONE)
        return STATUS_UNAVAILABLE; /* made a moment ago: not loaded yet */
    return STATUS_OK;
}

static enum status read_triple(struct object_call *call, const json_t *json,
                               struct triple *triple)
{
    struct permission entry = {
        .type = CATEGORY_SCOPE, .from_s = INT64_MIN, .until_s = INT64_MAX};
    const char *key;
    json_t *value;

    if (!json_is_object(json))
        return fail_invalid(call, "Permissions",
                            "A list of objects is needed.");
    json_object_foreach ((json_t *)(uintptr_t)json, key, value)
        TRY(read_field(call, text_of(key), value, &entry));
    if (entry.type != CATEGORY_SCOPE && entry.type != CATEGORY_COLLECTION)
        return fail_invalid(call, "Permissions",
                            "CategoryTypeID must be 29 or 1.");
    if (entry.from_s >= entry.until_s)
        return fail_invalid(call, "Permissions",
                            "ValidFrom must be before ValidUntil.");
    triple->is_collection = entry.type == CATEGORY_COLLECTION;
    triple->from_s = entry.from_s;
    triple->until_s = entry.until_s;
    return resolve(call, &entry, triple);
}

/* ---- Triples to assignments ---- */

static int compare(int64_t a, int64_t b)
{
    return a < b ? -1 : a > b ? 1 : 0;
}

static int compare_group(const struct triple *a, const struct triple *b)
{
    if (a->role != b->role)
        return compare(a->role, b->role);
    if (a->from_s != b->from_s)
        return compare(a->from_s, b->from_s);
    return compare(a->until_s, b->until_s);
}

static int compare_triples(const void *left, const void *right)
{
    const struct triple *a = left;
    const struct triple *b = right;
    const int group = compare_group(a, b);

    if (group != 0)
        return group;
    if (a->is_collection != b->is_collection)
        return a->is_collection ? 1 : -1;
    return compare(a->category, b->category);
}

static void sort_triples(struct permissions *p)
{
    size_t n = 0;

    qsort(p->triples, p->n_triples, sizeof(*p->triples), compare_triples);
    for (size_t i = 0; i < p->n_triples; i++)
        if (n == 0 || compare_triples(&p->triples[n - 1], &p->triples[i]) != 0)
            p->triples[n++] = p->triples[i];
    p->n_triples = n;
}

/* One group of triples, from begin to end, as an assignment. */
static void make_assignment(struct permissions *p, size_t begin, size_t end)
{
    const struct triple *first = &p->triples[begin];
    const size_t n = p->n_triples;
    size_t split = begin;

    p->indexes[begin] = first->role_index;
    p->rows[begin] = first->role;
    for (size_t i = begin; i < end; i++) {
        p->indexes[n + i] = p->triples[i].category_index;
        p->rows[n + i] = p->triples[i].category;
        split += p->triples[i].is_collection ? 0 : 1;
    }
    p->assignments[p->n_assignments] = (struct rbac_assignment){
        .roles = &p->indexes[begin],
        .n_roles = 1,
        .scopes = &p->indexes[n + begin],
        .n_scopes = split - begin,
        .collections = &p->indexes[n + split],
        .n_collections = end - split,
        .from_s = first->from_s,
        .until_s = first->until_s,
    };
    p->grants[p->n_assignments++] = (struct grant_rows){
        .roles = &p->rows[begin],
        .n_roles = 1,
        .scopes = &p->rows[n + begin],
        .n_scopes = split - begin,
        .collections = &p->rows[n + split],
        .n_collections = end - split,
        .from_s = first->from_s,
        .until_s = first->until_s,
    };
}

static enum status make_assignments(struct object_call *call,
                                    struct permissions *p)
{
    for (size_t begin = 0, end; begin < p->n_triples; begin = end) {
        end = begin + 1;
        while (end < p->n_triples &&
               compare_group(&p->triples[begin], &p->triples[end]) == 0)
            end++;
        make_assignment(p, begin, end);
        /* R7.2.5: a role acts nowhere without a scope. */
        if (p->assignments[p->n_assignments - 1].n_scopes == 0)
            return fail_invalid(call, "Permissions",
                                "Every role needs at least one scope.");
    }
    return STATUS_OK;
}

static enum status fill(struct object_call *call, const json_t *json,
                        struct permissions *p)
{
    const size_t n = json_array_size(json);

    if (n == 0)
        return fail_invalid(
            call, "Permissions",
            "An administrator needs at least one role and one scope.");
    if (n > TRIPLES_MAX)
        return fail_invalid(call, "Permissions", "At most %d entries.",
                            TRIPLES_MAX);
    p->triples = calloc(n, sizeof(*p->triples));
    p->indexes = calloc(2 * n, sizeof(*p->indexes));
    p->rows = calloc(2 * n, sizeof(*p->rows));
    p->assignments = calloc(n, sizeof(*p->assignments));
    p->grants = calloc(n, sizeof(*p->grants));
    if (!p->triples || !p->indexes || !p->rows || !p->assignments || !p->grants)
        return STATUS_NO_MEMORY;
    p->n_triples = n;
    for (size_t i = 0; i < n; i++)
        TRY(read_triple(call, json_array_get(json, i), &p->triples[i]));
    sort_triples(p);
    return make_assignments(call, p);
}

enum status permissions_read(struct object_call *call, const json_t *json,
                             struct permissions *permissions_out)
{
    SCOPED(permissions_clear) struct permissions permissions = {0};

    TRY(fill(call, json, &permissions));
    *permissions_out = permissions;
    permissions = (struct permissions){0};
    return STATUS_OK;
}
