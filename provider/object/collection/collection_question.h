/*
 * Questions about collections that are named by their paths:
 * VerifyNoCircularDependencies, GetNumResults.
 */
#pragma once

#include "provider/object/object_private.h"

extern const struct object_property collection_cycle_args[2];
extern const struct object_property collection_count_args[1];

MUST_CHECK
enum status collection_verify_no_cycle(struct object_call *call,
                                       const json_t *args,
                                       struct json_writer *result);
MUST_CHECK
enum status collection_count(struct object_call *call, const json_t *args,
                             struct json_writer *result);
