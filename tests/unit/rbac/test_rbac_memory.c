/*
 * Memory that fails, at every allocation in turn: a clean error and never an
 * answer that is yes.
 */
#include "tests/unit/unit.h"

#include <stdlib.h>

#include "rbac/build.h"
#include "rbac/explain.h"
#include "rbac/index.h"

/* Which allocation fails; the linker sends every one here (--wrap). */
static size_t n_left = SIZE_MAX;

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *old, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);

static bool fails_now(void)
{
    if (n_left == SIZE_MAX)
        return false;
    if (n_left == 0)
        return true;
    n_left--;
    return false;
}

void *__wrap_malloc(size_t size)
{
    return fails_now() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
    return fails_now() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    return fails_now() ? NULL : __real_realloc(old, size);
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    return fails_now() ? NULL : __real_aligned_alloc(alignment, size);
}

enum { N_COLLECTIONS = 8 };

static const struct rbac_right rights[] = {
    {RBAC_TYPE_COLLECTION, 1, AUTH_LEVEL_NONE},
    {RBAC_TYPE_PACKAGE, 1, AUTH_LEVEL_MFA}};
static const struct rbac_role role = {"R1", "Reader", rights, 2, 0};
static const struct rbac_scope scopes[] = {
    {.id = "A", .name = "All", .is_all = true},
    {.id = "B", .name = "Default", .is_default = true}};
static const uint32_t zero[] = {0};
static const uint32_t leaves[] = {2, 4, 6};
static const struct rbac_assignment assignments[] = {
    {zero, 1, zero, 1, leaves, 3, INT64_MIN, INT64_MAX},
    {zero, 1, zero, 1, leaves, 1, 0, 100}};
static const struct rbac_admin admin = {
    .name = "a", .assignments = assignments, .n_assignments = 2};
static const struct rbac_class classes[] = {{RBAC_TYPE_COLLECTION, 0}};

/* Engine, subject, index, another generation, a list; until something fails. */
struct built {
    struct rbac_engine *engine;
    struct rbac_subject *subject;
    struct rbac_index *index;
    struct rbac_index *next;
    struct rbac_set set;
};

static enum status build(struct built *built)
{
    static const struct rbac_collection collections[N_COLLECTIONS] = {
        {"0", "0", RBAC_NONE}, {"1", "1", 0}, {"2", "2", 0}, {"3", "3", 0},
        {"4", "4", 0},         {"5", "5", 0}, {"6", "6", 0}, {"7", "7", 0}};
    static const uint32_t labels[] = {1, 2, 3, 4, 5, 6};
    static const uint32_t at[] = {0, 6, 6};
    const struct rbac_objects objects = {2, at, labels, NULL};
    const struct rbac_estate estate = {&rbac_catalog, &role,  1,
                                       scopes,        2,      collections,
                                       N_COLLECTIONS, &admin, 1};
    const struct rbac_ask ask = {NULL, 0, 0, RBAC_OP_READ, AUTH_LEVEL_MFA};
    struct rbac_ask asked = ask;
    struct rbac_problem problem;

    TRY(rbac_engine_build(&estate, &built->engine, &problem));
    TRY(rbac_subject_new(built->engine, zero, 1, &built->subject));
    TRY(rbac_index_build(built->engine, classes, 1, &objects, 1,
                         &built->index));
    TRY(rbac_index_set(built->index, 0, 1, labels, 6, &built->next));
    asked.subject = built->subject;
    return rbac_index_visible(built->next, &asked, 50, &built->set);
}

static void drop(struct built *built)
{
    rbac_set_clear(&built->set);
    rbac_index_free(built->next);
    rbac_index_free(built->index);
    rbac_subject_free(built->subject);
    rbac_engine_free(built->engine);
}

/* What was built in full answers as ever, however little memory is left. */
static void assert_right(const struct built *built)
{
    const struct rbac_request hidden = {.type = RBAC_TYPE_COLLECTION,
                                        .labels = (const uint32_t[]){1},
                                        .n_labels = 1,
                                        .level = AUTH_LEVEL_MFA};
    struct rbac_explanation explanation;

    if (!built->subject)
        return;
    assert_int_equal(rbac_check(built->subject, &hidden).verdict, RBAC_DENY);
    rbac_explain(built->subject, &hidden, &explanation);
    assert_int_equal(explanation.decision.verdict, RBAC_DENY);
}

static void every_failing_allocation_is_a_clean_error(void **state)
{
    enum status status = STATUS_NO_MEMORY;
    size_t n = 0;

    (void)state;
    for (; status != STATUS_OK; n++) {
        struct built built = {0};

        assert_true(n < 1000);
        n_left = n;
        status = build(&built);
        n_left = 0;
        assert_right(&built);
        n_left = SIZE_MAX;
        assert_true(status == STATUS_OK || status == STATUS_NO_MEMORY);
        drop(&built);
    }
    assert_true(n > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_failing_allocation_is_a_clean_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
