#include "provider/smsctl/plan/plan_show.h"

#include <stdint.h>
#include <string.h>

#include "provider/base/level.h"
#include "provider/client/answer.h"
#include "provider/smsctl/plan/plan_fold.h"
#include "provider/smsctl/plan/plan_rights.h"
#include "provider/smsctl/plan/plan_rows.h"
#include "provider/smsctl/plan/plan_say.h"

enum { NAMES_MAX = 3 };

/* ---- Lists ---- */

static void say_heading(const struct output *output, const char *heading)
{
    if (output->has_headings)
        fprintf(output->file, "%s:\n", heading);
}

/* The number of items that the provider left out of a long list. */
static void say_rest(FILE *file, const json_t *plan, const char *count,
                     const json_t *list)
{
    const json_int_t all = json_integer_value(json_object_get(plan, count));
    const json_int_t rest = all - (json_int_t)json_array_size(list);

    if (rest <= 0)
        return;
    fputs("  and ", file);
    plan_say_number(file, rest);
    fputs(" more\n", file);
}

/* A list of the plan, an item a line, under its heading. */
struct section {
    const char *heading;
    const char *list; /* its name in the plan */
    void (*say)(FILE *file, const json_t *item);
};

static void show_items(const struct output *output, const json_t *plan,
                       const struct section *section)
{
    const json_t *list = json_object_get(plan, section->list);

    for (size_t i = 0; i < json_array_size(list); i++)
        section->say(output->file, json_array_get(list, i));
}

/* Nothing when the list is empty. */
static void show_section(const struct output *output, const json_t *plan,
                         const struct section *section)
{
    if (json_array_size(json_object_get(plan, section->list)) == 0)
        return;
    say_heading(output, section->heading);
    show_items(output, plan, section);
}

/* ---- Changes of objects ---- */

static void say_lines(FILE *file, const char *sign, const json_t *lines)
{
    for (size_t i = 0; i < json_array_size(lines); i++) {
        fprintf(file, "      %s ", sign);
        plan_say(file, json_array_get(lines, i));
        putc('\n', file);
    }
}

/* The object of the change, and others of which the same is said. */
static void say_names(FILE *file, json_t *list, struct plan_fold *fold,
                      size_t at)
{
    const bool is_folded =
        strcmp(plan_text(json_array_get(list, fold->runs[at].first), "what"),
               "administrator") == 0;
    size_t n = 0;

    for (size_t i = at; i != SIZE_MAX;
         i = is_folded ? plan_fold_next(fold, at, i + 1) : SIZE_MAX) {
        const json_t *change = json_array_get(list, fold->runs[i].first);

        if (n++ >= NAMES_MAX)
            continue;
        fputs(n > 1 ? ", " : " ", file);
        plan_say_in(file, change, "name");
        plan_say_between(file, " (", change, "at", ")");
    }
    if (n > NAMES_MAX)
        fprintf(file, " and %zu more", n - NAMES_MAX);
}

static void say_change(FILE *file, json_t *list, struct plan_fold *fold,
                       size_t at)
{
    const json_t *change = json_array_get(list, fold->runs[at].first);
    const char *kind = plan_text(change, "change");

    fprintf(file, "  %s ",
            strcmp(kind, "added") == 0     ? "+"
            : strcmp(kind, "removed") == 0 ? "-"
                                           : "~");
    plan_say_in(file, change, "what");
    say_names(file, list, fold, at);
    putc('\n', file);
    say_lines(file, "-", json_object_get(change, "lost"));
    say_lines(file, "+", json_object_get(change, "gained"));
}

/* Administrators that change in the same way stand together. */
static enum status show_changes(const struct output *output, const json_t *plan)
{
    static const char *const who[] = {"name", "at", NULL};
    SCOPED(plan_fold_clear) struct plan_fold fold = {NULL};
    json_t *list = json_object_get(plan, "changes");

    say_heading(output, "Changes");
    if (json_array_size(list) == 0)
        fputs("  nothing changes\n", output->file);
    TRY(plan_fold_make(list, output->is_verbose ? who + 2 : who, true, &fold));
    for (size_t i = 0; i < fold.n; i++) {
        if (!fold.runs[i].is_told)
            say_change(output->file, list, &fold, i);
    }
    say_rest(output->file, plan, "n_changes", list);
    return STATUS_OK;
}

/* ---- Rights ---- */

static const json_t *minimum_of(const json_t *plan)
{
    const json_t *list = json_object_get(plan, "changes");

    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *change = json_array_get(list, i);

        if (strcmp(plan_text(change, "what"), "authentication") == 0 &&
            strcmp(plan_text(change, "name"), "minimum level") == 0)
            return change;
    }
    return NULL;
}

/* The level in ["level: mfa"]; NULL: there is none. */
static const char *level_in(const json_t *change, const char *list)
{
    static const char label[] = "level: ";
    const char *line =
        json_string_value(json_array_get(json_object_get(change, list), 0));

    return line && strncmp(line, label, sizeof(label) - 1) == 0
               ? line + sizeof(label) - 1
               : NULL;
}

static enum auth_level level_of(const json_t *change, const char *list)
{
    return auth_level_read(text_of(level_in(change, list)));
}

/* A new minimum concerns everyone, though no record changes. */
static bool say_minimum(FILE *file, const json_t *plan)
{
    const json_t *change = minimum_of(plan);
    const enum auth_level before = level_of(change, "lost");
    const enum auth_level after = level_of(change, "gained");

    if (before == AUTH_LEVEL_NONE || after == AUTH_LEVEL_NONE)
        return false;
    fprintf(file,
            "  everyone whom the site's minimum binds %s %s (before %s)\n",
            after > before ? "needs at least" : "may sign in at",
            auth_level_name(after), auth_level_name(before));
    return true;
}

static enum status show_rights(const struct output *output, const json_t *plan)
{
    json_t *list = json_object_get(plan, "rights");
    bool is_said;

    say_heading(output, "Rights");
    is_said = say_minimum(output->file, plan);
    if (json_array_size(list) == 0)
        fputs(is_said || json_array_size(json_object_get(plan, "sign_ins"))
                  ? "  nobody's record gains or loses a right\n"
                  : "  nobody gains or loses a right\n",
              output->file);
    TRY(plan_rights_show(output->file, list, output->is_verbose));
    say_rest(output->file, plan, "n_rights", list);
    return STATUS_OK;
}

/* Is there a way to sign in that ends? */
static bool has_gone(const json_t *plan)
{
    const json_t *ways = json_object_get(plan, "sign_ins");

    for (size_t i = 0; i < json_array_size(ways); i++) {
        if (strcmp(plan_text(json_array_get(ways, i), "change"), "gone") == 0)
            return true;
    }
    return false;
}

bool plan_takes_away(const json_t *plan)
{
    const json_t *minimum = minimum_of(plan);

    return plan_rights_are_lost(plan) || has_gone(plan) ||
           json_is_true(json_object_get(plan, "cut")) ||
           (minimum && level_of(minimum, "gained") > level_of(minimum, "lost"));
}

/* ---- Ways to sign in ---- */

static void say_way(FILE *file, const json_t *way)
{
    const char *change = plan_text(way, "change");

    fprintf(file, "  %s ",
            strcmp(change, "new") == 0    ? "+"
            : strcmp(change, "gone") == 0 ? "-"
                                          : "=");
    plan_say_in(file, way, "user");
    fputs(" by ", file);
    plan_say_in(file, way, "kind");
    putc(' ', file);
    plan_say_in(file, way, "value");
    plan_say_between(file, ", given by ", way, "given_by", "");
    plan_say_between(file, *plan_text(way, "given_by") ? " on " : ", given on ",
                     way, "given", "");
    putc('\n', file);
}

/* ---- What else there is to know ---- */

static void say_answer(FILE *file, const json_t *changed)
{
    const json_t *times = json_object_get(changed, "times");

    fputs("  ", file);
    plan_say_in(file, changed, "user");
    fputs(": ", file);
    plan_say_in(file, changed, "operation");
    fputs(" on ", file);
    plan_say_in(file, changed, "class");
    plan_say_between(file, " ", changed, "key", "");
    fputs(": ", file);
    plan_say_in(file, changed, "before");
    fputs(" -> ", file);
    plan_say_in(file, changed, "after");
    if (json_is_integer(times)) {
        fputs(", ", file);
        plan_say_count(file, json_integer_value(times), "time");
    }
    plan_say_between(file, ", last ", changed, "last", "");
    putc('\n', file);
}

/* The replay reaches back to records that are no longer kept. */
static void say_start(FILE *file, const json_t *starts)
{
    if (!starts)
        return;
    fprintf(file, "  The audit starts at record %" JSON_INTEGER_FORMAT " of ",
            json_integer_value(json_object_get(starts, "record")));
    plan_say_in(file, starts, "time");
    fputs("; older records are no longer kept\n", file);
}

static void say_unasked(FILE *file, json_int_t n, const char *which)
{
    if (n <= 0)
        return;
    fputs("; ", file);
    plan_say_number(file, n);
    fprintf(file, " %s were not replayed", which);
}

static const struct section answers = {
    "Requests that would be answered differently", "changed", say_answer};

static void show_replay(const struct output *output, const json_t *plan)
{
    const json_t *replay = json_object_get(plan, "replay");
    const json_t *changed = json_object_get(replay, "changed");
    const json_int_t gone = json_integer_value(json_object_get(replay, "gone"));
    const json_int_t guarded =
        json_integer_value(json_object_get(replay, "guarded"));

    if (!json_is_object(replay))
        return;
    say_heading(output, answers.heading);
    show_items(output, replay, &answers);
    fputs("  ", output->file);
    plan_say_number(output->file, (json_int_t)json_array_size(changed));
    fputs(" of ", output->file);
    plan_say_count(output->file,
                   json_integer_value(json_object_get(replay, "requests")),
                   "request");
    say_unasked(output->file, gone, "about removed objects");
    say_unasked(output->file, guarded, "denied by a guard");
    fputs(json_is_true(json_object_get(replay, "cut")) ? "; not all are shown\n"
                                                       : "\n",
          output->file);
    say_start(output->file, json_object_get(replay, "starts"));
}

static void say_missing(FILE *file, const json_t *missing)
{
    fputs("  ", file);
    plan_say_in(file, missing, "operation");
    fputs(" on ", file);
    plan_say_in(file, missing, "class");
    putc(' ', file);
    plan_say_in(file, missing, "name");
    plan_say_between(file, " (", missing, "at", ")");
    plan_say_between(file, ": ", missing, "why", "");
    putc('\n', file);
}

static void say_what(FILE *file, const json_t *adopted, const char *key,
                     const char *label)
{
    const json_t *list = json_object_get(adopted, key);

    if (json_array_size(list) == 0)
        return;
    fputs(label, file);
    plan_say_list(file, list);
}

static void say_adopted(FILE *file, const json_t *adopted)
{
    fputs("  ", file);
    plan_say_in(file, adopted, "what");
    putc(' ', file);
    plan_say_in(file, adopted, "name");
    fputs(" (", file);
    plan_say_in(file, adopted, "key");
    putc(')', file);
    plan_say_between(file, ", created by ", adopted, "created_by", "");
    say_what(file, adopted, "holders", "; held by ");
    say_what(file, adopted, "identities", "; signs in with ");
    say_what(file, adopted, "deployments", "; with ");
    say_what(file, adopted, "dependants", "; depended on by ");
    putc('\n', file);
}

static void say_differing(FILE *file, const json_t *record)
{
    fputs("  ", file);
    plan_say_in(file, record, "name");
    fputs(", by ", file);
    plan_say_in(file, record, "by");
    fputs(" (", file);
    plan_say_in(file, record, "at");
    fputs(")\n", file);
}

static void show_end(const struct output *output, const json_t *plan)
{
    const json_t *tests = json_object_get(plan, "tests");

    if (json_is_object(tests)) {
        fputs("Tests: ", output->file);
        plan_say_number(output->file,
                        json_integer_value(json_object_get(tests, "passed")));
        fputs(" passed, ", output->file);
        plan_say_number(output->file,
                        json_integer_value(json_object_get(tests, "failed")));
        fputs(" failed\n", output->file);
    }
    if (*plan_text(plan, "plan_digest")) {
        fputs("Plan digest: ", output->file);
        plan_say_in(output->file, plan, "plan_digest");
        putc('\n', output->file);
    }
}

static const struct section sign_ins = {"Identities", "sign_ins", say_way};
static const struct section adopted = {"Taken over from the console", "adopted",
                                       say_adopted};
static const struct section differs = {
    "Disabled by hand; these files do not enable them", "differs",
    say_differing};
static const struct section missing = {"Rights you lack to apply it", "missing",
                                       say_missing};

bool plan_is_empty(const json_t *plan)
{
    return json_array_size(json_object_get(plan, "changes")) == 0 &&
           json_array_size(json_object_get(plan, "rights")) == 0 &&
           json_array_size(json_object_get(plan, "adopted")) == 0;
}

enum status plan_show(const struct output *output, json_t *plan)
{
    SCOPED(answer_drop) json_t *rows = NULL;

    if (output_is_data(output))
        return output_data(output, plan);
    if (output->format == OUTPUT_TSV) {
        rows = plan_rows(plan);
        return rows ? output_rows(output, rows, plan_columns, n_plan_columns)
                    : STATUS_NO_MEMORY;
    }
    TRY(show_changes(output, plan));
    TRY(show_rights(output, plan));
    show_section(output, plan, &sign_ins);
    show_replay(output, plan);
    show_section(output, plan, &adopted);
    show_section(output, plan, &differs);
    show_section(output, plan, &missing);
    show_end(output, plan);
    return STATUS_OK;
}
