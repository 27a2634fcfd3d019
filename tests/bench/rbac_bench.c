/*
 * rbac-bench --workload DIR [--threads N] [--seconds S] [--bounds]
 *
 * Reads a workload, builds engine, subjects and index, compares every answer,
 * and prints one measure a line. A check is timed in batches of 64, because the
 * clock itself costs as much as a few checks.
 */
#include <malloc.h>
#include <pthread.h>
#include <roaring/roaring.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/bench/bench_estate.h"

enum { BATCH = 64, THREADS_MAX = 64, REPEATS = 200 };

struct options {
    const char *workload;
    unsigned n_threads;
    double seconds;
    bool has_bounds;
};

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static double resident_mib(void)
{
    long total = 0, resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");

    if (file) {
        if (fscanf(file, "%ld %ld", &total, &resident) != 2)
            resident = 0;
        fclose(file);
    }
    return (double)resident * (double)sysconf(_SC_PAGESIZE) / 1048576.0;
}

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double quantile(double *values, size_t n, double q)
{
    if (n == 0)
        return 0;
    qsort(values, n, sizeof(*values), compare);
    return values[(size_t)(q * (double)(n - 1))];
}

static void print(const char *name, double value)
{
    printf("%s %.4g\n", name, value);
    fflush(stdout);
}

/* ---- Checks ---- */

/* One thread's share of the checks, for a time. */
struct runner {
    const struct bench *bench;
    uint32_t from;
    double seconds;
    bool is_many;
    size_t n_done;
    size_t n_wrong;
    double took;
    double *batches; /* ns a check; owned */
    size_t n_batches;
};

static size_t run_batch(const struct bench *bench, size_t at)
{
    size_t n_wrong = 0;

    for (size_t i = at; i < at + BATCH; i++) {
        const struct rbac_decision got =
            rbac_index_check(bench->index, &bench->asks[i], BENCH_NOW);

        n_wrong += (got.verdict == RBAC_ALLOW) != bench->expected[i];
    }
    return n_wrong;
}

static size_t run_many(const struct bench *bench, size_t at)
{
    struct rbac_decision got[BATCH];
    size_t n_wrong = 0;

    rbac_index_check_many(bench->index, &bench->asks[at], BATCH, BENCH_NOW,
                          got);
    for (size_t i = 0; i < BATCH; i++)
        n_wrong += (got[i].verdict == RBAC_ALLOW) != bench->expected[at + i];
    return n_wrong;
}

/* Every check once, and on for the time. */
static void *run_checks(void *argument)
{
    struct runner *runner = argument;
    const struct workload *work = runner->bench->work;
    const size_t n_all = work->n_checks / BATCH;
    const size_t max = 1 << 20;
    const double start = now();
    double last = start;

    runner->batches = calloc(max, sizeof(double));
    for (size_t i = 0; runner->batches; i++) {
        const size_t at = (runner->from + i) % n_all * BATCH;
        double end;

        runner->n_wrong += runner->is_many ? run_many(runner->bench, at)
                                           : run_batch(runner->bench, at);
        end = now();
        if (runner->n_batches < max)
            runner->batches[runner->n_batches++] = (end - last) * 1e9 / BATCH;
        runner->n_done += BATCH;
        last = end;
        if (i + 1 >= n_all && end - start > runner->seconds)
            break;
    }
    runner->took = last - start;
    return NULL;
}

static void measure_checks(const struct bench *bench,
                           const struct options *options)
{
    struct runner one = {.bench = bench, .seconds = options->seconds};
    struct runner many = {
        .bench = bench, .seconds = options->seconds, .is_many = true};

    run_checks(&one);
    print("check_ns_median", quantile(one.batches, one.n_batches, 0.5));
    print("check_ns_p99", quantile(one.batches, one.n_batches, 0.99));
    print("checks_per_s", (double)one.n_done / one.took);
    print("wrong", (double)one.n_wrong);
    run_checks(&many);
    print("check_many_ns_median", quantile(many.batches, many.n_batches, 0.5));
    print("check_many_ns_p99", quantile(many.batches, many.n_batches, 0.99));
    print("check_many_wrong", (double)many.n_wrong);
    free(one.batches);
    free(many.batches);
}

static void measure_threads(const struct bench *bench,
                            const struct options *options)
{
    pthread_t threads[THREADS_MAX];
    struct runner runners[THREADS_MAX];
    double rate = 0, n_wrong = 0;

    for (unsigned i = 0; i < options->n_threads; i++) {
        runners[i] = (struct runner){
            .bench = bench, .seconds = options->seconds, .from = i * 4001};
        if (pthread_create(&threads[i], NULL, run_checks, &runners[i]) != 0)
            exit(2);
    }
    for (unsigned i = 0; i < options->n_threads; i++) {
        pthread_join(threads[i], NULL);
        rate += (double)runners[i].n_done / runners[i].took;
        n_wrong += (double)runners[i].n_wrong;
        free(runners[i].batches);
    }
    print("threads", options->n_threads);
    print("threads_checks_per_s", rate);
    print("threads_wrong", n_wrong);
}

enum { WAITS = 250, WAIT_BATCHES = 4000 };

/* Checks of which each waits for the one before; returns where to go on. */
static size_t run_waiting(const struct bench *bench, size_t at)
{
    const struct workload *work = bench->work;

    for (size_t i = 0; i < WAITS; i++) {
        size_t waits =
            (size_t)rbac_index_check(bench->index, &bench->asks[at], BENCH_NOW)
                .verdict;

        __asm__ volatile("and $0, %0" : "+r"(waits));
        at = at + 1 + waits < work->n_checks ? at + 1 + waits : 0;
    }
    return at;
}

/* The latency of one check, with nothing else to overlap. */
static void measure_latency(const struct bench *bench)
{
    static double took[WAIT_BATCHES];
    size_t at = 0;

    for (size_t i = 0; i < WAIT_BATCHES; i++) {
        const double start = now();

        at = run_waiting(bench, at);
        took[i] = (now() - start) * 1e9 / WAITS;
    }
    print("check_dependent_ns", quantile(took, WAIT_BATCHES, 0.5));
}

/* ---- Lists ---- */

struct list_times {
    double *all;
    double *devices;
    double *device_sets;
    double *tagged;
    size_t n_all;
    size_t n_devices;
    size_t n_tagged;
};

static size_t read_ids(const struct rbac_set *set, uint32_t *ids, size_t max)
{
    uint32_t from = 0;
    size_t n = 0, more;

    while (n < max && (more = rbac_set_read(set, &from, ids + n, max - n)))
        n += more;
    return n;
}

static bool is_right(const struct work_list *list, const struct rbac_set *set,
                     const uint32_t *ids, size_t n)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += ids[i];
    return n == list->count && set->count == list->count && sum == list->sum;
}

/* One list, timed to the counted set and to all numbers read from it. */
static bool run_list(const struct bench *bench, const struct work_list *list,
                     struct rbac_set *set, uint32_t *ids, size_t max,
                     struct list_times *times)
{
    const struct rbac_ask ask = {
        .subject = bench->subjects[list->user],
        .class = (uint16_t)list->type,
        .level = AUTH_LEVEL_CERTIFICATE,
    };
    const double start = now();
    double counted, read;
    size_t n;

    if (rbac_index_visible(bench->index, &ask, BENCH_NOW, set) != STATUS_OK)
        exit(2);
    counted = now();
    n = read_ids(set, ids, max);
    read = now();
    times->all[times->n_all++] = (read - start) * 1e6;
    if (list->type == WORK_TYPE_DEVICE) {
        times->device_sets[times->n_devices] = (counted - start) * 1e6;
        times->devices[times->n_devices++] = (read - start) * 1e6;
    } else if (list->type > WORK_TYPE_DEVICE) {
        times->tagged[times->n_tagged++] = (read - start) * 1e6;
    }
    return is_right(list, set, ids, n);
}

static void print_lists(struct list_times *times, size_t n_wrong)
{
    print("list_us_median", quantile(times->all, times->n_all, 0.5));
    print("list_us_p99", quantile(times->all, times->n_all, 0.99));
    print("list_wrong", (double)n_wrong);
    print("device_set_us_median",
          quantile(times->device_sets, times->n_devices, 0.5));
    print("device_set_us_max",
          quantile(times->device_sets, times->n_devices, 1));
    print("device_list_us_median",
          quantile(times->devices, times->n_devices, 0.5));
    print("device_list_us_p90",
          quantile(times->devices, times->n_devices, 0.9));
    print("device_list_us_max", quantile(times->devices, times->n_devices, 1));
    print("tagged_list_us_median",
          quantile(times->tagged, times->n_tagged, 0.5));
    print("tagged_list_us_max", quantile(times->tagged, times->n_tagged, 1));
}

static void measure_lists(const struct bench *bench)
{
    const struct workload *work = bench->work;
    const size_t n = work->n_lists * 3;
    const size_t max = (work->n_devices > work->n_objects ? work->n_devices
                                                          : work->n_objects) +
                       work->n_collections;
    SCOPED(rbac_set_clear) struct rbac_set set = {0};
    uint32_t *ids = calloc(max, sizeof(*ids));
    struct list_times times = {
        calloc(n, 8), calloc(n, 8), calloc(n, 8), calloc(n, 8), 0, 0, 0};
    size_t n_wrong = 0;

    memset(ids, 1, max * sizeof(*ids));
    for (size_t i = 0; i < n; i++)
        n_wrong += !run_list(bench, &work->lists[i % work->n_lists], &set, ids,
                             max, &times);
    print_lists(&times, n_wrong);
    free(ids);
    free(times.all);
    free(times.devices);
    free(times.device_sets);
    free(times.tagged);
}

/* ---- Changes ---- */

/* An administrator changed: an engine, and the subjects it concerns. */
static void measure_rebuild(struct bench *bench)
{
    double took[REPEATS];

    for (size_t i = 0; i < REPEATS; i++) {
        struct bench next = *bench;
        const uint32_t user = (uint32_t)i % bench->work->n_users;
        const double start = now();

        bench_build_engine(&next, bench->engine);

        next.subjects = calloc(bench->work->n_users, sizeof(void *));
        bench_build_subject(&next, user);
        took[i] = (now() - start) * 1e6;
        rbac_subject_free(next.subjects[user]);
        free(next.subjects);
        rbac_engine_free(next.engine);
    }
    print("rebuild_admin_us_median", quantile(took, REPEATS, 0.5));
    print("rebuild_admin_us_max", quantile(took, REPEATS, 1));
}

/* A device moved, generation after generation. */
static void measure_moves(struct bench *bench)
{
    const struct workload *work = bench->work;
    double took[REPEATS];

    for (size_t i = 0; i < REPEATS; i++) {
        const uint32_t device = (uint32_t)(i * 7919) % work->n_devices;
        const uint32_t labels[] = {(uint32_t)i % work->n_collections};
        struct rbac_index *next = NULL;
        const double start = now();

        if (rbac_index_set(bench->index, WORK_TYPE_DEVICE, device, labels, 1,
                           &next) != STATUS_OK)
            exit(2);
        took[i] = (now() - start) * 1e6;
        rbac_index_free(bench->index);
        bench->index = next;
    }
    print("move_device_us_median", quantile(took, REPEATS, 0.5));
    print("move_device_us_max", quantile(took, REPEATS, 1));
}

/* ---- The whole ---- */

static void build(struct bench *bench, const struct options *options)
{
    const double before = (malloc_trim(0), resident_mib());
    double start = now();
    double took;

    bench_build_engine(bench, NULL);
    print("engine_ms", (now() - start) * 1e3);
    for (uint32_t u = 0; u < bench->work->n_users; u++)
        bench_build_subject(bench, u);
    took = now() - start;
    print("subjects_ms", took * 1e3);
    start = now();
    bench_build_index(bench);
    print("index_ms", (now() - start) * 1e3);
    print("load_s", took + now() - start);
    malloc_trim(0);
    print("memory_mib", resident_mib() - before);
    print("index_mib", (double)rbac_index_bytes(bench->index) / 1048576.0);
    (void)options;
}

static struct options read_options(int argc, char **argv)
{
    struct options options = {.n_threads = 0, .seconds = 1};

    for (int i = 1; i < argc; i++) {
        const bool has_value = i + 1 < argc;

        if (strcmp(argv[i], "--bounds") == 0)
            options.has_bounds = true;
        else if (strcmp(argv[i], "--workload") == 0 && has_value)
            options.workload = argv[++i];
        else if (strcmp(argv[i], "--threads") == 0 && has_value)
            options.n_threads = (unsigned)atoi(argv[++i]);
        else if (strcmp(argv[i], "--seconds") == 0 && has_value)
            options.seconds = atof(argv[++i]);
        else
            options.workload = NULL, i = argc;
    }
    return options;
}

int main(int argc, char **argv)
{
    const struct options options = read_options(argc, argv);
    struct workload work;
    struct bench bench;

    if (!options.workload || options.n_threads > THREADS_MAX) {
        fprintf(stderr, "usage: rbac-bench --workload DIR [--threads N] "
                        "[--seconds S] [--bounds]\n");
        return 2;
    }
    workload_read(options.workload, &work);
    bench_describe(&work, options.has_bounds, &bench);
    build(&bench, &options);
    bench_read_asks(&bench);
    measure_checks(&bench, &options);
    measure_latency(&bench);
    if (options.n_threads)
        measure_threads(&bench, &options);
    measure_lists(&bench);
    measure_rebuild(&bench);
    measure_moves(&bench);
    return 0;
}
