/*
 * A result, in the form that was asked for.
 */
#pragma once

#include "provider/smsctl/grid.h"

struct output {
    enum output_format format;
    bool has_headings;
    FILE *file; /* borrowed */
};

/*
 * Objects as rows; the columns are those named, or every member in the order
 * of its first appearance. In JSON: the array.
 */
MUST_CHECK
enum status output_rows(const struct output *output, json_t *rows,
                        const char *const columns[], size_t n_columns);

/*
 * One object, a line for each member. Lists of objects in it follow as tables
 * of their own; in TSV a member's name is its path ("assignments[0].roles").
 */
MUST_CHECK
enum status output_object(const struct output *output, json_t *object);

/* Whatever a result is: a list, {"items": [..]}, an object, or a value. */
MUST_CHECK
enum status output_result(const struct output *output, json_t *result);

/* As JSON, ASCII only, so that no terminal sees more than plain text. */
MUST_CHECK
enum status output_json(const struct output *output, json_t *value);
