#include "policy/rights.h"

#include <string.h>

#include "policy/probe.h"
#include "rbac/rbac.h"

enum { BEFORE, AFTER, N_SIDES, N_LEVELS = AUTH_LEVEL_MFA + 1 };

/* A scope or collection of either side, and its number on each. */
struct point {
    const char *id;
    const char *name;
    uint32_t at[N_SIDES];    /* RBAC_NONE: missing */
    uint32_t label[N_SIDES]; /* what to ask about instead */
    uint32_t below[N_SIDES]; /* of a collection: for everything below it */
    bool is_moved;           /* limited by another one than before */
    bool is_marked;          /* of the current subject */
};

struct points {
    struct point *items;
    size_t n_items;
    uint32_t *of[N_SIDES]; /* a side's number to the point's */
};

struct comparing {
    const struct rbac_engine *engines[N_SIDES];
    const struct rbac_estate *estates[N_SIDES];
    struct probe probes[N_SIDES];
    struct points scopes;
    struct points collections;
    bool has_moved;
    int64_t now_s;
    struct arena *arena;
    uint32_t *masks; /* [n_types]: what the subject's roles hold at all */
    struct rbac_subject *subjects[N_SIDES]; /* owned, of the current one */
    const struct rights_subject *subject;
    struct rights_row *rows;
    size_t n_rows;
    size_t n_room;
};

/* ---- Points ---- */

static uint32_t find_id(const struct rbac_engine *engine, bool is_scope,
                        const char *id)
{
    return is_scope ? rbac_find_scope(engine, text_of(id))
                    : rbac_find_collection(engine, text_of(id));
}

static size_t n_things(const struct rbac_estate *estate, bool is_scope)
{
    return is_scope ? estate->n_scopes : estate->n_collections;
}

static const char *thing_id(const struct rbac_estate *estate, bool is_scope,
                            size_t i)
{
    return is_scope ? estate->scopes[i].id : estate->collections[i].id;
}

static const char *thing_name(const struct rbac_estate *estate, bool is_scope,
                              size_t i)
{
    return is_scope ? estate->scopes[i].name : estate->collections[i].name;
}

/* All of one side that the points do not have yet. */
static void add_side(struct comparing *c, struct points *points, int side,
                     bool is_scope)
{
    const struct rbac_estate *estate = c->estates[side];

    for (size_t i = 0; i < n_things(estate, is_scope); i++) {
        const char *id = thing_id(estate, is_scope, i);
        const uint32_t before = side == AFTER
                                    ? find_id(c->engines[BEFORE], is_scope, id)
                                    : RBAC_NONE;
        const size_t point = before == RBAC_NONE ? points->n_items++
                                                 : points->of[BEFORE][before];

        if (before == RBAC_NONE)
            points->items[point] =
                (struct point){.id = id, .at = {RBAC_NONE, RBAC_NONE}};
        points->items[point].name = thing_name(estate, is_scope, i);
        points->items[point].at[side] = (uint32_t)i;
        points->of[side][i] = (uint32_t)point;
    }
}

static bool make_points(struct comparing *c, struct points *points,
                        bool is_scope)
{
    const size_t n_before = n_things(c->estates[BEFORE], is_scope);
    const size_t n_after = n_things(c->estates[AFTER], is_scope);

    points->items =
        arena_alloc(c->arena, n_before + n_after, sizeof(*points->items));
    points->of[BEFORE] = arena_alloc(c->arena, n_before, sizeof(uint32_t));
    points->of[AFTER] = arena_alloc(c->arena, n_after, sizeof(uint32_t));
    if (!points->items || !points->of[BEFORE] || !points->of[AFTER])
        return false;
    add_side(c, points, BEFORE, is_scope);
    add_side(c, points, AFTER, is_scope);
    return true;
}

/* The point that limits a point on a side, or NULL at a root. */
static struct point *limiting(struct comparing *c, const struct point *point,
                              int side)
{
    const uint32_t limit =
        c->estates[side]->collections[point->at[side]].limiting;

    return limit == RBAC_NONE
               ? NULL
               : &c->collections.items[c->collections.of[side][limit]];
}

static void find_moved(struct comparing *c)
{
    for (size_t i = 0; i < c->collections.n_items; i++) {
        struct point *point = &c->collections.items[i];

        if (point->at[BEFORE] == RBAC_NONE || point->at[AFTER] == RBAC_NONE)
            continue;
        point->is_moved =
            limiting(c, point, BEFORE) != limiting(c, point, AFTER);
        c->has_moved |= point->is_moved;
    }
}

/* For a missing collection: the nearest one above it that exists. */
static const struct point *stand_in(struct comparing *c,
                                    const struct point *point, int side)
{
    while (point && point->at[side] == RBAC_NONE)
        point = limiting(c, point, 1 - side);
    return point;
}

/* Marks on one side which collections need a child to ask about. */
static void want_below(struct comparing *c, int side, bool *has_below)
{
    for (size_t i = 0; i < c->collections.n_items; i++) {
        const struct point *here = stand_in(c, &c->collections.items[i], side);

        if (here && (c->collections.items[i].is_marked ||
                     c->collections.items[i].is_moved))
            has_below[here->at[side]] = true;
    }
}

static void set_labels(struct comparing *c, int side)
{
    const struct probe *probe = &c->probes[side];

    for (size_t i = 0; i < c->scopes.n_items; i++) {
        struct point *point = &c->scopes.items[i];

        point->label[side] =
            point->at[side] == RBAC_NONE ? probe->other_scope : point->at[side];
    }
    for (size_t i = 0; i < c->collections.n_items; i++) {
        struct point *point = &c->collections.items[i];
        const struct point *here = stand_in(c, point, side);

        point->below[side] = here ? probe->below[here->at[side]] : RBAC_NONE;
        point->label[side] =
            here == point ? point->at[side] : point->below[side];
    }
}

static void mark_admin(struct comparing *c, int side,
                       const struct rbac_admin *admin)
{
    for (size_t i = 0; i < admin->n_assignments; i++) {
        const struct rbac_assignment *assignment = &admin->assignments[i];

        for (size_t j = 0; j < assignment->n_scopes; j++)
            c->scopes.items[c->scopes.of[side][assignment->scopes[j]]]
                .is_marked = true;
        for (size_t j = 0; j < assignment->n_collections; j++)
            c->collections
                .items[c->collections.of[side][assignment->collections[j]]]
                .is_marked = true;
    }
}

static void unmark(struct comparing *c)
{
    for (size_t i = 0; i < c->scopes.n_items; i++)
        c->scopes.items[i].is_marked = false;
    for (size_t i = 0; i < c->collections.n_items; i++)
        c->collections.items[i].is_marked = false;
}

/* Every collection that anybody is assigned gets its child. */
static enum status make_probes(struct comparing *c)
{
    for (int side = 0; side < N_SIDES; side++)
        for (size_t i = 0; i < c->estates[side]->n_admins; i++)
            mark_admin(c, side, &c->estates[side]->admins[i]);
    for (int side = 0; side < N_SIDES; side++) {
        bool *has_below = arena_alloc(c->arena, c->estates[side]->n_collections,
                                      sizeof(bool));

        if (!has_below)
            return arena_status(c->arena);
        want_below(c, side, has_below);
        TRY(probe_make(c->engines[side], has_below, c->arena,
                       &c->probes[side]));
        set_labels(c, side);
    }
    unmark(c);
    return STATUS_OK;
}

/* ---- Asking ---- */

/* The level a question needs on a side; NONE: no level suffices. */
static enum auth_level ask(const struct comparing *c, int side, uint16_t type,
                           int bit, const uint32_t *label)
{
    const bool is_none = label && *label == RBAC_NONE;
    const struct rbac_request request = {
        .type = type,
        .operation = (uint8_t)bit,
        .is_type_wide = label == NULL,
        .labels = label,
        .n_labels = label && !is_none ? 1 : 0,
        .level = AUTH_LEVEL_MFA,
        .now_s = c->now_s,
    };

    return rbac_check(c->subjects[side], &request).level_required;
}

/* Operations by the levels they needed and need. */
struct cells {
    uint32_t at[N_LEVELS][N_LEVELS];
};

static void fill(const struct comparing *c, uint16_t type, uint32_t operations,
                 const uint32_t *labels, struct cells *cells_out)
{
    *cells_out = (struct cells){{{0}}};
    for (int bit = 0; bit < RBAC_OPERATIONS_MAX; bit++) {
        enum auth_level level[N_SIDES];

        if (!(operations & (UINT32_C(1) << bit)))
            continue;
        for (int side = 0; side < N_SIDES; side++)
            level[side] =
                ask(c, side, type, bit, labels ? &labels[side] : NULL);
        cells_out->at[level[BEFORE]][level[AFTER]] |= UINT32_C(1) << bit;
    }
}

static bool add_row(struct comparing *c, struct rights_row row)
{
    if (c->n_rows == c->n_room) {
        const size_t room = c->n_room ? c->n_room * 2 : 256;
        struct rights_row *rows = arena_alloc(c->arena, room, sizeof(*rows));

        if (!rows)
            return false;
        if (c->n_rows)
            memcpy(rows, c->rows, c->n_rows * sizeof(*rows));
        c->rows = rows;
        c->n_room = room;
    }
    c->rows[c->n_rows++] = row;
    return true;
}

/* The point that stands for all others: the rest, or everything. */
static const struct point no_point = {.id = "", .name = ""};

static bool add_cells(struct comparing *c, const struct cells *cells,
                      enum rights_where where, const struct point *point,
                      uint16_t type)
{
    for (int before = 0; before < N_LEVELS; before++)
        for (int after = 0; after < N_LEVELS; after++)
            if (before != after && cells->at[before][after] &&
                !add_row(c, (struct rights_row){c->subject, where, point->name,
                                                point->id, type,
                                                cells->at[before][after],
                                                (enum auth_level)before,
                                                (enum auth_level)after}))
                return false;
    return true;
}

static bool compare_everywhere(struct comparing *c, uint16_t type,
                               uint32_t operations)
{
    struct cells cells;

    fill(c, type, operations, NULL, &cells);
    return add_cells(c, &cells, RIGHTS_EVERYWHERE, &no_point, type);
}

static bool compare_scopes(struct comparing *c, uint16_t type,
                           uint32_t operations)
{
    const uint32_t others[N_SIDES] = {c->probes[BEFORE].other_scope,
                                      c->probes[AFTER].other_scope};
    struct cells cells;

    for (size_t i = 0; i < c->scopes.n_items; i++) {
        const struct point *point = &c->scopes.items[i];

        if (!point->is_marked)
            continue;
        fill(c, type, operations, point->label, &cells);
        if (!add_cells(c, &cells, RIGHTS_IN_SCOPE, point, type))
            return false;
    }
    fill(c, type, operations, others, &cells);
    return add_cells(c, &cells, RIGHTS_IN_OTHER_SCOPES, &no_point, type);
}

/* What a collection and everything below it have in common is one row. */
static bool compare_collection(struct comparing *c, const struct point *point,
                               uint16_t type, uint32_t operations)
{
    struct cells on;
    struct cells below;
    struct cells both;

    fill(c, type, operations, point->label, &on);
    fill(c, type, operations, point->below, &below);
    for (int b = 0; b < N_LEVELS; b++)
        for (int a = 0; a < N_LEVELS; a++) {
            both.at[b][a] = on.at[b][a] & below.at[b][a];
            on.at[b][a] &= ~both.at[b][a];
            below.at[b][a] &= ~both.at[b][a];
        }
    return add_cells(c, &both, RIGHTS_FROM_COLLECTION, point, type) &&
           add_cells(c, &on, RIGHTS_ON_COLLECTION, point, type) &&
           add_cells(c, &below, RIGHTS_BELOW_COLLECTION, point, type);
}

static bool compare_collections(struct comparing *c, uint16_t type,
                                uint32_t operations)
{
    for (size_t i = 0; i < c->collections.n_items; i++) {
        const struct point *point = &c->collections.items[i];

        if ((point->is_marked || point->is_moved) &&
            !compare_collection(c, point, type, operations))
            return false;
    }
    return true;
}

static bool compare_type(struct comparing *c, const struct rbac_type *type,
                         uint32_t held)
{
    const uint32_t wide =
        type->securing == RBAC_BY_ROLE ? held : held & type->type_wide;
    const uint32_t single = held & ~wide;

    if (wide && !compare_everywhere(c, type->id, wide))
        return false;
    if (!single)
        return true;
    return type->securing == RBAC_BY_SCOPE
               ? compare_scopes(c, type->id, single)
               : compare_collections(c, type->id, single);
}

/* ---- One subject ---- */

static const uint32_t *records(const struct rights_subject *subject, int side,
                               size_t *n_out)
{
    *n_out = side == BEFORE ? subject->n_before : subject->n_after;
    return side == BEFORE ? subject->before : subject->after;
}

static void hold_role(struct comparing *c, const struct rbac_role *role)
{
    const struct rbac_catalog *catalog = c->estates[AFTER]->catalog;

    for (size_t i = 0; i < role->n_rights; i++) {
        const struct rbac_type *type =
            rbac_catalog_type(catalog, role->rights[i].type);

        if (type)
            c->masks[type - catalog->types] |=
                rbac_with_implied(type, role->rights[i].operations);
    }
}

/* What the subject's roles name at all limits what must be asked. */
static void collect_masks(struct comparing *c,
                          const struct rights_subject *subject)
{
    memset(c->masks, 0,
           c->estates[AFTER]->catalog->n_types * sizeof(*c->masks));
    for (int side = 0; side < N_SIDES; side++) {
        size_t n;
        const uint32_t *admins = records(subject, side, &n);

        for (size_t i = 0; i < n; i++) {
            const struct rbac_admin *admin =
                &c->estates[side]->admins[admins[i]];

            mark_admin(c, side, admin);
            for (size_t j = 0; j < admin->n_assignments; j++)
                for (size_t k = 0; k < admin->assignments[j].n_roles; k++)
                    hold_role(c, &c->estates[side]
                                      ->roles[admin->assignments[j].roles[k]]);
        }
    }
}

static enum status compare_subject(struct comparing *c,
                                   const struct rights_subject *subject)
{
    OWNED(rbac_subject) before = NULL;
    OWNED(rbac_subject) after = NULL;
    const struct rbac_catalog *catalog = c->estates[AFTER]->catalog;

    TRY(rbac_subject_new(c->probes[BEFORE].engine, subject->before,
                         subject->n_before, &before));
    TRY(rbac_subject_new(c->probes[AFTER].engine, subject->after,
                         subject->n_after, &after));
    c->subjects[BEFORE] = before;
    c->subjects[AFTER] = after;
    c->subject = subject;
    unmark(c);
    collect_masks(c, subject);
    for (size_t i = 0; i < catalog->n_types; i++)
        if (c->masks[i] && !compare_type(c, &catalog->types[i], c->masks[i]))
            return arena_status(c->arena);
    return STATUS_OK;
}

static enum status compare_all(struct comparing *c,
                               const struct rights_subject *subjects, size_t n)
{
    c->masks = arena_alloc(c->arena, c->estates[AFTER]->catalog->n_types,
                           sizeof(*c->masks));
    if (!c->masks || !make_points(c, &c->scopes, true) ||
        !make_points(c, &c->collections, false))
        return arena_status(c->arena);
    find_moved(c);
    TRY(make_probes(c));
    for (size_t i = 0; i < n; i++)
        TRY(compare_subject(c, &subjects[i]));
    return STATUS_OK;
}

enum status rights_compare(const struct rights_question *question,
                           struct arena *arena,
                           struct rights_difference *difference_out)
{
    struct comparing c = {
        .engines = {question->before, question->after},
        .estates = {rbac_engine_estate(question->before),
                    rbac_engine_estate(question->after)},
        .now_s = question->now_s,
        .arena = arena,
    };
    const enum status status =
        compare_all(&c, question->subjects, question->n_subjects);

    probe_clear(&c.probes[BEFORE]);
    probe_clear(&c.probes[AFTER]);
    if (status == STATUS_OK)
        *difference_out = (struct rights_difference){c.rows, c.n_rows};
    return status;
}

enum status rights_keep_names(struct arena *arena,
                              const struct rights_difference *difference)
{
    for (size_t i = 0; i < difference->n_rows; i++) {
        struct rights_row *row = &difference->rows[i];

        row->category = arena_text(arena, text_of(row->category));
        row->id = arena_text(arena, text_of(row->id));
        if (!row->category || !row->id)
            return arena_status(arena);
    }
    return STATUS_OK;
}
