/*
 * S4U_DELEGATION_INFO: the services that obtained a ticket in a user's name.
 *
 * Source: MS-PAC 2.9.
 */
#pragma once

#include "auth/pac/ndr.h"

/*
 * Appends the names of the services, the last of which asked for this ticket,
 * separated by blanks. STATUS_INVALID: it is not whole, or names nobody; then
 * the ticket is delegated all the same.
 */
MUST_CHECK
enum status delegation_info_read(struct text blob, struct buf *services_out);
