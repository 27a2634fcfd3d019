/*
 * What SQL of this room may call: sms_may, the decision inside a query,
 * sms_covers, whether the caller holds what a record gives, and sms_like and
 * sms_match, a LIKE whose cost is bounded, without and with sets.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "provider/base/mutant.h"
#include "provider/object/object_private.h"
#include "provider/object/query/label_block.h"
#include "provider/object/query/like.h"
#include "provider/object/query/member_set.h"
#include "provider/object/query/visible.h"

/* sms_may(type, operation, kind, labels) */
enum { MAY_TYPE, MAY_OPERATION, MAY_KIND, MAY_LABELS, MAY_ARGUMENTS };

static bool grow_scratch(struct sight *sight, size_t n)
{
    uint32_t *grown;

    if (n <= sight->n_scratch)
        return true;
    grown = realloc(sight->scratch, n * sizeof(*grown));
    if (!grown)
        return false;
    sight->scratch = grown;
    sight->n_scratch = n;
    return true;
}

static bool sql_may(void *context, const struct store_value *args,
                    size_t n_args)
{
    struct sight *sight = context;
    const enum label_kind kind = label_kind_of(
        (enum label_kind)args[MAY_KIND].integer, args[MAY_TYPE].integer);
    const struct text packed = args[MAY_LABELS].bytes;
    size_t n;

    if (n_args != MAY_ARGUMENTS || kind > LABELS_SCOPE)
        return false;
    if (args[MAY_TYPE].integer == OBJECT_FOR_ALL)
        return true;
    if (!grow_scratch(sight, label_count(kind, packed) + 1)) {
        sight->has_failed = true;
        return false;
    }
    n = label_read(sight->filter->map, kind, packed, args[MAY_LABELS].integer,
                   sight->scratch);
    return sight->filter->may_read(
        sight->filter->context, (uint16_t)args[MAY_TYPE].integer,
        (uint8_t)args[MAY_OPERATION].integer,
        kind == LABELS_NONE ? NULL : sight->scratch, n);
}

/* sms_covers(admin) */
static bool sql_covers(void *context, const struct store_value *args,
                       size_t n_args)
{
    const struct sight *sight = context;

    return n_args == 1 && sight->filter->covers &&
           sight->filter->covers(sight->filter->context, args[0].integer);
}

/* Both are registered with the store that runs them. */
static bool match(void *context, const struct store_value *args, size_t n_args,
                  bool has_sets)
{
    struct like like = {.has_sets = has_sets, .store = context};

    return n_args == 2 && like_matches(&like, args[0].bytes, args[1].bytes);
}

/* sms_like(pattern, value): a null is like nothing, as its caller sees to. */
static bool sql_like(void *context, const struct store_value *args,
                     size_t n_args)
{
    return match(context, args, n_args, false);
}

/* sms_match(pattern, value): as sms_like, with sets. */
static bool sql_match(void *context, const struct store_value *args,
                      size_t n_args)
{
    return match(context, args, n_args, true);
}

#ifdef SMS_MUTANTS
/* sms_mutant(name): for a fault that was one of SQL. */
static bool sql_mutant(void *context, const struct store_value *args,
                       size_t n_args)
{
    char name[64];

    (void)context;
    if (n_args != 1 || args[0].bytes.size >= sizeof(name))
        return false;
    snprintf(name, sizeof(name), "%.*s", (int)args[0].bytes.size,
             args[0].bytes.data);
    return MUTANT(name);
}

static enum status register_mutant(struct store *store)
{
    return store_register(store, "sms_mutant", 1, sql_mutant, NULL);
}
#else
static enum status register_mutant(struct store *store)
{
    (void)store;
    return STATUS_OK;
}
#endif

enum status object_functions_register(struct store *store)
{
    TRY(member_table_register(store));
    TRY(label_block_register(store));
    TRY(register_mutant(store));
    TRY(store_register(store, "sms_like", 2, sql_like, store));
    TRY(store_register(store, "sms_match", 2, sql_match, store));
    TRY(store_register(store, "sms_covers", 1, NULL, NULL));
    return store_register(store, "sms_may", MAY_ARGUMENTS, NULL, NULL);
}

/* NULL: they answer no. */
static enum status register_decisions(struct store *store, struct sight *sight)
{
    TRY(store_register(store, "sms_covers", 1, sight ? sql_covers : NULL,
                       sight));
    return store_register(store, "sms_may", MAY_ARGUMENTS,
                          sight ? sql_may : NULL, sight);
}

enum status sight_begin(struct sight *sight, struct store *store,
                        const struct object_filter *filter)
{
    *sight = (struct sight){.filter = filter};
    TRY(object_functions_register(store));
    TRY(visible_begin(&sight->visible, store, filter));
    return register_decisions(store, sight);
}

enum status sight_status(const struct sight *sight)
{
    if (sight->visible.failed != STATUS_OK)
        return sight->visible.failed;
    return sight->has_failed ? STATUS_NO_MEMORY : STATUS_OK;
}

void sight_end(struct sight *sight, struct store *store)
{
    /* Cannot fail: the names are registered. */
    const enum status ended = register_decisions(store, NULL);

    (void)ended;
    visible_end(&sight->visible);
    free(sight->scratch);
    *sight = (struct sight){0};
}
