/*
 * Rows and columns of JSON values, printed for people or for programs.
 *
 * In a table (libsmartcols) every cell is made safe for a terminal, and empty
 * columns are left out. In tab-separated lines every field is reversible
 * (provider/client/show.h), and arrays and objects are JSON.
 */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include <jansson.h>

#include "provider/base/own.h"
#include "provider/base/status.h"
#include "provider/base/text.h"

enum output_format {
    OUTPUT_TABLE = 0,
    OUTPUT_JSON,
    OUTPUT_TSV,
    OUTPUT_PROMETHEUS, /* for metrics only */
    OUTPUT_YAML,
};

/* "table", "json", "tsv", "prometheus", "yaml"; STATUS_INVALID for anything
 * else. */
MUST_CHECK
enum status output_format_read(struct text name,
                               enum output_format *format_out);

/* format: OUTPUT_TABLE or OUTPUT_TSV. */
struct grid;
MUST_CHECK
enum status grid_new(enum output_format format, size_t n_columns,
                     struct grid **grid_out);
void grid_free(struct grid *grid);
DEFINE_DROP(grid)

MUST_CHECK
enum status grid_name(struct grid *grid, size_t column, struct text name);

/* Begins the next row, with empty cells. */
MUST_CHECK
enum status grid_row(struct grid *grid);

/* Sets a cell of the last row; NULL leaves it empty. */
MUST_CHECK
enum status grid_put(struct grid *grid, size_t column, json_t *value);

MUST_CHECK
enum status grid_print(const struct grid *grid, bool has_headings, FILE *file);
