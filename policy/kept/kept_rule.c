/* What a collection holds. */
#include "policy/kept/kept.h"
#include "policy/record.h"

static void write_is_user(const struct schema_field *field, const void *record,
                          struct kept_file *file)
{
    const struct policy_collection *collection = record;

    if (collection->is_user)
        kept_put_text(file, field->key, "user");
}

static void show_is_user(const struct schema_field *field, const void *record,
                         struct kept_lines *lines)
{
    const struct policy_collection *collection = record;

    (void)field;
    kept_line(lines, "of %s", collection->is_user ? "users" : "devices");
}
const struct kept_kind kept_is_user = {write_is_user, show_is_user};

static const char *refresh_word(enum policy_refresh refresh)
{
    switch (refresh) {
    case POLICY_REFRESH_INCREMENTAL:
        return "incremental";
    case POLICY_REFRESH_SCHEDULED:
        return "scheduled";
    case POLICY_REFRESH_BOTH:
        return "both";
    case POLICY_REFRESH_MANUAL:
        return "manual";
    }
    return "";
}

static void write_refresh(const struct schema_field *field, const void *record,
                          struct kept_file *file)
{
    const struct policy_collection *collection = record;

    if (collection->refresh != POLICY_REFRESH_INCREMENTAL)
        kept_put_text(file, field->key, refresh_word(collection->refresh));
}

static void show_refresh(const struct schema_field *field, const void *record,
                         struct kept_lines *lines)
{
    const struct policy_collection *collection = record;

    if (collection->refresh != POLICY_REFRESH_INCREMENTAL)
        kept_line(lines, "%s: %s", field->key,
                  refresh_word(collection->refresh));
}
const struct kept_kind kept_refresh = {write_refresh, show_refresh};

static void put_rule(const struct policy_rule *rule, struct kept_file *file)
{
    struct kept_file item = kept_below(file, 4);

    item.is_item = true;
    if (rule->kind == POLICY_RULE_QUERY) {
        kept_put_text(&item, "name", rule->name);
        kept_put_text(&item, "wql", rule->value);
    } else {
        kept_put_item(&item, rule->value);
    }
}

static void write_rules(const struct schema_field *field, const void *record,
                        struct kept_file *file)
{
    const struct policy_collection *collection = record;
    bool is_begun = false;

    for (size_t i = 0; i < collection->n_rules; i++) {
        if ((int)collection->rules[i].kind != field->kept.which)
            continue;
        if (!is_begun)
            kept_put_block(file, field->key);
        is_begun = true;
        put_rule(&collection->rules[i], file);
    }
}

static void show_rules(const struct schema_field *field, const void *record,
                       struct kept_lines *lines)
{
    const struct policy_collection *collection = record;

    for (size_t i = 0; i < collection->n_rules; i++) {
        const struct policy_rule *rule = &collection->rules[i];

        if ((int)rule->kind != field->kept.which)
            continue;
        if (rule->kind == POLICY_RULE_QUERY)
            kept_line(lines, "%s %s: %s", field->key, rule->name, rule->value);
        else
            kept_line(lines, "%s: %s", field->key, rule->value);
    }
}
const struct kept_kind kept_rules = {write_rules, show_rules};
