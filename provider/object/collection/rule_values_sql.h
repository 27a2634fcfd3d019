/*
 * The values of a resource that rules ask for.
 */
#pragma once

#include "provider/object/object_private.h"

/* Selects the properties, bit i for property i, of the rows of a class that
 * belong to a resource (?1). */
void rule_values_put(const struct object_class *class, uint64_t properties,
                     struct buf *sql);
