#include "provider/store/archive/archive_line.h"

#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "provider/base/hex.h"
#include "provider/base/json_writer.h"

enum { ARCHIVE_VERSION = 1, NAME_BYTES = 32 };

/* In the order of the columns. */
static const char *const names[] = {
    "id",        "wall_ms", "mono_ms", "boot",    "event",  "user",
    "method",    "level",   "peer",    "session", "class",  "key",
    "operation", "outcome", "reason",  "grant",   "detail", "message_id",
    "request",   "trace",   "span",
};

_Static_assert(ARRAY_SIZE(names) == N_COLUMNS, "each has a name");

static json_t *parse(struct text line)
{
    return json_loadb(line.data, line.size, JSON_REJECT_DUPLICATES, NULL);
}

static void json_drop(json_t **json)
{
    json_decref(*json);
}

/* ---- The head ---- */

void archive_line_head(const struct archive_seal *seal, struct buf *out)
{
    struct json_writer w = json_writer_make(out);

    writer_object_begin(&w);
    writer_put_int(&w, "archive", ARCHIVE_VERSION);
    writer_put_string(&w, "store", seal->store);
    writer_put_int(&w, "behind", seal->before.id);
    writer_put_string(&w, "before", seal->before.hash);
    writer_object_end(&w);
    buf_append_char(out, '\n');
}

static bool take_name(const json_t *root, const char *key, char *out,
                      size_t size)
{
    const char *value = json_string_value(json_object_get(root, key));

    return value && (size_t)snprintf(out, size, "%s", value) == size - 1;
}

enum status archive_line_read_head(struct text line,
                                   struct archive_seal *seal_out)
{
    SCOPED(json_drop) json_t *root = parse(line);
    SCOPED(buf_free) struct buf again = buf_make(SEAL_LINE_BYTES);
    struct archive_seal seal = {0};

    seal.before.id = json_integer_value(json_object_get(root, "behind"));
    if (!take_name(root, "store", seal.store, sizeof(seal.store)) ||
        !take_name(root, "before", seal.before.hash, sizeof(seal.before.hash)))
        return STATUS_INVALID;
    archive_line_head(&seal, &again);
    TRY(buf_status(&again));
    again.size--; /* the end of the line */
    if (!text_equal(buf_text(&again), line))
        return STATUS_INVALID;
    *seal_out = seal;
    return STATUS_OK;
}

/* ---- A record ---- */

/* Can it be a string of JSON without a loss? */
static bool is_plain(struct text text)
{
    return text_is_utf8(text) && !memchr(text.data, '\0', text.size);
}

static void put_hex(struct json_writer *w, const char *name, struct text value)
{
    SCOPED(memory_drop) char *hex = malloc(2 * value.size + 1);
    char key[NAME_BYTES];

    if (!hex) {
        w->out->failed = STATUS_NO_MEMORY;
        return;
    }
    hex_write((const unsigned char *)value.data, value.size, hex);
    snprintf(key, sizeof(key), "%s_hex", name);
    writer_put_string(w, key, hex);
}

static void put_column(struct json_writer *w, const struct audit_entry *entry,
                       int column)
{
    const struct text value = entry->texts[column];

    if (audit_column_is_number(column)) {
        if (entry->numbers[column] != 0)
            writer_put_int(w, names[column], entry->numbers[column]);
    } else if (value.size > 0 && is_plain(value)) {
        writer_put_text(w, names[column], value);
    } else if (value.size > 0) {
        put_hex(w, names[column], value);
    }
}

void archive_line_record(const struct audit_entry *entry,
                         const unsigned char hash[AUDIT_SUM_BYTES],
                         struct buf *out)
{
    struct json_writer w = json_writer_make(out);
    char text[AUDIT_HASH_BYTES];

    audit_sum_write(hash, text);
    writer_object_begin(&w);
    for (int column = 0; column < N_COLUMNS; column++)
        put_column(&w, entry, column);
    writer_put_string(&w, "hash", text);
    writer_object_end(&w);
    buf_append_char(out, '\n');
}

void archive_record_clear(struct archive_record *record)
{
    json_decref(record->root);
    buf_free(&record->bytes);
}

/* Into a buffer whose size was set aside before: it does not move. */
static struct text take_hex(struct buf *bytes, const char *hex)
{
    const size_t from = bytes->size;
    unsigned value;

    for (; hex[0] && hex[1]; hex += 2) {
        const char two[3] = {hex[0], hex[1], '\0'};

        buf_append_char(bytes,
                        sscanf(two, "%2x", &value) == 1 ? (char)value : '\0');
    }
    return (struct text){buf_text(bytes).data + from, bytes->size - from};
}

static void take_column(struct archive_record *record, int column)
{
    const json_t *value = json_object_get(record->root, names[column]);
    const char *hex;
    char key[NAME_BYTES];

    snprintf(key, sizeof(key), "%s_hex", names[column]);
    hex = json_string_value(json_object_get(record->root, key));
    if (audit_column_is_number(column))
        record->entry.numbers[column] = json_integer_value(value);
    else if (hex)
        record->entry.texts[column] = take_hex(&record->bytes, hex);
    else if (value)
        record->entry.texts[column] =
            (struct text){json_string_value(value), json_string_length(value)};
}

/* Would we write it so? */
static bool is_ours(const struct archive_record *record, struct text line)
{
    SCOPED(buf_free) struct buf again = buf_make(ARCHIVE_LINE_MAX_BYTES);

    archive_line_record(&record->entry, record->hash, &again);
    return buf_status(&again) == STATUS_OK && again.size == line.size + 1 &&
           memcmp(again.data, line.data, line.size) == 0;
}

static enum status take_record(struct archive_record *record, struct text line)
{
    char hash[AUDIT_HASH_BYTES];

    if (!take_name(record->root, "hash", hash, sizeof(hash)))
        return STATUS_INVALID;
    audit_sum_read(hash, record->hash);
    record->bytes = buf_make(ARCHIVE_LINE_MAX_BYTES);
    if (!buf_reserve(&record->bytes, line.size))
        return STATUS_NO_MEMORY;
    for (int column = 0; column < N_COLUMNS; column++)
        take_column(record, column);
    return is_ours(record, line) ? STATUS_OK : STATUS_INVALID;
}

enum status archive_line_read(struct text line,
                              struct archive_record *record_out,
                              char text_out[SEAL_LINE_BYTES])
{
    SCOPED(archive_record_clear)
    struct archive_record record = {.root = parse(line)};
    SCOPED(buf_free) struct buf again = buf_make(2 * SEAL_LINE_BYTES);
    const char *seal = json_string_value(json_object_get(record.root, "seal"));

    if (seal) {
        archive_line_seal(seal, &again);
        if (again.size != line.size + 1 ||
            memcmp(again.data, line.data, line.size) != 0 ||
            snprintf(text_out, SEAL_LINE_BYTES, "%s", seal) >= SEAL_LINE_BYTES)
            return STATUS_INVALID;
        return STATUS_END;
    }
    TRY(take_record(&record, line));
    *record_out = record;
    record = (struct archive_record){.root = NULL};
    return STATUS_OK;
}

/* ---- The seal ---- */

void archive_line_seal(const char *text, struct buf *out)
{
    struct json_writer w = json_writer_make(out);

    writer_object_begin(&w);
    writer_put_string(&w, "seal", text);
    writer_object_end(&w);
    buf_append_char(out, '\n');
}
