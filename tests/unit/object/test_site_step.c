/*
 * A site that follows the changes of a sealed store is the site that a fresh
 * load gives: after random statements, statements that fail, parts and changes
 * that are undone. So is what the connection remembers of its collections.
 */
#include "tests/unit/object/site_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "provider/object/collection/rules_read.h"
#include "provider/object/guard/used.h"
#include "provider/object/object_private.h"
#include "provider/object/query/limits.h"
#include "provider/store/seal.h"
#include "rbac/engine.h"

enum { ROUNDS = 60, SQL_BYTES = 512, MANY = 300 };

struct world {
    struct fixture *fixture;
    struct store *store; /* the fixture's */
    struct site *site;   /* which follows */
    char path[64], key[80], anchor[80];
    uint64_t state; /* of the random numbers */
};

static uint64_t below(struct world *world, uint64_t n)
{
    world->state ^= world->state << 13;
    world->state ^= world->state >> 7;
    world->state ^= world->state << 17;
    return world->state % n;
}

/* ---- Two sites ---- */

static void compare_collections(const struct site *a, const struct site *b)
{
    const struct rbac_estate *x = rbac_engine_estate(a->engine);
    const struct rbac_estate *y = rbac_engine_estate(b->engine);

    assert_int_equal(x->n_collections, y->n_collections);
    for (size_t i = 0; i < x->n_collections; i++) {
        const struct rbac_collection *c = &x->collections[i];

        assert_string_equal(c->id, y->collections[i].id);
        assert_string_equal(c->name, y->collections[i].name);
        assert_int_equal(c->limiting, y->collections[i].limiting);
        assert_int_equal(a->map->limits[i], b->map->limits[i]);
        assert_int_equal(rbac_find_collection(a->engine, text_of(c->id)), i);
    }
    assert_memory_equal(a->engine->ground->tree.position,
                        b->engine->ground->tree.position,
                        x->n_collections * sizeof(uint16_t));
    assert_memory_equal(a->engine->ground->tree.reach,
                        b->engine->ground->tree.reach,
                        x->n_collections * sizeof(uint16_t));
    assert_memory_equal(a->engine->ground->tree.at, b->engine->ground->tree.at,
                        x->n_collections * sizeof(uint16_t));
    assert_memory_equal(a->engine->ground->tree.size,
                        b->engine->ground->tree.size,
                        x->n_collections * sizeof(uint16_t));
    assert_int_equal(rbac_find_collection(a->engine, text_of("P01FFFFF")),
                     RBAC_NONE);
}

static void compare_scopes(const struct site *a, const struct site *b)
{
    const struct rbac_estate *x = rbac_engine_estate(a->engine);
    const struct rbac_estate *y = rbac_engine_estate(b->engine);

    assert_int_equal(x->n_scopes, y->n_scopes);
    for (size_t i = 0; i < x->n_scopes; i++) {
        assert_string_equal(x->scopes[i].id, y->scopes[i].id);
        assert_string_equal(x->scopes[i].name, y->scopes[i].name);
        assert_int_equal(x->scopes[i].is_all, y->scopes[i].is_all);
        assert_int_equal(x->scopes[i].is_default, y->scopes[i].is_default);
        assert_int_equal(rbac_find_scope(a->engine, text_of(x->scopes[i].id)),
                         i);
    }
}

static void compare_roles(const struct site *a, const struct site *b)
{
    const struct rbac_estate *x = rbac_engine_estate(a->engine);
    const struct rbac_estate *y = rbac_engine_estate(b->engine);

    assert_int_equal(x->n_roles, y->n_roles);
    for (size_t i = 0; i < x->n_roles; i++) {
        assert_string_equal(x->roles[i].id, y->roles[i].id);
        assert_string_equal(x->roles[i].name, y->roles[i].name);
        assert_int_equal(x->roles[i].level, y->roles[i].level);
        assert_int_equal(x->roles[i].n_rights, y->roles[i].n_rights);
        assert_memory_equal(x->roles[i].rights, y->roles[i].rights,
                            x->roles[i].n_rights * sizeof(struct rbac_right));
    }
}

static void compare_indexes(const uint32_t *a, size_t n_a, const uint32_t *b,
                            size_t n_b)
{
    assert_int_equal(n_a, n_b);
    if (n_a)
        assert_memory_equal(a, b, n_a * sizeof(*a));
}

static void compare_admin(const struct rbac_admin *a,
                          const struct rbac_admin *b)
{
    assert_string_equal(a->name, b->name);
    assert_int_equal(a->is_group, b->is_group);
    assert_int_equal(a->is_disabled, b->is_disabled);
    assert_int_equal(a->n_assignments, b->n_assignments);
    for (size_t i = 0; i < a->n_assignments; i++) {
        const struct rbac_assignment *x = &a->assignments[i];
        const struct rbac_assignment *y = &b->assignments[i];

        assert_int_equal(x->from_s, y->from_s);
        assert_int_equal(x->until_s, y->until_s);
        compare_indexes(x->roles, x->n_roles, y->roles, y->n_roles);
        compare_indexes(x->scopes, x->n_scopes, y->scopes, y->n_scopes);
        compare_indexes(x->collections, x->n_collections, y->collections,
                        y->n_collections);
    }
}

static void compare_people(const struct site *a, const struct site *b)
{
    const struct rbac_estate *x = rbac_engine_estate(a->engine);
    const struct rbac_estate *y = rbac_engine_estate(b->engine);
    struct site_person person, other;
    size_t i;

    assert_int_equal(x->n_admins, y->n_admins);
    for (i = 0; i < x->n_admins; i++)
        compare_admin(&x->admins[i], &y->admins[i]);
    assert_int_equal(a->n_exclusions, b->n_exclusions);
    for (i = 0; site_person(a, i, &person); i++) {
        assert_true(site_person(b, i, &other));
        assert_int_equal(person.is_user, other.is_user);
        if (person.name)
            assert_string_equal(person.name, other.name);
    }
    assert_false(site_person(b, i, &other));
}

static void compare_maps(const struct site *a, const struct site *b)
{
    for (enum map_kind kind = MAP_ROLE; kind < N_MAP_KINDS; kind++) {
        assert_int_equal(a->map->of[kind].n_indexes,
                         b->map->of[kind].n_indexes);
        for (size_t i = 0; i < a->map->of[kind].n_indexes; i++) {
            const int64_t row = b->map->of[kind].row_of[i];

            assert_int_equal(a->map->of[kind].row_of[i], row);
            assert_int_equal(object_map_index(a->map, kind, row), i);
            assert_int_equal(object_map_index(a->map, kind, row + 1),
                             object_map_index(b->map, kind, row + 1));
        }
    }
}

static void compare(const struct site *a, const struct site *b)
{
    compare_collections(a, b);
    compare_scopes(a, b);
    compare_roles(a, b);
    compare_people(a, b);
    compare_maps(a, b);
    assert_int_equal(a->minimum_level, b->minimum_level);
    assert_int_equal(a->serial, b->serial);
    assert_int_equal(rbac_engine_estate(a->engine)->is_lenient,
                     rbac_engine_estate(b->engine)->is_lenient);
}

/* ---- What is remembered ---- */

static void compare_limits(struct store *store)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    assert_int_equal(
        store_prepare(store,
                      "SELECT c.row, ifnull(l.row, 0) FROM collection c "
                      "LEFT JOIN collection l "
                      "ON l.CollectionID = c.LimitToCollectionID",
                      &stmt),
        STATUS_OK);
    while (store_step(stmt) == STATUS_OK) {
        int64_t limit = -1;

        assert_int_equal(limit_read(store, store_int(stmt, 0), &limit),
                         STATUS_OK);
        assert_int_equal(limit, store_int(stmt, 1));
    }
}

static void compare_lists(const struct row_list *a, const struct row_list *b)
{
    assert_int_equal(a->n, b->n);
    if (a->n)
        assert_memory_equal(a->of, b->of, a->n * sizeof(*a->of));
}

/* For one resource rules are remembered, for all they are read. Some, others
 * each time: what is remembered of one is of all. */
static void compare_rules(struct store *store, uint64_t which)
{
    SCOPED(row_list_clear) struct row_list all = {0};

    assert_int_equal(row_list_select(store,
                                     "SELECT row FROM collection "
                                     "WHERE row % 8 = ?1",
                                     STORE_ARGS(STORE_INT((int64_t)which)),
                                     &all),
                     STATUS_OK);
    for (size_t i = 0; i < all.n; i++) {
        SCOPED(member_rules_clear) struct member_rules known = {0};
        SCOPED(member_rules_clear) struct member_rules now = {0};

        assert_int_equal(member_rules_read(store, all.of[i], 1, &known),
                         STATUS_OK);
        assert_int_equal(member_rules_read(store, all.of[i], 0, &now),
                         STATUS_OK);
        assert_int_equal(known.limit, now.limit);
        assert_int_equal(known.all, now.all);
        assert_int_equal(known.has_names, now.has_names);
        assert_int_equal(known.has_direct, now.has_direct);
        compare_lists(&known.queries, &now.queries);
        compare_lists(&known.includes, &now.includes);
        compare_lists(&known.excludes, &now.excludes);
    }
}

/* Of devices, but for those of every fifth row. */
static void compare_used(struct store *store)
{
    SCOPED(row_set_clear) struct row_set held = {0};
    SCOPED(row_set_clear) struct row_set used = {0};
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    size_t n = 0;

    for (int64_t row = 0; row < 5000; row += 5)
        assert_int_equal(row_set_add(&held, row), STATUS_OK);
    assert_int_equal(used_beside(store, 2, &held, &used), STATUS_OK);
    assert_int_equal(
        store_prepare(store,
                      "SELECT row FROM collection c WHERE CollectionType = 2 "
                      "AND (row % 5 OR row >= 5000) "
                      "AND (EXISTS (SELECT 1 FROM assignment_collection a "
                      "WHERE a.collection = c.row) OR EXISTS (SELECT 1 "
                      "FROM settings_assignment s "
                      "WHERE s.CollectionID = c.CollectionID))",
                      &stmt),
        STATUS_OK);
    for (; store_step(stmt) == STATUS_OK; n++)
        assert_int_not_equal(row_set_find(&used, store_int(stmt, 0)), SIZE_MAX);
    assert_int_equal(used.rows.n, n);
}

/* ---- Acts ---- */

/* $1 to $3 become random numbers. */
static const char *const acts[] = {
    "INSERT INTO collection (CollectionID, Name, CollectionType,"
    " LimitToCollectionID) SELECT printf('P01%05X', 4096 + $1),"
    " 'made $2', 2, CollectionID FROM collection WHERE CollectionType = 2"
    " ORDER BY (row * 7919 + $3) % 1009 LIMIT 1",
    "INSERT INTO collection (row, CollectionID, Name, CollectionType,"
    " LimitToCollectionID) VALUES (1000 + $1 % 3000,"
    " printf('P01%05X', 65536 + $1 % 3000), 'at $2', 2, 'SMS00001')",
    "UPDATE collection SET Name = 'renamed $1' WHERE row % 7 = $2 % 7",
    "UPDATE collection SET MemberCount = $1 WHERE row % 3 = $2 % 3",
    "UPDATE collection SET LimitToCollectionID = (SELECT CollectionID FROM"
    " collection ORDER BY (row * 31 + $1) % 997 LIMIT 1)"
    " WHERE row = (SELECT row FROM collection WHERE LimitToCollectionID IS NOT"
    " NULL ORDER BY (row * 17 + $2) % 991 LIMIT 1)",
    "DELETE FROM collection WHERE row = (SELECT row FROM collection WHERE"
    " row > 30 AND CollectionID NOT IN (SELECT LimitToCollectionID FROM"
    " collection WHERE LimitToCollectionID IS NOT NULL)"
    " ORDER BY (row * 13 + $1) % 1013 LIMIT 1)",
    "UPDATE collection SET CollectionID = 'SMS00001' WHERE row > 5", /* fails */
    "INSERT INTO collection_rule (collection, kind, resource, name) SELECT"
    " row, 1, $1, 'r' FROM collection ORDER BY row DESC LIMIT 2",
    "INSERT INTO collection_rule (collection, kind, wql, name) SELECT row, 2,"
    " 'q$1', 'q' FROM collection WHERE row % 17 = $2 % 17",
    "INSERT INTO collection_rule (collection, kind, other, name) SELECT c.row,"
    " 3 + $3 % 2, o.row, 'o' FROM collection c, collection o WHERE c.row % 19 ="
    " $1 % 19 AND o.row % 23 = $2 % 23 AND o.row < c.row",
    "DELETE FROM collection_rule WHERE row % 3 = $1 % 3",
    "INSERT INTO scope (CategoryID, CategoryName) VALUES ('P01S$1',"
    " 'scope $1')",
    "UPDATE scope SET CategoryName = 'scope of $1' WHERE row ="
    " (SELECT max(row) FROM scope)",
    "INSERT INTO assignment_scope SELECT a.row, s.row FROM assignment a, scope"
    " s WHERE a.row % 3 = $1 % 3 AND s.row % 5 = $2 % 5",
    "DELETE FROM assignment_scope WHERE scope % 5 = $1 % 5 AND scope > 3",
    "INSERT INTO assignment_collection SELECT a.row, c.row FROM assignment a,"
    " collection c WHERE a.row % 3 = $1 % 3 AND c.row % 11 = $2 % 11",
    "DELETE FROM assignment_collection WHERE collection % 3 = $1 % 3",
    "INSERT INTO settings_assignment (Name, CollectionID) SELECT 'to $1',"
    " CollectionID FROM collection WHERE row % 13 = $2 % 13",
    "DELETE FROM settings_assignment WHERE row % 3 = $1 % 3",
    "UPDATE role SET RoleName = 'role ' || row || ' of $1' WHERE row % 5 ="
    " $2 % 5",
    "DELETE FROM role_right WHERE role % 7 = $1 % 7 AND type % 5 ="
    " $2 % 5",
    "UPDATE admin SET IsDisabled = $1 % 2 WHERE row % 3 = $2 % 3",
    "INSERT INTO people_group (name) VALUES ('group $1')",
    "INSERT INTO exclusion (name, is_group, reason, owner, until_s) VALUES"
    " ('user $1', 0, 'test', 'full', $2)",
    "UPDATE site SET AuthenticationLevel = 10 * ($1 % 3)",
    "UPDATE number SET value = value + 1 WHERE name = 'estate'",
};

static void fill_in(const char *act, const unsigned numbers[3], char *sql_out)
{
    size_t n = 0;

    for (; *act; act++) {
        if (*act == '$') {
            n += (size_t)snprintf(sql_out + n, SQL_BYTES - n, "%u",
                                  numbers[*++act - '1']);
            continue;
        }
        sql_out[n++] = *act;
        assert_true(n < SQL_BYTES - 32);
    }
    sql_out[n] = '\0';
}

/* A statement that fails leaves what it found. */
static void run(struct world *world, const char *sql)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    assert_int_equal(store_prepare_text(world->store, text_of(sql), &stmt),
                     STATUS_OK);
    (void)!store_run(stmt);
}

static void act(struct world *world)
{
    const unsigned numbers[] = {(unsigned)below(world, 90000),
                                (unsigned)below(world, 1000),
                                (unsigned)below(world, 1000)};
    char sql[SQL_BYTES];

    fill_in(acts[below(world, ARRAY_SIZE(acts))], numbers, sql);
    run(world, sql);
}

/* Answers whether there is a site. It is followed, or the old one stays. */
static bool look(struct world *world)
{
    struct site *next = NULL;
    OWNED(site) fresh = NULL;
    const enum status stepped = site_renew(world->store, world->site, &next);

    assert_int_equal(site_load(world->store, &fresh), stepped);
    compare_limits(world->store);
    compare_used(world->store);
    compare_rules(world->store, below(world, 8));
    if (stepped != STATUS_OK)
        return false;
    compare(next, fresh);
    if (below(world, 4) == 0) {
        site_free(next);
        return true;
    }
    site_free(world->site);
    world->site = next;
    return true;
}

/* Some acts, which are kept or undone, and so inside them. */
static void part(struct world *world, unsigned depth)
{
    const uint64_t n = 1 + below(world, 3);
    bool is_kept = below(world, 3) > 0;

    assert_int_equal(store_part_begin(world->store), STATUS_OK);
    for (uint64_t i = 0; i < n; i++) {
        if (depth < 2 && below(world, 4) == 0)
            part(world, depth + 1);
        else
            act(world);
        is_kept &= look(world);
    }
    assert_int_equal(is_kept ? store_part_keep(world->store)
                             : store_part_undo(world->store),
                     STATUS_OK);
    assert_true(look(world));
}

static void change(struct world *world)
{
    const uint64_t n = 1 + below(world, 3);

    assert_int_equal(store_write_begin(world->store), STATUS_OK);
    for (uint64_t i = 0; i < n; i++)
        part(world, 0);
    assert_int_equal(site_check_rows(world->store), STATUS_OK);
    if (below(world, 4) == 0)
        store_write_rollback(world->store);
    else
        assert_int_equal(store_write_commit(world->store), STATUS_OK);
}

/* ---- Tests ---- */

static void make_many(struct world *world)
{
    assert_int_equal(store_write_begin(world->store), STATUS_OK);
    for (unsigned i = 0; i < MANY; i++) {
        const unsigned numbers[] = {i + 900000, i, i};
        char sql[SQL_BYTES];

        fill_in(acts[0], numbers, sql);
        assert_int_equal(store_run_script(world->store, sql), STATUS_OK);
    }
    assert_int_equal(store_write_commit(world->store), STATUS_OK);
}

static int set_up(void **state)
{
    struct world *world = calloc(1, sizeof(*world));
    struct seal_place place = {world->key, world->anchor};

    strcpy(world->path, "/tmp/site-step-XXXXXX");
    close(mkstemp(world->path));
    snprintf(world->key, sizeof(world->key), "%s.seal", world->path);
    snprintf(world->anchor, sizeof(world->anchor), "%s.anchor", world->path);
    world->state = 88172645463325252u;
    if (fixture_make(world->path, &world->fixture) != STATUS_OK)
        return -1;
    world->store = world->fixture->store;
    if (seal_make(world->store, &place) != STATUS_OK)
        return -1;
    make_many(world);
    if (site_load(world->store, &world->site) != STATUS_OK)
        return -1;
    *state = world;
    return 0;
}

static int tear_down(void **state)
{
    struct world *world = *state;
    static const char *const ends[] = {"",          "-wal",    "-shm",
                                       ".seal.pub", ".anchor", ".seal"};

    site_free(world->site);
    fixture_close((void **)&world->fixture);
    for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
        char path[96];

        snprintf(path, sizeof(path), "%s%s", world->path, ends[i]);
        unlink(path);
    }
    free(world);
    return 0;
}

static void a_site_that_follows_is_a_fresh_one(void **state)
{
    struct world *world = *state;

    for (size_t i = 0; i < ROUNDS; i++)
        change(world);
}

/* More than are kept beside the names of the first. */
static void many_are_made_one_after_the_other(void **state)
{
    struct world *world = *state;

    change(world);
    for (unsigned i = 0; i < MANY; i++) {
        const unsigned numbers[] = {i + 800000, i, i};
        char sql[SQL_BYTES];

        fill_in(acts[0], numbers, sql);
        assert_int_equal(store_write_begin(world->store), STATUS_OK);
        run(world, sql);
        assert_true(look(world));
        assert_int_equal(site_check_rows(world->store), STATUS_OK);
        assert_int_equal(store_write_commit(world->store), STATUS_OK);
    }
}

/* Nothing is shared but what is the same. */
static void what_did_not_change_is_shared(void **state)
{
    struct world *world = *state;
    OWNED(site) made = NULL;
    OWNED(site) first = NULL;

    change(world);
    assert_int_equal(store_write_begin(world->store), STATUS_OK);
    assert_int_equal(site_check_rows(world->store), STATUS_OK);
    assert_int_equal(site_load(world->store, &first), STATUS_OK);
    run(world, "INSERT INTO collection (CollectionID, Name, CollectionType,"
               " LimitToCollectionID) VALUES ('P01FFFF0', 'last', 2,"
               " 'SMS00001')");
    assert_int_equal(site_renew(world->store, first, &made), STATUS_OK);
    assert_ptr_equal(made->people, first->people);
    assert_ptr_equal(made->engine->powers, first->engine->powers);
    assert_ptr_equal(made->engine->ground->texts, first->engine->ground->texts);
    assert_int_equal(rbac_find_collection(made->engine, text_of("P01FFFF0")),
                     rbac_engine_estate(first->engine)->n_collections);
    assert_int_equal(rbac_find_collection(first->engine, text_of("P01FFFF0")),
                     RBAC_NONE);
    store_write_rollback(world->store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_site_that_follows_is_a_fresh_one,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(many_are_made_one_after_the_other,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_did_not_change_is_shared, set_up,
                                        tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
