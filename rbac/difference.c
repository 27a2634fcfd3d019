/*
 * The difference of two subjects: both are asked about every label of either.
 *
 * Exact because an object's labels only ever add up, so any difference for an
 * object is one for one of its labels. Cells with the same content on one
 * ground are skipped, which is nearly all of them after a small change.
 */
#include <string.h>

#include "rbac/decide.h"
#include "rbac/query.h"

struct sides {
    const struct rbac_subject *before;
    const struct rbac_subject *after;
    int64_t now_s;
    rbac_changed_visit visit;
    void *context;
};

/* ---- Equal cells ---- */

static bool are_alike(const struct rbac_subject *a, uint32_t line_a,
                      const struct rbac_subject *b, uint32_t line_b, size_t n)
{
    return memcmp(&a->lines[line_a], &b->lines[line_b],
                  n * sizeof(struct line)) == 0;
}

static bool are_segments_alike(const struct rbac_subject *a,
                               const struct segment *left,
                               const struct rbac_subject *b,
                               const struct segment *right)
{
    return left->from_s == right->from_s && left->until_s == right->until_s &&
           left->level == right->level && left->n_lines == right->n_lines &&
           are_alike(a, left->line, b, right->line, left->n_lines);
}

static bool are_chains_alike(const struct rbac_subject *a, uint16_t cell_a,
                             const struct rbac_subject *b, uint16_t cell_b)
{
    const struct chain *left = &a->chains[cell_a & (CELL_CHAIN - 1)];
    const struct chain *right = &b->chains[cell_b & (CELL_CHAIN - 1)];

    if (left->n != right->n)
        return false;
    for (uint32_t i = 0; i < left->n; i++)
        if (!are_segments_alike(a, &a->segments[left->first + i], b,
                                &b->segments[right->first + i]))
            return false;
    return true;
}

static bool are_cells_alike(const struct sides *sides, uint16_t number)
{
    const struct rbac_subject *a = sides->before, *b = sides->after;
    const uint16_t left = a->cells[number], right = b->cells[number];

    if (a->ground != b->ground || (left ^ right) & CELL_CHAIN)
        return false;
    if (!is_granted_cell(left) || !is_granted_cell(right))
        return is_granted_cell(left) == is_granted_cell(right);
    if (left & CELL_CHAIN)
        return are_chains_alike(a, left, b, right);
    return are_alike(a, left, b, right, 1);
}

static bool are_directs_alike(const struct rbac_subject *a,
                              const struct rbac_subject *b)
{
    if (a->n_directs != b->n_directs)
        return false;
    for (uint32_t i = 0; i < a->n_directs; i++)
        if (a->directs[i].position != b->directs[i].position ||
            a->directs[i].from_s != b->directs[i].from_s ||
            a->directs[i].until_s != b->directs[i].until_s)
            return false;
    return true;
}

/* ---- Time ---- */

static void come_nearer(int64_t bound, int64_t after_s, int64_t *next)
{
    if (bound > after_s && bound < *next)
        *next = bound;
}

/* The next time at which anything of a subject begins or ends. */
static void next_bound(const struct rbac_subject *subject, int64_t after_s,
                       int64_t *next)
{
    for (size_t e = 0; e < subject->n_entries; e++) {
        const struct rbac_assignment *assignment =
            entry_assignment(subject->engine, subject->entries[e]);

        come_nearer(assignment->from_s, after_s, next);
        come_nearer(assignment->until_s, after_s, next);
    }
}

/* ---- Asking ---- */

static struct rbac_decision ask(const struct rbac_subject *subject,
                                const struct rbac_changed *changed,
                                const uint32_t *label)
{
    const struct rbac_request request = {
        .type = changed->type,
        .operation = changed->operation,
        .labels = label,
        .n_labels = label && *label != RBAC_NONE,
        .level = AUTH_LEVEL_DOMAIN,
        .now_s = changed->at_s,
    };

    return rbac_check(subject, &request);
}

static bool is_same_right(struct rbac_decision a, struct rbac_decision b)
{
    return a.verdict == b.verdict && a.level_required == b.level_required;
}

/* A label by its number on either side; NULL: none is needed. */
static void compare_label(const struct sides *sides,
                          struct rbac_changed changed, const uint32_t *before,
                          const uint32_t *after)
{
    int64_t next;

    for (changed.at_s = sides->now_s;; changed.at_s = next) {
        changed.before = ask(sides->before, &changed, before);
        changed.after = ask(sides->after, &changed, after);
        if (!is_same_right(changed.before, changed.after)) {
            sides->visit(sides->context, &changed);
            return;
        }
        next = INT64_MAX;
        next_bound(sides->before, changed.at_s, &next);
        next_bound(sides->after, changed.at_s, &next);
        if (next == INT64_MAX)
            return;
    }
}

static void compare_scopes(const struct sides *sides,
                           struct rbac_changed changed)
{
    const struct ground *from = sides->before->ground;
    const struct ground *to = sides->after->ground;

    for (uint32_t s = 0; s < from->n_scopes; s++) {
        const char *id = changed.category = from->scopes[s].id;
        const uint32_t after = names_find(&to->scope_names, text_of(id), 0);

        compare_label(sides, changed, &s, &after);
    }
    for (uint32_t s = 0; s < to->n_scopes; s++) {
        const char *id = changed.category = to->scopes[s].id;
        const uint32_t before = names_find(&from->scope_names, text_of(id), 0);

        if (before == RBAC_NONE)
            compare_label(sides, changed, &before, &s);
    }
}

static void compare_collections(const struct sides *sides,
                                struct rbac_changed changed)
{
    const struct ground *from = sides->before->ground;
    const struct ground *to = sides->after->ground;

    changed.is_collection = true;
    for (uint32_t c = 0; c < from->tree.n; c++) {
        const char *id = changed.category = from->collections[c].id;
        const uint32_t after = ground_find_collection(to, text_of(id));

        compare_label(sides, changed, &c, &after);
    }
    for (uint32_t c = 0; c < to->tree.n; c++) {
        const char *id = changed.category = to->collections[c].id;
        const uint32_t before = ground_find_collection(from, text_of(id));

        if (before == RBAC_NONE)
            compare_label(sides, changed, &before, &c);
    }
}

static void compare_operation(const struct sides *sides,
                              const struct type *type, uint8_t operation)
{
    const struct rbac_changed changed = {.type = type->described->id,
                                         .operation = operation};
    const bool may_be_blocked = type->blocked_direct >> operation & 1;

    if (are_cells_alike(sides, type->cell[operation]) &&
        (!may_be_blocked || are_directs_alike(sides->before, sides->after)))
        return;
    if (type->labelless >> operation & 1)
        compare_label(sides, changed, NULL, NULL);
    else if (type->securing == RBAC_BY_COLLECTION)
        compare_collections(sides, changed);
    else
        compare_scopes(sides, changed);
}

enum status rbac_difference(const struct rbac_subject *before,
                            const struct rbac_subject *after, int64_t now_s,
                            rbac_changed_visit visit, void *context)
{
    const struct sides sides = {before, after, now_s, visit, context};
    const struct types *types = &before->ground->types;

    if (before->ground->catalog != after->ground->catalog)
        return STATUS_INVALID;
    for (size_t t = TYPE_NONE + 1; t < types->n_slots; t++)
        /* NOLINTNEXTLINE(bugprone-too-small-loop-variable): there are 32 */
        for (uint8_t bit = 0; bit < RBAC_OPERATIONS_MAX; bit++)
            if (types->slots[t].cell[bit] != CELL_NONE)
                compare_operation(&sides, &types->slots[t], bit);
    return STATUS_OK;
}
