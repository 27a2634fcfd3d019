#include "auth/plain_user.h"

#include <string.h>

struct realm plain_realm(const struct auth_config *config)
{
    const char *name = config->pam.realm ? config->pam.realm : "";
    const struct realm *listed = realm_find(&config->realms, text_of(name));

    return listed ? *listed : (struct realm){.name = name};
}

struct plain_user plain_user_make(void)
{
    return (struct plain_user){buf_make(IDENTITY_MAX_BYTES),
                               buf_make(IDENTITY_MAX_BYTES)};
}

void plain_user_clear(struct plain_user *user)
{
    buf_free(&user->account);
    buf_free(&user->principal);
}

static enum status write_principal(const struct realm *realm, struct text user,
                                   struct buf *out)
{
    const struct realms own = {realm, 1};
    SCOPED(buf_free) struct buf whole = buf_make(IDENTITY_MAX_BYTES);

    buf_append_text(&whole, user);
    buf_append_char(&whole, '@');
    buf_append_string(&whole, realm->name);
    TRY(buf_status(&whole));
    return realm_principal_of_ticket(&own, buf_text(&whole), out) ==
                   REALM_LISTED
               ? STATUS_OK
               : STATUS_INVALID;
}

static enum status as_typed(struct text typed, struct plain_user *user)
{
    buf_append_text(&user->account, typed);
    buf_append_text(&user->principal, typed);
    TRY(buf_status(&user->account));
    return buf_status(&user->principal);
}

enum status plain_user_read(const struct auth_config *config, struct text typed,
                            struct plain_user *user)
{
    const struct realm realm = plain_realm(config);
    const struct realms own = {&realm, 1};
    SCOPED(buf_free) struct buf said = buf_make(IDENTITY_MAX_BYTES);
    const enum realm_answer answer = realm_principal(&own, typed, &said);

    if (answer == REALM_LISTED)
        buf_append_text(&user->principal, buf_text(&said));
    else if (answer != REALM_BARE ||
             write_principal(&realm, typed, &user->principal) != STATUS_OK)
        return as_typed(typed, user);
    TRY(buf_status(&user->principal));
    return realm_account(&realm, realm_user_part(buf_text(&user->principal)),
                         &user->account);
}

enum status plain_principal(const struct auth_config *config,
                            struct text account, struct buf *out)
{
    const struct realm realm = plain_realm(config);
    const struct realms own = {&realm, 1};
    SCOPED(buf_free) struct buf said = buf_make(IDENTITY_MAX_BYTES);
    struct text user;

    /* What is written of a name that is of no listed realm counts for nothing:
     * its domain may be that of the template. */
    if (realm_principal(&own, account, &said) == REALM_LISTED) {
        buf_append_text(out, buf_text(&said));
        return buf_status(out);
    }
    if (!realm_user_of_account(&realm, account, &user))
        return STATUS_INVALID;
    return write_principal(&realm, user, out);
}
