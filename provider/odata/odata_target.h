/*
 * The address of a request for the administration service: what is asked for
 * below /AdminService.
 *
 *     wmi/                           the classes
 *     wmi/CLASS?OPTIONS              objects of a class; POST makes one
 *     wmi/CLASS/$count               how many there are
 *     wmi/CLASS(KEY)                 one object: read, changed or deleted; also
 *                                    CLASS('KEY'), CLASS(Name='KEY'), CLASS/KEY
 *     wmi/CLASS(KEY)/AdminService.M  a method of an object; also CLASS/KEY/..
 *     wmi/CLASS.M                    a method of a class; also CLASS_M
 *     wmi/$query?wql=SELECT ..       rows of a query
 *     v1.0/SET, SET(KEY), SET/$count the same of fewer classes (v1_set.h)
 *     wmi/$metadata, openapi.json    the classes, described for programs
 *
 * Names are read without regard to case, options with their $ or without, and
 * a slash more does not matter.
 */
#pragma once

#include "provider/odata/odata_address.h"

/* path: below /AdminService/. To be cleared, whatever is in it. */
struct odata_target odata_target_read(enum odata_verb verb, struct text path,
                                      struct text query);

/* The version that an ETag names; -1: none that there ever is. */
int64_t odata_version_of(struct text tag);

/* The value of If-Match: an ETag as given in an answer, or *. */
void odata_target_match(struct odata_target *target, struct text tag);

/* Does a body say more about it? */
bool odata_target_has_body(const struct odata_target *target);

/* Appends "CLASS?$filter=..", of the page that begins after. */
void odata_target_put_next(const struct odata_target *target, const char *after,
                           struct buf *out);

/* Appends "CLASS('KEY')". */
void odata_target_put_address(const struct odata_target *target,
                              struct text key, struct buf *out);
