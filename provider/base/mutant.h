/*
 * Puts a mended fault back, one at a time, in a test build.
 *
 * A test that cannot fail proves nothing. The test build (preset dev, option
 * SMS_MUTANTS) can restore a fault that was found once, so that the outside
 * judge and the tests show that they would find it again:
 *
 *     if (MUTANT("scratch-outlives-step"))
 *         return; // the fault
 *
 * MUTANT_SQL(name) is the same as an expression of SQL.
 *
 * The environment variable SMS_MUTANT names the fault. A release build holds
 * neither the names nor the branches.
 */
#pragma once

#include <stdbool.h>

#ifdef SMS_MUTANTS
bool mutant_is_on(const char *name);
#define MUTANT(name)     mutant_is_on(name)
#define MUTANT_SQL(name) "sms_mutant('" name "')"
#else
#define MUTANT(name)     false
#define MUTANT_SQL(name) "0"
#endif
