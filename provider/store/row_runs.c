#include "provider/store/row_runs.h"

#include <stdlib.h>

enum { BITS = 7, MORE = 1 << BITS, SHIFT_MAX = 56 };

/* ---- As bytes ---- */

static void put_number(struct buf *into, uint64_t number)
{
    for (; number >= MORE; number >>= BITS)
        buf_append_char(into, (char)((number & (MORE - 1)) | MORE));
    buf_append_char(into, (char)number);
}

void row_run_append(struct buf *runs, int64_t last, struct row_run run)
{
    put_number(runs, (uint64_t)(run.first - last - 1));
    put_number(runs, (uint64_t)(run.last - run.first));
}

static bool take_number(struct text *from, int64_t *number_out)
{
    uint64_t number = 0;

    for (size_t i = 0, shift = 0; i < from->size && shift <= SHIFT_MAX;
         i++, shift += BITS) {
        const unsigned char byte = (unsigned char)from->data[i];

        number |= (uint64_t)(byte & (MORE - 1)) << shift;
        if (byte & MORE)
            continue;
        from->data += i + 1;
        from->size -= i + 1;
        *number_out = (int64_t)number;
        return true;
    }
    return false;
}

enum status row_walk_next(struct row_walk *walk)
{
    const int64_t last = walk->run.last;
    int64_t before, more;

    if (walk->rest.size == 0)
        return STATUS_END;
    if (!take_number(&walk->rest, &before) ||
        !take_number(&walk->rest, &more) || before >= INT64_MAX - last ||
        more > INT64_MAX - last - before - 1)
        return STATUS_INVALID;
    walk->run.first = last + before + 1;
    walk->run.last = walk->run.first + more;
    return STATUS_OK;
}

/* ---- In order ---- */

static int compare_first(const void *a, const void *b)
{
    const struct row_run *left = a;
    const struct row_run *right = b;

    return (left->first > right->first) - (left->first < right->first);
}

size_t row_runs_join(struct row_run *runs, size_t n)
{
    size_t n_joined = 0;

    if (n > 0)
        qsort(runs, n, sizeof(*runs), compare_first);
    for (size_t i = 0; i < n; i++) {
        struct row_run *last = n_joined ? &runs[n_joined - 1] : NULL;

        if (!last || runs[i].first > last->last + 1)
            runs[n_joined++] = runs[i];
        else if (runs[i].last > last->last)
            last->last = runs[i].last;
    }
    return n_joined;
}
