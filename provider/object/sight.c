/*
 * What SQL of this room may call: sms_may, the decision inside a query, and
 * sms_like, a LIKE whose cost is bounded.
 */
#include <stdlib.h>

#include "provider/object/object_private.h"

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
    const enum label_kind kind = (enum label_kind)args[MAY_KIND].integer;
    const struct text packed = args[MAY_LABELS].bytes;
    size_t n;

    if (n_args != MAY_ARGUMENTS || kind > LABELS_COLLECTION)
        return false;
    if (!grow_scratch(sight, label_count(kind, packed) + 1))
        return false;
    n = label_read(sight->filter->map, kind, packed, args[MAY_LABELS].integer,
                   sight->scratch);
    return sight->filter->may_read(
        sight->filter->context, (uint16_t)args[MAY_TYPE].integer,
        (uint8_t)args[MAY_OPERATION].integer, sight->scratch, n);
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

/* Bytes of the character at i, for "_": continuation bytes belong to it. */
static size_t step(struct text value, size_t i)
{
    size_t n = 1;

    while (i + n < value.size &&
           ((unsigned char)value.data[i + n] & 0xC0) == 0x80)
        n++;
    return n;
}

/*
 * Going back only to the last % is enough, since an earlier one could match
 * nothing that the later one could not: time is at most the product of sizes.
 */
bool like_matches(struct text pattern, struct text value)
{
    size_t p = 0;
    size_t v = 0;
    size_t back_p = SIZE_MAX;
    size_t back_v = 0;

    while (v < value.size) {
        if (p < pattern.size && pattern.data[p] == '%') {
            back_p = ++p;
            back_v = v;
        } else if (p < pattern.size && pattern.data[p] == '_') {
            p++;
            v += step(value, v);
        } else if (p < pattern.size &&
                   lower(pattern.data[p]) == lower(value.data[v])) {
            p++;
            v++;
        } else if (back_p != SIZE_MAX) {
            p = back_p;
            back_v += step(value, back_v);
            v = back_v;
        } else {
            return false;
        }
    }
    while (p < pattern.size && pattern.data[p] == '%')
        p++;
    return p == pattern.size;
}

/* sms_like(pattern, value): a null is like nothing, as its caller sees to. */
static bool sql_like(void *context, const struct store_value *args,
                     size_t n_args)
{
    (void)context;
    return n_args == 2 && like_matches(args[0].bytes, args[1].bytes);
}

enum status object_functions_register(struct store *store)
{
    TRY(store_register(store, "sms_like", 2, sql_like, NULL));
    return store_register(store, "sms_may", MAY_ARGUMENTS, NULL, NULL);
}

enum status sight_begin(struct sight *sight, struct store *store,
                        const struct object_filter *filter)
{
    *sight = (struct sight){.filter = filter};
    TRY(store_register(store, "sms_like", 2, sql_like, NULL));
    return store_register(store, "sms_may", MAY_ARGUMENTS, sql_may, sight);
}

void sight_end(struct sight *sight, struct store *store)
{
    /* Cannot fail: the name is registered. */
    const enum status ended =
        store_register(store, "sms_may", MAY_ARGUMENTS, NULL, NULL);

    (void)ended;
    free(sight->scratch);
    *sight = (struct sight){0};
}
