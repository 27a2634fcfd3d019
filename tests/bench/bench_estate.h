/*
 * A workload as the engine wants it: a catalog of its neutral types, an estate,
 * an engine, a subject a user, and the index of objects.
 */
#pragma once

#include "rbac/build.h"
#include "rbac/index.h"
#include "rbac/rbac.h"
#include "tests/bench/workload.h"

enum { BENCH_NOW = 1000000, BENCH_TYPE_FIRST = 1 };

struct bench {
    const struct workload *work;
    struct rbac_catalog catalog;
    struct rbac_estate estate;
    struct rbac_engine *engine;
    struct rbac_subject **subjects; /* [work->n_users] */
    struct rbac_index *index;
    struct rbac_ask *asks; /* [work->n_checks] */
    uint8_t *expected;     /* [work->n_checks]: allowed or not */
};

/* The estate, before anything is built. has_bounds: every grant in a window. */
void bench_describe(const struct workload *work, bool has_bounds,
                    struct bench *bench);

/* Engine, subjects, index; what fails ends the program. */
void bench_build_engine(struct bench *bench,
                        const struct rbac_engine *previous);
void bench_build_subject(struct bench *bench, uint32_t user);
void bench_build_index(struct bench *bench);

/* The questions, in the form in which the engine is asked. */
void bench_read_asks(struct bench *bench);

/* The record of a user, and of the user's groups. Returns how many. */
size_t bench_records(const struct workload *work, uint32_t user,
                     uint32_t *records, size_t max);
