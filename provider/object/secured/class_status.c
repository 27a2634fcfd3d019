/*
 * SMS_StatusMessage: the audit, in the form that status queries read, with
 * its attributes and insert strings.
 *
 * Rows are those of the audit (provider/store/audit.h), seen by whoever may
 * read it. Reading them is recorded like reading the audit itself (T95).
 */
#include "provider/object/secured/secured_rows.h"

#define SEEN(name_, type_, max_, describe_)                                    \
    {                                                                          \
        .name = (name_), .type = (type_), .flags = OBJECT_READ_ONLY,           \
        .max = (max_), .column = (name_), .describe = (describe_)              \
    }

#define RECORD_ID                                                              \
    SEEN("RecordID", OBJECT_INTEGER, INT64_MAX, "Number of the record")

/* Of everything about records. */
#define OF_THE_AUDIT(table_, key_, name_)                                      \
    RIGHTS_OF_READERS(RBAC_TYPE_STATUS_MESSAGE),                               \
        .table = (table_), .key_column = (key_), .name_column = (name_),       \
        .is_view = true, .is_audit = true

/* ---- SMS_StatusMessage ---- */

static const struct object_property message_properties[] = {
    {"RecordID", OBJECT_INTEGER, OBJECT_KEY | OBJECT_READ_ONLY, 1, INT64_MAX,
     "RecordID", NULL, "Number of the record in the audit"},
    SEEN("MessageID", OBJECT_INTEGER, 65535,
         "What happened, in the catalogue; 0: it has no number"),
    SEEN("MessageType", OBJECT_INTEGER, 768, "768: audit"),
    SEEN("Severity", OBJECT_INTEGER, UINT32_MAX,
         "0x40000000 done, 0x80000000 refused, 0xC0000000 failed"),
    SEEN("ModuleName", OBJECT_STRING, 64, "SMS Provider"),
    SEEN("Component", OBJECT_STRING, 64, "What was called: object.create, .."),
    SEEN("MachineName", OBJECT_STRING, 256, "Where the caller was"),
    SEEN("SiteCode", OBJECT_STRING, 3, "The site"),
    SEEN("TopLevelSiteCode", OBJECT_STRING, 3, "The same: it is the top"),
    SEEN("Time", OBJECT_DATETIME, 0, "When"),
    SEEN("UserName", OBJECT_STRING, 512, "Who asked"),
    SEEN("Outcome", OBJECT_STRING, 16, "done, denied, refused or failed"),
    SEEN("Reason", OBJECT_STRING, 64, "Why it was denied, refused or failed"),
    SEEN("ProcessID", OBJECT_INTEGER, 0, "Not kept: 0"),
    SEEN("ThreadID", OBJECT_INTEGER, 0, "Not kept: 0"),
    SEEN("Win32Error", OBJECT_INTEGER, 0, "0"),
};

const struct object_class class_status_message = {
    .name = "SMS_StatusMessage",
    .describe = "A record of the audit",
    PROPERTIES(message_properties),
    OF_THE_AUDIT("status_message", "RecordID", "Component"),
    .has_integer_key = true,
};

/* ---- SMS_StatMsgAttributes ---- */

static const struct object_property attribute_properties[] = {
    {"AttributeKey", OBJECT_STRING, OBJECT_KEY | OBJECT_READ_ONLY, 1, 64,
     "AttributeKey", NULL, "RecordID.AttributeID"},
    RECORD_ID,
    SEEN("AttributeID", OBJECT_INTEGER, 65535,
         "400 package, 401 advertisement, 402 collection, 403 user, 408 device,"
         " 409 site, 415 key of the object, 416 its class"),
    SEEN("AttributeValue", OBJECT_STRING, 512, "Its value"),
    SEEN("AttributeTime", OBJECT_DATETIME, 0, "When the record was made"),
};

const struct object_class class_status_attribute = {
    .name = "SMS_StatMsgAttributes",
    .describe = "What a status message is about",
    PROPERTIES(attribute_properties),
    OF_THE_AUDIT("status_attribute", "AttributeKey", "AttributeValue"),
};

/* ---- SMS_StatMsgInsStrings ---- */

static const struct object_property string_properties[] = {
    {"StringKey", OBJECT_STRING, OBJECT_KEY | OBJECT_READ_ONLY, 1, 64,
     "StringKey", NULL, "RecordID.InsStrIndex"},
    RECORD_ID,
    SEEN("InsStrIndex", OBJECT_INTEGER, 9,
         "Which string of the message, from 0"),
    SEEN("InsStrValue", OBJECT_STRING, 512,
         "0 the user, 1 the object's key, 2 its class, 3 the operation"),
};

const struct object_class class_status_string = {
    .name = "SMS_StatMsgInsStrings",
    .describe = "A string that a status message's text has in it",
    PROPERTIES(string_properties),
    OF_THE_AUDIT("status_string", "StringKey", "InsStrValue"),
};
