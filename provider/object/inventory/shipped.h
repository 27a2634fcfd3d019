/*
 * The descriptions that the provider brings along: shipped.yaml, as text.
 */
#pragma once

#include "provider/base/text.h"

struct text shipped_text(void);
