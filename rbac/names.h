/*
 * Maps a name to its index: a hash table that is filled once.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "provider/base/status.h"
#include "provider/base/text.h"
#include "rbac/arena.h"

struct names_slot {
    const char *name; /* borrowed; NULL: free */
    uint32_t kind;    /* a second part of the key */
    uint32_t index;
};

struct names {
    struct names_slot *slots;
    size_t mask; /* number of slots - 1 */
};

/* Room for n names, in the arena. */
MUST_CHECK
enum status names_make(struct arena *arena, size_t n, struct names *names_out);

/* STATUS_CONFLICT if it is there already. At most n times. */
MUST_CHECK
enum status names_add(struct names *names, const char *name, uint32_t kind,
                      uint32_t index);

/* UINT32_MAX if there is none. */
uint32_t names_find(const struct names *names, struct text name, uint32_t kind);
