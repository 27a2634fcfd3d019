/*
 * Scalars of canonical policy files: plain where no reader could mistake them,
 * else between double quotes with everything unseen escaped.
 */
#include "policy/scalar.h"

#include <string.h>
#include <time.h>

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Words that other readers of YAML take for something else than text. */
static bool is_word_of_yaml(struct text text)
{
    static const char *const words[] = {"true", "false", "yes", "no", "on",
                                        "off",  "null",  "y",   "n"};

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (text_equal_nocase(text, text_of(words[i])))
            return true;
    return false;
}

/* Begins with a letter and goes on with what never needs quotes. */
static bool is_plain(struct text text)
{
    if (text.size == 0 || text.size > 128 || !is_letter(text.data[0]) ||
        text.data[text.size - 1] == ' ' || is_word_of_yaml(text))
        return false;
    for (size_t i = 0; i < text.size; i++)
        if (!is_letter(text.data[i]) && !is_digit(text.data[i]) &&
            !strchr(" -_./@", text.data[i]))
            return false;
    return true;
}

static size_t character_size(unsigned char first)
{
    return first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
}

static uint32_t code_point(const unsigned char *bytes, size_t size)
{
    uint32_t code = size == 1 ? bytes[0] : bytes[0] & (0xFFu >> (size + 1));

    for (size_t i = 1; i < size; i++)
        code = code << 6 | (bytes[i] & 0x3Fu);
    return code;
}

static void write_character(struct text character, struct buf *out)
{
    const bool is_seen =
        text_is_name(character, character.size) || character.data[0] == ' ';

    if (is_seen)
        buf_append_text(out, character);
    else
        buf_append_format(
            out, "\\U%08X",
            code_point((const unsigned char *)character.data, character.size));
}

/* The character at the start of the rest, which then begins after it. */
static struct text next_character(struct text *rest)
{
    size_t size = character_size((unsigned char)rest->data[0]);
    struct text character;

    if (size > rest->size)
        size = rest->size;
    character = (struct text){rest->data, size};
    rest->data += size;
    rest->size -= size;
    return character;
}

/* The text is UTF-8: it was read from a file or a request that is. */
void policy_write_seen(struct text text, struct buf *out)
{
    while (text.size)
        write_character(next_character(&text), out);
}

void policy_write_text(struct text text, struct buf *out)
{
    if (is_plain(text)) {
        buf_append_text(out, text);
        return;
    }
    buf_append_char(out, '"');
    while (text.size) {
        const struct text character = next_character(&text);

        if (character.data[0] == '"' || character.data[0] == '\\')
            buf_append_char(out, '\\');
        write_character(character, out);
    }
    buf_append_char(out, '"');
}

void policy_write_date(int64_t seconds, struct buf *out)
{
    const time_t time = (time_t)seconds;
    struct tm day;

    if (!gmtime_r(&time, &day))
        return;
    buf_append_format(out, "%04d-%02d-%02d", day.tm_year + 1900, day.tm_mon + 1,
                      day.tm_mday);
    if (day.tm_hour || day.tm_min || day.tm_sec)
        buf_append_format(out, "T%02d:%02d:%02dZ", day.tm_hour, day.tm_min,
                          day.tm_sec);
}
