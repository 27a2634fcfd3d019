#include "provider/smsctl/plan/plan_rights.h"

#include <stdint.h>
#include <string.h>

#include "provider/base/own.h"
#include "provider/smsctl/plan/plan_fold.h"
#include "provider/smsctl/plan/plan_say.h"

enum {
    IN_FULL_MAX = 3,  /* rights of one subject */
    SUBJECTS_MAX = 3, /* named in one sentence */
};

static const char *const subject[] = {"user", "group", NULL};

/* ---- One right ---- */

static const struct {
    const char *where;
    const char *before; /* before the category's name */
    const char *after;
} phrases[] = {
    {"everywhere", " everywhere", ""},
    {"scope", " in scope ", ""},
    {"other scopes", " in every other scope", ""},
    {"on collection", " on collection ", " itself"},
    {"below collection", " on collections below ", ""},
    {"collection", " on collection ", ""},
};

static void say_where(FILE *file, const json_t *right)
{
    const char *where = plan_text(right, "where");
    size_t i = 0;

    while (i < ARRAY_SIZE(phrases) && strcmp(where, phrases[i].where) != 0)
        i++;
    if (i == ARRAY_SIZE(phrases)) {
        putc(' ', file);
        plan_say_in(file, right, "where");
        putc(' ', file);
    } else {
        fputs(phrases[i].before, file);
    }
    plan_say_in(file, right, "category");
    if (i < ARRAY_SIZE(phrases))
        fputs(phrases[i].after, file);
}

/* After the subject: "gains", "loses", or which other level is needed. */
static void say_verb(FILE *file, const json_t *right, bool are_many)
{
    const char *before = plan_text(right, "before");
    const char *after = plan_text(right, "after");

    if (*before && *after) {
        fputs(are_many ? " need " : " needs ", file);
        plan_say_in(file, right, "after");
        fputs(" (before ", file);
        plan_say_in(file, right, "before");
        fputs(") for ", file);
    } else {
        fprintf(file, " %s%s ", *after ? "gain" : "lose", are_many ? "" : "s");
    }
}

static void say_right(FILE *file, const json_t *right, bool are_many)
{
    const json_t *objects = json_object_get(right, "objects");
    const json_t *devices = json_object_get(right, "devices");
    const char *before = plan_text(right, "before");
    const char *after = plan_text(right, "after");

    say_verb(file, right, are_many);
    plan_say_list(file, json_object_get(right, "operations"));
    fputs(" on ", file);
    plan_say_in(file, right, "class");
    say_where(file, right);
    if (!*before != !*after) {
        fputs(" at ", file);
        plan_say_in(file, right, *after ? "after" : "before");
    }
    if (json_is_integer(objects)) {
        fputs(": ", file);
        plan_say_count(file, json_integer_value(objects), "object");
    }
    if (json_is_integer(devices)) {
        fputs(json_is_integer(objects) ? ", " : ": ", file);
        plan_say_count(file, json_integer_value(devices), "device");
    }
    putc('\n', file);
}

/* ---- Many ---- */

/* What happens to the rights of a subject, in numbers. */
struct tally {
    const char *verb; /* "gain" */
    size_t n_operations;
    size_t n_classes;
    const json_t *level; /* the same for all; NULL: different ones */
};

static bool is_of_verb(const json_t *right, const char *verb)
{
    const bool had = *plan_text(right, "before");
    const bool has = *plan_text(right, "after");

    return strcmp(verb, had && has ? "need" : has ? "gain" : "lose") == 0;
}

static bool is_first_of_class(json_t *rights, const struct plan_run *run,
                              size_t at, const char *verb)
{
    const char *name = plan_text(json_array_get(rights, at), "class");

    for (size_t i = run->first; i < at; i++) {
        const json_t *right = json_array_get(rights, i);

        if (is_of_verb(right, verb) &&
            strcmp(plan_text(right, "class"), name) == 0)
            return false;
    }
    return true;
}

static struct tally count(json_t *rights, const struct plan_run *run,
                          const char *verb)
{
    struct tally tally = {.verb = verb};

    for (size_t i = run->first; i < run->first + run->n; i++) {
        const json_t *right = json_array_get(rights, i);
        const json_t *level = json_object_get(
            right, *plan_text(right, "after") ? "after" : "before");

        if (!is_of_verb(right, verb))
            continue;
        if (tally.n_operations == 0)
            tally.level = level;
        else if (tally.level && !json_equal(tally.level, level))
            tally.level = NULL;
        tally.n_operations +=
            json_array_size(json_object_get(right, "operations"));
        tally.n_classes += is_first_of_class(rights, run, i, verb);
    }
    return tally;
}

/* " gains 41 operations on 13 classes at domain" */
static void say_tally(FILE *file, const struct tally *tally, bool are_many)
{
    const bool is_level = strcmp(tally->verb, "need") == 0;

    fprintf(file, " %s%s ", tally->verb, are_many ? "" : "s");
    if (is_level)
        fputs("another level for ", file);
    plan_say_count(file, (json_int_t)tally->n_operations, "operation");
    fputs(" on ", file);
    plan_say_count(file, (json_int_t)tally->n_classes, "class");
    if (tally->level) {
        fputs(is_level ? ", now " : " at ", file);
        plan_say(file, tally->level);
    }
    fputs(" (-v lists them)\n", file);
}

/* "alice@A, group desk, bob@A and 38 more": all runs of one shape. */
static size_t say_subjects(FILE *file, json_t *rights, struct plan_fold *fold,
                           size_t at)
{
    size_t n = 0;

    for (size_t i = at; i != SIZE_MAX; i = plan_fold_next(fold, at, i + 1)) {
        const json_t *right = json_array_get(rights, fold->runs[i].first);
        const bool is_group = json_object_get(right, "group");

        if (n++ >= SUBJECTS_MAX)
            continue;
        fputs(n > 1 ? ", " : "  ", file);
        fputs(is_group ? "group " : "", file);
        plan_say_in(file, right, is_group ? "group" : "user");
    }
    if (n > SUBJECTS_MAX)
        fprintf(file, " and %zu more", n - SUBJECTS_MAX);
    return n;
}

/* Each sentence names its subjects again; the fold is as before it. */
static size_t say_again(FILE *file, json_t *rights, struct plan_fold *fold,
                        size_t at)
{
    for (size_t i = at; i < fold->n; i++) {
        if (strcmp(fold->runs[i].shape, fold->runs[at].shape) == 0)
            fold->runs[i].is_told = i == at;
    }
    return say_subjects(file, rights, fold, at);
}

static void say_run(FILE *file, json_t *rights, struct plan_fold *fold,
                    size_t at)
{
    static const char *const verbs[] = {"lose", "need", "gain"};
    const struct plan_run *run = &fold->runs[at];

    if (run->n <= IN_FULL_MAX) {
        for (size_t i = 0; i < run->n; i++)
            say_right(file, json_array_get(rights, run->first + i),
                      say_again(file, rights, fold, at) > 1);
        return;
    }
    for (size_t i = 0; i < ARRAY_SIZE(verbs); i++) {
        const struct tally tally = count(rights, run, verbs[i]);

        if (tally.n_operations)
            say_tally(file, &tally, say_again(file, rights, fold, at) > 1);
    }
}

enum status plan_rights_show(FILE *file, json_t *rights, bool is_verbose)
{
    SCOPED(plan_fold_clear) struct plan_fold fold = {NULL};
    static const char *const nothing[] = {NULL};

    TRY(plan_fold_make(rights, is_verbose ? nothing : subject, is_verbose,
                       &fold));
    for (size_t i = 0; i < fold.n; i++) {
        if (!fold.runs[i].is_told)
            say_run(file, rights, &fold, i);
    }
    return STATUS_OK;
}

bool plan_rights_are_lost(const json_t *plan)
{
    const json_t *rights = json_object_get(plan, "rights");

    for (size_t i = 0; i < json_array_size(rights); i++) {
        if (!is_of_verb(json_array_get(rights, i), "gain"))
            return true;
    }
    return false;
}
