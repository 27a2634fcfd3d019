#include "provider/base/name.h"

#include <ctype.h>
#include <pthread.h>
#include <unicode/unorm2.h>
#include <unicode/uspoof.h>
#include <unicode/ustring.h>

#include "provider/base/mutant.h"

enum {
    NAME_MAX_UNITS = 4096, /* in UTF-16; longer names are not compared */
    LOOK_MAX_UNITS = 4 * NAME_MAX_UNITS,
};

struct wide {
    UChar units[LOOK_MAX_UNITS];
    int32_t size;
};

/* ICU's tables, opened once and read-only from then on. */
static USpoofChecker *checker;
static const UNormalizer2 *composer;
static const UNormalizer2 *folder;

static void open_tables(void)
{
    UErrorCode error = U_ZERO_ERROR;

    composer = unorm2_getNFCInstance(&error);
    folder = unorm2_getNFKCCasefoldInstance(&error);
    checker = uspoof_open(&error);
    uspoof_setChecks(checker, USPOOF_RESTRICTION_LEVEL, &error);
    uspoof_setRestrictionLevel(checker, USPOOF_HIGHLY_RESTRICTIVE);
    if (U_FAILURE(error)) {
        uspoof_close(checker);
        checker = NULL;
    }
}

/* Without its tables no name is fit, and all look alike. */
static bool has_tables(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, open_tables);
    return checker != NULL;
}

static bool is_ascii(struct text text)
{
    for (size_t i = 0; i < text.size; i++)
        if ((unsigned char)text.data[i] >= 0x80)
            return false;
    return true;
}

static bool widen(struct text text, struct wide *out)
{
    UErrorCode error = U_ZERO_ERROR;

    if (text.size > NAME_MAX_UNITS)
        return false;
    u_strFromUTF8(out->units, LOOK_MAX_UNITS, &out->size, text.data,
                  (int32_t)text.size, &error);
    return U_SUCCESS(error);
}

/* ---- Validity ---- */

static bool is_composed(const struct wide *name)
{
    UErrorCode error = U_ZERO_ERROR;

    return unorm2_isNormalized(composer, name->units, name->size, &error) &&
           U_SUCCESS(error);
}

/* Words end at any ASCII character that is neither letter nor digit: "Web",
 * "alice". */
static bool is_in_word(UChar unit)
{
    return unit >= 0x80 || (unit >= '0' && unit <= '9') ||
           ((unit | 0x20) >= 'a' && (unit | 0x20) <= 'z');
}

static bool is_word_of_one_script(const UChar *word, int32_t size)
{
    UErrorCode error = U_ZERO_ERROR;

    return uspoof_check2(checker, word, size, NULL, &error) == 0 &&
           U_SUCCESS(error);
}

static bool has_mixed_word(const struct wide *name)
{
    int32_t from = 0;

    for (int32_t at = 0; at <= name->size; at++) {
        if (at < name->size && is_in_word(name->units[at]))
            continue;
        if (at > from && !is_word_of_one_script(name->units + from, at - from))
            return true;
        from = at + 1;
    }
    return false;
}

const char *name_fault(struct text name, size_t max_bytes)
{
    struct wide wide;

    if (name.size > max_bytes)
        return "is too long";
    if (!text_is_name(name, max_bytes))
        return "has control or invisible characters, or blanks at an end";
    if (is_ascii(name) || MUTANT("c4-look"))
        return NULL;
    if (!has_tables() || !widen(name, &wide))
        return "cannot be compared with others";
    if (!is_composed(&wide))
        return "is not in composed form (NFC)";
    if (has_mixed_word(&wide))
        return "mixes letters of different scripts that look alike";
    return NULL;
}

bool name_mixes_scripts(struct text part)
{
    struct wide wide;

    if (is_ascii(part) || MUTANT("c4-look"))
        return false;
    return !has_tables() || !widen(part, &wide) ||
           !is_word_of_one_script(wide.units, wide.size);
}

/* ---- Appearance ---- */

static bool fold(struct wide *text)
{
    struct wide folded;
    UErrorCode error = U_ZERO_ERROR;

    folded.size = unorm2_normalize(folder, text->units, text->size,
                                   folded.units, LOOK_MAX_UNITS, &error);
    if (U_FAILURE(error))
        return false;
    u_memcpy(text->units, folded.units, folded.size);
    text->size = folded.size;
    return true;
}

static bool take_skeleton(struct wide *text)
{
    struct wide skeleton;
    UErrorCode error = U_ZERO_ERROR;

    skeleton.size = uspoof_getSkeleton(checker, 0, text->units, text->size,
                                       skeleton.units, LOOK_MAX_UNITS, &error);
    if (U_FAILURE(error))
        return false;
    u_memcpy(text->units, skeleton.units, skeleton.size);
    text->size = skeleton.size;
    return true;
}

/* Two blanks look like one. */
static void append_narrow(const char *bytes, size_t size, struct buf *out)
{
    for (size_t i = 0; i < size; i++)
        if (bytes[i] != ' ' || i == 0 || bytes[i - 1] != ' ')
            buf_append_char(out, bytes[i]);
}

/* For plain names, only case matters besides. */
static void append_plain(struct text name, struct buf *out)
{
    const size_t from = out->size;

    append_narrow(name.data, name.size, out);
    if (buf_status(out) != STATUS_OK)
        return;
    for (size_t i = from; i < out->size; i++)
        out->data[out->start + i] =
            (char)tolower((unsigned char)out->data[out->start + i]);
}

enum status name_look(struct text name, bool is_among_plain, struct buf *out)
{
    char narrow[3 * LOOK_MAX_UNITS];
    int32_t size = 0;
    struct wide wide;
    UErrorCode error = U_ZERO_ERROR;

    if (is_among_plain) {
        append_plain(name, out);
        return buf_status(out);
    }
    /* A capital of one script may look like a small letter of another only when
     * folded, and a skeleton may contain capitals. */
    if (!has_tables() || !widen(name, &wide) || !fold(&wide) ||
        !take_skeleton(&wide) || !fold(&wide))
        return STATUS_INVALID;
    u_strToUTF8(narrow, sizeof(narrow), &size, wide.units, wide.size, &error);
    if (U_FAILURE(error))
        return STATUS_INVALID;
    append_narrow(narrow, (size_t)size, out);
    return buf_status(out);
}

/* Two blanks look like one. */
static void skip_blanks(struct text *text)
{
    while (text->size > 1 && text->data[0] == ' ' && text->data[1] == ' ') {
        text->data++;
        text->size--;
    }
}

static bool is_plain_alike(struct text a, struct text b)
{
    while (a.size && b.size) {
        skip_blanks(&a);
        skip_blanks(&b);
        if (tolower((unsigned char)a.data[0]) !=
            tolower((unsigned char)b.data[0]))
            return false;
        a = (struct text){a.data + 1, a.size - 1};
        b = (struct text){b.data + 1, b.size - 1};
    }
    return a.size == b.size;
}

bool name_is_alike(struct text a, struct text look_a, struct text b,
                   struct text look_b)
{
    if (MUTANT("c4-look"))
        return false;
    if (is_ascii(a) && is_ascii(b))
        return is_plain_alike(a, b);
    return text_equal(look_a, look_b);
}
