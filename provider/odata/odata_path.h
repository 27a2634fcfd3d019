/* The path of an address: route, class, key, and what is behind them. */
#pragma once

#include "provider/odata/odata_address.h"

/* False: it failed. */
bool odata_read_path(struct odata_target *target, struct text path);
