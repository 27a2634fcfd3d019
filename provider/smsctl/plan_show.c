#include "provider/smsctl/plan_show.h"

#include <inttypes.h>
#include <string.h>

#include "provider/base/buf.h"
#include "provider/client/answer.h"
#include "provider/client/show.h"
#include "provider/smsctl/plan_rows.h"

enum { SHOWN_MAX_BYTES = 4 * 1024 * 1024, DAY_S = 86400 };

/* ---- Pieces of a sentence ---- */

static const char *text_in(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));

    return text ? text : "";
}

/* Text of the server, fit for a terminal. */
static void say(FILE *file, const json_t *value)
{
    SCOPED(buf_free) struct buf shown = buf_make(SHOWN_MAX_BYTES);

    show_text(&shown, (struct text){json_string_value(value),
                                    json_string_length(value)});
    if (json_is_string(value))
        fwrite(buf_text(&shown).data, 1, buf_text(&shown).size, file);
}

static void say_in(FILE *file, const json_t *object, const char *name)
{
    say(file, json_object_get(object, name));
}

static void say_list(FILE *file, const json_t *list)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        fputs(i ? ", " : "", file);
        say(file, json_array_get(list, i));
    }
}

/* "3,020" */
static void say_number(FILE *file, json_int_t number)
{
    char digits[32];
    const int n = snprintf(digits, sizeof(digits), "%" JSON_INTEGER_FORMAT,
                           number < 0 ? 0 : number);

    for (int i = 0; i < n; i++) {
        if (i > 0 && (n - i) % 3 == 0)
            putc(',', file);
        putc(digits[i], file);
    }
}

/* "1 device", "3,020 devices" */
static void say_count(FILE *file, json_int_t number, const char *what)
{
    say_number(file, number);
    fprintf(file, " %s%s", what, number == 1 ? "" : "s");
}

static void say_heading(const struct output *output, const char *heading)
{
    if (output->has_headings)
        fprintf(output->file, "%s:\n", heading);
}

/* What the provider left out of a long list. */
static void say_rest(FILE *file, const json_t *plan, const char *count,
                     const json_t *list)
{
    const json_int_t all = json_integer_value(json_object_get(plan, count));
    const json_int_t rest = all - (json_int_t)json_array_size(list);

    if (rest <= 0)
        return;
    fputs("  and ", file);
    say_number(file, rest);
    fputs(" more\n", file);
}

/* ---- Changes of objects ---- */

static void say_lines(FILE *file, const char *sign, const json_t *lines)
{
    for (size_t i = 0; i < json_array_size(lines); i++) {
        fprintf(file, "      %s ", sign);
        say(file, json_array_get(lines, i));
        putc('\n', file);
    }
}

static void say_change(FILE *file, const json_t *change)
{
    const char *kind = text_in(change, "change");

    fprintf(file, "  %s ",
            strcmp(kind, "added") == 0     ? "+"
            : strcmp(kind, "removed") == 0 ? "-"
                                           : "~");
    say_in(file, change, "what");
    putc(' ', file);
    say_in(file, change, "name");
    if (*text_in(change, "at")) {
        fputs(" (", file);
        say_in(file, change, "at");
        putc(')', file);
    }
    putc('\n', file);
    say_lines(file, "-", json_object_get(change, "lost"));
    say_lines(file, "+", json_object_get(change, "gained"));
}

static void show_changes(const struct output *output, const json_t *plan)
{
    const json_t *changes = json_object_get(plan, "changes");

    say_heading(output, "Changes");
    if (json_array_size(changes) == 0)
        fputs("  nothing changes\n", output->file);
    for (size_t i = 0; i < json_array_size(changes); i++)
        say_change(output->file, json_array_get(changes, i));
    say_rest(output->file, plan, "n_changes", changes);
}

/* ---- Rights ---- */

static const struct {
    const char *where;
    const char *before; /* the category's name */
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
    const char *where = text_in(right, "where");
    size_t i = 0;

    while (i < ARRAY_SIZE(phrases) && strcmp(where, phrases[i].where) != 0)
        i++;
    if (i == ARRAY_SIZE(phrases)) {
        putc(' ', file);
        say_in(file, right, "where");
        putc(' ', file);
    } else {
        fputs(phrases[i].before, file);
    }
    say_in(file, right, "category");
    if (i < ARRAY_SIZE(phrases))
        fputs(phrases[i].after, file);
}

/* "gains", "loses", or at which other level. */
static void say_verb(FILE *file, const json_t *right)
{
    const char *before = text_in(right, "before");
    const char *after = text_in(right, "after");

    if (*before && *after) {
        fputs(" needs ", file);
        say_in(file, right, "after");
        fputs(" (before ", file);
        say_in(file, right, "before");
        fputs(") for ", file);
    } else {
        fputs(*after ? " gains " : " loses ", file);
    }
}

static void say_right(FILE *file, const json_t *right)
{
    const json_t *objects = json_object_get(right, "objects");
    const json_t *devices = json_object_get(right, "devices");
    const char *before = text_in(right, "before");
    const char *after = text_in(right, "after");

    fputs(json_object_get(right, "group") ? "  group " : "  ", file);
    say_in(file, right, json_object_get(right, "group") ? "group" : "user");
    say_verb(file, right);
    say_list(file, json_object_get(right, "operations"));
    fputs(" on ", file);
    say_in(file, right, "class");
    say_where(file, right);
    if (!*before != !*after) {
        fputs(" at ", file);
        say_in(file, right, *after ? "after" : "before");
    }
    if (json_is_integer(objects)) {
        fputs(": ", file);
        say_count(file, json_integer_value(objects), "object");
    }
    if (json_is_integer(devices)) {
        fputs(json_is_integer(objects) ? ", " : ": ", file);
        say_count(file, json_integer_value(devices), "device");
    }
    putc('\n', file);
}

static void show_rights(const struct output *output, const json_t *plan)
{
    const json_t *rights = json_object_get(plan, "rights");

    say_heading(output, "Rights");
    if (json_array_size(rights) == 0)
        fputs(json_array_size(json_object_get(plan, "sign_ins"))
                  ? "  nobody's record gains or loses a right\n"
                  : "  nobody gains or loses a right\n",
              output->file);
    for (size_t i = 0; i < json_array_size(rights); i++)
        say_right(output->file, json_array_get(rights, i));
    say_rest(output->file, plan, "n_rights", rights);
}

/* ---- Ways to sign in ---- */

static void say_way(FILE *file, const json_t *way)
{
    const char *change = text_in(way, "change");

    fprintf(file, "  %s ",
            strcmp(change, "new") == 0    ? "+"
            : strcmp(change, "gone") == 0 ? "-"
                                          : "=");
    say_in(file, way, "user");
    fputs(" by ", file);
    say_in(file, way, "kind");
    putc(' ', file);
    say_in(file, way, "value");
    if (*text_in(way, "given_by")) {
        fputs(", given by ", file);
        say_in(file, way, "given_by");
    }
    if (*text_in(way, "given")) {
        fputs(*text_in(way, "given_by") ? " on " : ", given on ", file);
        say_in(file, way, "given");
    }
    putc('\n', file);
}

/* New ones, gone ones, and those of who gains. */
static void show_ways(const struct output *output, const json_t *plan)
{
    const json_t *ways = json_object_get(plan, "sign_ins");

    if (json_array_size(ways) == 0)
        return;
    say_heading(output, "Who signs in how");
    for (size_t i = 0; i < json_array_size(ways); i++)
        say_way(output->file, json_array_get(ways, i));
}

/* ---- What else there is to know ---- */

static void say_answer(FILE *file, const json_t *changed)
{
    fputs("  ", file);
    say_in(file, changed, "user");
    fputs(": ", file);
    say_in(file, changed, "operation");
    fputs(" on ", file);
    say_in(file, changed, "class");
    if (*text_in(changed, "key")) {
        putc(' ', file);
        say_in(file, changed, "key");
    }
    fputs(": ", file);
    say_in(file, changed, "before");
    fputs(" -> ", file);
    say_in(file, changed, "after");
    if (json_is_integer(json_object_get(changed, "times"))) {
        fputs(", ", file);
        say_count(file, json_integer_value(json_object_get(changed, "times")),
                  "time");
    }
    if (*text_in(changed, "last")) {
        fputs(", last ", file);
        say_in(file, changed, "last");
    }
    putc('\n', file);
}

/* Requests of that time that nobody can ask again. */
static void say_start(FILE *file, const json_t *starts)
{
    if (!starts)
        return;
    fprintf(file, "  The audit starts at record %" JSON_INTEGER_FORMAT " of ",
            json_integer_value(json_object_get(starts, "record")));
    say_in(file, starts, "time");
    fputs("; what was before is no longer kept\n", file);
}

static void show_replay(const struct output *output, const json_t *plan)
{
    const json_t *replay = json_object_get(plan, "replay");
    const json_t *changed = json_object_get(replay, "changed");
    const json_int_t gone = json_integer_value(json_object_get(replay, "gone"));

    if (!json_is_object(replay))
        return;
    say_heading(output, "Requests that would be answered otherwise");
    for (size_t i = 0; i < json_array_size(changed); i++)
        say_answer(output->file, json_array_get(changed, i));
    fputs("  ", output->file);
    say_number(output->file, (json_int_t)json_array_size(changed));
    fputs(" of ", output->file);
    say_count(output->file,
              json_integer_value(json_object_get(replay, "requests")),
              "request");
    if (gone > 0) {
        fputs("; ", output->file);
        say_number(output->file, gone);
        fputs(" about what is gone were not asked again", output->file);
    }
    fputs(json_is_true(json_object_get(replay, "cut")) ? "; not all are told\n"
                                                       : "\n",
          output->file);
    say_start(output->file, json_object_get(replay, "starts"));
}

static void say_missing(FILE *file, const json_t *missing)
{
    fputs("  ", file);
    say_in(file, missing, "operation");
    fputs(" on ", file);
    say_in(file, missing, "class");
    putc(' ', file);
    say_in(file, missing, "name");
    if (*text_in(missing, "at")) {
        fputs(" (", file);
        say_in(file, missing, "at");
        putc(')', file);
    }
    if (*text_in(missing, "why")) {
        fputs(": ", file);
        say_in(file, missing, "why");
    }
    putc('\n', file);
}

static void show_missing(const struct output *output, const json_t *plan)
{
    const json_t *missing = json_object_get(plan, "missing");

    if (json_array_size(missing) == 0)
        return;
    say_heading(output, "What you lack to apply it");
    for (size_t i = 0; i < json_array_size(missing); i++)
        say_missing(output->file, json_array_get(missing, i));
}

static void say_what(FILE *file, const json_t *adopted, const char *key,
                     const char *label)
{
    const json_t *list = json_object_get(adopted, key);

    if (json_array_size(list) == 0)
        return;
    fputs(label, file);
    say_list(file, list);
}

static void say_adopted(FILE *file, const json_t *adopted)
{
    fputs("  ", file);
    say_in(file, adopted, "what");
    putc(' ', file);
    say_in(file, adopted, "name");
    fputs(" (", file);
    say_in(file, adopted, "key");
    putc(')', file);
    if (*text_in(adopted, "created_by")) {
        fputs(", made by ", file);
        say_in(file, adopted, "created_by");
    }
    say_what(file, adopted, "holders", "; held by ");
    say_what(file, adopted, "identities", "; signs in with ");
    say_what(file, adopted, "deployments", "; with ");
    say_what(file, adopted, "dependants", "; depended on by ");
    putc('\n', file);
}

static void show_adopted(const struct output *output, const json_t *plan)
{
    const json_t *adopted = json_object_get(plan, "adopted");

    if (json_array_size(adopted) == 0)
        return;
    say_heading(output, "What the files take over from the console");
    for (size_t i = 0; i < json_array_size(adopted); i++)
        say_adopted(output->file, json_array_get(adopted, i));
}

static void show_differing(const struct output *output, const json_t *plan)
{
    const json_t *differs = json_object_get(plan, "differs");

    if (json_array_size(differs) == 0)
        return;
    say_heading(output, "Disabled by hand, and not enabled by these files");
    for (size_t i = 0; i < json_array_size(differs); i++) {
        const json_t *one = json_array_get(differs, i);

        fputs("  ", output->file);
        say_in(output->file, one, "name");
        fputs(", by ", output->file);
        say_in(output->file, one, "by");
        fputs(" (", output->file);
        say_in(output->file, one, "at");
        fputs(")\n", output->file);
    }
}

static void show_end(const struct output *output, const json_t *plan)
{
    const json_t *tests = json_object_get(plan, "tests");

    if (json_is_object(tests)) {
        fputs("Tests: ", output->file);
        say_number(output->file,
                   json_integer_value(json_object_get(tests, "passed")));
        fputs(" passed, ", output->file);
        say_number(output->file,
                   json_integer_value(json_object_get(tests, "failed")));
        fputs(" failed\n", output->file);
    }
    if (*text_in(plan, "plan_digest")) {
        fputs("Plan digest: ", output->file);
        say_in(output->file, plan, "plan_digest");
        putc('\n', output->file);
    }
}

bool plan_is_empty(const json_t *plan)
{
    return json_array_size(json_object_get(plan, "changes")) == 0 &&
           json_array_size(json_object_get(plan, "rights")) == 0 &&
           json_array_size(json_object_get(plan, "adopted")) == 0;
}

enum status plan_show(const struct output *output, json_t *plan)
{
    SCOPED(answer_drop) json_t *rows = NULL;

    if (output->format == OUTPUT_JSON)
        return output_json(output, plan);
    if (output->format == OUTPUT_TSV) {
        rows = plan_rows(plan);
        return rows ? output_rows(output, rows, plan_columns, n_plan_columns)
                    : STATUS_NO_MEMORY;
    }
    show_changes(output, plan);
    show_rights(output, plan);
    show_ways(output, plan);
    show_replay(output, plan);
    show_adopted(output, plan);
    show_differing(output, plan);
    show_missing(output, plan);
    show_end(output, plan);
    return STATUS_OK;
}
