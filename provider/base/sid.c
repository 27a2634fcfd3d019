#include "provider/base/sid.h"

#include <stdio.h>

enum {
    AUTHORITY_WINDOWS = 5,
    PART_DOMAIN = 21,
    DOMAIN_PARTS = 4,
    AUTHORITY_HEX_DIGITS = 12,
};

/* Takes decimal digits without a leading zero; false: there are none, or they
 * are more than the most. */
static bool take_number(struct text *rest, uint64_t most, uint64_t *number_out)
{
    size_t n = 0;
    uint64_t number = 0;

    while (n < rest->size && rest->data[n] >= '0' && rest->data[n] <= '9') {
        number = number * 10 + (uint64_t)(rest->data[n] - '0');
        if (number > most || (n > 0 && rest->data[0] == '0'))
            return false;
        n++;
    }
    rest->data += n;
    rest->size -= n;
    *number_out = number;
    return n > 0;
}

static bool take_word(struct text *rest, struct text word)
{
    if (rest->size < word.size || memcmp(rest->data, word.data, word.size) != 0)
        return false;
    rest->data += word.size;
    rest->size -= word.size;
    return true;
}

/* "0x100000000": twelve digits or fewer, as sid_write() writes them. */
static bool take_long_authority(struct text *rest, uint64_t *authority_out)
{
    static const char digits[] = "0123456789abcdef";
    uint64_t authority = 0;
    size_t n = 0;

    while (n < rest->size && rest->data[n] != '-') {
        /* NOLINTNEXTLINE(bugprone-not-null-terminated-result): bytes */
        const char *digit = memchr(digits, rest->data[n], 16);

        if (!digit || rest->data[0] == '0' || ++n > AUTHORITY_HEX_DIGITS)
            return false;
        authority = authority << 4 | (uint64_t)(digit - digits);
    }
    rest->data += n;
    rest->size -= n;
    *authority_out = authority;
    return authority > UINT32_MAX;
}

static bool take_authority(struct text *rest, uint64_t *authority_out)
{
    if (take_word(rest, TEXT("0x")))
        return take_long_authority(rest, authority_out);
    return take_number(rest, UINT32_MAX, authority_out);
}

enum status sid_read(struct text text, struct sid *sid_out)
{
    struct sid sid = {0};
    struct text rest = text;
    uint64_t part;

    if (!take_word(&rest, TEXT("S-1-")) ||
        !take_authority(&rest, &sid.authority))
        return STATUS_INVALID;
    while (rest.size > 0) {
        if (sid.n_parts == SID_PARTS_MAX || !take_word(&rest, TEXT("-")) ||
            !take_number(&rest, UINT32_MAX, &part))
            return STATUS_INVALID;
        sid.parts[sid.n_parts++] = (uint32_t)part;
    }
    if (sid.n_parts == 0)
        return STATUS_INVALID;
    *sid_out = sid;
    return STATUS_OK;
}

bool sid_is_text(struct text text)
{
    struct sid sid;

    return sid_read(text, &sid) == STATUS_OK;
}

void sid_write(const struct sid *sid, char text_out[SID_TEXT_BYTES])
{
    const bool is_long = sid->authority > UINT32_MAX;
    size_t size = (size_t)snprintf(text_out, SID_TEXT_BYTES,
                                   is_long ? "S-1-0x%llx" : "S-1-%llu",
                                   (unsigned long long)sid->authority);

    for (size_t i = 0; i < sid->n_parts; i++)
        size += (size_t)snprintf(text_out + size, SID_TEXT_BYTES - size, "-%u",
                                 (unsigned)sid->parts[i]);
}

static bool has_start(const struct sid *sid, const struct sid *start)
{
    return sid->authority == start->authority &&
           sid->n_parts >= start->n_parts &&
           memcmp(sid->parts, start->parts,
                  start->n_parts * sizeof(sid->parts[0])) == 0;
}

bool sid_equal(const struct sid *a, const struct sid *b)
{
    return a->n_parts == b->n_parts && has_start(a, b);
}

enum status sid_append(const struct sid *domain, uint32_t part,
                       struct sid *sid_out)
{
    struct sid sid = *domain;

    if (sid.n_parts == SID_PARTS_MAX)
        return STATUS_INVALID;
    sid.parts[sid.n_parts++] = part;
    *sid_out = sid;
    return STATUS_OK;
}

bool sid_is_in(const struct sid *sid, const struct sid *domain)
{
    return sid->n_parts == domain->n_parts + 1 && has_start(sid, domain);
}

static bool is_of_a_domain(const struct sid *sid)
{
    return sid->authority == AUTHORITY_WINDOWS && sid->n_parts > 0 &&
           sid->parts[0] == PART_DOMAIN;
}

bool sid_is_domain(const struct sid *sid)
{
    return is_of_a_domain(sid) && sid->n_parts == DOMAIN_PARTS;
}

bool sid_is_account(const struct sid *sid)
{
    return is_of_a_domain(sid) && sid->n_parts == DOMAIN_PARTS + 1;
}
