/*
 * Which attributes a name has. The library begins anew for each question about
 * a name, at a tenth of what it costs to accept one, so they are listed once,
 * and only those that are there are asked for.
 */
#pragma once

#include <stdbool.h>

#include <gssapi/gssapi_ext.h>

struct gss_said {
    gss_name_t name; /* borrowed */
    gss_buffer_set_t list;
    bool is_listed;
};

struct gss_said gss_said_of(gss_name_t name);
void gss_said_clear(struct gss_said *said);

/* May it have the attribute? Where no list is to be had, it may. */
bool gss_said_may_have(const struct gss_said *said, const char *attribute);
