#include "provider/object/collection/member_round.h"

#include <string.h>

#include "provider/base/mutant.h"

void member_round_begin(struct member_round *round, struct store *store,
                        int64_t now_s)
{
    *round = (struct member_round){.store = store, .now_s = now_s};
    round->labeller.store = store;
    evaluation_count_begin(&round->own, EVALUATION_FULL);
}

void member_round_clear(struct member_round *round)
{
    labeller_clear(&round->labeller);
    member_changes_clear(&round->changes);
    evaluation_count_clear(&round->own);
}

static enum status note(struct member_round *round, int64_t collection,
                        const struct member_block *changed, bool comes)
{
    uint16_t offsets[BLOCK_ROWS];
    const size_t n = block_read(changed, offsets);

    for (size_t i = 0; i < n; i++) {
        const struct member_change change = {collection, offsets[i], comes};

        TRY(member_changes_add(&round->changes, &change));
    }
    if (n && round->outcome && collection == round->watched) {
        round->outcome->comes |= comes;
        round->outcome->goes |= !comes;
    }
    return STATUS_OK;
}

struct members_changed member_changed(int64_t collection,
                                      const struct member_block *come,
                                      const struct member_block *gone)
{
    const int64_t n_come = (int64_t)block_count(come);
    const int64_t n_gone = (int64_t)block_count(gone);

    return (struct members_changed){
        collection, n_come - (MUTANT("m7-only-more") ? 0 : n_gone),
        n_come + n_gone};
}

enum status member_round_change(struct member_round *round,
                                const struct member_rows *rows,
                                const struct member_block *wanted,
                                struct member_block *block)
{
    const struct member_set set = {SET_OF_COLLECTION, rows->collection};
    const uint64_t *mask = rows->mask->words;
    struct member_block come, gone;
    struct members_changed count;
    uint64_t changed = 0;

    for (size_t i = 0; i < BLOCK_WORDS; i++) {
        come.words[i] = wanted->words[i] & ~block->words[i] & mask[i];
        gone.words[i] = block->words[i] & ~wanted->words[i] & mask[i];
        block->words[i] ^= come.words[i] | gone.words[i];
        changed |= come.words[i] | gone.words[i];
    }
    if (!changed)
        return STATUS_OK;
    TRY(member_set_write(round->store, set, rows->number, block));
    TRY(note(round, rows->collection, &gone, false));
    TRY(note(round, rows->collection, &come, true));
    count = member_changed(rows->collection, &come, &gone);
    return evaluation_count_add(round->count ? round->count : &round->own,
                                round->store, &count, round->now_s);
}

enum status member_round_replace(struct member_round *round, int64_t collection,
                                 int64_t number,
                                 const struct member_block *mask,
                                 const struct member_block *wanted)
{
    const struct member_set set = {SET_OF_COLLECTION, collection};
    const struct member_rows rows = {collection, number, mask};
    struct member_block block;

    TRY(member_set_read(round->store, set, number, &block));
    return member_round_change(round, &rows, wanted, &block);
}

enum status member_round_label(struct member_round *round, int64_t number,
                               const struct member_block *also)
{
    if (!MUTANT("m8-no-labels"))
        TRY(labeller_apply(&round->labeller, number, &round->changes, also));
    round->changes.n = 0;
    return STATUS_OK;
}
