#include "tests/unit/thief_oracle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NEVER = 99, ADMINS = 64, LABELS = 32, CONTENT = 2000 };

static void say(struct thief_breach *breach, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void say(struct thief_breach *breach, const char *format, ...)
{
    va_list args;

    if (breach->is_there)
        return;
    breach->is_there = true;
    va_start(args, format);
    vsnprintf(breach->text, sizeof(breach->text), format, args);
    va_end(args);
}

/* ---- The site before, with the scopes and collections after it ---- */

static uint32_t scope_of(const struct rbac_estate *estate, const char *name)
{
    for (uint32_t i = 0; i < estate->n_scopes; i++)
        if (strcmp(estate->scopes[i].name, name) == 0)
            return i;
    return RBAC_NONE;
}

static uint32_t collection_of(const struct rbac_estate *estate,
                              const char *name)
{
    for (uint32_t i = 0; i < estate->n_collections; i++)
        if (strcmp(estate->collections[i].name, name) == 0)
            return i;
    return RBAC_NONE;
}

/* New ones have ids of their own: those of rows are used once. */
static struct rbac_engine *extend(const struct rbac_estate *before,
                                  const struct rbac_estate *after)
{
    struct rbac_scope scopes[LABELS];
    struct rbac_collection collections[LABELS];
    struct rbac_estate estate = *before;
    struct rbac_engine *engine = NULL;
    struct rbac_problem problem;

    assert_true(before->n_scopes + after->n_scopes < LABELS);
    assert_true(before->n_collections + after->n_collections < LABELS);
    memcpy(scopes, before->scopes, before->n_scopes * sizeof(scopes[0]));
    memcpy(collections, before->collections,
           before->n_collections * sizeof(collections[0]));
    estate.scopes = scopes;
    estate.collections = collections;
    for (size_t i = 0; i < after->n_scopes; i++)
        if (scope_of(before, after->scopes[i].name) == RBAC_NONE)
            scopes[estate.n_scopes++] = after->scopes[i];
    for (size_t i = 0; i < after->n_collections; i++)
        if (collection_of(before, after->collections[i].name) == RBAC_NONE)
            collections[estate.n_collections++] = after->collections[i];
    for (size_t i = before->n_collections; i < estate.n_collections; i++)
        collections[i].limiting = collection_of(
            &estate, after->collections[collections[i].limiting].name);
    if (rbac_engine_build(&estate, &engine, &problem) != STATUS_OK)
        fail_msg("%s", problem.text);
    return engine;
}

/* ---- People ---- */

/* Whoever can prove an identity, in a group of the operating system or none:
 * such groups are a name's, which a user id is not. */
struct person {
    enum identity_kind kind;
    char value[16];
    char group[16]; /* "" */
};

static const char *user_of(const struct site *site, const struct person *person)
{
    const char *user = site_user_of(site, person->kind, text_of(person->value));

    return user ? user : person->kind == IDENTITY_LOCAL ? NULL : person->value;
}

static struct rbac_subject *subject_of(const struct site *site,
                                       const struct rbac_engine *engine,
                                       const struct person *person)
{
    char *groups[1] = {(char *)(uintptr_t)person->group};
    const char *user = user_of(site, person);
    struct rbac_subject *subject = NULL;
    uint32_t admins[ADMINS];
    uint32_t own;
    const size_t n =
        user ? site_admins_of(site, user, groups, person->group[0] ? 1 : 0,
                              admins, ADMINS, &own)
             : 0;

    assert_true(n <= ADMINS);
    assert_int_equal(rbac_subject_new(engine, admins, n, &subject), STATUS_OK);
    return subject;
}

static bool is_excluded(const struct site *site, const struct person *person,
                        int64_t now_s)
{
    char *groups[1] = {(char *)(uintptr_t)person->group};
    const char *user = user_of(site, person);

    return user && site_exclusion_of(site, user, groups,
                                     person->group[0] ? 1 : 0, now_s);
}

static struct rbac_subject *caller_of(const struct site *site,
                                      const struct rbac_engine *engine,
                                      const struct declare_caller *caller)
{
    struct rbac_subject *subject = NULL;
    uint32_t admins[ADMINS];
    uint32_t own;
    const size_t n = site_admins_of(site, caller->user, caller->groups,
                                    caller->n_groups, admins, ADMINS, &own);

    assert_true(n <= ADMINS);
    assert_int_equal(rbac_subject_new(engine, admins, n, &subject), STATUS_OK);
    return subject;
}

/* ---- Points: what may be asked ---- */

struct point {
    const struct rbac_type *type;
    uint8_t operation;
    const char *label; /* of a scope or collection; NULL */
    uint32_t before;   /* of the label, in either engine */
    uint32_t after;
    int64_t time;
};

/* The level it needs, NEVER when no level does. */
static int cost_of(const struct rbac_subject *subject,
                   const struct point *point, uint32_t label)
{
    const struct rbac_request request = {
        .type = point->type->id,
        .operation = point->operation,
        .labels = &label,
        .n_labels = label == RBAC_NONE ? 0 : 1,
        .level = AUTH_LEVEL_MFA,
        .now_s = point->time,
    };
    const struct rbac_decision decision = rbac_check(subject, &request);

    return decision.verdict == RBAC_DENY ? NEVER : (int)decision.level_required;
}

typedef void (*point_visit)(void *context, const struct point *point);

static void visit_labels(const struct rbac_estate *before,
                         const struct rbac_estate *after, struct point *point,
                         point_visit visit, void *context)
{
    const bool is_scope = point->type->securing == RBAC_BY_SCOPE;
    const size_t n = is_scope ? after->n_scopes : after->n_collections;

    for (uint32_t i = 0; i < n; i++) {
        if (is_scope && after->scopes[i].is_all)
            continue; /* no object is in it */
        point->label =
            is_scope ? after->scopes[i].name : after->collections[i].name;
        point->after = i;
        point->before = is_scope ? scope_of(before, point->label)
                                 : collection_of(before, point->label);
        visit(context, point);
    }
}

static void visit_points(const struct rbac_estate *before,
                         const struct rbac_estate *after, point_visit visit,
                         void *context)
{
    struct point point = {.before = RBAC_NONE, .after = RBAC_NONE};

    for (size_t at = 0; at < ARRAY_SIZE(thief_times); at++)
        for (size_t t = 0; t < THIEF_TYPES; t++)
            for (uint8_t bit = 0; bit < RBAC_OPERATIONS_MAX; bit++) {
                point = (struct point){
                    rbac_catalog_type(&rbac_catalog, thief_types[t]),
                    bit,
                    NULL,
                    RBAC_NONE,
                    RBAC_NONE,
                    thief_times[at]};
                if (!(point.type->operations >> bit & 1))
                    continue;
                if (point.type->securing == RBAC_BY_ROLE)
                    visit(context, &point);
                else
                    visit_labels(before, after, &point, visit, context);
            }
}

/* ---- Gains ---- */

struct gain {
    const struct rbac_subject *caller; /* all in the engine before */
    const struct rbac_subject *was;
    const struct rbac_subject *is;
    const struct person *person;
    int level;
    struct thief_breach *breach;
};

static void look_for_gain(void *context, const struct point *point)
{
    const struct gain *gain = context;
    const int is = cost_of(gain->is, point, point->after);
    const int was = cost_of(gain->was, point, point->before);
    int held;

    if (is >= was)
        return;
    held = cost_of(gain->caller, point, point->before);
    if (held > is || held > gain->level)
        say(gain->breach,
            "%s in \"%s\" gains type %u operation %u on %s at %lld: from "
            "level %d, before %d; the caller's is %d at %d",
            gain->person->value, gain->person->group, point->type->id,
            point->operation, point->label ? point->label : "all",
            (long long)(point->time - thief_times[0]), is, was, held,
            gain->level);
}

static void look_at_person(const struct site *before, const struct site *after,
                           const struct rbac_engine *extended,
                           const struct declare_caller *caller,
                           const struct person *person,
                           struct thief_breach *breach)
{
    OWNED(rbac_subject) own = caller_of(before, extended, caller);
    OWNED(rbac_subject) was = subject_of(before, extended, person);
    OWNED(rbac_subject) is = subject_of(after, after->engine, person);
    struct gain gain = {own, was, is, person, (int)caller->level, breach};

    visit_points(rbac_engine_estate(extended),
                 rbac_engine_estate(after->engine), look_for_gain, &gain);
    if (is_excluded(after, person, thief_times[0]) &&
        !is_excluded(before, person, thief_times[0]))
        say(breach, "%s in \"%s\" need not reach the minimum any more",
            person->value, person->group);
}

void oracle_gains(const struct site *before, const struct site *after,
                  const struct declare_caller *caller,
                  struct thief_breach *breach)
{
    OWNED(rbac_engine)
    extended = extend(rbac_engine_estate(before->engine),
                      rbac_engine_estate(after->engine));

    for (int i = 0; i <= THIEF_USERS + THIEF_IDENTITIES; i++)
        for (int g = -1; g < (i <= THIEF_USERS ? THIEF_GROUPS : 0); g++) {
            struct person person = {.kind = i <= THIEF_USERS ? IDENTITY_KERBEROS
                                                             : IDENTITY_LOCAL};

            if (i <= THIEF_USERS)
                snprintf(person.value, sizeof(person.value), "u%d@X", i);
            else
                snprintf(person.value, sizeof(person.value), "100%d",
                         i - THIEF_USERS - 1);
            if (g >= 0)
                snprintf(person.group, sizeof(person.group), "g%d", g);
            look_at_person(before, after, extended, caller, &person, breach);
        }
}

/* ---- Acts of a step ---- */

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
        say(step->breach, "%s %s without type %u operation %u", what, name,
            type, operation);
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

/* R10.4: everything the record alone gives is the caller's. */
struct cover {
    const struct step *step;
    const struct rbac_subject *record;
    const char *name;
};

static void look_for_more(void *context, const struct point *point)
{
    const struct cover *cover = context;
    const int has = cost_of(cover->record, point, point->before);
    int held;

    if (has == NEVER)
        return;
    held = cost_of(cover->step->caller, point, point->before);
    if (held > has || held > (int)cover->step->by->level)
        say(cover->step->breach,
            "the record %s is touched and holds type %u operation %u on %s",
            cover->name, point->type->id, point->operation,
            point->label ? point->label : "all");
}

static void check_covered(const struct step *step,
                          const struct rbac_engine *extended,
                          const struct rbac_admin *record)
{
    const uint32_t index = (uint32_t)(record - step->was->admins);
    OWNED(rbac_subject) alone = NULL;
    struct cover cover = {step, NULL, record->name};

    assert_int_equal(rbac_subject_new(extended, &index, 1, &alone), STATUS_OK);
    cover.record = alone;
    visit_points(step->before, step->before, look_for_more, &cover);
}

/* ---- R10.3 ---- */

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
                           bool is_collection, const char *name)
{
    uint32_t admins[ADMINS];
    uint32_t own;
    const size_t n =
        site_admins_of(step->site, step->by->user, step->by->groups,
                       step->by->n_groups, admins, ADMINS, &own);

    for (size_t i = 0; i < n; i++) {
        const struct rbac_admin *admin = &step->before->admins[admins[i]];

        for (size_t j = 0; !admin->is_disabled && j < admin->n_assignments; j++)
            if (is_security(step, &admin->assignments[j]) &&
                covers(step, &admin->assignments[j], category, is_collection))
                return;
    }
    say(step->breach, "%s is given in %s %u, which is not the caller's to give",
        name, is_collection ? "collection" : "scope", category);
}

static void check_categories(const struct step *step,
                             const struct rbac_admin *admin)
{
    for (size_t i = 0; i < admin->n_assignments; i++) {
        const struct rbac_assignment *at = &admin->assignments[i];

        for (size_t s = 0; s < at->n_scopes; s++)
            check_category(
                step,
                scope_of(step->before, step->is->scopes[at->scopes[s]].name),
                false, admin->name);
        for (size_t c = 0; c < at->n_collections; c++)
            check_category(
                step,
                collection_of(step->before,
                              step->is->collections[at->collections[c]].name),
                true, admin->name);
    }
}

/* ---- Records, roles, places ---- */

static void check_admins(const struct step *step,
                         const struct rbac_engine *extended)
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
            say(step->breach, "the caller removes their own record");
        need(step, RBAC_TYPE_ADMIN, is ? RBAC_OP_MODIFY : RBAC_OP_DELETE,
             RBAC_NONE, is ? "changes" : "removes", was->name);
        check_covered(step, extended, was);
        if (is) {
            need(step, RBAC_TYPE_ROLE, RBAC_OP_READ, RBAC_NONE, "changes",
                 was->name);
            check_categories(step, is);
        }
    }
    for (size_t i = 0; i < step->is->n_admins; i++) {
        const struct rbac_admin *is = &step->is->admins[i];

        if (admin_in(step->was, is))
            continue;
        need(step, RBAC_TYPE_ADMIN, RBAC_OP_CREATE, RBAC_NONE, "adds",
             is->name);
        need(step, RBAC_TYPE_ROLE, RBAC_OP_READ, RBAC_NONE, "adds", is->name);
        check_categories(step, is);
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
        if (scope_of(step->is, step->was->scopes[i].name) == RBAC_NONE)
            need(step, RBAC_TYPE_SCOPE, RBAC_OP_DELETE, RBAC_NONE,
                 "removes scope", step->was->scopes[i].name);
    for (size_t i = 0; i < step->is->n_scopes; i++)
        if (scope_of(step->was, step->is->scopes[i].name) == RBAC_NONE)
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
    const uint32_t was = collection_of(step->was, name);

    if (was == RBAC_NONE)
        need(step, RBAC_TYPE_COLLECTION, RBAC_OP_CREATE, RBAC_NONE,
             "makes collection", name);
    else if (strcmp(limit_of(step->was, was), limit) == 0)
        return;
    else
        need(step, RBAC_TYPE_COLLECTION, RBAC_OP_MODIFY, was, "moves", name);
    need(step, RBAC_TYPE_COLLECTION, RBAC_OP_READ,
         collection_of(step->before, limit), "limits by", limit);
}

static void check_tree(const struct step *step)
{
    for (uint32_t i = 0; i < step->was->n_collections; i++)
        if (collection_of(step->is, step->was->collections[i].name) ==
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
    extended = extend(rbac_engine_estate(before->engine),
                      rbac_engine_estate(after->engine));
    OWNED(rbac_subject) own = caller_of(before, extended, caller);
    const struct step step = {.before = rbac_engine_estate(extended),
                              .was = rbac_engine_estate(before->engine),
                              .is = rbac_engine_estate(after->engine),
                              .caller = own,
                              .by = caller,
                              .site = before,
                              .breach = breach};

    check_admins(&step, extended);
    check_roles(&step);
    check_scopes(&step);
    check_tree(&step);
    if (before->minimum_level != after->minimum_level ||
        before->n_exclusions != after->n_exclusions)
        say(breach, "the level or its exclusions are others");
}
