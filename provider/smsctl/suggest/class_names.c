#include "provider/smsctl/suggest/class_names.h"

#include "provider/base/own.h"

const char *const class_names[] = {
#include "provider/smsctl/class_names.h"
};

const size_t n_class_names = ARRAY_SIZE(class_names);
