/*
 * Names of external groups, qualified by their source.
 *
 * A group is identified by its name and by the authority for its members: the
 * name service of the host, or a token issuer. A source only counts for its own
 * groups, never for a group whose members the site lists, nor for the name of a
 * user: so an external group is looked up as "SOURCE\nNAME", which no name of
 * the site can equal.
 */
#pragma once

#include "provider/base/own.h"
#include "provider/base/text.h"

#define GROUP_SOURCE_SITE "site"
#define GROUP_SOURCE_HOST "host"
#define GROUP_SOURCE_SID  "sid" /* of a domain: its name is its SID */

enum { GROUP_SOURCE_MAX_BYTES = 512 };

/* "site", "host", "sid" or the token issuer, as configured. */
bool group_source_is(struct text source);

/* Given: the name to look up. NULL: out of memory. */
char *group_name_from(struct text source, struct text name);

/* Given: all of them, from one source; NULL: out of memory. */
char **group_names_from(struct text source, char *const *names, size_t n);
void group_names_free(char **names, size_t n); /* accepts NULL */

/* The name alone, for people; points into name. */
const char *group_name_plain(const char *name);

/* The source; empty for a group of the site. */
struct text group_name_source(const char *name);
