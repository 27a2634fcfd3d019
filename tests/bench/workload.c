#include "tests/bench/workload.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A file read whole, and where the reading of it stands. */
struct input {
    char *text; /* owned */
    const char *at;
    uint32_t n_lines;
};

static void fail(const char *what, const char *name)
{
    fprintf(stderr, "rbac-bench: %s: %s\n", what, name);
    exit(2);
}

static void *take(size_t n, size_t size)
{
    void *memory = calloc(n + 1, size);

    if (!memory)
        fail("no memory", "");
    return memory;
}

static struct input input_open(const char *directory, const char *name)
{
    struct input input = {0};
    char path[4096];
    FILE *file;
    long size = 0;

    snprintf(path, sizeof(path), "%s/%s", directory, name);
    file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END) != 0 || (size = ftell(file)) < 0)
        fail("cannot read", path);
    rewind(file);
    input.text = take((size_t)size, 1);
    if (fread(input.text, 1, (size_t)size, file) != (size_t)size)
        fail("cannot read", path);
    fclose(file);
    for (const char *c = input.text; (c = strchr(c, '\n')); c++)
        input.n_lines++;
    input.at = input.text;
    return input;
}

static uint64_t read_number(struct input *input)
{
    uint64_t number = 0;

    while (*input->at >= '0' && *input->at <= '9')
        number = number * 10 + (uint64_t)(*input->at++ - '0');
    return number;
}

/* A number and the tab or newline after it. */
static uint32_t read_column(struct input *input)
{
    const uint32_t number = (uint32_t)read_number(input);

    if (*input->at)
        input->at++;
    return number;
}

static void push(struct ragged *ragged, uint32_t value)
{
    const uint32_t at = ragged->start[ragged->n + 1];

    if (at == ragged->capacity) {
        ragged->capacity = ragged->capacity ? ragged->capacity * 2 : 1024;
        ragged->values =
            realloc(ragged->values, ragged->capacity * sizeof(uint32_t));
        if (!ragged->values)
            fail("no memory", "");
    }
    ragged->values[at] = value;
    ragged->start[ragged->n + 1]++;
}

/* Room for n rows and for the end of the one being filled. */
static struct ragged ragged_make(uint32_t n)
{
    return (struct ragged){.start = take(n + 1, sizeof(uint32_t))};
}

static void end_row(struct ragged *ragged)
{
    ragged->n++;
    ragged->start[ragged->n + 1] = ragged->start[ragged->n];
}

static void read_list(struct input *input, struct ragged *ragged)
{
    for (;;) {
        push(ragged, (uint32_t)read_number(input));
        if (*input->at != ',')
            break;
        input->at++;
    }
    if (*input->at)
        input->at++;
    end_row(ragged);
}

static uint32_t larger(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

static uint32_t count_lines(const char *directory, const char *name)
{
    struct input input = input_open(directory, name);

    free(input.text);
    return input.n_lines;
}

static void read_roles(const char *directory, struct workload *work)
{
    struct input input = input_open(directory, "role_ops.tsv");

    work->masks = take(input.n_lines, sizeof(*work->masks));
    while (*input.at) {
        const uint32_t role = read_column(&input);
        const uint32_t type = read_column(&input);

        if (type >= WORK_TYPES_MAX || role >= input.n_lines)
            fail("too many types", "role_ops.tsv");
        work->masks[role][type] = read_column(&input);
        work->n_roles = larger(work->n_roles, role + 1);
    }
    free(input.text);
}

static void read_assignments(const char *directory, struct workload *work)
{
    struct input input = input_open(directory, "assignments.tsv");

    work->n_assignments = input.n_lines;
    work->assignments = take(input.n_lines, sizeof(*work->assignments));
    work->assigned_scopes = ragged_make(input.n_lines);
    work->assigned_collections = ragged_make(input.n_lines);
    for (uint32_t i = 0; i < input.n_lines; i++) {
        struct work_assignment *assignment = &work->assignments[i];
        uint32_t *n;

        read_column(&input);
        assignment->is_group = *input.at == 'g';
        input.at += 2;
        assignment->principal = read_column(&input);
        n = assignment->is_group ? &work->n_groups : &work->n_users;
        *n = larger(*n, assignment->principal + 1);
        assignment->role = read_column(&input);
        assignment->has_all = *input.at == '*';
        if (assignment->has_all) {
            input.at += 2;
            end_row(&work->assigned_scopes);
        } else {
            read_list(&input, &work->assigned_scopes);
        }
        read_list(&input, &work->assigned_collections);
    }
    free(input.text);
}

static void read_groups(const char *directory, struct workload *work)
{
    struct input input = input_open(directory, "user_groups.tsv");
    uint32_t last = 0;

    work->groups = ragged_make(work->n_users);
    while (*input.at) {
        const uint32_t user = read_column(&input);

        if (user < last || user >= work->n_users)
            fail("users out of order", "user_groups.tsv");
        last = user;
        while (work->groups.n < user)
            end_row(&work->groups);
        push(&work->groups, read_column(&input));
    }
    while (work->groups.n < work->n_users)
        end_row(&work->groups);
    free(input.text);
}

static void read_collections(const char *directory, struct workload *work)
{
    struct input input = input_open(directory, "collections.tsv");

    work->n_collections = input.n_lines;
    work->limiting = take(input.n_lines, sizeof(*work->limiting));
    for (uint32_t i = 0; i < input.n_lines; i++) {
        read_column(&input);
        if (*input.at == '-') {
            work->limiting[i] = UINT32_MAX;
            input.at += 3;
        } else {
            work->limiting[i] = read_column(&input);
        }
    }
    free(input.text);
}

static void read_objects(const char *directory, struct workload *work)
{
    struct input input = input_open(directory, "objects.tsv");

    work->n_objects = input.n_lines;
    work->type_of = take(input.n_lines, sizeof(*work->type_of));
    work->object_scopes = ragged_make(input.n_lines);
    for (uint32_t i = 0; i < input.n_lines; i++) {
        read_column(&input);
        work->type_of[i] = (uint16_t)read_column(&input);
        read_list(&input, &work->object_scopes);
    }
    free(input.text);
    input = input_open(directory, "devices.tsv");
    work->n_devices = input.n_lines;
    work->device_collections = ragged_make(input.n_lines);
    for (uint32_t i = 0; i < input.n_lines; i++) {
        read_column(&input);
        read_list(&input, &work->device_collections);
    }
    free(input.text);
}

static void count_scopes(struct workload *work)
{
    const struct ragged *const all[] = {&work->assigned_scopes,
                                        &work->object_scopes};

    for (size_t r = 0; r < 2; r++)
        for (uint32_t i = 0; i < all[r]->start[all[r]->n]; i++)
            work->n_scopes = larger(work->n_scopes, all[r]->values[i] + 1);
}

static void read_checks(const char *directory, struct workload *work)
{
    struct input input = input_open(directory, "checks.tsv");

    work->n_checks = input.n_lines;
    work->checks = take(input.n_lines, sizeof(*work->checks));
    for (uint32_t i = 0; i < input.n_lines; i++) {
        struct work_check *check = &work->checks[i];

        check->user = read_column(&input);
        check->operation = read_column(&input);
        check->type = read_column(&input);
        check->object = read_column(&input);
        check->expected = read_column(&input);
    }
    free(input.text);
}

static void read_lists(const char *directory, struct workload *work)
{
    struct input input = input_open(directory, "lists.tsv");

    work->n_lists = input.n_lines;
    work->lists = take(input.n_lines, sizeof(*work->lists));
    for (uint32_t i = 0; i < input.n_lines; i++) {
        struct work_list *list = &work->lists[i];

        list->user = read_column(&input);
        list->type = read_column(&input);
        list->count = read_number(&input);
        input.at++;
        list->sum = read_number(&input);
        input.at++;
    }
    free(input.text);
}

void workload_read(const char *directory, struct workload *work)
{
    *work = (struct workload){0};
    work->n_types = count_lines(directory, "types.tsv");
    work->n_operations = count_lines(directory, "ops.tsv");
    if (work->n_types > WORK_TYPES_MAX)
        fail("too many types", "types.tsv");
    read_roles(directory, work);
    read_assignments(directory, work);
    read_groups(directory, work);
    read_collections(directory, work);
    read_objects(directory, work);
    count_scopes(work);
    read_checks(directory, work);
    read_lists(directory, work);
}
