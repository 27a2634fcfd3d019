/* The query of an address: the options of OData. */
#pragma once

#include "provider/odata/odata_address.h"

/* False: it failed. */
bool odata_read_query(struct odata_target *target, struct text query);
