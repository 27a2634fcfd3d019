#include "provider/smsctl/plan/plan_fold.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "provider/client/answer.h"

void plan_fold_clear(struct plan_fold *fold)
{
    for (size_t i = 0; i < fold->n; i++)
        free(fold->runs[i].shape);
    free(fold->runs);
    *fold = (struct plan_fold){NULL};
}

static bool is_same_subject(json_t *list, size_t a, size_t b,
                            const char *const subject[])
{
    for (size_t i = 0; subject[i]; i++) {
        const json_t *first =
            json_object_get(json_array_get(list, a), subject[i]);
        const json_t *second =
            json_object_get(json_array_get(list, b), subject[i]);

        if (first != second && !json_equal(first, second))
            return false;
    }
    return true;
}

/* The items without their subject, as text. */
static char *shape_of(json_t *list, const struct plan_run *run,
                      const char *const subject[])
{
    SCOPED(answer_drop) json_t *shape = json_array();

    for (size_t i = 0; i < run->n; i++) {
        json_t *item = json_copy(json_array_get(list, run->first + i));

        for (size_t j = 0; subject[j]; j++)
            json_object_del(item, subject[j]);
        if (json_array_append_new(shape, item) != 0)
            return NULL;
    }
    return json_dumps(shape, JSON_COMPACT | JSON_SORT_KEYS);
}

enum status plan_fold_make(json_t *list, const char *const subject[],
                           bool is_single, struct plan_fold *fold_out)
{
    const size_t n = json_array_size(list);
    struct plan_fold fold = {.runs = calloc(n ? n : 1, sizeof(*fold.runs))};

    if (!fold.runs)
        return STATUS_NO_MEMORY;
    for (size_t at = 0; at < n; at += fold.runs[fold.n - 1].n) {
        struct plan_run *run = &fold.runs[fold.n++];

        *run = (struct plan_run){.first = at, .n = 1};
        while (!is_single && at + run->n < n &&
               is_same_subject(list, at, at + run->n, subject))
            run->n++;
        run->shape = shape_of(list, run, subject);
        if (!run->shape) {
            plan_fold_clear(&fold);
            return STATUS_NO_MEMORY;
        }
    }
    *fold_out = fold;
    return STATUS_OK;
}

size_t plan_fold_next(struct plan_fold *fold, size_t i, size_t from)
{
    for (; from < fold->n; from++) {
        struct plan_run *run = &fold->runs[from];

        if (run->is_told || strcmp(run->shape, fold->runs[i].shape) != 0)
            continue;
        run->is_told = true;
        return from;
    }
    return SIZE_MAX;
}
