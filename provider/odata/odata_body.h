/*
 * The body of a change: properties of an object, or arguments of a method, as
 * clients send them. They read an object, change it and send it back: so what
 * OData says about an object is passed over, and what the provider sets.
 */
#pragma once

#include <jansson.h>

#include "provider/base/json_writer.h"
#include "provider/odata/odata_target.h"
#include "provider/wire/request.h"

/* An object; of an empty body none, which has nothing in it either. Otherwise
 * the message is to be dropped whatever is in it; RPC_DONE, or why it is none.
 */
enum rpc_error odata_read_body(struct text body,
                               struct rpc_message *message_out);

/* Writes an object. key: of the object that a PUT makes. */
void odata_put_properties(const struct odata_target *target, struct text key,
                          const json_t *body, struct json_writer *w);
void odata_put_arguments(const json_t *body, struct json_writer *w);

/* Writes any value. */
void odata_put_json(struct json_writer *w, const json_t *value);
