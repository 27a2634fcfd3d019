/*
 * Times that a clock has written which was ahead by mistake, and holds somebody
 * off until the right one has come there: a lock that lasts for a year, or
 * evidence that was ended a year from now.
 */
#pragma once

#include "provider/store/store.h"

/* At a start, once an operator has said that it was ahead: such locks are gone,
 * and evidence is ended until now. */
MUST_CHECK
enum status ahead_forget(struct store *store, int64_t now_s);
