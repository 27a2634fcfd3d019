/*
 * Rows and columns of JSON values, printed for people or for programs.
 *
 * As a table (libsmartcols) every cell is made fit for a terminal, and columns
 * in which nothing stands are left out; as
 * tab-separated lines every field is reversible (provider/client/show.h), and
 * arrays and objects stand as JSON.
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
    OUTPUT_PROMETHEUS, /* of metrics alone */
};

/* "table", "json", "tsv", "prometheus"; STATUS_INVALID for anything else. */
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

/* Begins the next row, its cells empty. */
MUST_CHECK
enum status grid_row(struct grid *grid);

/* A cell of the row begun last; NULL leaves it empty. */
MUST_CHECK
enum status grid_put(struct grid *grid, size_t column, json_t *value);

MUST_CHECK
enum status grid_print(const struct grid *grid, bool has_headings, FILE *file);
