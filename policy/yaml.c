#include "policy/yaml.h"

#include <stdlib.h>
#include <yaml.h>

#include "policy/readable.h"

struct reader {
    yaml_parser_t parser;
    const char *file;
    struct arena *arena;
    struct policy_messages *messages;
    size_t n_nodes;
};

/* What is read, and into what. */
struct yaml_source {
    const char *file;
    struct text text;
    struct arena *arena;
};

static struct policy_place place_of(const struct reader *reader,
                                    yaml_mark_t mark)
{
    return (struct policy_place){reader->file, (unsigned)mark.line + 1,
                                 (unsigned)mark.column + 1};
}

/* What libyaml found wrong, where it found it. */
static enum status fail_syntax(struct reader *reader)
{
    const yaml_parser_t *parser = &reader->parser;

    if (parser->error == YAML_MEMORY_ERROR)
        return STATUS_NO_MEMORY;
    messages_error(reader->messages, place_of(reader, parser->problem_mark),
                   "not valid YAML: %s%s%s",
                   parser->problem ? parser->problem : "cannot be read",
                   parser->context ? " " : "",
                   parser->context ? parser->context : "");
    return STATUS_INVALID;
}

static enum status next_event(struct reader *reader, yaml_event_t *event_out)
{
    return yaml_parser_parse(&reader->parser, event_out) ? STATUS_OK
                                                         : fail_syntax(reader);
}

static void event_drop(yaml_event_t *event)
{
    yaml_event_delete(event);
}

/* Anchors and tags stand on any kind of node. */
static void check_plain(struct reader *reader, const yaml_event_t *event,
                        const yaml_char_t *anchor, const yaml_char_t *tag)
{
    const struct policy_place place = place_of(reader, event->start_mark);

    if (anchor)
        messages_error(reader->messages, place,
                       "anchors (&) are not used in these files");
    if (tag)
        messages_error(reader->messages, place,
                       "tags (!) are not used in these files");
}

static enum status read_scalar(struct reader *reader, const yaml_event_t *event,
                               struct text *text_out)
{
    const struct text text = {(const char *)event->data.scalar.value,
                              event->data.scalar.length};
    char *copy;

    check_plain(reader, event, event->data.scalar.anchor,
                event->data.scalar.tag);
    if (text.size && memchr(text.data, '\0', text.size)) {
        messages_error(reader->messages, place_of(reader, event->start_mark),
                       "a NUL character in a text");
        return STATUS_INVALID;
    }
    copy = arena_text(reader->arena, text);
    if (!copy)
        return arena_status(reader->arena);
    *text_out = (struct text){copy, text.size};
    return STATUS_OK;
}

static enum status read_node(struct reader *reader, const yaml_event_t *event,
                             unsigned depth, struct yaml_node *node_out);

/* A new node at the end of parent's children. */
static enum status node_add(struct reader *reader, struct yaml_node *parent,
                            struct yaml_node **last, struct yaml_node **out)
{
    struct yaml_node *node;

    if (++reader->n_nodes > YAML_NODES_MAX) {
        messages_error(reader->messages, parent->place,
                       "more than %d values in one file", YAML_NODES_MAX);
        return STATUS_INVALID;
    }
    node = arena_alloc(reader->arena, 1, sizeof(*node));
    if (!node)
        return arena_status(reader->arena);
    if (*last)
        (*last)->next = node;
    else
        parent->first = node;
    *last = node;
    parent->n_children++;
    *out = node;
    return STATUS_OK;
}

static enum status read_list(struct reader *reader, unsigned depth,
                             struct yaml_node *list)
{
    struct yaml_node *last = NULL;

    for (;;) {
        SCOPED(event_drop) yaml_event_t event = {.type = YAML_NO_EVENT};
        struct yaml_node *item;

        TRY(next_event(reader, &event));
        if (event.type == YAML_SEQUENCE_END_EVENT)
            return STATUS_OK;
        TRY(node_add(reader, list, &last, &item));
        TRY(read_node(reader, &event, depth + 1, item));
    }
}

static int key_compare(const void *left, const void *right)
{
    const struct yaml_node *a = *(const struct yaml_node *const *)left;
    const struct yaml_node *b = *(const struct yaml_node *const *)right;
    const size_t least = a->key.size < b->key.size ? a->key.size : b->key.size;
    const int by_bytes = least ? memcmp(a->key.data, b->key.data, least) : 0;

    if (by_bytes != 0)
        return by_bytes;
    if (a->key.size != b->key.size)
        return a->key.size < b->key.size ? -1 : 1;
    if (a->key_place.line != b->key_place.line)
        return a->key_place.line < b->key_place.line ? -1 : 1;
    return a->key_place.column < b->key_place.column ? -1 : 1;
}

/* Sorted, so that a map of very many keys costs no more than it should. */
static enum status check_keys(struct reader *reader,
                              const struct yaml_node *map)
{
    SCOPED(memory_drop) const struct yaml_node **keys = NULL;
    size_t n = 0;

    if (map->n_children < 2)
        return STATUS_OK;
    keys = calloc(map->n_children, sizeof(*keys));
    if (!keys)
        return STATUS_NO_MEMORY;
    for (const struct yaml_node *item = map->first; item; item = item->next)
        if (item->key.data)
            keys[n++] = item;
    qsort(keys, n, sizeof(const struct yaml_node *), key_compare);
    for (size_t i = 1; i < n; i++)
        if (text_equal(keys[i - 1]->key, keys[i]->key))
            messages_error(reader->messages, keys[i]->key_place,
                           "key %s is here twice; first in line %u, column %u",
                           message_quote(reader->arena, keys[i]->key),
                           keys[i - 1]->key_place.line,
                           keys[i - 1]->key_place.column);
    return STATUS_OK;
}

/* A key that is no scalar is told of and left nameless. */
static enum status read_key(struct reader *reader, const yaml_event_t *event,
                            unsigned depth, struct yaml_node *item)
{
    struct yaml_node key = {.kind = YAML_BROKEN};

    item->key_place = place_of(reader, event->start_mark);
    if (event->type == YAML_SCALAR_EVENT)
        return read_scalar(reader, event, &item->key);
    messages_error(reader->messages, item->key_place,
                   "a key must be a word, not a list, a map or an alias");
    return read_node(reader, event, depth, &key);
}

static enum status read_map(struct reader *reader, unsigned depth,
                            struct yaml_node *map)
{
    struct yaml_node *last = NULL;

    for (;;) {
        SCOPED(event_drop) yaml_event_t key = {.type = YAML_NO_EVENT};
        SCOPED(event_drop) yaml_event_t value = {.type = YAML_NO_EVENT};
        struct yaml_node *item;

        TRY(next_event(reader, &key));
        if (key.type == YAML_MAPPING_END_EVENT)
            return check_keys(reader, map);
        TRY(node_add(reader, map, &last, &item));
        TRY(read_key(reader, &key, depth + 1, item));
        TRY(next_event(reader, &value));
        TRY(read_node(reader, &value, depth + 1, item));
    }
}

static enum status read_node(struct reader *reader, const yaml_event_t *event,
                             unsigned depth, struct yaml_node *node_out)
{
    node_out->place = place_of(reader, event->start_mark);
    if (depth > YAML_DEPTH_MAX) {
        messages_error(reader->messages, node_out->place,
                       "nested more than %d deep", YAML_DEPTH_MAX);
        return STATUS_INVALID;
    }
    switch ((int)event->type) {
    case YAML_SCALAR_EVENT:
        node_out->kind = YAML_TEXT;
        node_out->is_quoted =
            event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
        return read_scalar(reader, event, &node_out->text);
    case YAML_SEQUENCE_START_EVENT:
        check_plain(reader, event, event->data.sequence_start.anchor,
                    event->data.sequence_start.tag);
        node_out->kind = YAML_LIST;
        return read_list(reader, depth, node_out);
    case YAML_MAPPING_START_EVENT:
        check_plain(reader, event, event->data.mapping_start.anchor,
                    event->data.mapping_start.tag);
        node_out->kind = YAML_MAP;
        return read_map(reader, depth, node_out);
    case YAML_ALIAS_EVENT:
        messages_error(reader->messages, node_out->place,
                       "aliases (*) are not used in these files");
        return STATUS_OK;
    default:
        messages_error(reader->messages, node_out->place, "not valid YAML");
        return STATUS_INVALID;
    }
}

static void check_directives(struct reader *reader, const yaml_event_t *start)
{
    if (start->data.document_start.version_directive ||
        start->data.document_start.tag_directives.start !=
            start->data.document_start.tag_directives.end)
        messages_error(reader->messages, place_of(reader, start->start_mark),
                       "directives (%%) are not used in these files");
}

static enum status fail_empty(struct reader *reader)
{
    messages_error(reader->messages, (struct policy_place){reader->file, 1, 1},
                   "the file is empty");
    return STATUS_INVALID;
}

/* Stream start, then the one document's start. */
static enum status read_head(struct reader *reader)
{
    SCOPED(event_drop) yaml_event_t stream = {.type = YAML_NO_EVENT};
    SCOPED(event_drop) yaml_event_t start = {.type = YAML_NO_EVENT};

    TRY(next_event(reader, &stream));
    TRY(next_event(reader, &start));
    if (start.type == YAML_STREAM_END_EVENT)
        return fail_empty(reader);
    check_directives(reader, &start);
    return STATUS_OK;
}

static enum status read_tail(struct reader *reader)
{
    SCOPED(event_drop) yaml_event_t end = {.type = YAML_NO_EVENT};
    SCOPED(event_drop) yaml_event_t next = {.type = YAML_NO_EVENT};

    TRY(next_event(reader, &end));
    TRY(next_event(reader, &next));
    if (next.type == YAML_STREAM_END_EVENT)
        return STATUS_OK;
    messages_error(reader->messages, place_of(reader, next.start_mark),
                   "a second document; one file is one document");
    return STATUS_INVALID;
}

static enum status read_document(struct reader *reader, struct yaml_node *root)
{
    SCOPED(event_drop) yaml_event_t event = {.type = YAML_NO_EVENT};

    TRY(read_head(reader));
    TRY(next_event(reader, &event));
    TRY(read_node(reader, &event, 1, root));
    return read_tail(reader);
}

static enum status read_one_of_many(struct reader *reader,
                                    const yaml_event_t *start,
                                    struct yaml_node *list,
                                    struct yaml_node **last)
{
    SCOPED(event_drop) yaml_event_t event = {.type = YAML_NO_EVENT};
    SCOPED(event_drop) yaml_event_t end = {.type = YAML_NO_EVENT};
    struct yaml_node *document;

    check_directives(reader, start);
    TRY(node_add(reader, list, last, &document));
    TRY(next_event(reader, &event));
    TRY(read_node(reader, &event, 1, document));
    return next_event(reader, &end);
}

static enum status read_documents(struct reader *reader, struct yaml_node *list)
{
    SCOPED(event_drop) yaml_event_t stream = {.type = YAML_NO_EVENT};
    struct yaml_node *last = NULL;

    list->kind = YAML_LIST;
    list->place = (struct policy_place){reader->file, 1, 1};
    TRY(next_event(reader, &stream));
    for (;;) {
        SCOPED(event_drop) yaml_event_t start = {.type = YAML_NO_EVENT};

        TRY(next_event(reader, &start));
        if (start.type == YAML_STREAM_END_EVENT)
            return last ? STATUS_OK : fail_empty(reader);
        TRY(read_one_of_many(reader, &start, list, &last));
    }
}

static enum status check_bytes(const char *file, struct text text,
                               struct policy_messages *messages)
{
    const struct policy_place start = {file, 1, 1};

    if (text.size > YAML_FILE_MAX_BYTES)
        messages_error(messages, start, "larger than %d MiB",
                       YAML_FILE_MAX_BYTES / 1024 / 1024);
    else if (text.size >= 3 && memcmp(text.data, "\xEF\xBB\xBF", 3) == 0)
        messages_error(messages, start,
                       "begins with a byte order mark; save it as UTF-8 "
                       "without one");
    else
        return readable_check(file, text, messages);
    return STATUS_INVALID;
}

static enum status read_file(const struct yaml_source *source,
                             struct policy_messages *messages,
                             enum status (*read)(struct reader *reader,
                                                 struct yaml_node *root),
                             const struct yaml_node **root_out)
{
    const struct text text = source->text;
    struct reader reader = {
        .file = source->file, .arena = source->arena, .messages = messages};
    struct yaml_node *root = arena_alloc(source->arena, 1, sizeof(*root));
    enum status status;

    if (!root)
        return arena_status(source->arena);
    TRY(check_bytes(source->file, text, messages));
    if (!yaml_parser_initialize(&reader.parser))
        return STATUS_NO_MEMORY;
    yaml_parser_set_encoding(&reader.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(
        &reader.parser, (const unsigned char *)(text.data ? text.data : ""),
        text.size);
    status = read(&reader, root);
    yaml_parser_delete(&reader.parser);
    if (status == STATUS_OK)
        *root_out = root;
    return status;
}

enum status yaml_read(const char *file, struct text text, struct arena *arena,
                      struct policy_messages *messages,
                      const struct yaml_node **root_out)
{
    const struct yaml_source source = {file, text, arena};

    return read_file(&source, messages, read_document, root_out);
}

enum status yaml_read_documents(const char *file, struct text text,
                                struct arena *arena,
                                struct policy_messages *messages,
                                const struct yaml_node **list_out)
{
    const struct yaml_source source = {file, text, arena};

    return read_file(&source, messages, read_documents, list_out);
}

const struct yaml_node *yaml_get(const struct yaml_node *map, struct text key)
{
    if (map->kind != YAML_MAP)
        return NULL;
    for (const struct yaml_node *item = map->first; item; item = item->next)
        if (item->key.data && text_equal(item->key, key))
            return item;
    return NULL;
}

const char *yaml_describe(const struct yaml_node *node, struct arena *arena)
{
    switch (node->kind) {
    case YAML_BROKEN:
        return "nothing";
    case YAML_TEXT:
        return node->text.size == 0 && !node->is_quoted
                   ? "nothing"
                   : message_quote(arena, node->text);
    case YAML_LIST:
        return "a list";
    case YAML_MAP:
        return "a map";
    }
    return "nothing";
}
