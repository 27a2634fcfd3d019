/*
 * A table of the schema as JSON Schema (draft 2020-12), for editors that know
 * it: completion, hints and the same errors while typing.
 */
#pragma once

#include "policy/schema.h"

/* A whole document. title: what kind of file it is for. */
MUST_CHECK
enum status schema_write(const struct schema_type *type, const char *title,
                         struct buf *out);

/* That of policy files. */
MUST_CHECK
enum status policy_schema_write(struct buf *out);
