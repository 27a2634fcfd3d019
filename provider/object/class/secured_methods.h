/*
 * Methods of SMS_RbacSecuredObject that ask the engine about many categories
 * or administrators at once.
 */
#pragma once

#include "provider/object/object_private.h"

enum { N_SECURED_SCOPES_ARGS = 2, N_SECURED_RESOURCE_ARGS = 2 };

extern const struct object_property secured_scopes_args[N_SECURED_SCOPES_ARGS];
extern const struct object_property
    secured_resource_args[N_SECURED_RESOURCE_ARGS];

MUST_CHECK
enum status secured_available_scopes(struct object_call *call,
                                     const json_t *args,
                                     struct json_writer *result);
MUST_CHECK
enum status secured_resource_collections(struct object_call *call,
                                         const json_t *args,
                                         struct json_writer *result);

/* The administrators who hold something on the object; target NULL: none. */
MUST_CHECK
enum status secured_write_users(struct object_call *call,
                                const struct object_class *class,
                                const struct object_target *target,
                                struct json_writer *result);
