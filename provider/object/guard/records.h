/*
 * The records of administrators that apply to somebody, as the site knows them:
 * by their name, and by the groups that the site itself lists.
 */
#pragma once

#include "provider/base/own.h"
#include "provider/object/site.h"

enum { RECORDS_MAX = 1024 };

struct records {
    uint32_t indexes[RECORDS_MAX]; /* [n] in the engine's estate, ascending */
    size_t n;
};

/* user "": nobody by name. group: one more group, NULL: none. STATUS_LIMIT:
 * there are more records than anybody may have. */
MUST_CHECK
enum status records_find(const struct site *site, const char *user, char *group,
                         struct records *records_out);

/* Is there one that is not disabled? */
bool records_has_enabled(const struct records *records,
                         const struct site *site);

/* Gives the subject of the records. */
MUST_CHECK
enum status records_subject(const struct records *records,
                            const struct site *site,
                            struct rbac_subject **subject_out);
