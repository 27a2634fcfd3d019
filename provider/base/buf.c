#include "provider/base/buf.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_CAPACITY = 256 };

struct buf buf_make(size_t max_bytes)
{
    return (struct buf){.max_bytes = max_bytes};
}

void buf_free(struct buf *buf)
{
    free(buf->data);
    *buf = buf_make(buf->max_bytes);
}

void buf_wipe(struct buf *buf)
{
    if (buf->data)
        explicit_bzero(buf->data, buf->capacity);
    buf_free(buf);
}

enum status buf_status(const struct buf *buf)
{
    return buf->failed;
}

struct text buf_text(const struct buf *buf)
{
    return (struct text){buf->data ? buf->data + buf->start : NULL, buf->size};
}

/* Moves the bytes into memory for need bytes. The old memory is wiped: a buffer
 * may hold a secret and must leave no copy behind. */
static bool grow(struct buf *buf, size_t need)
{
    size_t capacity = buf->capacity ? buf->capacity : FIRST_CAPACITY;
    char *data;

    while (capacity < need)
        capacity *= 2;
    data = malloc(capacity);
    if (!data)
        return false;
    if (buf->size)
        memcpy(data, buf->data + buf->start, buf->size);
    if (buf->data)
        explicit_bzero(buf->data, buf->capacity);
    free(buf->data);
    buf->data = data;
    buf->start = 0;
    buf->capacity = capacity;
    return true;
}

char *buf_reserve(struct buf *buf, size_t size)
{
    if (buf->failed != STATUS_OK)
        return NULL;
    if (size > buf->max_bytes || buf->size > buf->max_bytes - size) {
        buf->failed = STATUS_LIMIT;
        return NULL;
    }
    if (buf->start + buf->size + size > buf->capacity) {
        if (buf->data && buf->size + size <= buf->capacity &&
            buf->start >= buf->capacity / 2) {
            memmove(buf->data, buf->data + buf->start, buf->size);
            /* What was there before leaves no copy behind either. */
            explicit_bzero(buf->data + buf->size, buf->start);
            buf->start = 0;
        } else if (!grow(buf, buf->size + size)) {
            buf->failed = STATUS_NO_MEMORY;
            return NULL;
        }
    }
    if (!buf->data && !grow(buf, 1)) {
        buf->failed = STATUS_NO_MEMORY;
        return NULL;
    }
    return buf->data + buf->start + buf->size;
}

void buf_expect(struct buf *buf, size_t size)
{
    if (!buf->data && size <= buf->max_bytes)
        (void)grow(buf, size);
}

void buf_added(struct buf *buf, size_t size)
{
    assert(buf->start + buf->size + size <= buf->capacity);
    buf->size += size;
}

void buf_append(struct buf *buf, const void *data, size_t size)
{
    char *room;

    if (size == 0)
        return;
    room = buf_reserve(buf, size);
    if (!room)
        return;
    memcpy(room, data, size);
    buf->size += size;
}

void buf_append_text(struct buf *buf, struct text text)
{
    buf_append(buf, text.data, text.size);
}

void buf_append_string(struct buf *buf, const char *string)
{
    buf_append(buf, string, strlen(string));
}

void buf_append_char(struct buf *buf, char c)
{
    char *room = buf_reserve(buf, 1);

    if (!room)
        return;
    *room = c;
    buf->size++;
}

void buf_append_format(struct buf *buf, const char *format, ...)
{
    va_list measure, print;
    int length;
    char *room;

    va_start(measure, format);
    va_copy(print, measure);
    length = vsnprintf(NULL, 0, format, measure);
    va_end(measure);
    room = length < 0 ? NULL : buf_reserve(buf, (size_t)length + 1);
    if (room) {
        vsnprintf(room, (size_t)length + 1, format, print);
        buf->size += (size_t)length;
    }
    va_end(print);
}

void buf_consume(struct buf *buf, size_t size)
{
    assert(size <= buf->size);
    buf->start += size;
    buf->size -= size;
    if (buf->size == 0)
        buf->start = 0;
}

void buf_clear(struct buf *buf)
{
    buf->start = 0;
    buf->size = 0;
    buf->failed = STATUS_OK;
}

void buf_truncate(struct buf *buf, size_t size)
{
    assert(size <= buf->size);
    buf->size = size;
    buf->failed = STATUS_OK;
}
