/*
 * SMS_Program: what a package runs when it is installed.
 *
 * A program is part of its package: the package's scopes secure it, creating,
 * changing and deleting it needs Modify on the package, and it is deleted with
 * it.
 */
#include "provider/object/class/class_program_sql.h"
#include "provider/object/class/class_rows.h"

static const struct object_property properties[] = {
    {"ProgramKey", OBJECT_STRING, OBJECT_KEY | OBJECT_READ_ONLY, 1, 128,
     "ProgramKey", NULL, "PackageID.ProgramName"},
    {"PackageID", OBJECT_STRING,
     OBJECT_REQUIRED | OBJECT_FIXED | OBJECT_KEY_PART, 8, 8, "PackageID", NULL,
     "The package"},
    {"ProgramName", OBJECT_STRING,
     OBJECT_REQUIRED | OBJECT_FIXED | OBJECT_NAME | OBJECT_KEY_PART, 1, 64,
     "ProgramName", NULL, "Name, unique in the package"},
    {"CommandLine", OBJECT_STRING, OBJECT_REQUIRED, 1, 1024, "CommandLine",
     NULL, "What is run"},
    {"Comment", OBJECT_STRING, 0, 0, 512, "Comment", NULL, "What it does"},
    {"WorkingDirectory", OBJECT_STRING, 0, 0, 1024, "WorkingDirectory", NULL,
     "Folder it is run in"},
    {"Duration", OBJECT_INTEGER, OBJECT_DEFAULT, 0, 1440, "Duration", NULL,
     "Minutes it may take; 0: not known"},
    {"ProgramFlags", OBJECT_INTEGER, OBJECT_DEFAULT, 0, UINT32_MAX,
     "ProgramFlags", NULL, "Bits: how it is run"},
    {"SupportedOperatingSystems", OBJECT_EMBEDDED, OBJECT_LAZY, 0, 0,
     "SupportedOperatingSystems", NULL, "Where it may run; none: anywhere"},
    MADE_AT_SITE,
    ROW_VERSION,
};

static const struct object_reference references[] = {
    {"PackageID", NULL, &class_package,
     .need = {RBAC_TYPE_PACKAGE, RBAC_OP_MODIFY}, .kind = OBJECT_PART_OF},
};

const struct object_class class_program = {
    .name = "SMS_Program",
    .describe = "A program of a package",
    .type = RBAC_TYPE_PACKAGE,
    .read = {RBAC_TYPE_PACKAGE, RBAC_OP_READ},
    .create = {RBAC_TYPE_PACKAGE, RBAC_OP_MODIFY},
    .modify = {RBAC_TYPE_PACKAGE, RBAC_OP_MODIFY},
    .remove = {RBAC_TYPE_PACKAGE, RBAC_OP_MODIFY},
    .messages = {30003, 30004, 30005, 0, 0, 0},
    FOR_ALL_VERBS,
    PROPERTIES(properties),
    .table = "program",
    .key_column = "ProgramKey",
    .name_column = "ProgramName",
    .since = 2,
    .label_kind = LABELS_SCOPES,
    .labels = SQL_PROGRAM_SCOPES,
    REFERENCES(references),
};
