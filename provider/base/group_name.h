/*
 * Names of groups that come from outside, each under its source.
 *
 * A group is known by its name and by who says that somebody is in it: the
 * name service of the host, or an issuer of tokens. One source never answers
 * for another, nor for a group whose members the site itself lists, or for the
 * name of a user: so a group from outside is looked up as "SOURCE\nNAME",
 * which no name of the site can be.
 */
#pragma once

#include "provider/base/own.h"
#include "provider/base/text.h"

#define GROUP_SOURCE_SITE "site"
#define GROUP_SOURCE_HOST "host"

enum { GROUP_SOURCE_MAX_BYTES = 512 };

/* "site", "host" or the issuer of tokens, as the configuration names it. */
bool group_source_is(struct text source);

/* Given: the name to look up. NULL: no memory. */
char *group_name_from(struct text source, struct text name);

/* The name by itself, for people; within name. */
const char *group_name_plain(const char *name);

/* Who says who is in it: empty where that is the site. */
struct text group_name_source(const char *name);
