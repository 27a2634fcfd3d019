#include "provider/object/query/start.h"

#include <string.h>

#include "provider/base/mutant.h"
#include "provider/object/query/member_set.h"
#include "provider/object/query/visible.h"

/* Reading one visible device and sorting it, to one step in an index. */
enum { SORT_COST = 8 };

static bool needs_probe(const struct start_ask *ask, bool is_all)
{
    if (!ask->is_sought || ask->is_of_key ||
        (is_all && ask->class->is_of_device))
        return false;
    if (!is_all)
        return true;
    return !ask->is_count && (ask->order->property != NULL || !ask->is_ordered);
}

/* In tests: chosen as on a large site. */
static bool is_large(void)
{
    return MUTANT("start-large");
}

/* A page is spread over as much of the index as the visible are over all. */
static bool is_sorted_sooner(const struct start_ask *ask, int64_t n)
{
    const double n_all =
        (double)ask->visible->parts[RESOURCE_DEVICE].n_blocks * BLOCK_ROWS;

    return !is_large() &&
           (double)n * (double)n * SORT_COST <= (double)ask->limit * n_all;
}

static enum start choose(const struct start_ask *ask, bool is_sought,
                         bool is_all, int64_t n)
{
    const struct order *order = ask->order;

    if (is_sought)
        return START_SOUGHT;
    if (ask->class->is_of_device) /* perhaps of few devices */
        return ask->is_sought && !is_all ? START_VISIBLE : START_ROWS;
    if (ask->is_count)
        return START_VISIBLE;
    if (!order->property)
        return order->is_descending ? START_ROWS : START_VISIBLE;
    if (order_is_indexed(order))
        return is_sorted_sooner(ask, n) ? START_VISIBLE : START_WALKED;
    return is_all ? START_ROWS : START_VISIBLE;
}

enum status start_extent(struct visible *visible, enum start_extent *extent_out)
{
    int64_t n;

    *extent_out = START_SEES_FEW;
    TRY(visible_size(visible, &n));
    if (n > START_FEW || is_large())
        *extent_out =
            n == visible->n_devices ? START_SEES_ALL : START_SEES_PART;
    return STATUS_OK;
}

enum status start_choose(const struct start_ask *ask, enum start *start_out)
{
    bool is_common = false;
    enum start_extent extent;
    bool is_all;
    int64_t n;

    *start_out = START_VISIBLE;
    TRY(start_extent(ask->visible, &extent));
    if (extent == START_SEES_FEW)
        return STATUS_OK;
    is_all = extent == START_SEES_ALL;
    TRY(visible_size(ask->visible, &n));
    if (needs_probe(ask, is_all))
        TRY(ask->is_common(ask->context, &is_common));
    *start_out = choose(ask, ask->is_sought && !is_common, is_all, n);
    return STATUS_OK;
}

bool start_is_of_devices(const struct object_class *class)
{
    if (class->is_of_device && MUTANT("g4-inventory-seeks-hidden"))
        return false;
    return class->is_of_device || strcmp(class->table, "device") == 0;
}
