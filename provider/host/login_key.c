#include "provider/host/login_key.h"

#include <linux/keyctl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
    /* For who possesses it: seen, read, found, and set to end. Nothing for
     * anybody else, root included. */
    PERMISSIONS = 0x2B000000,
    DESCRIPTION_BYTES = 256,
};

static const char type[] = "user";
static const char name[] = "smsprovider:session";

/* ---- Whose keyring ---- */

static long keyring_of(long special)
{
    return syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, special, 0);
}

/* "keyring;UID;GID;PERMISSIONS;NAME" */
static bool is_users(long keyring, uid_t user)
{
    char text[DESCRIPTION_BYTES] = "";
    char begins[64];
    const long size =
        syscall(SYS_keyctl, KEYCTL_DESCRIBE, keyring, text, sizeof(text) - 1);

    snprintf(begins, sizeof(begins), "keyring;%u;", (unsigned)user);
    return size > 0 && strncmp(text, begins, strlen(begins)) == 0;
}

/* A process without one would share that of all of root's processes. */
static bool has_own_keyring(uid_t user)
{
    const long session = keyring_of(KEY_SPEC_SESSION_KEYRING);
    const long common = keyring_of(KEY_SPEC_USER_SESSION_KEYRING);

    return session > 0 && common > 0 && session != common &&
           is_users(session, user);
}

/* ---- The key ---- */

static bool set_terms(long key, unsigned seconds)
{
    return syscall(SYS_keyctl, KEYCTL_SET_TIMEOUT, key, seconds) == 0 &&
           syscall(SYS_keyctl, KEYCTL_SETPERM, key, PERMISSIONS) == 0;
}

int32_t login_key_put(uid_t user, const char *handle, unsigned seconds,
                      const char **why)
{
    long key;

    *why = "this login has no session keyring of its own: put pam_keyinit.so "
           "before this module";
    if (!has_own_keyring(user))
        return 0;
    *why = "the kernel does not take the key";
    key = syscall(SYS_add_key, type, name, handle, strlen(handle),
                  KEY_SPEC_SESSION_KEYRING);
    if (key <= 0)
        return 0;
    if (!set_terms(key, seconds)) {
        login_key_revoke((int32_t)key);
        return 0;
    }
    return (int32_t)key;
}

void login_key_revoke(int32_t key)
{
    if (key)
        (void)!syscall(SYS_keyctl, KEYCTL_REVOKE, (long)key);
}

bool login_key_find(char handle[LOGIN_SESSION_BYTES])
{
    const long key = syscall(SYS_keyctl, KEYCTL_SEARCH,
                             KEY_SPEC_SESSION_KEYRING, type, name, 0);
    const long size = key > 0 ? syscall(SYS_keyctl, KEYCTL_READ, key, handle,
                                        LOGIN_SESSION_BYTES - 1)
                              : 0;

    handle[LOGIN_SESSION_BYTES - 1] = '\0';
    return size == LOGIN_SESSION_BYTES - 1 && login_session_is_handle(handle);
}
