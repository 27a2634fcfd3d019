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

/* Text from the server, made safe for a terminal. */
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

/* Nothing when the member is absent or empty. */
static void say_between(FILE *file, const char *before, const json_t *object,
                        const char *name, const char *after)
{
    if (!*text_in(object, name))
        return;
    fputs(before, file);
    say_in(file, object, name);
    fputs(after, file);
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

/* The number of items that the provider left out of a long list. */
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

/* A list of the plan, an item a line, under its heading. */
struct section {
    const char *heading;
    const char *list;  /* its name in the plan */
    const char *count; /* the name of its full length; NULL: never truncated */
    void (*say)(FILE *file, const json_t *item);
};

static void show_items(const struct output *output, const json_t *plan,
                       const struct section *section)
{
    const json_t *list = json_object_get(plan, section->list);

    for (size_t i = 0; i < json_array_size(list); i++)
        section->say(output->file, json_array_get(list, i));
    if (section->count)
        say_rest(output->file, plan, section->count, list);
}

/* Nothing when the list is empty, unless there are words for that. */
static void show_section(const struct output *output, const json_t *plan,
                         const struct section *section, const char *if_empty)
{
    const bool is_empty =
        json_array_size(json_object_get(plan, section->list)) == 0;

    if (is_empty && !if_empty)
        return;
    say_heading(output, section->heading);
    if (is_empty)
        fputs(if_empty, output->file);
    show_items(output, plan, section);
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
    say_between(file, " (", change, "at", ")");
    putc('\n', file);
    say_lines(file, "-", json_object_get(change, "lost"));
    say_lines(file, "+", json_object_get(change, "gained"));
}

/* ---- Rights ---- */

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

/* "gains", "loses", or which other level is needed. */
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
    say_between(file, ", given by ", way, "given_by", "");
    say_between(file, *text_in(way, "given_by") ? " on " : ", given on ", way,
                "given", "");
    putc('\n', file);
}

/* ---- What else there is to know ---- */

static void say_answer(FILE *file, const json_t *changed)
{
    const json_t *times = json_object_get(changed, "times");

    fputs("  ", file);
    say_in(file, changed, "user");
    fputs(": ", file);
    say_in(file, changed, "operation");
    fputs(" on ", file);
    say_in(file, changed, "class");
    say_between(file, " ", changed, "key", "");
    fputs(": ", file);
    say_in(file, changed, "before");
    fputs(" -> ", file);
    say_in(file, changed, "after");
    if (json_is_integer(times)) {
        fputs(", ", file);
        say_count(file, json_integer_value(times), "time");
    }
    say_between(file, ", last ", changed, "last", "");
    putc('\n', file);
}

/* The replay reaches back to records that are no longer kept. */
static void say_start(FILE *file, const json_t *starts)
{
    if (!starts)
        return;
    fprintf(file, "  The audit starts at record %" JSON_INTEGER_FORMAT " of ",
            json_integer_value(json_object_get(starts, "record")));
    say_in(file, starts, "time");
    fputs("; older records are no longer kept\n", file);
}

static void say_unasked(FILE *file, json_int_t n, const char *which)
{
    if (n <= 0)
        return;
    fputs("; ", file);
    say_number(file, n);
    fprintf(file, " %s were not replayed", which);
}

static const struct section answers = {
    "Requests that would be answered differently", "changed", NULL, say_answer};

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
    say_number(output->file, (json_int_t)json_array_size(changed));
    fputs(" of ", output->file);
    say_count(output->file,
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
    say_in(file, missing, "operation");
    fputs(" on ", file);
    say_in(file, missing, "class");
    putc(' ', file);
    say_in(file, missing, "name");
    say_between(file, " (", missing, "at", ")");
    say_between(file, ": ", missing, "why", "");
    putc('\n', file);
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
    say_between(file, ", created by ", adopted, "created_by", "");
    say_what(file, adopted, "holders", "; held by ");
    say_what(file, adopted, "identities", "; signs in with ");
    say_what(file, adopted, "deployments", "; with ");
    say_what(file, adopted, "dependants", "; depended on by ");
    putc('\n', file);
}

static void say_differing(FILE *file, const json_t *record)
{
    fputs("  ", file);
    say_in(file, record, "name");
    fputs(", by ", file);
    say_in(file, record, "by");
    fputs(" (", file);
    say_in(file, record, "at");
    fputs(")\n", file);
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

static const struct section changes = {"Changes", "changes", "n_changes",
                                       say_change};
static const struct section rights = {"Rights", "rights", "n_rights",
                                      say_right};
static const struct section sign_ins = {"Identities", "sign_ins", NULL,
                                        say_way};
static const struct section adopted = {"Taken over from the console", "adopted",
                                       NULL, say_adopted};
static const struct section differs = {
    "Disabled by hand; these files do not enable them", "differs", NULL,
    say_differing};
static const struct section missing = {"Rights you lack to apply it", "missing",
                                       NULL, say_missing};

static const char *no_rights(const json_t *plan)
{
    return json_array_size(json_object_get(plan, "sign_ins"))
               ? "  nobody's record gains or loses a right\n"
               : "  nobody gains or loses a right\n";
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

    if (output_is_data(output))
        return output_data(output, plan);
    if (output->format == OUTPUT_TSV) {
        rows = plan_rows(plan);
        return rows ? output_rows(output, rows, plan_columns, n_plan_columns)
                    : STATUS_NO_MEMORY;
    }
    show_section(output, plan, &changes, "  nothing changes\n");
    show_section(output, plan, &rights, no_rights(plan));
    show_section(output, plan, &sign_ins, NULL);
    show_replay(output, plan);
    show_section(output, plan, &adopted, NULL);
    show_section(output, plan, &differs, NULL);
    show_section(output, plan, &missing, NULL);
    show_end(output, plan);
    return STATUS_OK;
}
