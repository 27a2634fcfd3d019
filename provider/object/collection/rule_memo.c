#include "provider/object/collection/rule_memo.h"

#include <stdlib.h>
#include <string.h>

#include "provider/base/mutant.h"

enum { PARTS_MAX = 4096 }; /* 2 MiB: 16 million devices */

/* Numbers from first to last, of one block. */
struct memo_part {
    int64_t first;
    int64_t last;
    struct member_block found;
};

static void forget(struct rule_memo *memo)
{
    free((char *)(uintptr_t)memo->wql.data);
    free(memo->parts);
    *memo = (struct rule_memo){0};
}

void rule_memos_clear(struct rule_memos *memos)
{
    for (size_t i = 0; i < MEMOS_MAX; i++)
        forget(&memos->of[i]);
}

static struct rule_memo *memo_of(struct rule_memos *memos,
                                 const struct memo_key *key)
{
    for (size_t i = 0; i < MEMOS_MAX; i++) {
        struct rule_memo *memo = &memos->of[i];

        if (!memo->wql.data || memo->is_user != key->is_user ||
            !text_equal(memo->wql, key->wql))
            continue;
        if (memo->stamp == key->stamp || MUTANT("m9-memo-stays"))
            return memo;
        forget(memo);
    }
    return NULL;
}

bool rule_memo_has(struct rule_memos *memos, const struct memo_key *key)
{
    return key->stamp && memo_of(memos, key);
}

static const struct memo_part *part_of(const struct rule_memo *memo,
                                       const struct memo_range *range)
{
    for (size_t i = memo->n_parts; i-- > 0;)
        if (memo->parts[i].first <= range->first &&
            memo->parts[i].last >= range->last)
            return &memo->parts[i];
    return NULL;
}

enum status rule_memo_find(struct rule_memos *memos, const struct memo_key *key,
                           const struct memo_range *range,
                           struct row_list *found, bool *is_known_out)
{
    struct rule_memo *memo = key->stamp ? memo_of(memos, key) : NULL;
    const struct memo_part *part = memo ? part_of(memo, range) : NULL;
    uint16_t offsets[BLOCK_ROWS];
    size_t n;

    *is_known_out = part != NULL;
    if (!part)
        return STATUS_OK;
    memo->used = ++memos->clock;
    n = block_read(&part->found, offsets);
    for (size_t i = 0; i < n; i++) {
        const int64_t row = block_number(part->first) * BLOCK_ROWS + offsets[i];

        if (row >= range->first && row <= range->last)
            TRY(row_list_add(found, row));
    }
    return STATUS_OK;
}

/* A place for one more: that which was not used for longest. */
static struct rule_memo *begin(struct rule_memos *memos,
                               const struct memo_key *key)
{
    struct rule_memo *memo = &memos->of[0];

    for (size_t i = 1; i < MEMOS_MAX; i++)
        if (memos->of[i].used < memo->used)
            memo = &memos->of[i];
    forget(memo);
    memo->wql = (struct text){text_dup(key->wql), key->wql.size};
    memo->is_user = key->is_user;
    memo->stamp = key->stamp;
    return memo->wql.data ? memo : NULL;
}

static struct memo_part *add_part(struct rule_memo *memo)
{
    if (memo->n_parts == memo->capacity) {
        const size_t capacity = memo->capacity ? 2 * memo->capacity : 16;
        struct memo_part *grown = NULL;

        if (capacity <= PARTS_MAX)
            grown = realloc(memo->parts, capacity * sizeof(*grown));
        if (!grown)
            return NULL;
        memo->parts = grown;
        memo->capacity = capacity;
    }
    return &memo->parts[memo->n_parts++];
}

void rule_memo_keep(struct rule_memos *memos, const struct memo_key *key,
                    const struct memo_range *range,
                    const struct row_list *found, size_t first)
{
    struct rule_memo *memo = key->stamp ? memo_of(memos, key) : NULL;
    struct memo_part *part;

    if (!key->stamp || block_number(range->first) != block_number(range->last))
        return;
    if (!memo)
        memo = begin(memos, key);
    part = memo ? add_part(memo) : NULL;
    if (!part)
        return;
    memo->used = ++memos->clock;
    *part = (struct memo_part){.first = range->first, .last = range->last};
    for (size_t i = first; i < found->n; i++)
        block_put(&part->found, block_offset(found->of[i]));
}
