/*
 * What importing devices needs, besides the operation itself.
 */
#pragma once

#include "provider/object/object_private.h"

MUST_CHECK
enum status device_need_import(struct object_call *call);
