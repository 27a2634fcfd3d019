/*
 * Classes of inventory: described while the provider runs, with rows that are
 * seen and written with the rights on their device.
 */
#include "tests/unit/object/site_fixture.h"

#include <stdio.h>
#include <stdlib.h>

#include "provider/object/object_private.h"

#define INVENTORY "SMS_InventoryClass"
#define SERVERS   "P0100014"
#define DESKTOPS  "P0100015"
#define DISK      "SMS_G_System_TEST_DISK"
#define SYSTEM    "SMS_G_System_COMPUTER_SYSTEM"
#define PROGRAMS  "SMS_G_System_ADD_REMOVE_PROGRAMS_64"

static enum status load_with(struct fixture *f, const char *user,
                             const char *yaml, const char *more)
{
    json_t *args = json_pack("{s:s}", "Text", yaml);
    json_t *others = json_loads(more, 0, NULL);
    enum status status;
    char *json;

    assert_int_equal(json_object_update(args, others), 0);
    json = json_dumps(args, JSON_COMPACT);
    status = act_invoke(f, user, INVENTORY, NULL, "Load", json);
    free(json);
    json_decref(args);
    json_decref(others);
    return status;
}

static enum status load(struct fixture *f, const char *user, const char *yaml)
{
    return load_with(f, user, yaml, "{}");
}

#define HEAD "version: 1\nclasses:\n"
#define DISKS                                                                  \
    HEAD "  - name: " DISK "\n"                                                \
         "    description: A disk of a test\n"                                 \
         "    key: [DeviceID]\n"                                               \
         "    properties:\n"                                                   \
         "      DeviceID: { type: string, max: 8 }\n"                          \
         "      FreeSpace: integer\n"
#define MORE_OF_DISKS "      Removable: boolean\n"

static const struct object_class *find(const char *name)
{
    return object_class_find(text_of(name));
}

static bool has(const char *class_name, const char *property)
{
    return object_property_index(find(class_name), text_of(property)) >= 0;
}

/* A row of a device; more begins with a comma. */
static enum status put(struct fixture *f, const char *user, const char *class,
                       const char *more, const char *device)
{
    char json[512];

    snprintf(json, sizeof(json), "{'ResourceID':%s%s}", device, more);
    return act_create(f, user, class, json);
}

static size_t count(struct fixture *f, const char *user, const char *class)
{
    const struct object_list list = {.limit = 1000, .count = true};

    assert_int_equal(act_list(f, user, class, &list), STATUS_OK);
    assert_int_equal(number_in(f, "count"), n_items(f));
    return n_items(f);
}

/* ---- Descriptions ---- */

static void is_there_once_it_is_described(void **state)
{
    struct fixture *f = *state;

    assert_null(find(DISK));
    assert_int_equal(load(f, "full", DISKS), STATUS_OK);
    assert_non_null(find("sms_g_system_test_disk"));
    assert_true(has(DISK, "freespace"));
    assert_true(has(DISK, "ResourceID"));
    assert_int_equal(count(f, "full", DISK), 0);
}

static void is_extended_by_a_longer_description(void **state)
{
    struct fixture *f = *state;
    const struct object_class *before;
    const char *device = make_member(f, "NWK-LT-0001", SERVERS);

    assert_int_equal(load(f, "full", DISKS), STATUS_OK);
    assert_int_equal(
        put(f, "full", DISK, ",'DeviceID':'C:','FreeSpace':7", device),
        STATUS_OK);
    before = find(DISK);
    assert_int_equal(load(f, "full", DISKS MORE_OF_DISKS), STATUS_OK);
    assert_true(find(DISK) != before); /* which is still there */
    assert_string_equal(before->name, DISK);
    assert_int_equal(
        put(f, "full", DISK, ",'DeviceID':'D:','Removable':true", device),
        STATUS_OK);
    assert_int_equal(count(f, "full", DISK), 2);
    assert_int_equal(load(f, "full", DISKS), STATUS_OK); /* nothing is lost */
    assert_true(has(DISK, "Removable"));
}

static void is_unchanged_by_a_mere_check(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(load_with(f, "full", DISKS, "{\"CheckOnly\":true}"),
                     STATUS_OK);
    assert_null(find(DISK));
    assert_int_equal(load(f, "full", DISKS), STATUS_OK);
}

static void is_described_by_who_may(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(load(f, "analyst", DISKS), STATUS_DENIED);
    assert_int_equal(load(f, "nobody", DISKS), STATUS_DENIED);
    assert_null(find(DISK));
    assert_int_equal(act_create(f, "security", INVENTORY,
                                "{'ClassName':'" DISK
                                "','Properties':[{'PropertyName':"
                                "'A'}]}"),
                     STATUS_DENIED);
}

static void is_an_object_like_others(void **state)
{
    struct fixture *f = *state;
    char key[32];

    assert_int_equal(act_create(f, "full", INVENTORY,
                                "{'ClassName':'" DISK
                                "','Properties':[{'PropertyName':"
                                "'A','Type':'integer','IsKey':true}]}"),
                     STATUS_OK);
    snprintf(key, sizeof(key), "%lld", (long long)number_in(f, "SMSClassID"));
    assert_true(has(DISK, "A"));
    assert_int_equal(
        act_update(f, "full", INVENTORY, key,
                   "{'Properties':[{'PropertyName':'B','Type':'string'}]}"),
        STATUS_OK);
    assert_true(has(DISK, "A"));
    assert_true(has(DISK, "B"));
    assert_int_equal(
        act_update(f, "full", INVENTORY, key,
                   "{'Properties':[{'PropertyName':'A','Type':'string'}]}"),
        STATUS_INVALID);
    assert_int_equal(act_delete(f, "analyst", INVENTORY, key), STATUS_DENIED);
    assert_int_equal(act_delete(f, "full", INVENTORY, key), STATUS_OK);
    assert_null(find(DISK));
    assert_int_equal(load(f, "full", DISKS), STATUS_OK);
}

static void refuses_another_type_or_key(void **state)
{
    static const char *const bad[] = {
        HEAD "  - name: SMS_G_System_PC_BIOS\n"
             "    properties: {SerialNumber: integer}\n",
        HEAD "  - name: SMS_G_System_SERVICE\n    key: [New]\n"
             "    properties: {New: integer}\n",
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
        assert_int_equal(load(f, "full", bad[i]), STATUS_INVALID);
    assert_false(has("SMS_G_System_SERVICE", "New"));
}

static void takes_a_class_as_large_as_allowed(void **state)
{
    struct fixture *f = *state;
    SCOPED(buf_free) struct buf yaml = buf_make(1024 * 1024);
    const char *device = make_member(f, "NWK-LT-0001", SERVERS);

    buf_append_string(&yaml, HEAD "  - name: SMS_G_System_A\n"
                                  "    key: [P1, P2, P3, P4]\n"
                                  "    properties:\n");
    for (int i = 1; i <= 56; i++)
        buf_append_format(&yaml, "      P%d: integer\n", i);
    buf_append_char(&yaml, '\0');
    assert_int_equal(load(f, "full", buf_text(&yaml).data), STATUS_OK);
    assert_int_equal(put(f, "full", "SMS_G_System_A",
                         ",'P1':1,'P2':2,'P3':3,'P4':4,"
                         "'P56':56",
                         device),
                     STATUS_OK);
    assert_int_equal(number_in(f, "P56"), 56);
}

static void refuses_more_classes_than_a_site_has_room_for(void **state)
{
    struct fixture *f = *state;
    enum status status = STATUS_OK;
    int n = 0;

    while (status == STATUS_OK && n < 200) {
        char yaml[256];

        snprintf(yaml, sizeof(yaml),
                 HEAD "  - name: SMS_G_System_A%d\n"
                      "    properties: {A: string}\n",
                 n++);
        status = load(f, "full", yaml);
    }
    assert_int_equal(status, STATUS_CONFLICT);
    assert_true(n < 101);
}

/* The writer reads it: others wait for as long as that takes. */
static void refuses_a_file_that_takes_long_to_read(void **state)
{
    enum { MAX_BYTES = 128 * 1024 };
    struct fixture *f = *state;
    SCOPED(memory_drop) char *yaml = malloc(MAX_BYTES + 2);
    int size;

    assert_non_null(yaml);
    size = snprintf(yaml, MAX_BYTES,
                    HEAD "  - name: SMS_G_System_A\n"
                         "    properties: {A: string}\n#");
    memset(yaml + size, '#', (size_t)(MAX_BYTES + 1 - size));
    yaml[MAX_BYTES + 1] = '\0';
    assert_int_equal(load(f, "full", yaml), STATUS_INVALID);
    yaml[MAX_BYTES] = '\0';
    assert_int_equal(load(f, "full", yaml), STATUS_OK);
}

/* ---- Rows ---- */

static void has_one_row_of_a_device_without_keys(void **state)
{
    struct fixture *f = *state;
    const char *device = make_member(f, "NWK-LT-0001", SERVERS);

    assert_int_equal(put(f, "full", SYSTEM, ",'Manufacturer':'Halden'", device),
                     STATUS_OK);
    assert_int_equal(number_in(f, "ResourceID"), strtoll(device, NULL, 10));
    assert_int_equal(number_in(f, "GroupID"), 1);
    assert_int_equal(put(f, "full", SYSTEM, "", device), STATUS_CONFLICT);
    assert_int_equal(act_update(f, "full", SYSTEM, device, "{'Model':'M1'}"),
                     STATUS_OK);
    assert_string_equal(text_in(f, "Manufacturer"), "Halden");
    assert_int_equal(number_in(f, "RowVersion"), 2);
}

static void tells_rows_of_a_device_apart_by_keys(void **state)
{
    struct fixture *f = *state;
    const char *device = make_member(f, "NWK-LT-0001", SERVERS);
    char key[32];

    assert_int_equal(
        put(f, "full", PROGRAMS, ",'ProdID':'{A}','Version':'1'", device),
        STATUS_OK);
    assert_int_equal(number_in(f, "GroupID"), 1);
    assert_int_equal(put(f, "full", PROGRAMS, ",'ProdID':'{a}'", device),
                     STATUS_CONFLICT);
    assert_int_equal(put(f, "full", PROGRAMS, ",'ProdID':'{B}'", device),
                     STATUS_OK);
    assert_int_equal(number_in(f, "GroupID"), 2);
    snprintf(key, sizeof(key), "%lld", (long long)number_in(f, "InstanceKey"));
    assert_int_equal(act_get(f, "full", PROGRAMS, key), STATUS_OK);
    assert_string_equal(text_in(f, "ProdID"), "{B}");
    assert_int_equal(put(f, "full", PROGRAMS, "", device), STATUS_INVALID);
}

static void takes_the_name_of_a_device(void **state)
{
    struct fixture *f = *state;
    const char *device = make_member(f, "NWK-LT-0001", SERVERS);

    assert_int_equal(
        act_create(f, "full", SYSTEM, "{'ResourceID':'NWK-LT-0001'}"),
        STATUS_OK);
    assert_int_equal(number_in(f, "ResourceID"), strtoll(device, NULL, 10));
}

static void is_gone_with_its_device(void **state)
{
    struct fixture *f = *state;
    char device[32];

    snprintf(device, sizeof(device), "%s",
             make_member(f, "NWK-LT-0001", SERVERS));
    assert_int_equal(put(f, "full", SYSTEM, "", device), STATUS_OK);
    assert_int_equal(put(f, "full", PROGRAMS, ",'ProdID':'{A}'", device),
                     STATUS_OK);
    assert_int_equal(act_delete(f, "full", "SMS_R_System", device), STATUS_OK);
    assert_int_equal(count(f, "full", SYSTEM), 0);
    assert_int_equal(count(f, "full", PROGRAMS), 0);
}

static void is_seen_by_who_sees_the_device(void **state)
{
    struct fixture *f = *state;
    char server[32], desktop[32];

    snprintf(server, sizeof(server), "%s", make_member(f, "SRV1", SERVERS));
    snprintf(desktop, sizeof(desktop), "%s", make_member(f, "DSK1", DESKTOPS));
    assert_int_equal(put(f, "full", SYSTEM, ",'Model':'S'", server), STATUS_OK);
    assert_int_equal(put(f, "full", SYSTEM, ",'Model':'D'", desktop),
                     STATUS_OK);
    assert_int_equal(count(f, "full", SYSTEM), 2);
    assert_int_equal(count(f, "analyst", SYSTEM), 1);
    assert_string_equal(item_text(f, 0, "Model"), "S");
    assert_int_equal(act_get(f, "analyst", SYSTEM, server), STATUS_OK);
    assert_int_equal(act_get(f, "analyst", SYSTEM, desktop),
                     act_get(f, "analyst", SYSTEM, "1"));
    assert_int_not_equal(act_get(f, "analyst", SYSTEM, desktop), STATUS_OK);
}

/* A hidden device and one that is not there are refused alike. */
static void is_written_by_who_changes_the_device(void **state)
{
    struct fixture *f = *state;
    char server[32], desktop[32], why[512];

    snprintf(server, sizeof(server), "%s", make_member(f, "SRV1", SERVERS));
    snprintf(desktop, sizeof(desktop), "%s", make_member(f, "DSK1", DESKTOPS));
    assert_int_equal(put(f, "analyst", SYSTEM, "", server), STATUS_DENIED);
    assert_int_equal(put(f, "full", SYSTEM, "", server), STATUS_OK);
    assert_int_equal(act_update(f, "analyst", SYSTEM, server, "{'Model':'x'}"),
                     STATUS_DENIED);
    assert_int_equal(act_delete(f, "analyst", SYSTEM, server), STATUS_DENIED);
    assert_int_equal(put(f, "full", SYSTEM, "", "1"), STATUS_INVALID);
    snprintf(why, sizeof(why), "%s", f->failure.why);
    assert_int_equal(act_delete(f, "full", SYSTEM, server), STATUS_OK);
    assert_int_equal(count(f, "full", SYSTEM), 0);
    assert_true(why[0] != '\0');
}

static void is_joined_by_queries(void **state)
{
    struct fixture *f = *state;
    const struct object_query query = {
        .wql = TEXT("select SMS_R_SYSTEM.Name, arp.Version from SMS_R_System "
                    "inner join " PROGRAMS " as arp on arp.ResourceID = "
                    "SMS_R_System.ResourceId inner join " SYSTEM " as hw on "
                    "hw.ResourceId = SMS_R_System.ResourceId where "
                    "arp.DisplayName like '%quill%' and hw.Manufacturer = "
                    "'halden'")};
    char server[32], desktop[32];
    const char *const devices[] = {server, desktop};

    snprintf(server, sizeof(server), "%s", make_member(f, "SRV1", SERVERS));
    snprintf(desktop, sizeof(desktop), "%s", make_member(f, "DSK1", DESKTOPS));
    for (size_t i = 0; i < ARRAY_SIZE(devices); i++) {
        assert_int_equal(
            put(f, "full", SYSTEM, ",'Manufacturer':'Halden'", devices[i]),
            STATUS_OK);
        assert_int_equal(put(f, "full", PROGRAMS,
                             ",'ProdID':'{A}','DisplayName':"
                             "'Quill Editor','Version':'7'",
                             devices[i]),
                         STATUS_OK);
    }
    assert_int_equal(act_query(f, "full", &query), STATUS_OK);
    assert_int_equal(n_items(f), 2);
    assert_int_equal(act_query(f, "analyst", &query), STATUS_OK);
    assert_int_equal(n_items(f), 1);
}

/* ---- Imports ---- */

static void becomes_rows_by_device_and_keys(void **state)
{
    struct fixture *f = *state;
    char rows[512];

    make_member(f, "SRV1", SERVERS);
    make_member(f, "SRV2", SERVERS);
    snprintf(rows, sizeof(rows), "%s",
             "[{'ResourceID':'SRV1','ProdID':'{A}','Version':'1'},"
             "{'ResourceID':'SRV1','ProdID':'{B}','Version':'1'},"
             "{'ResourceID':'SRV2','ProdID':'{A}','Version':'1'},"
             "{'ResourceID':'SRV1','ProdID':'{a}','Version':'2'},"
             "{'ResourceID':'NONE','ProdID':'{A}'},{'ResourceID':'SRV1'}]");
    assert_int_equal(act_import(f, "full", PROGRAMS, NULL, rows), STATUS_OK);
    assert_int_equal(number_in(f, "created"), 3);
    assert_int_equal(number_in(f, "updated"), 1);
    assert_int_equal(json_array_size(json_object_get(f->result, "errors")), 2);
    assert_int_equal(count(f, "full", PROGRAMS), 3);
    assert_int_equal(act_import(f, "full", SYSTEM, NULL,
                                "[{'ResourceID':'SRV1','Model':'M'},"
                                "{'ResourceID':'SRV2'},"
                                "{'ResourceID':'SRV1','Model':'N'}]"),
                     STATUS_OK);
    assert_int_equal(number_in(f, "created"), 2);
    assert_int_equal(number_in(f, "updated"), 1);
}

/* What was found of one row's device holds for no other. */
static void asks_for_each_device_of_an_import(void **state)
{
    struct fixture *f = *state;
    char server[32], hidden[32], rows[512];

    snprintf(server, sizeof(server), "%s", make_member(f, "SRV1", SERVERS));
    snprintf(hidden, sizeof(hidden), "%s", make_member(f, "DSK1", DESKTOPS));
    make_object(f, "SMS_Admin", "AdminID",
                "{'LogonName':'writer','Permissions':[{'RoleID':'SMS000AR',"
                "'CategoryID':'SMS00UNA','CategoryTypeID':29},{'RoleID':"
                "'SMS000AR','CategoryID':'" SERVERS "','CategoryTypeID':1}]}");
    fixture_reload(f);
    snprintf(rows, sizeof(rows),
             "[{'ResourceID':%s,'ProdID':'{A}'},{'ResourceID':%s,'ProdID':"
             "'{B}','Version':7},{'ResourceID':%s,'ProdID':'{A}'},"
             "{'ResourceID':%s,'ProdID':'{B}'},{'ResourceID':%s,'ProdID':"
             "'{B}'},{'ResourceID':9,'ProdID':'{C}'}]",
             server, server, hidden, server, hidden);
    assert_int_equal(act_import(f, "writer", PROGRAMS, NULL, rows), STATUS_OK);
    assert_int_equal(number_in(f, "created"), 2);
    assert_int_equal(json_array_size(json_object_get(f->result, "errors")), 4);
    assert_int_equal(count(f, "full", PROGRAMS), 2);
    assert_int_equal(count(f, "writer", PROGRAMS), 2);
}

/* The same errors for a hidden device with rows, without, and for none. */
static void imports_tell_nothing_of_hidden_rows(void **state)
{
    struct fixture *f = *state;
    char hidden[32], rows[3][128], answers[3][1024];

    snprintf(hidden, sizeof(hidden), "%s", make_member(f, "DSK1", DESKTOPS));
    assert_int_equal(put(f, "full", SYSTEM, "", hidden), STATUS_OK);
    snprintf(rows[0], sizeof(rows[0]), "[{'ResourceID':%s}]", hidden);
    snprintf(rows[1], sizeof(rows[1]), "[{'ResourceID':%s}]",
             make_member(f, "DSK2", DESKTOPS));
    snprintf(rows[2], sizeof(rows[2]), "[{'ResourceID':99999999}]");
    make_object(f, "SMS_Admin", "AdminID",
                "{'LogonName':'writer','Permissions':[{'RoleID':'SMS000AR',"
                "'CategoryID':'SMS00UNA','CategoryTypeID':29},{'RoleID':"
                "'SMS000AR','CategoryID':'" SERVERS "','CategoryTypeID':1}]}");
    fixture_reload(f);
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        assert_int_equal(act_import(f, "writer", SYSTEM, NULL, rows[i]),
                         STATUS_OK);
        assert_int_equal(number_in(f, "created"), 0);
        snprintf(answers[i], sizeof(answers[i]), "%.*s", (int)f->text.size,
                 buf_text(&f->text).data);
    }
    assert_string_equal(answers[0], answers[1]);
    assert_string_equal(answers[0], answers[2]);
}

/* ---- Rules ---- */

static void add_rule(struct fixture *f, const char *collection, const char *wql)
{
    char json[1024];

    snprintf(json, sizeof(json),
             "{'CollectionRule':{'QueryExpression':'%s','RuleName':'q'}}", wql);
    assert_int_equal(act_invoke(f, "full", "SMS_Collection", collection,
                                "AddMembershipRule", json),
                     STATUS_OK);
}

static const char *made_collection(struct fixture *f)
{
    return make_object(f, "SMS_Collection", "CollectionID",
                       "{'Name':'Halden','CollectionType':2,"
                       "'LimitToCollectionID':'SMS00001','RefreshType':4}");
}

static int64_t members_of(struct fixture *f, const char *collection)
{
    assert_int_equal(act_get(f, "full", "SMS_Collection", collection),
                     STATUS_OK);
    return number_in(f, "MemberCount");
}

#define HALDEN                                                                 \
    "select SMS_R_SYSTEM.ResourceID from SMS_R_System inner join " SYSTEM      \
    " on " SYSTEM ".ResourceID = SMS_R_System.ResourceId where " SYSTEM        \
    ".Manufacturer = \\\"Halden\\\""

static void fills_collections_as_rows_come_change_and_go(void **state)
{
    struct fixture *f = *state;
    char device[32], collection[32];

    snprintf(device, sizeof(device), "%s", make_member(f, "SRV1", SERVERS));
    snprintf(collection, sizeof(collection), "%s", made_collection(f));
    add_rule(f, collection, HALDEN);
    assert_int_equal(members_of(f, collection), 0);
    assert_int_equal(put(f, "full", SYSTEM, ",'Manufacturer':'Halden'", device),
                     STATUS_OK);
    assert_int_equal(members_of(f, collection), 1);
    assert_int_equal(
        act_update(f, "full", SYSTEM, device, "{'Manufacturer':'Other'}"),
        STATUS_OK);
    assert_int_equal(members_of(f, collection), 0);
    assert_int_equal(
        act_update(f, "full", SYSTEM, device, "{'Manufacturer':'HALDEN'}"),
        STATUS_OK);
    assert_int_equal(members_of(f, collection), 1);
    assert_int_equal(act_delete(f, "full", SYSTEM, device), STATUS_OK);
    assert_int_equal(members_of(f, collection), 0);
}

static void fills_collections_by_imports_too(void **state)
{
    struct fixture *f = *state;
    char collection[32];

    make_member(f, "SRV1", SERVERS);
    make_member(f, "SRV2", SERVERS);
    snprintf(collection, sizeof(collection), "%s", made_collection(f));
    add_rule(f, collection, HALDEN);
    assert_int_equal(
        act_import(f, "full", SYSTEM, NULL,
                   "[{'ResourceID':'SRV1','Manufacturer':'Halden'},"
                   "{'ResourceID':'SRV2','Manufacturer':'Other'}]"),
        STATUS_OK);
    assert_int_equal(members_of(f, collection), 1);
    assert_int_equal(
        act_import(f, "full", SYSTEM, NULL,
                   "[{'ResourceID':'SRV1','Manufacturer':'Other'},"
                   "{'ResourceID':'SRV2','Manufacturer':'halden'}]"),
        STATUS_OK);
    assert_int_equal(members_of(f, collection), 1);
    assert_int_equal(act_import(f, "full", SYSTEM, NULL,
                                "[{'ResourceID':'SRV2','Manufacturer':null}]"),
                     STATUS_OK);
    assert_int_equal(members_of(f, collection), 0);
}

/* Nobody brings a device into a collection by a row that they could not bring
 * it into by a rule. */
static void brings_no_device_where_its_writer_could_not(void **state)
{
    struct fixture *f = *state;
    char device[32], collection[32], json[512];

    snprintf(device, sizeof(device), "%s", make_member(f, "SRV1", SERVERS));
    snprintf(collection, sizeof(collection), "%s", made_collection(f));
    add_rule(f, collection, HALDEN);
    make_object(f, "SMS_Admin", "AdminID",
                "{'LogonName':'writer','Permissions':[{'RoleID':'SMS000AR',"
                "'CategoryID':'SMS00UNA','CategoryTypeID':29},{'RoleID':"
                "'SMS000AR','CategoryID':'" SERVERS "','CategoryTypeID':1}]}");
    snprintf(json, sizeof(json),
             "{'LogonName':'holder','Permissions':[{'RoleID':'SMS0001R',"
             "'CategoryID':'SMS00ALL','CategoryTypeID':29},{'RoleID':"
             "'SMS0001R','CategoryID':'%s','CategoryTypeID':1}]}",
             collection);
    make_object(f, "SMS_Admin", "AdminID", json);
    fixture_reload(f);
    assert_int_equal(put(f, "writer", SYSTEM, ",'Model':'M'", device),
                     STATUS_OK);
    assert_int_equal(
        act_update(f, "writer", SYSTEM, device, "{'Manufacturer':'Halden'}"),
        STATUS_DENIED);
    assert_int_equal(members_of(f, collection), 0);
    assert_int_equal(act_delete(f, "full", SYSTEM, device), STATUS_OK);
    assert_int_equal(
        put(f, "writer", SYSTEM, ",'Manufacturer':'Halden'", device),
        STATUS_DENIED);
    assert_int_equal(members_of(f, collection), 0);
}

static void stays_while_a_rule_names_it(void **state)
{
    struct fixture *f = *state;
    char key[32];

    assert_int_equal(load(f, "full", DISKS), STATUS_OK);
    snprintf(key, sizeof(key), "%s", made_collection(f));
    add_rule(f, key,
             "select SMS_R_SYSTEM.ResourceID from SMS_R_System inner join " DISK
             " on " DISK ".ResourceID = SMS_R_System.ResourceId");
    assert_int_equal(act_delete(f, "full", INVENTORY, DISK), STATUS_CONFLICT);
    assert_int_equal(act_delete(f, "full", "SMS_Collection", key), STATUS_OK);
    assert_int_equal(act_delete(f, "full", INVENTORY, DISK), STATUS_OK);
    assert_null(find(DISK));
}

/* Thousands of rows go at once, and nobody asks who may bring the devices
 * where they then belong. */
static void keeps_its_rows_while_a_rule_names_it(void **state)
{
    struct fixture *f = *state;
    char device[32], key[32];

    assert_int_equal(load(f, "full", DISKS), STATUS_OK);
    snprintf(device, sizeof(device), "%s", make_member(f, "SRV1", SERVERS));
    assert_int_equal(put(f, "full", DISK, ",'DeviceID':'C:'", device),
                     STATUS_OK);
    snprintf(key, sizeof(key), "%s", made_collection(f));
    add_rule(f, key,
             "select * from SMS_R_System where ResourceID not in"
             " (select ResourceID from " DISK ")");
    assert_int_equal(act_invoke(f, "full", INVENTORY, DISK, "DeleteRows", NULL),
                     STATUS_CONFLICT);
    assert_int_equal(act_delete(f, "full", "SMS_Collection", key), STATUS_OK);
    assert_int_equal(act_invoke(f, "full", INVENTORY, DISK, "DeleteRows", NULL),
                     STATUS_OK);
}

/* ---- Deleting classes ---- */

static void stays_if_it_is_shipped(void **state)
{
    struct fixture *f = *state;
    const struct object_list list = {.filter =
                                         TEXT("ClassName = '" SYSTEM "'")};
    char key[32];

    assert_int_equal(act_list(f, "full", INVENTORY, &list), STATUS_OK);
    assert_int_equal(n_items(f), 1);
    snprintf(key, sizeof(key), "%lld",
             (long long)json_integer_value(json_object_get(
                 json_array_get(json_object_get(f->result, "items"), 0),
                 "SMSClassID")));
    assert_int_equal(act_delete(f, "full", INVENTORY, key), STATUS_CONFLICT);
    assert_non_null(find(SYSTEM));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SITE(is_there_once_it_is_described),
        WITH_SITE(is_extended_by_a_longer_description),
        WITH_SITE(is_unchanged_by_a_mere_check),
        WITH_SITE(is_described_by_who_may),
        WITH_SITE(is_an_object_like_others),
        WITH_SITE(refuses_another_type_or_key),
        WITH_SITE(takes_a_class_as_large_as_allowed),
        WITH_SITE(refuses_more_classes_than_a_site_has_room_for),
        WITH_SITE(refuses_a_file_that_takes_long_to_read),
        WITH_SITE(has_one_row_of_a_device_without_keys),
        WITH_SITE(tells_rows_of_a_device_apart_by_keys),
        WITH_SITE(takes_the_name_of_a_device),
        WITH_SITE(is_gone_with_its_device),
        WITH_SITE(is_seen_by_who_sees_the_device),
        WITH_SITE(is_written_by_who_changes_the_device),
        WITH_SITE(is_joined_by_queries),
        WITH_SITE(becomes_rows_by_device_and_keys),
        WITH_SITE(imports_tell_nothing_of_hidden_rows),
        WITH_SITE(asks_for_each_device_of_an_import),
        WITH_SITE(fills_collections_as_rows_come_change_and_go),
        WITH_SITE(fills_collections_by_imports_too),
        WITH_SITE(brings_no_device_where_its_writer_could_not),
        WITH_SITE(stays_while_a_rule_names_it),
        WITH_SITE(keeps_its_rows_while_a_rule_names_it),
        WITH_SITE(stays_if_it_is_shipped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
