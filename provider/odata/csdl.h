/*
 * The classes as OData's schema language has them (CSDL 4.0 in XML), made from
 * the table that the provider itself works by: the same for everybody, and
 * about no object.
 */
#pragma once

#include "provider/base/buf.h"

/* The namespace, of which a method's address says the first word too. */
#define CSDL_NAMESPACE "AdminService"

void csdl_put(struct buf *out);

/* The sets of v1.0, with the types of their classes. */
void csdl_put_v1(struct buf *out);
