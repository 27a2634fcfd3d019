/*
 * Rows that many descriptions of classes have: keys, history, defaults.
 */
#pragma once

#include "provider/object/class/class_rows_sql.h"
#include "provider/object/object_private.h"

/* ---- Rights ---- */

/* The operations of its own type, each under the name of its act. */
#define RIGHTS_OF(type_)                                                       \
    .type = (type_), .read = {(type_), RBAC_OP_READ},                          \
    .create = {(type_), RBAC_OP_CREATE}, .modify = {(type_), RBAC_OP_MODIFY},  \
    .remove = {(type_), RBAC_OP_DELETE}

#define FOR_ALL_VERBS .can_create = true, .can_modify = true, .can_remove = true

/* ---- Tables ---- */

#define PROPERTIES(rows) .properties = (rows), .n_properties = ARRAY_SIZE(rows)
#define METHODS(rows)    .methods = (rows), .n_methods = ARRAY_SIZE(rows)
#define REFERENCES(rows) .references = (rows), .n_references = ARRAY_SIZE(rows)
#define USES(rows)       .uses = (rows), .n_uses = ARRAY_SIZE(rows)

/* ---- Keys ---- */

/* "P0100014" */
#define SITE_KEY(name_)                                                        \
    {                                                                          \
        (name_), OBJECT_STRING, OBJECT_KEY | OBJECT_READ_ONLY, 8, 8, (name_),  \
            NULL, "Key, given by the site"                                     \
    }

/* 16777217 */
#define ROW_KEY(name_)                                                         \
    {                                                                          \
        (name_), OBJECT_INTEGER, OBJECT_KEY | OBJECT_READ_ONLY, 1, INT64_MAX,  \
            "row", NULL, "Key, given by the site"                              \
    }

enum { FIRST_ROW = 16777217 }; /* of integer keys that a console shows */

/* ---- History ---- */

#define HISTORY(name_, column_, type_, max_, history_, describe_)              \
    {                                                                          \
        .name = (name_), .type = (type_), .flags = OBJECT_READ_ONLY,           \
        .max = (max_), .column = (column_), .describe = (describe_),           \
        .history = (history_)                                                  \
    }

#define MADE_AT_SITE                                                           \
    HISTORY("SourceSite", "SourceSite", OBJECT_STRING, 3, OBJECT_MADE_AT,      \
            "Site that made it")
#define MADE_BY(name_)                                                         \
    HISTORY(name_, name_, OBJECT_STRING, 512, OBJECT_MADE_BY,                  \
            "User who created it")
#define MADE_ON(name_, column_)                                                \
    HISTORY(name_, column_, OBJECT_DATETIME, 0, OBJECT_MADE_ON, "When")
#define CHANGED_BY(name_)                                                      \
    HISTORY(name_, name_, OBJECT_STRING, 512, OBJECT_CHANGED_BY,               \
            "User who last changed it")
#define CHANGED_ON(name_, column_)                                             \
    HISTORY(name_, column_, OBJECT_DATETIME, 0, OBJECT_CHANGED_ON, "When")

/* ---- Columns that a table got later: null in older rows ---- */

#define LATER_NUMBER(name_, max_, since_, describe_)                           \
    {                                                                          \
        .name = (name_), .type = OBJECT_INTEGER, .flags = OBJECT_DEFAULT,      \
        .max = (max_), .column = (name_),                                      \
        .computed = "ifnull(t." name_ ", 0)", .describe = (describe_),         \
        .since = (since_)                                                      \
    }
#define LATER_BOOLEAN(name_, since_, describe_)                                \
    {                                                                          \
        .name = (name_), .type = OBJECT_BOOLEAN, .flags = OBJECT_DEFAULT,      \
        .max = 1, .column = (name_), .computed = "ifnull(t." name_ ", 0)",     \
        .describe = (describe_), .since = (since_)                             \
    }
#define LATER_TEXT(name_, flags_, max_, since_, describe_)                     \
    {                                                                          \
        .name = (name_), .type = OBJECT_STRING, .flags = (flags_),             \
        .max = (max_), .column = (name_), .describe = (describe_),             \
        .since = (since_)                                                      \
    }
#define LATER_TOKENS(name_, since_, describe_)                                 \
    {                                                                          \
        .name = (name_), .type = OBJECT_EMBEDDED, .flags = OBJECT_LAZY,        \
        .max = SCHEDULE_TOKENS_MAX, .column = (name_),                         \
        .describe = (describe_), .since = (since_)                             \
    }

/* ---- What is one value for all ---- */

#define ALWAYS(name_, type_, sql_, describe_)                                  \
    {                                                                          \
        .name = (name_), .type = (type_), .flags = OBJECT_READ_ONLY,           \
        .max = INT32_MAX, .computed = (sql_), .describe = (describe_)          \
    }

/* ---- Columns that every table has ---- */

#define DECLARED_IN                                                            \
    {                                                                          \
        "DeclaredIn", OBJECT_STRING, OBJECT_READ_ONLY, 0, 0, "place", NULL,    \
            "Policy file and line that declare it"                             \
    }
#define ROW_VERSION                                                            \
    {                                                                          \
        "RowVersion", OBJECT_INTEGER, OBJECT_READ_ONLY, 0, INT64_MAX,          \
            "row_version", NULL, "Counts changes; give it as if_version"       \
    }

/* ---- Deployments ---- */

extern const struct object_choices deployment_offers;

/* ---- Scopes ---- */

/* The scopes that an object of a type is in; the type's number as text. */
#define SCOPE_NAMES(type_)                                                     \
    {                                                                          \
        "SecuredScopeNames", OBJECT_STRINGS, OBJECT_READ_ONLY, 0, 0, NULL,     \
            SQL_SCOPE_NAMES_OF " " type_ " AND " SCOPES_SHOWN                  \
                               " " SQL_SCOPE_NAMES_END,                        \
            "Security scopes it is in, if the caller may read scopes"          \
    }
