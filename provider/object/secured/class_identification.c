/*
 * SMS_Identification and SMS_ProviderLocation: which site this is, and where.
 * Both are for everybody who has signed in at the site's level.
 */
#include <stdio.h>

#include "provider/object/secured/class_identification_sql.h"
#include "provider/object/secured/secured_rows.h"

#define COMPUTED(name_, type_, max_, sql_, describe_)                          \
    {                                                                          \
        .name = (name_), .type = (type_), .flags = OBJECT_READ_ONLY,           \
        .max = (max_), .computed = (sql_), .describe = (describe_)             \
    }

#define OF_THE_SITE                                                            \
    RIGHTS_OF_EVERYBODY, .table = "site", .key_column = "SiteCode",            \
                         .name_column = "SiteName", .is_view = true

/* ---- SMS_ProviderLocation ---- */

static const struct object_property location_properties[] = {
    {"SiteCode", OBJECT_STRING, OBJECT_KEY | OBJECT_READ_ONLY, 3, 3, "SiteCode",
     NULL, "The site"},
    {"SiteName", OBJECT_STRING, OBJECT_READ_ONLY, 0, 256, "SiteName", NULL,
     "Its name"},
    COMPUTED("Machine", OBJECT_STRING, 256, "t.ServerName",
             "Host of the provider"),
    COMPUTED("NamespacePath", OBJECT_STRING, 512,
             "'\\\\' || t.ServerName || '\\root\\sms\\site_' || t.SiteCode",
             "Where its objects are"),
    COMPUTED("ProviderForLocalSite", OBJECT_BOOLEAN, 1, "1",
             "It serves this site"),
};

const struct object_class class_provider_location = {
    .name = "SMS_ProviderLocation",
    .describe = "A provider, and the site that it serves",
    OF_THE_SITE,
    PROPERTIES(location_properties),
};

/* ---- SMS_Identification ---- */

static const struct object_property identification_properties[] = {
    {"ThisSiteCode", OBJECT_STRING, OBJECT_KEY | OBJECT_READ_ONLY, 3, 3,
     "SiteCode", NULL, "The site"},
    {"ThisSiteName", OBJECT_STRING, OBJECT_READ_ONLY, 0, 256, "SiteName", NULL,
     "Its name"},
    COMPUTED("SMSProviderServer", OBJECT_STRING, 256, "t.ServerName",
             "Host of the provider"),
    COMPUTED("SMSSiteServer", OBJECT_STRING, 256, "t.ServerName",
             "Host of the site: the same"),
    COMPUTED("SMSVersion", OBJECT_STRING, 64, "'" SMS_VERSION "'",
             "Version of the provider"),
    COMPUTED("SMSBuildNumber", OBJECT_INTEGER, INT64_MAX,
             "CAST(replace('" SMS_VERSION "', '.', '') AS INTEGER)",
             "The same as one number"),
    COMPUTED("LocaleID", OBJECT_INTEGER, INT64_MAX, "1033", "Its language"),
};

static enum status write_text(struct json_writer *result, const char *name,
                              struct text value)
{
    writer_object_begin(result);
    writer_put_int(result, "ReturnValue", 0);
    writer_put_text(result, name, value);
    writer_object_end(result);
    return STATUS_OK;
}

static enum status get_site_id(struct object_call *call, const json_t *args,
                               struct json_writer *result)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    (void)args;
    TRY(store_prepare(call->store, SQL_SITE_ID, &stmt));
    TRY(store_step(stmt));
    return write_text(result, "SiteID", store_text(stmt, 0));
}

static enum status get_version(struct object_call *call, const json_t *args,
                               struct json_writer *result)
{
    (void)call;
    (void)args;
    return write_text(result, "ProviderVersion", TEXT(SMS_VERSION));
}

static enum status get_user(struct object_call *call, const json_t *args,
                            struct json_writer *result)
{
    (void)args;
    return write_text(result, "CurrentUser", text_of(call->actor.user));
}

#define ABOUT_ONESELF(name_, describe_, run_)                                  \
    {                                                                          \
        .name = (name_), .describe = (describe_), .is_static = true,           \
        .is_reading = true, .is_for_all = true, .run = (run_)                  \
    }

static const struct object_method methods[] = {
    ABOUT_ONESELF("GetSiteID", "The site's key across sites, in braces",
                  get_site_id),
    ABOUT_ONESELF("GetProviderVersion", "The version of the provider",
                  get_version),
    ABOUT_ONESELF("GetCurrentUser", "The caller, as the site names them",
                  get_user),
};

const struct object_class class_identification = {
    .name = "SMS_Identification",
    .describe = "Which site this is, and where",
    OF_THE_SITE,
    PROPERTIES(identification_properties),
    METHODS(methods),
};
