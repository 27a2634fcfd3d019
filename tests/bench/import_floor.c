/*
 * What SQLite alone takes to store the rows that an import has stored: copies
 * the tables named on the command line from a provider's database into a new
 * one, in the order of their rows, in commits of GROUP rows of the first table,
 * with the provider's settings, a statement for each row. Reading is not
 * counted. The provider stores forty new devices in a statement, so that it can
 * be below this floor.
 *
 *     import-floor SITE.db NEW.db GROUP TABLE[:COLUMN]...
 *
 * COLUMN tells to which row of the first table a row belongs: "row" unless it
 * is named. Prints "rows=.. wall_us=.. cpu_us=.. growth=..": of one row of the
 * first table; growth is the last tenth to the second.
 */
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { TABLES_MAX = 8, COLUMNS_MAX = 128, PARTS = 10 };

struct table {
    const char *name;
    const char *column;
    sqlite3_stmt *select;
    sqlite3_stmt *insert;
    bool has_row; /* the select stands on one that is not kept yet */
    int n_columns;
    sqlite3_value **values; /* of the group, n_columns each */
    size_t n_values, capacity;
};

struct floor {
    sqlite3 *from;
    sqlite3 *to;
    long group;
    struct table tables[TABLES_MAX];
    size_t n_tables;
};

static void must(bool holds, sqlite3 *db, const char *doing)
{
    if (holds)
        return;
    fprintf(stderr, "import-floor: %s: %s\n", doing,
            db ? sqlite3_errmsg(db) : "failed");
    exit(1);
}

static void run(sqlite3 *db, const char *sql)
{
    must(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK, db, sql);
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *stmt = NULL;

    must(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) == SQLITE_OK, db, sql);
    return stmt;
}

static double seconds_of(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* ---- The tables ---- */

/* With their indexes. */
static void copy_schema(struct floor *floor, const char *name)
{
    sqlite3_stmt *stmt =
        prepare(floor->from, "SELECT sql FROM sqlite_schema WHERE tbl_name = ? "
                             "AND sql IS NOT NULL ORDER BY type DESC");

    sqlite3_bind_text(stmt, 1, name, -1, SQLITE_STATIC);
    while (sqlite3_step(stmt) == SQLITE_ROW)
        run(floor->to, (const char *)sqlite3_column_text(stmt, 0));
    sqlite3_finalize(stmt);
}

static void prepare_table(struct floor *floor, struct table *table)
{
    char sql[1024];
    size_t at;

    copy_schema(floor, table->name);
    snprintf(sql, sizeof(sql), "SELECT *, %s FROM %s ORDER BY %s",
             table->column, table->name, table->column);
    table->select = prepare(floor->from, sql);
    table->n_columns = sqlite3_column_count(table->select) - 1;
    table->has_row = sqlite3_step(table->select) == SQLITE_ROW;
    at = (size_t)snprintf(sql, sizeof(sql), "INSERT INTO %s VALUES (?",
                          table->name);
    for (int i = 1; i < table->n_columns; i++)
        at += (size_t)snprintf(sql + at, sizeof(sql) - at, ",?");
    snprintf(sql + at, sizeof(sql) - at, ")");
    table->insert = prepare(floor->to, sql);
}

static void add_table(struct floor *floor, char *argument)
{
    struct table *table = &floor->tables[floor->n_tables++];
    char *colon = strchr(argument, ':');

    must(floor->n_tables <= TABLES_MAX, NULL, "too many tables");
    if (colon)
        *colon = '\0';
    *table =
        (struct table){.name = argument, .column = colon ? colon + 1 : "row"};
    prepare_table(floor, table);
}

/* ---- One group ---- */

static void keep_value(struct table *table, sqlite3_value *value)
{
    if (table->n_values == table->capacity) {
        table->capacity = table->capacity ? 2 * table->capacity : 65536;
        table->values =
            realloc(table->values, table->capacity * sizeof(table->values[0]));
        must(table->values != NULL, NULL, "memory");
    }
    table->values[table->n_values++] = sqlite3_value_dup(value);
}

static size_t read_group(struct table *table, long last)
{
    while (table->has_row &&
           sqlite3_column_int64(table->select, table->n_columns) <= last) {
        for (int i = 0; i < table->n_columns; i++)
            keep_value(table, sqlite3_column_value(table->select, i));
        table->has_row = sqlite3_step(table->select) == SQLITE_ROW;
    }
    return table->n_values / (size_t)table->n_columns;
}

static void forget_group(struct table *table)
{
    for (size_t i = 0; i < table->n_values; i++)
        sqlite3_value_free(table->values[i]);
    table->n_values = 0;
}

static void insert_row(struct floor *floor, struct table *table, size_t row)
{
    const size_t n = (size_t)table->n_columns;

    for (size_t i = 0; i < n; i++)
        sqlite3_bind_value(table->insert, (int)i + 1,
                           table->values[row * n + i]);
    must(sqlite3_step(table->insert) == SQLITE_DONE, floor->to, "insert");
    sqlite3_reset(table->insert);
}

static void write_group(struct floor *floor)
{
    run(floor->to, "BEGIN IMMEDIATE");
    for (size_t i = 0; i < floor->n_tables; i++) {
        struct table *table = &floor->tables[i];

        for (size_t row = 0; row * (size_t)table->n_columns < table->n_values;
             row++)
            insert_row(floor, table, row);
    }
    run(floor->to, "COMMIT");
}

/* ---- All ---- */

struct taken {
    double wall_s, cpu_s;
    double rows;
};

static void copy_group(struct floor *floor, long first, struct taken *taken)
{
    const long last = first + floor->group - 1;
    double wall, cpu;

    taken->rows += (double)read_group(&floor->tables[0], last);
    for (size_t i = 1; i < floor->n_tables; i++)
        read_group(&floor->tables[i], last);
    wall = seconds_of(CLOCK_MONOTONIC);
    cpu = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
    write_group(floor);
    taken->wall_s += seconds_of(CLOCK_MONOTONIC) - wall;
    taken->cpu_s += seconds_of(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    for (size_t i = 0; i < floor->n_tables; i++)
        forget_group(&floor->tables[i]);
}

/* 1 where there are not enough groups to tell. */
static double growth_of(const struct taken parts[PARTS])
{
    const struct taken *first = &parts[1], *last = &parts[PARTS - 1];

    if (first->rows == 0 || last->rows == 0)
        return 1;
    return last->wall_s / last->rows / (first->wall_s / first->rows);
}

static void copy_all(struct floor *floor)
{
    struct taken parts[PARTS] = {0}, all = {0};
    long first, last;
    char sql[256];
    sqlite3_stmt *stmt;

    snprintf(sql, sizeof(sql), "SELECT min(%s), max(%s) FROM %s",
             floor->tables[0].column, floor->tables[0].column,
             floor->tables[0].name);
    stmt = prepare(floor->from, sql);
    must(sqlite3_step(stmt) == SQLITE_ROW, floor->from, sql);
    first = (long)sqlite3_column_int64(stmt, 0);
    last = (long)sqlite3_column_int64(stmt, 1);
    sqlite3_finalize(stmt);
    for (long at = first; at <= last; at += floor->group)
        copy_group(floor, at,
                   &parts[(at - first) * PARTS / (last - first + 1)]);
    for (int i = 0; i < PARTS; i++) {
        all.wall_s += parts[i].wall_s;
        all.cpu_s += parts[i].cpu_s;
        all.rows += parts[i].rows;
    }
    printf("rows=%.0f wall_us=%.2f cpu_us=%.2f growth=%.2f\n", all.rows,
           all.wall_s / all.rows * 1e6, all.cpu_s / all.rows * 1e6,
           growth_of(parts));
}

int main(int argc, char **argv)
{
    static struct floor floor;

    if (argc < 5) {
        fprintf(stderr, "usage: import-floor SITE.db NEW.db GROUP "
                        "TABLE[:COLUMN]...\n");
        return 2;
    }
    must(sqlite3_open_v2(argv[1], &floor.from, SQLITE_OPEN_READONLY, NULL) ==
             SQLITE_OK,
         floor.from, argv[1]);
    must(sqlite3_open(argv[2], &floor.to) == SQLITE_OK, floor.to, argv[2]);
    floor.group = atol(argv[3]);
    must(floor.group > 0, NULL, "GROUP");
    run(floor.to, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                  "PRAGMA secure_delete = FAST; PRAGMA cell_size_check = ON;"
                  "PRAGMA mmap_size = 0; PRAGMA cache_size = -49152;"
                  "PRAGMA wal_autocheckpoint = 16000;");
    for (int i = 4; i < argc; i++)
        add_table(&floor, argv[i]);
    copy_all(&floor);
    return 0;
}
