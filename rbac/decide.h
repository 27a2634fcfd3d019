/*
 * The decision itself, on a subject's cell and an object's row of labels.
 *
 * rbac_check() and the object index both end here; nothing else decides.
 */
#pragma once

#include "rbac/rbac.h"
#include "rbac/subject.h"

static inline struct rbac_decision deny(enum rbac_reason reason)
{
    return (struct rbac_decision){RBAC_DENY, reason, AUTH_LEVEL_NONE};
}

/* The caller's side of a question, the same for every row. */
struct asker {
    enum auth_level level;
    int64_t now_s;
    bool is_anywhere; /* rows do not matter: is it held for any at all? */
};

/* What the chain of a cell says about a row. */
struct rbac_decision decide_chain(const struct rbac_subject *subject,
                                  uint16_t cell, struct row row,
                                  struct asker asker,
                                  enum rbac_reason uncovered);

/* The reason for an object that no grant of the operation covers. */
static inline enum rbac_reason uncovered_reason(const struct type *type)
{
    return type->securing == RBAC_BY_COLLECTION ? RBAC_OUT_OF_COLLECTION
                                                : RBAC_OUT_OF_SCOPE;
}

/* The answer of a cell that is not a chain: its line covers the row or not. */
static inline struct rbac_decision decide_line(const struct line *line,
                                               struct row row,
                                               enum rbac_reason uncovered)
{
    if (!line_covers(line, row))
        return deny(uncovered);
    return (struct rbac_decision){RBAC_ALLOW, RBAC_ALLOWED, AUTH_LEVEL_DOMAIN};
}

/* What a granted cell says about a row. */
static inline struct rbac_decision decide_cell(
    const struct rbac_subject *subject, uint16_t cell, struct row row,
    struct asker asker, enum rbac_reason uncovered)
{
    if (__builtin_expect(cell & CELL_CHAIN || asker.is_anywhere ||
                             asker.level == AUTH_LEVEL_NONE,
                         false))
        return decide_chain(subject, cell, row, asker, uncovered);
    return decide_line(&subject->lines[cell], row, uncovered);
}

/* The better of two answers about the same object. */
struct rbac_decision decide_better(struct rbac_decision a,
                                   struct rbac_decision b);

/*
 * The row without the collections that are directly assigned to the subject at
 * the time (R7.5.2).
 */
struct row decide_unblock(const struct rbac_subject *subject, struct row row,
                          int64_t now_s);

/* The answer if the operation is blocked on directly assigned collections. */
struct rbac_decision decide_blocked(const struct rbac_subject *subject,
                                    uint16_t cell, struct row row,
                                    struct asker asker);

/* Do roles grant the operation of a cell at all? */
static inline bool is_granted_cell(uint16_t cell)
{
    return cell > LINE_NOBODY;
}

static inline enum rbac_reason ungranted_reason(uint16_t cell)
{
    return cell == LINE_NOBODY ? RBAC_NO_ADMINISTRATOR
                               : RBAC_ROLE_LACKS_OPERATION;
}

/* The answer of a cell that is not granted, or of no cell. */
struct rbac_decision decide_nothing(uint16_t number, uint16_t cell);
