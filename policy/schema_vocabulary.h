/*
 * The words that an editor offers where a name of a vocabulary stands, in the
 * JSON Schema: classes, operations, built-in roles.
 */
#pragma once

#include "policy/schema.h"
#include "provider/base/json_writer.h"
#include "rbac/catalog.h"

/*
 * Inside the object of a schema: nothing but these words may stand there. The
 * provider also takes them in another case, which an editor will underline.
 */
void schema_vocabulary_write(struct json_writer *w,
                             enum schema_vocabulary vocabulary);

/* The same for the operations of one type. */
void schema_operations_write(struct json_writer *w,
                             const struct rbac_type *type);
