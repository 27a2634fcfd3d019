#include "provider/web/pack.h"

#include <zlib.h>

enum {
    LEVEL = 1,        /* three quarters of the gain for a third of the time */
    WINDOW = 15 + 16, /* the largest, with the head of gzip */
    MEMORY = 8,
};

static struct text trim(struct text word)
{
    while (word.size > 0 && (word.data[0] == ' ' || word.data[0] == '\t'))
        word = (struct text){word.data + 1, word.size - 1};
    while (word.size > 0 && (word.data[word.size - 1] == ' ' ||
                             word.data[word.size - 1] == '\t'))
        word.size--;
    return word;
}

/* Takes off what stands before the mark, and the mark. */
static struct text cut(struct text *rest, char mark)
{
    const char *at = rest->size ? memchr(rest->data, mark, rest->size) : NULL;
    struct text word = *rest;

    if (!at) {
        *rest = TEXT("");
        return trim(word);
    }
    word.size = (size_t)(at - rest->data);
    rest->data += word.size + 1;
    rest->size -= word.size + 1;
    return trim(word);
}

/* "q=0", "q=0.0": not at all. */
static bool is_refused(struct text weight)
{
    if (weight.size < 2 || weight.data[1] != '=' ||
        (weight.data[0] != 'q' && weight.data[0] != 'Q'))
        return false;
    for (size_t i = 2; i < weight.size; i++)
        if (weight.data[i] != '0' && weight.data[i] != '.')
            return false;
    return true;
}

bool pack_is_taken(struct text accept_encoding)
{
    while (accept_encoding.size > 0) {
        struct text coding = cut(&accept_encoding, ',');
        const struct text name = cut(&coding, ';');

        if (text_equal_nocase(name, TEXT("gzip")))
            return !is_refused(trim(coding));
    }
    return false;
}

/* All of it in one step: there is room for whatever it becomes. */
static bool deflate_whole(z_stream *stream, struct text body, struct buf *out)
{
    const uLong most = deflateBound(stream, body.size);
    char *room = buf_reserve(out, most);

    if (!room)
        return false;
    stream->next_in = (z_const Bytef *)(uintptr_t)body.data;
    stream->avail_in = (uInt)body.size;
    stream->next_out = (Bytef *)room;
    stream->avail_out = (uInt)most;
    if (deflate(stream, Z_FINISH) != Z_STREAM_END)
        return false;
    buf_added(out, most - stream->avail_out);
    return true;
}

bool pack_gzip(struct text body, struct buf *out)
{
    z_stream stream = {.zalloc = Z_NULL};
    bool is_done;

    if (body.size < PACK_MIN_BYTES || body.size > PACK_MAX_BYTES ||
        deflateInit2(&stream, LEVEL, Z_DEFLATED, WINDOW, MEMORY,
                     Z_DEFAULT_STRATEGY) != Z_OK)
        return false;
    is_done = deflate_whole(&stream, body, out);
    (void)deflateEnd(&stream);
    return is_done;
}
