#include "auth/pac/pac.h"

#include "auth/pac/delegation_info.h"
#include "auth/pac/domain_sids.h"
#include "provider/base/own.h"

#define LOGON_INFO      "urn:mspac:logon-info"
#define DELEGATION_INFO "urn:mspac:delegation-info"

enum { SERVICES_MAX_BYTES = 1024 };

struct attribute {
    gss_buffer_desc value;
    bool is_there;
    bool is_authentic;
};

static void attribute_drop(struct attribute *attribute)
{
    OM_uint32 minor;

    gss_release_buffer(&minor, &attribute->value);
}

static struct attribute find(const struct gss_said *said, const char *wanted)
{
    struct attribute found = {GSS_C_EMPTY_BUFFER, false, false};
    gss_buffer_desc key = {strlen(wanted), strdupa(wanted)};
    gss_buffer_desc display = GSS_C_EMPTY_BUFFER;
    int authenticated = 0, complete = 0, more = -1;
    OM_uint32 minor;

    if (!gss_said_may_have(said, wanted))
        return found;
    found.is_there = gss_get_name_attribute(
                         &minor, said->name, &key, &authenticated, &complete,
                         &found.value, &display, &more) == GSS_S_COMPLETE;
    found.is_authentic = found.is_there && authenticated && complete;
    gss_release_buffer(&minor, &display);
    return found;
}

static struct text text_of_attribute(const struct attribute *attribute)
{
    return (struct text){attribute->value.value, attribute->value.length};
}

/* The service that obtained the ticket in the user's name, if one did: by
 * constrained delegation a service that the KDC names, by protocol transition
 * alone the one whose key opens it. */
static enum status read_proxy(const struct pac_setting *setting,
                              const struct gss_said *said,
                              struct auth_evidence *evidence)
{
    SCOPED(attribute_drop)
    struct attribute info = find(said, DELEGATION_INFO);
    SCOPED(buf_free) struct buf services = buf_make(SERVICES_MAX_BYTES);

    if (info.is_there) {
        evidence->facts |= AUTH_FACT_DELEGATED | AUTH_FACT_PROXIED;
        if (delegation_info_read(text_of_attribute(&info), &services) !=
            STATUS_OK) {
            buf_clear(&services);
            buf_append_string(&services, "unknown");
        }
    } else if (evidence->facts & AUTH_FACT_PROXIED) {
        buf_append_format(&services, "%s/%s", setting->config->service,
                          setting->config->host);
    } else {
        return STATUS_OK;
    }
    evidence->proxy = text_dup(buf_text(&services));
    return evidence->proxy ? STATUS_OK : STATUS_NO_MEMORY;
}

static enum status read_logon_info(const struct pac_setting *setting,
                                   const struct gss_said *said,
                                   struct auth_evidence *evidence,
                                   const char **why_out)
{
    SCOPED(attribute_drop) struct attribute blob = find(said, LOGON_INFO);
    SCOPED(logon_info_clear) struct logon_info info = {0};

    if (!blob.is_authentic) {
        /* A user of the domain is in groups: which, is not known (T56). */
        evidence->groups_unknown =
            domain_sids_are_taken(setting->config, setting->realm);
        return STATUS_OK;
    }
    *why_out = "kerberos-pac";
    if (logon_info_read(text_of_attribute(&blob), &info) != STATUS_OK) {
        evidence->facts |= AUTH_FACT_DELEGATED; /* it may say so */
        return domain_sids_are_taken(setting->config, setting->realm)
                   ? STATUS_DENIED
                   : STATUS_OK;
    }
    return domain_sids_take(setting->config, setting->realm, setting->own_realm,
                            &info, evidence, why_out);
}

enum status pac_read(const struct pac_setting *setting,
                     const struct gss_said *said,
                     struct auth_evidence *evidence, const char **why_out)
{
    TRY(read_logon_info(setting, said, evidence, why_out));
    TRY(read_proxy(setting, said, evidence));
    *why_out = "kerberos-delegated";
    if ((evidence->facts & AUTH_FACT_PROXIED) &&
        !setting->config->is_delegated_allowed)
        return STATUS_DENIED;
    return STATUS_OK;
}
