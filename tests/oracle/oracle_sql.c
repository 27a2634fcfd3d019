/*
 * The oracle in SQL: a trial as rows in memory (schema.sql), all its decisions
 * as one query (decide.sql).
 */
#include "tests/oracle/oracle.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum insert {
    INSERT_BIT,
    INSERT_IMPLIED,
    INSERT_ROLE,
    INSERT_ROLE_RIGHT,
    INSERT_SCOPE,
    INSERT_COLLECTION,
    INSERT_ADMIN,
    INSERT_ASSIGNMENT,
    INSERT_ASSIGNMENT_ROLE,
    INSERT_ASSIGNMENT_SCOPE,
    INSERT_ASSIGNMENT_COLLECTION,
    INSERT_SUBJECT_ADMIN,
    INSERT_QUESTION,
    INSERT_LABEL,
    N_INSERTS,
};

static const struct table {
    const char *name;
    int columns;
} TABLES[N_INSERTS] = {
    [INSERT_BIT] = {"bit", 5},
    [INSERT_IMPLIED] = {"implied", 3},
    [INSERT_ROLE] = {"role", 2},
    [INSERT_ROLE_RIGHT] = {"role_right", 4},
    [INSERT_SCOPE] = {"scope", 2},
    [INSERT_COLLECTION] = {"collection", 2},
    [INSERT_ADMIN] = {"admin", 2},
    [INSERT_ASSIGNMENT] = {"assignment", 4},
    [INSERT_ASSIGNMENT_ROLE] = {"assignment_role", 2},
    [INSERT_ASSIGNMENT_SCOPE] = {"assignment_scope", 2},
    [INSERT_ASSIGNMENT_COLLECTION] = {"assignment_collection", 2},
    [INSERT_SUBJECT_ADMIN] = {"subject_admin", 2},
    [INSERT_QUESTION] = {"question", 7},
    [INSERT_LABEL] = {"label", 2},
};

struct sql {
    sqlite3 *db;
    sqlite3_stmt *inserts[N_INSERTS];
    sqlite3_stmt *clears[N_INSERTS];
    sqlite3_stmt *decide;
};

/* Any value that no column holds: bound as NULL. */
#define SQL_NULL (INT64_MIN + 1)

static enum status complain(const struct sql *sql, const char *what)
{
    fprintf(stderr, "oracle: sql %s: %s\n", what, sqlite3_errmsg(sql->db));
    return STATUS_UNAVAILABLE;
}

static void sql_free(void *self)
{
    struct sql *sql = self;

    if (!sql)
        return;
    for (size_t i = 0; i < N_INSERTS; i++) {
        sqlite3_finalize(sql->inserts[i]);
        sqlite3_finalize(sql->clears[i]);
    }
    sqlite3_finalize(sql->decide);
    sqlite3_close(sql->db);
    free(sql);
}

static void sql_drop(struct sql **sql)
{
    sql_free(*sql);
}

/* One row of n values, all int64_t. */
static enum status row_put(struct sql *sql, enum insert into, ...)
{
    sqlite3_stmt *insert = sql->inserts[into];
    va_list values;

    va_start(values, into);
    for (int i = 1; i <= TABLES[into].columns; i++) {
        const int64_t value = va_arg(values, int64_t);

        if (value == SQL_NULL)
            sqlite3_bind_null(insert, i);
        else
            sqlite3_bind_int64(insert, i, value);
    }
    va_end(values);
    if (sqlite3_step(insert) != SQLITE_DONE)
        return complain(sql, TABLES[into].name);
    sqlite3_reset(insert);
    return STATUS_OK;
}

#define V(value) ((int64_t)(value))

static enum status put_implied(struct sql *sql, uint16_t type,
                               const uint32_t *implies)
{
    for (int bit = 0; bit < RBAC_OPERATIONS_MAX; bit++)
        for (int also = 0; also < RBAC_OPERATIONS_MAX; also++)
            if (implies[bit] >> also & 1)
                TRY(row_put(sql, INSERT_IMPLIED, V(type), V(bit), V(also)));
    return STATUS_OK;
}

/* securing is text; everything else in the tables is a number. */
static enum status put_type(struct sql *sql, const struct rbac_type *type)
{
    static const char *const names[] = {"role", "scope", "collection"};
    sqlite3_stmt *insert = sql->inserts[INSERT_BIT];

    for (int bit = 0; bit < RBAC_OPERATIONS_MAX; bit++) {
        if (!(type->operations >> bit & 1))
            continue;
        sqlite3_bind_int(insert, 1, type->id);
        sqlite3_bind_int(insert, 2, bit);
        sqlite3_bind_text(insert, 3, names[type->securing], -1, SQLITE_STATIC);
        sqlite3_bind_int(insert, 4, type->type_wide >> bit & 1);
        sqlite3_bind_int(insert, 5, type->blocked_direct >> bit & 1);
        if (sqlite3_step(insert) != SQLITE_DONE)
            return complain(sql, "bit");
        sqlite3_reset(insert);
    }
    return STATUS_OK;
}

static enum status put_role(struct sql *sql, size_t id, const struct role *role)
{
    TRY(row_put(sql, INSERT_ROLE, V(id), V(role->level)));
    for (size_t i = 0; i < role->n_rights; i++) {
        const struct rbac_right *right = &role->rights[i];

        for (int bit = 0; bit < RBAC_OPERATIONS_MAX; bit++)
            if (right->operations >> bit & 1)
                TRY(row_put(sql, INSERT_ROLE_RIGHT, V(id), V(right->type),
                            V(bit), V(right->level)));
    }
    return STATUS_OK;
}

static enum status put_list(struct sql *sql, enum insert into, size_t id,
                            const struct list *list)
{
    for (size_t i = 0; i < list->n; i++)
        TRY(row_put(sql, into, V(id), V(list->at[i])));
    return STATUS_OK;
}

static enum status put_admin(struct sql *sql, size_t id,
                             const struct admin *admin)
{
    TRY(row_put(sql, INSERT_ADMIN, V(id), V(admin->is_disabled)));
    for (size_t i = 0; i < admin->n_assignments; i++) {
        const struct assignment *a = &admin->assignments[i];
        const size_t key = id * ASSIGNMENTS_MAX + i;

        TRY(row_put(sql, INSERT_ASSIGNMENT, V(key), V(id),
                    a->from_s == INT64_MIN ? SQL_NULL : a->from_s,
                    a->until_s == INT64_MAX ? SQL_NULL : a->until_s));
        TRY(put_list(sql, INSERT_ASSIGNMENT_ROLE, key, &a->roles));
        TRY(put_list(sql, INSERT_ASSIGNMENT_SCOPE, key, &a->scopes));
        TRY(put_list(sql, INSERT_ASSIGNMENT_COLLECTION, key, &a->collections));
    }
    return STATUS_OK;
}

static enum status put_estate(struct sql *sql, const struct estate *estate)
{
    for (size_t i = 0; i < estate->n_types; i++) {
        TRY(put_type(sql, &estate->types[i]));
        TRY(put_implied(sql, estate->types[i].id, estate->implies[i]));
    }
    for (size_t i = 0; i < estate->n_roles; i++)
        TRY(put_role(sql, i, &estate->roles[i]));
    for (size_t i = 0; i < estate->n_scopes; i++)
        TRY(row_put(sql, INSERT_SCOPE, V(i), V(i == estate->all_scope)));
    for (size_t i = 0; i < estate->n_collections; i++)
        TRY(row_put(sql, INSERT_COLLECTION, V(i),
                    estate->limiting[i] == NO_PARENT ? SQL_NULL
                                                     : V(estate->limiting[i])));
    for (size_t i = 0; i < estate->n_admins; i++)
        TRY(put_admin(sql, i, &estate->admins[i]));
    return STATUS_OK;
}

static enum status put_questions(struct sql *sql, const struct trial *trial)
{
    for (size_t i = 0; i < trial->n_subjects; i++)
        TRY(put_list(sql, INSERT_SUBJECT_ADMIN, i, &trial->subjects[i]));
    for (size_t i = 0; i < trial->n_questions; i++) {
        const struct question *q = &trial->questions[i];

        TRY(row_put(sql, INSERT_QUESTION, V(i), V(q->subject), V(q->type),
                    V(q->operation), V(q->is_type_wide), V(q->level),
                    V(q->now_s)));
        TRY(put_list(sql, INSERT_LABEL, i, &q->labels));
    }
    return STATUS_OK;
}

/* The columns of decide.sql. */
enum column {
    COLUMN_ID,
    COLUMN_VERDICT,
    COLUMN_LEVEL,
    COLUMN_IS_UNKNOWN,
    COLUMN_HAS_NO_RECORD,
    COLUMN_MISSES,
    COLUMN_IS_EARLY,
    COLUMN_IS_LATE,
    COLUMN_IS_BY_COLLECTION,
};

/* One reason, or the two between which the contract leaves a choice. */
static uint32_t read_reasons(sqlite3_stmt *row)
{
    uint32_t reasons = 0;

    if (sqlite3_column_int(row, COLUMN_IS_UNKNOWN))
        reasons |= 1U << RBAC_UNKNOWN_OPERATION;
    if (sqlite3_column_int(row, COLUMN_HAS_NO_RECORD))
        reasons |= 1U << RBAC_NO_ADMINISTRATOR;
    if (reasons)
        return reasons;
    switch (sqlite3_column_int(row, COLUMN_MISSES)) {
    case 1:
        if (sqlite3_column_int(row, COLUMN_IS_EARLY))
            reasons |= 1U << RBAC_NOT_YET_VALID;
        if (sqlite3_column_int(row, COLUMN_IS_LATE))
            reasons |= 1U << RBAC_NO_LONGER_VALID;
        return reasons;
    case 2:
        return 1U << RBAC_DIRECTLY_ASSIGNED;
    case 3:
        return sqlite3_column_int(row, COLUMN_IS_BY_COLLECTION)
                   ? 1U << RBAC_OUT_OF_COLLECTION
                   : 1U << RBAC_OUT_OF_SCOPE;
    default:
        return 1U << RBAC_ROLE_LACKS_OPERATION;
    }
}

static struct answer read_answer(sqlite3_stmt *row)
{
    const char *verdict =
        (const char *)sqlite3_column_text(row, COLUMN_VERDICT);
    const enum auth_level level =
        (enum auth_level)sqlite3_column_int(row, COLUMN_LEVEL);

    if (verdict && !strcmp(verdict, "allow"))
        return (struct answer){RBAC_ALLOW, level, true, 1U << RBAC_ALLOWED};
    if (verdict && !strcmp(verdict, "level"))
        return (struct answer){RBAC_ALLOW_AT_LEVEL, level, true,
                               1U << RBAC_LEVEL_TOO_LOW};
    return (struct answer){RBAC_DENY, AUTH_LEVEL_NONE, true, read_reasons(row)};
}

static enum status read_answers(struct sql *sql, const struct trial *trial,
                                struct answer *answers)
{
    size_t n = 0;
    int rc;

    while ((rc = sqlite3_step(sql->decide)) == SQLITE_ROW) {
        const int64_t id = sqlite3_column_int64(sql->decide, COLUMN_ID);

        if (n >= trial->n_questions || id != (int64_t)n)
            return complain(sql, "answered another question");
        answers[n] = read_answer(sql->decide);
        n++;
    }
    if (rc != SQLITE_DONE || n != trial->n_questions)
        return complain(sql, "decide");
    sqlite3_reset(sql->decide);
    return STATUS_OK;
}

static enum status sql_answer(void *self, const struct trial *trial,
                              struct answer *answers)
{
    struct sql *sql = self;

    if (sqlite3_exec(sql->db, "BEGIN", NULL, NULL, NULL) != SQLITE_OK)
        return complain(sql, "begin");
    for (size_t i = 0; i < N_INSERTS; i++) {
        if (sqlite3_step(sql->clears[i]) != SQLITE_DONE)
            return complain(sql, TABLES[i].name);
        sqlite3_reset(sql->clears[i]);
    }
    TRY(put_estate(sql, &trial->estate));
    TRY(put_questions(sql, trial));
    TRY(read_answers(sql, trial, answers));
    if (sqlite3_exec(sql->db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
        return complain(sql, "commit");
    return STATUS_OK;
}

/* A file of this folder as text. */
static enum status read_source(const char *name, char *text, size_t max)
{
    char path[512];
    FILE *file;
    size_t n;

    snprintf(path, sizeof(path), "%s/%s", ORACLE_DIR, name);
    file = fopen(path, "re");
    if (!file) {
        fprintf(stderr, "oracle: %s: %s\n", path, strerror(errno));
        return STATUS_UNAVAILABLE;
    }
    n = fread(text, 1, max - 1, file);
    fclose(file);
    text[n] = '\0';
    return STATUS_OK;
}

static enum status prepare(struct sql *sql, const char *text,
                           sqlite3_stmt **out)
{
    if (sqlite3_prepare_v2(sql->db, text, -1, out, NULL) != SQLITE_OK)
        return complain(sql, text);
    return STATUS_OK;
}

static enum status prepare_inserts(struct sql *sql)
{
    static const char marks[] = "?,?,?,?,?,?,?";
    char text[128];

    for (size_t i = 0; i < N_INSERTS; i++) {
        snprintf(text, sizeof(text), "INSERT INTO %s VALUES (%.*s)",
                 TABLES[i].name, 2 * TABLES[i].columns - 1, marks);
        TRY(prepare(sql, text, &sql->inserts[i]));
        snprintf(text, sizeof(text), "DELETE FROM %s", TABLES[i].name);
        TRY(prepare(sql, text, &sql->clears[i]));
    }
    return STATUS_OK;
}

enum status oracle_sql_open(struct oracle *oracle_out)
{
    SCOPED(sql_drop) struct sql *sql = calloc(1, sizeof(*sql));
    char text[16384];

    if (!sql)
        return STATUS_NO_MEMORY;
    if (sqlite3_open(":memory:", &sql->db) != SQLITE_OK)
        return complain(sql, "open");
    TRY(read_source("schema.sql", text, sizeof(text)));
    if (sqlite3_exec(sql->db, text, NULL, NULL, NULL) != SQLITE_OK)
        return complain(sql, "schema");
    TRY(prepare_inserts(sql));
    TRY(read_source("decide.sql", text, sizeof(text)));
    TRY(prepare(sql, text, &sql->decide));
    *oracle_out = (struct oracle){"sql", sql_answer, sql_free, TAKE(sql)};
    return STATUS_OK;
}
