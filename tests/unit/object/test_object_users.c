/*
 * Collections of users: what they hold, who sees it, and that following each
 * change comes to what a slow evaluation of everything comes to.
 */
#include "tests/unit/object/site_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "provider/object/collection/evaluation.h"
#include "provider/object/collection/evaluation_slice.h"
#include "provider/object/resource.h"

/* ---- Acts ---- */

static struct evaluation between; /* slices */

/* What acts left for later, where the machine was slow. */
static void settle(struct fixture *f)
{
    bool has_more = true;

    evaluation_clear(&between);
    while (has_more) {
        assert_int_equal(store_write_begin(f->store), STATUS_OK);
        assert_int_equal(
            evaluation_slice(&between, f->store, f->now_s, 0, &has_more),
            STATUS_OK);
        assert_int_equal(store_write_commit(f->store), STATUS_OK);
    }
}

static int64_t n_members(struct fixture *f, const char *collection)
{
    settle(f);
    assert_int_equal(act_get(f, "full", "SMS_Collection", collection),
                     STATUS_OK);
    return number_in(f, "MemberCount");
}

static int64_t make_person(struct fixture *f, const char *class_name,
                           const char *name, const char *domain)
{
    char json[128];

    snprintf(json, sizeof(json), "{'Name':'%s','WindowsNTDomain':'%s'}", name,
             domain);
    return strtoll(make_object(f, class_name, "ResourceID", json), NULL, 10);
}

static int64_t make_user(struct fixture *f, const char *name,
                         const char *domain)
{
    return make_person(f, "SMS_R_User", name, domain);
}

static int64_t make_group(struct fixture *f, const char *name,
                          const char *domain)
{
    return make_person(f, "SMS_R_UserGroup", name, domain);
}

/* P0100016 and so on. */
static void make_below(struct fixture *f, const char *name, const char *limit)
{
    char json[160];

    snprintf(json, sizeof(json),
             "{'Name':'%s','CollectionType':1,'LimitToCollectionID':'%s',"
             "'RefreshType':4}",
             name, limit);
    make_object(f, "SMS_Collection", "CollectionID", json);
}

static enum status put_rule(struct fixture *f, const char *collection,
                            const char *rule)
{
    char json[256];

    snprintf(json, sizeof(json), "{'CollectionRule':{%s}}", rule);
    return act_invoke(f, "full", "SMS_Collection", collection,
                      "AddMembershipRule", json);
}

static enum status drop_rule(struct fixture *f, const char *collection,
                             const char *rule)
{
    char json[256];

    snprintf(json, sizeof(json), "{'CollectionRule':{%s}}", rule);
    return act_invoke(f, "full", "SMS_Collection", collection,
                      "DeleteMembershipRule", json);
}

static enum status put_direct(struct fixture *f, const char *collection,
                              int64_t resource)
{
    char rule[64];

    snprintf(rule, sizeof(rule), "'ResourceID':%lld", (long long)resource);
    return put_rule(f, collection, rule);
}

static size_t n_listed(struct fixture *f, const char *user,
                       const char *class_name)
{
    assert_int_equal(
        act_list(f, user, class_name, &(struct object_list){.count = true}),
        STATUS_OK);
    assert_int_equal(number_in(f, "count"), n_items(f));
    return n_items(f);
}

static enum status get_resource(struct fixture *f, const char *user,
                                const char *class_name, int64_t resource)
{
    char key[24];

    snprintf(key, sizeof(key), "%lld", (long long)resource);
    return act_get(f, user, class_name, key);
}

/* ---- What they hold ---- */

static void the_built_in_ones_hold_all_of_their_kind(void **state)
{
    struct fixture *f = *state;
    char key[24];

    snprintf(key, sizeof(key), "%lld", (long long)make_user(f, "ann", "A"));
    make_user(f, "bob", "B");
    make_group(f, "sales", "A");
    make_member(f, "web1", "P0100014");
    assert_int_equal(n_members(f, "SMS00002"), 2);
    assert_int_equal(n_members(f, "SMS00003"), 1);
    assert_int_equal(n_members(f, "SMS00004"), 3);
    assert_int_equal(n_members(f, "SMS00001"), 1);
    assert_int_equal(act_delete(f, "full", "SMS_R_User", key), STATUS_OK);
    assert_int_equal(n_members(f, "SMS00002"), 1);
    assert_int_equal(n_members(f, "SMS00004"), 2);
}

static void rules_find_users_and_groups(void **state)
{
    struct fixture *f = *state;
    int64_t ann, sales;

    make_below(f, "Some", "SMS00004"); /* P0100016 */
    make_below(f, "Both", "P0100016"); /* P0100017 */
    ann = make_user(f, "ann", "A");
    sales = make_group(f, "sales", "A");
    assert_int_equal(put_direct(f, "P0100016", ann), STATUS_OK);
    assert_int_equal(put_direct(f, "P0100016", sales), STATUS_OK);
    assert_int_equal(n_members(f, "P0100016"), 2);
    assert_int_equal(put_rule(f, "P0100017",
                              "'QueryExpression':'select * from SMS_R_User',"
                              "'RuleName':'q'"),
                     STATUS_OK);
    assert_int_equal(n_members(f, "P0100017"), 1);
    make_user(f, "bob", "A"); /* outside the limit */
    assert_int_equal(n_members(f, "P0100017"), 1);
    assert_int_equal(act_list(f, "full", "SMS_CM_RES_COLL_P0100016",
                              &(struct object_list){.count = true}),
                     STATUS_OK);
    assert_int_equal(n_items(f), 2);
    assert_string_equal(item_text(f, 0, "Name"), "ann");
    assert_string_equal(item_text(f, 1, "Name"), "sales");
    assert_string_equal(item_text(f, 1, "Domain"), "A");
}

static void kinds_are_kept_apart(void **state)
{
    struct fixture *f = *state;
    const int64_t ann = make_user(f, "ann", "A");
    char rule[96];

    make_below(f, "Some", "SMS00004"); /* P0100016 */
    make_member(f, "web1", "P0100014");
    assert_int_equal(put_direct(f, "P0100016", 16777217), STATUS_INVALID);
    assert_int_equal(put_direct(f, "P0100014", ann), STATUS_INVALID);
    assert_int_equal(put_rule(f, "P0100016",
                              "'QueryExpression':'select * from"
                              " SMS_R_System'"),
                     STATUS_INVALID);
    assert_int_equal(
        put_rule(f, "P0100014", "'QueryExpression':'select * from SMS_R_User'"),
        STATUS_INVALID);
    assert_int_equal(
        put_rule(f, "P0100016", "'IncludeCollectionID':'P0100014'"),
        STATUS_INVALID);
    snprintf(rule, sizeof(rule),
             "'ResourceID':%lld,'ResourceClassName':'SMS_R_UserGroup'",
             (long long)ann);
    assert_int_equal(put_rule(f, "P0100016", rule), STATUS_INVALID);
    assert_int_equal(put_direct(f, "P0100016", ann + 1), STATUS_INVALID);
    assert_int_equal(put_direct(f, "P0100016", 0), STATUS_INVALID);
    assert_int_equal(n_members(f, "P0100016"), 0);
}

static void an_import_is_as_many_creates(void **state)
{
    struct fixture *f = *state;

    make_below(f, "Some", "SMS00002"); /* P0100016 */
    assert_int_equal(put_rule(f, "P0100016",
                              "'QueryExpression':'select * from SMS_R_User"
                              " where WindowsNTDomain = 1'"),
                     STATUS_OK);
    assert_int_equal(act_import(f, "full", "SMS_R_User", "Name",
                                "[{'Name':'ann','WindowsNTDomain':'1'},"
                                "{'Name':'bob','WindowsNTDomain':'2'},"
                                "{'Name':'cyd','WindowsNTDomain':'1'}]"),
                     STATUS_OK);
    assert_int_equal(n_members(f, "SMS00002"), 3);
    assert_int_equal(n_members(f, "P0100016"), 2);
    assert_int_equal(act_import(f, "full", "SMS_R_User", "Name",
                                "[{'Name':'ann','WindowsNTDomain':'2'},"
                                "{'Name':'dan','WindowsNTDomain':'1'}]"),
                     STATUS_OK);
    assert_int_equal(n_members(f, "SMS00002"), 4);
    assert_int_equal(n_members(f, "P0100016"), 2);
}

/* ---- Who sees them ---- */

/* carol may do this with resources, in Some (P0100016). */
static void let_carol(struct fixture *f, int operations)
{
    char json[256];
    char role[16];

    snprintf(json, sizeof(json),
             "{'RoleName':'Of carol','Operations':[{'ObjectTypeID':1,"
             "'GrantedOperations':%d}]}",
             operations);
    snprintf(role, sizeof(role), "%s",
             make_object(f, "SMS_Role", "RoleID", json));
    snprintf(json, sizeof(json),
             "{'LogonName':'carol','Permissions':["
             "{'RoleID':'%s','CategoryID':'P0100003'},"
             "{'RoleID':'%s','CategoryID':'P0100016','CategoryTypeID':1}]}",
             role, role);
    make_object(f, "SMS_Admin", "AdminID", json);
    fixture_reload(f);
}

enum { MAY_READ = 1, MAY_MODIFY_RESOURCE = 128, MAY_READ_RESOURCE = 4096 };

static void users_are_seen_through_their_collections(void **state)
{
    struct fixture *f = *state;
    const int64_t ann = make_user(f, "ann", "A");
    const int64_t bob = make_user(f, "bob", "B");
    const int64_t sales = make_group(f, "sales", "A");

    make_below(f, "Some", "SMS00004");   /* P0100016 */
    make_below(f, "Others", "SMS00004"); /* P0100017 */
    assert_int_equal(put_direct(f, "P0100016", ann), STATUS_OK);
    assert_int_equal(put_direct(f, "P0100016", sales), STATUS_OK);
    assert_int_equal(put_direct(f, "P0100017", bob), STATUS_OK);
    let_carol(f, MAY_READ | MAY_READ_RESOURCE);
    assert_int_equal(n_listed(f, "carol", "SMS_R_User"), 1);
    assert_string_equal(item_text(f, 0, "Name"), "ann");
    assert_int_equal(n_listed(f, "carol", "SMS_R_UserGroup"), 1);
    assert_int_equal(n_listed(f, "carol", "SMS_FullCollectionMembership"), 2);
    assert_int_equal(get_resource(f, "carol", "SMS_R_User", ann), STATUS_OK);
    assert_int_equal(get_resource(f, "carol", "SMS_R_User", bob),
                     STATUS_NOT_FOUND);
    assert_int_equal(get_resource(f, "carol", "SMS_R_UserGroup", sales),
                     STATUS_OK);
    assert_int_equal(n_listed(f, "nobody", "SMS_R_User"), 0);
    assert_int_equal(n_listed(f, "analyst", "SMS_R_User"), 0);
    assert_int_equal(n_listed(f, "full", "SMS_R_User"), 2);
    assert_int_equal(act_query(f, "carol",
                               &(struct object_query){
                                   .wql = TEXT("select Name from SMS_R_User"
                                               " order by Name")}),
                     STATUS_OK);
    assert_int_equal(n_items(f), 1);
}

static void a_rule_is_told_to_who_may_read_its_user(void **state)
{
    struct fixture *f = *state;
    const int64_t ann = make_user(f, "ann", "A");
    const int64_t bob = make_user(f, "bob", "B");

    make_below(f, "Few", "SMS00004");  /* P0100016 */
    make_below(f, "Less", "P0100016"); /* P0100017 */
    assert_int_equal(put_direct(f, "P0100016", ann), STATUS_OK);
    assert_int_equal(put_direct(f, "P0100017", ann), STATUS_OK);
    assert_int_equal(put_direct(f, "P0100017", bob), STATUS_OK);
    let_carol(f, MAY_READ | MAY_READ_RESOURCE);
    assert_int_equal(act_get(f, "carol", "SMS_Collection", "P0100017"),
                     STATUS_OK);
    assert_int_equal(
        json_array_size(json_object_get(f->result, "CollectionRules")), 1);
    assert_int_equal(act_get(f, "full", "SMS_Collection", "P0100017"),
                     STATUS_OK);
    assert_int_equal(
        json_array_size(json_object_get(f->result, "CollectionRules")), 2);
}

/* carol changes users of Some; Rich, which others work in, would find hers. */
static void nobody_brings_a_user_where_others_gain(void **state)
{
    struct fixture *f = *state;
    const int64_t ann = make_user(f, "ann", "A");
    char key[24];

    snprintf(key, sizeof(key), "%lld", (long long)ann);
    make_below(f, "Some", "SMS00004"); /* P0100016 */
    make_below(f, "Rich", "SMS00004"); /* P0100017 */
    assert_int_equal(put_direct(f, "P0100016", ann), STATUS_OK);
    assert_int_equal(put_rule(f, "P0100017",
                              "'QueryExpression':'select * from SMS_R_User"
                              " where WindowsNTDomain = 1'"),
                     STATUS_OK);
    make_object(f, "SMS_Admin", "AdminID",
                "{'LogonName':'dora','Permissions':["
                "{'RoleID':'SMS0001R','CategoryID':'P0100003'},"
                "{'RoleID':'SMS0001R','CategoryID':'P0100017',"
                "'CategoryTypeID':1}]}");
    let_carol(f, MAY_READ | MAY_READ_RESOURCE | MAY_MODIFY_RESOURCE);
    assert_int_equal(
        act_update(f, "carol", "SMS_R_User", key, "{'WindowsNTDomain':'2'}"),
        STATUS_OK);
    assert_int_equal(
        act_update(f, "carol", "SMS_R_User", key, "{'WindowsNTDomain':'1'}"),
        STATUS_DENIED);
    assert_int_equal(n_members(f, "P0100017"), 0);
    assert_int_equal(
        act_update(f, "full", "SMS_R_User", key, "{'WindowsNTDomain':'1'}"),
        STATUS_OK);
    assert_int_equal(n_members(f, "P0100017"), 1);
}

/* The same by adding one that is found: carol may add users, and Rich is
 * beside All Users. */
static void refuse_adding(struct fixture *f, const char *refresh)
{
    char role[16];
    char json[256];

    make_below(f, "Rich", "SMS00004"); /* P0100016 */
    assert_int_equal(
        act_update(f, "full", "SMS_Collection", "P0100016", refresh),
        STATUS_OK);
    assert_int_equal(put_rule(f, "P0100016",
                              "'QueryExpression':'select * from SMS_R_User"
                              " where WindowsNTDomain = 1'"),
                     STATUS_OK);
    make_object(f, "SMS_Admin", "AdminID",
                "{'LogonName':'dora','Permissions':["
                "{'RoleID':'SMS0001R','CategoryID':'P0100003'},"
                "{'RoleID':'SMS0001R','CategoryID':'P0100016',"
                "'CategoryTypeID':1}]}");
    snprintf(role, sizeof(role), "%s",
             make_object(f, "SMS_Role", "RoleID",
                         "{'RoleName':'Adds users','Operations':["
                         "{'ObjectTypeID':1,'GrantedOperations':4737},"
                         "{'ObjectTypeID':6,'GrantedOperations':524289}]}"));
    snprintf(json, sizeof(json),
             "{'LogonName':'carol','Permissions':["
             "{'RoleID':'%s','CategoryID':'SMS00UNA'},"
             "{'RoleID':'%s','CategoryID':'SMS00002','CategoryTypeID':1}]}",
             role, role);
    make_object(f, "SMS_Admin", "AdminID", json);
    fixture_reload(f);
    assert_int_equal(act_create(f, "carol", "SMS_R_User",
                                "{'Name':'ann','WindowsNTDomain':'2'}"),
                     STATUS_OK);
    assert_int_equal(act_create(f, "carol", "SMS_R_User",
                                "{'Name':'bob','WindowsNTDomain':'1'}"),
                     STATUS_DENIED);
    assert_int_equal(n_members(f, "P0100016"), 0);
    assert_int_equal(act_create(f, "full", "SMS_R_User",
                                "{'Name':'bob','WindowsNTDomain':'1'}"),
                     STATUS_OK);
}

static void nobody_adds_a_user_where_others_gain(void **state)
{
    refuse_adding(*state, "{'RefreshType':4}");
    assert_int_equal(n_members(*state, "P0100016"), 1);
}

static void nor_where_others_gain_on_schedule(void **state)
{
    refuse_adding(*state, "{'RefreshType':2}");
    assert_int_equal(n_members(*state, "P0100016"), 0);
}

/* ---- Following changes, beside a slow evaluation of everything ---- */

enum { COLLECTIONS = 6, PEOPLE_MAX = 64, DOMAINS = 3, ACTS = 100 };

struct person {
    int64_t resource; /* 0: gone */
    int domain;
};

/* A collection as the rules say; limits of [0..3) are the built-in ones. */
struct model {
    struct person people[PEOPLE_MAX];
    size_t n_people;
    int limit[COLLECTIONS];
    bool direct[COLLECTIONS][PEOPLE_MAX];
    int64_t query[COLLECTIONS][2][DOMAINS]; /* of users, of groups: QueryID */
    bool include[COLLECTIONS][COLLECTIONS];
    bool exclude[COLLECTIONS][COLLECTIONS];
    uint64_t random;
};

static const char *const roots[] = {"SMS00004", "SMS00002", "SMS00003"};
enum { N_ROOTS = 3 };

static const char *key_of(int place)
{
    static char keys[COLLECTIONS][9];

    if (place < N_ROOTS)
        return roots[place];
    snprintf(keys[place - N_ROOTS], sizeof(keys[0]), "P01%05X",
             0x16 + (unsigned)(place - N_ROOTS) % 0x1000);
    return keys[place - N_ROOTS];
}

static bool is_group(const struct person *person)
{
    return person->resource >= FIRST_USER_GROUP;
}

static bool holds(const struct model *m, int place, size_t person)
{
    const struct person *p = &m->people[person];
    const int c = place - N_ROOTS;
    bool is_named;

    if (place < N_ROOTS)
        return place == 0 || is_group(p) == (place == 2);
    is_named = m->direct[c][person] || m->query[c][is_group(p)][p->domain];
    for (int i = 0; i < COLLECTIONS && !is_named; i++)
        is_named = m->include[c][i] && holds(m, i + N_ROOTS, person);
    for (int i = 0; i < COLLECTIONS && is_named; i++)
        is_named = !m->exclude[c][i] || !holds(m, i + N_ROOTS, person);
    return is_named && holds(m, m->limit[c], person);
}

/* Members as SQL reads them: ",1,2,". */
static void read_members(struct fixture *f, const char *key, char *into,
                         size_t size)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    assert_int_equal(
        store_prepare_text(
            f->store,
            TEXT("SELECT ',' || ifnull(group_concat(m.resource), '') || ','"
                 " FROM collection c JOIN collection_member m"
                 " ON m.collection = c.row WHERE c.CollectionID = ?1"),
            &stmt),
        STATUS_OK);
    store_bind_text(stmt, 1, text_of(key));
    assert_int_equal(store_step(stmt), STATUS_OK);
    snprintf(into, size, "%.*s", (int)store_text(stmt, 0).size,
             store_text(stmt, 0).data);
}

static void assert_as_the_model(struct fixture *f, const struct model *m,
                                int act)
{
    char members[PEOPLE_MAX * 12 + 2];
    char number[24];

    settle(f);
    for (int place = 0; place < N_ROOTS + COLLECTIONS; place++) {
        int64_t n = 0;

        read_members(f, key_of(place), members, sizeof(members));
        for (size_t i = 0; i < m->n_people; i++) {
            const int64_t resource = m->people[i].resource;
            bool has;

            snprintf(number, sizeof(number), ",%lld,", (long long)resource);
            has = strstr(members, number) != NULL;
            n += has;
            if (has != (resource && holds(m, place, i)))
                fail_msg("act %d: %s %s %lld", act, key_of(place),
                         has ? "holds" : "lacks", (long long)resource);
        }
        assert_int_equal(n_members(f, key_of(place)), n);
    }
}

static unsigned some(struct model *m, unsigned n)
{
    m->random ^= m->random << 13;
    m->random ^= m->random >> 7;
    m->random ^= m->random << 17;
    return (unsigned)(m->random % n);
}

/* Acts that the provider refuses change nothing here either. */

static void come(struct fixture *f, struct model *m)
{
    struct person *p = &m->people[m->n_people];
    char domain[2] = "0";

    if (m->n_people == PEOPLE_MAX)
        return;
    p->domain = (int)some(m, DOMAINS);
    domain[0] = (char)('0' + p->domain);
    p->resource = some(m, 3) ? make_user(f, "somebody", domain)
                             : make_group(f, "some", domain);
    m->n_people++;
}

static void change_person(struct fixture *f, struct model *m, size_t i)
{
    const int domain = (int)some(m, DOMAINS);
    const char *class_name =
        is_group(&m->people[i]) ? "SMS_R_UserGroup" : "SMS_R_User";
    char key[24];
    char json[48];

    snprintf(key, sizeof(key), "%lld", (long long)m->people[i].resource);
    if (some(m, 4) == 0) {
        assert_int_equal(act_delete(f, "full", class_name, key), STATUS_OK);
        m->people[i].resource = 0;
        for (int c = 0; c < COLLECTIONS; c++)
            m->direct[c][i] = false;
        return;
    }
    snprintf(json, sizeof(json), "{'WindowsNTDomain':'%d'}", domain);
    assert_int_equal(act_update(f, "full", class_name, key, json), STATUS_OK);
    m->people[i].domain = domain;
}

static void change_direct(struct fixture *f, struct model *m, int c, size_t i)
{
    const char *key = key_of(c + N_ROOTS);
    char rule[64];

    snprintf(rule, sizeof(rule), "'ResourceID':%lld",
             (long long)m->people[i].resource);
    assert_int_equal(m->direct[c][i] ? drop_rule(f, key, rule)
                                     : put_rule(f, key, rule),
                     STATUS_OK);
    m->direct[c][i] ^= true;
}

static void change_query(struct fixture *f, struct model *m, int c)
{
    const unsigned of_groups = some(m, 2);
    const int domain = (int)some(m, DOMAINS);
    int64_t *query = &m->query[c][of_groups][domain];
    const char *key = key_of(c + N_ROOTS);
    char rule[160];

    if (*query) {
        snprintf(rule, sizeof(rule), "'QueryID':%lld", (long long)*query);
        assert_int_equal(drop_rule(f, key, rule), STATUS_OK);
        *query = 0;
        return;
    }
    snprintf(rule, sizeof(rule),
             "'QueryExpression':'select * from %s where WindowsNTDomain = %d'",
             of_groups ? "SMS_R_UserGroup" : "SMS_R_User", domain);
    assert_int_equal(put_rule(f, key, rule), STATUS_OK);
    *query = number_in(f, "QueryID");
}

static void change_other(struct fixture *f, struct model *m, int c)
{
    const int other = (int)some(m, COLLECTIONS);
    const bool excludes = some(m, 2);
    bool *has = excludes ? &m->exclude[c][other] : &m->include[c][other];
    const char *key = key_of(c + N_ROOTS);
    char rule[64];
    enum status done;

    snprintf(rule, sizeof(rule), "'%sCollectionID':'%s'",
             excludes ? "Exclude" : "Include", key_of(other + N_ROOTS));
    done = *has ? drop_rule(f, key, rule) : put_rule(f, key, rule);
    if (done == STATUS_OK)
        *has ^= true;
    else
        assert_int_equal(done, STATUS_INVALID); /* a circle */
}

static void change_limit(struct fixture *f, struct model *m, int c)
{
    const int limit = (int)some(m, N_ROOTS + COLLECTIONS);
    char json[48];
    enum status done;

    snprintf(json, sizeof(json), "{'LimitToCollectionID':'%s'}", key_of(limit));
    done = act_update(f, "full", "SMS_Collection", key_of(c + N_ROOTS), json);
    if (done == STATUS_OK)
        m->limit[c] = limit;
    else
        assert_int_equal(done, STATUS_INVALID);
}

static void act(struct fixture *f, struct model *m)
{
    const int c = (int)some(m, COLLECTIONS);
    const size_t i = some(m, (unsigned)m->n_people);
    const unsigned kind = some(m, 10);

    if (kind < 2)
        come(f, m);
    else if (kind < 5 && m->people[i].resource)
        change_person(f, m, i);
    else if (kind < 7 && m->people[i].resource)
        change_direct(f, m, c, i);
    else if (kind == 7)
        change_query(f, m, c);
    else if (kind == 8)
        change_other(f, m, c);
    else
        change_limit(f, m, c);
}

static void follows_each_change_as_if_all_were_evaluated(void **state)
{
    static struct model model;
    struct fixture *f = *state;
    char name[16];

    memset(&model, 0, sizeof(model));
    model.random = 20251129;
    for (int c = 0; c < COLLECTIONS; c++) {
        snprintf(name, sizeof(name), "Of users %d", c);
        make_below(f, name, "SMS00004");
        assert_string_equal(key_of(c + N_ROOTS), text_in(f, "CollectionID"));
    }
    come(f, &model);
    for (int i = 0; i < ACTS; i++) {
        act(f, &model);
        assert_as_the_model(f, &model, i);
    }
}

/* A record that gives what the caller holds, and one that gives more. */
static void a_record_says_whether_its_reader_holds_all_of_it(void **state)
{
    static const char *const users[] = {"full", "security"};
    struct fixture *f = *state;
    char peer[64], wide[64];

    snprintf(peer, sizeof(peer), "%s",
             make_object(f, "SMS_Admin", "AdminID",
                         "{'LogonName':'peer','Permissions':[{'RoleID':"
                         "'SMS000FR','CategoryID':'P0100003'}]}"));
    snprintf(wide, sizeof(wide), "%s",
             make_object(f, "SMS_Admin", "AdminID",
                         "{'LogonName':'wide','Permissions':[{'RoleID':"
                         "'SMS0008R','CategoryID':'P0100004'}]}"));
    fixture_reload(f);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(act_get(f, users[i], "SMS_Admin", peer), STATUS_OK);
        assert_true(json_is_true(json_object_get(f->result, "IsCovered")));
        assert_int_equal(act_get(f, users[i], "SMS_Admin", wide), STATUS_OK);
        assert_int_equal(json_is_true(json_object_get(f->result, "IsCovered")),
                         i == 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SITE(the_built_in_ones_hold_all_of_their_kind),
        WITH_SITE(rules_find_users_and_groups),
        WITH_SITE(kinds_are_kept_apart),
        WITH_SITE(users_are_seen_through_their_collections),
        WITH_SITE(a_rule_is_told_to_who_may_read_its_user),
        WITH_SITE(nobody_brings_a_user_where_others_gain),
        WITH_SITE(nobody_adds_a_user_where_others_gain),
        WITH_SITE(nor_where_others_gain_on_schedule),
        WITH_SITE(an_import_is_as_many_creates),
        WITH_SITE(follows_each_change_as_if_all_were_evaluated),
        WITH_SITE(a_record_says_whether_its_reader_holds_all_of_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
