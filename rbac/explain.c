/*
 * Explains a decision: examines every role in every assignment of the caller.
 *
 * A grant that lacks exactly one thing is a near miss, and that thing is the
 * change.
 */
#include "rbac/explain.h"
#include "rbac/decide.h"

static const struct rbac_grant NO_GRANT = {RBAC_NONE, RBAC_NONE, RBAC_NONE,
                                           RBAC_NONE, RBAC_NONE};

/* A question, with what every entry needs of it. */
struct inquiry {
    const struct rbac_subject *subject;
    const struct rbac_engine *engine;
    const struct rbac_request *request;
    const struct type *type;
    bool needs_label;
    bool by_collection;
    bool is_blocked; /* the operation is blocked on directly assigned
                        collections */
};

/* The result for one entry. */
struct examined {
    enum auth_level level;   /* at which it grants; none: it does not */
    uint32_t category;       /* that covers the object; or RBAC_NONE */
    enum rbac_reason window; /* RBAC_ALLOWED, or how the time misses */
};

const char *rbac_change_name(enum rbac_change change)
{
    static const char *const names[] = {
        [RBAC_CHANGE_NONE] = "none",
        [RBAC_CHANGE_ADD_OPERATION] = "add-operation",
        [RBAC_CHANGE_ADD_SCOPE] = "add-scope",
        [RBAC_CHANGE_ADD_COLLECTION] = "add-collection",
        [RBAC_CHANGE_SIGN_IN_AT] = "sign-in-at",
        [RBAC_CHANGE_EXTEND_TIME] = "extend-time",
        [RBAC_CHANGE_ADD_ASSIGNMENT] = "add-assignment",
        [RBAC_CHANGE_REMOVE_COLLECTION] = "remove-collection",
    };

    return change < 0 || change >= (int)ARRAY_SIZE(names) ? "unknown"
                                                          : names[change];
}

/* ---- Examining one entry ---- */

static enum auth_level granted_level(const struct inquiry *inquiry,
                                     struct entry entry)
{
    const struct rbac_request *request = inquiry->request;

    for (int level = AUTH_LEVEL_DOMAIN; level <= AUTH_LEVEL_MFA; level++)
        if (entry_operations(inquiry->engine, entry, request->type,
                             (enum auth_level)level) >>
                request->operation &
            1)
            return (enum auth_level)level;
    return AUTH_LEVEL_NONE;
}

static enum rbac_reason window_of(const struct rbac_assignment *assignment,
                                  int64_t now_s)
{
    if (now_s < assignment->from_s)
        return RBAC_NOT_YET_VALID;
    if (window_is_over(assignment->until_s, now_s))
        return RBAC_NO_LONGER_VALID;
    return RBAC_ALLOWED;
}

static bool is_below(const struct tree *tree, uint32_t collection,
                     uint32_t above)
{
    const uint32_t from = tree->position[above];

    return tree->position[collection] >= from &&
           tree->position[collection] < from + tree->size[above];
}

static bool category_covers(const struct inquiry *inquiry, uint32_t category,
                            uint32_t label)
{
    const struct rbac_engine *engine = inquiry->engine;

    if (inquiry->by_collection)
        return label < engine->ground->tree.n &&
               is_below(&engine->ground->tree, label, category);
    return label < engine->estate.n_scopes &&
           label != engine->ground->all_scope &&
           (category == label || category == engine->ground->all_scope);
}

static bool is_directly_assigned(const struct inquiry *inquiry, uint32_t label)
{
    const struct rbac_subject *subject = inquiry->subject;
    struct row row = {{LABEL_NONE, LABEL_NONE, LABEL_NONE, LABEL_NONE}};

    if (label >= inquiry->engine->ground->tree.n)
        return false;
    row.label[0] = inquiry->engine->ground->tree.position[label];
    return decide_unblock(subject, row, inquiry->request->now_s).label[0] ==
           LABEL_NONE;
}

static bool assigns(const struct rbac_assignment *assignment,
                    uint32_t collection)
{
    for (size_t i = 0; i < assignment->n_collections; i++)
        if (assignment->collections[i] == collection)
            return true;
    return false;
}

/* Can a label be acted on at all? Not if it is blocked. */
static bool label_counts(const struct inquiry *inquiry, uint32_t label)
{
    return !inquiry->is_blocked || !is_directly_assigned(inquiry, label);
}

/* The same through an assignment, which blocks its own once it holds. */
static bool label_counts_in(const struct inquiry *inquiry,
                            const struct rbac_assignment *assignment,
                            uint32_t label)
{
    return label_counts(inquiry, label) &&
           !(inquiry->is_blocked && assigns(assignment, label));
}

static uint32_t covering_category(const struct inquiry *inquiry,
                                  const struct rbac_assignment *assignment)
{
    const struct rbac_request *request = inquiry->request;
    const bool by_collection = inquiry->by_collection;
    const uint32_t *categories =
        by_collection ? assignment->collections : assignment->scopes;
    const size_t n =
        by_collection ? assignment->n_collections : assignment->n_scopes;

    if (!inquiry->needs_label)
        return n ? categories[0] : RBAC_NONE;
    for (size_t i = 0; i < n; i++)
        for (size_t l = 0; l < request->n_labels; l++)
            if (label_counts_in(inquiry, assignment, request->labels[l]) &&
                category_covers(inquiry, categories[i], request->labels[l]))
                return categories[i];
    return RBAC_NONE;
}

static struct examined look(const struct inquiry *inquiry, struct entry entry)
{
    const struct rbac_assignment *assignment =
        entry_assignment(inquiry->engine, entry);

    return (struct examined){
        .level = granted_level(inquiry, entry),
        .category = covering_category(inquiry, assignment),
        .window = window_of(assignment, inquiry->request->now_s),
    };
}

/* ---- What it lacks ---- */

/*
 * The category that would make an assignment cover the object: its scope; its
 * collection, or the one above if only those below can be acted on.
 */
static uint32_t category_to_add(const struct inquiry *inquiry)
{
    const struct rbac_engine *engine = inquiry->engine;
    const struct rbac_request *request = inquiry->request;

    if (!inquiry->needs_label)
        return inquiry->by_collection ? (engine->ground->tree.n ? 0 : RBAC_NONE)
                                      : engine->ground->default_scope;
    for (size_t i = 0; i < request->n_labels; i++) {
        const uint32_t label = request->labels[i];
        const uint32_t added =
            inquiry->is_blocked && label < engine->ground->tree.n
                ? engine->estate.collections[label].limiting
                : label;

        if (added != RBAC_NONE && label_counts(inquiry, label) &&
            category_covers(inquiry, added, label))
            return added;
    }
    return RBAC_NONE;
}

static struct rbac_grant grant_of(const struct inquiry *inquiry,
                                  struct entry entry, uint32_t category)
{
    return (struct rbac_grant){
        .admin = entry.admin,
        .assignment = entry.assignment,
        .role = entry.role,
        .scope = inquiry->by_collection ? RBAC_NONE : category,
        .collection = inquiry->by_collection ? category : RBAC_NONE,
    };
}

/* The finding of an entry that lacks nothing or one thing; else no reason. */
static struct rbac_finding judge(const struct inquiry *inquiry,
                                 struct entry entry)
{
    const struct examined view = look(inquiry, entry);
    const enum auth_level held = inquiry->request->level;
    const enum auth_level role_level =
        level_of_grant(inquiry->engine->estate.roles[entry.role].level);
    const bool lacks_operation = view.level == AUTH_LEVEL_NONE;
    const bool lacks_level = held < (lacks_operation ? role_level : view.level);
    const bool lacks_category = view.category == RBAC_NONE;
    const bool lacks_time = view.window != RBAC_ALLOWED;
    struct rbac_finding found = {
        .grant = grant_of(inquiry, entry, view.category),
        .level_required = view.level,
        .change_category = RBAC_NONE,
    };

    if (lacks_operation + lacks_level + lacks_category + lacks_time > 1)
        return found;
    if (lacks_operation) {
        found.reason = RBAC_ROLE_LACKS_OPERATION;
        found.change = RBAC_CHANGE_ADD_OPERATION;
        found.level_required = role_level;
    } else if (lacks_level) {
        found.reason = RBAC_LEVEL_TOO_LOW;
        found.change = RBAC_CHANGE_SIGN_IN_AT;
    } else if (lacks_time) {
        found.reason = view.window;
        found.change = RBAC_CHANGE_EXTEND_TIME;
    } else if (lacks_category) {
        found.change_category = category_to_add(inquiry);
        if (found.change_category == RBAC_NONE)
            return found;
        found.reason = uncovered_reason(inquiry->type);
        found.change = inquiry->by_collection ? RBAC_CHANGE_ADD_COLLECTION
                                              : RBAC_CHANGE_ADD_SCOPE;
    } else {
        found.reason = RBAC_ALLOWED;
    }
    return found;
}

/* ---- Ranking ---- */

/* Smaller is nearer; the caller's own sign-in is the nearest change. */
static int distance(const struct inquiry *inquiry,
                    const struct rbac_finding *finding)
{
    const struct rbac_role *role =
        &inquiry->engine->estate.roles[finding->grant.role];

    switch (finding->change) {
    case RBAC_CHANGE_NONE:
        return 0;
    case RBAC_CHANGE_SIGN_IN_AT:
        return 1 + (int)finding->level_required;
    case RBAC_CHANGE_EXTEND_TIME:
        return 10;
    case RBAC_CHANGE_REMOVE_COLLECTION:
        return 11;
    case RBAC_CHANGE_ADD_SCOPE:
    case RBAC_CHANGE_ADD_COLLECTION:
        return 12;
    case RBAC_CHANGE_ADD_OPERATION: /* a built-in role cannot be changed */
        return rbac_builtin_role(text_of(role->id)) ? 14 : 13;
    case RBAC_CHANGE_ADD_ASSIGNMENT:
        return 15;
    }
    return 16;
}

/* Keeps the nearest; among equals, the first. */
static void keep(const struct inquiry *inquiry,
                 struct rbac_explanation *explanation,
                 const struct rbac_finding *finding)
{
    struct rbac_finding *findings = explanation->findings;
    size_t at = explanation->n_findings;

    if (finding->reason == RBAC_REASON_NONE)
        return;
    while (at > 0 &&
           distance(inquiry, &findings[at - 1]) > distance(inquiry, finding))
        at--;
    if (at == RBAC_FINDINGS_MAX)
        return;
    if (explanation->n_findings < RBAC_FINDINGS_MAX)
        explanation->n_findings++;
    memmove(&findings[at + 1], &findings[at],
            (explanation->n_findings - at - 1) * sizeof(findings[0]));
    findings[at] = *finding;
}

/* ---- Directly assigned collections ---- */

/* The only assignment that blocks the label now; NULL if several do. */
static const struct entry *only_blocker(const struct inquiry *inquiry,
                                        uint32_t label)
{
    const struct rbac_subject *subject = inquiry->subject;
    const struct entry *only = NULL;

    for (size_t e = 0; e < subject->n_entries; e++) {
        const struct entry *entry = &subject->entries[e];
        const struct rbac_assignment *assignment =
            entry_assignment(inquiry->engine, *entry);

        if (!assigns(assignment, label) ||
            window_of(assignment, inquiry->request->now_s) != RBAC_ALLOWED)
            continue;
        if (only && (only->admin != entry->admin ||
                     only->assignment != entry->assignment))
            return NULL;
        only = entry;
    }
    return only;
}

/* Does a grant that fits otherwise reach the label from above? */
static bool reaches_from_above(const struct inquiry *inquiry, uint32_t label)
{
    const struct rbac_subject *subject = inquiry->subject;

    for (size_t e = 0; e < subject->n_entries; e++) {
        const struct rbac_assignment *assignment =
            entry_assignment(inquiry->engine, subject->entries[e]);
        const enum auth_level level =
            granted_level(inquiry, subject->entries[e]);

        if (level == AUTH_LEVEL_NONE || level > inquiry->request->level ||
            window_of(assignment, inquiry->request->now_s) != RBAC_ALLOWED)
            continue;
        for (size_t i = 0; i < assignment->n_collections; i++)
            if (assignment->collections[i] != label &&
                is_below(&inquiry->engine->ground->tree, label,
                         assignment->collections[i]))
                return true;
    }
    return false;
}

static void keep_blockers(const struct inquiry *inquiry,
                          struct rbac_explanation *explanation)
{
    const struct rbac_request *request = inquiry->request;

    for (size_t i = 0; i < request->n_labels; i++) {
        const uint32_t label = request->labels[i];
        const struct entry *blocker;
        struct rbac_finding found = {.reason = RBAC_DIRECTLY_ASSIGNED,
                                     .change = RBAC_CHANGE_REMOVE_COLLECTION,
                                     .change_category = label};

        if (!is_directly_assigned(inquiry, label) ||
            !reaches_from_above(inquiry, label))
            continue;
        blocker = only_blocker(inquiry, label);
        if (!blocker)
            continue;
        found.grant = grant_of(inquiry, *blocker, label);
        keep(inquiry, explanation, &found);
    }
}

/* ---- If nothing is near ---- */

static size_t count_operations(const struct rights *rights)
{
    size_t n = 0;

    for (size_t i = 0; i < rights->n_rows; i++)
        n += (size_t)__builtin_popcount(rights->rows[i].operations);
    return n;
}

/* The role that grants the operation at the held level, and otherwise the
 * least. */
static uint32_t smallest_role(const struct inquiry *inquiry,
                              enum auth_level *level_out)
{
    const struct rbac_engine *engine = inquiry->engine;
    size_t fewest = SIZE_MAX;
    uint32_t best = RBAC_NONE;

    for (uint32_t r = 0; r < engine->estate.n_roles; r++) {
        const struct entry entry = {.role = r};
        const enum auth_level level = granted_level(inquiry, entry);
        const size_t n = count_operations(&engine->rights[r]);

        if (level == AUTH_LEVEL_NONE || level > inquiry->request->level ||
            n >= fewest)
            continue;
        fewest = n;
        best = r;
        *level_out = level;
    }
    return best;
}

static void keep_new_assignment(const struct inquiry *inquiry,
                                struct rbac_explanation *explanation)
{
    struct rbac_finding found = {.reason = explanation->decision.reason,
                                 .change = RBAC_CHANGE_ADD_ASSIGNMENT,
                                 .change_category = category_to_add(inquiry)};
    const uint32_t role = smallest_role(inquiry, &found.level_required);

    if (role == RBAC_NONE || found.change_category == RBAC_NONE)
        return;
    found.grant = NO_GRANT;
    found.grant.role = role;
    if (inquiry->subject->n_records)
        found.grant.admin = inquiry->subject->records[0];
    if (inquiry->by_collection)
        found.grant.collection = found.change_category;
    else
        found.grant.scope = found.change_category;
    keep(inquiry, explanation, &found);
}

void rbac_explain(const struct rbac_subject *subject,
                  const struct rbac_request *request,
                  struct rbac_explanation *explanation_out)
{
    const struct type *type =
        types_get(&subject->engine->ground->types, request->type);
    const uint8_t operation = request->operation % RBAC_OPERATIONS_MAX;
    const bool needs_label =
        !request->is_type_wide && !(type->labelless >> operation & 1);
    const struct inquiry inquiry = {
        .subject = subject,
        .engine = subject->engine,
        .request = request,
        .type = type,
        .needs_label = needs_label,
        .by_collection = type->securing == RBAC_BY_COLLECTION,
        .is_blocked = needs_label && type->blocked_direct >> operation & 1,
    };
    const struct rbac_decision decision = rbac_check(subject, request);

    *explanation_out = (struct rbac_explanation){.decision = decision};
    if (decision.reason == RBAC_UNKNOWN_OPERATION)
        return;
    for (size_t e = 0; e < subject->n_entries; e++) {
        const struct rbac_finding found = judge(&inquiry, subject->entries[e]);

        if (decision.verdict != RBAC_ALLOW || found.reason == RBAC_ALLOWED)
            keep(&inquiry, explanation_out, &found);
    }
    if (decision.verdict == RBAC_ALLOW)
        return;
    if (inquiry.is_blocked)
        keep_blockers(&inquiry, explanation_out);
    if (explanation_out->n_findings == 0)
        keep_new_assignment(&inquiry, explanation_out);
}
