#include "tests/unit/rollout/applied.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/write.h"
#include "provider/object/object_private.h"
#include "provider/rollout/rollout_declare.h"
#include "provider/store/store_private.h"
#include "tests/unit/policy/random_policy.h"

enum { ARENA_BYTES = 1 << 28, TEXT_BYTES = 1 << 24 };

uint64_t rounds_of(uint64_t few)
{
    return unit_is_long() ? 50 * few : few;
}

/* ---- Policies ---- */

static const struct policy *compile(struct policy_set *set, struct text text)
{
    const struct policy *policy = NULL;

    assert_int_equal(policy_set_add(set, "site.yaml", text), STATUS_OK);
    return policy_set_compile(set, &policy) == STATUS_OK ? policy : NULL;
}

static void print_messages(const struct policy_set *set)
{
    SCOPED(buf_free) struct buf said = buf_make(TEXT_BYTES);
    size_t n;
    const struct policy_message *messages = policy_set_messages(set, &n);

    for (size_t i = 0; i < n; i++)
        policy_message_write(&messages[i], &said);
    print_error("%.*s\n", (int)said.size, buf_text(&said).data);
}

bool written_again(struct written *written)
{
    SCOPED(buf_free) struct buf text = buf_make(TEXT_BYTES);

    assert_int_equal(policy_write(&written->draft, &text), STATUS_OK);
    policy_set_free(TAKE(written->set));
    assert_int_equal(policy_set_new(&written->set), STATUS_OK);
    written->policy = compile(written->set, buf_text(&text));
    return written->policy != NULL;
}

/* Query rules are another matter: what they find depends on the devices. */
static void drop_queries(struct written *written)
{
    struct policy_collection *all =
        (struct policy_collection *)(uintptr_t)written->draft.collections;

    for (size_t i = 0; i < written->draft.n_collections; i++) {
        struct policy_rule *kept =
            arena_alloc(written->arena, all[i].n_rules, sizeof(*kept));
        size_t n = 0;

        assert_non_null(kept);
        for (size_t r = 0; r < all[i].n_rules; r++)
            if (all[i].rules[r].kind != POLICY_RULE_QUERY &&
                !(all[i].is_user && all[i].rules[r].kind == POLICY_RULE_DIRECT))
                kept[n++] = all[i].rules[r];
        all[i].rules = kept;
        all[i].n_rules = n;
    }
}

static const char *outside(struct arena *arena, size_t i)
{
    const char *name = arena_format(arena, "outside %zu", i);

    assert_non_null(name);
    return name;
}

/* Some records are of groups that the files do not have. */
static void add_outside(struct written *written, uint64_t seed)
{
    struct policy_admin *all =
        (struct policy_admin *)(uintptr_t)written->draft.admins;

    for (size_t i = 1; i < written->draft.n_admins; i++)
        if (!all[i].is_group && (seed + i) % 4 == 0) {
            all[i].is_group = true;
            all[i].name = outside(written->arena, i % 3);
            all[i].n_identities = 0;
            for (size_t j = 1; j < i; j++)
                if (strcmp(all[j].name, all[i].name) == 0)
                    all[i].name = outside(written->arena, 10 + i);
        }
}

/* Groups are excluded too, those of the files and others. */
static void exclude_groups(struct written *written, uint64_t seed)
{
    const struct policy *draft = &written->draft;
    struct policy_exclusion *all =
        arena_alloc(written->arena, draft->n_exclusions + 2, sizeof(*all));
    size_t n = draft->n_exclusions;

    assert_non_null(all);
    if (n)
        memcpy(all, draft->exclusions, n * sizeof(*all));
    if (draft->n_groups && seed % 3)
        all[n++] = (struct policy_exclusion){
            .user = draft->groups[seed % draft->n_groups].name,
            .is_group = true,
            .reason = "their machines have no readers",
            .owner = ROOT_USER,
            .until_s = seed % 2 ? INT64_MAX : (int64_t)(seed % 30000) * 86400};
    if (seed % 2)
        all[n++] = (struct policy_exclusion){.user = "outside 7",
                                             .is_group = true,
                                             .reason = "consultants",
                                             .owner = ROOT_USER,
                                             .until_s = INT64_MAX};
    written->draft.exclusions = all;
    written->draft.n_exclusions = n;
}

struct written written_random(uint64_t seed, size_t most)
{
    struct written written = {0};

    assert_int_equal(arena_new(ARENA_BYTES, &written.arena), STATUS_OK);
    written.draft = random_policy(seed, most, written.arena);
    drop_queries(&written);
    add_outside(&written, seed);
    exclude_groups(&written, seed);
    if (written_again(&written))
        return written;
    written.draft.n_exclusions = 0; /* of who administers security */
    if (!written_again(&written)) {
        print_messages(written.set);
        fail_msg("seed %llu", (unsigned long long)seed);
    }
    return written;
}

struct written written_text(const char *text)
{
    struct written written = {0};

    assert_int_equal(arena_new(ARENA_BYTES, &written.arena), STATUS_OK);
    assert_int_equal(policy_set_new(&written.set), STATUS_OK);
    written.policy = compile(written.set, text_of(text));
    if (!written.policy) {
        print_messages(written.set);
        fail_msg("%s", text);
    }
    written.draft = *written.policy;
    return written;
}

void written_clear(struct written *written)
{
    policy_set_free(written->set);
    arena_free(written->arena);
    *written = (struct written){0};
}

/* ---- Applying ---- */

static enum status declare_it(struct fixture *fixture,
                              const struct policy *policy,
                              const struct declare_caller *caller,
                              struct applied *out, struct site **site_out)
{
    OWNED(declare) declare = NULL;
    const struct declare_missing *missing;
    enum status status;

    status = declare_begin_for(fixture->store, fixture->site, caller, &declare);
    if (status != STATUS_OK)
        return status;
    status = rollout_declare(declare, policy, &out->changed);
    snprintf(out->why, sizeof(out->why), "%s", declare_why(declare));
    TRY(status);
    missing = declare_missing(declare, &out->n_missing);
    if (out->n_missing)
        snprintf(out->why, sizeof(out->why), "%s: %s: type %u operation %u: %s",
                 missing->place, missing->name, missing->need.type,
                 missing->need.operation,
                 rbac_reason_name(missing->decision.reason));
    *site_out = declare_take_site(declare);
    return out->n_missing ? STATUS_DENIED : STATUS_OK;
}

enum status apply_policy(struct fixture *fixture, const struct policy *policy,
                         const struct declare_caller *caller,
                         struct applied *applied_out)
{
    OWNED(site) site = NULL;
    enum status status;

    *applied_out = (struct applied){0};
    TRY(store_write_begin(fixture->store));
    status = declare_it(fixture, policy, caller, applied_out, &site);
    if (status != STATUS_OK) {
        store_write_rollback(fixture->store);
        return status;
    }
    TRY(store_write_commit(fixture->store));
    if (site) {
        site_free(fixture->site);
        fixture->site = TAKE(site);
    }
    return STATUS_OK;
}

enum status try_policy(struct fixture *fixture, const struct policy *policy,
                       const struct declare_caller *caller,
                       struct applied *applied_out)
{
    OWNED(site) site = NULL;
    enum status status;

    *applied_out = (struct applied){0};
    TRY(store_write_begin(fixture->store));
    status = declare_it(fixture, policy, caller, applied_out, &site);
    store_write_rollback(fixture->store);
    return status;
}

#define ALL_ONE "01010101010101010101010101010101"

void wipe_site(struct fixture *fixture)
{
    static const char sql[] =
        "DELETE FROM assignment; DELETE FROM admin_identity;"
        "DELETE FROM admin; DELETE FROM people_group; DELETE FROM exclusion;"
        "UPDATE site SET level_place = NULL, AuthenticationLevel = 0;"
        "DELETE FROM collection_rule;"
        "DELETE FROM collection_block WHERE collection IN"
        " (SELECT row FROM collection WHERE NOT IsBuiltIn);"
        "DELETE FROM collection_map WHERE collection IN"
        " (SELECT row FROM collection WHERE NOT IsBuiltIn);"
        /* the first list is All Systems */
        "UPDATE label_block SET labels = x'" ALL_ONE ALL_ONE ALL_ONE ALL_ONE
        "0101';"
        "UPDATE collection SET LimitToCollectionID = NULL"
        " WHERE NOT IsBuiltIn;"
        "DELETE FROM collection WHERE NOT IsBuiltIn;"
        "DELETE FROM role WHERE NOT IsBuiltIn;"
        "DELETE FROM scope WHERE NOT IsBuiltIn;";

    assert_int_equal(store_write_begin(fixture->store), STATUS_OK);
    assert_int_equal(store_run_script(fixture->store, sql), STATUS_OK);
    assert_int_equal(store_write_commit(fixture->store), STATUS_OK);
    fixture_reload(fixture);
}

#define ROOT_POLICY                                                            \
    "version: 1\n"                                                             \
    "administrators:\n"                                                        \
    "  - user: " ROOT_USER "\n"                                                \
    "    assignments: [{ roles: [Full Administrator], instances: all }]\n"

/* Two that random_policy's direct rules name, one that they do not. */
static void make_devices(struct fixture *fixture)
{
    static const char *const devices[] = {
        "{'Name':'pc0\\\\back'}", "{'Name':'pc1\xC3\xA4'}", "{'Name':'other'}"};

    for (size_t i = 0; i < ARRAY_SIZE(devices); i++)
        assert_int_equal(
            act_create(fixture, ROOT_USER, "SMS_R_System", devices[i]),
            STATUS_OK);
    assert_int_equal(act_create(fixture, ROOT_USER, "SMS_Application",
                                "{'LocalizedDisplayName':'Editor'}"),
                     STATUS_OK);
}

int applied_open(void **state)
{
    struct fixture *fixture = calloc(1, sizeof(*fixture));
    SCOPED(written_clear) struct written root = written_text(ROOT_POLICY);
    struct applied applied;

    fixture->text = buf_make(64 << 20);
    fixture->level = AUTH_LEVEL_MFA;
    fixture->now_s = 15000 * 86400;
    if (store_open(":memory:", STORE_WRITE, &fixture->store) != STATUS_OK ||
        site_prepare(fixture->store, "P01", "Head office") != STATUS_OK)
        return -1;
    fixture_reload(fixture);
    if (apply_policy(fixture, root.policy, NULL, &applied) != STATUS_OK) {
        print_error("%s\n", applied.why);
        return -1;
    }
    make_devices(fixture);
    *state = fixture;
    return 0;
}

/* ---- Dumps ---- */

static void put_cell(sqlite3_stmt *stmt, int column, struct buf *out)
{
    const unsigned char *bytes = sqlite3_column_blob(stmt, column);
    const int n = sqlite3_column_bytes(stmt, column);

    if (sqlite3_column_type(stmt, column) == SQLITE_NULL)
        buf_append_string(out, "NULL");
    else if (sqlite3_column_type(stmt, column) == SQLITE_BLOB)
        for (int i = 0; i < n; i++)
            buf_append_format(out, "%02x", bytes[i]);
    else
        buf_append_text(out, (struct text){(const char *)bytes, (size_t)n});
    buf_append_char(out, '|');
}

static void put_query(struct store *store, const char *sql, struct buf *out)
{
    sqlite3_stmt *stmt = NULL;

    if (sqlite3_prepare_v2(store->db, sql, -1, &stmt, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(store->db));
    store->deadline_ms = 0;
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        for (int i = 0; i < sqlite3_column_count(stmt); i++)
            put_cell(stmt, i, out);
        buf_append_char(out, '\n');
    }
    assert_int_equal(sqlite3_finalize(stmt), SQLITE_OK);
    assert_int_equal(buf_status(out), STATUS_OK);
}

void dump_tables(struct store *store, struct buf *out)
{
    SCOPED(buf_free) struct buf names = buf_make(1 << 16);
    char *rest = NULL;

    buf_clear(out);
    put_query(store,
              "SELECT name FROM sqlite_schema WHERE type = 'table'"
              " ORDER BY name",
              &names);
    buf_append_char(&names, '\0');
    for (char *name =
             strtok_r((char *)(uintptr_t)buf_text(&names).data, "|\n", &rest);
         name; name = strtok_r(NULL, "|\n", &rest)) {
        char sql[128];

        snprintf(sql, sizeof(sql), "SELECT * FROM %s", name);
        buf_append_format(out, "== %s\n", name);
        put_query(store, sql, out);
    }
}

#define NAMES_OF(table, column, name)                                          \
    "(SELECT group_concat(n, ', ') FROM (SELECT o." name                       \
    " AS n FROM assignment_" column " x JOIN " table " o ON o.row = x." column \
    " WHERE x.assignment = s.row ORDER BY n))"

static const char *const by_name[] = {
    "SELECT 'scope', CategoryName, CategoryDescription, IsBuiltIn, is_all,"
    " is_default, place FROM scope ORDER BY 2",
    "SELECT 'role', RoleName, RoleDescription, CopiedFromID, RequiredLevel,"
    " IsBuiltIn, place FROM role ORDER BY 2",
    "SELECT 'right', r.RoleName, i.type, i.level, i.operations FROM role r"
    " JOIN role_right i ON i.role = r.row ORDER BY 2, 3, 4",
    "SELECT 'group', name, place FROM people_group ORDER BY 2",
    "SELECT 'member', g.name, m.name FROM people_group g"
    " JOIN people_member m ON m.people = g.row ORDER BY 2, 3",
    "SELECT 'admin', LogonName, IsGroup, IsDisabled, place FROM admin"
    " ORDER BY 2, 3",
    "SELECT 'identity', a.LogonName, i.kind, i.value FROM admin a"
    " JOIN admin_identity i ON i.admin = a.row ORDER BY 2, 3, 4",
    "SELECT 'assignment', a.LogonName, a.IsGroup, s.from_s, s.until_s,"
    " " NAMES_OF("role", "role", "RoleName") ", " NAMES_OF(
        "scope", "scope",
        "CategoryName") ", " NAMES_OF("collection", "collection",
                                      "Name") " FROM assignment s"
                                              " JOIN admin a ON a.row ="
                                              " s.admin ORDER BY 2, 3, 4, 5,"
                                              " 6, 7, 8",
    "SELECT 'exclusion', name, is_group, reason, owner, until_s, place, seen"
    " FROM exclusion ORDER BY 2, 3",
    "SELECT 'site', AuthenticationLevel, level_place FROM site",
    "SELECT 'collection', c.Name, c.Comment, c.CollectionType, l.Name,"
    " c.MemberCount, c.IsBuiltIn, c.RefreshType, c.CurrentStatus, c.place"
    " FROM collection c LEFT JOIN collection l"
    " ON l.CollectionID = c.LimitToCollectionID ORDER BY 2",
    "SELECT 'rule', c.Name, r.kind, o.Name, r.device, r.resource, r.wql,"
    " r.name FROM collection_rule r JOIN collection c ON c.row = r.collection"
    " LEFT JOIN collection o ON o.row = r.other ORDER BY 2, 3, 4, 5, 8",
    "SELECT 'match', c.Name, r.kind, r.name, m.block, hex(m.members)"
    " FROM rule_block m JOIN collection_rule r ON r.row = m.rule"
    " JOIN collection c ON c.row = r.collection ORDER BY 2, 3, 4, 5, 6",
    "SELECT 'in', c.Name, d.Name FROM collection_member m JOIN collection c"
    " ON c.row = m.collection JOIN device d ON d.row = m.resource"
    " ORDER BY 2, 3",
    "SELECT 'object', o.type, o.object, s.CategoryName FROM object_scope o"
    " JOIN scope s ON s.row = o.scope ORDER BY 2, 3, 4",
};

static int compare_names(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* What a device's packed labels say, by the names of collections, sorted. */
static void put_labels(struct store *store, struct text packed, struct buf *out)
{
    static const char sql[] = "SELECT Name FROM collection WHERE row = ?1";
    const size_t n = label_count(LABELS_COLLECTIONS, packed);
    char *names[256] = {0};

    assert_true(n < 256);
    for (size_t i = 0; i < n; i++) {
        SCOPED(store_done) struct store_stmt *stmt = NULL;

        assert_int_equal(store_prepare(store, sql, &stmt), STATUS_OK);
        store_bind_int(stmt, 1, label_at(packed, i));
        assert_int_equal(store_step(stmt), STATUS_OK);
        names[i] = text_dup(store_text(stmt, 0));
    }
    qsort(names, n, sizeof(names[0]), compare_names);
    for (size_t i = 0; i < n; i++) {
        buf_append_format(out, " [%s]", names[i]);
        free(names[i]);
    }
}

static void put_devices(struct store *store, struct buf *out)
{
    static const char sql[] =
        "SELECT Name, (SELECT sms_labels(labels, d.row) FROM label_block"
        " WHERE block = d.row >> 6) FROM device d ORDER BY Name";
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    assert_int_equal(store_prepare(store, sql, &stmt), STATUS_OK);
    while (store_step(stmt) == STATUS_OK) {
        buf_append_text(out, store_text(stmt, 0));
        put_labels(store, store_text(stmt, 1), out);
        buf_append_char(out, '\n');
    }
}

void dump_site(struct store *store, struct buf *out)
{
    buf_clear(out);
    for (size_t i = 0; i < ARRAY_SIZE(by_name); i++)
        put_query(store, by_name[i], out);
    put_devices(store, out);
    assert_int_equal(buf_status(out), STATUS_OK);
}

int64_t sum_of_versions(struct store *store)
{
    static const char sql[] =
        "SELECT (SELECT sum(row_version) FROM scope) +"
        " (SELECT sum(row_version) FROM role) +"
        " (SELECT sum(row_version) FROM admin) +"
        " (SELECT sum(row_version) FROM collection) +"
        " (SELECT sum(row_version) FROM site) +"
        " (SELECT ifnull(sum(row_version), 0) FROM device)";
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    assert_int_equal(store_prepare(store, sql, &stmt), STATUS_OK);
    assert_int_equal(store_step(stmt), STATUS_OK);
    return store_int(stmt, 0);
}
