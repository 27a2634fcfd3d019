/*
 * No allocation that fails makes a yes: every allocation of building an
 * engine, its next generation, a subject, an index, its next generation and a
 * list is made to fail once. What then comes back is a clean error, or answers
 * equal to those of the undisturbed run.
 *
 *     oracle-memory [ESTATES [SEED]]
 *
 * Linked with --wrap for the allocator; sanitizers watch for leaks.
 */
#include <stdlib.h>
#include <string.h>

#include "provider/base/own.h"
#include "rbac/index.h"
#include "tests/oracle/estate_random.h"

static long countdown = -1; /* allocations until one fails; -1: none does */

/* Whether the allocation at hand is the one that fails. */
static bool is_failing(void)
{
    return countdown >= 0 && countdown-- == 0;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *old, size_t size);
void *__real_reallocarray(void *old, size_t n, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
int __real_posix_memalign(void **out, size_t alignment, size_t size);
char *__real_strdup(const char *text);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *__wrap_reallocarray(void *old, size_t n, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
int __wrap_posix_memalign(void **out, size_t alignment, size_t size);
char *__wrap_strdup(const char *text);

void *__wrap_malloc(size_t size)
{
    return is_failing() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
    return is_failing() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    return is_failing() ? NULL : __real_realloc(old, size);
}

void *__wrap_reallocarray(void *old, size_t n, size_t size)
{
    return is_failing() ? NULL : __real_reallocarray(old, n, size);
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    return is_failing() ? NULL : __real_aligned_alloc(alignment, size);
}

int __wrap_posix_memalign(void **out, size_t alignment, size_t size)
{
    return is_failing() ? 12 : __real_posix_memalign(out, alignment, size);
}

char *__wrap_strdup(const char *text)
{
    return is_failing() ? NULL : __real_strdup(text);
}

enum { OBJECTS = 40, QUESTIONS = 20 };

/* Everything that one run answers. */
struct answers {
    struct rbac_decision decisions[QUESTIONS];
    struct rbac_decision by_number[QUESTIONS];
    bool is_listed[OBJECTS];
};

/* Objects of the first type, one label each, at most as many as there are. */
static void objects_make(const struct estate *estate, uint32_t *at,
                         uint32_t *labels)
{
    const struct rbac_type *type = &estate->types[0];
    const size_t many = type->securing == RBAC_BY_SCOPE ? estate->n_scopes
                        : type->securing == RBAC_BY_COLLECTION
                            ? estate->n_collections
                            : 0;

    for (uint32_t i = 0; i < OBJECTS; i++) {
        const uint32_t label = many ? i % (uint32_t)many : RBAC_NONE;

        at[i + 1] = at[i];
        if (many &&
            (type->securing != RBAC_BY_SCOPE || label != estate->all_scope))
            labels[at[i + 1]++] = label;
    }
}

static enum status answer_questions(const struct trial *trial,
                                    const struct rbac_engine *engine,
                                    const struct rbac_index *index,
                                    struct answers *out)
{
    for (size_t i = 0; i < trial->n_questions; i++) {
        const struct question *question = &trial->questions[i];
        OWNED(rbac_subject) subject = NULL;
        SCOPED(rbac_set_clear) struct rbac_set set = {0};
        struct rbac_ask ask;

        /* Every other one is asked later or earlier than made for. */
        TRY(list_subject(&trial->subjects[question->subject], engine,
                         i % 2 ? NOON_S : question->now_s, &subject));
        ask = (struct rbac_ask){subject, (uint32_t)i, 0, question->operation,
                                (uint8_t)question->level};
        out->decisions[i] = question_check(question, subject);
        out->by_number[i] = rbac_index_check(index, &ask, question->now_s);
        TRY(rbac_index_visible(index, &ask, question->now_s, &set));
        for (uint32_t k = 0; k < OBJECTS; k++)
            out->is_listed[k] = rbac_set_has(&set, k);
    }
    return STATUS_OK;
}

/* The part that allocates, from build to answers. */
static enum status run(const struct trial *trial, const struct built *built,
                       struct answers *out)
{
    OWNED(rbac_engine) first = NULL;
    OWNED(rbac_engine) engine = NULL;
    OWNED(rbac_index) before = NULL;
    OWNED(rbac_index) index = NULL;
    struct rbac_problem problem;
    uint32_t at[OBJECTS + 1] = {0}, labels[OBJECTS];
    const struct rbac_class class = {trial->estate.types[0].id, 0};

    objects_make(&trial->estate, at, labels);
    const struct rbac_objects objects = {OBJECTS, at, labels, NULL};

    TRY(rbac_engine_build(&built->estate, &first, &problem));
    TRY(rbac_index_build(first, &class, 1, &objects, 1, &before));
    TRY(rbac_index_set(before, 0, 3, labels, at[1], &index));
    TRY(rbac_engine_rebuild(first, &built->estate, &engine, &problem));
    return answer_questions(trial, engine, index, out);
}

/* Fails the n-th allocation; false when something other than a no came out. */
static bool holds_without(const struct trial *trial, const struct built *built,
                          const struct answers *clean, long n, bool *is_over)
{
    static struct answers got;
    enum status status;

    memset(&got, 0, sizeof(got));
    countdown = n;
    status = run(trial, built, &got);
    *is_over = countdown >= 0; /* there was no n-th allocation */
    countdown = -1;
    if (status == STATUS_NO_MEMORY)
        return true;
    return status == STATUS_OK && memcmp(&got, clean, sizeof(got)) == 0;
}

static bool estate_holds(uint64_t seed, uint64_t round, long *n_failed)
{
    static struct trial trial;
    static struct answers clean;
    SCOPED(built_drop) struct built built = {0};
    struct random random = random_make(seed, round);
    bool is_over = false;

    memset(&trial, 0, sizeof(trial));
    memset(&clean, 0, sizeof(clean));
    trial_random(&random, QUESTIONS, &trial);
    if (built_make(&trial.estate, &built) != STATUS_OK ||
        run(&trial, &built, &clean) != STATUS_OK) {
        printf("# seed %lu round %lu does not run\n", (unsigned long)seed,
               (unsigned long)round);
        return false;
    }
    for (long n = 0; !is_over; n++, (*n_failed)++)
        if (!holds_without(&trial, &built, &clean, n, &is_over)) {
            printf("# allocation %ld of seed %lu round %lu\n", n,
                   (unsigned long)seed, (unsigned long)round);
            trial_print(&trial, stdout);
            return false;
        }
    return true;
}

int main(int argc, char **argv)
{
    const uint64_t estates = argc > 1 ? strtoull(argv[1], NULL, 10) : 20;
    const uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    long n_failed = 0;

    for (uint64_t round = 0; round < estates; round++)
        if (!estate_holds(seed, round, &n_failed))
            return 1;
    printf("# %ld allocations failed, none made a yes\n", n_failed);
    return 0;
}
