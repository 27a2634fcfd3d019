/*
 * A place in a policy file.
 */
#pragma once

#include <stdio.h>

/* The reader of the file keeps its name. */
struct policy_place {
    const char *file;
    unsigned line;   /* from 1; 0: not in a file */
    unsigned column; /* from 1 */
};

enum { POLICY_PLACE_BYTES = 512 };

/* "site.yaml:12", as kept with a declared object. */
struct policy_place_text {
    char text[POLICY_PLACE_BYTES];
};

static inline struct policy_place_text policy_place_text(
    struct policy_place place)
{
    struct policy_place_text written;

    snprintf(written.text, sizeof(written.text), "%s:%u",
             place.file ? place.file : "", place.line);
    return written;
}

/* Of a record that is declared, until the end of the expression. */
#define PLACE_OF(record) policy_place_text((record)->place).text
