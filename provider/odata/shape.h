/*
 * The shape of the classes, for what describes them: each class in turn, and
 * which properties hold one value and which many.
 */
#pragma once

#include <stdbool.h>

#include "provider/object/class.h"

/* Those of the program, and then those that the site describes. */
void shape_each_class(void (*visit)(const struct object_class *class,
                                    void *context),
                      void *context);

/* Is its value an array? */
bool shape_is_many(const struct object_property *property);
