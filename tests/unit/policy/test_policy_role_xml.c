#include "tests/unit/unit.h"

#include "policy/role_xml.h"

struct reading {
    struct arena *arena;
    const struct role_xml *roles;
    size_t n_roles;
    enum status status;
    struct buf said;
};

static void read_xml(struct reading *reading, struct text text, bool is_lenient)
{
    struct policy_messages messages;

    *reading = (struct reading){.said = buf_make(65536)};
    assert_int_equal(arena_new(1 << 22, &reading->arena), STATUS_OK);
    messages = messages_make(reading->arena);
    reading->status =
        role_xml_read(&(struct role_xml_file){"r.xml", text, is_lenient},
                      &messages, &reading->roles, &reading->n_roles);
    for (size_t i = 0; i < messages.n_items; i++)
        policy_message_write(&messages.items[i], &reading->said);
    buf_append_char(&reading->said, '\0');
}

static void reading_end(struct reading *reading)
{
    buf_free(&reading->said);
    arena_free(reading->arena);
}

static void refuses(const char *text, const char *said)
{
    SCOPED(reading_end) struct reading reading;

    read_xml(&reading, text_of(text), false);
    assert_string_equal(reading.said.data, said);
    assert_int_equal(reading.status, STATUS_INVALID);
}

static const char EXPORT[] =
    "<SMS_Roles>\r\n"
    "  <SMS_Role CopiedFromID=\"SMS0002R\" RoleName=\"R&amp;D &quot;x&quot;\" "
    "RoleDescription=\"\">\r\n"
    "    <Operations>\r\n"
    "      <Operation GrantedOperations=\"9217\" ObjectTypeID=\"2\" />\r\n"
    "      <Operation GrantedOperations=\"1\" ObjectTypeID=\"6\" />\r\n"
    "    </Operations>\r\n"
    "  </SMS_Role>\r\n"
    "</SMS_Roles>";

static void an_export_is_read_and_written_byte_for_byte(void **state)
{
    SCOPED(reading_end) struct reading reading;
    SCOPED(buf_free) struct buf out = buf_make(65536);

    (void)state;
    read_xml(&reading, TEXT(EXPORT), false);
    assert_string_equal(reading.said.data, "");
    assert_int_equal(reading.status, STATUS_OK);
    assert_int_equal(reading.n_roles, 1);
    assert_string_equal(reading.roles[0].name, "R&D \"x\"");
    assert_string_equal(reading.roles[0].description, "");
    assert_string_equal(reading.roles[0].copied_from, "SMS0002R");
    assert_int_equal(reading.roles[0].n_masks, 2);
    assert_int_equal(reading.roles[0].masks[0].operations, 9217);
    assert_int_equal(role_xml_write(reading.roles, 1, &out), STATUS_OK);
    assert_text_equal(buf_text(&out), EXPORT);
}

static void any_order_and_line_ends_are_read(void **state)
{
    SCOPED(reading_end) struct reading reading;

    (void)state;
    read_xml(&reading,
             TEXT("<?xml version='1.0'?><SMS_Roles><SMS_Role RoleName='b' "
                  "CopiedFromID='PS100003'>\n<Operations>"
                  "<Operation ObjectTypeID='6' GrantedOperations='1'/>"
                  "<Operation ObjectTypeID='7' GrantedOperations='0'/>"
                  "<Operation ObjectTypeID='1' GrantedOperations='1073741825'/>"
                  "</Operations></SMS_Role>"
                  "<SMS_Role RoleName='a'><Operations/></SMS_Role>"
                  "</SMS_Roles>\n"),
             false);
    assert_string_equal(reading.said.data, "");
    assert_int_equal(reading.n_roles, 2);
    assert_int_equal(reading.roles[0].n_masks, 2);
    assert_int_equal(reading.roles[0].masks[0].type, 1);
    assert_int_equal(reading.roles[0].masks[0].operations, 1073741825);
    assert_int_equal(reading.roles[1].n_masks, 0);
}

#define ROLE(attributes, operations)                                           \
    "<SMS_Roles>\n<SMS_Role " attributes "><Operations>\n" operations          \
    "</Operations></SMS_Role>\n</SMS_Roles>"

static void wrong_content_is_refused_with_its_place(void **state)
{
    (void)state;
    refuses(ROLE("RoleName='a' CopiedFromID='SMS9999R' Color='red'",
                 "<Operation GrantedOperations='1' ObjectTypeID='999'/>\n"
                 "<Operation GrantedOperations='256' ObjectTypeID='1'/>\n"
                 "<Operation GrantedOperations='1' ObjectTypeID='6'/>\n"
                 "  <Operation GrantedOperations='1' ObjectTypeID='6'/>\n"
                 "<Operation GrantedOperations='-1'/>\n"
                 "<Operation GrantedOperations='4294967296' "
                 "ObjectTypeID='6'/>\n"),
            "r.xml:2:1: error: unknown attribute \"Color\"\n"
            "r.xml:2:1: error: CopiedFromID: \"SMS9999R\" is not the id of a "
            "known role\n"
            "r.xml:3:1: error: unknown object type 999\n"
            "r.xml:4:1: error: SMS_Collection has no operations with the bits "
            "256\n"
            "r.xml:6:3: error: the object type 6 is here twice\n"
            "r.xml:7:1: error: GrantedOperations: expected a number from 0 to "
            "4294967295, found \"-1\"\n"
            "r.xml:7:1: error: ObjectTypeID: expected a number from 0 to "
            "4294967295, found nothing\n"
            "r.xml:8:1: error: GrantedOperations: expected a number from 0 to "
            "4294967295, found \"4294967296\"\n");
    refuses(ROLE("", ""), "r.xml:2:1: error: the attribute RoleName is missing "
                          "or empty\n");
    refuses(ROLE("RoleName='full administrator'", ""),
            "r.xml:2:1: error: \"full administrator\" is the name of a "
            "built-in role\n");
    refuses("<SMS_Roles><SMS_Role RoleName='a'/>\n<SMS_Role "
            "RoleName='a'/></SMS_Roles>",
            "r.xml:2:1: error: the role \"a\" is declared twice; first at "
            "r.xml:1:12\n");
}

static void wrong_shape_is_refused_with_its_place(void **state)
{
    (void)state;
    refuses("", "r.xml:1:1: error: the file is empty\n");
    refuses("<SMS_Roles/>", "r.xml:1:1: error: no SMS_Role in the file\n");
    refuses("<Roles/>", "r.xml:1:1: error: expected the element SMS_Roles, "
                        "found \"Roles\"\n");
    refuses("<SMS_Roles>\n <SMS_Roles/></SMS_Roles>",
            "r.xml:2:2: error: expected the element SMS_Role, found "
            "\"SMS_Roles\"\n");
    refuses("<SMS_Roles xmlns='urn:x'/>",
            "r.xml:1:1: error: expected the element SMS_Roles, found "
            "\"SMS_Roles\"\n");
    refuses(ROLE("RoleName='a'", "<Operation GrantedOperations='1' "
                                 "ObjectTypeID='6'><x/></Operation>"),
            "r.xml:3:51: error: an element inside Operation\n");
    refuses("<SMS_Roles>hello</SMS_Roles>",
            "r.xml:1:1: error: text between the elements\n");
    refuses("<SMS_Roles><SMS_Role RoleName='a'><Operations/>\n<Operations/>"
            "</SMS_Role></SMS_Roles>",
            "r.xml:2:1: error: Operations is here twice\n");
    refuses("<SMS_Roles>\n<SMS_Role RoleName='a'></SMS_Roles>",
            "r.xml:2:36: error: not well-formed XML: Opening and ending tag "
            "mismatch: SMS_Role line 2 and SMS_Roles\n");
}

static void entities_and_document_types_are_refused(void **state)
{
    (void)state;
    refuses("<!DOCTYPE x [<!ENTITY a 'b'>]><SMS_Roles/>",
            "r.xml:1:1: error: document types and entities are not allowed\n");
    refuses("<!DOCTYPE x SYSTEM 'file:///etc/passwd'><SMS_Roles/>",
            "r.xml:1:1: error: document types and entities are not allowed\n");
    refuses("<SMS_Roles>&a;</SMS_Roles>",
            "r.xml:1:15: error: not well-formed XML: Entity 'a' not "
            "defined\n");
}

static void size_and_depth_have_an_end(void **state)
{
    SCOPED(reading_end) struct reading reading;
    SCOPED(memory_drop) char *big = malloc(ROLE_XML_MAX_BYTES + 1);

    (void)state;
    assert_non_null(big);
    memset(big, ' ', ROLE_XML_MAX_BYTES + 1);
    read_xml(&reading, (struct text){big, ROLE_XML_MAX_BYTES + 1}, false);
    assert_string_equal(reading.said.data,
                        "r.xml:1:1: error: larger than 4 MiB\n");
    reading_end(&reading);
    for (size_t i = 0; i + 3 <= ROLE_XML_MAX_BYTES; i += 3)
        memcpy(big + i, "<a>", 3);
    read_xml(&reading, (struct text){big, ROLE_XML_MAX_BYTES}, false);
    assert_string_equal(reading.said.data, "r.xml:1:1: error: expected the "
                                           "element SMS_Roles, found \"a\"\n");
}

static void lenient_reading_leaves_out_what_is_unknown(void **state)
{
    SCOPED(reading_end) struct reading reading;

    (void)state;
    read_xml(&reading,
             TEXT(ROLE("RoleName='a'",
                       "<Operation GrantedOperations='1' ObjectTypeID='999'/>\n"
                       "<Operation GrantedOperations='257' "
                       "ObjectTypeID='1'/>\n")),
             true);
    assert_int_equal(reading.status, STATUS_OK);
    assert_string_equal(reading.said.data,
                        "r.xml:3:1: warning: unknown object type 999; it is "
                        "left out\n"
                        "r.xml:4:1: warning: SMS_Collection has no operations "
                        "with the bits 256; it is left out\n");
    assert_int_equal(reading.roles[0].n_masks, 1);
    assert_int_equal(reading.roles[0].masks[0].operations, 1);
}

static void built_in_roles_are_not_exported(void **state)
{
    const struct role_xml role = {
        .copied_from = "", .name = "Full Administrator", .description = ""};
    SCOPED(buf_free) struct buf out = buf_make(65536);

    (void)state;
    assert_int_equal(role_xml_write(&role, 1, &out), STATUS_DENIED);
}

static void a_declared_role_is_exported_without_its_levels(void **state)
{
    const struct rbac_right rights[] = {
        {.type = 1, .operations = 1, .level = AUTH_LEVEL_NONE},
        {.type = 1, .operations = 1u << 20, .level = AUTH_LEVEL_MFA},
        {.type = 6, .operations = 1, .level = AUTH_LEVEL_NONE},
    };
    const struct policy_role role = {.name = "x",
                                     .description = "a\r\nb",
                                     .copied_from = "",
                                     .rights = rights,
                                     .n_rights = 3};
    SCOPED(buf_free) struct buf out = buf_make(65536);
    OWNED(arena) arena = NULL;
    struct role_xml xml;

    (void)state;
    assert_int_equal(arena_new(65536, &arena), STATUS_OK);
    assert_int_equal(role_xml_of(&role, arena, &xml), STATUS_OK);
    assert_int_equal(role_xml_write(&xml, 1, &out), STATUS_OK);
    assert_text_equal(
        buf_text(&out),
        "<SMS_Roles>\r\n"
        "  <SMS_Role CopiedFromID=\"\" RoleName=\"x\" "
        "RoleDescription=\"a&#xD;&#xA;b\">\r\n"
        "    <Operations>\r\n"
        "      <Operation GrantedOperations=\"1048577\" ObjectTypeID=\"1\" "
        "/>\r\n"
        "      <Operation GrantedOperations=\"1\" ObjectTypeID=\"6\" />\r\n"
        "    </Operations>\r\n"
        "  </SMS_Role>\r\n"
        "</SMS_Roles>");
}

#define ROLES                                                                  \
    "<SMS_Roles><SMS_Role RoleName=\"x\"><Operations>"                         \
    "<Operation GrantedOperations=\"1\" ObjectTypeID=\"6\"/>"                  \
    "</Operations></SMS_Role></SMS_Roles>"

static bool is_read(struct text text)
{
    SCOPED(reading_end) struct reading reading;

    read_xml(&reading, text, false);
    return reading.status == STATUS_OK;
}

static void a_file_is_read_to_its_last_byte_or_not_at_all(void **state)
{
    (void)state;
    assert_true(is_read(TEXT(ROLES)));
    assert_true(is_read(TEXT(ROLES "\r\n")));
    assert_true(is_read(TEXT(ROLES "<!-- end -->\n")));
    assert_false(is_read(TEXT(ROLES "\0")));
    assert_false(is_read(TEXT(ROLES "\0<x/>")));
    assert_false(is_read(TEXT(ROLES "more")));
    assert_false(is_read(TEXT(ROLES ROLES)));
    for (size_t size = 0; size < sizeof(ROLES) - 1; size++)
        assert_false(is_read((struct text){ROLES, size}));
}

static void another_encoding_is_refused(void **state)
{
    static const struct {
        struct text text;
        bool is_read;
    } rows[] = {
        {TEXT("<?xml version=\"1.0\"?>" ROLES), true},
        {TEXT("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n" ROLES), true},
        {TEXT("\xEF\xBB\xBF<?xml version='1.0' encoding = 'UTF-8'?>" ROLES),
         true},
        {TEXT("<?xml version=\"1.0\" encoding=\"utf-16\"?>" ROLES), false},
        {TEXT("<?xml version=\"1.0\" encoding=\"UTF-7\"?>" ROLES), false},
        {TEXT("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>" ROLES), false},
        {TEXT("<?xml version=\"1.0\" encoding=\"UTF-8x\"?>" ROLES), false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
        assert_int_equal(is_read(rows[i].text), rows[i].is_read);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_export_is_read_and_written_byte_for_byte),
        cmocka_unit_test(any_order_and_line_ends_are_read),
        cmocka_unit_test(a_file_is_read_to_its_last_byte_or_not_at_all),
        cmocka_unit_test(another_encoding_is_refused),
        cmocka_unit_test(wrong_content_is_refused_with_its_place),
        cmocka_unit_test(wrong_shape_is_refused_with_its_place),
        cmocka_unit_test(entities_and_document_types_are_refused),
        cmocka_unit_test(size_and_depth_have_an_end),
        cmocka_unit_test(lenient_reading_leaves_out_what_is_unknown),
        cmocka_unit_test(built_in_roles_are_not_exported),
        cmocka_unit_test(a_declared_role_is_exported_without_its_levels),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
