/*
 * What is deleted leaves its folder.
 */
#pragma once

#include "provider/object/object.h"

MUST_CHECK
enum status filed_forget(struct object_call *call);
