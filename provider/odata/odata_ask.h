/*
 * What an address and the body of its request ask for, as a line of the wire:
 * the same call that anybody makes there. Nothing is answered from here.
 */
#pragma once

#include "provider/odata/odata_target.h"

/* Appends the line. False: that is no request, target says why. */
bool odata_ask(struct odata_target *target, struct text body, struct buf *line);

/* The object of a PUT is not there: may it be made so? */
bool odata_may_make(const struct odata_target *target);
