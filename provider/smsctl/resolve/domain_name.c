#include "provider/smsctl/resolve/domain_name.h"

#include <string.h>

#include "provider/base/own.h"
#include "provider/host/winbind.h"

enum status domain_name_look(const char *name, enum domain_name_kind *kind_out,
                             char sid_out[SID_TEXT_BYTES], const char **why_out)
{
    const char *cut = strchr(name, '\\');
    SCOPED(memory_drop)
    char *domain = strndup(name, cut ? (size_t)(cut - name) : 0);
    enum winbind_kind kind;
    enum status found;
    struct sid sid;

    *why_out = NULL;
    *kind_out = DOMAIN_NAME_NOBODY;
    if (!cut || cut == name || !cut[1])
        return STATUS_INVALID;
    if (!domain)
        return STATUS_NO_MEMORY;
    found = winbind_sid_of_name(domain, cut + 1, &kind, &sid, why_out);
    if (found == STATUS_NOT_FOUND)
        return STATUS_OK;
    TRY(found);
    *kind_out = kind == WINBIND_GROUP ? DOMAIN_NAME_GROUP : DOMAIN_NAME_OTHER;
    sid_write(&sid, sid_out);
    return STATUS_OK;
}
