/* What is asked of v1.0, as a line: a query of the class behind its set. */
#pragma once

#include "provider/base/json_writer.h"
#include "provider/odata/odata_address.h"

/* False: it failed. */
bool v1_ask(struct odata_target *target, struct json_writer *w);
