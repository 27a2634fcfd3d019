#include "provider/wire/envelope.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
    DIGITS_MAX = 18,  /* of a number that certainly fits */
    PARAMS_DEPTH = 8, /* usual parameters are not nested deeper */
};

_Static_assert(PARAMS_DEPTH < (int)RPC_DEPTH_MAX, "its envelope counts too");

struct scan {
    const char *at;
    const char *end;
};

/* ---- What a line is made of ---- */

static bool is_next(const struct scan *in, char c)
{
    return in->at < in->end && *in->at == c;
}

/* Takes the character, which blanks may surround. */
static bool take(struct scan *in, char c)
{
    while (is_next(in, ' '))
        in->at++;
    if (!is_next(in, c))
        return false;
    in->at++;
    while (is_next(in, ' '))
        in->at++;
    return true;
}

static bool take_word(struct scan *in, struct text word)
{
    if ((size_t)(in->end - in->at) < word.size ||
        memcmp(in->at, word.data, word.size) != 0)
        return false;
    in->at += word.size;
    return true;
}

/* Without escapes. */
static bool read_text(struct scan *in, struct text *text_out)
{
    const char *begin = in->at + 1;

    if (!is_next(in, '"'))
        return false;
    for (in->at++; in->at < in->end && *in->at >= 0x20 && *in->at < 0x7F;
         in->at++) {
        if (*in->at == '\\')
            return false;
        if (*in->at != '"')
            continue;
        *text_out = (struct text){begin, (size_t)(in->at - begin)};
        in->at++;
        return true;
    }
    return false;
}

static bool is_digit(const struct scan *in)
{
    return in->at < in->end && *in->at >= '0' && *in->at <= '9';
}

/* A fraction, an exponent or more digits are left behind, which no value may
 * be followed by. */
static json_t *read_integer(struct scan *in)
{
    const bool is_negative = is_next(in, '-');
    int64_t value = 0;

    in->at += is_negative;
    if (!is_digit(in))
        return NULL;
    if (is_next(in, '0')) {
        in->at++;
        return is_negative || is_digit(in) ? NULL : json_integer(0);
    }
    for (int n = 0; n < DIGITS_MAX && is_digit(in); n++)
        value = value * 10 + (*in->at++ - '0');
    return json_integer(is_negative ? -value : value);
}

/* ---- Values ---- */

static void json_drop(json_t **json)
{
    json_decref(*json);
}

static json_t *read_value(struct scan *in, unsigned depth);

/* A member given twice is left to the library to refuse. */
static json_t *read_object(struct scan *in, unsigned depth)
{
    SCOPED(json_drop) json_t *object = json_object();
    size_t n = 0;
    struct text key;

    if (take(in, '{') && take(in, '}'))
        return TAKE(object);
    do {
        if (!read_text(in, &key) || !take(in, ':') ||
            json_object_setn_new_nocheck(object, key.data, key.size,
                                         read_value(in, depth)) != 0)
            return NULL;
        n++;
    } while (take(in, ','));
    return take(in, '}') && json_object_size(object) == n ? TAKE(object) : NULL;
}

static json_t *read_array(struct scan *in, unsigned depth)
{
    SCOPED(json_drop) json_t *array = json_array();

    if (take(in, '[') && take(in, ']'))
        return TAKE(array);
    do {
        if (json_array_append_new(array, read_value(in, depth)) != 0)
            return NULL;
    } while (take(in, ','));
    return take(in, ']') ? TAKE(array) : NULL;
}

static json_t *read_scalar(struct scan *in)
{
    struct text text;

    if (is_next(in, '"'))
        return read_text(in, &text) ? json_stringn_nocheck(text.data, text.size)
                                    : NULL;
    if (take_word(in, TEXT("true")))
        return json_true();
    if (take_word(in, TEXT("false")))
        return json_false();
    if (take_word(in, TEXT("null")))
        return json_null();
    return read_integer(in);
}

/* depth: how many brackets may still be opened. */
static json_t *read_value(struct scan *in, unsigned depth)
{
    if (!is_next(in, '{') && !is_next(in, '['))
        return read_scalar(in);
    if (depth == 0)
        return NULL;
    return is_next(in, '{') ? read_object(in, depth - 1)
                            : read_array(in, depth - 1);
}

/* ---- The envelope ---- */

struct members {
    bool version, method, id, params, trace; /* those that were there */
};

static bool read_version(struct scan *in)
{
    struct text version;

    return read_text(in, &version) && text_equal(version, TEXT("2.0"));
}

static bool read_method(struct scan *in, struct rpc_envelope *envelope)
{
    struct text method;

    if (!read_text(in, &method) || method.size == 0 ||
        method.size > RPC_METHOD_MAX_BYTES)
        return false;
    memcpy(envelope->method, method.data, method.size);
    envelope->method_size = method.size;
    return true;
}

static bool read_id(struct scan *in, struct rpc_envelope *envelope)
{
    envelope->id = read_scalar(in);
    return json_is_integer(envelope->id) ||
           (json_is_string(envelope->id) &&
            json_string_length(envelope->id) <= RPC_ID_MAX_BYTES);
}

static bool read_params(struct scan *in, struct rpc_envelope *envelope)
{
    if (is_next(in, '{'))
        envelope->params = read_object(in, PARAMS_DEPTH);
    return envelope->params != NULL;
}

static bool read_trace(struct scan *in, struct rpc_envelope *envelope)
{
    struct text trace;

    if (!read_text(in, &trace) || !trace_is_valid(trace))
        return false;
    memcpy(envelope->trace, trace.data, TRACE_BYTES);
    envelope->has_trace = true;
    return true;
}

static bool is_first(bool *seen)
{
    const bool first = !*seen;

    *seen = true;
    return first;
}

static bool read_member(struct scan *in, struct members *seen,
                        struct rpc_envelope *envelope)
{
    struct text name;

    if (!read_text(in, &name) || !take(in, ':'))
        return false;
    if (text_equal(name, TEXT("jsonrpc")))
        return is_first(&seen->version) && read_version(in);
    if (text_equal(name, TEXT("method")))
        return is_first(&seen->method) && read_method(in, envelope);
    if (text_equal(name, TEXT("id")))
        return is_first(&seen->id) && read_id(in, envelope);
    if (text_equal(name, TEXT("params")))
        return is_first(&seen->params) && read_params(in, envelope);
    if (text_equal(name, TEXT("traceparent")))
        return is_first(&seen->trace) && read_trace(in, envelope);
    return false;
}

static bool read_all(struct scan *in, struct rpc_envelope *envelope)
{
    struct members seen = {0};

    if (!take(in, '{'))
        return false;
    do {
        if (!read_member(in, &seen, envelope))
            return false;
    } while (take(in, ','));
    return take(in, '}') && in->at == in->end && seen.version && seen.method;
}

struct rpc_envelope *rpc_envelope_read(struct text line)
{
    OWNED(rpc_envelope) envelope = NULL;
    struct scan in = {line.data, line.data + line.size};

    if (line.size == 0 || line.data[0] != '{')
        return NULL;
    envelope = calloc(1, sizeof(*envelope));
    return envelope && read_all(&in, envelope) ? TAKE(envelope) : NULL;
}

void rpc_envelope_free(struct rpc_envelope *envelope)
{
    if (!envelope)
        return;
    json_decref(envelope->params);
    json_decref(envelope->id);
    free(envelope);
}
