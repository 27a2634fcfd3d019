/*
 * SASL declares every callback as int (*)(void) and calls it as what its id
 * says; void (*)(void) is the type through which compilers let that pass.
 */
#pragma once

#define AUTH_CALLBACK(function) ((int (*)(void))(void (*)(void))(function))
