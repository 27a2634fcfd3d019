/*
 * What a call was denied, as one value: see struct call_denial.
 */
#pragma once

#include "provider/call/call.h"

/* After gate and handler; does nothing where nothing was denied. */
void denial_set(struct call *call, enum rpc_error error);

/* The name of the operation; empty: none. */
struct text denial_operation(const struct call_denial *denial);
