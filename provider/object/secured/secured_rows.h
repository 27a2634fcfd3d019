/*
 * Rows of secured classes: objects of which the site knows a key, a name, a
 * description, their scopes where the type takes them, and properties that it
 * only keeps (OBJECT_BAG). Rights on their types mean something by them.
 *
 * A row is one class: its symbol, which also names its table, the number of its
 * type in policy/builtin/operations.tsv, and its documented name.
 */
#pragma once

#include "provider/object/class/class_rows.h"

/* ---- Properties ---- */

#define NAMED(name_)                                                           \
    {                                                                          \
        (name_), OBJECT_STRING, OBJECT_REQUIRED | OBJECT_NAME | OBJECT_INDEX,  \
            1, 256, "Name", NULL, "Name; need not be unique"                   \
    }
#define DESCRIBED(name_)                                                       \
    {                                                                          \
        (name_), OBJECT_STRING, 0, 0, 2048, "Description", NULL, "What it is"  \
    }
#define BAG                                                                    \
    {                                                                          \
        "ExtendedProperties", OBJECT_EMBEDDED, OBJECT_LAZY | OBJECT_BAG, 0, 1, \
            "ExtendedProperties", NULL,                                        \
            "Further properties by name: texts, whole numbers, booleans and"   \
            " lists of texts"                                                  \
    }

/* Names as most classes document them. */
#define STAMPS                                                                 \
    MADE_AT_SITE, MADE_BY("CreatedBy"), MADE_ON("DateCreated", "CreatedDate"), \
        CHANGED_BY("LastModifiedBy"),                                          \
        CHANGED_ON("DateLastModified", "LastModifiedDate"), ROW_VERSION

/* ---- Rights ---- */

/* Of kinds of policy: authors make, change and delete them. */
#define RIGHTS_OF_AUTHORS(type_)                                               \
    .type = (type_), .read = {(type_), RBAC_OP_READ},                          \
    .create = {(type_), RBAC_OP_AUTHOR_POLICY},                                \
    .modify = {(type_), RBAC_OP_AUTHOR_POLICY},                                \
    .remove = {(type_), RBAC_OP_AUTHOR_POLICY}, FOR_ALL_VERBS

#define RIGHTS_OF_ALL(type_) RIGHTS_OF(type_), FOR_ALL_VERBS

/* Of what is about the product, the site or the caller. */
#define RIGHTS_OF_EVERYBODY .read = {OBJECT_FOR_ALL, RBAC_OP_READ}

/* Of objects that only the site makes. */
#define RIGHTS_OF_READERS(type_)                                               \
    .type = (type_), .read = {(type_), RBAC_OP_READ}

/* ---- Classes ---- */

#define SECURED(symbol_, name_, describe_)                                     \
    .name = (name_), .describe = (describe_),                                  \
    PROPERTIES(symbol_##_properties), .table = #symbol_,                       \
    .name_column = "Name", .since = 2

#define WITH_NUMBERS                                                           \
    .key_column = "row", .has_integer_key = true, .first_row = FIRST_ROW

/* ROLE_CLASS(symbol, "SMS_Name", "KeyID", describe, rights): all or none. */
#define ROLE_CLASS(symbol_, name_, key_, describe_, ...)                       \
    static const struct object_property symbol_##_properties[] = {             \
        ROW_KEY(key_), NAMED("Name"), DESCRIBED("Description"), BAG, STAMPS};  \
    const struct object_class class_##symbol_ = {                              \
        SECURED(symbol_, name_, describe_), WITH_NUMBERS, __VA_ARGS__}

/* The same in scopes. */
#define SCOPED_CLASS(symbol_, type_, name_, key_, describe_)                   \
    static const struct object_property symbol_##_properties[] = {             \
        ROW_KEY(key_), NAMED("Name"),       DESCRIBED("Description"),          \
        BAG,           SCOPE_NAMES(#type_), STAMPS};                           \
    const struct object_class class_##symbol_ = {                              \
        SECURED(symbol_, name_, describe_), WITH_NUMBERS,                      \
        RIGHTS_OF_ALL(type_), .label_kind = LABELS_SCOPES}

/* ---- Configuration items ---- */

/* No two have one CI_ID, whatever their classes. */
#define ITEM(symbol_, type_, name_, describe_)                                 \
    SECURED(symbol_, name_, describe_), WITH_ITEM_NUMBERS(type_),              \
        RIGHTS_OF_ALL(type_), .messages = {30152, 30153, 30154, 0, 0, 0}

#define WITH_ITEM_NUMBERS(type_)                                               \
    .key_column = "row", .has_integer_key = true,                              \
    .first_row = FIRST_ROW + (int64_t)(type_)*0x100000

#define ITEM_PROPERTIES                                                        \
    ROW_KEY("CI_ID"), NAMED("LocalizedDisplayName"),                           \
        DESCRIBED("LocalizedDescription"),                                     \
        {"CI_UniqueID",                                                        \
         OBJECT_STRING,                                                        \
         OBJECT_READ_ONLY,                                                     \
         0,                                                                    \
         64,                                                                   \
         NULL,                                                                 \
         "'ScopeId_' || t.SourceSite || '/' || t.row",                         \
         "Key across sites"},                                                  \
        {"IsEnabled", OBJECT_BOOLEAN, OBJECT_DEFAULT,   0, 1, "IsEnabled",     \
         NULL,        "In force",     .otherwise = true},                      \
        {"IsExpired", OBJECT_BOOLEAN, OBJECT_DEFAULT, 0,                       \
         1,           "IsExpired",    NULL,           "Retired"},              \
        BAG

#define ROLE_ITEM(symbol_, type_, name_, describe_)                            \
    static const struct object_property symbol_##_properties[] = {             \
        ITEM_PROPERTIES, STAMPS};                                              \
    const struct object_class class_##symbol_ = {                              \
        ITEM(symbol_, type_, name_, describe_)}

#define SCOPED_ITEM(symbol_, type_, name_, describe_)                          \
    static const struct object_property symbol_##_properties[] = {             \
        ITEM_PROPERTIES, SCOPE_NAMES(#type_), STAMPS};                         \
    const struct object_class class_##symbol_ = {                              \
        ITEM(symbol_, type_, name_, describe_), .label_kind = LABELS_SCOPES}

/* ---- Packages ---- */

/* No two have one PackageID, whatever their classes: the nth of them. */
#define PACKAGE_ROW(n_) (0x30000 + 0x10000 * (n_))

/* PackageType is kind_. */
#define PACKAGE_PROPERTIES(type_, kind_)                                         \
    SITE_KEY("PackageID"), NAMED("Name"), DESCRIBED("Description"),              \
        {"Version", OBJECT_STRING, 0, 0, 64, "Version", NULL, "Its version"},    \
        {"Manufacturer", OBJECT_STRING,     0, 0, 256, "Manufacturer",           \
         NULL,           "Its manufacturer"},                                    \
        {"Language", OBJECT_STRING, 0, 0, 64, "Language", NULL, "Its language"}, \
        {"PackageType", OBJECT_INTEGER, OBJECT_READ_ONLY, 0, 0,                  \
         NULL,          kind_,          "Always " kind_},                        \
        {"PkgSourceFlag",                                                        \
         OBJECT_INTEGER,                                                         \
         OBJECT_DEFAULT,                                                         \
         0,                                                                      \
         5,                                                                      \
         "PkgSourceFlag",                                                        \
         NULL,                                                                   \
         "Where its files come from"},                                           \
        {"PkgSourcePath",      OBJECT_STRING, 0, 0, 1024, "PkgSourcePath", NULL, \
         "Folder of its files"},                                                 \
        BAG, SCOPE_NAMES(#type_), MADE_AT_SITE,                                  \
        HISTORY("SourceDate", "CreatedDate", OBJECT_DATETIME, 0,                 \
                OBJECT_MADE_ON, "When it was made"),                             \
        ROW_VERSION

#define PACKAGE(symbol_, type_, n_, name_, describe_)                          \
    SECURED(symbol_, name_, describe_), RIGHTS_OF_ALL(type_),                  \
        .messages = {30000, 30001, 30002, 0, 0, 0}, .key_column = "PackageID", \
        .first_row = PACKAGE_ROW(n_), .label_kind = LABELS_SCOPES

#define PACKAGE_CLASS(symbol_, type_, n_, kind_, name_, describe_)             \
    static const struct object_property symbol_##_properties[] = {             \
        PACKAGE_PROPERTIES(type_, kind_)};                                     \
    const struct object_class class_##symbol_ = {                              \
        PACKAGE(symbol_, type_, n_, name_, describe_)}
