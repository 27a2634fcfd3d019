#include "provider/base/json_writer.h"

#include <stdio.h>
#include <string.h>

struct json_writer json_writer_make(struct buf *out)
{
    return (struct json_writer){.out = out};
}

struct json_mark json_writer_mark(const struct json_writer *w)
{
    return (struct json_mark){w->out->size, w->comma};
}

void json_writer_return(struct json_writer *w, struct json_mark mark)
{
    buf_truncate(w->out, mark.size);
    w->comma = mark.comma;
}

static void separate(struct json_writer *w)
{
    if (w->comma)
        buf_append_char(w->out, ',');
    w->comma = true;
}

static void open_with(struct json_writer *w, char bracket)
{
    separate(w);
    buf_append_char(w->out, bracket);
    w->comma = false;
}

static void close_with(struct json_writer *w, char bracket)
{
    buf_append_char(w->out, bracket);
    w->comma = true;
}

void writer_object_begin(struct json_writer *w)
{
    open_with(w, '{');
}

void writer_object_end(struct json_writer *w)
{
    close_with(w, '}');
}

void writer_array_begin(struct json_writer *w)
{
    open_with(w, '[');
}

void writer_array_end(struct json_writer *w)
{
    close_with(w, ']');
}

static bool is_plain(unsigned char c)
{
    return c >= 0x20 && c < 0x7F && c != '"' && c != '\\';
}

static void put_escape(struct buf *out, unsigned char c)
{
    char escape[8];

    switch (c) {
    case '"':
        buf_append(out, "\\\"", 2);
        return;
    case '\\':
        buf_append(out, "\\\\", 2);
        return;
    case '\n':
        buf_append(out, "\\n", 2);
        return;
    case '\t':
        buf_append(out, "\\t", 2);
        return;
    default:
        snprintf(escape, sizeof(escape), "\\u%04x", c);
        buf_append(out, escape, 6);
    }
}

/* Invisible characters and those that move others are escaped: audit records
 * are read in terminals too. */
static void put_code(struct buf *out, uint32_t code)
{
    char escape[16];
    const uint32_t beyond = code - 0x10000;

    if (code < 0x10000)
        snprintf(escape, sizeof(escape), "\\u%04x", code);
    else
        snprintf(escape, sizeof(escape), "\\u%04x\\u%04x",
                 0xD800 + (beyond >> 10), 0xDC00 + (beyond & 0x3FF));
    buf_append_string(out, escape);
}

/* One non-ASCII character; returns its length in bytes. */
static size_t put_character(struct buf *out, struct text rest)
{
    uint32_t code = 0;
    const size_t length = text_code_point(rest, &code);

    if (length == 0)
        buf_append(out, "\xEF\xBF\xBD", 3);
    else if (text_is_visible(code))
        buf_append(out, rest.data, length);
    else
        put_code(out, code);
    return length ? length : 1;
}

/* The same for eight characters at once; may call plain ones unusual. */
static bool are_plain(const char *in)
{
    const uint64_t ones = UINT64_MAX / UINT8_MAX, high = ones << 7;
    uint64_t word, quote, slash, last;

    memcpy(&word, in, sizeof(word));
    quote = word ^ ones * '"';
    slash = word ^ ones * '\\';
    last = word ^ ones * 0x7F;
    return !((word | (word - ones * 0x20) | (quote - ones) | (slash - ones) |
              (last - ones)) &
             high);
}

/* The number of characters that need no escape, from the first on. */
static size_t plain_run(struct text value)
{
    const unsigned char *in = (const unsigned char *)value.data;
    size_t run = 0;

    while (value.size - run >= sizeof(uint64_t) && are_plain(value.data + run))
        run += sizeof(uint64_t);
    if (value.size >= sizeof(uint64_t) && value.size - run < sizeof(uint64_t) &&
        are_plain(value.data + value.size - sizeof(uint64_t)))
        return value.size; /* the rest, and some of it again */
    while (run < value.size && is_plain(in[run]))
        run++;
    return run;
}

static void put_quoted(struct buf *out, struct text value)
{
    buf_append_char(out, '"');
    while (value.size > 0) {
        const size_t run = plain_run(value);
        size_t taken = 1;

        buf_append(out, value.data, run);
        value = (struct text){value.data + run, value.size - run};
        if (value.size == 0)
            break;
        if ((unsigned char)value.data[0] < 0x80)
            put_escape(out, (unsigned char)value.data[0]);
        else
            taken = put_character(out, value);
        value = (struct text){value.data + taken, value.size - taken};
    }
    buf_append_char(out, '"');
}

/*
 * Nearly all texts need no escape: a comma if one is due, the text in quotes,
 * and a colon after a key, all in one piece. False, and nothing done,
 * otherwise.
 */
static bool put_plain(struct json_writer *w, struct text value, bool is_key)
{
    size_t size = value.size + 2 + is_key + w->comma;
    char *at;

    if (plain_run(value) < value.size)
        return false;
    at = buf_reserve(w->out, size);
    if (!at)
        return true; /* the buffer says why */
    if (w->comma)
        *at++ = ',';
    *at++ = '"';
    if (value.size)
        memcpy(at, value.data, value.size);
    at += value.size;
    *at++ = '"';
    if (is_key)
        *at = ':';
    buf_added(w->out, size);
    return true;
}

void writer_key(struct json_writer *w, const char *key)
{
    const struct text name = text_of(key);

    if (!put_plain(w, name, true)) {
        separate(w);
        put_quoted(w->out, name);
        buf_append_char(w->out, ':');
    }
    w->comma = false;
}

void writer_text(struct json_writer *w, struct text value)
{
    if (put_plain(w, value, false)) {
        w->comma = true;
        return;
    }
    separate(w);
    put_quoted(w->out, value);
}

void writer_string(struct json_writer *w, const char *value)
{
    if (value)
        writer_text(w, text_of(value));
    else
        writer_null(w);
}

void writer_int(struct json_writer *w, int64_t value)
{
    char digits[24];
    size_t at = sizeof(digits);
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

    do { /* written from the back; printf costs more than the rest of an answer
          */
        digits[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (value < 0)
        digits[--at] = '-';
    separate(w);
    buf_append(w->out, digits + at, sizeof(digits) - at);
}

/* A comma if one is due, and bytes that are JSON already. */
static void put_raw(struct json_writer *w, struct text json)
{
    const size_t size = json.size + w->comma;
    char *at = buf_reserve(w->out, size);

    if (!at)
        return; /* the buffer says why */
    if (w->comma)
        *at++ = ',';
    if (json.size)
        memcpy(at, json.data, json.size);
    buf_added(w->out, size);
}

void writer_raw(struct json_writer *w, struct text json)
{
    put_raw(w, json);
    w->comma = true;
}

void writer_raw_key(struct json_writer *w, struct text key)
{
    put_raw(w, key);
    w->comma = false;
}

void writer_bool(struct json_writer *w, bool value)
{
    writer_raw(w, value ? TEXT("true") : TEXT("false"));
}

void writer_null(struct json_writer *w)
{
    writer_raw(w, TEXT("null"));
}

void writer_put_text(struct json_writer *w, const char *key, struct text value)
{
    writer_key(w, key);
    writer_text(w, value);
}

void writer_put_string(struct json_writer *w, const char *key,
                       const char *value)
{
    writer_key(w, key);
    writer_string(w, value);
}

void writer_put_int(struct json_writer *w, const char *key, int64_t value)
{
    writer_key(w, key);
    writer_int(w, value);
}

void writer_put_bool(struct json_writer *w, const char *key, bool value)
{
    writer_key(w, key);
    writer_bool(w, value);
}
