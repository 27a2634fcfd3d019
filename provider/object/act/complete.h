/*
 * Completes an object: defaults, who created and changed it, and names derived
 * from its references.
 */
#pragma once

#include "provider/object/object_private.h"

/*
 * Defaults and history of a new object (is_create) or of a changed one.
 * STATUS_INVALID if a number is none of the property's choices.
 */
MUST_CHECK
enum status values_complete(struct object_call *call, bool is_create,
                            struct object_values *values);

/*
 * In refer.c: checks each reference that is given (old NULL) or that changes:
 * the object exists, may be read, and the need of the reference is held on it.
 * Fills in a name derived from theirs.
 */
MUST_CHECK
enum status values_refer(struct object_call *call,
                         const struct object_values *old,
                         struct object_values *values);

/* For SCOPED(properties_drop) json_t *properties. */
static inline void properties_drop(json_t **properties)
{
    json_decref(*properties);
}

/*
 * In refer_name.c: a copy of the properties, given, in which references have
 * keys where names were. The values stay the same objects.
 */
MUST_CHECK
enum status properties_name(struct object_call *call, const json_t *properties,
                            json_t **named_out);

/* The object that the caller may read and that has the name: missing, hidden or
 * one of several are STATUS_INVALID about the property. */
MUST_CHECK
enum status reference_find(struct object_call *call,
                           const struct object_reference *reference,
                           const char *property, struct text name,
                           struct object_target *target_out);
