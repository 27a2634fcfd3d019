#include "provider/object/query/like.h"

#include <string.h>

#include "provider/base/mutant.h"

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
    struct like *like;
    struct text pattern;
    struct text value;
    size_t p;
    size_t v;
};

/* ---- What it costs ---- */

/* False: it is not allowed to go on. */
static bool spend(const struct walk *w, size_t n)
{
    struct like *like = w->like;

    like->n_steps += n;
    like->n_unseen += n;
    if (like->is_cut || like->n_unseen < LIKE_LOOK_STEPS ||
        MUTANT("b1-like-without-end"))
        return !like->is_cut;
    like->n_unseen = 0;
    like->is_cut = like->store && !store_may_go_on(like->store);
    return !like->is_cut;
}

/* ---- One character ---- */

/* One character of the value against one place of the pattern; both go on. */
static bool match_one(struct walk *w)
{
    const char sign = w->p < w->pattern.size ? w->pattern.data[w->p] : '\0';
    const bool is_bracket = sign == '[' && w->like->has_sets;
    const size_t end = is_bracket ? set_end(w->pattern, w->p) : 0;

    if (w->p == w->pattern.size ||
        !spend(w, is_bracket ? (end ? end : w->pattern.size) - w->p : 1))
        return false;
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

        if (sign == '_' || (sign == '[' && w->like->has_sets))
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
static size_t find_plain(const struct walk *w, struct text text)
{
    const struct text value = w->value;
    size_t v = w->v;
    uint16_t borders[PLAIN_MAX_BYTES];
    size_t n = 0;

    note_borders(text, borders);
    for (; v < value.size && spend(w, 1); v++) {
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
           plain_at(w, w->p + 1, &plain) && spend(w, plain.size)) {
        const size_t next = w->p + 1 + plain.size;

        if (next == w->pattern.size) { /* the last: at the very end */
            if (!ends_with(w->value, w->v, plain))
                return false;
            w->v = w->value.size;
            w->p = next;
            return true;
        }
        w->v = find_plain(w, plain);
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
 * value and what stands between two %, and what the caller may still cost.
 */
static bool walk(struct walk w)
{
    size_t back_p = SIZE_MAX;
    size_t back_v = 0;

    while (w.v < w.value.size && !w.like->is_cut) {
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

bool like_matches(struct like *like, struct text pattern, struct text value)
{
    const bool is_match =
        walk((struct walk){.like = like, .pattern = pattern, .value = value});

    return is_match && !like->is_cut;
}
