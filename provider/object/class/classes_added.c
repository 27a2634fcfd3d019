/*
 * Classes that are made at run time. Readers of any thread find them without a
 * lock: a list is complete when it is published, and stays as it is.
 */
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "provider/object/object_private.h"

struct list {
    const struct list *before; /* nobody loses what may still be read */
    size_t n;
    const struct object_class *of[];
};

static const struct list *_Atomic published;

const struct object_class *const *object_classes_added(size_t *n_out)
{
    const struct list *list =
        atomic_load_explicit(&published, memory_order_acquire);

    *n_out = list ? list->n : 0;
    return list ? list->of : NULL;
}

const struct object_class *object_class_find_added(struct text name)
{
    size_t n;
    const struct object_class *const *added = object_classes_added(&n);

    for (size_t i = 0; i < n; i++)
        if (text_equal_nocase(name, text_of(added[i]->name)))
            return added[i];
    return NULL;
}

enum status object_classes_publish(const struct object_class *const *classes,
                                   size_t n)
{
    struct list *list = malloc(sizeof(*list) + n * sizeof(list->of[0]));

    if (!list)
        return STATUS_NO_MEMORY;
    list->before = atomic_load_explicit(&published, memory_order_relaxed);
    list->n = n;
    if (n)
        memcpy(list->of, classes, n * sizeof(list->of[0]));
    atomic_store_explicit(&published, list, memory_order_release);
    return STATUS_OK;
}
