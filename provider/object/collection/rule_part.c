#include "provider/object/collection/rule_part.h"

#include "provider/base/clock.h"
#include "provider/base/log.h"
#include "provider/object/collection/members.h"
#include "provider/object/collection/rule_part_sql.h"

enum { FEWER = 8, QUICK_US = 2000, ALL_DEVICES = 0 };

enum status rule_part_begin(struct store *store, int64_t rule)
{
    return store_run_with(
        store, SQL_PART_BEGIN,
        STORE_ARGS(STORE_INT(rule), STORE_INT((int64_t)BLOCK_ROWS)));
}

enum status rule_part_begin_all(struct store *store, int64_t collection)
{
    return store_run_with(
        store, SQL_PART_BEGIN_ALL,
        STORE_ARGS(STORE_INT(collection), STORE_INT((int64_t)ALL_DEVICES)));
}

/* ---- A part ---- */

struct part {
    int64_t rule;
    int64_t next;  /* the first number of the part */
    int64_t width; /* how many numbers at most; 0: all devices at once */
    bool is_last;  /* nothing is left to be run */
};

/* The numbers of the part: in one block, from the first device on. */
static struct member_devices devices_of(const struct part *part)
{
    struct member_devices devices = {.number = block_number(part->next)};
    const size_t first = block_offset(part->next);

    for (size_t i = first; i < BLOCK_ROWS && i < first + (size_t)part->width;
         i++)
        block_put(&devices.mask, i);
    return devices;
}

static int64_t end_of(const struct part *part)
{
    const int64_t block = (block_number(part->next) + 1) * BLOCK_ROWS;
    const int64_t end = part->next + part->width;

    return end < block ? end : block;
}

static enum status find_resource(struct store *store, struct part *part)
{
    return store_int_with(
        store, SQL_PART_RESOURCE,
        STORE_ARGS(STORE_INT(part->next), STORE_INT(part->rule)), &part->next);
}

static enum status done(struct store *store, const struct part *part)
{
    return store_run_with(store, SQL_PART_DONE,
                          STORE_ARGS(STORE_INT(part->rule)));
}

static enum status move(struct store *store, const struct part *part)
{
    return store_run_with(store, SQL_PART_MOVE,
                          STORE_ARGS(STORE_INT(part->rule),
                                     STORE_INT(part->next),
                                     STORE_INT(part->width)));
}

static void give_up(struct part *part)
{
    log_warn("collection.query rule=%lld why=\"it takes too long\"",
             (long long)part->rule);
    part->is_last = true;
}

static void try_fewer(struct part *part)
{
    if (part->width <= PART_LEAST) {
        give_up(part);
        return;
    }
    part->width /= FEWER;
    if (part->width < PART_LEAST)
        part->width = PART_LEAST;
}

static void go_on(struct part *part, bool is_quick)
{
    part->next = end_of(part);
    if (is_quick && part->width < BLOCK_ROWS)
        part->width *= 2;
}

static enum status run_whole(struct store *store, struct part *part,
                             int64_t now_s)
{
    const enum status ran =
        members_query_rule(store, part->rule, now_s, PART_MAX_MS);

    if (ran != STATUS_LIMIT || store_is_spent(store))
        return ran == STATUS_OK ? done(store, part) : ran;
    part->width = BLOCK_ROWS;
    return move(store, part);
}

static enum status run_part(struct store *store, struct part *part,
                            int64_t now_s)
{
    const int64_t begun_us = clock_thread_us();
    enum status ran = find_resource(store, part);
    struct member_devices devices;

    part->is_last = ran == STATUS_END;
    if (ran != STATUS_OK)
        return ran == STATUS_END ? STATUS_OK : ran;
    devices = devices_of(part);
    ran = members_query_part(store, part->rule, &devices, now_s, PART_MAX_MS);
    if (ran == STATUS_LIMIT && !store_is_spent(store)) {
        try_fewer(part);
        return STATUS_OK;
    }
    TRY(ran);
    go_on(part, clock_thread_us() - begun_us <= QUICK_US);
    return STATUS_OK;
}

/* Where it goes on is stored once. */
static enum status run_parts(struct store *store, struct part *part,
                             int64_t now_s, int64_t until_ms)
{
    do {
        TRY(run_part(store, part, now_s));
    } while (!part->is_last && clock_mono_ms() < until_ms);
    return part->is_last ? done(store, part) : move(store, part);
}

enum status rule_part_is_light(struct store *store, int64_t rule, int64_t now_s,
                               bool *is_light_out)
{
    struct part part = {.rule = rule, .width = BLOCK_ROWS};
    enum status ran = find_resource(store, &part);
    struct member_devices devices;

    *is_light_out = true;
    if (ran == STATUS_END)
        return STATUS_OK;
    TRY(ran);
    devices = devices_of(&part);
    ran = members_query_part(store, rule, &devices, now_s, PART_MAX_MS);
    *is_light_out = ran == STATUS_OK;
    return ran == STATUS_LIMIT && !store_is_spent(store) ? STATUS_OK : ran;
}

enum status rule_part_run(struct store *store, int64_t collection,
                          int64_t now_s, int64_t until_ms, bool *more_out)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    struct part part;
    const enum status found = store_row_with(
        store, SQL_PART_NEXT, STORE_ARGS(STORE_INT(collection)), &stmt);

    *more_out = found == STATUS_OK;
    if (found != STATUS_OK)
        return found == STATUS_END ? STATUS_OK : found;
    part = (struct part){.rule = store_int(stmt, 0),
                         .next = store_int(stmt, 1),
                         .width = store_int(stmt, 2)};
    store_done(&stmt);
    return part.width == ALL_DEVICES ? run_whole(store, &part, now_s)
                                     : run_parts(store, &part, now_s, until_ms);
}
