#include "provider/smsctl/resolve/domain_name.h"

#include <dlfcn.h>
#include <string.h>
#include <wbclient.h>

#include "provider/base/own.h"

#define LIBRARY "libwbclient.so.0"

enum { AUTHORITY_BYTES = 6, FIRST_REVISION = 1 };

typedef wbcErr (*lookup_name)(const char *domain, const char *name,
                              struct wbcDomainSid *sid, enum wbcSidType *type);

/* NULL: there is no such library here. It stays loaded. */
static lookup_name load(void)
{
    void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    void *symbol = library ? dlsym(library, "wbcLookupName") : NULL;
    lookup_name found = NULL;

    memcpy(&found, &symbol, sizeof(found)); /* as POSIX asks for */
    return found;
}

/* ---- Its SIDs as ours ---- */

static enum status read_sid(const struct wbcDomainSid *from, struct sid *sid)
{
    *sid = (struct sid){.n_parts = from->num_auths};
    if (from->sid_rev_num != FIRST_REVISION || from->num_auths == 0 ||
        from->num_auths > SID_PARTS_MAX)
        return STATUS_INVALID;
    for (size_t i = 0; i < AUTHORITY_BYTES; i++)
        sid->authority = sid->authority << 8 | from->id_auth[i];
    memcpy(sid->parts, from->sub_auths, from->num_auths * sizeof(uint32_t));
    return STATUS_OK;
}

/* Those of the host itself, as BUILTIN\Administrators, and everybody's, as
 * Authenticated Users, are in no ticket as a domain's. */
static bool is_group(enum wbcSidType type, const struct sid *sid)
{
    return (type == WBC_SID_NAME_DOM_GRP || type == WBC_SID_NAME_ALIAS) &&
           sid_is_account(sid);
}

/* ---- Looking ---- */

/* Winbind says the same of an unknown domain and of an unknown name in it. */
static bool is_nobody(wbcErr error)
{
    return error == WBC_ERR_DOMAIN_NOT_FOUND ||
           error == WBC_ERR_UNKNOWN_GROUP || error == WBC_ERR_UNKNOWN_USER;
}

enum status domain_name_look(const char *name, enum domain_name_kind *kind_out,
                             char sid_out[SID_TEXT_BYTES], const char **why_out)
{
    const char *cut = strchr(name, '\\');
    SCOPED(memory_drop)
    char *domain = strndup(name, cut ? (size_t)(cut - name) : 0);
    enum wbcSidType type = WBC_SID_NAME_USE_NONE;
    struct wbcDomainSid found = {0};
    const lookup_name look = load();
    struct sid sid;
    wbcErr error;

    *why_out = NULL;
    *kind_out = DOMAIN_NAME_NOBODY;
    if (!cut || cut == name || !cut[1])
        return STATUS_INVALID;
    if (!domain)
        return STATUS_NO_MEMORY;
    *why_out = "this host has no " LIBRARY " (package libwbclient0)";
    if (!look)
        return STATUS_UNAVAILABLE;
    error = look(domain, cut + 1, &found, &type);
    if (is_nobody(error))
        return STATUS_OK;
    *why_out = error == WBC_ERR_WINBIND_NOT_AVAILABLE
                   ? "no winbind answers on this host"
                   : "winbind cannot tell";
    if (error != WBC_ERR_SUCCESS || read_sid(&found, &sid) != STATUS_OK)
        return STATUS_UNAVAILABLE;
    *kind_out = is_group(type, &sid) ? DOMAIN_NAME_GROUP : DOMAIN_NAME_OTHER;
    sid_write(&sid, sid_out);
    return STATUS_OK;
}
