/*
 * Classes that are a table and nothing else: what their descriptions promise
 * is kept for each, allowed beside denied, and hidden ones told by nothing.
 */
#include "tests/unit/object/site_fixture.h"

#include <stdio.h>

#include "provider/object/object_private.h"

/* An administrator with one role in the scope Web. */
static void add_keeper(struct fixture *f, const char *name, const char *role)
{
    char json[256];

    snprintf(json, sizeof(json),
             "{'LogonName':'%s','Permissions':[{'RoleID':'%s','CategoryID':"
             "'P0100003'}]}",
             name, role);
    make_object(f, "SMS_Admin", "AdminID", json);
}

static void makes_reads_changes_and_deletes_a_program(void **state)
{
    struct fixture *f = *state;

    make_object(f, "SMS_Package", "PackageID", "{'Name':'Tools'}");
    assert_string_equal(
        make_object(f, "SMS_Program", "ProgramKey",
                    "{'PackageID':'P0100001','ProgramName':'Install',"
                    "'CommandLine':'setup /s'}"),
        "P0100001.Install");
    assert_string_equal(text_in(f, "SourceSite"), "P01");
    assert_int_equal(number_in(f, "Duration"), 0);
    assert_int_equal(act_update(f, "full", "SMS_Program", "P0100001.Install",
                                "{'Duration':30}"),
                     STATUS_OK);
    assert_int_equal(number_in(f, "Duration"), 30);
    assert_string_equal(text_in(f, "CommandLine"), "setup /s");
    assert_int_equal(number_in(f, "RowVersion"), 2);
    assert_int_equal(act_update(f, "full", "SMS_Program", "P0100001.Install",
                                "{'ProgramName':'Other'}"),
                     STATUS_INVALID);
    assert_int_equal(act_delete(f, "full", "SMS_Program", "P0100001.Install"),
                     STATUS_OK);
    assert_int_equal(act_get(f, "full", "SMS_Program", "P0100001.Install"),
                     STATUS_NOT_FOUND);
}

static void a_program_is_one_of_its_name_in_its_package(void **state)
{
    struct fixture *f = *state;

    make_object(f, "SMS_Package", "PackageID", "{'Name':'Tools'}");
    make_object(f, "SMS_Package", "PackageID", "{'Name':'Games'}");
    make_object(f, "SMS_Program", "ProgramKey",
                "{'PackageID':'P0100001','ProgramName':'Install',"
                "'CommandLine':'a'}");
    assert_int_equal(act_create(f, "full", "SMS_Program",
                                "{'PackageID':'P0100001','ProgramName':"
                                "'Install','CommandLine':'b'}"),
                     STATUS_CONFLICT);
    assert_non_null(strstr(f->failure.why, "ProgramName"));
    assert_string_equal(
        make_object(f, "SMS_Program", "ProgramKey",
                    "{'PackageID':'P0100002','ProgramName':'Install',"
                    "'CommandLine':'b'}"),
        "P0100002.Install");
}

static int64_t n_programs(struct fixture *f)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    assert_int_equal(store_prepare_text(
                         f->store, TEXT("SELECT count(*) FROM program"), &stmt),
                     STATUS_OK);
    assert_int_equal(store_step(stmt), STATUS_OK);
    return store_int(stmt, 0);
}

static void a_program_goes_with_its_package(void **state)
{
    struct fixture *f = *state;

    make_object(f, "SMS_Package", "PackageID", "{'Name':'Tools'}");
    make_object(f, "SMS_Program", "ProgramKey",
                "{'PackageID':'P0100001','ProgramName':'Install',"
                "'CommandLine':'a'}");
    assert_int_equal(n_programs(f), 1);
    assert_int_equal(act_delete(f, "full", "SMS_Package", "P0100001"),
                     STATUS_OK);
    assert_int_equal(act_get(f, "full", "SMS_Program", "P0100001.Install"),
                     STATUS_NOT_FOUND);
    assert_int_equal(n_programs(f), 0);
}

/* Read on this package and Modify on others do not add up. */
static void a_program_needs_modify_on_its_own_package(void **state)
{
    static const char program[] =
        "{'PackageID':'P0100001','ProgramName':'Install','CommandLine':'a'}";
    struct fixture *f = *state;

    make_object(f, "SMS_Admin", "AdminID",
                "{'LogonName':'half','Permissions':["
                "{'RoleID':'SMS0002R','CategoryID':'P0100003'},"
                "{'RoleID':'SMS0009R','CategoryID':'P0100004'}]}");
    make_object(f, "SMS_Package", "PackageID", "{'Name':'Tools'}");
    put_in_scope(f, 2, "P0100001", "P0100003");
    assert_int_equal(act_get(f, "half", "SMS_Package", "P0100001"), STATUS_OK);
    assert_int_equal(act_create(f, "half", "SMS_Program", program),
                     STATUS_DENIED);
    put_in_scope(f, 2, "P0100001", "P0100004");
    assert_int_equal(act_create(f, "half", "SMS_Program", program), STATUS_OK);
}

static void a_program_is_made_by_who_may_modify_its_package(void **state)
{
    static const char program[] =
        "{'PackageID':'P0100001','ProgramName':'Install','CommandLine':'a'}";
    struct fixture *f = *state;

    add_keeper(f, "keeper", "SMS0009R");
    make_object(f, "SMS_Package", "PackageID", "{'Name':'Tools'}");
    /* In Default it is hidden from both, as one that is not there. */
    assert_int_equal(act_create(f, "keeper", "SMS_Program", program),
                     STATUS_INVALID);
    assert_string_equal(f->failure.why, "There is no such SMS_Package.");
    assert_int_equal(act_create(f, "keeper", "SMS_Program",
                                "{'PackageID':'P01000FF','ProgramName':"
                                "'Install','CommandLine':'a'}"),
                     STATUS_INVALID);
    assert_string_equal(f->failure.why, "There is no such SMS_Package.");
    put_in_scope(f, 2, "P0100001", "P0100003");
    assert_int_equal(act_create(f, "analyst", "SMS_Program", program),
                     STATUS_DENIED);
    assert_int_equal(act_create(f, "keeper", "SMS_Program", program),
                     STATUS_OK);
    assert_int_equal(act_get(f, "analyst", "SMS_Program", "P0100001.Install"),
                     STATUS_OK);
    assert_int_equal(
        act_delete(f, "analyst", "SMS_Program", "P0100001.Install"),
        STATUS_DENIED);
    assert_int_equal(act_update(f, "keeper", "SMS_Program", "P0100001.Install",
                                "{'Comment':'x'}"),
                     STATUS_OK);
    assert_int_equal(act_delete(f, "keeper", "SMS_Program", "P0100001.Install"),
                     STATUS_OK);
}

static void a_program_is_hidden_with_its_package(void **state)
{
    static const struct object_list all = {.count = true};
    struct fixture *f = *state;

    make_object(f, "SMS_Package", "PackageID", "{'Name':'Tools'}");
    make_object(f, "SMS_Program", "ProgramKey",
                "{'PackageID':'P0100001','ProgramName':'Install',"
                "'CommandLine':'a'}");
    assert_int_equal(act_get(f, "analyst", "SMS_Program", "P0100001.Install"),
                     STATUS_NOT_FOUND);
    assert_int_equal(act_delete(f, "author", "SMS_Program", "P0100001.Install"),
                     STATUS_NOT_FOUND);
    assert_int_equal(act_list(f, "analyst", "SMS_Program", &all), STATUS_OK);
    assert_int_equal(number_in(f, "count"), 0);
    put_in_scope(f, 2, "P0100001", "P0100003");
    assert_int_equal(act_list(f, "analyst", "SMS_Program", &all), STATUS_OK);
    assert_int_equal(number_in(f, "count"), 1);
}

/* ---- Queries and boundary groups: in scopes of their own ---- */

static const struct scoped {
    const char *class_name;
    int type;
    const char *key_property;
    const char *role; /* that makes them */
    const char *json;
    const char *change;
    int message_id; /* when made */
} scoped[] = {
    {"SMS_Query", 7, "QueryID", "SMS0009R",
     "{'Name':'Web servers','Expression':'select * from SMS_R_System'}",
     "{'Comments':'x'}", 30063},
    {"SMS_BoundaryGroup", 46, "GroupID", "SMS000BR", "{'Name':'Head office'}",
     "{'Description':'x'}", 0},
};

static void scoped_classes_have_every_verb(void **state)
{
    struct fixture *f = *state;

    for (size_t i = 0; i < ARRAY_SIZE(scoped); i++) {
        const struct scoped *of = &scoped[i];
        char key[64];

        snprintf(key, sizeof(key), "%s",
                 make_object(f, of->class_name, of->key_property, of->json));
        assert_int_equal(
            object_class_find(text_of(of->class_name))->messages.created,
            of->message_id);
        assert_int_equal(act_update(f, "full", of->class_name, key, of->change),
                         STATUS_OK);
        assert_int_equal(number_in(f, "RowVersion"), 2);
        assert_int_equal(act_get(f, "full", of->class_name, key), STATUS_OK);
        assert_int_equal(act_delete(f, "full", of->class_name, key), STATUS_OK);
        assert_int_equal(act_get(f, "full", of->class_name, key),
                         STATUS_NOT_FOUND);
    }
}

static void scoped_classes_begin_where_their_makers_are(void **state)
{
    struct fixture *f = *state;

    for (size_t i = 0; i < ARRAY_SIZE(scoped); i++) {
        const struct scoped *of = &scoped[i];
        char name[16];

        snprintf(name, sizeof(name), "keeper%zu", i);
        add_keeper(f, name, of->role);
        assert_int_equal(act_create(f, "analyst", of->class_name, of->json),
                         STATUS_DENIED);
        assert_int_equal(act_create(f, "nobody", of->class_name, of->json),
                         STATUS_DENIED);
        assert_int_equal(act_create(f, name, of->class_name, of->json),
                         STATUS_OK);
        assert_int_equal(act_list(f, "full", of->class_name,
                                  &(struct object_list){.limit = 1}),
                         STATUS_OK);
        assert_string_equal(
            json_string_value(json_array_get(
                json_object_get(
                    json_array_get(json_object_get(f->result, "items"), 0),
                    "SecuredScopeNames"),
                0)),
            "Web");
    }
}

/* The keeper of Web against one in Default, by every verb. */
static void hidden_ones_are_told_by_nothing(void **state)
{
    static const struct object_list all = {.count = true};
    struct fixture *f = *state;

    for (size_t i = 0; i < ARRAY_SIZE(scoped); i++) {
        const struct scoped *of = &scoped[i];
        char name[16], key[64];

        snprintf(name, sizeof(name), "keeper%zu", i);
        add_keeper(f, name, of->role);
        snprintf(key, sizeof(key), "%s",
                 make_object(f, of->class_name, of->key_property, of->json));
        assert_int_equal(act_get(f, name, of->class_name, key),
                         STATUS_NOT_FOUND);
        assert_int_equal(act_update(f, name, of->class_name, key, of->change),
                         STATUS_NOT_FOUND);
        assert_int_equal(act_delete(f, name, of->class_name, key),
                         STATUS_NOT_FOUND);
        assert_int_equal(act_list(f, name, of->class_name, &all), STATUS_OK);
        assert_int_equal(number_in(f, "count"), 0);
        assert_int_equal(n_items(f), 0);
        /* Its name may be used again: nothing tells that it is taken. */
        assert_int_equal(act_create(f, name, of->class_name, of->json),
                         STATUS_OK);
        put_in_scope(f, of->type, key, "P0100003");
        assert_int_equal(act_get(f, name, of->class_name, key), STATUS_OK);
        assert_int_equal(act_update(f, name, of->class_name, key, of->change),
                         STATUS_OK);
        assert_int_equal(
            act_update(f, "analyst", of->class_name, key, of->change),
            STATUS_DENIED);
        assert_int_equal(act_delete(f, name, of->class_name, key), STATUS_OK);
    }
}

/* ---- The collection of a query ---- */

static void limit_is(struct fixture *f, const char *user, const char *key,
                     const char *limit)
{
    assert_int_equal(act_get(f, user, "SMS_Query", key), STATUS_OK);
    if (limit)
        assert_string_equal(text_in(f, "LimitToCollectionID"), limit);
    else
        assert_true(
            json_is_null(json_object_get(f->result, "LimitToCollectionID")));
}

static void the_limit_of_a_query_is_told_to_who_may_read_it(void **state)
{
    static const struct object_list limited = {
        .filter = TEXT("LimitToCollectionID = 'P0100015'"),
        .order = TEXT("LimitToCollectionID"),
        .count = true};
    static const struct object_query asked = {
        .wql = TEXT("select Name from SMS_Query where LimitToCollectionID ="
                    " 'P0100015'")};
    struct fixture *f = *state;
    char key[64];

    snprintf(key, sizeof(key), "%s",
             make_object(f, "SMS_Query", "QueryID",
                         "{'Name':'q','Expression':'select * from SMS_R_System'"
                         ",'LimitToCollectionID':'P0100015'}"));
    put_in_scope(f, 7, key, "P0100003");
    limit_is(f, "full", key, "P0100015");
    limit_is(f, "analyst", key, NULL);
    assert_int_equal(act_list(f, "analyst", "SMS_Query", &limited), STATUS_OK);
    assert_int_equal(number_in(f, "count"), 0);
    assert_int_equal(act_query(f, "analyst", &asked), STATUS_OK);
    assert_int_equal(n_items(f), 0);
    assert_int_equal(act_list(f, "full", "SMS_Query", &limited), STATUS_OK);
    assert_int_equal(number_in(f, "count"), 1);
    assert_int_equal(act_query(f, "full", &asked), STATUS_OK);
    assert_int_equal(n_items(f), 1);
}

/* Neither does a guess tell: right and wrong are refused alike. */
static void a_hidden_limit_is_kept_and_not_guessed(void **state)
{
    struct fixture *f = *state;
    char key[64];

    add_keeper(f, "keeper", "SMS0009R");
    snprintf(key, sizeof(key), "%s",
             make_object(f, "SMS_Query", "QueryID",
                         "{'Name':'q','Expression':'select * from SMS_R_System'"
                         ",'LimitToCollectionID':'P0100015'}"));
    put_in_scope(f, 7, key, "P0100003");
    assert_int_equal(act_update(f, "keeper", "SMS_Query", key, "{'Name':'r'}"),
                     STATUS_OK);
    limit_is(f, "full", key, "P0100015");
    assert_int_equal(act_update(f, "keeper", "SMS_Query", key,
                                "{'LimitToCollectionID':'P0100015'}"),
                     STATUS_INVALID);
    assert_string_equal(f->failure.why, "There is no such SMS_Collection.");
    assert_int_equal(act_update(f, "keeper", "SMS_Query", key,
                                "{'LimitToCollectionID':'P01000FF'}"),
                     STATUS_INVALID);
    assert_string_equal(f->failure.why, "There is no such SMS_Collection.");
    assert_int_equal(act_update(f, "full", "SMS_Query", key,
                                "{'LimitToCollectionID':'P0100014'}"),
                     STATUS_OK);
    limit_is(f, "full", key, "P0100014");
}

static void a_query_does_not_keep_its_collection(void **state)
{
    struct fixture *f = *state;
    char collection[16], key[16], json[128];

    snprintf(collection, sizeof(collection), "%s",
             make_object(f, "SMS_Collection", "CollectionID",
                         "{'Name':'Lab','LimitToCollectionID':'SMS00001'}"));
    snprintf(json, sizeof(json),
             "{'Name':'q','Expression':'x','LimitToCollectionID':'%s'}",
             collection);
    snprintf(key, sizeof(key), "%s",
             make_object(f, "SMS_Query", "QueryID", json));
    limit_is(f, "full", key, collection);
    assert_int_equal(act_delete(f, "full", "SMS_Collection", collection),
                     STATUS_OK);
    limit_is(f, "full", key, NULL);
}

/* ---- The table ---- */

static void check_reference(const struct object_class *class,
                            const struct object_reference *reference)
{
    const struct object_property *property =
        &class->properties[object_property_at(class, reference->property)];

    assert_non_null(property->column);
    assert_int_equal(property->type, reference->class->has_integer_key
                                         ? OBJECT_INTEGER
                                         : OBJECT_STRING);
    if (reference->by_name)
        assert_true(object_property_index(class, text_of(reference->by_name)) >=
                    0);
    /* What goes with another leaves no scopes behind. */
    if (reference->kind == OBJECT_PART_OF)
        assert_false(object_class_has_scopes(class));
}

static void check_property(const struct object_property *p)
{
    const bool is_number = p->type == OBJECT_INTEGER ||
                           p->type == OBJECT_BOOLEAN ||
                           p->type == OBJECT_DATETIME;

    if (p->flags & (OBJECT_INDEX | OBJECT_DEFAULT | OBJECT_NAMED_AFTER |
                    OBJECT_UNIQUE_PART | OBJECT_KEY_PART) ||
        p->history)
        assert_non_null(p->column);
    if (p->flags & OBJECT_DEFAULT)
        assert_true(is_number);
    if (p->choices)
        assert_true(p->flags & OBJECT_DEFAULT);
    if (p->flags & OBJECT_KEY_PART)
        assert_true((p->flags & OBJECT_FIXED) && (p->flags & OBJECT_REQUIRED) &&
                    p->type == OBJECT_STRING);
    if (p->history)
        assert_true(p->flags & OBJECT_READ_ONLY);
}

static const struct object_property *property_of_column(
    const struct object_class *class, const char *column)
{
    for (size_t i = 0; i < class->n_properties; i++)
        if (class->properties[i].column &&
            strcmp(class->properties[i].column, column) == 0)
            return &class->properties[i];
    return NULL;
}

static void each_description_holds_together(void **state)
{
    size_t n;
    const struct object_class *const *classes = object_classes(&n);

    (void)state;
    assert_true(n >= 15);
    for (size_t i = 0; i < n; i++) {
        const struct object_class *class = classes[i];
        const struct object_property *key =
            property_of_column(class, class->key_column);

        assert_non_null(key);
        assert_true(key->flags & OBJECT_KEY);
        assert_int_equal(class->has_integer_key, key->type == OBJECT_INTEGER);
        assert_non_null(property_of_column(class, class->name_column));
        for (size_t j = 0; j < class->n_properties; j++)
            check_property(&class->properties[j]);
        for (size_t j = 0; j < class->n_references; j++)
            check_reference(class, &class->references[j]);
        assert_non_null(object_class_sql(class));
    }
}

static void a_type_names_the_class_of_its_objects(void **state)
{
    (void)state;
    assert_ptr_equal(object_class_of_scopes(2), &class_package);
    assert_ptr_equal(object_class_of_type(2), &class_package);
    assert_ptr_equal(object_class_of_scopes(7), &class_query);
    assert_ptr_equal(object_class_of_type(200), &class_assignment);
    assert_null(object_class_of_scopes(200));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SITE(makes_reads_changes_and_deletes_a_program),
        WITH_SITE(a_program_is_one_of_its_name_in_its_package),
        WITH_SITE(a_program_goes_with_its_package),
        WITH_SITE(a_program_needs_modify_on_its_own_package),
        WITH_SITE(a_program_is_made_by_who_may_modify_its_package),
        WITH_SITE(a_program_is_hidden_with_its_package),
        WITH_SITE(scoped_classes_have_every_verb),
        WITH_SITE(scoped_classes_begin_where_their_makers_are),
        WITH_SITE(hidden_ones_are_told_by_nothing),
        WITH_SITE(the_limit_of_a_query_is_told_to_who_may_read_it),
        WITH_SITE(a_hidden_limit_is_kept_and_not_guessed),
        WITH_SITE(a_query_does_not_keep_its_collection),
        cmocka_unit_test(each_description_holds_together),
        cmocka_unit_test(a_type_names_the_class_of_its_objects),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
