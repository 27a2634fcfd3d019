/* A text without the blanks around it. */
#pragma once

#include "provider/base/text.h"

/* Without the blanks (U+0020) at either end; a view of the same bytes. */
struct text text_trim(struct text text);
