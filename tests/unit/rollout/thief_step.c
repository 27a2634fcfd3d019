/*
 * Acts of one step: what is other than before, and whether the caller may have
 * made it so.
 */
#include "tests/unit/rollout/thief_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct step {
    const struct rbac_estate *before; /* extended */
    const struct rbac_estate *was;
    const struct rbac_estate *is;
    const struct rbac_subject *caller;
    const struct declare_caller *by;
    const struct site *site; /* before */
    struct thief_breach *breach;
};

static void need(const struct step *step, uint16_t type, uint8_t operation,
                 uint32_t label, const char *what, const char *name)
{
    const struct rbac_request request = {
        .type = type,
        .operation = operation,
        .is_type_wide = operation == RBAC_OP_CREATE,
        .labels = &label,
        .n_labels = label == RBAC_NONE ? 0 : 1,
        .level = step->by->level,
        .now_s = thief_times[0],
    };

    if (rbac_check(step->caller, &request).verdict != RBAC_ALLOW)
        thief_say(step->breach, "%s %s without type %u operation %u", what,
                  name, type, operation);
}

static void put_set(char *out, const char *const *names, size_t n)
{
    const char *sorted[LABELS] = {0};
    size_t kept = 0;

    for (size_t i = 0; i < n && kept < LABELS; i++) {
        size_t at = kept;

        while (at > 0 && strcmp(sorted[at - 1], names[i]) > 0) {
            sorted[at] = sorted[at - 1];
            at--;
        }
        sorted[at] = names[i];
        kept++;
    }
    for (size_t i = 0; i < kept; i++)
        snprintf(out + strlen(out), CONTENT - strlen(out), " %s", sorted[i]);
}

static void content_of(const struct rbac_estate *estate,
                       const struct rbac_admin *admin, char *out)
{
    snprintf(out, CONTENT, "%d", admin->is_disabled);
    for (size_t i = 0; i < admin->n_assignments; i++) {
        const struct rbac_assignment *at = &admin->assignments[i];
        const char *names[3 * LABELS];
        size_t n = 0;

        for (size_t r = 0; r < at->n_roles; r++)
            names[n++] = estate->roles[at->roles[r]].name;
        for (size_t s = 0; s < at->n_scopes; s++)
            names[n++] = estate->scopes[at->scopes[s]].name;
        for (size_t c = 0; c < at->n_collections; c++)
            names[n++] = estate->collections[at->collections[c]].name;
        snprintf(out + strlen(out), CONTENT - strlen(out), "; %lld %lld",
                 (long long)at->from_s, (long long)at->until_s);
        put_set(out, names, n);
    }
}

static const struct rbac_admin *admin_in(const struct rbac_estate *estate,
                                         const struct rbac_admin *like)
{
    for (size_t i = 0; i < estate->n_admins; i++)
        if (estate->admins[i].is_group == like->is_group &&
            strcmp(estate->admins[i].name, like->name) == 0)
            return &estate->admins[i];
    return NULL;
}

/* ---- Only in categories that the thief administers (R10.3) ---- */

static bool is_below(const struct rbac_estate *estate, uint32_t at,
                     uint32_t above)
{
    for (; at != RBAC_NONE; at = estate->collections[at].limiting)
        if (at == above)
            return true;
    return false;
}

static bool is_security(const struct step *step,
                        const struct rbac_assignment *assignment)
{
    const uint32_t wanted = 1U << RBAC_OP_CREATE | 1U << RBAC_OP_MODIFY;

    if (thief_times[0] < assignment->from_s ||
        thief_times[0] >= assignment->until_s)
        return false;
    for (size_t r = 0; r < assignment->n_roles; r++) {
        const struct rbac_role *role =
            &step->before->roles[assignment->roles[r]];

        for (size_t i = 0; i < role->n_rights; i++)
            if (role->rights[i].type == RBAC_TYPE_ADMIN &&
                role->rights[i].operations & wanted &&
                role->rights[i].level <= step->by->level &&
                role->level <= step->by->level)
                return true;
    }
    return false;
}

static bool covers(const struct step *step,
                   const struct rbac_assignment *assignment, uint32_t category,
                   bool is_collection)
{
    if (is_collection) {
        for (size_t i = 0; i < assignment->n_collections; i++)
            if (is_below(step->before, category, assignment->collections[i]))
                return true;
        return false;
    }
    for (size_t i = 0; i < assignment->n_scopes; i++)
        if (assignment->scopes[i] == category ||
            step->before->scopes[assignment->scopes[i]].is_all)
            return true;
    return false;
}

static void check_category(const struct step *step, uint32_t category,
                           bool is_collection, const char *name,
                           const char *verb)
{
    uint32_t admins[ADMINS];
    uint32_t own;
    const size_t n =
        site_admins_of(step->site,
                       (struct site_member){step->by->user, step->by->groups,
                                            step->by->n_groups},
                       admins, ADMINS, &own);

    for (size_t i = 0; i < n; i++) {
        const struct rbac_admin *admin = &step->before->admins[admins[i]];

        for (size_t j = 0; !admin->is_disabled && j < admin->n_assignments; j++)
            if (is_security(step, &admin->assignments[j]) &&
                covers(step, &admin->assignments[j], category, is_collection))
                return;
    }
    thief_say(step->breach,
              "%s %s in %s %u, which the caller does not administer", name,
              verb, is_collection ? "collection" : "scope", category);
}

/* One role in one category, by name, for a time. */
struct unit {
    const char *role;
    const char *category;
    bool is_collection;
    int64_t from_s;
    int64_t until_s;
};

static bool is_in(const struct rbac_estate *estate,
                  const struct rbac_assignment *at, const struct unit *unit)
{
    if (unit->is_collection) {
        const uint32_t index = thief_collection(estate, unit->category);

        for (size_t c = 0; c < at->n_collections && index != RBAC_NONE; c++)
            if (is_below(estate, index, at->collections[c]))
                return true;
        return false;
    }
    for (size_t s = 0; s < at->n_scopes; s++)
        if (estate->scopes[at->scopes[s]].is_all ||
            strcmp(estate->scopes[at->scopes[s]].name, unit->category) == 0)
            return true;
    return false;
}

/* Does the record have it, in one assignment? */
static bool has_unit(const struct rbac_estate *estate,
                     const struct rbac_admin *admin, const struct unit *unit)
{
    for (size_t i = 0; admin && i < admin->n_assignments; i++) {
        const struct rbac_assignment *at = &admin->assignments[i];

        if (at->from_s > unit->from_s || at->until_s < unit->until_s ||
            !is_in(estate, at, unit))
            continue;
        for (size_t r = 0; r < at->n_roles; r++)
            if (strcmp(estate->roles[at->roles[r]].name, unit->role) == 0)
                return true;
    }
    return false;
}

/* What comes or goes: what one record has and the other does not. */
struct move {
    const struct step *step;
    const struct rbac_estate *estate;
    const struct rbac_admin *admin;
    const struct rbac_estate *other_estate;
    const struct rbac_admin *other; /* NULL: none */
    const char *verb;
};

static void check_unit(const struct move *move, const struct unit *unit)
{
    const struct rbac_estate *before = move->step->before;

    if (unit->until_s <= thief_times[0] ||
        has_unit(move->other_estate, move->other, unit))
        return;
    check_category(move->step,
                   unit->is_collection
                       ? thief_collection(before, unit->category)
                       : thief_scope(before, unit->category),
                   unit->is_collection, move->admin->name, move->verb);
}

static void check_move(const struct move *move)
{
    for (size_t i = 0; i < move->admin->n_assignments; i++) {
        const struct rbac_assignment *at = &move->admin->assignments[i];

        for (size_t r = 0; r < at->n_roles; r++) {
            struct unit unit = {move->estate->roles[at->roles[r]].name, NULL,
                                false, at->from_s, at->until_s};

            for (size_t s = 0; s < at->n_scopes; s++) {
                unit.category = move->estate->scopes[at->scopes[s]].name;
                check_unit(move, &unit);
            }
            unit.is_collection = true;
            for (size_t c = 0; c < at->n_collections; c++) {
                unit.category =
                    move->estate->collections[at->collections[c]].name;
                check_unit(move, &unit);
            }
        }
    }
}

/* NULL: the record was not, or is no more; a disabled one has nothing. */
static void check_moves(const struct step *step, const struct rbac_admin *was,
                        const struct rbac_admin *is)
{
    const struct rbac_admin *had = was && !was->is_disabled ? was : NULL;

    if (is)
        check_move(
            &(struct move){step, step->is, is, step->was, had, "is given"});
    if (was)
        check_move(&(struct move){step, step->was, was, step->is, is,
                                  "is taken from"});
}

/* ---- Records, roles, places ---- */

static void check_admins(const struct step *step)
{
    char old[CONTENT];
    char new[CONTENT];

    for (size_t i = 0; i < step->was->n_admins; i++) {
        const struct rbac_admin *was = &step->was->admins[i];
        const struct rbac_admin *is = admin_in(step->is, was);

        content_of(step->was, was, old);
        if (is)
            content_of(step->is, is, new);
        if (is && strcmp(old, new) == 0)
            continue;
        if (!is && !was->is_group && strcmp(was->name, step->by->user) == 0)
            thief_say(step->breach, "the caller removes their own record");
        need(step, RBAC_TYPE_ADMIN, is ? RBAC_OP_MODIFY : RBAC_OP_DELETE,
             RBAC_NONE, is ? "changes" : "removes", was->name);
        check_moves(step, was, is);
        if (is)
            need(step, RBAC_TYPE_ROLE, RBAC_OP_READ, RBAC_NONE, "changes",
                 was->name);
    }
    for (size_t i = 0; i < step->is->n_admins; i++) {
        const struct rbac_admin *is = &step->is->admins[i];

        if (admin_in(step->was, is))
            continue;
        need(step, RBAC_TYPE_ADMIN, RBAC_OP_CREATE, RBAC_NONE, "adds",
             is->name);
        need(step, RBAC_TYPE_ROLE, RBAC_OP_READ, RBAC_NONE, "adds", is->name);
        check_moves(step, NULL, is);
    }
}

static void put_role(const struct rbac_role *role, char *out)
{
    snprintf(out, CONTENT, "%d", (int)role->level);
    for (size_t i = 0; i < role->n_rights; i++)
        snprintf(out + strlen(out), CONTENT - strlen(out), " %u:%u:%d",
                 role->rights[i].type, role->rights[i].operations,
                 (int)role->rights[i].level);
}

static const struct rbac_role *role_in(const struct rbac_estate *estate,
                                       const char *name)
{
    for (size_t i = 0; i < estate->n_roles; i++)
        if (strcmp(estate->roles[i].name, name) == 0)
            return &estate->roles[i];
    return NULL;
}

static void check_roles(const struct step *step)
{
    char old[CONTENT];
    char new[CONTENT];

    for (size_t i = 0; i < step->was->n_roles; i++) {
        const struct rbac_role *was = &step->was->roles[i];
        const struct rbac_role *is = role_in(step->is, was->name);

        put_role(was, old);
        if (is)
            put_role(is, new);
        if (!is || strcmp(old, new) != 0)
            need(step, RBAC_TYPE_ROLE, is ? RBAC_OP_MODIFY : RBAC_OP_DELETE,
                 RBAC_NONE, is ? "changes role" : "removes role", was->name);
    }
    for (size_t i = 0; i < step->is->n_roles; i++)
        if (!role_in(step->was, step->is->roles[i].name))
            need(step, RBAC_TYPE_ROLE, RBAC_OP_CREATE, RBAC_NONE, "makes role",
                 step->is->roles[i].name);
}

static void check_scopes(const struct step *step)
{
    for (size_t i = 0; i < step->was->n_scopes; i++)
        if (thief_scope(step->is, step->was->scopes[i].name) == RBAC_NONE)
            need(step, RBAC_TYPE_SCOPE, RBAC_OP_DELETE, RBAC_NONE,
                 "removes scope", step->was->scopes[i].name);
    for (size_t i = 0; i < step->is->n_scopes; i++)
        if (thief_scope(step->was, step->is->scopes[i].name) == RBAC_NONE)
            need(step, RBAC_TYPE_SCOPE, RBAC_OP_CREATE, RBAC_NONE,
                 "makes scope", step->is->scopes[i].name);
}

static const char *limit_of(const struct rbac_estate *estate, uint32_t at)
{
    return estate->collections[at].limiting == RBAC_NONE
               ? ""
               : estate->collections[estate->collections[at].limiting].name;
}

static void check_collection(const struct step *step, uint32_t is)
{
    const char *name = step->is->collections[is].name;
    const char *limit = limit_of(step->is, is);
    const uint32_t was = thief_collection(step->was, name);

    if (was == RBAC_NONE)
        need(step, RBAC_TYPE_COLLECTION, RBAC_OP_CREATE, RBAC_NONE,
             "makes collection", name);
    else if (strcmp(limit_of(step->was, was), limit) == 0)
        return;
    else
        need(step, RBAC_TYPE_COLLECTION, RBAC_OP_MODIFY, was, "moves", name);
    need(step, RBAC_TYPE_COLLECTION, RBAC_OP_READ,
         thief_collection(step->before, limit), "limits by", limit);
}

static void check_tree(const struct step *step)
{
    for (uint32_t i = 0; i < step->was->n_collections; i++)
        if (thief_collection(step->is, step->was->collections[i].name) ==
            RBAC_NONE)
            need(step, RBAC_TYPE_COLLECTION, RBAC_OP_DELETE, i,
                 "removes collection", step->was->collections[i].name);
    for (uint32_t i = 0; i < step->is->n_collections; i++)
        check_collection(step, i);
}

void oracle_step(const struct site *before, const struct site *after,
                 const struct declare_caller *caller,
                 struct thief_breach *breach)
{
    OWNED(rbac_engine)
    extended = thief_extend(rbac_engine_estate(before->engine),
                            rbac_engine_estate(after->engine));
    OWNED(rbac_subject) own = thief_caller(before, extended, caller);
    const struct step step = {.before = rbac_engine_estate(extended),
                              .was = rbac_engine_estate(before->engine),
                              .is = rbac_engine_estate(after->engine),
                              .caller = own,
                              .by = caller,
                              .site = before,
                              .breach = breach};

    check_admins(&step);
    check_roles(&step);
    check_scopes(&step);
    check_tree(&step);
    if (before->minimum_level != after->minimum_level ||
        before->n_exclusions != after->n_exclusions)
        thief_say(breach, "the level or its exclusions are others");
}
