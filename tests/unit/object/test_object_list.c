/* Lists: what they hold, and what they do not give away. */
#include "tests/unit/object/site_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "provider/object/object_private.h"
#include "provider/object/query/like.h"

static char *web_scope(struct fixture *f)
{
    static char id[16];

    assert_int_equal(
        act_list(f, "full", "SMS_SecuredCategory",
                 &(struct object_list){.filter = TEXT("CategoryName='Web'")}),
        STATUS_OK);
    snprintf(id, sizeof(id), "%s", item_text(f, 0, "CategoryID"));
    return id;
}

static void make_application(struct fixture *f, const char *name,
                             const char *more, bool is_in_web)
{
    char json[256];
    char key[32];
    char scope[16];

    snprintf(json, sizeof(json), "{'LocalizedDisplayName':'%s'%s}", name, more);
    snprintf(key, sizeof(key), "%s",
             make_object(f, "SMS_Application", "CI_ID", json));
    if (!is_in_web)
        return;
    snprintf(scope, sizeof(scope), "%s", web_scope(f));
    put_in_scope(f, 31, key, scope);
}

static size_t n_found(struct fixture *f, const char *filter)
{
    assert_int_equal(act_list(f, "full", "SMS_Application",
                              &(struct object_list){.filter = text_of(filter),
                                                    .count = true}),
                     STATUS_OK);
    assert_int_equal(number_in(f, "count"), n_items(f));
    return n_items(f);
}

/* ---- Filters ---- */

static int open_with_applications(void **state)
{
    struct fixture *f;

    if (fixture_open(state) != 0)
        return -1;
    f = *state;
    make_application(f, "Alpha", ",'SoftwareVersion':'10.0'", true);
    make_application(f, "beta", ",'IsEnabled':false", false);
    make_application(f, "It\\u0027s 100%", ",'Manufacturer':'Acme_1'", true);
    make_application(f, "Delta", ",'Manufacturer':'acme21'", false);
    return 0;
}

static void filters_by_value(void **state)
{
    static const struct {
        const char *filter;
        size_t n;
    } cases[] = {
        {"", 4},
        {"   ", 4},
        {"LocalizedDisplayName = 'alpha'", 1},
        {"localizeddisplayname='ALPHA'", 1},
        {"LocalizedDisplayName <> 'alpha'", 3},
        {"LocalizedDisplayName != 'alpha'", 3},
        {"LocalizedDisplayName = 'It''s 100%'", 1},
        {"LocalizedDisplayName > 'b'", 3},
        {"LocalizedDisplayName >= 'beta' AND LocalizedDisplayName <= 'beta'",
         1},
        {"LocalizedDisplayName LIKE '%a'", 3},
        {"LocalizedDisplayName LIKE '_e%'", 2},
        {"LocalizedDisplayName NOT LIKE '%a'", 1},
        {"NOT LocalizedDisplayName LIKE '%a'", 1},
        {"Manufacturer LIKE 'acme__'", 2},
        {"Manufacturer IS NULL", 2},
        {"Manufacturer IS NOT NULL", 2},
        {"Manufacturer = 'x' OR NOT Manufacturer = 'x'", 2},
        {"NOT Manufacturer LIKE 'x'", 2},
        {"Manufacturer NOT LIKE 'x'", 2},
        {"IsEnabled = FALSE", 1},
        {"IsEnabled = true", 3},
        {"IsEnabled = 0", 1},
        {"CI_ID = 16777217 OR CI_ID=16777218", 2},
        {"CI_ID > 16777218 AND (IsEnabled = TRUE)", 2},
        {"CI_ID > -5", 4},
        {"(((CI_ID = 16777217)))", 1},
        {"NOT (CI_ID = 16777217 OR CI_ID = 16777218)", 2},
        {"NOT CI_ID = 16777217 OR CI_ID = 16777217", 4},
        {"CI_ID = 16777217 OR CI_ID = 16777218 AND CI_ID = 1", 1},
        {"DateCreated >= '2027-01-15'", 4},
        {"DateCreated < '2027-01-15T08:00:00Z'", 0},
        {"NumberOfDeployments = 0", 4},
        {"LocalizedDisplayName = 'x'' OR 1=1 --'", 0},
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        if (n_found(*state, cases[i].filter) != cases[i].n)
            fail_msg("%s: %zu", cases[i].filter, n_items(*state));
}

static void refuses_what_is_no_filter(void **state)
{
    static const char *const bad[] = {
        "x",
        "CI_ID",
        "CI_ID =",
        "= 5",
        "CI_ID = 5 5",
        "CI_ID = 'x'",
        "CI_ID = 99999999999999999999",
        "LocalizedDisplayName = 5",
        "LocalizedDisplayName = \"x\"",
        "LocalizedDisplayName = 'x",
        "LocalizedDisplayName == 'x'",
        "LocalizedDisplayName LIKE 5",
        "CI_ID LIKE '5'",
        "CI_ID = 5 OR",
        "CI_ID = 5 AND AND CI_ID = 5",
        "NOT",
        "(CI_ID = 5",
        "CI_ID = 5)",
        "CI_ID IS 5",
        "CI_ID NOT 5",
        "SecuredScopeNames = 5",
        "IsEnabled = 'x'",
        "DateCreated = 'yesterday'",
        "scopes = 'x'",
        "t.row = 5",
        "row = 5",
        "CI_ID = 5; DROP TABLE application",
        "CI_ID = (SELECT 1)",
        "CI_ID = ?1",
        "sms_may(1,1,1,1)",
        "1 = 1",
        "CI_ID = 5 UNION SELECT 1",
        "CI_ID = 5 -- x",
        "CI_ID = 5 /* x */",
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        if (act_list(f, "full", "SMS_Application",
                     &(struct object_list){.filter = text_of(bad[i])}) !=
            STATUS_INVALID)
            fail_msg("taken: %s", bad[i]);
        assert_string_equal(f->failure.property, "filter");
    }
}

/* Of few enough parentheses, and still too much for SQLite. */
static void a_filter_may_be_too_deep_for_sql(void **state)
{
    static const char level[] =
        "CategoryName='a' or CategoryName='b' and not (";
    enum { LEVELS = 20 };
    struct fixture *f = *state;
    char deep[LEVELS * sizeof(level) + LEVELS + 32] = "";

    for (int i = 0; i < LEVELS; i++)
        strcat(deep, level);
    strcat(deep, "CategoryName='c'");
    for (int i = 0; i < LEVELS; i++)
        strcat(deep, ")");
    for (int is_counted = 0; is_counted < 2; is_counted++) {
        const struct object_list ask = {.filter = text_of(deep),
                                        .count = is_counted};

        assert_int_equal(act_list(f, "full", "SMS_SecuredCategory", &ask),
                         STATUS_INVALID);
        assert_string_equal(f->failure.property, "filter");
    }
}

static void filters_have_bounds(void **state)
{
    struct fixture *f = *state;
    static char deep[200];
    static char wide[8000];
    size_t at = 0;

    memset(deep, '(', 100);
    strcpy(deep + 100, "CI_ID = 5");
    assert_int_equal(act_list(f, "full", "SMS_Application",
                              &(struct object_list){.filter = text_of(deep)}),
                     STATUS_INVALID);
    for (int i = 0; i < 200; i++)
        at += (size_t)sprintf(wide + at, "CI_ID=1 OR ");
    strcpy(wide + at, "CI_ID = 5");
    assert_int_equal(act_list(f, "full", "SMS_Application",
                              &(struct object_list){.filter = text_of(wide)}),
                     STATUS_INVALID);
    memset(wide, ' ', 5000);
    wide[5000] = '\0';
    assert_int_equal(act_list(f, "full", "SMS_Application",
                              &(struct object_list){.filter = text_of(wide)}),
                     STATUS_INVALID);
    /* the deepest and widest that is allowed still runs */
    for (at = 0; at < 31 * 4; at += 4)
        memcpy(wide + at, "NOT ", 4);
    strcpy(wide + at, "LocalizedDisplayName LIKE 'x%'");
    assert_int_equal(act_list(f, "full", "SMS_Application",
                              &(struct object_list){.filter = text_of(wide)}),
                     STATUS_OK);
}

/* T75: the truth table of a test on what is not set. */
static void a_null_never_widens(void **state)
{
    static const char *const never[] = {
        "Manufacturer = 'x' AND Manufacturer IS NULL",
        "Manufacturer <> 'x' AND Manufacturer IS NULL",
        "NOT (Manufacturer = 'x') AND Manufacturer IS NULL",
        "Manufacturer LIKE '%' AND Manufacturer IS NULL",
        "NOT (Manufacturer LIKE 'x') AND Manufacturer IS NULL",
        "NOT (Manufacturer NOT LIKE 'x') AND Manufacturer IS NULL",
    };

    for (size_t i = 0; i < ARRAY_SIZE(never); i++)
        assert_int_equal(n_found(*state, never[i]), 0);
}

static bool is_like(struct text pattern, struct text value)
{
    return like_matches(&(struct like){0}, pattern, value);
}

static void like_is_exact_and_quick(void **state)
{
    static char value[512];
    static char pattern[512];

    (void)state;
    assert_true(is_like(TEXT(""), TEXT("")));
    assert_true(is_like(TEXT("%"), TEXT("")));
    assert_false(is_like(TEXT("_"), TEXT("")));
    assert_true(is_like(TEXT("_"), TEXT("\xc3\xa9")));
    assert_false(is_like(TEXT("__"), TEXT("\xc3\xa9")));
    assert_true(is_like(TEXT("%b%c"), TEXT("abbcbc")));
    assert_false(is_like(TEXT("%b%c"), TEXT("abbcb")));
    assert_true(is_like(TEXT("A_c"), TEXT("aBC")));
    assert_false(is_like(TEXT("a"), TEXT("ab")));
    assert_false(is_like(TEXT("ab"), TEXT("a")));
    /* what a backtracking matcher would not end with */
    memset(value, 'a', sizeof(value) - 1);
    for (size_t i = 0; i + 2 < sizeof(pattern); i += 2)
        memcpy(pattern + i, "%a", 2);
    pattern[sizeof(pattern) - 2] = 'b';
    assert_false(is_like(text_of(pattern), text_of(value)));
}

/* ---- Order and pages ---- */

static void sorts_by_a_property_and_then_by_key(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(
        act_list(f, "full", "SMS_Application",
                 &(struct object_list){.order = TEXT("LocalizedDisplayName")}),
        STATUS_OK);
    assert_string_equal(item_text(f, 0, "LocalizedDisplayName"), "Alpha");
    assert_string_equal(item_text(f, 1, "LocalizedDisplayName"), "beta");
    assert_string_equal(item_text(f, 2, "LocalizedDisplayName"), "Delta");
    assert_int_equal(
        act_list(f, "full", "SMS_Application",
                 &(struct object_list){.order = TEXT("-manufacturer")}),
        STATUS_OK);
    assert_string_equal(item_text(f, 0, "LocalizedDisplayName"), "It's 100%");
    assert_string_equal(item_text(f, 3, "LocalizedDisplayName"), "Alpha");
    assert_int_equal(
        act_list(f, "full", "SMS_Application",
                 &(struct object_list){.order = TEXT("SecuredScopeNames")}),
        STATUS_INVALID);
    assert_int_equal(
        act_list(f, "full", "SMS_Application",
                 &(struct object_list){.order = TEXT("Nmae; DROP")}),
        STATUS_INVALID);
}

/* Every page of a size, one after the other, gives each row once. */
static size_t page_through(struct fixture *f, const char *class_name,
                           const char *order, int64_t limit)
{
    char after[256] = "";
    char seen[64][64];
    size_t n = 0;

    for (;;) {
        const struct object_list list = {
            .order = text_of(order), .limit = limit, .after = text_of(after)};

        assert_int_equal(act_list(f, "full", class_name, &list), STATUS_OK);
        for (size_t i = 0; i < n_items(f); i++) {
            char key[64];
            const json_t *id = json_object_get(
                json_array_get(json_object_get(f->result, "items"), i),
                strcmp(class_name, "SMS_Role") == 0 ? "RoleID" : "CI_ID");

            if (json_is_integer(id))
                snprintf(key, sizeof(key), "%lld",
                         (long long)json_integer_value(id));
            else
                snprintf(key, sizeof(key), "%s", json_string_value(id));
            for (size_t j = 0; j < n; j++)
                assert_string_not_equal(seen[j], key);
            memcpy(seen[n++], key, sizeof(key));
        }
        if (!text_in(f, "next"))
            return n;
        assert_int_equal(n_items(f), limit);
        snprintf(after, sizeof(after), "%s", text_in(f, "next"));
    }
}

static void pages_give_every_row_once(void **state)
{
    static const char *const orders[] = {"",
                                         "-CI_ID",
                                         "LocalizedDisplayName",
                                         "-LocalizedDisplayName",
                                         "Manufacturer",
                                         "-Manufacturer",
                                         "IsEnabled",
                                         "-IsEnabled",
                                         "NumberOfDeployments"};
    struct fixture *f = *state;

    for (size_t i = 0; i < ARRAY_SIZE(orders); i++)
        for (int64_t limit = 1; limit <= 5; limit++)
            assert_int_equal(
                page_through(f, "SMS_Application", orders[i], limit), 4);
    assert_int_equal(page_through(f, "SMS_Role", "", 4), 15);
    assert_int_equal(page_through(f, "SMS_Role", "-RoleName", 7), 15);
}

static void a_place_outlives_its_row(void **state)
{
    struct fixture *f = *state;
    char after[128];

    assert_int_equal(
        act_list(f, "full", "SMS_Application",
                 &(struct object_list){.order = TEXT("LocalizedDisplayName"),
                                       .limit = 2}),
        STATUS_OK);
    snprintf(after, sizeof(after), "%s", text_in(f, "next"));
    assert_int_equal(act_delete(f, "full", "SMS_Application", "16777218"),
                     STATUS_OK);
    assert_int_equal(
        act_list(f, "full", "SMS_Application",
                 &(struct object_list){.order = TEXT("LocalizedDisplayName"),
                                       .limit = 2,
                                       .after = text_of(after)}),
        STATUS_OK);
    assert_int_equal(n_items(f), 2);
    assert_string_equal(item_text(f, 0, "LocalizedDisplayName"), "Delta");
}

/* Whoever gave it: a page holds what its reader may read (T76). */
static void a_place_carries_no_right(void **state)
{
    struct fixture *f = *state;
    struct object_list list = {.order = TEXT("LocalizedDisplayName"),
                               .limit = 2};
    char after[128];

    assert_int_equal(act_list(f, "full", "SMS_Application", &list), STATUS_OK);
    assert_string_equal(item_text(f, 1, "LocalizedDisplayName"), "beta");
    snprintf(after, sizeof(after), "%s", text_in(f, "next"));
    list.after = text_of(after);
    assert_int_equal(act_list(f, "full", "SMS_Application", &list), STATUS_OK);
    assert_string_equal(item_text(f, 0, "LocalizedDisplayName"), "Delta");
    /* beta and Delta are hidden from the analyst */
    assert_int_equal(act_list(f, "analyst", "SMS_Application", &list),
                     STATUS_OK);
    assert_int_equal(n_items(f), 1);
    assert_string_equal(item_text(f, 0, "LocalizedDisplayName"), "It's 100%");
    assert_int_equal(act_list(f, "nobody", "SMS_Application", &list),
                     STATUS_OK);
    assert_int_equal(n_items(f), 0);
}

static void refuses_bounds_and_places_that_are_none(void **state)
{
    static const struct object_list bad[] = {
        {.limit = -1},
        {.limit = OBJECT_LIST_MAX + 1},
        {.after = {"x", 1}},
        {.after = {"1 OR 1", 6}},
        {.order = {"LocalizedDisplayName", 20}, .after = {"5", 1}},
        {.order = {"LocalizedDisplayName", 20}, .after = {"99:a1", 5}},
        {.order = {"LocalizedDisplayName", 20}, .after = {"-1:a1", 5}},
        {.order = {"IsEnabled", 9}, .after = {"1:x16777217", 11}},
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
        assert_int_equal(act_list(f, "full", "SMS_Application", &bad[i]),
                         STATUS_INVALID);
}

static void gives_the_properties_asked_for(void **state)
{
    struct fixture *f = *state;
    json_t *names = json_pack("[s, s]", "ci_id", "NumberOfDeployments");
    json_t *bad = json_pack("[s]", "CIID");
    json_t *worse = json_pack("{s:s}", "a", "b");

    assert_int_equal(act_list(f, "full", "SMS_Application",
                              &(struct object_list){.properties = names}),
                     STATUS_OK);
    assert_int_equal(json_object_size(json_array_get(
                         json_object_get(f->result, "items"), 0)),
                     2);
    assert_int_equal(act_list(f, "full", "SMS_Application",
                              &(struct object_list){.properties = bad}),
                     STATUS_INVALID);
    assert_non_null(strstr(f->failure.why, "did you mean CI_ID"));
    assert_int_equal(act_list(f, "full", "SMS_Application",
                              &(struct object_list){.properties = worse}),
                     STATUS_INVALID);
    json_decref(names);
    json_decref(bad);
    json_decref(worse);
}

static bool has_operations(struct fixture *f)
{
    const json_t *item = json_array_get(json_object_get(f->result, "items"), 0);

    return json_object_get(item ? item : f->result, "Operations") != NULL;
}

/* With their object, and else where they are named (W24). */
static void lazy_properties_are_read_where_they_are_named(void **state)
{
    struct fixture *f = *state;
    json_t *names = json_pack("[s]", "Operations");

    assert_int_equal(act_get(f, "full", "SMS_Role", "SMS0002R"), STATUS_OK);
    assert_true(has_operations(f));
    assert_int_equal(act_list(f, "full", "SMS_Role", &(struct object_list){0}),
                     STATUS_OK);
    assert_false(has_operations(f));
    assert_int_equal(act_list(f, "full", "SMS_Role",
                              &(struct object_list){.properties = names}),
                     STATUS_OK);
    assert_true(has_operations(f));
    assert_int_equal(act_query(f, "full",
                               &(struct object_query){
                                   .wql = TEXT("select * from SMS_Role")}),
                     STATUS_OK);
    assert_false(has_operations(f));
    assert_int_equal(
        act_list(f, "full", "SMS_Role",
                 &(struct object_list){.filter = TEXT("Operations = 'x'")}),
        STATUS_INVALID);
    json_decref(names);
}

static bool is_required(const struct object_class *class, const char *but)
{
    for (size_t i = 0; i < class->n_properties; i++)
        if (class->properties[i].flags & OBJECT_REQUIRED &&
            strcmp(class->properties[i].name, but) != 0)
            return true;
    return false;
}

/* One of each class that needs no more than a name. */
static void make_named(struct fixture *f, const struct object_class *class)
{
    const char *name = NULL;
    char json[128];

    for (size_t i = 0; i < class->n_properties; i++)
        if (class->properties[i].column &&
            strcmp(class->properties[i].column, class->name_column) == 0)
            name = class->properties[i].name;
    assert_non_null(name);
    if (!class->can_create || is_required(class, name) ||
        strcmp(class->key_column, class->name_column) == 0)
        return;
    snprintf(json, sizeof(json), "{'%s':'Sample'}", name);
    assert_int_equal(act_create(f, "full", class->name, json), STATUS_OK);
}

/* Of those that only the site makes, there is none; nor a record of the audit,
 * which the daemon writes. */
static bool is_made_by_the_site(const struct object_class *class)
{
    return class->is_audit || strcmp(class->table, "no_object") == 0 ||
           (!class->can_create && !class->is_view && class != &class_site);
}

static bool is_for_everybody(const struct object_class *class)
{
    return class->read.type == OBJECT_FOR_ALL && !class->also[0].type;
}

static void lists_every_class(void **state)
{
    struct fixture *f = *state;
    size_t n;
    const struct object_class *const *classes = object_classes(&n);
    json_t *all = NULL;

    make_member(f, "web1", "P0100014");
    make_object(f, "SMS_Package", "PackageID", "{'Name':'Tools'}");
    make_object(f, "SMS_Advertisement", "AdvertisementID",
                "{'PackageID':'P0100001','CollectionID':'P0100014'}");
    make_object(f, "SMS_ApplicationAssignment", "AssignmentID",
                "{'AssignedCI':16777217,'TargetCollectionID':'P0100014'}");
    make_object(f, "SMS_Program", "ProgramKey",
                "{'PackageID':'P0100001','ProgramName':'Install',"
                "'CommandLine':'setup'}");
    make_object(f, "SMS_Query", "QueryID",
                "{'Name':'All','Expression':'select * from SMS_R_System'}");
    assert_int_equal(
        act_invoke(f, "full", "SMS_Collection", "P0100014", "AddMembershipRule",
                   "{'CollectionRule':{'QueryExpression':"
                   "'select * from SMS_R_System','RuleName':'all'}}"),
        STATUS_OK);
    for (size_t i = 0; i < n; i++)
        make_named(f, classes[i]);
    make_object(f, "SMS_CIRelation", "RelationID",
                "{'FromCIID':52428801,'ToCIID':55574529}");
    make_object(f, "SMS_Scripts", "ScriptGuid",
                "{'ScriptName':'Clean','Script':'rm'}");
    make_object(f, "SMS_CollectionSettings", "CollectionID",
                "{'CollectionID':'P0100014'}");
    make_object(f, "SMS_Boundary", "BoundaryID",
                "{'DisplayName':'Leeds','Value':'10.1.0.0'}");
    make_object(f, "SMS_ClientSettingsAssignment", "AssignmentID",
                "{'ClientSettingsID':16777217,'CollectionID':'P0100014'}");
    make_object(f, "SMS_ObjectContainerNode", "ContainerNodeID",
                "{'Name':'Tools','ObjectType':2}");
    assert_int_equal(
        act_invoke(f, "full", "SMS_ObjectContainerItem", NULL, "MoveMembers",
                   "{'InstanceKeys':['P0100001'],'ContainerNodeID':0,"
                   "'TargetContainerNodeID':16777217,'ObjectType':2}"),
        STATUS_OK);
    for (size_t i = 0; i < n; i++) {
        all = json_array();
        for (size_t j = 0; j < classes[i]->n_properties; j++)
            json_array_append_new(all,
                                  json_string(classes[i]->properties[j].name));
        assert_int_equal(
            act_list(f, "full", classes[i]->name,
                     &(struct object_list){.properties = all,
                                           .limit = OBJECT_LIST_MAX,
                                           .count = true}),
            STATUS_OK);
        assert_true(n_items(f) > 0 || is_made_by_the_site(classes[i]));
        assert_int_equal(number_in(f, "count"), n_items(f));
        assert_int_equal(
            act_list(f, "nobody", classes[i]->name,
                     &(struct object_list){.properties = all,
                                           .limit = OBJECT_LIST_MAX,
                                           .count = true}),
            STATUS_OK);
        if (!is_for_everybody(classes[i]))
            assert_int_equal(n_items(f), 0);
        assert_int_equal(number_in(f, "count"), n_items(f));
        json_decref(all);
    }
}

static void members_are_seen_with_their_collection_and_device(void **state)
{
    struct fixture *f = *state;

    make_member(f, "web1", "P0100014");
    make_member(f, "desk1", "P0100015");
    assert_int_equal(act_list(f, "full", "SMS_FullCollectionMembership",
                              &(struct object_list){.count = true}),
                     STATUS_OK);
    assert_int_equal(n_items(f), 4);
    assert_int_equal(act_list(f, "analyst", "SMS_FullCollectionMembership",
                              &(struct object_list){.count = true}),
                     STATUS_OK);
    assert_int_equal(n_items(f), 1);
    assert_string_equal(item_text(f, 0, "Name"), "web1");
    assert_int_equal(act_get(f, "analyst", "SMS_FullCollectionMembership",
                             "P0100014.16777217"),
                     STATUS_OK);
    assert_int_equal(act_get(f, "analyst", "SMS_FullCollectionMembership",
                             "SMS00001.16777217"),
                     STATUS_NOT_FOUND);
}

/* ---- T60: two estates that differ only in what is hidden ---- */

struct answers {
    struct buf all;
};

static void keep(struct answers *answers, struct fixture *f, enum status status)
{
    buf_append_format(&answers->all, "%s %s|%s|", status_name(status),
                      f->failure.property, f->failure.why);
    buf_append_text(&answers->all, buf_text(&f->text));
    buf_append_char(&answers->all, '\n');
}

static void ask_lists(struct answers *answers, struct fixture *f,
                      const char *user)
{
    static const char *const orders[] = {"", "-", "Name"};
    size_t n;
    const struct object_class *const *classes = object_classes(&n);

    for (size_t i = 0; i < n; i++)
        for (int64_t limit = 1; limit < 3; limit++)
            keep(
                answers, f,
                act_list(f, user, classes[i]->name,
                         &(struct object_list){.limit = limit, .count = true}));
    for (size_t i = 0; i < ARRAY_SIZE(orders); i++)
        keep(answers, f,
             act_list(f, user, "SMS_Collection",
                      &(struct object_list){.order = text_of(orders[i]),
                                            .count = true}));
    keep(answers, f,
         act_list(f, user, "SMS_Application",
                  &(struct object_list){
                      .filter = TEXT("LocalizedDisplayName LIKE '%Secret%'"),
                      .count = true}));
    keep(answers, f,
         act_list(f, user, "SMS_Application",
                  &(struct object_list){.order = TEXT("LocalizedDisplayName"),
                                        .after = TEXT("1:A16777218"),
                                        .count = true}));
}

static void ask_keys(struct answers *answers, struct fixture *f,
                     const char *user)
{
    static const char *const keys[][2] = {
        {"SMS_Application", "16777217"}, {"SMS_Application", "16777218"},
        {"SMS_Collection", "P0100014"},  {"SMS_Collection", "P0100015"},
        {"SMS_Collection", "P0100016"},  {"SMS_R_System", "16777217"},
        {"SMS_R_System", "16777218"},    {"SMS_SecuredCategory", "P0100003"},
    };

    for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
        keep(answers, f, act_get(f, user, keys[i][0], keys[i][1]));
        keep(answers, f,
             act_update(f, user, keys[i][0], keys[i][1], "{'Nope':1}"));
        keep(answers, f, act_delete(f, user, keys[i][0], keys[i][1]));
    }
    keep(answers, f,
         act_create(f, user, "SMS_ApplicationAssignment",
                    "{'AssignedCI':16777218,'TargetCollectionID':"
                    "'P0100014'}"));
    keep(answers, f,
         act_create(f, user, "SMS_ApplicationAssignment",
                    "{'ApplicationName':'Secret','TargetCollectionID':"
                    "'P0100014'}"));
    keep(answers, f,
         act_create(f, user, "SMS_ApplicationAssignment",
                    "{'AssignedCI':16777217,'TargetCollectionID':"
                    "'P0100016'}"));
    keep(answers, f,
         act_invoke(f, user, "SMS_Collection", NULL,
                    "VerifyNoCircularDependencies",
                    "{'ParentCollection':'P0100014','SubCollection':"
                    "'P0100016'}"));
}

static void answers_do_not_tell_of_what_is_hidden(void **state)
{
    static const char *const users[] = {"analyst", "deployer", "author",
                                        "nobody"};
    struct answers with = {buf_make(64 << 20)};
    struct answers without = {buf_make(64 << 20)};
    struct fixture *f = *state;
    struct fixture *other = NULL;

    assert_int_equal(fixture_make(":memory:", &other), STATUS_OK);
    make_application(f, "Mine", "", true);
    make_application(other, "Mine", "", true);
    make_member(f, "web1", "P0100014");
    make_member(other, "web1", "P0100014");
    /* hidden: applications, collections, devices, deployments */
    make_application(f, "Secret", "", false);
    make_object(f, "SMS_Collection", "CollectionID",
                "{'Name':'Secret','LimitToCollectionID':'P0100015'}");
    make_member(f, "secret1", "P0100015");
    make_object(f, "SMS_ApplicationAssignment", "AssignmentID",
                "{'AssignedCI':16777217,'TargetCollectionID':'P0100015'}");
    make_object(f, "SMS_ApplicationAssignment", "AssignmentID",
                "{'AssignedCI':16777218,'TargetCollectionID':'P0100014'}");
    for (size_t i = 0; i < ARRAY_SIZE(users); i++) {
        ask_lists(&with, f, users[i]);
        ask_lists(&without, other, users[i]);
    }
    /* What is used by something hidden cannot be deleted: that much tells. */
    assert_int_equal(
        act_delete(f, "full", "SMS_ApplicationAssignment", "16777217"),
        STATUS_OK);
    for (size_t i = 0; i < ARRAY_SIZE(users); i++) {
        ask_keys(&with, f, users[i]);
        ask_keys(&without, other, users[i]);
    }
    assert_int_equal(with.all.size, without.all.size);
    assert_memory_equal(buf_text(&with.all).data, buf_text(&without.all).data,
                        with.all.size);
    assert_null(memmem(buf_text(&with.all).data, with.all.size, "ecret1", 6));
    buf_free(&with.all);
    buf_free(&without.all);
    fixture_close((void **)&other);
}

#define WITH_APPLICATIONS(test)                                                \
    cmocka_unit_test_setup_teardown(test, open_with_applications, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_APPLICATIONS(filters_by_value),
        WITH_APPLICATIONS(refuses_what_is_no_filter),
        WITH_APPLICATIONS(a_filter_may_be_too_deep_for_sql),
        WITH_APPLICATIONS(filters_have_bounds),
        WITH_APPLICATIONS(a_null_never_widens),
        cmocka_unit_test(like_is_exact_and_quick),
        WITH_APPLICATIONS(sorts_by_a_property_and_then_by_key),
        WITH_APPLICATIONS(pages_give_every_row_once),
        WITH_APPLICATIONS(a_place_outlives_its_row),
        WITH_APPLICATIONS(a_place_carries_no_right),
        WITH_APPLICATIONS(refuses_bounds_and_places_that_are_none),
        WITH_APPLICATIONS(gives_the_properties_asked_for),
        WITH_SITE(lazy_properties_are_read_where_they_are_named),
        WITH_APPLICATIONS(lists_every_class),
        WITH_SITE(members_are_seen_with_their_collection_and_device),
        WITH_SITE(answers_do_not_tell_of_what_is_hidden),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
