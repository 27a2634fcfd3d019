#include "provider/smsctl/import/import_usual.h"

#include <string.h>

enum { MEMBERS_MAX = 64, DIGITS_MAX = 18 };

/* What is left of the line. */
struct rest {
    const char *at;
    const char *end;
};

static void skip_blanks(struct rest *rest)
{
    while (rest->at < rest->end && (*rest->at == ' ' || *rest->at == '\t'))
        rest->at++;
}

/* The character, and blanks on either side of it. */
static bool take(struct rest *rest, char c)
{
    skip_blanks(rest);
    if (rest->at == rest->end || *rest->at != c)
        return false;
    rest->at++;
    skip_blanks(rest);
    return true;
}

static bool take_string(struct rest *rest, struct text *string_out)
{
    const char *at = rest->at;

    if (at == rest->end || *at++ != '"')
        return false;
    string_out->data = at;
    while (at < rest->end && *at >= ' ' && *at <= '~' && *at != '"' &&
           *at != '\\')
        at++;
    if (at == rest->end || *at != '"')
        return false;
    string_out->size = (size_t)(at - string_out->data);
    rest->at = at + 1;
    return true;
}

/* A whole number that 64 bits hold. */
static bool take_number(struct rest *rest)
{
    const char *at = rest->at;
    size_t n;

    if (at < rest->end && *at == '-')
        at++;
    for (n = 0; at + n < rest->end && at[n] >= '0' && at[n] <= '9'; n++)
        ;
    if (n == 0 || n > DIGITS_MAX || (n > 1 && *at == '0'))
        return false;
    rest->at = at + n;
    return true;
}

static bool take_word(struct rest *rest, struct text word)
{
    if ((size_t)(rest->end - rest->at) < word.size ||
        memcmp(rest->at, word.data, word.size) != 0)
        return false;
    rest->at += word.size;
    return true;
}

/* What follows it is looked at by whoever takes that. */
static bool take_plain(struct rest *rest)
{
    struct text string;

    return take_string(rest, &string) || take_number(rest) ||
           take_word(rest, TEXT("true")) || take_word(rest, TEXT("false")) ||
           take_word(rest, TEXT("null"));
}

static bool take_list(struct rest *rest)
{
    if (!take(rest, '['))
        return false;
    if (take(rest, ']'))
        return true;
    do
        if (!take_plain(rest))
            return false;
    while (take(rest, ','));
    return take(rest, ']');
}

static bool is_new(const struct text names[], size_t n, struct text name)
{
    for (size_t i = 0; i < n; i++)
        if (text_equal(names[i], name))
            return false;
    return true;
}

static bool take_member(struct rest *rest, struct text names[], size_t n)
{
    return n < MEMBERS_MAX && take_string(rest, &names[n]) &&
           is_new(names, n, names[n]) && take(rest, ':') &&
           (take_plain(rest) || take_list(rest));
}

bool import_is_usual(struct text line)
{
    struct rest rest = {line.data, line.data + line.size};
    struct text names[MEMBERS_MAX];
    size_t n = 0;

    if (line.size == 0 || !take(&rest, '{'))
        return false;
    if (take(&rest, '}'))
        return rest.at == rest.end;
    do
        if (!take_member(&rest, names, n++))
            return false;
    while (take(&rest, ','));
    return take(&rest, '}') && rest.at == rest.end;
}
