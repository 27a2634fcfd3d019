/*
 * The signer's process.
 */
#pragma once

#include "auth/signer/signer_wire.h"

/* Serves the other ends of its lanes until they are closed, then exits. */
_Noreturn void signer_run(int *lanes, size_t n, signer_wall *wall,
                          void *context);
