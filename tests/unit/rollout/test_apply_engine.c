/*
 * The same policy, two ways: declared into a store and loaded from it, and
 * built offline from its own text. Every decision is the same, every
 * explanation names the same grants, the same people are excluded.
 */
#include "rbac/explain.h"
#include "tests/unit/rollout/applied.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 5, GROUPS = 2, TIMES_MAX = 6, ADMINS = 64, FINDING_BYTES = 600 };

/* One site and one offline engine, and the person under way in both. */
struct pair {
    struct fixture *fixture;
    const struct policy *policy;
    struct rbac_engine *offline;  /* owned */
    struct policy_people *people; /* owned */
    struct rbac_subject *stored;  /* owned: of the site's engine */
    struct rbac_subject *written; /* owned: of the offline one */
    const char *user;
    size_t n_asked;
    size_t n_allowed;
};

static void subjects_clear(struct pair *pair)
{
    rbac_subject_free(TAKE(pair->stored));
    rbac_subject_free(TAKE(pair->written));
}

static void pair_clear(struct pair *pair)
{
    subjects_clear(pair);
    rbac_engine_free(pair->offline);
    policy_people_free(pair->people);
}

/* ---- The person ---- */

/* A group that the files do not have: its record, and it may be a member. */
static size_t outside_records(const struct pair *pair, const char *group,
                              uint32_t *admins)
{
    const uint32_t own = rbac_find_admin(pair->offline, text_of(group), true);
    size_t n = policy_people_admins(pair->people, group, admins, ADMINS);

    /* as a user of that name, who is nobody, it is in the groups it is in */
    if (n > 0 && !rbac_engine_estate(pair->offline)->admins[admins[0]].is_group)
        n = 0;
    if (own != RBAC_NONE)
        admins[n++] = own;
    return n;
}

static void person_set(struct pair *pair, const char *user, const char *group)
{
    char *groups[1] = {(char *)(uintptr_t)group};
    uint32_t admins[ADMINS];
    uint32_t own;
    size_t n = site_admins_of(pair->fixture->site,
                              (struct site_member){user, groups, group ? 1 : 0},
                              admins, ADMINS, &own);

    subjects_clear(pair);
    pair->user = user;
    assert_true(n <= ADMINS);
    assert_int_equal(
        rbac_subject_new(pair->fixture->site->engine, admins, n, &pair->stored),
        STATUS_OK);
    n = policy_people_admins(pair->people, user, admins, ADMINS);
    if (group)
        n += outside_records(pair, group, admins + n);
    assert_true(n <= ADMINS);
    assert_int_equal(rbac_subject_new(pair->offline, admins, n, &pair->written),
                     STATUS_OK);
}

/* ---- One question ---- */

struct lines {
    char of[RBAC_FINDINGS_MAX][FINDING_BYTES];
    size_t n;
};

static int compare_lines(const void *left, const void *right)
{
    return strcmp(left, right);
}

/*
 * The findings by name, each once: the store keeps a set of each list. Which
 * of several scopes of one assignment is named is not compared, nor whose
 * record is said to lack an assignment, nor which of the roles that are
 * assigned directly.
 */
static void findings_of(const struct rbac_engine *engine,
                        const struct rbac_explanation *explanation,
                        struct lines *lines)
{
    const struct rbac_estate *estate = rbac_engine_estate(engine);
    size_t kept = 0;

    lines->n = explanation->n_findings;
    for (size_t i = 0; i < lines->n; i++) {
        const struct rbac_finding *at = &explanation->findings[i];

        snprintf(lines->of[i], FINDING_BYTES, "%s/%u %s: %s at %d",
                 at->grant.assignment == RBAC_NONE
                     ? "-"
                     : estate->admins[at->grant.admin].name,
                 at->grant.assignment,
                 at->reason == RBAC_DIRECTLY_ASSIGNED ||
                         at->grant.role == RBAC_NONE
                     ? "-"
                     : estate->roles[at->grant.role].name,
                 rbac_reason_name(at->reason), (int)at->level_required);
    }
    qsort(lines->of, lines->n, FINDING_BYTES, compare_lines);
    for (size_t i = 0; i < lines->n; i++)
        if (kept == 0 || strcmp(lines->of[kept - 1], lines->of[i]) != 0)
            memmove(lines->of[kept++], lines->of[i], FINDING_BYTES);
    lines->n = kept;
}

static void compare_findings(const struct pair *pair,
                             const struct rbac_request *stored,
                             const struct rbac_request *written)
{
    static struct rbac_explanation explanations[2];
    static struct lines lines[2];

    rbac_explain(pair->stored, stored, &explanations[0]);
    rbac_explain(pair->written, written, &explanations[1]);
    if (explanations[0].n_findings == RBAC_FINDINGS_MAX ||
        explanations[1].n_findings == RBAC_FINDINGS_MAX)
        return; /* which ones are left out is not said */
    findings_of(pair->fixture->site->engine, &explanations[0], &lines[0]);
    findings_of(pair->offline, &explanations[1], &lines[1]);
    assert_int_equal(lines[0].n, lines[1].n);
    for (size_t i = 0; i < lines[0].n; i++)
        assert_string_equal(lines[0].of[i], lines[1].of[i]);
}

/* labels of both engines: [n] each. */
static void ask(struct pair *pair, const struct rbac_request *request,
                const uint32_t *stored, const uint32_t *written, bool is_deep)
{
    struct rbac_request here = *request;
    struct rbac_request there = *request;
    struct rbac_decision a;
    struct rbac_decision b;

    here.labels = stored;
    there.labels = written;
    a = rbac_check(pair->stored, &here);
    b = rbac_check(pair->written, &there);
    pair->n_asked++;
    pair->n_allowed += a.verdict != RBAC_DENY;
    if (a.verdict != b.verdict || a.reason != b.reason ||
        a.level_required != b.level_required)
        fail_msg("%s type %u bit %u at %lld: stored %s, written %s", pair->user,
                 request->type, request->operation, (long long)request->now_s,
                 rbac_reason_name(a.reason), rbac_reason_name(b.reason));
    if (is_deep)
        compare_findings(pair, &here, &there);
}

/* ---- All of them ---- */

struct labels {
    uint32_t stored[64];
    uint32_t written[64];
    size_t n;
};

static void scopes_of(const struct pair *pair, struct labels *labels)
{
    const struct rbac_estate *estate =
        rbac_engine_estate(pair->fixture->site->engine);

    labels->n = 0;
    assert_int_equal(estate->n_scopes,
                     rbac_engine_estate(pair->offline)->n_scopes);
    for (uint32_t i = 0; i < estate->n_scopes; i++) {
        labels->stored[labels->n] = i;
        labels->written[labels->n] =
            policy_find_scope(pair->offline, estate->scopes[i].name);
        assert_true(labels->written[labels->n++] != RBAC_NONE);
    }
}

static void collections_of(const struct pair *pair, struct labels *labels)
{
    const struct rbac_estate *estate =
        rbac_engine_estate(pair->fixture->site->engine);

    labels->n = 0;
    for (uint32_t i = 0; i < estate->n_collections; i++) {
        labels->stored[labels->n] = i;
        labels->written[labels->n] =
            policy_find_collection(pair->offline, estate->collections[i].name);
        assert_true(labels->written[labels->n++] != RBAC_NONE);
    }
}

static void ask_type(struct pair *pair, const struct rbac_type *type,
                     const struct labels *labels, int64_t now_s, size_t salt)
{
    for (uint8_t bit = 0; bit < RBAC_OPERATIONS_MAX; bit++) {
        struct rbac_request request = {
            .type = type->id,
            .operation = bit,
            .level = (enum auth_level)(1 + (salt + bit) % 3),
            .now_s = now_s,
        };
        const bool is_deep = (salt + bit + type->id) % 7 == 0;

        if (!(type->operations >> bit & 1))
            continue;
        ask(pair, &request, NULL, NULL, is_deep);
        request.is_type_wide = true;
        ask(pair, &request, NULL, NULL, is_deep);
        request.is_type_wide = false;
        for (size_t i = 0; i < labels->n; i++) {
            request.n_labels = 1;
            ask(pair, &request, &labels->stored[i], &labels->written[i],
                is_deep);
            request.n_labels = i + 2 <= labels->n ? 2 : 1;
            ask(pair, &request, &labels->stored[i], &labels->written[i], false);
        }
    }
}

/* Types that somebody's role is about, and every tenth of the others. */
static bool is_asked(const struct policy *policy, const struct rbac_type *type,
                     size_t salt)
{
    for (size_t i = 0; i < policy->n_roles; i++)
        for (size_t j = 0; j < policy->roles[i].n_rights; j++)
            if (policy->roles[i].rights[j].type == type->id)
                return true;
    return (type->id + salt) % 10 == 0;
}

static void ask_person(struct pair *pair, int64_t now_s, size_t salt)
{
    struct labels scopes;
    struct labels collections;
    const struct labels none = {.n = 0};

    scopes_of(pair, &scopes);
    collections_of(pair, &collections);
    for (size_t t = 0; t < rbac_catalog.n_types; t++) {
        const struct rbac_type *type = &rbac_catalog.types[t];

        if (is_asked(pair->policy, type, salt))
            ask_type(pair, type,
                     type->securing == RBAC_BY_SCOPE        ? &scopes
                     : type->securing == RBAC_BY_COLLECTION ? &collections
                                                            : &none,
                     now_s, salt);
    }
}

/* Now, and at the edges of what holds for a time. */
static size_t times_of(const struct policy *policy, size_t salt, int64_t *times)
{
    size_t n = 0;

    times[n++] = 15000 * 86400;
    for (size_t i = 0; i < policy->n_admins; i++)
        for (size_t j = 0; j < policy->admins[i].n_assignments; j++) {
            const struct policy_assignment *at =
                &policy->admins[i].assignments[j];

            if (n + 2 > TIMES_MAX || (i + j + salt) % 3 == 0)
                continue;
            if (at->from_s != INT64_MIN)
                times[n++] = at->from_s - (int64_t)(salt % 2);
            if (at->until_s != INT64_MAX)
                times[n++] = at->until_s - (int64_t)(salt % 2);
        }
    return n;
}

static void ask_exclusion(const struct pair *pair, int64_t now_s)
{
    assert_int_equal(
        site_exclusion_of(pair->fixture->site, pair->user, NULL, 0, now_s) !=
            NULL,
        policy_people_is_excluded(pair->people, pair->user, now_s));
}

static void ask_user(struct pair *pair, const char *user, const char *group,
                     size_t salt)
{
    int64_t times[TIMES_MAX];
    const size_t n = times_of(pair->policy, salt, times);

    person_set(pair, user, group);
    for (size_t i = 0; i < n; i++) {
        ask_person(pair, times[i], salt + i);
        if (!group)
            ask_exclusion(pair, times[i]);
    }
}

static void ask_everybody(struct pair *pair, size_t salt)
{
    char name[64];

    for (size_t i = 0; i < 2 * MOST; i++) {
        snprintf(name, sizeof(name), "user%zu@EXAMPLE.COM", i);
        ask_user(pair, name, NULL, salt + i);
    }
    for (size_t i = 0; i < 3; i++) {
        snprintf(name, sizeof(name), "outside %zu", i);
        ask_user(pair, "user1@EXAMPLE.COM", name, salt + i);
    }
    ask_user(pair, ROOT_USER, NULL, salt);
    ask_user(pair, "service0@EXAMPLE.COM", NULL, salt);
}

static void the_store_decides_as_the_files_do(void **state)
{
    struct fixture *f = *state;
    size_t n_asked = 0;
    size_t n_allowed = 0;
    const uint64_t rounds = rounds_of(48);

    for (uint64_t seed = 1; seed <= rounds; seed++) {
        SCOPED(written_clear)
        struct written written = written_random(seed * 31, MOST);
        SCOPED(pair_clear)
        struct pair pair = {.fixture = f, .policy = written.policy};
        struct rbac_problem problem;
        struct applied applied;

        if (apply_policy(f, written.policy, NULL, &applied) != STATUS_OK)
            fail_msg("seed %llu: %s", (unsigned long long)seed * 31,
                     applied.why);
        assert_int_equal(
            policy_engine_build(written.policy, &pair.offline, &problem),
            STATUS_OK);
        assert_int_equal(policy_people_new(written.policy, &pair.people),
                         STATUS_OK);
        ask_everybody(&pair, (size_t)seed);
        n_asked += pair.n_asked;
        n_allowed += pair.n_allowed;
    }
    print_message("%zu asked, %zu allowed at some level\n", n_asked, n_allowed);
    assert_true(n_allowed > rounds * 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_APPLIED(the_store_decides_as_the_files_do),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
