#include "auth/mechanisms.h"

/* For the holder of a ticket that is valid and not accepted: why. */
static const char *hint_of(const char *why)
{
    static const struct {
        const char *why;
        const char *hint;
    } hints[] = {
        {"kerberos-delegated",
         "A service obtained this ticket in the user's name, and such tickets "
         "are not accepted here: sign in with your own, from kinit."},
        {"kerberos-foreign-sid",
         "The realm of this ticket speaks for a domain that is not its own, "
         "or that the provider does not know: its administrator must set the "
         "domain's SID for the realm."},
        {"kerberos-pac",
         "What the domain says of the user in this ticket cannot be read."},
        {"kerberos-old",
         "What this ticket says of your groups is too old, although the ticket "
         "was renewed. Get a new one with kinit."},
        {"kerberos-groups",
         "The ticket lists more groups than the provider can keep."},
        {"kerberos-enterprise",
         "The ticket is of an enterprise name, which says who asked for it and "
         "not whose it is. Get one with kinit -C -E."},
        {"kerberos-realm", "Users of the ticket's realm may not sign in here."},
        {"kerberos-name", "The ticket's name is not one of a user here: one "
                          "word, and in ASCII where capitals do not matter. "
                          "Use a certificate or a token."},
    };

    for (size_t i = 0; why && i < ARRAY_SIZE(hints); i++)
        if (strcmp(why, hints[i].why) == 0)
            return hints[i].hint;
    return NULL;
}

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
    if (progress == AUTH_REFUSED) {
        exchange->why = kerberos->why;
        exchange->hint = hint_of(kerberos->why);
    }
    if (progress == AUTH_DONE)
        buf_append_text(&exchange->authzid,
                        buf_text(&exchange->kerberos.authzid));
    return progress;
}

enum auth_level mechanism_kerberos_reach(const struct auth *auth)
{
    return auth->kerberos ? kerberos_reach(auth->kerberos) : AUTH_LEVEL_NONE;
}
