/* Every key that files may hold is written again and shown in a plan. */
#include "tests/unit/unit.h"

#include <string.h>

#include "policy/draft.h"
#include "policy/kept/kept.h"

static size_t n_keys;

/* What a plan says otherwise: the name of the object, and what it was. */
static bool is_shown_elsewhere(const char *key)
{
    static const char *const keys[] = {"name", "adopt", "was"};

    for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
        if (strcmp(keys[i], key) == 0)
            return true;
    return false;
}

static bool needs_label(const struct kept_kind *kind)
{
    return kind == &kept_text || kind == &kept_level || kind == &kept_date ||
           kind == &kept_names;
}

static void check_fields(const struct schema_type *type, bool is_shown)
{
    for (size_t i = 0; i < type->n_fields; i++) {
        const struct schema_field *field = &type->fields[i];
        const struct schema_kept *kept = &field->kept;

        n_keys++;
        if (!kept->kind)
            fail_msg("no .kept of the key %s", field->key);
        if (is_shown && needs_label(kept->kind) && !kept->label &&
            !is_shown_elsewhere(field->key))
            fail_msg("no label of the key %s: a plan would not show it",
                     field->key);
    }
}

/* Types of records, wherever they stand in the language. */
static void check_records(const struct schema_type *type)
{
    for (size_t i = 0; i < type->n_fields; i++) {
        const struct schema_type *below = type->fields[i].type;

        if (below->kind == SCHEMA_LIST && below->item->kept_size) {
            check_fields(below->item, false);
            check_records(below->item);
        } else if (type->fields[i].kept.kind == &kept_map) {
            check_fields(below, false);
            check_records(below);
        }
    }
}

static void every_key_of_a_record_is_written(void **state)
{
    (void)state;
    n_keys = 0;
    check_fields(&policy_language, false);
    check_records(&policy_language);
    assert_in_range(n_keys, 50, 500);
}

static void every_key_of_a_record_is_shown_in_a_plan(void **state)
{
    static const struct schema_type *const types[] = {
        &language_exclusion,  &language_scope, &language_role,
        &language_collection, &language_group, &language_admin};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(types); i++)
        check_fields(types[i], true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_key_of_a_record_is_written),
        cmocka_unit_test(every_key_of_a_record_is_shown_in_a_plan),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
