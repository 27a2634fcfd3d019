/*
 * Names in the schema: the scalars that need Unicode, which a program that
 * reads none of them does without.
 */
#include "policy/schema.h"
#include "provider/base/name.h"

const struct schema_type schema_name = {SCHEMA_NAME, .min = 1, .max = 256,
                                        .fault = name_fault};
const struct schema_type schema_placed_name = {
    SCHEMA_NAME, .min = 1, .max = 256, .is_placed = true, .fault = name_fault};
const struct schema_type schema_names = {SCHEMA_LIST, .item = &schema_name};
const struct schema_type schema_placed_names = {SCHEMA_LIST,
                                                .item = &schema_placed_name};
