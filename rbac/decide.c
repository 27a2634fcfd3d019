#include "rbac/decide.h"

static bool segment_covers(const struct rbac_subject *subject,
                           const struct segment *segment, struct row row,
                           bool is_anywhere)
{
    const struct line *lines = &subject->lines[segment->line];

    if (is_anywhere)
        return lines->count[0] != 0;
    return cover_has(lines, segment->n_lines, row);
}

/* For a segment that covers the object: does it hold now, at this level? */
static struct rbac_decision decide_segment(const struct segment *segment,
                                           struct asker asker)
{
    const enum auth_level needed = (enum auth_level)segment->level;

    if (asker.now_s < segment->from_s)
        return deny(RBAC_NOT_YET_VALID);
    if (window_is_over(segment->until_s, asker.now_s))
        return deny(RBAC_NO_LONGER_VALID);
    if (asker.level < needed)
        return (struct rbac_decision){RBAC_ALLOW_AT_LEVEL, RBAC_LEVEL_TOO_LOW,
                                      needed};
    return (struct rbac_decision){RBAC_ALLOW, RBAC_ALLOWED, needed};
}

/* How close to allow, larger is closer; the order of rbac_check(). */
static int nearness(struct rbac_decision decision)
{
    switch (decision.reason) {
    case RBAC_ALLOWED:
        return 7;
    case RBAC_LEVEL_TOO_LOW:
        return 6;
    case RBAC_NOT_YET_VALID:
        return 5;
    case RBAC_NO_LONGER_VALID:
        return 4;
    case RBAC_DIRECTLY_ASSIGNED:
        return 3;
    case RBAC_OUT_OF_SCOPE:
    case RBAC_OUT_OF_COLLECTION:
        return 2;
    case RBAC_ROLE_LACKS_OPERATION:
        return 1;
    default:
        return 0;
    }
}

struct rbac_decision decide_better(struct rbac_decision a,
                                   struct rbac_decision b)
{
    const int nearer = nearness(a) - nearness(b);

    if (nearer)
        return nearer > 0 ? a : b;
    return a.level_required <= b.level_required ? a : b;
}

/* A plain cell as the single segment it stands for. */
static struct rbac_decision decide_plain(const struct rbac_subject *subject,
                                         uint16_t cell, struct row row,
                                         struct asker asker,
                                         enum rbac_reason uncovered)
{
    const struct segment segment = {
        .from_s = INT64_MIN,
        .until_s = INT64_MAX,
        .line = cell,
        .n_lines = 1,
        .level = AUTH_LEVEL_DOMAIN,
    };

    if (!segment_covers(subject, &segment, row, asker.is_anywhere))
        return deny(uncovered);
    return decide_segment(&segment, asker);
}

struct rbac_decision decide_chain(const struct rbac_subject *subject,
                                  uint16_t cell, struct row row,
                                  struct asker asker,
                                  enum rbac_reason uncovered)
{
    struct rbac_decision best = deny(uncovered);
    const struct chain *chain;

    if (!(cell & CELL_CHAIN))
        return decide_plain(subject, cell, row, asker, uncovered);
    chain = &subject->chains[cell & (CELL_CHAIN - 1)];
    for (uint32_t i = 0; i < chain->n; i++) {
        const struct segment *segment = &subject->segments[chain->first + i];

        if (segment_covers(subject, segment, row, asker.is_anywhere))
            best = decide_better(best, decide_segment(segment, asker));
        if (best.verdict == RBAC_ALLOW &&
            best.level_required == AUTH_LEVEL_DOMAIN)
            break; /* nothing is better */
    }
    return best;
}

static bool is_direct(const struct rbac_subject *subject, uint16_t position,
                      int64_t now_s)
{
    for (uint32_t i = 0; i < subject->n_directs; i++) {
        const struct direct *direct = &subject->directs[i];

        if (direct->position == position &&
            window_holds(direct->from_s, direct->until_s, now_s))
            return true;
    }
    return false;
}

struct row decide_unblock(const struct rbac_subject *subject, struct row row,
                          int64_t now_s)
{
    for (int i = 0; i < ROW_LABELS; i++)
        if (is_direct(subject, row.label[i], now_s))
            row.label[i] = LABEL_NONE;
    return row;
}

struct rbac_decision decide_blocked(const struct rbac_subject *subject,
                                    uint16_t cell, struct row row,
                                    struct asker asker)
{
    const struct rbac_decision free =
        decide_cell(subject, cell, decide_unblock(subject, row, asker.now_s),
                    asker, RBAC_OUT_OF_COLLECTION);
    const struct rbac_decision all =
        decide_cell(subject, cell, row, asker, RBAC_OUT_OF_COLLECTION);

    if (nearness(all) <= nearness(free))
        return free;
    return decide_better(free, deny(RBAC_DIRECTLY_ASSIGNED));
}

struct rbac_decision decide_nothing(uint16_t number, uint16_t cell)
{
    if (number == CELL_NONE)
        return deny(RBAC_UNKNOWN_OPERATION);
    return deny(ungranted_reason(cell));
}
