#include "provider/base/text.h"

#include <stdint.h>
#include <stdlib.h>
#include <strings.h>

enum { NEAREST_MAX_BYTES = 64, NEAREST_MAX_STEPS = 4 };

bool text_equal(struct text a, struct text b)
{
    return a.size == b.size &&
           (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

bool text_equal_nocase(struct text a, struct text b)
{
    return a.size == b.size &&
           (a.size == 0 || strncasecmp(a.data, b.data, a.size) == 0);
}

/* Length of the code point at *in, with its value in code_out; 0 if
 * malformed. */
static size_t read_code_point(const unsigned char *in, size_t size,
                              uint32_t *code_out)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t length;
    uint32_t code;

    if (in[0] < 0x80) {
        *code_out = in[0];
        return 1;
    }
    if (in[0] >= 0xC2 && in[0] <= 0xDF)
        length = 2;
    else if (in[0] >= 0xE0 && in[0] <= 0xEF)
        length = 3;
    else if (in[0] >= 0xF0 && in[0] <= 0xF4)
        length = 4;
    else
        return 0;
    if (length > size)
        return 0;

    code = in[0] & (0x7Fu >> length);
    for (size_t i = 1; i < length; i++) {
        if ((in[i] & 0xC0) != 0x80)
            return 0;
        code = code << 6 | (in[i] & 0x3Fu);
    }
    if (code < least[length] || code > 0x10FFFF ||
        (code >= 0xD800 && code <= 0xDFFF))
        return 0;
    *code_out = code;
    return length;
}

bool text_is_utf8(struct text text)
{
    const unsigned char *bytes = (const unsigned char *)text.data;
    uint32_t code;

    for (size_t at = 0; at < text.size;) {
        const size_t length =
            read_code_point(bytes + at, text.size - at, &code);

        if (length == 0)
            return false;
        at += length;
    }
    return true;
}

size_t text_code_point(struct text text, uint32_t *code_out)
{
    return text.size ? read_code_point((const unsigned char *)text.data,
                                       text.size, code_out)
                     : 0;
}

/* Characters without a visible shape, and unassigned ones; ascending. */
static const struct range {
    uint32_t first;
    uint32_t last;
} shapeless[] = {
#include "provider/base/shapeless.h"
};

static int compare_range(const void *key, const void *item)
{
    const uint32_t code = *(const uint32_t *)key;
    const struct range *range = item;

    return code < range->first ? -1 : code > range->last;
}

static bool has_shape(uint32_t code)
{
    return !bsearch(&code, shapeless, sizeof(shapeless) / sizeof(shapeless[0]),
                    sizeof(shapeless[0]), compare_range);
}

bool text_is_visible(uint32_t code)
{
    enum { BRAILLE_BLANK = 0x2800, REPLACEMENT = 0xFFFC };

    if (code < 0x80)
        return code >= 0x20 && code != 0x7F;
    return code != BRAILLE_BLANK && code != REPLACEMENT &&
           code != REPLACEMENT + 1 && has_shape(code);
}

bool text_is_name(struct text text, size_t max_bytes)
{
    const unsigned char *bytes = (const unsigned char *)text.data;
    uint32_t code;

    if (text.size == 0 || text.size > max_bytes)
        return false;
    if (bytes[0] == ' ' || bytes[text.size - 1] == ' ')
        return false;
    for (size_t at = 0; at < text.size;) {
        const size_t length =
            read_code_point(bytes + at, text.size - at, &code);

        if (length == 0 || !text_is_visible(code))
            return false;
        at += length;
    }
    return true;
}

void text_make_visible(char *string)
{
    const struct text whole = text_of(string);
    size_t n = 0;

    for (size_t at = 0; at < whole.size;) {
        const struct text rest = {whole.data + at, whole.size - at};
        uint32_t code = 0;
        const size_t length = text_code_point(rest, &code);

        if (length && text_is_visible(code)) {
            memmove(string + n, whole.data + at, length);
            n += length;
        } else {
            string[n++] = '?';
        }
        at += length ? length : 1;
    }
    string[n] = '\0';
}

char *text_dup(struct text text)
{
    char *copy = malloc(text.size + 1);

    if (!copy)
        return NULL;
    if (text.size)
        memcpy(copy, text.data, text.size);
    copy[text.size] = '\0';
    return copy;
}

static unsigned char lower(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

/* Levenshtein distance ignoring case; both within the maximum. */
static size_t distance(struct text a, struct text b)
{
    size_t row[NEAREST_MAX_BYTES + 1];

    for (size_t j = 0; j <= b.size; j++)
        row[j] = j;
    for (size_t i = 1; i <= a.size; i++) {
        size_t diagonal = row[0];

        row[0] = i;
        for (size_t j = 1; j <= b.size; j++) {
            const bool same = lower(a.data[i - 1]) == lower(b.data[j - 1]);
            size_t best = diagonal + (same ? 0 : 1);

            diagonal = row[j];
            if (row[j] + 1 < best)
                best = row[j] + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            row[j] = best;
        }
    }
    return row[b.size];
}

const char *text_nearest(struct text text, const char *const words[],
                         size_t n_words)
{
    const char *nearest = NULL;
    size_t least = NEAREST_MAX_BYTES;

    if (text.size == 0 || text.size > NEAREST_MAX_BYTES)
        return NULL;
    for (size_t i = 0; i < n_words; i++) {
        const struct text word = text_of(words[i]);
        size_t steps;

        if (word.size > NEAREST_MAX_BYTES)
            continue;
        steps = distance(text, word);
        if (steps < least && steps <= NEAREST_MAX_STEPS &&
            steps * 3 <= word.size + 2) {
            least = steps;
            nearest = words[i];
        }
    }
    return nearest;
}
