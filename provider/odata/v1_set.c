#include "provider/odata/v1_set.h"

#include "provider/base/own.h"
#include "provider/odata/json_scan.h"

static const struct v1_property device[] = {
    {"MachineId", "ResourceID"},
    {"Name", "Name"},
    {"SMSID", "SMSUniqueIdentifier"},
    {"MacAddress", "MACAddresses"},
    {"ClientVersion", "ClientVersion"},
    {"Domain", "ResourceDomainORWorkgroup"},
    {"ADSiteName", "ADSiteName"},
    {"IsClient", "Client"},
    {"IsActive", "Active"},
    {"IsObsolete", "Obsolete"},
    {"DeviceOS", "OperatingSystemNameandVersion"},
    {"LastLogonUser", "LastLogonUserName"},
};

static const struct v1_property collection[] = {
    {"CollectionId", "CollectionID"},
    {"Name", "Name"},
    {"Comment", "Comment"},
    {"CollectionType", "CollectionType"},
    {"MemberCount", "MemberCount"},
    {"LimitToCollectionId", "LimitToCollectionID"},
    {"LastChangeTime", "LastChangeTime"},
};

static const struct v1_property application[] = {
    {"CIGUID", "CI_UniqueID"},
    {"CIId", "CI_ID"},
    {"DisplayName", "LocalizedDisplayName"},
    {"Description", "LocalizedDescription"},
    {"Publisher", "Manufacturer"},
    {"SoftwareVersion", "SoftwareVersion"},
    {"IsEnabled", "IsEnabled"},
};

static const struct v1_property script[] = {
    {"ScriptGuid", "ScriptGuid"},
    {"ScriptName", "ScriptName"},
    {"ScriptDescription", "ScriptDescription"},
    {"ScriptContent", "Script"},
    {"ScriptVersion", "ScriptVersion"},
    {"ApprovalState", "ApprovalState"},
    {"Approver", "Approver"},
    {"Author", "Author"},
};

static const struct v1_property membership[] = {
    {"CollectionId", "CollectionID"},
    {"ResourceId", "ResourceID"},
    {"Name", "Name"},
    {"IsClient", "IsClient"},
    {"IsActive", "IsActive"},
};

static const struct v1_property information[] = {
    {"SiteCode", "site"},
    {"Version", "version"},
};

#define PROPERTIES(list) (list), ARRAY_SIZE(list)

static const struct v1_set sets[] = {
    {"Device", "Devices", "Devices", "SMS_R_System", PROPERTIES(device)},
    {"Collection", "Collections", "Collections", "SMS_Collection",
     PROPERTIES(collection)},
    {"Application", "Applications", "Applications", "SMS_Application",
     PROPERTIES(application)},
    {"Script", "Scripts", "Scripts that run on devices", "SMS_Scripts",
     PROPERTIES(script)},
    {"ResourceCollectionMembership", NULL,
     "Which resource is in which "
     "collection",
     "SMS_FullCollectionMembership", PROPERTIES(membership)},
    {"AdministrationServiceInformation", NULL, "The service itself", NULL,
     PROPERTIES(information)},
};

const struct v1_set *v1_sets(size_t *n_out)
{
    *n_out = ARRAY_SIZE(sets);
    return sets;
}

const struct v1_set *v1_set_find(struct text name)
{
    for (size_t i = 0; i < ARRAY_SIZE(sets); i++)
        if (text_equal_nocase(name, text_of(sets[i].name)) ||
            (sets[i].also && text_equal_nocase(name, text_of(sets[i].also))))
            return &sets[i];
    return NULL;
}

/* ---- Into the names of the class ---- */

static bool is_in_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '_';
}

static struct text of_class(const struct v1_set *set, struct text word)
{
    for (size_t i = 0; i < set->n; i++)
        if (text_equal_nocase(word, text_of(set->properties[i].name)))
            return text_of(set->properties[i].of);
    return word;
}

/* The size of the text in quotes at the beginning; a quote in it is doubled,
 * which is two texts here. */
static size_t quoted_size(struct text rest)
{
    const char *end = memchr(rest.data + 1, '\'', rest.size - 1);

    return end ? (size_t)(end - rest.data) + 1 : rest.size;
}

static size_t word_size(struct text rest)
{
    size_t n = 0;

    while (n < rest.size && is_in_word(rest.data[n]))
        n++;
    return n;
}

void v1_put_option(const struct v1_set *set, struct text option,
                   struct buf *out)
{
    while (option.size > 0) {
        struct text part = option;

        part.size =
            option.data[0] == '\'' ? quoted_size(option) : word_size(option);
        if (part.size == 0) {
            part.size = 1;
            buf_append_text(out, part);
        } else {
            buf_append_text(out, option.data[0] == '\'' ? part
                                                        : of_class(set, part));
        }
        option.data += part.size;
        option.size -= part.size;
    }
}

void v1_put_names(const struct v1_set *set, struct buf *out)
{
    for (size_t i = 0; i < set->n; i++) {
        if (i > 0)
            buf_append_char(out, ',');
        buf_append_string(out, set->properties[i].of);
    }
}

/* ---- Into those of the set ---- */

static void put_member(const struct v1_set *set, struct text name,
                       struct text value, struct json_writer *w)
{
    for (size_t i = 0; i < set->n; i++)
        if (text_equal(name, text_of(set->properties[i].of))) {
            writer_key(w, set->properties[i].name);
            writer_raw(w, value);
        }
}

bool v1_put_members(const struct v1_set *set, struct text row,
                    struct json_writer *w)
{
    struct json_scan scan = {row, 0};
    struct text name, value;

    if (!json_scan_is(&scan, '{'))
        return false;
    if (json_scan_is(&scan, '}'))
        return true;
    do {
        if (!json_scan_string(&scan, &name) || !json_scan_is(&scan, ':') ||
            !json_scan_value(&scan, &value))
            return false;
        put_member(set, name, value, w);
    } while (json_scan_is(&scan, ','));
    return json_scan_is(&scan, '}');
}
