#include "provider/object/site_step.h"

#include <stdlib.h>
#include <string.h>

#include "provider/base/log.h"
#include "provider/base/mutant.h"

/* A site is not made of the rules, nor of those up to the powers. */
enum { AT_COLLECTION, AT_RULE, AT_EVIDENCE, AT_REFERENCE, AT_POWERS };

const struct seal_followed site_followed[SITE_N_FOLLOWED] = {
    [AT_COLLECTION] = {"collection", true},
    [AT_RULE] = {"collection_rule", true},
    [AT_EVIDENCE] = {"shown_evidence", false},
    [AT_REFERENCE] = {"declared_reference", false},
    [AT_POWERS] = {"admin", false},
    {"admin_identity", false},
    {"identity_gift", false},
    {"assignment", false},
    {"assignment_role", false},
    {"assignment_scope", false},
    {"assignment_collection", false},
    {"role", false},
    {"role_right", false},
    {"scope", false},
    {"people_group", false},
    {"people_member", false},
    {"exclusion", false},
    {"site", false},
};

bool site_step_is_known(const struct store *store, const struct site *previous)
{
    return seal_knows_since(store, previous->seen);
}

static bool are_powers_changed(const struct store *store,
                               const struct site *previous)
{
    for (size_t i = AT_POWERS; i < SITE_N_FOLLOWED; i++)
        if (seal_has_changed(store, i, previous->seen))
            return true;
    return false;
}

/* ---- Collections ---- */

/* The rows as they are now, and where those of the previous site are. */
struct step {
    const struct rbac_estate *before;
    const int64_t *numbers_before; /* [before->n_collections] */
    uint64_t seen;                 /* by the previous site */
    const struct seal_row *rows;   /* [n] */
    size_t n;
    int64_t *numbers;                    /* [n], the same */
    struct rbac_collection *collections; /* [n] */
    uint32_t *is_now;                    /* by the previous index */
};

static enum status make_step(struct site_draft *draft,
                             const struct site *previous, struct step *step)
{
    struct arena *arena = &draft->arena;

    *step = (struct step){
        .before = rbac_engine_estate(previous->engine),
        .numbers_before = previous->map->of[MAP_COLLECTION].row_of,
        .seen = previous->seen,
    };
    step->rows = seal_rows(draft->store, AT_COLLECTION, &step->n);
    step->numbers = arena_take(arena, step->n, sizeof(*step->numbers));
    step->collections = arena_take(arena, step->n, sizeof(*step->collections));
    step->is_now =
        arena_take(arena, step->before->n_collections, sizeof(*step->is_now));
    return step->numbers && step->collections && step->is_now
               ? STATUS_OK
               : STATUS_NO_MEMORY;
}

/* Both are in order. */
static void pair_rows(struct step *step)
{
    const size_t n_before = step->before->n_collections;
    size_t old = 0;

    for (size_t i = 0; i < step->n; i++) {
        const int64_t row = step->rows[i].row;

        step->numbers[i] = row;
        while (old < n_before && step->numbers_before[old] < row)
            step->is_now[old++] = RBAC_NONE;
        if (old < n_before && step->numbers_before[old] == row)
            step->is_now[old++] = (uint32_t)i;
    }
    while (old < n_before)
        step->is_now[old++] = RBAC_NONE;
}

/* What was only written anew is the same. */
static void keep_strings(const struct rbac_collection *before,
                         struct rbac_collection *now)
{
    if (strcmp(before->id, now->id) == 0)
        now->id = before->id;
    if (strcmp(before->name, now->name) == 0)
        now->name = before->name;
}

static enum status read_changed(struct site_draft *draft,
                                const struct step *step, size_t i)
{
    struct rbac_collection *into = &step->collections[i];
    int64_t limit;
    const enum status found =
        draft_read_collection(draft, step->numbers[i], into, &limit);

    if (found == STATUS_END) {
        log_error("site.step why=%s", "a collection that was stored is gone");
        return STATUS_INVALID;
    }
    into->limiting = limit && found == STATUS_OK
                         ? object_map_index(draft->map, MAP_COLLECTION, limit)
                         : RBAC_NONE;
    return found;
}

/* As it was, but for the place of its limit. */
static void keep(const struct step *step, size_t i,
                 const struct rbac_collection *was)
{
    struct rbac_collection *into = &step->collections[i];

    *into = *was;
    if (into->limiting != RBAC_NONE && !MUTANT("l11-limit-stays"))
        into->limiting = step->is_now[into->limiting];
}

/* Those that were changed are read, the others are as they were. */
static enum status fill_collections(struct site_draft *draft,
                                    const struct step *step)
{
    const size_t n_before = step->before->n_collections;
    size_t old = 0;

    for (size_t i = 0; i < step->n; i++) {
        const struct rbac_collection *was = NULL;

        while (old < n_before && step->is_now[old] == RBAC_NONE)
            old++;
        if (old < n_before && step->is_now[old] == i)
            was = &step->before->collections[old++];
        if (was && step->rows[i].tick <= step->seen) {
            keep(step, i, was);
        } else {
            TRY(read_changed(draft, step, i));
            if (was)
                keep_strings(was, &step->collections[i]);
        }
        draft->map->limits[i] = step->collections[i].limiting;
    }
    return STATUS_OK;
}

static bool is_in_place(const struct step *step)
{
    for (size_t old = 0; old < step->before->n_collections; old++)
        if (step->is_now[old] != old)
            return false;
    return true;
}

static enum status step_collections(struct site_draft *draft,
                                    const struct site *previous,
                                    bool *is_in_place_out)
{
    struct step step;

    TRY(make_step(draft, previous, &step));
    pair_rows(&step);
    TRY(object_map_fill(draft->map, MAP_COLLECTION, step.numbers, step.n));
    draft->map->limits = calloc(step.n + 1, sizeof(*draft->map->limits));
    if (!draft->map->limits)
        return STATUS_NO_MEMORY;
    TRY(fill_collections(draft, &step));
    draft->collections = step.collections;
    draft->n_collections = step.n;
    *is_in_place_out = is_in_place(&step);
    return STATUS_OK;
}

/* ---- Everything ---- */

static enum status keep_powers(struct site_draft *draft,
                               const struct site *previous)
{
    static const enum map_kind kinds[] = {MAP_ROLE, MAP_SCOPE, MAP_ADMIN};
    const struct rbac_estate *estate = rbac_engine_estate(previous->engine);

    for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
        TRY(object_map_copy(draft->map, previous->map, kinds[i]));
    draft->roles = estate->roles;
    draft->n_roles = estate->n_roles;
    draft->scopes = estate->scopes;
    draft->n_scopes = estate->n_scopes;
    draft->admins = estate->admins;
    draft->n_admins = estate->n_admins;
    return STATUS_OK;
}

/* Assignments name collections by their index. */
enum status site_step_read(struct site_draft *draft,
                           const struct site *previous)
{
    bool is_in_place;

    TRY(step_collections(draft, previous, &is_in_place));
    return is_in_place && !are_powers_changed(draft->store, previous)
               ? keep_powers(draft, previous)
               : draft_read_powers(draft);
}
