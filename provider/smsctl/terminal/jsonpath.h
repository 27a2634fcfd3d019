/*
 * Picks values out of JSON by a template, a small part of kubectl's jsonpath:
 *
 *     {.items[*].Name}            a member; each of a list
 *     {.items[0]['Full name']}    by number (-1: the last) or quoted name
 *     {.Name}{"\t"}{.MemberCount} text, in quotes or outside of braces
 *
 * Several values of one pair of braces are separated by blanks. Filters,
 * slices, unions, recursive descent and ranges are refused.
 */
#pragma once

#include <jansson.h>

#include "provider/base/buf.h"
#include "provider/base/own.h"

struct jsonpath_fault {
    size_t at; /* byte of the template, from 1 */
    const char *why;
};

struct jsonpath;
void jsonpath_free(struct jsonpath *path);
DEFINE_DROP(jsonpath)

/* STATUS_INVALID: see fault_out. */
MUST_CHECK
enum status jsonpath_read(struct text text, struct jsonpath **path_out,
                          struct jsonpath_fault *fault_out);

/* Appends what the template gives, safe for a terminal. What is not there
 * gives nothing. */
void jsonpath_write(const struct jsonpath *path, json_t *value,
                    struct buf *out);
