#include "provider/store/stamp.h"

#include <assert.h>

#include "provider/base/mutant.h"

void stamps_note(struct stamps *stamps, size_t n_parts, uint64_t bit)
{
    struct stamp_part *part;

    if (!bit)
        return;
    stamps->n_changes[__builtin_ctzll(bit)]++;
    if (stamps->is_quiet)
        stamps->n_quiet[__builtin_ctzll(bit)]++;
    if (n_parts == 0)
        return;
    part = &stamps->parts[n_parts - 1];
    if (stamps->is_quiet)
        part->quiet |= bit;
    else
        part->loud |= bit;
}

/* ---- Parts ---- */

void stamps_part_begin(struct stamps *stamps, size_t n_parts)
{
    assert(n_parts < STAMP_PARTS_MAX);
    stamps->parts[n_parts] = (struct stamp_part){0};
}

/* The one around it may be undone yet. */
void stamps_part_keep(struct stamps *stamps, size_t n_parts)
{
    const struct stamp_part *kept = &stamps->parts[n_parts];

    if (n_parts == 0)
        return;
    stamps->parts[n_parts - 1].loud |= kept->loud;
    stamps->parts[n_parts - 1].quiet |= kept->quiet;
}

void stamps_part_undo(struct stamps *stamps, size_t n_parts)
{
    const struct stamp_part *undone = &stamps->parts[n_parts];
    const uint64_t changed = undone->loud | undone->quiet;

    for (size_t i = 0; i < STAMP_TABLES; i++) {
        if (!(changed >> i & 1) || MUTANT("s3-undone-unseen"))
            continue;
        stamps->n_changes[i]++;
        if (!(undone->loud >> i & 1))
            stamps->n_quiet[i]++;
    }
}

/* ---- Asking ---- */

/* Numbers that only grow: equal sums are of equal numbers. */
uint64_t stamps_of(const struct stamps *stamps, uint64_t tables)
{
    uint64_t sum = 1 + stamps->n_undone;

    for (size_t i = 0; i < STAMP_TABLES; i++)
        if (tables >> i & 1)
            sum += stamps->n_changes[i];
    return sum;
}

uint64_t stamps_loud(const struct stamps *stamps, uint64_t tables)
{
    uint64_t sum = stamps_of(stamps, tables);

    for (size_t i = 0; i < STAMP_TABLES; i++)
        if (tables >> i & 1)
            sum -= stamps->n_quiet[i];
    return sum;
}
