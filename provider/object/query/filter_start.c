#include "provider/object/query/filter_start.h"

#include "provider/object/query/sought_sql.h"

/* What is sought, as its probe counts it. */
struct probe {
    const struct filter *filter;
    struct store *store;
    int first;
};

static void bind_values(const struct filter *filter, int first, int last,
                        struct store_stmt *stmt)
{
    for (int index = first; index <= last; index++) {
        const struct filter_value *value = &filter->values[index - first];

        if (value->is_text)
            store_bind_text(stmt, index, value->text);
        else
            store_bind_int(stmt, index, value->integer);
    }
}

static enum status is_common(void *context, bool *is_common_out)
{
    const struct probe *probe = context;
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_prepare_text(probe->store, buf_text(&probe->filter->probe),
                           &stmt));
    bind_values(probe->filter, probe->first, probe->filter->probe_last, stmt);
    TRY(store_step(stmt));
    *is_common_out = store_int(stmt, 0) == SOUGHT_COMMON;
    return STATUS_OK;
}

enum status filter_start(const struct filter *filter, int first,
                         const struct object_class *class,
                         struct start_ask *ask, enum start *start_out)
{
    struct probe probe = {filter, ask->visible->store, first};

    *start_out = filter->sought.size ? START_SOUGHT : START_ROWS;
    if (!start_is_of_devices(class))
        return STATUS_OK;
    ask->class = class;
    ask->is_sought = filter->sought.size > 0;
    ask->is_of_key = filter->is_of_key;
    ask->is_ordered = filter->is_ordered;
    ask->is_common = is_common;
    ask->context = &probe;
    return start_choose(ask, start_out);
}

void filter_bind(const struct filter *filter, int first, enum start start,
                 struct store_stmt *stmt)
{
    const size_t n_unused = start == START_SOUGHT ? 0 : filter->n_sought;

    bind_values(filter, first, first - 1 + (int)(filter->n_values - n_unused),
                stmt);
}
