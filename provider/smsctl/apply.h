/*
 * Applies the objects of a manifest one by one: creates what is not there,
 * changes what differs, leaves the rest alone.
 */
#pragma once

#include "provider/smsctl/apply_target.h"

/*
 * Applies one and notes it in done; a failure has been printed with the place
 * of the object.
 */
MUST_CHECK
enum smsclient_result apply_object(struct apply *apply,
                                   const struct manifest_object *object);
