#include "tests/bench/bench_estate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_MAX_BYTES = 16, RECORDS_MAX = 256 };

static void fail(const char *what)
{
    fprintf(stderr, "rbac-bench: %s\n", what);
    exit(2);
}

static void *take(size_t n, size_t size)
{
    void *memory = calloc(n + 1, size);

    if (!memory)
        fail("no memory");
    return memory;
}

/* A letter and a number, kept as long as the program runs. */
static const char *name_of(char kind, uint32_t number)
{
    char *name = take(NAME_MAX_BYTES, 1);

    snprintf(name, NAME_MAX_BYTES, "%c%u", kind, number);
    return name;
}

/* Neutral: nothing is type-wide, nothing blocked on assigned collections. */
static void describe_catalog(struct bench *bench)
{
    const struct workload *work = bench->work;
    struct rbac_type *types = take(work->n_types, sizeof(*types));

    for (uint32_t t = 0; t < work->n_types; t++)
        types[t] = (struct rbac_type){
            .id = (uint16_t)(t + BENCH_TYPE_FIRST),
            .class_name = name_of('T', t),
            .display_name = name_of('T', t),
            .securing =
                t <= WORK_TYPE_DEVICE ? RBAC_BY_COLLECTION : RBAC_BY_SCOPE,
            .operations = (uint32_t)((UINT64_C(1) << work->n_operations) - 1),
        };
    bench->catalog = (struct rbac_catalog){types, work->n_types};
}

static void describe_roles(struct bench *bench)
{
    const struct workload *work = bench->work;
    struct rbac_role *roles = take(work->n_roles, sizeof(*roles));

    for (uint32_t r = 0; r < work->n_roles; r++) {
        struct rbac_right *rights = take(work->n_types, sizeof(*rights));

        roles[r] = (struct rbac_role){
            .id = name_of('R', r), .name = name_of('R', r), .rights = rights};
        for (uint32_t t = 0; t < work->n_types; t++)
            if (work->masks[r][t])
                rights[roles[r].n_rights++] = (struct rbac_right){
                    .type = (uint16_t)(t + BENCH_TYPE_FIRST),
                    .operations = work->masks[r][t]};
    }
    bench->estate.roles = roles;
    bench->estate.n_roles = work->n_roles;
}

/* Scope 0 is All; the workload's come after it. */
static void describe_places(struct bench *bench)
{
    const struct workload *work = bench->work;
    struct rbac_scope *scopes = take(work->n_scopes + 1, sizeof(*scopes));
    struct rbac_collection *collections =
        take(work->n_collections, sizeof(*collections));

    for (uint32_t i = 0; i < work->object_scopes.start[work->n_objects]; i++)
        work->object_scopes.values[i]++;
    scopes[0] = (struct rbac_scope){.id = "All", .name = "All", .is_all = true};
    for (uint32_t s = 0; s < work->n_scopes; s++)
        scopes[s + 1] =
            (struct rbac_scope){.id = name_of('S', s), .name = name_of('S', s)};
    for (uint32_t c = 0; c < work->n_collections; c++)
        collections[c] = (struct rbac_collection){
            name_of('C', c), name_of('C', c), work->limiting[c]};
    bench->estate.scopes = scopes;
    bench->estate.n_scopes = work->n_scopes + 1;
    bench->estate.collections = collections;
    bench->estate.n_collections = work->n_collections;
}

static void describe_assignment(struct bench *bench, uint32_t i,
                                bool has_bounds,
                                struct rbac_assignment *assignment)
{
    const struct workload *work = bench->work;
    const uint32_t from = work->assigned_scopes.start[i];
    const uint32_t n = work->assigned_scopes.start[i + 1] - from;
    const uint32_t first = work->assigned_collections.start[i];
    uint32_t *scopes = take(n + 1, sizeof(*scopes));

    for (uint32_t s = 0; s < n; s++)
        scopes[s] = work->assigned_scopes.values[from + s] + 1;
    *assignment = (struct rbac_assignment){
        .roles = &work->assignments[i].role,
        .n_roles = 1,
        .scopes = scopes,
        .n_scopes = work->assignments[i].has_all ? 1 : n,
        .collections = work->assigned_collections.values + first,
        .n_collections = work->assigned_collections.start[i + 1] - first,
        .from_s = has_bounds ? BENCH_NOW - 10 : INT64_MIN,
        .until_s = has_bounds ? BENCH_NOW + 1 + i : INT64_MAX,
    };
}

/* Users first, groups after them. */
static void describe_admins(struct bench *bench, bool has_bounds)
{
    const struct workload *work = bench->work;
    const uint32_t n = work->n_users + work->n_groups;
    struct rbac_admin *admins = take(n, sizeof(*admins));
    struct rbac_assignment *of = take(work->n_assignments, sizeof(*of));
    uint32_t next = 0;

    for (uint32_t a = 0; a < n; a++) {
        const bool is_group = a >= work->n_users;
        const uint32_t number = is_group ? a - work->n_users : a;

        admins[a] = (struct rbac_admin){
            .name = name_of(is_group ? 'G' : 'U', number),
            .is_group = is_group,
            .assignments = of + next,
        };
        for (uint32_t i = 0; i < work->n_assignments; i++) {
            if (work->assignments[i].is_group != is_group ||
                work->assignments[i].principal != number)
                continue;
            describe_assignment(bench, i, has_bounds, &of[next++]);
            admins[a].n_assignments++;
        }
    }
    bench->estate.admins = admins;
    bench->estate.n_admins = n;
}

void bench_describe(const struct workload *work, bool has_bounds,
                    struct bench *bench)
{
    *bench = (struct bench){.work = work};
    bench->estate.catalog = &bench->catalog;
    describe_catalog(bench);
    describe_roles(bench);
    describe_places(bench);
    describe_admins(bench, has_bounds);
    bench->subjects = take(work->n_users, sizeof(struct rbac_subject *));
}

void bench_build_engine(struct bench *bench, const struct rbac_engine *previous)
{
    struct rbac_problem problem;

    if (rbac_engine_rebuild(previous, &bench->estate, &bench->engine,
                            &problem) != STATUS_OK)
        fail(problem.text);
}

size_t bench_records(const struct workload *work, uint32_t user,
                     uint32_t *records, size_t max)
{
    size_t n = 0;

    records[n++] = user;
    for (uint32_t g = work->groups.start[user];
         g < work->groups.start[user + 1] && n < max; g++)
        records[n++] = work->n_users + work->groups.values[g];
    return n;
}

void bench_build_subject(struct bench *bench, uint32_t user)
{
    uint32_t records[RECORDS_MAX];
    const size_t n = bench_records(bench->work, user, records, RECORDS_MAX);

    if (rbac_subject_new_at(bench->engine, records, n, BENCH_NOW,
                            &bench->subjects[user]) != STATUS_OK)
        fail("no subject");
}

/*
 * Three numberings: the collections themselves, the devices, and the tagged
 * objects of all other types together.
 */
void bench_build_index(struct bench *bench)
{
    const struct workload *work = bench->work;
    struct rbac_class classes[WORK_TYPES_MAX];
    uint32_t *own = take(work->n_collections, sizeof(*own));
    uint32_t *own_at = take(work->n_collections + 1, sizeof(*own_at));
    const struct rbac_objects objects[] = {
        {work->n_collections, own_at, own, NULL},
        {work->n_devices, work->device_collections.start,
         work->device_collections.values, NULL},
        {work->n_objects, work->object_scopes.start, work->object_scopes.values,
         work->type_of},
    };

    for (uint32_t c = 0; c < work->n_collections; c++) {
        own[c] = c;
        own_at[c + 1] = c + 1;
    }
    for (uint32_t t = 0; t < work->n_types; t++)
        classes[t] = (struct rbac_class){(uint16_t)(t + BENCH_TYPE_FIRST),
                                         (uint16_t)(t < 2 ? t : 2)};
    if (rbac_index_build(bench->engine, classes, work->n_types, objects, 3,
                         &bench->index) != STATUS_OK)
        fail("no index");
    free(own);
    free(own_at);
}

void bench_read_asks(struct bench *bench)
{
    const struct workload *work = bench->work;

    bench->asks = take(work->n_checks, sizeof(*bench->asks));
    bench->expected = take(work->n_checks, sizeof(*bench->expected));
    for (uint32_t i = 0; i < work->n_checks; i++) {
        const struct work_check *check = &work->checks[i];

        bench->asks[i] = (struct rbac_ask){
            .subject = bench->subjects[check->user],
            .object = check->object,
            .class = (uint16_t)check->type,
            .operation = (uint8_t)check->operation,
            .level = AUTH_LEVEL_CERTIFICATE,
        };
        bench->expected[i] = (uint8_t)check->expected;
    }
}
