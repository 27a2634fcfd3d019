/*
 * SASL declares every callback as int (*)(void) and calls it as its id defines;
 * void (*)(void) is the type that compilers accept for that cast.
 */
#pragma once

#define AUTH_CALLBACK(function) ((int (*)(void))(void (*)(void))(function))
