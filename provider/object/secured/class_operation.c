/*
 * SMS_AvailableOperation and SMS_Operation: the operations of each type; and
 * SMS_SettableSecuredCategory: the scopes that the caller may put objects of a
 * type into. They are about the product and the caller, and so for everybody.
 */
#include "provider/object/secured/secured_rows.h"

/* ---- Operations ---- */

static const struct object_property operation_properties[] = {
    {"OperationKey", OBJECT_STRING, OBJECT_KEY | OBJECT_READ_ONLY, 1, 16,
     "OperationKey", NULL, "ObjectTypeID.bit"},
    {"ObjectTypeID", OBJECT_INTEGER, OBJECT_READ_ONLY, 0, 65535, "ObjectTypeID",
     NULL, "The type"},
    {"ObjectTypeName", OBJECT_STRING, OBJECT_READ_ONLY, 0, 256,
     "ObjectTypeName", NULL, "Its class"},
    {"BitFlag", OBJECT_INTEGER, OBJECT_READ_ONLY, 0, UINT32_MAX, "BitFlag",
     NULL, "Its bit in masks of the type"},
    {"OperationName", OBJECT_STRING, OBJECT_READ_ONLY, 0, 256, "OperationName",
     NULL, "Its name"},
    {"IsTypeWideOperation", OBJECT_BOOLEAN, OBJECT_READ_ONLY, 0, 1,
     "IsTypeWideOperation", NULL, "Held on all objects if held on any"},
};

#define OPERATIONS(symbol_, name_)                                             \
    const struct object_class class_##symbol_ = {                              \
        .name = (name_),                                                       \
        .describe = "An operation on objects of a type",                       \
        RIGHTS_OF_EVERYBODY,                                                   \
        PROPERTIES(operation_properties),                                      \
        .table = "operation",                                                  \
        .key_column = "OperationKey",                                          \
        .name_column = "OperationName",                                        \
        .is_view = true}

OPERATIONS(available_operation, "SMS_AvailableOperation");
OPERATIONS(operation, "SMS_Operation");

/* ---- Settable scopes (R8.5) ---- */

static const struct object_property settable_properties[] = {
    {"SettableKey", OBJECT_STRING, OBJECT_KEY | OBJECT_READ_ONLY, 1, 32,
     "SettableKey", NULL, "ObjectTypeID.CategoryID"},
    {"ObjectTypeID", OBJECT_INTEGER, OBJECT_READ_ONLY, 0, 65535, "ObjectTypeID",
     NULL, "The type"},
    {"CategoryID", OBJECT_STRING, OBJECT_READ_ONLY, 8, 8, "CategoryID", NULL,
     "The scope"},
};

const struct object_class class_settable_scope = {
    .name = "SMS_SettableSecuredCategory",
    .describe = "A scope that the caller may put objects of a type into",
    RIGHTS_OF_EVERYBODY,
    PROPERTIES(settable_properties),
    .table = "settable_scope",
    .key_column = "SettableKey",
    .name_column = "CategoryID",
    .is_view = true,
    .also[0].kind = LABELS_SCOPE,
    .also[0].operation = RBAC_OP_SET_SCOPE,
    .also[0].type = "t.ObjectTypeID",
    .also[0].labels = "t.scope",
};
