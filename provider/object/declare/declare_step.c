#include "provider/object/declare/declare.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "provider/base/clock.h"
#include "provider/object/declare/declare_refer.h"

enum status declare_fail(struct declare *declare, const char *place,
                         const char *format, ...)
{
    va_list args;
    int n = snprintf(declare->why, sizeof(declare->why), "%.200s: ", place);

    if (n < 0 || (size_t)n >= sizeof(declare->why))
        n = 0;
    va_start(args, format);
    vsnprintf(declare->why + n, sizeof(declare->why) - (size_t)n, format, args);
    va_end(args);
    return STATUS_INVALID;
}

bool declare_has_top(const struct site *site)
{
    return rbac_has_full_administrator(site->engine, RBAC_NONE, clock_wall_s());
}

static enum status look_before(struct declare *declare,
                               const struct site *before,
                               const struct declare_caller *caller)
{
    declare->had_top = declare_has_top(before);
    return caller ? guard_new(before, caller, &declare->guard) : STATUS_OK;
}

enum status declare_begin_for(struct store *store, const struct site *before,
                              const struct declare_caller *caller,
                              struct declare **declare_out)
{
    OWNED(declare) declare = calloc(1, sizeof(*declare));

    if (!declare)
        return STATUS_NO_MEMORY;
    declare->store = store;
    declare->now_s = clock_wall_s();
    snprintf(declare->why, sizeof(declare->why), "The store failed.");
    if (!before) {
        TRY(site_load(store, &declare->before));
    } else {
        declare->given = before;
    }
    declare->is_forced = caller && caller->is_forced;
    TRY(look_before(declare, declare->before ? declare->before : before,
                    caller));
    TRY(declare_refer_begin(declare));
    *declare_out = TAKE(declare);
    return STATUS_OK;
}

enum status declare_begin(struct store *store, struct declare **declare_out)
{
    return declare_begin_for(store, NULL, NULL, declare_out);
}

void declare_restore(struct declare *declare)
{
    declare->is_restored = true;
}

void declare_free(struct declare *declare)
{
    if (!declare)
        return;
    for (size_t i = 0; i < N_DECLARED; i++)
        row_set_clear(&declare->seen[i]);
    buf_free(&declare->adopted);
    guard_free(declare->guard);
    site_free(declare->before);
    site_free(declare->site);
    free(declare);
}

struct text declare_adopted(const struct declare *declare)
{
    return buf_text(&declare->adopted);
}

struct site *declare_take_site(struct declare *declare)
{
    return TAKE(declare->site);
}

const char *declare_why(const struct declare *declare)
{
    return declare->why;
}

enum status declare_saw(struct declare *declare, enum declared kind,
                        int64_t row)
{
    return row_set_add(&declare->seen[kind], row);
}

bool declare_has_seen(const struct declare *declare, enum declared kind,
                      int64_t row)
{
    return row_set_find(&declare->seen[kind], row) != SIZE_MAX;
}
