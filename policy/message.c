#include "policy/message.h"

#include <stdio.h>
#include <string.h>

struct policy_messages messages_make(struct arena *arena)
{
    return (struct policy_messages){.arena = arena};
}

static struct policy_message *message_room(struct policy_messages *messages)
{
    if (messages->n_items == MESSAGES_MAX) {
        messages->n_dropped++;
        return NULL;
    }
    if (messages->n_items == messages->n_room) {
        const size_t room = messages->n_room ? messages->n_room * 2 : 16;
        struct policy_message *items =
            arena_alloc(messages->arena, room, sizeof(*items));

        if (!items)
            return NULL;
        if (messages->n_items)
            memcpy(items, messages->items, messages->n_items * sizeof(*items));
        messages->items = items;
        messages->n_room = room;
    }
    return &messages->items[messages->n_items];
}

void messages_add(struct policy_messages *messages,
                  enum policy_severity severity, struct policy_place place,
                  const char *format, va_list arguments)
{
    struct policy_message *message;
    const char *text;

    if (severity == POLICY_ERROR)
        messages->n_errors++;
    message = message_room(messages);
    if (!message)
        return;
    text = arena_vformat(messages->arena, format, arguments);
    *message = (struct policy_message){severity, place, text ? text : ""};
    messages->n_items++;
}

void messages_error(struct policy_messages *messages, struct policy_place place,
                    const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    messages_add(messages, POLICY_ERROR, place, format, arguments);
    va_end(arguments);
}

void messages_warn(struct policy_messages *messages, struct policy_place place,
                   const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    messages_add(messages, POLICY_WARNING, place, format, arguments);
    va_end(arguments);
}

static int message_compare(const void *left, const void *right)
{
    const struct policy_place *a =
        &((const struct policy_message *)left)->place;
    const struct policy_place *b =
        &((const struct policy_message *)right)->place;
    const int by_file = strcmp(a->file ? a->file : "", b->file ? b->file : "");

    if (by_file != 0)
        return by_file;
    if (a->line != b->line)
        return a->line < b->line ? -1 : 1;
    if (a->column != b->column)
        return a->column < b->column ? -1 : 1;
    return 0;
}

/* Insertion sort is stable, and messages are nearly sorted. */
void messages_sort(struct policy_messages *messages)
{
    struct policy_message *items = messages->items;

    for (size_t i = 1; i < messages->n_items; i++) {
        const struct policy_message message = items[i];
        size_t to = i;

        for (; to > 0 && message_compare(&items[to - 1], &message) > 0; to--)
            items[to] = items[to - 1];
        items[to] = message;
    }
}

/* Bytes of the first character if it is printed as is; 0: it is not. */
static size_t plain_bytes(struct text text)
{
    size_t size = 1;

    if (text.data[0] == '"' || text.data[0] == '\\')
        return 0;
    while (size < text.size && ((unsigned char)text.data[size] & 0xC0) == 0x80)
        size++;
    return text_is_name((struct text){text.data, size}, size) ||
                   text.data[0] == ' '
               ? size
               : 0;
}

const char *message_quote(struct arena *arena, struct text text)
{
    char made[MESSAGE_QUOTE_MAX_BYTES + 16];
    const char *quoted;
    size_t n = 0;
    size_t at = 0;

    made[n++] = '"';
    while (at < text.size && n < MESSAGE_QUOTE_MAX_BYTES) {
        const size_t plain =
            plain_bytes((struct text){text.data + at, text.size - at});

        if (plain && plain <= 4) {
            memcpy(made + n, text.data + at, plain);
            n += plain;
            at += plain;
            continue;
        }
        n += (size_t)snprintf(made + n, 5, "\\x%02x",
                              (unsigned)(unsigned char)text.data[at]);
        at++;
    }
    memcpy(made + n, at < text.size ? "..\"" : "\"", at < text.size ? 4 : 2);
    n += at < text.size ? 3 : 1;
    quoted = arena_text(arena, (struct text){made, n});
    return quoted ? quoted : "\"\"";
}

const char *message_hint(struct arena *arena, struct text text,
                         const char *const words[], size_t n_words)
{
    const char *nearest = text_nearest(text, words, n_words);
    const char *made =
        nearest ? arena_format(arena, "; did you mean \"%s\"?", nearest) : NULL;

    return made ? made : "";
}

void policy_message_write(const struct policy_message *message, struct buf *out)
{
    if (message->place.file)
        buf_append_format(out, "%s:", message->place.file);
    if (message->place.line)
        buf_append_format(out, "%u:%u:", message->place.line,
                          message->place.column);
    buf_append_string(out, message->place.file ? " " : "");
    buf_append_string(out, message->severity == POLICY_ERROR ? "error: "
                                                             : "warning: ");
    buf_append_string(out, message->text);
    buf_append_char(out, '\n');
}
