#include "tests/unit/unit.h"

#include "policy/held/held_group.h"

#define SID   "S-1-5-21-1-2-3-1104"
#define OTHER "S-1-5-21-1-2-3-1105"

struct reading {
    struct arena *arena;
    struct policy_messages messages;
    struct held_groups groups;
};

static void drop(struct reading *reading)
{
    arena_free(reading->arena);
}

static enum status read(struct reading *reading, const char *text)
{
    assert_int_equal(arena_new(1 << 20, &reading->arena), STATUS_OK);
    reading->messages = messages_make(reading->arena);
    return held_groups_read("p.yaml", text_of(text), &reading->messages,
                            &reading->groups);
}

/* The first name is SID's, the second OTHER's. */
static enum status write(const char *text, struct buf *out)
{
    SCOPED(drop) struct reading reading = {0};
    const char *const sids[] = {SID, OTHER};
    enum status written;

    assert_int_equal(read(&reading, text), STATUS_OK);
    assert_in_range(reading.groups.n, 1, 2);
    written = held_groups_write("p.yaml", text_of(text), &reading.groups, sids,
                                reading.arena, out);
    buf_append_char(out, '\0');
    return written;
}

static void a_sid_is_written_beside_its_name(void **state)
{
    static const struct {
        const char *text;
        const char *written;
    } rows[] = {
        {"administrators:\n  - group: { name: \"C\\\\A\" } # ours\n",
         "administrators:\n  - group: { sid: " SID
         ", name: \"C\\\\A\" } # ours\n"},
        {"administrators: [{group: {name: A}}]",
         "administrators: [{group: {sid: " SID ", name: A}}]"},
        {"administrators:\n- group:\n    # who\n    name: 'A'\n  source: sid\n",
         "administrators:\n- group:\n    # who\n    sid: " SID
         "\n    name: 'A'\n  source: sid\n"},
        {"administrators:\n  - group:\n      name: |-\n        A\n",
         "administrators:\n  - group:\n      sid: " SID
         "\n      name: |-\n        A\n"},
        {"administrators:\n  - group: {? name : A}\n",
         "administrators:\n  - group: {? sid: " SID ", name : A}\n"},
        {"\xC3\xA9: 1\nadministrators: [{\"\xC3\xA9\": {}, group: {name: A}}]",
         "\xC3\xA9: 1\nadministrators: [{\"\xC3\xA9\": {}, group: {sid: " SID
         ", name: A}}]"},
        {"administrators:\r\n  - group: {\r\n      name: A }\r\n",
         "administrators:\r\n  - group: {\r\n      sid: " SID
         ", name: A }\r\n"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        SCOPED(buf_free) struct buf out = buf_make(4096);

        assert_int_equal(write(rows[i].text, &out), STATUS_OK);
        assert_string_equal(buf_text(&out).data, rows[i].written);
    }
}

static void exclusions_may_stand_after_administrators(void **state)
{
    SCOPED(buf_free) struct buf out = buf_make(4096);

    (void)state;
    /* exclusions are found first */
    assert_int_equal(write("administrators: [{ group: { name: B } }]\n"
                           "authentication: { exclusions: "
                           "[{ group: { name: A } }] }\n",
                           &out),
                     STATUS_OK);
    assert_string_equal(buf_text(&out).data,
                        "administrators: [{ group: { sid: " OTHER
                        ", name: B } }]\n"
                        "authentication: { exclusions: "
                        "[{ group: { sid: " SID ", name: A } }] }\n");
}

/* And what has a SID, is a declared group, or no group of a record. */
static void nothing_else_is_touched(void **state)
{
    static const char text[] =
        "administrators:\n  - group: { name: A, sid: " OTHER " }\n"
        "  - group: A\n  - group: { sid: " SID " }\n  - user: { name: A }\n"
        "groups: [{ name: A, members: [] }]\n";
    SCOPED(buf_free) struct buf out = buf_make(4096);

    (void)state;
    assert_int_equal(write(text, &out), STATUS_OK);
    assert_string_equal(buf_text(&out).data, text);
}

/* Written by halves, a file would say something else. */
static void what_cannot_be_changed_is_refused(void **state)
{
    SCOPED(buf_free) struct buf out = buf_make(4096);

    (void)state;
    assert_int_equal(
        write("administrators:\n  - group:\n      ? name\n      : A\n", &out),
        STATUS_CONFLICT);
}

static void no_yaml_is_no_policy(void **state)
{
    static const char *const texts[] = {"", "a: [",
                                        "administrators: {a: 1, a: 2}"};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        SCOPED(drop) struct reading reading = {0};

        assert_int_equal(read(&reading, texts[i]), STATUS_INVALID);
        assert_true(reading.messages.n_errors > 0);
    }
}

static void other_shapes_have_no_names(void **state)
{
    static const char *const texts[] = {
        "x",
        "administrators: A",
        "administrators: [A, [B], { group: [A] }]",
        "authentication: [1]",
        "administrators: [{ group: { name: [A] } }]",
        "administrators: [{ group: { name: A, sid: [] } }]"};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        SCOPED(drop) struct reading reading = {0};

        assert_int_equal(read(&reading, texts[i]), STATUS_OK);
        assert_int_equal(reading.groups.n, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sid_is_written_beside_its_name),
        cmocka_unit_test(exclusions_may_stand_after_administrators),
        cmocka_unit_test(nothing_else_is_touched),
        cmocka_unit_test(what_cannot_be_changed_is_refused),
        cmocka_unit_test(no_yaml_is_no_policy),
        cmocka_unit_test(other_shapes_have_no_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
