/*
 * Pieces of sentences about a plan, safe for a terminal.
 */
#pragma once

#include <stdio.h>

#include <jansson.h>

/* A member's text; "" if it is none. */
const char *plan_text(const json_t *object, const char *name);

/* Text from the server; nothing else is said. */
void plan_say(FILE *file, const json_t *value);
void plan_say_in(FILE *file, const json_t *object, const char *name);

/* Nothing when the member is absent or empty. */
void plan_say_between(FILE *file, const char *before, const json_t *object,
                      const char *name, const char *after);

/* "a, b" */
void plan_say_list(FILE *file, const json_t *list);

/* "3,020" */
void plan_say_number(FILE *file, json_int_t number);

/* "1 device", "3,020 devices", "2 classes" */
void plan_say_count(FILE *file, json_int_t number, const char *what);
