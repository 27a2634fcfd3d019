/*
 * Folders: rights on them and on what they hold, and who sees what is in them.
 */
#include "tests/unit/object/site_fixture.h"

#include <stdio.h>

#include "provider/object/object_private.h"

enum { MOVE_OBJECT = 1 << 13, MODIFY_FOLDER = 1 << 17 };

static void give_role(struct fixture *f, const char *user, unsigned folders,
                      unsigned packages)
{
    char json[384];
    char role[64];

    snprintf(json, sizeof(json),
             "{'RoleName':'%s','Operations':[{'ObjectTypeID':226,"
             "'GrantedOperations':%u},{'ObjectTypeID':2,"
             "'GrantedOperations':%u}]}",
             user, folders, packages);
    snprintf(role, sizeof(role), "%s",
             make_object(f, "SMS_Role", "RoleID", json));
    snprintf(json, sizeof(json),
             "{'LogonName':'%s','Permissions':[{'RoleID':'%s','CategoryID':"
             "'P0100003'}]}",
             user, role);
    make_object(f, "SMS_Admin", "AdminID", json);
}

static const char *make_folder(struct fixture *f, const char *json)
{
    return make_object(f, "SMS_ObjectContainerNode", "ContainerNodeID", json);
}

static enum status move(struct fixture *f, const char *user, const char *key,
                        int from, int to)
{
    char json[256];

    snprintf(json, sizeof(json),
             "{'InstanceKeys':['%s'],'ContainerNodeID':%d,"
             "'TargetContainerNodeID':%d,'ObjectType':2}",
             key, from ? 16777216 + from : 0, to ? 16777216 + to : 0);
    return act_invoke(f, user, "SMS_ObjectContainerItem", NULL, "MoveMembers",
                      json);
}

static int64_t n_seen(struct fixture *f, const char *user)
{
    assert_int_equal(act_list(f, user, "SMS_ObjectContainerItem",
                              &(struct object_list){.count = true}),
                     STATUS_OK);
    assert_int_equal(number_in(f, "count"), n_items(f));
    return number_in(f, "count");
}

static void a_folder_needs_both_rights(void **state)
{
    static const char json[] = "{'Name':'Tools','ObjectType':2}";
    struct fixture *f = *state;

    give_role(f, "both", 1 | 2 | 4 | 1 << 10, MODIFY_FOLDER);
    give_role(f, "folders", 1 | 2 | 4 | 1 << 10, 1);
    give_role(f, "packages", 1, 1 | MODIFY_FOLDER);
    assert_int_equal(act_create(f, "folders", "SMS_ObjectContainerNode", json),
                     STATUS_DENIED);
    assert_int_equal(act_create(f, "packages", "SMS_ObjectContainerNode", json),
                     STATUS_DENIED);
    assert_int_equal(act_create(f, "both", "SMS_ObjectContainerNode", json),
                     STATUS_OK);
    assert_int_equal(act_update(f, "folders", "SMS_ObjectContainerNode",
                                "16777217", "{'Name':'x'}"),
                     STATUS_DENIED);
    assert_int_equal(act_update(f, "both", "SMS_ObjectContainerNode",
                                "16777217", "{'Name':'x'}"),
                     STATUS_OK);
    assert_int_equal(
        act_delete(f, "folders", "SMS_ObjectContainerNode", "16777217"),
        STATUS_DENIED);
    assert_int_equal(
        act_delete(f, "both", "SMS_ObjectContainerNode", "16777217"),
        STATUS_OK);
}

static void a_folder_holds_one_type(void **state)
{
    struct fixture *f = *state;

    make_folder(f, "{'Name':'Tools','ObjectType':2}");
    make_folder(f, "{'Name':'Collections','ObjectType':5000}");
    make_object(f, "SMS_Package", "PackageID", "{'Name':'a'}");
    assert_int_equal(act_create(f, "full", "SMS_ObjectContainerNode",
                                "{'Name':'x','ObjectType':28}"),
                     STATUS_INVALID);
    assert_int_equal(act_create(f, "full", "SMS_ObjectContainerNode",
                                "{'Name':'x','ObjectType':1}"),
                     STATUS_INVALID);
    assert_int_equal(
        act_create(f, "full", "SMS_ObjectContainerNode",
                   "{'Name':'x','ObjectType':7,'ParentContainerNodeID':"
                   "16777217}"),
        STATUS_INVALID);
    assert_int_equal(move(f, "full", "P0100001", 0, 2), STATUS_INVALID);
    assert_int_equal(move(f, "full", "P0100001", 0, 1), STATUS_OK);
    assert_int_equal(
        act_invoke(f, "full", "SMS_ObjectContainerItem", NULL, "MoveMembers",
                   "{'InstanceKeys':['SMS00002'],'ContainerNodeID':0,"
                   "'TargetContainerNodeID':16777218,'ObjectType':5000}"),
        STATUS_INVALID); /* All Users */
    assert_int_equal(
        act_invoke(f, "full", "SMS_ObjectContainerItem", NULL, "MoveMembers",
                   "{'InstanceKeys':['P0100014'],'ContainerNodeID':0,"
                   "'TargetContainerNodeID':16777218,'ObjectType':5000}"),
        STATUS_OK);
    assert_int_equal(n_seen(f, "full"), 2);
}

static void a_folder_is_not_within_itself(void **state)
{
    struct fixture *f = *state;

    make_folder(f, "{'Name':'a','ObjectType':2}");
    make_folder(f, "{'Name':'b','ObjectType':2,'ParentContainerNodeID':"
                   "16777217}");
    make_folder(f, "{'Name':'c','ObjectType':2,'ParentContainerNodeID':"
                   "16777218}");
    assert_int_equal(act_update(f, "full", "SMS_ObjectContainerNode",
                                "16777217",
                                "{'ParentContainerNodeID':16777219}"),
                     STATUS_INVALID);
    assert_int_equal(act_update(f, "full", "SMS_ObjectContainerNode",
                                "16777217",
                                "{'ParentContainerNodeID':16777217}"),
                     STATUS_INVALID);
    assert_int_equal(act_update(f, "full", "SMS_ObjectContainerNode",
                                "16777219",
                                "{'ParentContainerNodeID':16777217}"),
                     STATUS_OK);
    assert_int_equal(
        act_delete(f, "full", "SMS_ObjectContainerNode", "16777217"),
        STATUS_CONFLICT); /* it has folders */
}

static void moving_needs_its_right_on_each(void **state)
{
    struct fixture *f = *state;

    make_folder(f, "{'Name':'Tools','ObjectType':2}");
    make_folder(f, "{'Name':'Hidden','ObjectType':2}");
    make_object(f, "SMS_Package", "PackageID", "{'Name':'mine'}");
    make_object(f, "SMS_Package", "PackageID", "{'Name':'hidden'}");
    put_in_scope(f, 226, "16777217", "P0100003");
    put_in_scope(f, 2, "P0100001", "P0100003");
    give_role(f, "mover", 1, 1 | MOVE_OBJECT);
    give_role(f, "reader", 1, 1);
    assert_int_equal(move(f, "reader", "P0100001", 0, 1), STATUS_DENIED);
    assert_int_equal(move(f, "nobody", "P0100001", 0, 1), STATUS_DENIED);
    assert_int_equal(move(f, "mover", "P0100002", 0, 1), STATUS_INVALID);
    assert_int_equal(move(f, "mover", "P0100099", 0, 1), STATUS_INVALID);
    assert_int_equal(move(f, "mover", "P0100001", 0, 2), STATUS_INVALID);
    assert_int_equal(move(f, "mover", "P0100001", 0, 1), STATUS_OK);
    assert_int_equal(f->message_id, 30116);
    assert_int_equal(move(f, "mover", "P0100001", 0, 1), STATUS_INVALID);
    assert_int_equal(move(f, "mover", "P0100001", 1, 0), STATUS_OK);
    assert_int_equal(n_seen(f, "full"), 0);
}

static void an_item_is_seen_with_folder_and_object(void **state)
{
    struct fixture *f = *state;

    make_folder(f, "{'Name':'Tools','ObjectType':2}");
    make_object(f, "SMS_Package", "PackageID", "{'Name':'a'}");
    give_role(f, "reader", 1, 1);
    assert_int_equal(move(f, "full", "P0100001", 0, 1), STATUS_OK);
    assert_int_equal(n_seen(f, "full"), 1);
    assert_int_equal(n_seen(f, "reader"), 0);
    put_in_scope(f, 226, "16777217", "P0100003");
    assert_int_equal(n_seen(f, "reader"), 0);
    put_in_scope(f, 2, "P0100001", "P0100003");
    assert_int_equal(n_seen(f, "reader"), 1);
    assert_int_equal(act_get(f, "reader", "SMS_ObjectContainerItem", "1"),
                     STATUS_OK);
    assert_string_equal(text_in(f, "InstanceKey"), "P0100001");
    put_in_scope(f, 226, "16777217", "P0100004");
    assert_int_equal(
        act_invoke(f, "full", "SMS_SecuredCategoryMembership", NULL,
                   "RemoveMemberships",
                   "{'ObjectIDs':['16777217'],'ObjectTypeIDs':[226],"
                   "'CategoryIDs':['P0100003']}"),
        STATUS_OK);
    assert_int_equal(n_seen(f, "reader"), 0);
    assert_int_equal(act_get(f, "reader", "SMS_ObjectContainerItem", "1"),
                     STATUS_NOT_FOUND);
}

static void what_is_deleted_leaves_its_folder(void **state)
{
    struct fixture *f = *state;

    make_folder(f, "{'Name':'Tools','ObjectType':2}");
    make_object(f, "SMS_Package", "PackageID", "{'Name':'a'}");
    assert_int_equal(move(f, "full", "P0100001", 0, 1), STATUS_OK);
    assert_int_equal(
        act_delete(f, "full", "SMS_ObjectContainerNode", "16777217"),
        STATUS_CONFLICT);
    assert_int_equal(act_delete(f, "full", "SMS_Package", "P0100001"),
                     STATUS_OK);
    assert_int_equal(n_seen(f, "full"), 0);
    assert_int_equal(
        act_delete(f, "full", "SMS_ObjectContainerNode", "16777217"),
        STATUS_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SITE(a_folder_needs_both_rights),
        WITH_SITE(a_folder_holds_one_type),
        WITH_SITE(a_folder_is_not_within_itself),
        WITH_SITE(moving_needs_its_right_on_each),
        WITH_SITE(an_item_is_seen_with_folder_and_object),
        WITH_SITE(what_is_deleted_leaves_its_folder),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
