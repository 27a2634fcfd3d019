#include "provider/host/account_sid.h"

#include <dlfcn.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>

#include "provider/base/own.h"
#include "provider/host/winbind.h"

enum { ENTRY_MAX_BYTES = 64 * 1024 };

/* ---- The account ---- */

static bool find_user(const char *name, uid_t *uid_out)
{
    SCOPED(memory_drop) char *room = malloc(ENTRY_MAX_BYTES);
    struct passwd entry;
    struct passwd *found = NULL;

    if (!room || getpwnam_r(name, &entry, room, ENTRY_MAX_BYTES, &found) != 0 ||
        !found)
        return false;
    *uid_out = found->pw_uid;
    return true;
}

/* The stack adds the realm to the name of an account of this host, be it local
 * or the domain's; then this is the account that is logged in to. */
static bool find_account(const char *user, uid_t *uid_out)
{
    const char *at = strrchr(user, '@');
    SCOPED(memory_drop)
    char *name = at ? strndup(user, (size_t)(at - user)) : strdup(user);

    return (name && find_user(name, uid_out)) ||
           (name && at && find_user(user, uid_out));
}

/* ---- SSSD ---- */

/* As in sss_nss_idmap.h, which says int for the kind: a user is 1, and one
 * whose group has the same number 3. */
enum { SSSD_USER = 1, SSSD_BOTH = 3 };
typedef int (*sssd_look)(uint32_t uid, char **sid, int *kind);

static bool ask_sssd(uid_t uid, char sid_out[SID_TEXT_BYTES])
{
    void *library = dlopen("libsss_nss_idmap.so.0", RTLD_NOW | RTLD_LOCAL);
    void *symbol = library ? dlsym(library, "sss_nss_getsidbyuid") : NULL;
    SCOPED(memory_drop) char *text = NULL;
    sssd_look look = NULL;
    struct sid sid;
    int kind = 0;

    memcpy(&look, &symbol, sizeof(look)); /* as POSIX asks for */
    if (!look || look(uid, &text, &kind) != 0 || !text ||
        (kind != SSSD_USER && kind != SSSD_BOTH) ||
        sid_read(text_of(text), &sid) != STATUS_OK || !sid_is_account(&sid))
        return false;
    sid_write(&sid, sid_out);
    return true;
}

/* ---- Either ---- */

static bool ask_winbind(uid_t uid, char sid_out[SID_TEXT_BYTES])
{
    struct sid sid;

    if (winbind_sid_of_user(uid, &sid) != STATUS_OK || !sid_is_account(&sid))
        return false;
    sid_write(&sid, sid_out);
    return true;
}

void account_sid_find(const char *user, char sid_out[SID_TEXT_BYTES])
{
    uid_t uid;

    *sid_out = '\0';
    if (!find_account(user, &uid) || uid == 0)
        return; /* root is the host's own; a domain controller differs */
    if (!ask_winbind(uid, sid_out) && !ask_sssd(uid, sid_out))
        *sid_out = '\0';
}
