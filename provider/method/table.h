/* Every method of the wire: its row says what it needs and takes. */
#pragma once

#include "provider/call/method.h"

extern const struct method_table method_table;
