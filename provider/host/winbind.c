#include "provider/host/winbind.h"

#include <dlfcn.h>
#include <string.h>
#include <wbclient.h>

#define LIBRARY "libwbclient.so.0"

enum { AUTHORITY_BYTES = 6, FIRST_REVISION = 1 };

typedef wbcErr (*lookup_name)(const char *domain, const char *name,
                              struct wbcDomainSid *sid, enum wbcSidType *type);
typedef wbcErr (*uid_to_sid)(uid_t uid, struct wbcDomainSid *sid);

/* NULL: there is no such library here. It stays loaded. */
static void *load(const char *symbol)
{
    void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);

    return library ? dlsym(library, symbol) : NULL;
}

/* ---- Its SIDs as ours ---- */

static enum status read_sid(const struct wbcDomainSid *from,
                            struct sid *sid_out)
{
    struct sid sid = {.n_parts = from->num_auths};

    if (from->sid_rev_num != FIRST_REVISION || from->num_auths == 0 ||
        from->num_auths > SID_PARTS_MAX)
        return STATUS_UNAVAILABLE;
    for (size_t i = 0; i < AUTHORITY_BYTES; i++)
        sid.authority = sid.authority << 8 | from->id_auth[i];
    memcpy(sid.parts, from->sub_auths, from->num_auths * sizeof(uint32_t));
    *sid_out = sid;
    return STATUS_OK;
}

/* Those of the host itself, as BUILTIN\Administrators, and everybody's, as
 * Authenticated Users, are in no ticket as a domain's. */
static bool is_group(enum wbcSidType type, const struct sid *sid)
{
    return (type == WBC_SID_NAME_DOM_GRP || type == WBC_SID_NAME_ALIAS) &&
           sid_is_account(sid);
}

/* ---- Names ---- */

/* Winbind says the same of an unknown domain and of an unknown name in it. */
static bool is_nobody(wbcErr error)
{
    return error == WBC_ERR_DOMAIN_NOT_FOUND ||
           error == WBC_ERR_UNKNOWN_GROUP || error == WBC_ERR_UNKNOWN_USER;
}

enum status winbind_sid_of_name(const char *domain, const char *name,
                                enum winbind_kind *kind_out,
                                struct sid *sid_out, const char **why_out)
{
    void *symbol = load("wbcLookupName");
    enum wbcSidType type = WBC_SID_NAME_USE_NONE;
    struct wbcDomainSid found = {0};
    lookup_name look = NULL;
    wbcErr error;

    memcpy(&look, &symbol, sizeof(look)); /* as POSIX asks for */
    *why_out = "this host has no " LIBRARY " (package libwbclient0)";
    if (!look)
        return STATUS_UNAVAILABLE;
    error = look(domain, name, &found, &type);
    if (is_nobody(error))
        return STATUS_NOT_FOUND;
    *why_out = error == WBC_ERR_WINBIND_NOT_AVAILABLE
                   ? "no winbind answers on this host"
                   : "winbind cannot tell";
    if (error != WBC_ERR_SUCCESS)
        return STATUS_UNAVAILABLE;
    TRY(read_sid(&found, sid_out));
    *kind_out = is_group(type, sid_out) ? WINBIND_GROUP : WINBIND_OTHER;
    return STATUS_OK;
}

/* ---- Accounts ---- */

enum status winbind_sid_of_user(uid_t uid, struct sid *sid_out)
{
    void *symbol = load("wbcUidToSid");
    struct wbcDomainSid found = {0};
    uid_to_sid look = NULL;

    memcpy(&look, &symbol, sizeof(look));
    if (!look || look(uid, &found) != WBC_ERR_SUCCESS)
        return STATUS_UNAVAILABLE;
    return read_sid(&found, sid_out);
}
