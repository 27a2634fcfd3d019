#include "rbac/ground.h"

#include <stdlib.h>

#include "rbac/estate.h"

static enum status add_name(struct names *names, const char *name, size_t index,
                            const char *what, struct rbac_problem *problem)
{
    if (names_add(names, name, 0, (uint32_t)index) == STATUS_OK)
        return STATUS_OK;
    return problem_tell(problem, "%s \"%s\" is there twice", what, name);
}

static enum status index_scopes(struct ground *ground,
                                struct rbac_problem *problem)
{
    TRY(names_make(&ground->arena, ground->n_scopes, &ground->scope_names));
    for (size_t i = 0; i < ground->n_scopes; i++)
        TRY(add_name(&ground->scope_names, ground->scopes[i].id, i, "scope",
                     problem));
    return STATUS_OK;
}

/* ---- Collections, whose strings are shared ---- */

/* The one of the previous ground that has these strings, or NULL; the last one
 * was as far from its index as a hint says. */
static const struct rbac_collection *find_same(const struct ground *previous,
                                               const char *id, size_t i,
                                               size_t *hint)
{
    if (i + *hint >= previous->tree.n ||
        previous->collections[i + *hint].id != id) {
        const uint32_t found = ground_find_collection(previous, text_of(id));

        if (found == RBAC_NONE || found < i)
            return NULL;
        *hint = found - i;
    }
    return previous->collections[i + *hint].id == id
               ? &previous->collections[i + *hint]
               : NULL;
}

static enum status keep_string(struct texts *texts, const char *same,
                               const char **string)
{
    if (*string != same)
        *string = texts_keep(texts, *string);
    return *string ? STATUS_OK : STATUS_NO_MEMORY;
}

/* Copies the collections; strings of the previous ground stay. */
static enum status copy_collections(struct ground *ground,
                                    const struct ground *previous,
                                    const struct rbac_estate *estate)
{
    const size_t n = estate->n_collections;
    struct rbac_collection *collections =
        arena_take(&ground->arena, n, sizeof(*collections));
    size_t hint = 0;

    if (!collections)
        return STATUS_NO_MEMORY;
    if (n)
        memcpy(collections, estate->collections, n * sizeof(*collections));
    for (size_t i = 0; i < n; i++) {
        const struct rbac_collection *same =
            previous ? find_same(previous, collections[i].id, i, &hint) : NULL;

        TRY(keep_string(ground->texts, same ? same->id : NULL,
                        &collections[i].id));
        TRY(keep_string(ground->texts, same ? same->name : NULL,
                        &collections[i].name));
    }
    ground->collections = collections;
    return STATUS_OK;
}

static bool has_id(const struct texts *texts,
                   const struct rbac_collection *collections, size_t i)
{
    size_t n;
    const char *const *ids = texts_ids(texts, &n);

    return i < n && ids[i] == collections[i].id;
}

static size_t count_newer(const struct texts *texts,
                          const struct rbac_collection *collections, size_t n)
{
    size_t n_ids, n_same = 0;
    const char *const *ids = texts_ids(texts, &n_ids);

    for (size_t i = 0; i < n && i < n_ids; i++)
        n_same += ids[i] == collections[i].id;
    return n - n_same;
}

/* Strings that nothing uses any more are left behind once they are many, and
 * ids get their places anew. */
static bool may_share(const struct ground *previous,
                      const struct rbac_estate *estate)
{
    enum { SPARE = 4096, NEWER = 64 };

    return texts_count(previous->texts) < 4 * estate->n_collections + SPARE &&
           count_newer(previous->texts, estate->collections,
                       estate->n_collections) <=
               NEWER + estate->n_collections / 32;
}

uint32_t ground_find_collection(const struct ground *ground, struct text id)
{
    const uint32_t found = texts_find_id(ground->texts, id);

    if (found < ground->tree.n &&
        has_id(ground->texts, ground->collections, found))
        return found;
    return names_find(&ground->newer_names, id, 0);
}

static enum status index_newer(struct ground *ground,
                               struct rbac_problem *problem)
{
    const struct rbac_collection *collections = ground->collections;
    size_t left = count_newer(ground->texts, collections, ground->tree.n);

    TRY(names_make(&ground->arena, left, &ground->newer_names));
    for (size_t i = ground->tree.n; i-- > 0 && left > 0;) {
        const char *id = collections[i].id;

        if (has_id(ground->texts, collections, i))
            continue;
        if (ground_find_collection(ground, text_of(id)) != RBAC_NONE)
            return problem_tell(problem, "collection \"%s\" is there twice",
                                id);
        TRY(add_name(&ground->newer_names, id, i, "collection", problem));
        left--;
    }
    return STATUS_OK;
}

/* Those of the first ground that has the texts. */
static enum status index_first(struct ground *ground,
                               struct rbac_problem *problem)
{
    const size_t n = ground->tree.n;
    const char **ids = arena_take(&ground->arena, n, sizeof(*ids));
    enum status status;
    size_t bad = 0;

    if (!ids)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < n; i++)
        ids[i] = ground->collections[i].id;
    status = texts_set_ids(ground->texts, ids, n, &bad);
    return status == STATUS_CONFLICT
               ? problem_tell(problem, "collection \"%s\" is there twice",
                              ids[bad])
               : status;
}

static void find_special_scopes(struct ground *ground)
{
    ground->all_scope = ground->default_scope = RBAC_NONE;
    for (size_t i = 0; i < ground->n_scopes; i++) {
        if (ground->scopes[i].is_all)
            ground->all_scope = (uint32_t)i;
        if (ground->scopes[i].is_default)
            ground->default_scope = (uint32_t)i;
    }
}

static enum status number_tree(struct ground *ground, size_t n,
                               struct rbac_problem *problem)
{
    uint32_t bad = RBAC_NONE;
    const enum status status = tree_number(ground->collections, n,
                                           &ground->arena, &ground->tree, &bad);

    if (status != STATUS_INVALID)
        return status;
    return problem_tell(
        problem,
        "collection \"%s\" is limited by itself, directly or indirectly",
        ground->collections[bad].name);
}

/* A few new ones behind all that the previous ground has? */
static bool is_extended(const struct ground *ground,
                        const struct ground *previous, size_t n)
{
    enum { FEW = 8 };
    const size_t n_before = previous ? previous->tree.n : 0;

    if (n_before == 0 || n <= n_before || n > n_before + FEW)
        return false;
    for (size_t i = 0; i < n_before; i++)
        if (ground->collections[i].limiting !=
            previous->collections[i].limiting)
            return false;
    for (size_t i = n_before; i < n; i++)
        if (ground->collections[i].limiting != RBAC_NONE &&
            ground->collections[i].limiting >= i)
            return false;
    return true;
}

static enum status make_collections(struct ground *ground,
                                    const struct ground *previous,
                                    const struct rbac_estate *estate,
                                    struct rbac_problem *problem)
{
    const size_t n = estate->n_collections;

    if (previous && !may_share(previous, estate))
        previous = NULL;
    ground->texts = previous ? texts_hold(previous->texts) : texts_new();
    if (!ground->texts)
        return STATUS_NO_MEMORY;
    TRY(copy_collections(ground, previous, estate));
    TRY(is_extended(ground, previous, n)
            ? tree_extend(&previous->tree, ground->collections, n,
                          &ground->arena, &ground->tree)
            : number_tree(ground, n, problem));
    if (!previous)
        TRY(index_first(ground, problem));
    return index_newer(ground, problem);
}

enum status ground_make(const struct ground *previous,
                        const struct rbac_estate *estate,
                        struct ground **ground_out,
                        struct rbac_problem *problem)
{
    OWNED(ground) ground = calloc(1, sizeof(*ground));

    if (!ground)
        return STATUS_NO_MEMORY;
    atomic_init(&ground->n_holders, 1);
    pool_init(&ground->subjects);
    ground->catalog = estate->catalog;
    ground->n_scopes = estate->n_scopes;
    TRY(types_make(estate->catalog, &ground->arena, &ground->types, problem));
    TRY(estate_copy_scopes(estate, &ground->arena, &ground->scopes));
    TRY(index_scopes(ground, problem));
    TRY(make_collections(ground, previous, estate, problem));
    find_special_scopes(ground);
    *ground_out = TAKE(ground);
    return STATUS_OK;
}

static bool is_same_scope(const struct rbac_scope *a,
                          const struct rbac_scope *b)
{
    return a->is_all == b->is_all && a->is_default == b->is_default &&
           strcmp(a->id, b->id) == 0 && strcmp(a->name, b->name) == 0;
}

static bool is_same_string(const char *a, const char *b)
{
    return a == b || strcmp(a, b) == 0;
}

static bool is_same_collection(const struct rbac_collection *a,
                               const struct rbac_collection *b)
{
    return a->limiting == b->limiting && is_same_string(a->id, b->id) &&
           is_same_string(a->name, b->name);
}

bool ground_is_that_of(const struct ground *ground,
                       const struct rbac_estate *estate)
{
    if (ground->catalog != estate->catalog ||
        ground->n_scopes != estate->n_scopes ||
        ground->tree.n != estate->n_collections)
        return false;
    for (size_t i = 0; i < estate->n_scopes; i++)
        if (!is_same_scope(&ground->scopes[i], &estate->scopes[i]))
            return false;
    for (size_t i = 0; i < estate->n_collections; i++)
        if (!is_same_collection(&ground->collections[i],
                                &estate->collections[i]))
            return false;
    return true;
}

struct ground *ground_hold(struct ground *ground)
{
    atomic_fetch_add_explicit(&ground->n_holders, 1, memory_order_relaxed);
    return ground;
}

void ground_free(struct ground *ground)
{
    if (!ground || atomic_fetch_sub_explicit(&ground->n_holders, 1,
                                             memory_order_acq_rel) != 1)
        return;
    pool_free(&ground->subjects);
    arena_free(&ground->arena);
    texts_free(ground->texts);
    free(ground);
}
