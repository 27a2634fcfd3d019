/*
 * The names of the classes, from the reference page of all of them
 * (provider/object/CLASSES.md).
 */
#pragma once

#include <stddef.h>

extern const char *const class_names[]; /* [n_class_names] */
extern const size_t n_class_names;
