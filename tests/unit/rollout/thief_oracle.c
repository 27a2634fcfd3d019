#include "tests/unit/rollout/thief_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void thief_say(struct thief_breach *breach, const char *format, ...)
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

uint32_t thief_scope(const struct rbac_estate *estate, const char *name)
{
    for (uint32_t i = 0; i < estate->n_scopes; i++)
        if (strcmp(estate->scopes[i].name, name) == 0)
            return i;
    return RBAC_NONE;
}

uint32_t thief_collection(const struct rbac_estate *estate, const char *name)
{
    for (uint32_t i = 0; i < estate->n_collections; i++)
        if (strcmp(estate->collections[i].name, name) == 0)
            return i;
    return RBAC_NONE;
}

/* New ones have ids of their own: those of rows are used once. */
struct rbac_engine *thief_extend(const struct rbac_estate *before,
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
        if (thief_scope(before, after->scopes[i].name) == RBAC_NONE)
            scopes[estate.n_scopes++] = after->scopes[i];
    for (size_t i = 0; i < after->n_collections; i++)
        if (thief_collection(before, after->collections[i].name) == RBAC_NONE)
            collections[estate.n_collections++] = after->collections[i];
    for (size_t i = before->n_collections; i < estate.n_collections; i++)
        collections[i].limiting = thief_collection(
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
        user ? site_admins_of(
                   site,
                   (struct site_member){user, groups, person->group[0] ? 1 : 0},
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

struct rbac_subject *thief_caller(const struct site *site,
                                  const struct rbac_engine *engine,
                                  const struct declare_caller *caller)
{
    struct rbac_subject *subject = NULL;
    uint32_t admins[ADMINS];
    uint32_t own;
    const size_t n = site_admins_of(
        site,
        (struct site_member){caller->user, caller->groups, caller->n_groups},
        admins, ADMINS, &own);

    assert_true(n <= ADMINS);
    assert_int_equal(rbac_subject_new(engine, admins, n, &subject), STATUS_OK);
    return subject;
}

/* ---- Points: what may be asked ---- */

/* The level it needs, NEVER when no level does. */
int thief_cost(const struct rbac_subject *subject, const struct point *point,
               uint32_t label)
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
        point->before = is_scope ? thief_scope(before, point->label)
                                 : thief_collection(before, point->label);
        visit(context, point);
    }
}

void thief_visit(const struct rbac_estate *before,
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
    const int is = thief_cost(gain->is, point, point->after);
    const int was = thief_cost(gain->was, point, point->before);
    int held;

    if (is >= was)
        return;
    held = thief_cost(gain->caller, point, point->before);
    if (held > is || held > gain->level)
        thief_say(gain->breach,
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
    OWNED(rbac_subject) own = thief_caller(before, extended, caller);
    OWNED(rbac_subject) was = subject_of(before, extended, person);
    OWNED(rbac_subject) is = subject_of(after, after->engine, person);
    struct gain gain = {own, was, is, person, (int)caller->level, breach};

    thief_visit(rbac_engine_estate(extended), rbac_engine_estate(after->engine),
                look_for_gain, &gain);
    if (is_excluded(after, person, thief_times[0]) &&
        !is_excluded(before, person, thief_times[0]))
        thief_say(breach, "%s in \"%s\" need not reach the minimum any more",
                  person->value, person->group);
}

void oracle_gains(const struct site *before, const struct site *after,
                  const struct declare_caller *caller,
                  struct thief_breach *breach)
{
    OWNED(rbac_engine)
    extended = thief_extend(rbac_engine_estate(before->engine),
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
