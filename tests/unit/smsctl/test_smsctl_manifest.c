/* Files that describe objects, and the difference to what there is. */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "provider/smsctl/manifest/manifest.h"
#include "provider/smsctl/manifest/manifest_difference.h"

static const char class_properties[] =
    "[{'name':'Name','type':'string','flags':['required']},"
    "{'name':'Size','type':'integer','flags':['fixed']},"
    "{'name':'IsOn','type':'boolean','flags':[]},"
    "{'name':'Made','type':'datetime','flags':['read_only']},"
    "{'name':'Tags','type':'strings','flags':[]},"
    "{'name':'Rules','type':'objects','flags':[]}]";

/* JSON with ' for ". */
static json_t *json_of(const char *text)
{
    char *copy = strdup(text);
    json_t *value;

    assert_non_null(copy);
    for (char *at = copy; *at; at++)
        *at = *at == '\'' ? '"' : *at;
    value = json_loads(copy, JSON_DECODE_ANY, NULL);
    free(copy);
    assert_non_null(value);
    return value;
}

static void assert_json(json_t *value, const char *expected)
{
    json_t *other = json_of(expected);

    if (!json_equal(value, other))
        fail_msg("%s, not %s", json_dumps(value, 0), expected);
    json_decref(other);
    json_decref(value);
}

static struct manifest *read_file(const char *file, const char *text,
                                  enum status expected)
{
    struct manifest *manifest;

    assert_int_equal(manifest_new(&manifest), STATUS_OK);
    assert_int_equal(manifest_add(manifest, file, text_of(text)), expected);
    return manifest;
}

/* The properties of the first object. */
static json_t *first_of(const char *file, const char *text)
{
    struct manifest *manifest = read_file(file, text, STATUS_OK);
    json_t *described = json_of(class_properties);
    json_t *properties;
    size_t n;

    assert_int_equal(manifest_properties(&manifest_objects(manifest, &n)[0],
                                         described, &properties),
                     STATUS_OK);
    json_decref(described);
    manifest_free(manifest);
    return properties;
}

static void plain_scalars_take_the_type_of_their_property(void **state)
{
    (void)state;
    assert_json(first_of("a.yaml", "class: A\n"
                                   "properties:\n"
                                   "  name: 1.10\n"
                                   "  SIZE: 42\n"
                                   "  IsOn: true\n"
                                   "  Made: 2026-01-31T12:00:00Z\n"
                                   "  Tags: [on, 7, '8']\n"
                                   "  Other: 7\n"),
                "{'Name':'1.10','Size':42,'IsOn':true,"
                "'Made':'2026-01-31T12:00:00Z','Tags':['on','7','8'],"
                "'Other':7}");
    assert_json(first_of("a.yaml", "class: A\n"
                                   "properties:\n"
                                   "  Name: true\n"
                                   "  Size: 'Agent'\n"
                                   "  IsOn: yes\n"
                                   "  Tags: ~\n"
                                   "  Rules: [{a: 1, b: '1', c: false}]\n"),
                "{'Name':'true','Size':'Agent','IsOn':'yes','Tags':null,"
                "'Rules':[{'a':1,'b':'1','c':false}]}");
}

static void reads_documents_lists_and_json(void **state)
{
    static const struct {
        const char *file;
        const char *text;
        size_t n;
    } cases[] = {
        {"a.yaml",
         "---\nclass: A\nproperties: {}\n---\n---\n"
         "- class: B\n  properties: {}\n- class: C\n  properties: {}",
         3},
        {"a.json", "{\"class\":\"A\",\"properties\":{}}", 1},
        {"a.json",
         " [{\"class\":\"A\",\"properties\":{}}]\n"
         "{\"class\":\"A\",\"key\":7,\"properties\":{}}",
         2},
        {"a.yaml", "{class: A, properties: {}}", 1},
        {"a.json", "[]", 0},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct manifest *manifest =
            read_file(cases[i].file, cases[i].text, STATUS_OK);
        size_t n;

        (void)manifest_objects(manifest, &n);
        assert_int_equal(n, cases[i].n);
        manifest_free(manifest);
    }
}

static void keeps_key_version_and_place(void **state)
{
    struct manifest *manifest = read_file(
        "a.yaml",
        "\nclass: A\nkey: 7\nversion: 3\nproperties: {}\n---\nclass: B\n"
        "properties: {}",
        STATUS_OK);
    size_t n;
    const struct manifest_object *objects = manifest_objects(manifest, &n);

    (void)state;
    assert_int_equal(n, 2);
    assert_string_equal(objects[0].key, "7");
    assert_int_equal(objects[0].version, 3);
    assert_int_equal(objects[0].place.line, 2);
    assert_null(objects[1].key);
    assert_int_equal(objects[1].version, -1);
    assert_int_equal(objects[1].place.line, 7);
    manifest_free(manifest);
}

static void says_where_and_what_is_wrong(void **state)
{
    static const struct {
        const char *file;
        const char *text;
        unsigned line;
        const char *word;
    } cases[] = {
        {"a.yaml", "class: A\n", 1, "properties is missing"},
        {"a.yaml", "properties: {}\n", 1, "class is missing"},
        {"a.yaml", "class: A\nproperties: {}\nclas: B\n", 3, "did you mean"},
        {"a.yaml", "class: [A]\nproperties: {}\n", 1, "class is a text"},
        {"a.yaml", "class: A\nversion: x\nproperties: {}\n", 2, "version"},
        {"a.yaml", "class: A\nproperties: []\n", 2, "properties is a map"},
        {"a.yaml", "- - class: A\n", 1, "not a list"},
        {"a.yaml", "word\n", 1, "not \"word\""},
        {"a.yaml", "", 1, "empty"},
        {"a.yaml", "version: 1\nscopes: []\n", 1, "policy apply"},
        {"a.yaml", "class: &a A\nproperties: {}\n", 1, "anchors"},
        {"a.yaml", "class: A\nproperties: {B: 1, B: 2}\n", 2, "twice"},
        {"a.json", "{\"class\":\"A\",\n\"properties\":{\"a\":1,\"a\":2}}", 2,
         "not valid JSON"},
        {"a.json", "{}\n[1]", 1, "class is missing"},
        {"a.json", "{\"class\":\"A\",\"properties\":[]}", 1, "properties"},
        {"a.json", "\n\n[1]", 3, "in braces"},
        {"a.json", "[[[[[[[[[[[[[[[[[[[[", 1, "deep"},
        {"a.json", "{\"class\":\"A\",\"properties\":{},\"x\":1}", 1, "unknown"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct manifest *manifest =
            read_file(cases[i].file, cases[i].text, STATUS_INVALID);
        size_t n;
        const struct policy_message *messages = manifest_messages(manifest, &n);

        assert_true(n > 0);
        assert_int_equal(messages[0].place.line, cases[i].line);
        assert_non_null(strstr(messages[0].text, cases[i].word));
        manifest_free(manifest);
    }
}

static void a_property_in_two_spellings_is_refused(void **state)
{
    struct manifest *manifest = read_file(
        "a.yaml", "class: A\nproperties: {Name: a, name: b}\n", STATUS_OK);
    json_t *described = json_of(class_properties);
    json_t *properties;
    size_t n;

    (void)state;
    assert_int_equal(manifest_properties(&manifest_objects(manifest, &n)[0],
                                         described, &properties),
                     STATUS_CONFLICT);
    json_decref(described);
    manifest_free(manifest);
}

static void tells_objects_from_policy(void **state)
{
    (void)state;
    assert_true(manifest_is_like(TEXT("# x\nclass: A\n")));
    assert_true(manifest_is_like(TEXT("---\n- class: A\n")));
    assert_false(manifest_is_like(TEXT("version: 1\nscopes: []\n")));
    assert_false(
        manifest_is_like(TEXT("tests:\n  - { can: Read, class: A }\n")));
    assert_false(manifest_is_like(TEXT("")));
}

/* ---- The difference ---- */

static json_t *difference(const char *wanted, const char *current)
{
    json_t *w = json_of(wanted);
    json_t *c = current ? json_of(current) : NULL;
    json_t *changes;

    assert_int_equal(manifest_difference(w, c, &changes), STATUS_OK);
    json_decref(w);
    json_decref(c);
    return changes;
}

static void shows_what_differs_and_nothing_else(void **state)
{
    (void)state;
    assert_json(difference("{'a':1,'b':'x','c':null,'d':null}",
                           "{'a':2,'b':'x','c':7,'e':1}"),
                "[{'property':'a','from':2,'to':1},"
                "{'property':'c','from':7,'to':null}]");
    assert_json(difference("{'a':1,'b':null}", NULL),
                "[{'property':'a','from':null,'to':1}]");
    assert_json(difference("{'a':1}", "{'a':'1'}"),
                "[{'property':'a','from':'1','to':1}]");
}

static void lists_are_compared_as_sets_of_what_is_given(void **state)
{
    (void)state;
    assert_json(difference("{'l':['a','b']}", "{'l':['b','a']}"), "[]");
    assert_json(difference("{'l':[{'r':2},{'r':1}]}",
                           "{'l':[{'r':1,'n':'one'},{'r':2,'n':'two'}]}"),
                "[]");
    assert_json(difference("{'l':['a','a']}", "{'l':['a','b']}"),
                "[{'property':'l','from':['a','b'],'to':['a','a']}]");
    assert_json(difference("{'l':['a']}", "{'l':['a','b']}"),
                "[{'property':'l','from':['a','b'],'to':['a']}]");
    assert_json(difference("{'l':[]}", "{'l':['a']}"),
                "[{'property':'l','from':['a'],'to':[]}]");
}

static void finds_changes_that_cannot_be_made(void **state)
{
    json_t *described = json_of(class_properties);
    json_t *changes = difference("{'Name':'a','Size':2}", "{'Size':1}");

    (void)state;
    assert_string_equal(manifest_change_of(changes, described, "fixed"),
                        "Size");
    assert_null(manifest_change_of(changes, described, "read_only"));
    json_decref(changes);
    json_decref(described);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_scalars_take_the_type_of_their_property),
        cmocka_unit_test(reads_documents_lists_and_json),
        cmocka_unit_test(keeps_key_version_and_place),
        cmocka_unit_test(says_where_and_what_is_wrong),
        cmocka_unit_test(a_property_in_two_spellings_is_refused),
        cmocka_unit_test(tells_objects_from_policy),
        cmocka_unit_test(shows_what_differs_and_nothing_else),
        cmocka_unit_test(lists_are_compared_as_sets_of_what_is_given),
        cmocka_unit_test(finds_changes_that_cannot_be_made),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
