/*
 * Roles: their original, what they add and remove, and at which level.
 */
#include <string.h>

#include "policy/builtin.h"
#include "policy/compile.h"

/* A role being compiled: masks[n_types of the catalog]. */
struct building {
    struct compile *compile;
    struct role_mask *masks;
};

static size_t type_index(const struct rbac_type *type)
{
    return (size_t)(type - rbac_catalog.types);
}

static bool classes_make(struct compile *compile)
{
    const struct policy_place built_in = {0};

    if (!lexicon_make(&compile->classes, "class", rbac_catalog.n_types,
                      compile->arena))
        return false;
    for (size_t i = 0; i < rbac_catalog.n_types; i++)
        lexicon_add(&compile->classes, rbac_type_name(&rbac_catalog.types[i]),
                    (long)i, built_in);
    lexicon_finish(&compile->classes, compile->messages);
    return true;
}

const struct rbac_type *compile_type(struct compile *compile,
                                     struct schema_word class_name)
{
    const struct text text = text_of(class_name.text);
    const struct rbac_type *type =
        class_name.text ? rbac_catalog_class(&rbac_catalog, text) : NULL;

    if (class_name.text && !type)
        messages_error(
            compile->messages, class_name.place,
            "unknown class %s; expected one such as SMS_Collection "
            "or SMS_Application%s",
            message_quote(compile->arena, text),
            lexicon_hint(&compile->classes, text, compile->messages));
    return type;
}

/* The words of a type's operations, one by one and as `Read, Modify,
 * Delete`. */
static size_t operation_words(const struct rbac_type *type,
                              const char **words_out, struct buf *list)
{
    size_t n = 0;

    for (size_t bit = 0; bit < RBAC_OPERATIONS_MAX; bit++) {
        if (!(type->operations & (UINT32_C(1) << bit)))
            continue;
        buf_append_string(list, n ? ", " : "");
        buf_append_string(list, type->operation_names[bit]);
        words_out[n++] = type->operation_names[bit];
    }
    buf_append_char(list, '\0');
    return n;
}

int compile_operation(struct compile *compile, const struct rbac_type *type,
                      struct schema_word name)
{
    const struct text text = text_of(name.text);
    const int bit = name.text ? rbac_operation_bit(type, text) : -1;
    SCOPED(buf_free) struct buf list = buf_make(4096);
    const char *words[RBAC_OPERATIONS_MAX];
    size_t n_words;

    if (!name.text || bit >= 0)
        return bit;
    n_words = operation_words(type, words, &list);
    messages_error(compile->messages, name.place,
                   "%s has no operation %s; expected one of %s%s",
                   rbac_type_name(type), message_quote(compile->arena, text),
                   buf_status(&list) == STATUS_OK ? list.data : "",
                   message_hint(compile->arena, text, words, n_words));
    return -1;
}

static uint32_t mask_all(const struct role_mask *mask)
{
    uint32_t all = 0;

    for (size_t level = 0; level < ARRAY_SIZE(mask->at); level++)
        all |= mask->at[level];
    return all;
}

static void mask_clear(struct role_mask *mask, uint32_t bits)
{
    for (size_t level = 0; level < ARRAY_SIZE(mask->at); level++)
        mask->at[level] &= ~bits;
}

/* What is done with each operation in a map of a role. */
typedef void (*act)(struct building *building, struct role_mask *mask,
                    uint32_t bit, struct schema_word name,
                    enum auth_level level);

static void act_add(struct building *building, struct role_mask *mask,
                    uint32_t bit, struct schema_word name,
                    enum auth_level level)
{
    (void)level;
    if (mask_all(mask) & bit)
        messages_warn(building->compile->messages, name.place,
                      "\"%s\" is granted already", name.text);
    else
        mask->at[AUTH_LEVEL_NONE] |= bit;
}

static void act_remove(struct building *building, struct role_mask *mask,
                       uint32_t bit, struct schema_word name,
                       enum auth_level level)
{
    (void)level;
    if (!(mask_all(mask) & bit))
        messages_warn(building->compile->messages, name.place,
                      "\"%s\" is not granted by the role it was copied from",
                      name.text);
    mask_clear(mask, bit);
}

static void act_require(struct building *building, struct role_mask *mask,
                        uint32_t bit, struct schema_word name,
                        enum auth_level level)
{
    if (!(mask_all(mask) & bit)) {
        messages_error(building->compile->messages, name.place,
                       "\"%s\" needs a level, but the role does not grant it",
                       name.text);
        return;
    }
    mask_clear(mask, bit);
    mask->at[level] |= bit;
}

static void each_operation(struct building *building,
                           const struct draft_operations *operations, size_t n,
                           act what, enum auth_level level)
{
    for (size_t i = 0; i < n; i++) {
        const struct rbac_type *type =
            compile_type(building->compile, operations[i].class_name);

        for (size_t j = 0; type && j < operations[i].n_names; j++) {
            const struct schema_word name = operations[i].names[j];
            const int bit = compile_operation(building->compile, type, name);

            if (bit >= 0)
                what(building, &building->masks[type_index(type)],
                     UINT32_C(1) << bit, name, level);
        }
    }
}

/* The masks of the copied role, and its level. */
static void begin_as_copy(struct building *building, long from,
                          struct policy_role *role)
{
    struct compile *compile = building->compile;
    const struct policy_role *declared;

    if (from < (long)rbac_n_builtin_roles) {
        const struct rbac_builtin_role *builtin = &rbac_builtin_roles[from];

        for (size_t i = 0; i < builtin->n_masks; i++)
            building
                ->masks[type_index(
                    rbac_catalog_type(&rbac_catalog, builtin->masks[i].type))]
                .at[AUTH_LEVEL_NONE] = builtin->masks[i].operations;
        return;
    }
    declared = &compile->policy->roles[(size_t)from - rbac_n_builtin_roles];
    for (size_t i = 0; i < declared->n_rights; i++)
        building
            ->masks[type_index(
                rbac_catalog_type(&rbac_catalog, declared->rights[i].type))]
            .at[declared->rights[i].level] = declared->rights[i].operations;
    if (role->level == AUTH_LEVEL_NONE)
        role->level = declared->level;
}

/* Rows by type, then level; a bit is in one of them. */
static bool write_rights(struct building *building, struct policy_role *role)
{
    struct rbac_right *rights;
    size_t n = 0;

    for (size_t t = 0; t < rbac_catalog.n_types; t++)
        for (size_t l = 0; l <= AUTH_LEVEL_MFA; l++)
            n += building->masks[t].at[l] != 0;
    rights = arena_alloc(building->compile->arena, n, sizeof(*rights));
    if (!rights)
        return false;
    n = 0;
    for (size_t t = 0; t < rbac_catalog.n_types; t++)
        for (size_t l = 0; l <= AUTH_LEVEL_MFA; l++)
            if (building->masks[t].at[l])
                rights[n++] = (struct rbac_right){rbac_catalog.types[t].id,
                                                  building->masks[t].at[l],
                                                  (enum auth_level)l};
    role->rights = rights;
    role->n_rights = n;
    return true;
}

/* The one map that would be ignored beside operations. */
static void check_maps(struct compile *compile, const struct draft_role *draft)
{
    const struct draft_operations *beside = draft->n_add      ? draft->add
                                            : draft->n_remove ? draft->remove
                                                              : NULL;

    if (draft->operations_place.line && beside)
        messages_error(compile->messages, beside->class_name.place,
                       "\"add\" and \"remove\" change a copy; with "
                       "\"operations\" nothing is copied");
    if (!draft->operations_place.line && !draft->copied_from.text)
        messages_error(compile->messages, draft->place,
                       "expected \"operations\" or \"copied_from\" here");
}

/* The maps of a role, in the order in which they apply. */
static void apply_maps(struct building *building,
                       const struct draft_role *draft)
{
    each_operation(building, draft->operations, draft->n_operations, act_add,
                   AUTH_LEVEL_NONE);
    each_operation(building, draft->add, draft->n_add, act_add,
                   AUTH_LEVEL_NONE);
    each_operation(building, draft->remove, draft->n_remove, act_remove,
                   AUTH_LEVEL_NONE);
    for (size_t i = 0; i < draft->n_levels; i++)
        if (draft->levels[i].level.text)
            each_operation(
                building, draft->levels[i].operations,
                draft->levels[i].n_operations, act_require,
                auth_level_read(text_of(draft->levels[i].level.text)));
}

static bool build_role(struct building *building,
                       const struct draft_role *draft, struct policy_role *role)
{
    struct compile *compile = building->compile;
    const long from =
        draft->copied_from.text
            ? lexicon_find(&compile->roles, text_of(draft->copied_from.text))
            : LEXICON_NONE;

    memset(building->masks, 0, rbac_catalog.n_types * sizeof(*building->masks));
    *role = draft->said;
    role->place = draft->name.place;
    role->name = draft->name.text;
    role->copied_from = "";
    check_maps(compile, draft);
    if (from >= 0 && from < (long)rbac_n_builtin_roles)
        role->copied_from = rbac_builtin_roles[from].id;
    if (from != LEXICON_NONE && !draft->operations_place.line)
        begin_as_copy(building, from, role);
    apply_maps(building, draft);
    return write_rights(building, role);
}

static bool roles_collect(struct compile *compile, size_t n)
{
    const struct policy_place built_in = {0};
    size_t at = 0;

    compile->draft_roles =
        arena_alloc(compile->arena, n, sizeof(*compile->draft_roles));
    if (!compile->draft_roles ||
        !lexicon_make(&compile->roles, "role", n + 2 * rbac_n_builtin_roles,
                      compile->arena))
        return false;
    for (size_t i = 0; i < rbac_n_builtin_roles; i++) {
        lexicon_add(&compile->roles, rbac_builtin_roles[i].name, (long)i,
                    built_in);
        lexicon_add(&compile->roles, rbac_builtin_roles[i].id, (long)i,
                    built_in);
    }
    for (size_t i = 0; i < compile->n_drafts; i++)
        for (size_t j = 0; j < compile->drafts[i].n_roles; j++) {
            const struct draft_role *draft = &compile->drafts[i].roles[j];

            lexicon_add(&compile->roles, draft->name.text,
                        (long)(rbac_n_builtin_roles + at), draft->name.place);
            compile->draft_roles[at++] = draft;
        }
    return lexicon_finish_names(&compile->roles, compile->messages);
}

static void fail_circle(void *context, uint32_t from, size_t edge, uint32_t to)
{
    struct compile *compile = context;
    const struct draft_role *draft = compile->draft_roles[from];

    (void)edge;
    (void)to;
    messages_error(compile->messages, draft->copied_from.place,
                   "the roles are copied from each other in a cycle");
}

/* Every role after the one it was copied from. */
static bool roles_order(struct compile *compile, size_t n, uint32_t *order)
{
    struct graph graph;

    if (!graph_make(&graph, n, n, compile->arena))
        return false;
    for (size_t i = 0; i < n; i++) {
        const struct draft_role *draft = compile->draft_roles[i];
        const long from =
            draft->copied_from.text
                ? compile_find(compile, &compile->roles, draft->copied_from)
                : LEXICON_NONE;

        if (from >= (long)rbac_n_builtin_roles)
            graph_add(&graph, (uint32_t)i,
                      (uint32_t)((size_t)from - rbac_n_builtin_roles));
    }
    return graph_order(&graph, order, fail_circle, compile, compile->arena);
}

bool compile_roles(struct compile *compile)
{
    struct building building = {.compile = compile};
    struct policy_role *roles;
    uint32_t *order;
    size_t n = 0;

    for (size_t i = 0; i < compile->n_drafts; i++)
        n += compile->drafts[i].n_roles;
    roles = arena_alloc(compile->arena, n, sizeof(*roles));
    order = arena_alloc(compile->arena, n, sizeof(*order));
    building.masks = arena_alloc(compile->arena, rbac_catalog.n_types,
                                 sizeof(*building.masks));
    if (!roles || !order || !building.masks || !classes_make(compile) ||
        !roles_collect(compile, n) || !roles_order(compile, n, order))
        return false;
    compile->policy->roles = roles;
    compile->policy->n_roles = n;
    for (size_t i = 0; i < n; i++)
        if (!build_role(&building, compile->draft_roles[order[i]],
                        &roles[order[i]]))
            return false;
    return true;
}

bool compile_role_grants(const struct compile *compile, long role,
                         uint16_t type, uint32_t operations)
{
    const struct policy_role *declared;

    if (role < 0)
        return false;
    if (role < (long)rbac_n_builtin_roles) {
        const struct rbac_builtin_role *builtin = &rbac_builtin_roles[role];

        for (size_t i = 0; i < builtin->n_masks; i++)
            if (builtin->masks[i].type == type &&
                (builtin->masks[i].operations & operations))
                return true;
        return false;
    }
    declared = &compile->policy->roles[(size_t)role - rbac_n_builtin_roles];
    for (size_t i = 0; i < declared->n_rights; i++)
        if (declared->rights[i].type == type &&
            (declared->rights[i].operations & operations))
            return true;
    return false;
}
