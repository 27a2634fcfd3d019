/*
 * SMS_Query: a saved WQL query.
 *
 * Here it is a text; query.run decides what a caller may select with it. It may
 * be limited to a collection, whose key is only shown to callers who may read
 * the collection: others read the query as if it were not limited.
 */
#include "provider/object/class/class_query_sql.h"
#include "provider/object/class/class_rows.h"

static const struct object_property properties[] = {
    SITE_KEY("QueryID"),
    {"Name", OBJECT_STRING, OBJECT_REQUIRED | OBJECT_NAME | OBJECT_INDEX, 1,
     256, "Name", NULL, "Name; need not be unique"},
    {"Expression", OBJECT_STRING, OBJECT_REQUIRED, 1, 32768, "Expression", NULL,
     "The query, in WQL"},
    {"TargetClassName", OBJECT_STRING, 0, 0, 256, "TargetClassName", NULL,
     "Class that it is about"},
    {"LimitToCollectionID", OBJECT_STRING, 0, 8, 8, "LimitToCollectionID",
     SQL_QUERY_LIMIT,
     "Collection that it is limited to, if the caller may read it"},
    {"Comments", OBJECT_STRING, 0, 0, 512, "Comments", NULL, "What it is for"},
    {"ResultAliasNames", OBJECT_STRINGS, OBJECT_LAZY, 0, 256,
     "ResultAliasNames", NULL, "Aliases of the columns to show"},
    {"ResultColumnsNames", OBJECT_STRINGS, OBJECT_LAZY, 0, 256,
     "ResultColumnsNames", NULL, "The columns to show"},
    SCOPE_NAMES("7"),
    MADE_AT_SITE,
    ROW_VERSION,
};

/* Loose: a query that nobody sees does not keep a collection. */
static const struct object_reference references[] = {
    {"LimitToCollectionID", NULL, &class_collection, .kind = OBJECT_LOOSE},
};

const struct object_class class_query = {
    .name = "SMS_Query",
    .describe = "A query kept under a name",
    RIGHTS_OF(RBAC_TYPE_QUERY),
    .messages = {30063, 30064, 30065, 0, 0, 0},
    FOR_ALL_VERBS,
    PROPERTIES(properties),
    .table = "saved_query",
    .key_column = "QueryID",
    .name_column = "Name",
    .since = 2,
    .label_kind = LABELS_SCOPES,
    REFERENCES(references),
};
