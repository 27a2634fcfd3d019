#include "tests/unit/unit.h"

#include "policy/yaml.h"

struct reading {
    struct arena *arena;
    struct policy_messages messages;
    const struct yaml_node *root;
    struct buf said;
};

static void read_text(struct reading *reading, struct text text)
{
    *reading = (struct reading){.said = buf_make(65536)};
    assert_int_equal(arena_new(1 << 26, &reading->arena), STATUS_OK);
    reading->messages = messages_make(reading->arena);
    const enum status status = yaml_read("t.yaml", text, reading->arena,
                                         &reading->messages, &reading->root);
    assert_true(status == STATUS_OK || status == STATUS_INVALID);
    assert_true((status == STATUS_OK) == (reading->root != NULL));
    messages_sort(&reading->messages);
    for (size_t i = 0; i < reading->messages.n_items; i++)
        policy_message_write(&reading->messages.items[i], &reading->said);
    buf_append_char(&reading->said, '\0');
}

static void reading_end(struct reading *reading)
{
    buf_free(&reading->said);
    arena_free(reading->arena);
}

static void expect(struct text text, const char *said)
{
    SCOPED(reading_end) struct reading reading;

    read_text(&reading, text);
    assert_string_equal(reading.said.data, said);
}

static void every_node_knows_its_place(void **state)
{
    SCOPED(reading_end) struct reading reading;
    const struct yaml_node *list;

    (void)state;
    read_text(&reading, TEXT("# first\na: 1\nlist:\n  - x.y\n  - 'on'\n"));
    assert_string_equal(reading.said.data, "");
    list = yaml_get(reading.root, TEXT("list"));
    assert_int_equal(list->kind, YAML_LIST);
    assert_int_equal(list->key_place.line, 3);
    assert_int_equal(list->key_place.column, 1);
    assert_int_equal(list->n_children, 2);
    assert_int_equal(list->first->place.line, 4);
    assert_int_equal(list->first->place.column, 5);
    assert_string_equal(list->first->place.file, "t.yaml");
    assert_null(yaml_get(reading.root, TEXT("b")));
}

static void a_dotted_name_is_text(void **state)
{
    SCOPED(reading_end) struct reading reading;

    (void)state;
    read_text(&reading, TEXT("a: 1.20\nb: yes\nc: 'q'\n"));
    assert_text_equal(yaml_get(reading.root, TEXT("a"))->text, "1.20");
    assert_text_equal(yaml_get(reading.root, TEXT("b"))->text, "yes");
    assert_false(yaml_get(reading.root, TEXT("b"))->is_quoted);
    assert_true(yaml_get(reading.root, TEXT("c"))->is_quoted);
}

static void anchors_aliases_and_tags_are_refused(void **state)
{
    (void)state;
    expect(TEXT("a: &x 1\nb: *x\nc: !!str 3\n"),
           "t.yaml:1:4: error: anchors (&) are not used in these files\n"
           "t.yaml:2:4: error: aliases (*) are not used in these files\n"
           "t.yaml:3:4: error: tags (!) are not used in these files\n");
    expect(TEXT("%YAML 1.1\n---\na: 1\n"),
           "t.yaml:1:1: error: directives (%) are not used in these files\n");
}

static void a_key_twice_names_both_places(void **state)
{
    (void)state;
    expect(TEXT("a: 1\nb: 2\na: 3\nc: {x: 1, x: 2}\n"),
           "t.yaml:3:1: error: key \"a\" is here twice; first in line 1, "
           "column 1\n"
           "t.yaml:4:11: error: key \"x\" is here twice; first in line 4, "
           "column 5\n");
}

static void keys_are_words(void **state)
{
    (void)state;
    expect(TEXT("? [a, b]\n: 1\nc: 2\n"),
           "t.yaml:1:3: error: a key must be a word, not a list, a map or an "
           "alias\n");
}

static void only_utf8_without_marks_is_read(void **state)
{
    (void)state;
    expect(TEXT("a: b\nc: \xC3\xA4\xFF\n"), "t.yaml:2:5: error: not UTF-8\n");
    expect(TEXT("a: \0b\n"), "t.yaml:1:4: error: a NUL character\n");
    expect(TEXT("a: \"x\\0y\"\n"),
           "t.yaml:1:4: error: a NUL character in a text\n");
    expect(TEXT("\xEF\xBB\xBF"
                "a: b\n"),
           "t.yaml:1:1: error: begins with a byte order mark; save it as "
           "UTF-8 without one\n");
}

/* What an editor shows in a comment, a reviewer takes for one. */
static void nothing_hides_in_a_comment(void **state)
{
    static const struct {
        const char *text;
        const char *said;
    } rows[] = {
        {"a: 1\n# x\xE2\x80\xA8"
         "b: 2\n",
         "t.yaml:2:4: error: U+2028, which ends a line here and in no "
         "editor\n"},
        {"# x\xE2\x80\xA9"
         "b: 2\n",
         "t.yaml:1:4: error: U+2029, which ends a line here and in no "
         "editor\n"},
        {"# \xC3\xA4\xC2\x85"
         "b: 2\n",
         "t.yaml:1:4: error: U+0085, which ends a line here and in no "
         "editor\n"},
        {"a: 1\n# x\rb: 2\n",
         "t.yaml:2:4: error: a carriage return that ends a line by itself\n"},
        {"a: 1\r",
         "t.yaml:1:5: error: a carriage return that ends a line by itself\n"},
        {"a: 1 # \xEF\xBB\xBF\n",
         "t.yaml:1:8: error: a byte order mark inside the file\n"},
        {"a: \xE2\x80\xAE"
         "1\n",
         "t.yaml:1:4: error: a bidirectional control\n"},
        {"a: \xE2\x81\xA6"
         "1\n",
         "t.yaml:1:4: error: a bidirectional control\n"},
        {"a: x\xE2\x80\x8B\n", "t.yaml:1:5: error: an invisible character\n"},
        {"a: \x1b[8m1\n", "t.yaml:1:4: error: a control character\n"},
        {"# \xC3\xA4 \xE6\xBC\xA2 \xF0\x9F\x98\x80\r\na:\t1\r\n", ""},
        {"a: \"\\u2028\"\n", ""}, /* said, and so it is seen */
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
        expect(text_of(rows[i].text), rows[i].said);
}

static void one_document_stands_in_a_file(void **state)
{
    (void)state;
    expect(TEXT(""), "t.yaml:1:1: error: the file is empty\n");
    expect((struct text){NULL, 0}, "t.yaml:1:1: error: the file is empty\n");
    expect(TEXT("a: 1\n---\nb: 2\n"),
           "t.yaml:2:1: error: a second document; one file is one document\n");
}

static void broken_syntax_is_told_with_its_place(void **state)
{
    (void)state;
    expect(TEXT("a: [1, 2\nb: 3\n"),
           "t.yaml:2:2: error: not valid YAML: did not find expected ',' or "
           "']' while parsing a flow sequence\n");
}

static void depth_has_an_end(void **state)
{
    char deep[4096];

    (void)state;
    memset(deep, '[', sizeof(deep));
    expect((struct text){deep, sizeof(deep)},
           "t.yaml:1:17: error: nested more than 16 deep\n");
    memset(deep, '[', 16);
    memset(deep + 16, ']', 16);
    expect((struct text){deep, 32}, "");
}

static void a_big_file_is_refused_and_said_so(void **state)
{
    SCOPED(memory_drop) char *big = malloc(YAML_FILE_MAX_BYTES + 1);

    (void)state;
    assert_non_null(big);
    memset(big, '#', YAML_FILE_MAX_BYTES + 1);
    expect((struct text){big, YAML_FILE_MAX_BYTES + 1},
           "t.yaml:1:1: error: larger than 8 MiB\n");
}

static void hostile_text_stays_on_one_line(void **state)
{
    struct arena *arena;

    (void)state;
    assert_int_equal(arena_new(65536, &arena), STATUS_OK);
    assert_string_equal(message_quote(arena, TEXT("a\n\x1b[31m\"b")),
                        "\"a\\x0a\\x1b[31m\\x22b\"");
    assert_string_equal(message_quote(arena, TEXT("\xE2\x80\xAEz")),
                        "\"\\xe2\\x80\\xaez\"");
    assert_string_equal(message_quote(arena, TEXT("\xC3\xA4 x")),
                        "\"\xC3\xA4 x\"");
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_node_knows_its_place),
        cmocka_unit_test(a_dotted_name_is_text),
        cmocka_unit_test(anchors_aliases_and_tags_are_refused),
        cmocka_unit_test(a_key_twice_names_both_places),
        cmocka_unit_test(keys_are_words),
        cmocka_unit_test(only_utf8_without_marks_is_read),
        cmocka_unit_test(nothing_hides_in_a_comment),
        cmocka_unit_test(one_document_stands_in_a_file),
        cmocka_unit_test(broken_syntax_is_told_with_its_place),
        cmocka_unit_test(depth_has_an_end),
        cmocka_unit_test(a_big_file_is_refused_and_said_so),
        cmocka_unit_test(hostile_text_stays_on_one_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
