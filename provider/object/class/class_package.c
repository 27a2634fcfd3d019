/*
 * SMS_Package: files and the programs that install them (class_program.c).
 */
#include "provider/object/class/class_rows.h"

static const struct object_property properties[] = {
    SITE_KEY("PackageID"),
    {"Name", OBJECT_STRING, OBJECT_REQUIRED | OBJECT_NAME, 1, 256, "Name", NULL,
     "Name; need not be unique"},
    {"Version", OBJECT_STRING, 0, 0, 64, "Version", NULL, "Its version"},
    {"Manufacturer", OBJECT_STRING, 0, 0, 256, "Manufacturer", NULL,
     "Its manufacturer"},
    {"Language", OBJECT_STRING, 0, 0, 64, "Language", NULL, "Its language"},
    {"Description", OBJECT_STRING, 0, 0, 512, "Description", NULL,
     "What it is"},
    {"PackageType", OBJECT_INTEGER, OBJECT_READ_ONLY, 0, 0, NULL, "0",
     "0: software"},
    {"PkgSourceFlag", OBJECT_INTEGER, OBJECT_DEFAULT, 0, 5, "PkgSourceFlag",
     NULL, "Where its files come from"},
    {"PkgSourcePath", OBJECT_STRING, 0, 0, 1024, "PkgSourcePath", NULL,
     "Folder of its files"},
    MADE_AT_SITE,
    HISTORY("SourceDate", "CreatedDate", OBJECT_DATETIME, 0, OBJECT_MADE_ON,
            "When it was made"),
    SCOPE_NAMES("2"),
    ROW_VERSION,
};

const struct object_class class_package = {
    .name = "SMS_Package",
    .describe = "A package of software",
    RIGHTS_OF(RBAC_TYPE_PACKAGE),
    .messages = {30000, 30001, 30002, 0, 0, 0},
    FOR_ALL_VERBS,
    PROPERTIES(properties),
    .table = "package",
    .key_column = "PackageID",
    .name_column = "Name",
    .label_kind = LABELS_SCOPES,
};
