/*
 * SMS_Package: files and the programs that install them (class_program.c).
 */
#include "provider/object/class/class_rows.h"
#include "provider/object/collection/refresh.h"
#include "provider/object/schedule/schedule.h"

enum { EXTENDED_DATA_MAX = 32 };

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
    ALWAYS("SourceVersion", OBJECT_INTEGER, "1", "Of its content: the first"),
    LATER_TOKENS(
        "RefreshSchedule", 3,
        "When its files are read again, tokens as in RefreshSchedule of"
        " SMS_Collection"),
    ALWAYS("LastRefreshTime", OBJECT_DATETIME, "NULL",
           "When its files were read again: content is not kept here"),
    {.name = "ExtendedData",
     .type = OBJECT_EMBEDDED,
     .flags = OBJECT_LAZY | OBJECT_BAG,
     .max = EXTENDED_DATA_MAX,
     .column = "ExtendedData",
     .describe = "Objects that consoles keep about it",
     .since = 3},
    LATER_TEXT("Icon", OBJECT_LAZY, 256 * 1024, 3, "A picture, in base64"),
    LATER_TEXT("ISVData", OBJECT_LAZY, 64 * 1024, 3,
               "Bytes in base64, kept for the program that set them"),
    LATER_TEXT("AlternateContentProviders", OBJECT_LAZY, 4096, 3,
               "Other ways to fetch it, kept as it was given"),
    MADE_AT_SITE,
    HISTORY("SourceDate", "CreatedDate", OBJECT_DATETIME, 0, OBJECT_MADE_ON,
            "When it was made"),
    SCOPE_NAMES("2"),
    ROW_VERSION,
};

static enum status keep_schedule(struct object_call *call,
                                 struct object_values *values)
{
    static const char name[] = "RefreshSchedule";
    const size_t at = object_property_at(&class_package, name);

    return refresh_keep(call, name, &values->of[at]);
}

static enum status before_update(struct object_call *call,
                                 const struct object_values *old,
                                 struct object_values *values)
{
    (void)old;
    return keep_schedule(call, values);
}

static const struct object_hooks hooks = {
    .before_create = keep_schedule,
    .before_update = before_update,
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
    .hooks = &hooks,
};
