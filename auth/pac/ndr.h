/*
 * Reads NDR, the encoding of the parts of a PAC: bounded, without memory of its
 * own.
 *
 * Samba's libndr would read more than two structures, but its headers and ABI
 * are private to one version of Samba, it brings talloc and a dozen libraries
 * into the process that decides, and its licence is another. What is needed
 * here is numbers, pointers, arrays and SIDs.
 *
 * An error sticks: what is read after it is zero, so that a structure is read
 * straight down and checked once, at its end (ndr_end). Nothing is allocated,
 * and no count is believed before as many bytes are there (T99).
 *
 * Source: DCE 1.1 RPC, chapter 14, and MS-RPCE 2.2.6 (type serialization
 * version 1).
 */
#pragma once

#include "provider/base/buf.h"
#include "provider/base/sid.h"

struct ndr {
    const unsigned char *data;
    size_t size;
    size_t at;
    bool is_broken;
};

/* After the headers of a serialized type, which must say little-endian and a
 * length that is there. */
struct ndr ndr_open(struct text blob);

/* Numbers are aligned to their size. */
uint8_t ndr_u8(struct ndr *ndr);
uint16_t ndr_u16(struct ndr *ndr);
uint32_t ndr_u32(struct ndr *ndr);
void ndr_skip(struct ndr *ndr, size_t n_bytes);

/* Is the pointer that stands here other than NULL? What it points to follows
 * later. */
bool ndr_pointer(struct ndr *ndr);

/*
 * The head of an array: it must have n items, as its structure said, of
 * item_bytes at least each, which are there. False, and broken: it has not.
 */
bool ndr_array(struct ndr *ndr, uint32_t n, size_t item_bytes);

/* RPC_UNICODE_STRING: its head within a structure, and then what it points
 * to, which may be dropped (out NULL) or is appended as UTF-8. */
struct ndr_string {
    uint16_t n_bytes;
    bool has_text;
};
struct ndr_string ndr_string_head(struct ndr *ndr);
void ndr_string_text(struct ndr *ndr, struct ndr_string head, struct buf *out);

/* RPC_SID that a pointer points to. */
void ndr_sid(struct ndr *ndr, struct sid *sid_out);

/* STATUS_INVALID: something was wrong on the way here. */
MUST_CHECK
enum status ndr_end(const struct ndr *ndr);
