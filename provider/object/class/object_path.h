/*
 * The path of an object as consoles write it, with or without server and
 * namespace: "SMS_Collection.CollectionID='P0100001'", or of a class alone.
 */
#pragma once

#include "provider/base/text.h"

struct object_path {
    struct text class_name;
    struct text key;
    bool has_key;
};

/* Borrowed from the whole. Any text is one, if of no class there is. */
struct object_path object_path_read(struct text whole);
