/*
 * A bag: properties of an object that its class does not name. They are kept
 * and answered as given; what they may be is checked, so that whoever reads
 * them later knows what can come.
 */
#pragma once

#include <jansson.h>

#include "provider/object/class.h"

enum {
    BAG_MAX_BYTES = 16 * 1024, /* of its JSON text */
    BAG_MAX_PARTS = 64,
    BAG_NAME_MAX_BYTES = 64,
    BAG_TEXT_MAX_BYTES = 4096,
    BAG_LIST_MAX = 256,
};

/*
 * NULL if the JSON object is a bag for an object of the class: names are
 * letters, digits and underscores behind a letter, each once without regard to
 * case and none that the class (NULL: any) has; values are texts, whole
 * numbers, booleans and lists of texts. Otherwise a sentence, and in part_out
 * the name it is about ("" for none), which lives as long as the JSON.
 */
const char *bag_fault(const struct object_class *class, const json_t *json,
                      const char **part_out);
