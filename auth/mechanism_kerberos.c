#include "auth/mechanisms.h"

/* A peer that was proved and then refused still has a name for the audit. */
static void remember_name(struct auth_exchange *exchange)
{
    const struct text name = exchange_name(exchange);

    if (!exchange->claimed && name.size)
        exchange->claimed = text_dup(name);
}

enum auth_progress mechanism_kerberos_step(struct auth_exchange *exchange,
                                           struct text in, struct buf *out)
{
    struct kerberos_exchange *kerberos = &exchange->kerberos;
    enum auth_progress progress;

    if (!kerberos->kerberos) {
        kerberos->kerberos = exchange->auth->kerberos;
        kerberos->channel = exchange->channel;
        kerberos->binding = exchange->binding;
        kerberos->is_spnego = exchange->mechanism == AUTH_GSS_SPNEGO;
        kerberos->evidence = &exchange->evidence;
    }
    progress = kerberos_step(kerberos, in, exchange->now_s, out);
    remember_name(exchange);
    if (progress == AUTH_REFUSED)
        exchange->why = kerberos->why;
    if (progress == AUTH_DONE)
        buf_append_text(&exchange->authzid,
                        buf_text(&exchange->kerberos.authzid));
    return progress;
}

enum auth_level mechanism_kerberos_reach(const struct auth *auth)
{
    return auth->kerberos ? kerberos_reach(auth->kerberos) : AUTH_LEVEL_NONE;
}
