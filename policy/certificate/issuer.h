/*
 * The spellings of a certificate's issuer and serial number.
 *
 * An identity is compared in the spelling of RFC 4514: the last part of the
 * name first, the serial number in hexadecimal. Tools show both differently,
 * and a value copied from them matches nobody.
 */
#pragma once

#include "policy/arena.h"
#include "provider/base/text.h"

/*
 * The intended issuer, in the arena, if it is written as "/O=Corp/CN=Corp CA"
 * or from the first part to the last; NULL: it is not.
 */
const char *issuer_suggestion(struct text issuer, struct arena *arena);

/* Hexadecimal of a serial number that looks decimal; NULL: it does not. */
const char *serial_suggestion(struct text serial, struct arena *arena);
