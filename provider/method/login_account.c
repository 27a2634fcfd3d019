#include "provider/method/login_account.h"

#include <stdio.h>

#include "provider/base/mutant.h"
#include "provider/base/sid.h"
#include "provider/call/params.h"
#include "provider/object/site.h"

static enum rpc_error fail(struct call *call)
{
    call->problem = (struct rpc_problem){
        "sid", "It is no SID such as S-1-5-21-1-2-3-1104."};
    return RPC_INVALID_PARAMS;
}

/* As at a sign-in, a SID that was given below the top takes nobody away from a
 * record of their own name. */
static const char *owner_of(const struct site *site, const char *user,
                            struct text sid)
{
    const char *owner = sid.size ? site_user_of(site, IDENTITY_SID, sid) : NULL;

    return owner && site_identity_is_lent(site, IDENTITY_SID, sid) &&
                   site_user_since(site, user) != INT64_MAX
               ? NULL
               : owner;
}

static struct login_account of_another(void)
{
    return (struct login_account){
        .code = "account-of-another",
        .text = "This name is an administrator's whose account has another "
                "SID. If your account was made again, let an administrator "
                "declare its SID."};
}

static struct login_account unproved(void)
{
    return (struct login_account){
        .code = "account-unproved",
        .text = "Your record belongs to an account of a domain, and this host "
                "cannot tell whose account this is. It needs winbind or SSSD "
                "for that."};
}

enum rpc_error login_account_read(struct access *access,
                                  struct login_account *account_out)
{
    struct call *call = access->call;
    const struct site *site = call->ground->generation->site;
    const struct text sid = params_text(call->params, "sid");
    const char *owner;

    *account_out = (struct login_account){0};
    if (params_value(call->params, "sid") && !sid_is_text(sid))
        return fail(call);
    owner = owner_of(site, access->user, sid);
    if (owner && strcmp(owner, access->user) != 0) {
        account_out->is_renamed = true;
        return access_ask_about(access, owner,
                                params_value(call->params, "level"));
    }
    if (!owner && site_user_has_sid(site, access->user) &&
        !MUTANT("login-name-reused"))
        *account_out = sid.size ? of_another() : unproved();
    return RPC_DONE;
}
