/*
 * Visible ownership.
 *
 *
 *     OWNED(store) store = NULL;             a struct store *, freed on leaving
 *     SCOPED(file_drop) FILE *file = NULL;   any handle with a drop function
 *     *out = TAKE(store);                    the one place where it moves on
 *
 * DEFINE_DROP(store) beside the declaration of store_free() enables
 * OWNED(store). A drop function takes the address of the variable.
 */
#pragma once

#include <stdlib.h>

#define SCOPED(drop) __attribute__((cleanup(drop)))

#define OWNED(type) SCOPED(type##_drop) struct type *

#define DEFINE_DROP(type)                                                      \
    static inline void type##_drop(struct type **owned)                        \
    {                                                                          \
        type##_free(*owned);                                                   \
    }

#define TAKE(owned)                                                            \
    __extension__({                                                            \
        __typeof__(owned) taken_ = (owned);                                    \
        (owned) = NULL;                                                        \
        taken_;                                                                \
    })

/* For plain memory: SCOPED(memory_drop) char *text = NULL; */
static inline void memory_drop(void *owned)
{
    free(*(void **)owned);
}

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
