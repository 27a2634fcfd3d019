/*
 * Security identifiers of a Windows domain: S-1-5-21-A-B-C-RID.
 *
 * Accounts and groups keep theirs when they are renamed, and no other account
 * ever gets it. The canonical text is the one that Windows prints; two are
 * equal when their texts are. Source: MS-DTYP 2.4.2.
 */
#pragma once

#include "provider/base/text.h"

enum {
    SID_PARTS_MAX = 15,
    SID_TEXT_BYTES = 192, /* the longest text, with its end */
};

/* Zeroed it is the SID of nobody: no canonical text has no parts. */
struct sid {
    uint64_t authority; /* 48 bits; 5: Windows */
    uint32_t parts[SID_PARTS_MAX];
    uint8_t n_parts;
};

/*
 * Reads the canonical text: decimal, no leading zeros, one part at least; an
 * authority from 2^32 in hexadecimal. STATUS_INVALID for anything else.
 */
MUST_CHECK
enum status sid_read(struct text text, struct sid *sid_out);
bool sid_is_text(struct text text);

/* sid has parts. */
void sid_write(const struct sid *sid, char text_out[SID_TEXT_BYTES]);

bool sid_equal(const struct sid *a, const struct sid *b);

/* The SID of an account of a domain. STATUS_INVALID: it has no room. */
MUST_CHECK
enum status sid_append(const struct sid *domain, uint32_t part,
                       struct sid *sid_out);

/* Is it of an account or group of the domain: its SID and one part more? */
bool sid_is_in(const struct sid *sid, const struct sid *domain);

/* S-1-5-21-A-B-C: a domain; with one part more, an account or group of one. */
bool sid_is_domain(const struct sid *sid);
bool sid_is_account(const struct sid *sid);
