/*
 * Methods that ask about collections and queries, import computers, and answer
 * what is kept about their caller.
 */
#include "tests/unit/object/site_fixture.h"

#include <stdio.h>
#include <string.h>

#include "provider/object/collection/deletion_slice.h"
#include "rbac/catalog.h"

/* ---- SMS_CollectionRuleQuery.ValidateQuery ---- */

static bool is_valid(struct fixture *f, const char *wql)
{
    char json[512];

    snprintf(json, sizeof(json), "{'WQLQuery':'%s'}", wql);
    assert_int_equal(act_invoke(f, "full", "SMS_CollectionRuleQuery", NULL,
                                "ValidateQuery", json),
                     STATUS_OK);
    return json_is_true(json_object_get(f->result, "ReturnValue"));
}

static bool says(const struct fixture *f, const char *word)
{
    return strstr(text_in(f, "Why"), word) != NULL;
}

static void a_query_is_validated_as_a_rule(void **state)
{
    struct fixture *f = *state;

    assert_true(
        is_valid(f, "select * from SMS_R_System where Name like \\\"a%\\\""));
    assert_null(json_object_get(f->result, "Why"));
    assert_false(is_valid(f, "select * from SMS_R_Sistem"));
    assert_true(says(f, "SMS_R_Sistem"));
    assert_false(
        is_valid(f, "select * from SMS_R_System where Nane = \\\"x\\\""));
    assert_true(says(f, "Nane"));
    assert_int_equal(number_in(f, "Column"), 34);
    assert_false(
        is_valid(f, "select * from SMS_R_System where left(Name) = \\\"x\\\""));
    assert_true(says(f, "left"));
    assert_false(is_valid(f, "select * from SMS_Package"));
    assert_false(is_valid(f, "select count(*) from SMS_R_System"));
    assert_false(is_valid(f, "delete from SMS_R_System"));
    assert_int_equal(act_invoke(f, "nobody", "SMS_CollectionRuleQuery", NULL,
                                "ValidateQuery",
                                "{'WQLQuery':'select * from SMS_R_System'}"),
                     STATUS_DENIED);
}

/* ---- SMS_Collection.GetNumResults ---- */

static enum status count(struct fixture *f, const char *user, const char *path)
{
    char json[128];

    snprintf(json, sizeof(json), "{'Collection':'%s'}", path);
    return act_invoke(f, user, "SMS_Collection", NULL, "GetNumResults", json);
}

static void members_are_counted_for_readers_of_the_collection(void **state)
{
    struct fixture *f = *state;

    make_member(f, "web1", "P0100014");
    make_member(f, "web2", "P0100014");
    assert_int_equal(count(f, "analyst", "P0100014"), STATUS_OK);
    assert_int_equal(number_in(f, "Result"), 2);
    assert_int_equal(
        count(f, "full", "SMS_Collection.CollectionID=\\\"P0100015\\\""),
        STATUS_OK);
    assert_int_equal(number_in(f, "Result"), 0);
    assert_int_equal(count(f, "analyst", "P0100015"), STATUS_INVALID);
    assert_int_equal(count(f, "nobody", "P0100014"), STATUS_DENIED);
}

/* ---- SMS_Site.ImportMachineEntry ---- */

#define GUID_1 "'SMBIOSGUID':'4C4C4544-0042-3510-8052-B4C04F564231'"

static enum status import(struct fixture *f, const char *user, const char *more)
{
    char json[256];

    snprintf(json, sizeof(json), "{%s%s}",
             strstr(more, "NetbiosName") ? "" : "'NetbiosName':'PC1',", more);
    return act_invoke(f, user, "SMS_Site", NULL, "ImportMachineEntry", json);
}

static bool existed(const struct fixture *f)
{
    return json_is_true(json_object_get(f->result, "MachineExists"));
}

static const char *name_of(struct fixture *f, const char *key)
{
    assert_int_equal(act_get(f, "full", "SMS_R_System", key), STATUS_OK);
    return text_in(f, "Name");
}

static void a_computer_is_imported_once(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(import(f, "full", GUID_1), STATUS_OK);
    assert_int_equal(number_in(f, "ResourceID"), 16777217);
    assert_false(existed(f));
    assert_int_equal(
        import(f, "full",
               "'MACAddress':'00:15:5d:01:02:03','NetbiosName':'PC2'"),
        STATUS_OK);
    assert_int_equal(number_in(f, "ResourceID"), 16777218);
    assert_int_equal(import(f, "full", "'MACAddress':'00:15:5D:01:02:03'"),
                     STATUS_OK);
    assert_int_equal(number_in(f, "ResourceID"), 16777218);
    assert_true(existed(f));
    assert_string_equal(name_of(f, "16777218"), "PC2");
    assert_int_equal(import(f, "full",
                            "'MACAddress':'00:15:5D:01:02:03',"
                            "'OverwriteExistingRecord':true"),
                     STATUS_OK);
    assert_true(existed(f));
    assert_string_equal(name_of(f, "16777218"), "PC1");
    assert_int_equal(
        import(f, "full", GUID_1 ",'MACAddress':'00:15:5D:01:02:03'"),
        STATUS_CONFLICT);
}

static void what_no_computer_has_is_refused(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(import(f, "full", "'OverwriteExistingRecord':true"),
                     STATUS_INVALID);
    assert_int_equal(import(f, "full", "'MACAddress':'00-15-5D-01-02-03'"),
                     STATUS_INVALID);
    assert_int_equal(
        import(f, "full", "'SMBIOSGUID':'4C4C4544-0042-3510-8052-B4C04F56423'"),
        STATUS_INVALID);
    assert_int_equal(import(f, "full", GUID_1 ",'NetbiosName':''"),
                     STATUS_INVALID);
}

/* Whoever imports may read every device: who may not is told nothing. */
static void importing_needs_what_making_devices_needs(void **state)
{
    struct fixture *f = *state;
    char role[16];
    char json[256];

    assert_int_equal(import(f, "full", GUID_1), STATUS_OK);
    assert_int_equal(import(f, "analyst", GUID_1), STATUS_DENIED);
    assert_int_equal(import(f, "nobody", GUID_1), STATUS_DENIED);
    snprintf(role, sizeof(role), "%s",
             make_object(f, "SMS_Role", "RoleID",
                         "{'RoleName':'importer','Operations':[{"
                         "'ObjectTypeID':6,'GrantedOperations':524289},{"
                         "'ObjectTypeID':1,'GrantedOperations':4225}]}"));
    snprintf(json, sizeof(json),
             "{'LogonName':'importer','Permissions':[{'RoleID':'%s',"
             "'CategoryID':'SMS00UNA'},{'RoleID':'%s','CategoryID':"
             "'SMS00001','CategoryTypeID':1}]}",
             role, role);
    make_object(f, "SMS_Admin", "AdminID", json);
    fixture_reload(f);
    assert_int_equal(import(f, "importer", GUID_1), STATUS_DENIED);
    assert_int_equal(f->failure.denial.need.operation, RBAC_OP_DELETE_RESOURCE);
}

/* ---- SMS_Admin.GetAdminExtendedData ---- */

static size_t n_data(struct fixture *f, const char *user, int type)
{
    char json[32];

    snprintf(json, sizeof(json), "{'Type':%d}", type);
    assert_int_equal(
        act_invoke(f, user, "SMS_Admin", NULL, "GetAdminExtendedData", json),
        STATUS_OK);
    return json_array_size(json_object_get(f->result, "ExtendedData"));
}

static void everybody_reads_what_is_kept_about_them(void **state)
{
    struct fixture *f = *state;

    make_object(f, "SMS_Admin", "AdminID",
                "{'LogonName':'ann','Permissions':[{'RoleID':'SMS0002R',"
                "'CategoryID':'SMS00UNA'}],'ExtendedData':["
                "{'Type':1,'Data':'a'},{'Type':2,'Data':'b'},"
                "{'type':1,'Data':'c'}]}");
    fixture_reload(f);
    assert_int_equal(n_data(f, "ann", 1), 2);
    assert_int_equal(n_data(f, "ann", 2), 1);
    assert_string_equal(
        json_string_value(json_object_get(
            json_array_get(json_object_get(f->result, "ExtendedData"), 0),
            "Data")),
        "b");
    assert_int_equal(n_data(f, "ann", 3), 0);
    assert_int_equal(n_data(f, "full", 1), 0);
    assert_int_equal(n_data(f, "nobody", 1), 0);
}

/* ---- SMS_Collection.DeleteAllMembers ---- */

static enum status empty(struct fixture *f, const char *user,
                         const char *collection)
{
    return act_invoke(f, user, "SMS_Collection", collection, "DeleteAllMembers",
                      NULL);
}

static void make_holder(struct fixture *f, const char *user, int mask)
{
    char role[16];
    char json[256];

    snprintf(json, sizeof(json),
             "{'RoleName':'%s','Operations':[{'ObjectTypeID':1,"
             "'GrantedOperations':%d}]}",
             user, mask);
    snprintf(role, sizeof(role), "%s",
             make_object(f, "SMS_Role", "RoleID", json));
    snprintf(json, sizeof(json),
             "{'LogonName':'%s','Permissions':[{'RoleID':'%s','CategoryID':"
             "'SMS00UNA'},{'RoleID':'%s','CategoryID':'P0100014',"
             "'CategoryTypeID':1}]}",
             user, role, role);
    make_object(f, "SMS_Admin", "AdminID", json);
    fixture_reload(f);
}

static int64_t n_members(struct fixture *f, const char *collection)
{
    assert_int_equal(act_get(f, "full", "SMS_Collection", collection),
                     STATUS_OK);
    return number_in(f, "MemberCount");
}

/* What does not fit into the act follows. */
static void finish_deletion(struct fixture *f)
{
    bool has_more = true;

    while (has_more) {
        assert_int_equal(store_write_begin(f->store), STATUS_OK);
        assert_int_equal(deletion_slice(f->store, f->site, f->now_s, &has_more),
                         STATUS_OK);
        assert_int_equal(store_write_commit(f->store), STATUS_OK);
    }
}

/* The devices go, not only their membership; nobody else's do. */
static void members_are_deleted_from_the_site(void **state)
{
    struct fixture *f = *state;

    make_member(f, "web1", "P0100014");
    make_member(f, "web2", "P0100014");
    make_member(f, "desk1", "P0100015");
    make_holder(f, "cleaner", 4097 + 512); /* Delete Resource */
    make_holder(f, "reader", 4097);
    make_holder(f, "blind", 1 + 512);
    assert_int_equal(empty(f, "reader", "P0100014"), STATUS_DENIED);
    assert_int_equal(f->failure.denial.need.operation, RBAC_OP_DELETE_RESOURCE);
    assert_int_equal(empty(f, "blind", "P0100014"), STATUS_DENIED);
    assert_int_equal(empty(f, "cleaner", "P0100015"), STATUS_NOT_FOUND);
    assert_int_equal(n_members(f, "P0100014"), 2);
    assert_int_equal(empty(f, "cleaner", "P0100014"), STATUS_OK);
    assert_int_equal(number_in(f, "Members"), 2);
    assert_int_equal(f->message_id, 30067);
    finish_deletion(f);
    assert_int_equal(n_members(f, "P0100014"), 0);
    assert_int_equal(number_in(f, "CurrentStatus"), 1);
    assert_int_equal(act_get(f, "full", "SMS_R_System", "16777217"),
                     STATUS_NOT_FOUND);
    assert_int_equal(n_members(f, "P0100015"), 1);
    assert_int_equal(n_members(f, "SMS00001"), 1);
    assert_int_equal(empty(f, "cleaner", "P0100014"), STATUS_OK);
    make_object(f, "SMS_R_User", "ResourceID", "{'Name':'ann'}");
    assert_int_equal(empty(f, "full", "SMS00002"), STATUS_OK);
    assert_int_equal(n_members(f, "SMS00002"), 0);
    assert_int_equal(n_members(f, "SMS00001"), 1);
}

/* As an act of "cleaner" leaves it that noted more than fits into it. */
static void leave_deletion(struct fixture *f)
{
    assert_int_equal(
        store_run_script(
            f->store,
            "UPDATE collection SET CurrentStatus = 6 WHERE CollectionID ="
            " 'P0100014'; INSERT INTO collection_deletion SELECT"
            " b.collection, b.block, b.members FROM collection_block b JOIN "
            "collection c ON c.row = b.collection"
            " WHERE c.CollectionID = 'P0100014'; INSERT INTO deletion_asker"
            " SELECT row, 'cleaner', 20 FROM collection WHERE CollectionID ="
            " 'P0100014';"),
        STATUS_OK);
}

/* What was decided is deleted, whatever joins the collection meanwhile. */
static void what_is_left_is_deleted_in_slices(void **state)
{
    struct fixture *f = *state;

    make_holder(f, "cleaner", 4097 + 512);
    make_member(f, "web1", "P0100014");
    make_member(f, "web2", "P0100014");
    leave_deletion(f);
    assert_int_equal(act_delete(f, "full", "SMS_R_System", "16777217"),
                     STATUS_OK);
    make_member(f, "late", "P0100014");
    finish_deletion(f);
    assert_int_equal(n_members(f, "P0100014"), 1);
    assert_int_equal(number_in(f, "CurrentStatus"), 1);
    assert_int_equal(n_members(f, "SMS00001"), 1);
    assert_int_equal(act_get(f, "full", "SMS_R_System", "16777218"),
                     STATUS_NOT_FOUND);
}

static void it_ends_with_the_right_to_it(void **state)
{
    struct fixture *f = *state;

    make_holder(f, "cleaner", 4097 + 512);
    make_member(f, "web1", "P0100014");
    leave_deletion(f);
    assert_int_equal(store_run_script(f->store,
                                      "UPDATE admin SET IsDisabled = 1 WHERE"
                                      " LogonName = 'cleaner';"),
                     STATUS_OK);
    fixture_reload(f);
    finish_deletion(f);
    assert_int_equal(n_members(f, "P0100014"), 1);
    assert_int_equal(number_in(f, "CurrentStatus"), 1);
}

/* The right came by a group of the host: it is the group's record that has it.
 */
static void leave_deletion_by_group(struct fixture *f)
{
    make_holder(f, "cleaner", 4097 + 512);
    make_member(f, "web1", "P0100014");
    leave_deletion(f);
    assert_int_equal(
        store_run_script(f->store,
                         "UPDATE deletion_asker SET user = '';"
                         "INSERT INTO deletion_record SELECT d.collection,"
                         " a.row FROM deletion_asker d, admin a WHERE"
                         " a.LogonName = 'cleaner';"),
        STATUS_OK);
}

static void it_goes_on_by_the_record_of_a_group(void **state)
{
    struct fixture *f = *state;

    leave_deletion_by_group(f);
    finish_deletion(f);
    assert_int_equal(n_members(f, "P0100014"), 0);
}

static void it_ends_with_the_record_of_a_group(void **state)
{
    struct fixture *f = *state;

    leave_deletion_by_group(f);
    assert_int_equal(store_run_script(f->store,
                                      "UPDATE admin SET IsDisabled = 1 WHERE"
                                      " LogonName = 'cleaner';"),
                     STATUS_OK);
    fixture_reload(f);
    finish_deletion(f);
    assert_int_equal(n_members(f, "P0100014"), 1);
    assert_int_equal(number_in(f, "CurrentStatus"), 1);
}

static void who_left_is_spared(void **state)
{
    struct fixture *f = *state;

    make_holder(f, "cleaner", 4097 + 512);
    make_member(f, "web1", "P0100014");
    make_member(f, "web2", "P0100014");
    leave_deletion(f);
    assert_int_equal(act_invoke(f, "full", "SMS_Collection", "P0100014",
                                "DeleteMembershipRule",
                                "{'CollectionRule':{'ResourceID':16777217}}"),
                     STATUS_OK);
    finish_deletion(f);
    assert_int_equal(n_members(f, "SMS00001"), 1);
    assert_int_equal(act_get(f, "full", "SMS_R_System", "16777217"), STATUS_OK);
    assert_int_equal(n_members(f, "P0100014"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SITE(a_query_is_validated_as_a_rule),
        WITH_SITE(members_are_counted_for_readers_of_the_collection),
        WITH_SITE(a_computer_is_imported_once),
        WITH_SITE(what_no_computer_has_is_refused),
        WITH_SITE(importing_needs_what_making_devices_needs),
        WITH_SITE(everybody_reads_what_is_kept_about_them),
        WITH_SITE(members_are_deleted_from_the_site),
        WITH_SITE(what_is_left_is_deleted_in_slices),
        WITH_SITE(it_ends_with_the_right_to_it),
        WITH_SITE(it_goes_on_by_the_record_of_a_group),
        WITH_SITE(it_ends_with_the_record_of_a_group),
        WITH_SITE(who_left_is_spared),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
