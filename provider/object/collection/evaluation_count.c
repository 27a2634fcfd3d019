#include "provider/object/collection/evaluation_count.h"

#include "provider/base/clock.h"
#include "provider/object/collection/evaluation_count_sql.h"

enum { US_OF_MS = 1000 };

void evaluation_count_clear(struct evaluation_count *count)
{
    row_set_clear(&count->counted);
    *count = (struct evaluation_count){.kind = count->kind};
}

void evaluation_count_begin(struct evaluation_count *count,
                            enum evaluation_kind kind)
{
    evaluation_count_clear(count);
    count->kind = kind;
    count->begun_us = clock_mono_us();
}

int64_t evaluation_count_ms(int64_t begun_us)
{
    return (clock_mono_us() - begun_us + US_OF_MS - 1) / US_OF_MS;
}

static bool is_counted(const struct evaluation_count *count, int64_t collection)
{
    return row_set_find(&count->counted, collection) != SIZE_MAX;
}

enum status evaluation_count_add(struct evaluation_count *count,
                                 struct store *store,
                                 const struct members_changed *changed,
                                 int64_t now_s)
{
    const bool is_first = !is_counted(count, changed->collection);

    if (is_first)
        TRY(row_set_add(&count->counted, changed->collection));
    return store_run_quietly(
        store,
        count->kind == EVALUATION_FULL ? SQL_COUNT_FULL : SQL_COUNT_INCREMENTAL,
        STORE_ARGS(STORE_INT(changed->collection), STORE_INT(now_s),
                   STORE_INT(changed->more), STORE_INT(changed->n),
                   STORE_INT((int64_t)is_first),
                   STORE_INT(evaluation_count_ms(count->begun_us))));
}

enum status evaluation_count_go_on(struct evaluation_count *count,
                                   int64_t collection)
{
    return row_set_add(&count->counted, collection);
}

enum status evaluation_count_end(const struct evaluation_count *count,
                                 struct store *store, int64_t collection)
{
    return store_run_quietly(
        store, SQL_COUNT_END,
        STORE_ARGS(STORE_INT(collection),
                   STORE_INT((int64_t)is_counted(count, collection)),
                   STORE_INT(evaluation_count_ms(count->begun_us))));
}
