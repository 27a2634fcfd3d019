/*
 * Runs the tables of tests/decisions. A line that asks is
 *     verdict  user  operation  object  reason  rule  [level]  [time]
 */
#include "tests/unit/unit.h"

#include <glob.h>
#include <stdio.h>

#include "rbac/administer.h"
#include "tests/unit/rbac/decision_table.h"

#define NOW "2026-06-01" /* where a line names no time */

/* A line that asks, in the words of its columns. */
struct question {
    struct table *table;
    const struct table_line *line;
    const char *verdict;
    const char *user;
    const char *operation;
    const char *object;
    const char *reason;
    enum auth_level level;
    int64_t now_s;
};

static struct question read_question(struct table *table,
                                     const struct table_line *line)
{
    const char *level = line->columns[6];
    const char *time = line->columns[7];
    const bool has_level = level[0] && strcmp(level, "-") != 0;

    return (struct question){
        .table = table,
        .line = line,
        .verdict = line->columns[0],
        .user = line->columns[1],
        .operation = line->columns[2],
        .object = line->columns[3],
        .reason = line->columns[4],
        .level = has_level ? auth_level_read(text_of(level))
                           : AUTH_LEVEL_CERTIFICATE,
        .now_s = table_time(table, line, time[0] ? time : NOW),
    };
}

static const char *after(const char *text, const char *start)
{
    const size_t size = strlen(start);

    return strncmp(text, start, size) == 0 ? text + size : NULL;
}

/* ---- Requests ---- */

static uint8_t operation_on(const struct question *q, uint16_t type,
                            const char *name)
{
    const int bit = rbac_operation_bit(rbac_catalog_type(&rbac_catalog, type),
                                       text_of(name));

    if (bit < 0)
        table_fail(q->table, q->line, "unknown operation", name);
    return (uint8_t)bit;
}

/* An object, a collection by name, or "any CLASS". */
static struct rbac_request request_on(const struct question *q,
                                      const char *operation, const char *name,
                                      uint32_t labels[TABLE_LIST_MAX])
{
    const struct table_object *object = table_object(q->table, name);
    const char *class_name = after(name, "any ");
    struct rbac_request request = {.type = RBAC_TYPE_COLLECTION,
                                   .labels = labels,
                                   .level = q->level,
                                   .now_s = q->now_s};

    if (class_name) {
        const struct rbac_type *type =
            rbac_catalog_class(&rbac_catalog, text_of(class_name));

        if (!type)
            table_fail(q->table, q->line, "unknown class", class_name);
        request.type = type->id;
        request.is_type_wide = true;
    } else if (object) {
        request.type = object->type;
        request.labels = object->labels;
        request.n_labels = object->n_labels;
    } else {
        request.n_labels = table_collections(q->table, q->line, name, labels);
    }
    request.operation = operation_on(q, request.type, operation);
    return request;
}

/* ---- Kinds of questions ---- */

/* "Deploy a1" to a collection: Read on the one, the Deploy bit on the other. */
static struct rbac_decision ask_deploy(const struct question *q,
                                       const struct rbac_subject *subject,
                                       const char *deployed)
{
    uint32_t labels[2][TABLE_LIST_MAX];
    struct rbac_request requests[2] = {
        request_on(q, "Read", deployed, labels[0]),
        request_on(q, "Read", q->object, labels[1]),
    };

    requests[1].operation = (uint8_t)rbac_deploy_operation(requests[0].type);
    return rbac_check_all(subject, requests, 2);
}

/* "Read in f": the object and the folder that holds it. */
static struct rbac_decision ask_in_folder(const struct question *q,
                                          const struct rbac_subject *subject,
                                          const char *folder)
{
    uint32_t labels[2][TABLE_LIST_MAX];
    const struct rbac_request requests[2] = {
        request_on(q, "Read", folder, labels[0]),
        request_on(q, "Read", q->object, labels[1]),
    };

    return rbac_check_all(subject, requests, 2);
}

/* "All of Read, Delete": every one of them. */
static struct rbac_decision ask_all(const struct question *q,
                                    const struct rbac_subject *subject,
                                    const char *operations)
{
    struct rbac_request requests[TABLE_LIST_MAX];
    uint32_t labels[TABLE_LIST_MAX];
    const char *names[TABLE_LIST_MAX];
    char list[256];
    size_t n;

    snprintf(list, sizeof(list), "%s", operations);
    n = table_split(list, names);
    for (size_t i = 0; i < n; i++)
        requests[i] = request_on(q, names[i], q->object, labels);
    return rbac_check_all(subject, requests, n);
}

/* "Set scopes to PROD, TEST" */
static struct rbac_decision ask_scopes(const struct question *q,
                                       const struct rbac_subject *subject,
                                       const char *scopes)
{
    uint32_t labels[TABLE_LIST_MAX], wanted[TABLE_LIST_MAX];
    const struct rbac_request request =
        request_on(q, "Set Security Scope", q->object, labels);
    const size_t n = table_scopes(q->table, q->line, scopes, wanted);

    return rbac_check_scopes(subject, &request, wanted, n);
}

/* "Hand out ROLE" in "scopes | collections" */
static struct rbac_decision ask_hand_out(const struct question *q,
                                         const struct rbac_subject *subject,
                                         const char *role)
{
    const struct rbac_estate *estate = rbac_engine_estate(q->table->engine);
    uint32_t index = 0, scopes[TABLE_LIST_MAX], collections[TABLE_LIST_MAX];
    struct rbac_assignment assignment = {.roles = &index,
                                         .n_roles = 1,
                                         .scopes = scopes,
                                         .collections = collections,
                                         .from_s = INT64_MIN,
                                         .until_s = INT64_MAX};
    char list[256];
    char *bar;

    while (index < estate->n_roles &&
           strcmp(estate->roles[index].name, role) != 0)
        index++;
    snprintf(list, sizeof(list), "%s", q->object);
    bar = strstr(list, " | ");
    if (index == estate->n_roles || !bar)
        table_fail(q->table, q->line, "cannot hand out", role);
    *bar = '\0';
    assignment.n_scopes = table_scopes(q->table, q->line, list, scopes);
    assignment.n_collections =
        table_collections(q->table, q->line, bar + 3, collections);
    return rbac_check_hand_out(subject, &assignment, q->level, q->now_s);
}

/* "Remove" of "admin u3" */
static struct rbac_decision ask_remove(const struct question *q,
                                       const struct rbac_subject *subject,
                                       const char *admin)
{
    const uint32_t index =
        rbac_find_admin(q->table->engine, text_of(admin), false);

    return rbac_check_admin_change(subject, index, NULL, q->level, q->now_s);
}

/* "Change role" of "role NAME": the same content again. */
static struct rbac_decision ask_role_change(const struct question *q,
                                            const struct rbac_subject *subject,
                                            const char *name)
{
    const struct rbac_estate *estate = rbac_engine_estate(q->table->engine);

    for (uint32_t r = 0; r < estate->n_roles; r++)
        if (strcmp(estate->roles[r].name, name) == 0)
            return rbac_check_role_change(subject, &estate->roles[r], r,
                                          q->level, q->now_s);
    table_fail(q->table, q->line, "unknown role", name);
    return (struct rbac_decision){0};
}

/* "Limit by C" */
static struct rbac_decision ask_limit(const struct question *q,
                                      const struct rbac_subject *subject,
                                      const char *limiting)
{
    uint32_t from[TABLE_LIST_MAX], to[TABLE_LIST_MAX];
    const size_t n = table_collections(q->table, q->line, q->object, from);

    if (n + table_collections(q->table, q->line, limiting, to) != 2)
        table_fail(q->table, q->line, "one collection by one", limiting);
    return rbac_check_relimit(subject, from[0], to[0], q->level, q->now_s);
}

static const struct {
    const char *start;
    struct rbac_decision (*ask)(const struct question *q,
                                const struct rbac_subject *subject,
                                const char *rest);
} kinds[] = {
    {"Deploy: ", ask_deploy},    {"Read in ", ask_in_folder},
    {"All of ", ask_all},        {"Set scopes to ", ask_scopes},
    {"Hand out ", ask_hand_out}, {"Limit by ", ask_limit},
};

static struct rbac_decision ask(const struct question *q,
                                const struct rbac_subject *subject)
{
    const char *admin = after(q->object, "admin ");
    const char *role = after(q->object, "role ");
    uint32_t labels[TABLE_LIST_MAX];
    struct rbac_request request;

    if (admin)
        return ask_remove(q, subject, admin);
    if (role)
        return ask_role_change(q, subject, role);
    for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
        const char *rest = after(q->operation, kinds[i].start);

        if (rest)
            return kinds[i].ask(q, subject, rest);
    }
    request = request_on(q, q->operation, q->object, labels);
    return rbac_check(subject, &request);
}

/* ---- Answers ---- */

static void describe(struct rbac_decision decision, char *out, size_t size)
{
    static const char *const verdicts[] = {"deny", "allow", "allow at "};
    const bool at_level = decision.verdict == RBAC_ALLOW_AT_LEVEL;

    snprintf(out, size, "%s%s %s", verdicts[decision.verdict],
             at_level ? auth_level_name(decision.level_required) : "",
             rbac_reason_name(decision.reason));
}

static void check_question(struct table *table, const struct table_line *line)
{
    const struct question q = read_question(table, line);
    OWNED(rbac_subject) subject = table_subject(table, q.user);
    char wanted[96], got[96];

    describe(ask(&q, subject), got, sizeof(got));
    snprintf(wanted, sizeof(wanted), "%s %s", q.verdict, q.reason);
    if (strcmp(got, wanted) != 0)
        table_fail(table, line, wanted, got);
}

/* creates  user  class  scopes  rule: where a new object goes */
static void check_creation(struct table *table, const struct table_line *line)
{
    OWNED(rbac_subject) subject = table_subject(table, line->columns[1]);
    const struct rbac_type *type =
        rbac_catalog_class(&rbac_catalog, text_of(line->columns[2]));
    const struct rbac_request request = {
        .type = type->id,
        .operation = RBAC_OP_CREATE,
        .is_type_wide = true,
        .level = AUTH_LEVEL_CERTIFICATE,
        .now_s = table_time(table, line, NOW),
    };
    uint32_t wanted[TABLE_LIST_MAX], got[TABLE_LIST_MAX];
    const size_t n = table_scopes(table, line, line->columns[3], wanted);

    if (rbac_creation_scopes(subject, &request, got, TABLE_LIST_MAX) != n)
        table_fail(table, line, "other scopes than", line->columns[3]);
    for (size_t i = 0; i < n; i++)
        if (got[i] != wanted[i])
            table_fail(table, line, "other scopes than", line->columns[3]);
}

static void check_file(const char *path)
{
    struct table *table = calloc(1, sizeof(*table));
    size_t n = 0;

    assert_non_null(table);
    table_read(path, table);
    for (size_t i = 0; i < table->n_lines; i++) {
        const char *word = table->lines[i].columns[0];

        if (strcmp(word, "creates") == 0)
            check_creation(table, &table->lines[i]);
        else if (after(word, "allow") || after(word, "deny"))
            check_question(table, &table->lines[i]);
        else
            continue;
        n++;
    }
    print_message("%s: %zu decisions\n", path, n);
    assert_true(n > 0);
    table_free(table);
    free(table);
}

static void every_table_is_answered_as_it_says(void **state)
{
    glob_t found;

    (void)state;
    assert_int_equal(glob(DECISIONS_DIR "/*.tsv", 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; i++)
        check_file(found.gl_pathv[i]);
    globfree(&found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_table_is_answered_as_it_says),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
