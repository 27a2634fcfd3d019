/*
 * Steps of the schema, in memory and in a sealed file: a store of an earlier
 * version becomes what a new one is, keeps what it held, and stays sealed.
 */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "provider/object/inventory/inventory.h"
#include "provider/object/object_private.h"
#include "provider/object/query/row_list.h"
#include "provider/object/site.h"
#include "provider/store/health.h"
#include "provider/store/seal.h"

static void put_schema(struct store *store, struct buf *out)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    assert_int_equal(
        store_prepare_text(store,
                           TEXT("SELECT type, name, ifnull(sql, '') FROM"
                                " sqlite_schema ORDER BY type, name"),
                           &stmt),
        STATUS_OK);
    while ((found = store_step(stmt)) == STATUS_OK)
        for (int i = 0; i < 3; i++) {
            buf_append_text(out, store_text(stmt, i));
            buf_append_char(out, '\n');
        }
    assert_int_equal(found, STATUS_END);
}

/* A view that is first in the library's list of tables keeps integrity_check
 * from the free pages, and a provider from starting: see health_check.c. Which
 * one is first depends on order and names: another name of a new table, or
 * another place among the tables, changes it. */
static void is_checked_whole(struct store *store)
{
    SCOPED(buf_free) struct buf problems = buf_make(4096);

    assert_int_equal(health_check_all(store, &problems), STATUS_OK);
    assert_int_equal(problems.size, 0);
}

static struct store *open_at(int version)
{
    struct store *store = NULL;

    assert_int_equal(store_open(":memory:", STORE_WRITE, &store), STATUS_OK);
    assert_int_equal(schema_prepare(store, "P01", "Head office", version),
                     STATUS_OK);
    return store;
}

static void each_version_steps_to_the_schema_of_a_new_store(void **state)
{
    enum { SCHEMA_MAX = 256 * 1024 };

    (void)state;
    for (int version = 1; version < schema_version(); version++) {
        SCOPED(buf_free) struct buf stepped = buf_make(SCHEMA_MAX);
        SCOPED(buf_free) struct buf made = buf_make(SCHEMA_MAX);
        OWNED(store) old = open_at(version);
        OWNED(store) new = open_at(schema_version());

        put_schema(new, &made);
        put_schema(old, &stepped);
        assert_false(text_equal(buf_text(&stepped), buf_text(&made)));
        assert_int_equal(site_prepare(old, "P01", "Head office"), STATUS_OK);
        buf_clear(&stepped);
        put_schema(old, &stepped);
        assert_int_equal(buf_status(&made), STATUS_OK);
        assert_true(text_equal(buf_text(&stepped), buf_text(&made)));
        is_checked_whole(new);
        is_checked_whole(old);
    }
}

/* Rows of before a column was added have none of what a column may promise. */
static void check_added(const struct object_class *class,
                        const struct object_property *property)
{
    const unsigned promises = OBJECT_KEY | OBJECT_UNIQUE | OBJECT_UNIQUE_PART |
                              OBJECT_KEY_PART | OBJECT_REQUIRED;

    assert_true(property->since <= schema_version());
    assert_true(property->since > (class->since ? class->since : 1));
    assert_false(property->flags & promises);
    if (property->flags & OBJECT_DEFAULT || property->type == OBJECT_BOOLEAN)
        assert_non_null(property->computed);
    /* A loose reference promises nothing. */
    for (size_t i = 0; i < class->n_references; i++)
        if (class->references[i].kind != OBJECT_LOOSE)
            assert_string_not_equal(class->references[i].property,
                                    property->name);
}

/* Each class says when it came, and each step brings a table or a column, or
 * stores sets in another way. */
static void every_class_came_with_a_version(void **state)
{
    size_t n;
    const struct object_class *const *classes = object_classes(&n);
    bool is_there[64] = {
        [SCHEMA_SETS_VERSION] = true, [SCHEMA_MAKERS_VERSION] = true};

    (void)state;
    assert_in_range(schema_version(), 1, ARRAY_SIZE(is_there) - 1);
    for (size_t i = 0; i < n; i++) {
        assert_true(classes[i]->since <= schema_version());
        is_there[classes[i]->since ? classes[i]->since : 1] = true;
        for (size_t j = 0; j < classes[i]->n_properties; j++) {
            const struct object_property *property = &classes[i]->properties[j];

            if (property->since == 0)
                continue;
            check_added(classes[i], property);
            is_there[property->since] = true;
        }
    }
    for (int version = 1; version <= schema_version(); version++)
        assert_true(is_there[version]);
}

/* ---- Sealed ---- */

struct sealed {
    char top[32];
    char path[64];
    char key[64];
    char anchor[64];
    struct seal_place place;
    struct store *store;
};

static int set_up(void **state)
{
    struct sealed *sealed = calloc(1, sizeof(*sealed));

    strcpy(sealed->top, "/tmp/test_schema.XXXXXX");
    if (!mkdtemp(sealed->top))
        return -1;
    snprintf(sealed->path, sizeof(sealed->path), "%s/site.db", sealed->top);
    snprintf(sealed->key, sizeof(sealed->key), "%s/key", sealed->top);
    snprintf(sealed->anchor, sizeof(sealed->anchor), "%s/anchor", sealed->top);
    sealed->place = (struct seal_place){sealed->key, sealed->anchor};
    *state = sealed;
    return 0;
}

static void remove_store(const struct sealed *sealed)
{
    static const char *const names[] = {"site.db", "site.db-wal", "site.db-shm",
                                        "key",     "key.pub",     "anchor"};
    char path[160];

    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        snprintf(path, sizeof(path), "%s/%s", sealed->top, names[i]);
        unlink(path);
    }
}

static int tear_down(void **state)
{
    struct sealed *sealed = *state;

    store_free(sealed->store);
    remove_store(sealed);
    rmdir(sealed->top);
    free(sealed);
    return 0;
}

static enum status reopen(struct sealed *sealed)
{
    SCOPED(seal_report_clear) struct seal_report report = seal_report_make();

    store_free(sealed->store);
    sealed->store = NULL;
    TRY(store_open(sealed->path, STORE_WRITE, &sealed->store));
    return seal_open(sealed->store, &sealed->place, &report);
}

/* As the version before stored it. */
static enum status put_members(struct store *store)
{
    TRY(store_write_begin(store));
    TRY(store_run_script(store,
                         "INSERT INTO collection_block (collection, block,"
                         " members) VALUES (1, 4096, x'0100'), (1, 4112,"
                         " x'0700'), (5, 4096, x'0100');"));
    return store_write_commit(store);
}

static void check_members(struct store *store)
{
    static const int64_t holders[] = {1, 5};
    struct row_list members = {0};

    for (size_t i = 0; i < ARRAY_SIZE(holders); i++)
        assert_int_equal(
            row_list_select(store,
                            "SELECT resource FROM collection_member"
                            " WHERE collection = ?1 ORDER BY resource",
                            STORE_ARGS(STORE_INT(holders[i])), &members),
            STATUS_OK);
    assert_int_equal(members.n, 3);
    assert_int_equal(members.of[0], 4096 * 4096 + 1);
    assert_int_equal(members.of[1], 4112 * 4096 + 7);
    assert_int_equal(members.of[2], 4096 * 4096 + 1);
    row_list_clear(&members);
}

static void a_step_is_sealed(void **state)
{
    struct sealed *sealed = *state;
    int64_t before, roles, queries;

    assert_int_equal(store_open(sealed->path, STORE_MAKE, &sealed->store),
                     STATUS_OK);
    assert_int_equal(seal_make(sealed->store, &sealed->place), STATUS_OK);
    assert_int_equal(schema_prepare(sealed->store, "P01", "Head office", 1),
                     STATUS_OK);
    assert_int_equal(object_count_all(sealed->store, RBAC_TYPE_ROLE, &before),
                     STATUS_OK);
    assert_int_equal(put_members(sealed->store), STATUS_OK);
    assert_int_equal(reopen(sealed), STATUS_OK);
    assert_int_equal(site_prepare(sealed->store, "P01", "Head office"),
                     STATUS_OK);
    assert_int_equal(reopen(sealed), STATUS_OK);
    assert_int_equal(site_prepare_copy(sealed->store), STATUS_OK);
    check_members(sealed->store);
    assert_int_equal(object_count_all(sealed->store, RBAC_TYPE_ROLE, &roles),
                     STATUS_OK);
    assert_int_equal(object_count_all(sealed->store, RBAC_TYPE_QUERY, &queries),
                     STATUS_OK);
    assert_true(before > 0);
    assert_int_equal(roles, before);
    assert_int_equal(queries, 0);
}

/* With its classes of inventory, whose tables came before the step. */
static enum status make_at(struct sealed *sealed, int version)
{
    TRY(store_open(sealed->path, STORE_MAKE, &sealed->store));
    TRY(schema_prepare(sealed->store, "P01", "Head office", version));
    TRY(store_write_begin(sealed->store));
    TRY(inventory_ship(sealed->store));
    return store_write_commit(sealed->store);
}

static enum status read_anew(struct sealed *sealed)
{
    store_free(sealed->store);
    sealed->store = NULL;
    return store_open(sealed->path, STORE_WRITE, &sealed->store);
}

/* As a start after a kill does, which has begun to read by then. */
static void a_step_is_checked_whole_when_it_is_read_anew(void **state)
{
    enum { OLDEST = 3 };
    struct sealed *sealed = *state;

    for (int version = OLDEST; version <= schema_version(); version++) {
        assert_int_equal(make_at(sealed, version), STATUS_OK);
        assert_int_equal(read_anew(sealed), STATUS_OK);
        assert_int_equal(site_prepare(sealed->store, "P01", "Head office"),
                         STATUS_OK);
        assert_int_equal(read_anew(sealed), STATUS_OK);
        is_checked_whole(sealed->store);
        assert_int_equal(store_read_begin(sealed->store), STATUS_OK);
        is_checked_whole(sealed->store);
        store_read_end(sealed->store);
        store_free(sealed->store);
        sealed->store = NULL;
        remove_store(sealed);
    }
}

/* ---- Classes of inventory, in a sealed store ---- */

static enum status describe(struct store *store, size_t n_properties)
{
    static const struct inventory_author author = {.user = "full"};
    struct description description = {
        .name = TEXT("SMS_G_System_SEALED"),
        .properties = {{.name = TEXT("A"), .type = OBJECT_STRING, .width = 9},
                       {.name = TEXT("B"), .type = OBJECT_INTEGER, .width = 9}},
        .n_properties = n_properties};
    struct description_fault fault;
    enum inventory_outcome outcome;

    TRY(store_write_begin(store));
    TRY(inventory_describe(store, &description, &author, &outcome, &fault));
    TRY(store_write_commit(store));
    return site_follow_classes(store, true);
}

static enum status run(struct store *store, const char *sql)
{
    TRY(store_write_begin(store));
    TRY(store_run_script(store, sql));
    return store_write_commit(store);
}

/* Rows are hashed as they are: those of before a column was added too. */
static void a_table_of_inventory_stays_sealed_as_it_grows(void **state)
{
    struct sealed *sealed = *state;
    const struct object_class *class;
    char sql[256];

    assert_int_equal(store_open(sealed->path, STORE_MAKE, &sealed->store),
                     STATUS_OK);
    assert_int_equal(seal_make(sealed->store, &sealed->place), STATUS_OK);
    assert_int_equal(site_prepare(sealed->store, "P01", "Head office"),
                     STATUS_OK);
    assert_int_equal(describe(sealed->store, 1), STATUS_OK);
    class = object_class_find(TEXT("SMS_G_System_SEALED"));
    assert_non_null(class);
    snprintf(sql, sizeof(sql),
             "INSERT INTO device (row, Name) VALUES (1, 'x'), (2, 'y');"
             "INSERT INTO %s (row, c1) VALUES (1, 'a'), (2, NULL)",
             class->table);
    assert_int_equal(run(sealed->store, sql), STATUS_OK);
    assert_int_equal(reopen(sealed), STATUS_OK);
    assert_int_equal(describe(sealed->store, 2), STATUS_OK);
    assert_int_equal(reopen(sealed), STATUS_OK);
    snprintf(sql, sizeof(sql), "UPDATE %s SET c2 = 7 WHERE row = 1",
             class->table);
    assert_int_equal(run(sealed->store, sql), STATUS_OK);
    assert_int_equal(reopen(sealed), STATUS_OK);
    snprintf(sql, sizeof(sql), "DELETE FROM %s WHERE row IN (1, 2)",
             class->table);
    assert_int_equal(run(sealed->store, sql), STATUS_OK);
    assert_int_equal(reopen(sealed), STATUS_OK);
}

/* However many tables there were: none of them is left in the sums. */
static void tables_of_inventory_come_and_go_in_a_sealed_store(void **state)
{
    static const struct description description = {
        .name = TEXT("SMS_G_System_SEALED"),
        .properties = {{.name = TEXT("A"), .type = OBJECT_STRING, .width = 9}},
        .n_properties = 1};
    struct sealed *sealed = *state;

    assert_int_equal(store_open(sealed->path, STORE_MAKE, &sealed->store),
                     STATUS_OK);
    assert_int_equal(seal_make(sealed->store, &sealed->place), STATUS_OK);
    assert_int_equal(site_prepare(sealed->store, "P01", "Head office"),
                     STATUS_OK);
    assert_int_equal(
        run(sealed->store, "INSERT INTO device (row, Name) VALUES (1, 'x')"),
        STATUS_OK);
    for (int64_t row = 1000; row < 1400; row++) {
        char sql[160];
        int64_t n;

        snprintf(sql, sizeof(sql),
                 "INSERT INTO inv_%lld (row, c1) VALUES (1, 'a')",
                 (long long)row);
        assert_int_equal(store_write_begin(sealed->store), STATUS_OK);
        assert_int_equal(inventory_table_make(sealed->store, row, &description),
                         STATUS_OK);
        assert_int_equal(store_run_script(sealed->store, sql), STATUS_OK);
        assert_int_equal(inventory_table_clear(sealed->store, row, 9, &n),
                         STATUS_OK);
        assert_int_equal(inventory_table_drop(sealed->store, row), STATUS_OK);
        assert_int_equal(store_write_commit(sealed->store), STATUS_OK);
    }
    assert_int_equal(reopen(sealed), STATUS_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            tables_of_inventory_come_and_go_in_a_sealed_store, set_up,
            tear_down),
        cmocka_unit_test_setup_teardown(
            a_table_of_inventory_stays_sealed_as_it_grows, set_up, tear_down),
        cmocka_unit_test(each_version_steps_to_the_schema_of_a_new_store),
        cmocka_unit_test(every_class_came_with_a_version),
        cmocka_unit_test_setup_teardown(a_step_is_sealed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            a_step_is_checked_whole_when_it_is_read_anew, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
