/*
 * Masked variables of collections: their values are never answered, listed,
 * watched, recorded or copied in clear text. They leave CollectionVariables
 * before it is stored, and are concealed by the store (provider/store/conceal.h
 * says what that holds against).
 *
 * What remains: the request's own text and the tree it is parsed into are freed
 * without being wiped.
 */
#pragma once

#include "provider/object/object_private.h"

/*
 * Takes the values of masked variables out of the list that is about to be
 * stored, and keeps them. One without a value keeps what it has; one that never
 * had one needs it. Those that are no longer masked are forgotten: unmasking
 * shows nothing.
 */
MUST_CHECK
enum status masked_variables_take(struct object_call *call,
                                  struct text collection,
                                  struct object_value *variables);

/* Of a collection whose settings are deleted. */
MUST_CHECK
enum status masked_variables_drop(struct object_call *call,
                                  struct text collection);
