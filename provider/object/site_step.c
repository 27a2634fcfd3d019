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

/* The rows as they are now, each with where it was. */
struct step {
    const struct seal_row *rows; /* [n] */
    size_t n;
    struct rbac_collection *collections; /* [n] */
    int64_t *limits;                     /* [n]: of those that were read */
    int64_t *numbers;                    /* [n] */
    uint32_t *was;                       /* [n]; RBAC_NONE: it is read */
    uint32_t *is_now;                    /* by the previous index */
};

static enum status make_step(struct site_draft *draft,
                             const struct site *previous, struct step *step)
{
    struct arena *arena = &draft->arena;
    const size_t n_before = rbac_engine_estate(previous->engine)->n_collections;

    step->rows = seal_rows(draft->store, AT_COLLECTION, &step->n);
    step->collections =
        arena_take(arena, step->n + 1, sizeof(*step->collections));
    step->limits = arena_take(arena, step->n + 1, sizeof(*step->limits));
    step->numbers = arena_take(arena, step->n + 1, sizeof(*step->numbers));
    step->was = arena_take(arena, step->n + 1, sizeof(*step->was));
    step->is_now = arena_take(arena, n_before + 1, sizeof(*step->is_now));
    return step->collections && step->limits && step->numbers && step->was &&
                   step->is_now
               ? STATUS_OK
               : STATUS_NO_MEMORY;
}

/* Both are in order. */
static void pair_rows(const struct site *previous, struct step *step)
{
    const int64_t *rows = previous->map->of[MAP_COLLECTION].row_of;
    const size_t n = previous->map->of[MAP_COLLECTION].n_indexes;
    size_t old = 0;

    for (size_t i = 0; i < step->n; i++) {
        step->numbers[i] = step->rows[i].row;
        while (old < n && rows[old] < step->rows[i].row)
            step->is_now[old++] = RBAC_NONE;
        if (old < n && rows[old] == step->rows[i].row)
            step->is_now[old++] = (uint32_t)i;
    }
    while (old < n)
        step->is_now[old++] = RBAC_NONE;
    for (size_t i = 0; i < step->n; i++)
        step->was[i] = RBAC_NONE;
    for (old = 0; old < n; old++)
        if (step->is_now[old] != RBAC_NONE)
            step->was[step->is_now[old]] = (uint32_t)old;
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

static enum status read_changed(struct site_draft *draft, struct step *step,
                                size_t i)
{
    const int64_t row = step->rows[i].row;
    const enum status found = draft_read_collection(
        draft, row, &step->collections[i], &step->limits[i]);

    if (found != STATUS_END)
        return found;
    log_error("site.step why=%s", "a collection that was stored is gone");
    return STATUS_INVALID;
}

/* Those that were changed are read, the others are as they were. */
static enum status fill_collections(struct site_draft *draft,
                                    const struct site *previous,
                                    struct step *step)
{
    const struct rbac_collection *before =
        rbac_engine_estate(previous->engine)->collections;

    for (size_t i = 0; i < step->n; i++) {
        if (step->was[i] != RBAC_NONE && step->rows[i].tick <= previous->seen) {
            step->collections[i] = before[step->was[i]];
            continue;
        }
        TRY(read_changed(draft, step, i));
        if (step->was[i] != RBAC_NONE)
            keep_strings(&before[step->was[i]], &step->collections[i]);
        step->was[i] = RBAC_NONE;
    }
    return STATUS_OK;
}

/* By where they are now. */
static void fill_limits(const struct site_draft *draft, struct step *step)
{
    for (size_t i = 0; i < step->n; i++) {
        uint32_t *limiting = &step->collections[i].limiting;

        if (step->was[i] == RBAC_NONE)
            *limiting = step->limits[i]
                            ? object_map_index(draft->map, MAP_COLLECTION,
                                               step->limits[i])
                            : RBAC_NONE;
        else if (*limiting != RBAC_NONE && !MUTANT("l11-limit-stays"))
            *limiting = step->is_now[*limiting];
        draft->map->limits[i] = *limiting;
    }
}

static bool is_in_place(const struct site *previous, const struct step *step)
{
    const size_t n = rbac_engine_estate(previous->engine)->n_collections;

    for (size_t old = 0; old < n; old++)
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
    pair_rows(previous, &step);
    TRY(fill_collections(draft, previous, &step));
    TRY(object_map_fill(draft->map, MAP_COLLECTION, step.numbers, step.n));
    draft->map->limits = calloc(step.n + 1, sizeof(*draft->map->limits));
    if (!draft->map->limits)
        return STATUS_NO_MEMORY;
    fill_limits(draft, &step);
    draft->collections = step.collections;
    draft->n_collections = step.n;
    *is_in_place_out = is_in_place(previous, &step);
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
