#include "provider/object/import_keys.h"

#include <inttypes.h>

static bool read_number(struct text key, int64_t *number_out)
{
    int64_t number = 0;

    if (key.size == 0 || key.size > 18 || key.data[0] == '0')
        return false;
    for (size_t i = 0; i < key.size; i++) {
        if (key.data[i] < '0' || key.data[i] > '9')
            return false;
        number = number * 10 + (key.data[i] - '0');
    }
    *number_out = number;
    return true;
}

static void put_separator(struct buf *out)
{
    if (out->size)
        buf_append_char(out, ',');
}

void import_keys_end(struct import_keys *keys)
{
    if (!keys->has_range)
        return;
    put_separator(keys->out);
    buf_append_format(keys->out, "%" PRId64, keys->first);
    if (keys->last > keys->first)
        buf_append_format(keys->out, "-%" PRId64, keys->last);
    keys->has_range = false;
}

void import_keys_add(struct import_keys *keys, struct text key)
{
    int64_t number;
    const bool is_number = read_number(key, &number);

    if (is_number && keys->has_range && number == keys->last + 1) {
        keys->last = number;
        return;
    }
    import_keys_end(keys);
    if (is_number) {
        keys->has_range = true;
        keys->first = keys->last = number;
        return;
    }
    put_separator(keys->out);
    buf_append_text(keys->out, key);
}

size_t import_keys_size(const struct import_keys *keys)
{
    return keys->out->size + (keys->has_range ? 40 : 0);
}
