/*
 * What SQL of this room may call: sms_may, the decision inside a query, and
 * sms_like and sms_match, a LIKE whose cost is bounded, without and with sets.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "provider/base/mutant.h"
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
    if (!grow_scratch(sight, label_count(kind, packed) + 1)) {
        sight->has_failed = true;
        return false;
    }
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

/* The character at i, and past it. */
static uint32_t take_character(struct text value, size_t *i)
{
    const size_t n = step(value, *i);
    uint32_t c = (unsigned char)lower(value.data[*i]);

    for (size_t at = 1; at < n; at++)
        c = c << 8 | (unsigned char)value.data[*i + at];
    *i += n;
    return c;
}

/* Where the set that begins at p ends, or 0: a bracket that is none. */
static size_t set_end(struct text pattern, size_t p)
{
    const char *end = memchr(pattern.data + p, ']', pattern.size - p);

    return end ? (size_t)(end - pattern.data) : 0;
}

/* Is the character one of those between p and end? */
static bool set_has(struct text pattern, size_t p, size_t end, uint32_t c)
{
    const struct text set = {pattern.data, end};
    const bool is_not = p < end && pattern.data[p] == '^';
    bool has = false;

    p += is_not;
    while (p < end) {
        const uint32_t from = take_character(set, &p);
        uint32_t to = from;

        if (p + 1 < end && pattern.data[p] == '-') {
            p++;
            to = take_character(set, &p);
        }
        has = has || (from <= c && c <= to);
    }
    return has != is_not;
}

struct walk {
    struct text pattern;
    struct text value;
    size_t p;
    size_t v;
    bool has_sets;
};

/* One character of the value against one place of the pattern; both go on. */
static bool match_one(struct walk *w)
{
    const char sign = w->p < w->pattern.size ? w->pattern.data[w->p] : '\0';
    size_t end = 0;

    if (w->p == w->pattern.size)
        return false;
    if (sign == '[' && w->has_sets)
        end = set_end(w->pattern, w->p);
    if (end) {
        size_t v = w->v;

        if (!set_has(w->pattern, w->p + 1, end, take_character(w->value, &v)))
            return false;
        w->p = end + 1;
        w->v = v;
        return true;
    }
    if (sign != '_' && lower(sign) != lower(w->value.data[w->v]))
        return false;
    w->v += sign == '_' ? step(w->value, w->v) : 1;
    w->p++;
    return true;
}

/* ---- Plain text between two % ---- */

enum { PLAIN_MAX_BYTES = 512 };

/*
 * What stands at p up to the next % or the end, where all of it means itself
 * and it is not too long. False: there are signs in it.
 */
static bool plain_at(const struct walk *w, size_t p, struct text *plain_out)
{
    size_t end = p;

    for (; end < w->pattern.size && w->pattern.data[end] != '%'; end++) {
        const char sign = w->pattern.data[end];

        if (sign == '_' || (sign == '[' && w->has_sets))
            return false;
    }
    *plain_out = (struct text){w->pattern.data + p, end - p};
    return plain_out->size > 0 && plain_out->size <= PLAIN_MAX_BYTES;
}

/* How much of its own beginning each beginning of a text ends with. */
static void note_borders(struct text text, uint16_t *borders)
{
    size_t n = 0;

    borders[0] = 0;
    for (size_t i = 1; i < text.size; i++) {
        while (n > 0 && lower(text.data[i]) != lower(text.data[n]))
            n = borders[n - 1];
        n += lower(text.data[i]) == lower(text.data[n]);
        borders[i] = (uint16_t)n;
    }
}

/* Behind the first place of the text in the value from v on, which never goes
 * back (Knuth, Morris, Pratt); 0: it is not there. */
static size_t find_plain(struct text value, size_t v, struct text text)
{
    uint16_t borders[PLAIN_MAX_BYTES];
    size_t n = 0;

    note_borders(text, borders);
    for (; v < value.size; v++) {
        while (n > 0 && lower(value.data[v]) != lower(text.data[n]))
            n = borders[n - 1];
        n += lower(value.data[v]) == lower(text.data[n]);
        if (n == text.size)
            return v + 1;
    }
    return 0;
}

/* Does the value, from v on, end with the text? */
static bool ends_with(struct text value, size_t v, struct text text)
{
    size_t at;

    if (value.size - v < text.size)
        return false;
    at = value.size - text.size;
    for (size_t i = 0; i < text.size; i++)
        if (lower(value.data[at + i]) != lower(text.data[i]))
            return false;
    return true;
}

/* Past every "%text" that stands next, if it is followed by another %. False:
 * one of them is not there. */
static bool skip_plain(struct walk *w)
{
    struct text plain;

    while (w->p < w->pattern.size && w->pattern.data[w->p] == '%' &&
           plain_at(w, w->p + 1, &plain)) {
        const size_t next = w->p + 1 + plain.size;

        if (next == w->pattern.size) { /* the last: at the very end */
            if (!ends_with(w->value, w->v, plain))
                return false;
            w->v = w->value.size;
            w->p = next;
            return true;
        }
        w->v = find_plain(w->value, w->v, plain);
        if (w->v == 0)
            return false;
        w->p = next;
    }
    return true;
}

/*
 * Going back only to the last % is enough, since an earlier one could match
 * nothing that the later one could not. Plain text between two % is found in
 * linear time; where there are signs, time is at most the product of the
 * value and what stands between two %.
 */
static bool matches(struct walk w)
{
    size_t back_p = SIZE_MAX;
    size_t back_v = 0;

    while (w.v < w.value.size) {
        if (w.p < w.pattern.size && w.pattern.data[w.p] == '%') {
            if (!skip_plain(&w))
                return false;
            if (w.p == w.pattern.size)
                break;
            back_p = ++w.p;
            back_v = w.v;
        } else if (match_one(&w)) {
            continue;
        } else if (back_p != SIZE_MAX) {
            w.p = back_p;
            back_v += step(w.value, back_v);
            w.v = back_v;
        } else {
            return false;
        }
    }
    while (w.p < w.pattern.size && w.pattern.data[w.p] == '%')
        w.p++;
    return w.p == w.pattern.size;
}

bool like_matches(struct text pattern, struct text value)
{
    return matches((struct walk){.pattern = pattern, .value = value});
}

bool like_matches_sets(struct text pattern, struct text value)
{
    return matches(
        (struct walk){.pattern = pattern, .value = value, .has_sets = true});
}

/* sms_like(pattern, value): a null is like nothing, as its caller sees to. */
static bool sql_like(void *context, const struct store_value *args,
                     size_t n_args)
{
    (void)context;
    return n_args == 2 && like_matches(args[0].bytes, args[1].bytes);
}

/* sms_match(pattern, value): as sms_like, with sets. */
static bool sql_match(void *context, const struct store_value *args,
                      size_t n_args)
{
    (void)context;
    return n_args == 2 && like_matches_sets(args[0].bytes, args[1].bytes);
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
    TRY(register_mutant(store));
    TRY(store_register(store, "sms_like", 2, sql_like, NULL));
    TRY(store_register(store, "sms_match", 2, sql_match, NULL));
    return store_register(store, "sms_may", MAY_ARGUMENTS, NULL, NULL);
}

enum status sight_begin(struct sight *sight, struct store *store,
                        const struct object_filter *filter)
{
    *sight = (struct sight){.filter = filter};
    TRY(register_mutant(store));
    TRY(store_register(store, "sms_like", 2, sql_like, NULL));
    TRY(store_register(store, "sms_match", 2, sql_match, NULL));
    return store_register(store, "sms_may", MAY_ARGUMENTS, sql_may, sight);
}

enum status sight_status(const struct sight *sight)
{
    return sight->has_failed ? STATUS_NO_MEMORY : STATUS_OK;
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
