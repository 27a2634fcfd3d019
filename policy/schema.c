#include "policy/schema.h"

#include <assert.h>
#include <string.h>

enum { FIELDS_MAX = 64 };

/* How every list and dictionary lies in memory. */
struct items {
    const void *items;
    size_t n_items;
};

static const char *const level_words[] = {"domain", "certificate", "mfa"};

static const char *expected_words(const char *const *words, size_t n_words,
                                  struct arena *arena)
{
    const char *made = "one of";

    for (size_t i = 0; made && i < n_words; i++)
        made = arena_format(arena, "%s%s %s", made, i ? "," : "", words[i]);
    return made ? made : "a known word";
}

static const char *expected_integer(const struct schema_type *type,
                                    struct arena *arena)
{
    const char *made = NULL;

    if (type->max == INT64_MAX)
        made = arena_format(arena, "a whole number from %lld",
                            (long long)type->min);
    else if (type->min || type->max)
        made = arena_format(arena, "a whole number from %lld to %lld",
                            (long long)type->min, (long long)type->max);
    return made ? made : "a whole number";
}

const char *schema_expected(const struct schema_type *type, struct arena *arena)
{
    if (type->what)
        return type->what;
    switch (type->kind) {
    case SCHEMA_TEXT:
        return "a text";
    case SCHEMA_NAME:
        return "a name";
    case SCHEMA_INTEGER:
        return expected_integer(type, arena);
    case SCHEMA_DURATION:
        return "a duration such as 30s, 15m or 8h";
    case SCHEMA_SIZE:
        return "a size such as 64KiB or 1MiB";
    case SCHEMA_DATE:
        return "a date such as 2027-06-30";
    case SCHEMA_BOOLEAN:
        return "true or false";
    case SCHEMA_LEVEL:
        return expected_words(level_words, ARRAY_SIZE(level_words), arena);
    case SCHEMA_WORD:
        return expected_words(type->words, type->n_words, arena);
    case SCHEMA_MAP:
    case SCHEMA_DICTIONARY:
        return "a map";
    case SCHEMA_LIST:
        return "a list";
    }
    return "something else";
}

/* The bytes a value takes in a struct or an array. */
static size_t type_size(const struct schema_type *type)
{
    switch (type->kind) {
    case SCHEMA_TEXT:
    case SCHEMA_NAME:
        return type->is_placed ? sizeof(struct schema_word)
                               : sizeof(const char *);
    case SCHEMA_INTEGER:
    case SCHEMA_DURATION:
    case SCHEMA_SIZE:
    case SCHEMA_DATE:
        return sizeof(int64_t);
    case SCHEMA_BOOLEAN:
        return sizeof(bool);
    case SCHEMA_LEVEL:
        return sizeof(enum auth_level);
    case SCHEMA_WORD:
        return sizeof(int);
    case SCHEMA_MAP:
        return type->size;
    case SCHEMA_LIST:
    case SCHEMA_DICTIONARY:
        return sizeof(struct items);
    }
    return 0;
}

/* `"idle": ` before a value that stands under a key. */
static const char *under_key(struct schema_reader *reader,
                             const struct yaml_node *node)
{
    const char *made =
        node->key.data
            ? arena_format(reader->arena,
                           "%s: ", message_quote(reader->arena, node->key))
            : NULL;

    return made ? made : "";
}

/* The one sentence about a value that is not what it should be. */
static bool fail_value(struct schema_reader *reader,
                       const struct schema_type *type,
                       const struct yaml_node *node)
{
    const char *hint = "";

    if (node->kind == YAML_BROKEN)
        return false;
    if (node->kind == YAML_TEXT && type->kind == SCHEMA_WORD)
        hint =
            message_hint(reader->arena, node->text, type->words, type->n_words);
    if (node->kind == YAML_TEXT && type->kind == SCHEMA_LEVEL)
        hint = message_hint(reader->arena, node->text, level_words,
                            ARRAY_SIZE(level_words));
    messages_error(reader->messages, node->place, "%sexpected %s, found %s%s",
                   under_key(reader, node),
                   schema_expected(type, reader->arena),
                   yaml_describe(node, reader->arena), hint);
    return false;
}

static bool is_within(const struct schema_type *type, int64_t value)
{
    return (type->min == 0 && type->max == 0) ||
           (value >= type->min && value <= type->max);
}

static bool read_text(struct schema_reader *reader,
                      const struct schema_type *type,
                      const struct yaml_node *node, void *out)
{
    const struct text text = node->text;
    const bool is_nothing = text.size == 0 && !node->is_quoted;
    const char *fault;

    if (is_nothing || (type->min && text.size < (size_t)type->min))
        return fail_value(reader, type, node);
    if (type->max && text.size > (size_t)type->max) {
        messages_error(
            reader->messages, node->place, "%s%s is longer than %lld bytes",
            under_key(reader, node), message_quote(reader->arena, text),
            (long long)type->max);
        return false;
    }
    assert(type->kind != SCHEMA_NAME || type->fault);
    fault = type->fault && text.size ? type->fault(text, text.size) : NULL;
    if (fault) {
        messages_error(reader->messages, node->place, "%s%s %s",
                       under_key(reader, node),
                       message_quote(reader->arena, text), fault);
        return false;
    }
    if (type->is_placed)
        *(struct schema_word *)out =
            (struct schema_word){.text = text.data, .place = node->place};
    else
        *(const char **)out = text.data;
    return true;
}

static bool read_number(struct schema_reader *reader,
                        const struct schema_type *type,
                        const struct yaml_node *node, void *out)
{
    int64_t value = 0;
    bool is_read = false;

    if (type->kind == SCHEMA_INTEGER)
        is_read = !node->is_quoted && schema_read_integer(node->text, &value);
    else if (type->kind == SCHEMA_DURATION)
        is_read = schema_read_duration(node->text, &value);
    else if (type->kind == SCHEMA_SIZE)
        is_read = schema_read_size(node->text, &value);
    else
        is_read = schema_read_date(node->text, &value);
    if (!is_read)
        return fail_value(reader, type, node);
    if (!is_within(type, value)) {
        messages_error(
            reader->messages, node->place, "%s%s is out of bounds; expected %s",
            under_key(reader, node), message_quote(reader->arena, node->text),
            schema_expected(type, reader->arena));
        return false;
    }
    *(int64_t *)out = value;
    return true;
}

static bool read_boolean(struct schema_reader *reader,
                         const struct schema_type *type,
                         const struct yaml_node *node, void *out)
{
    const bool is_true = text_equal(node->text, TEXT("true"));

    if (node->is_quoted || (!is_true && !text_equal(node->text, TEXT("false"))))
        return fail_value(reader, type, node);
    *(bool *)out = is_true;
    return true;
}

static bool read_level(struct schema_reader *reader,
                       const struct schema_type *type,
                       const struct yaml_node *node, void *out)
{
    const enum auth_level level = auth_level_read(node->text);

    if (level == AUTH_LEVEL_NONE)
        return fail_value(reader, type, node);
    *(enum auth_level *)out = level;
    return true;
}

static bool read_word(struct schema_reader *reader,
                      const struct schema_type *type,
                      const struct yaml_node *node, void *out)
{
    for (size_t i = 0; i < type->n_words; i++) {
        if (text_equal(node->text, text_of(type->words[i]))) {
            *(int *)out = (int)i;
            return true;
        }
    }
    return fail_value(reader, type, node);
}

static void place_set(void *out, size_t place_plus_1, struct policy_place place)
{
    if (place_plus_1)
        memcpy((char *)out + place_plus_1 - 1, &place, sizeof(place));
}

static void fail_unknown_key(struct schema_reader *reader,
                             const struct schema_type *type,
                             const struct yaml_node *item)
{
    const char *keys[FIELDS_MAX];

    for (size_t i = 0; i < type->n_fields; i++)
        keys[i] = type->fields[i].key;
    messages_error(
        reader->messages, item->key_place, "unknown key %s; expected %s%s",
        message_quote(reader->arena, item->key),
        expected_words(keys, type->n_fields, reader->arena),
        message_hint(reader->arena, item->key, keys, type->n_fields));
}

/* Which of the fields are there: seen[i] is the node of fields[i]. */
struct seen {
    const struct yaml_node *of[FIELDS_MAX];
};

static const struct yaml_node *seen_find(const struct seen *seen,
                                         const struct schema_type *type,
                                         const char *key)
{
    for (size_t i = 0; i < type->n_fields; i++)
        if (strcmp(type->fields[i].key, key) == 0)
            return seen->of[i];
    return NULL;
}

/* `"user" or "group"`: the keys of one choice. */
static const char *choice_words(struct schema_reader *reader,
                                const struct schema_type *type, unsigned choice)
{
    const char *made = "";

    for (size_t i = 0; made && i < type->n_fields; i++)
        if (type->fields[i].choice == choice)
            made = arena_format(reader->arena, "%s%s\"%s\"", made,
                                *made ? " or " : "", type->fields[i].key);
    return made ? made : "";
}

/* The first field of a choice looks after all of it. */
static bool check_choice(struct schema_reader *reader,
                         const struct schema_type *type,
                         const struct yaml_node *map, const struct seen *seen,
                         size_t first)
{
    const unsigned choice = type->fields[first].choice;
    const struct yaml_node *taken = NULL;

    for (size_t i = 0; i < type->n_fields; i++) {
        if (type->fields[i].choice != choice)
            continue;
        if (i < first)
            return true;
        if (!seen->of[i])
            continue;
        if (taken) {
            messages_error(reader->messages, seen->of[i]->key_place,
                           "give only one of %s",
                           choice_words(reader, type, choice));
            return false;
        }
        taken = seen->of[i];
    }
    if (!taken)
        messages_error(reader->messages, map->place, "expected %s here",
                       choice_words(reader, type, choice));
    return taken != NULL;
}

static bool check_field(struct schema_reader *reader,
                        const struct schema_type *type,
                        const struct yaml_node *map, const struct seen *seen,
                        size_t i)
{
    const struct schema_field *field = &type->fields[i];

    if (field->choice && !check_choice(reader, type, map, seen, i))
        return false;
    if (field->is_required && !seen->of[i]) {
        messages_error(reader->messages, map->place,
                       "the key \"%s\" is missing", field->key);
        return false;
    }
    if (field->needs && seen->of[i] && !seen_find(seen, type, field->needs)) {
        messages_error(reader->messages, seen->of[i]->key_place,
                       "\"%s\" needs \"%s\" beside it", field->key,
                       field->needs);
        return false;
    }
    return true;
}

static bool read_field(struct schema_reader *reader,
                       const struct schema_type *type,
                       const struct yaml_node *item, struct seen *seen,
                       void *out)
{
    for (size_t i = 0; i < type->n_fields; i++) {
        const struct schema_field *field = &type->fields[i];

        if (!text_equal(item->key, text_of(field->key)))
            continue;
        seen->of[i] = item;
        place_set(out, field->place, item->place);
        return schema_read(reader, field->type, item, (char *)out + field->at);
    }
    fail_unknown_key(reader, type, item);
    return false;
}

static bool read_map(struct schema_reader *reader,
                     const struct schema_type *type,
                     const struct yaml_node *node, void *out)
{
    struct seen seen = {0};
    bool is_good = true;

    assert(type->n_fields <= FIELDS_MAX);
    place_set(out, type->place, node->place);
    for (const struct yaml_node *item = node->first; item; item = item->next)
        if (item->key.data)
            is_good &= read_field(reader, type, item, &seen, out);
    for (size_t i = 0; i < type->n_fields; i++)
        is_good &= check_field(reader, type, node, &seen, i);
    return is_good;
}

/* A text in place of a map is the one field that matters most. */
static bool read_alone(struct schema_reader *reader,
                       const struct schema_type *type,
                       const struct yaml_node *node, void *out)
{
    place_set(out, type->place, node->place);
    for (size_t i = 0; i < type->n_fields; i++)
        if (strcmp(type->fields[i].key, type->alone) == 0)
            return schema_read(reader, type->fields[i].type, node,
                               (char *)out + type->fields[i].at);
    return fail_value(reader, type, node);
}

/* Bounds of how many items there are, and room for them. */
static char *run_room(struct schema_reader *reader,
                      const struct schema_type *type,
                      const struct yaml_node *node, size_t item_size)
{
    if (type->min && node->n_children < (size_t)type->min)
        messages_error(reader->messages, node->place,
                       "%sexpected at least %lld, found %zu",
                       under_key(reader, node), (long long)type->min,
                       node->n_children);
    else if (type->max && node->n_children > (size_t)type->max)
        messages_error(
            reader->messages, node->place, "%sexpected at most %lld, found %zu",
            under_key(reader, node), (long long)type->max, node->n_children);
    else
        return arena_alloc(reader->arena, node->n_children, item_size);
    return NULL;
}

static void item_init(const struct schema_type *type, void *out)
{
    if (type->kind == SCHEMA_MAP && type->initial)
        memcpy(out, type->initial, type->size);
}

/* Items that are wrong are kept as far as they could be read, so that what
 * refers to them by name is not told to be unknown as well. */
static bool read_list(struct schema_reader *reader,
                      const struct schema_type *type,
                      const struct yaml_node *node, void *out)
{
    const size_t size = type_size(type->item);
    char *items = run_room(reader, type, node, size);
    char *at = items;
    bool is_good = items != NULL;

    if (!items)
        return false;
    for (const struct yaml_node *item = node->first; item; item = item->next) {
        item_init(type->item, at);
        is_good &= schema_read(reader, type->item, item, at);
        at += size;
    }
    *(struct items *)out = (struct items){items, node->n_children};
    return is_good;
}

/* The key of an entry is read as if it were a text of its own. */
static bool read_key(struct schema_reader *reader,
                     const struct schema_type *type,
                     const struct yaml_node *item, struct schema_word *out)
{
    const struct yaml_node key = {.kind = YAML_TEXT,
                                  .is_quoted = true,
                                  .place = item->key_place,
                                  .text = item->key};

    return schema_read(reader, type->key, &key, out);
}

static bool read_dictionary(struct schema_reader *reader,
                            const struct schema_type *type,
                            const struct yaml_node *node, void *out)
{
    char *entries = run_room(reader, type, node, type->size);
    char *at = entries;
    bool is_good = entries != NULL;

    if (!entries)
        return false;
    for (const struct yaml_node *item = node->first; item; item = item->next) {
        if (!item->key.data)
            continue;
        item_init(type->item, at + type->value);
        is_good &= read_key(reader, type, item, (struct schema_word *)at);
        is_good &= schema_read(reader, type->item, item, at + type->value);
        at += type->size;
    }
    *(struct items *)out =
        (struct items){entries, (size_t)(at - entries) / type->size};
    return is_good;
}

static bool read_scalar(struct schema_reader *reader,
                        const struct schema_type *type,
                        const struct yaml_node *node, void *out)
{
    switch (type->kind) {
    case SCHEMA_TEXT:
    case SCHEMA_NAME:
        return read_text(reader, type, node, out);
    case SCHEMA_INTEGER:
    case SCHEMA_DURATION:
    case SCHEMA_SIZE:
    case SCHEMA_DATE:
        return read_number(reader, type, node, out);
    case SCHEMA_BOOLEAN:
        return read_boolean(reader, type, node, out);
    case SCHEMA_LEVEL:
        return read_level(reader, type, node, out);
    case SCHEMA_WORD:
        return read_word(reader, type, node, out);
    case SCHEMA_MAP:
    case SCHEMA_LIST:
    case SCHEMA_DICTIONARY:
        break;
    }
    return fail_value(reader, type, node);
}

/* A name without what it is the name of means nobody. */
static bool fail_alone(struct schema_reader *reader,
                       const struct schema_type *type,
                       const struct yaml_node *called)
{
    messages_error(reader->messages, called->place, "%s %s",
                   message_quote(reader->arena, called->text),
                   type->alone_lacks);
    return false;
}

/* { sid: S-1-5-21-.., name: "CORP\\Admins" }: the text under the one key, and
 * what people call it. */
static bool read_inside(struct schema_reader *reader,
                        const struct schema_type *type,
                        const struct yaml_node *node, void *out)
{
    const struct yaml_node *item = yaml_get(node, text_of(type->inside));
    const struct yaml_node *called =
        type->beside ? yaml_get(node, text_of(type->beside)) : NULL;
    struct schema_word *word = out;
    struct schema_word name;

    if (node->n_children != (size_t) !!item + (size_t) !!called ||
        (item && item->kind != YAML_TEXT) ||
        (called && called->kind != YAML_TEXT) || node->n_children == 0)
        return fail_value(reader, type, node);
    if (called && !read_text(reader, type, called, &name))
        return false;
    if (!item)
        return fail_alone(reader, type, called);
    if (!read_text(reader, type, item, out))
        return false;
    word->called = called ? name.text : NULL;
    return true;
}

static bool read_value(struct schema_reader *reader,
                       const struct schema_type *type,
                       const struct yaml_node *node, void *out)
{
    if (node->kind == YAML_TEXT && type->alone)
        return read_alone(reader, type, node, out);
    if (node->kind == YAML_TEXT)
        return read_scalar(reader, type, node, out);
    if (node->kind == YAML_MAP && type->inside)
        return read_inside(reader, type, node, out);
    if (node->kind == YAML_LIST && type->kind == SCHEMA_LIST)
        return read_list(reader, type, node, out);
    if (node->kind == YAML_MAP && type->kind == SCHEMA_MAP)
        return read_map(reader, type, node, out);
    if (node->kind == YAML_MAP && type->kind == SCHEMA_DICTIONARY)
        return read_dictionary(reader, type, node, out);
    return fail_value(reader, type, node);
}

bool schema_read(struct schema_reader *reader, const struct schema_type *type,
                 const struct yaml_node *node, void *out)
{
    const size_t n_errors = reader->messages->n_errors;

    if (!read_value(reader, type, node, out))
        return false;
    if (type->check)
        type->check(reader, node, out);
    return reader->messages->n_errors == n_errors &&
           arena_status(reader->arena) == STATUS_OK;
}

enum status schema_read_file(const char *file, struct text text,
                             const struct schema_type *type,
                             struct policy_messages *messages, void *out)
{
    struct arena *arena = messages->arena;
    struct schema_reader reader = {.arena = arena, .messages = messages};
    const size_t n_errors = messages->n_errors;
    const struct yaml_node *root;

    TRY(yaml_read(file, text, arena, messages, &root));
    if (!schema_read(&reader, type, root, out))
        TRY(arena_status(arena));
    return messages->n_errors == n_errors ? STATUS_OK : STATUS_INVALID;
}
