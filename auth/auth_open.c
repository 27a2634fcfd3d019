#include "auth/auth.h"
#include "auth/mechanisms.h"

#include <stdlib.h>

#include "auth/certificate/certificate_upn.h"
#include "auth/exchange.h"
#include "auth/sasl_server.h"
#include "auth/why.h"
#include "provider/base/log.h"

static enum status check_issuer(const struct auth_issuer_config *issuer,
                                const char **why_out)
{
    *why_out = "a token issuer needs issuer, audience, keys and algorithms";
    if (!issuer->issuer || !issuer->audience || !issuer->keys ||
        issuer->n_algorithms == 0 || !*issuer->issuer || !*issuer->audience)
        return STATUS_INVALID;
    for (size_t i = 0; i < issuer->n_algorithms; i++) {
        *why_out = why_format("tokens of %s: unknown algorithm %s",
                              issuer->issuer, issuer->algorithms[i]);
        if (!jws_algorithm_read(text_of(issuer->algorithms[i])))
            return STATUS_INVALID;
    }
    return STATUS_OK;
}

static enum status open_issuers(struct auth *auth, const char **why_out)
{
    const struct auth_config *config = &auth->config;

    auth->issuers = calloc(config->n_issuers + 1, sizeof(*auth->issuers));
    *why_out = "no memory";
    if (!auth->issuers)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < config->n_issuers; i++) {
        TRY(check_issuer(&config->issuers[i], why_out));
        *why_out =
            why_format("two token issuers named %s", config->issuers[i].issuer);
        for (size_t j = 0; j < i; j++)
            if (strcmp(config->issuers[i].issuer, config->issuers[j].issuer) ==
                0)
                return STATUS_INVALID;
        auth->issuers[i].config = &config->issuers[i];
        TRY(key_source_open(&config->issuers[i], config->is_trial,
                            &auth->issuers[i].keys, why_out));
    }
    return STATUS_OK;
}

bool auth_algorithm_is_known(const char *name)
{
    return jws_algorithm_read(text_of(name)) != NULL;
}

enum status auth_keys_check(const char *path, const char **why_out)
{
    OWNED(key_set) keys = NULL;

    return key_set_load(path, &keys, why_out);
}

static enum status open_pam(struct auth *auth, const char **why_out)
{
    const struct auth_pam_config *config = &auth->config.pam;

    if (!config->service)
        return STATUS_OK;
    *why_out = "passwords need a PAM service and a realm";
    if (!*config->service || !config->realm || !*config->realm)
        return STATUS_INVALID;
    return pam_broker_open(config, &auth->pam, why_out);
}

static enum status open_parts(struct auth *auth, const char **why_out)
{
    *why_out = "the keytab is not there for this process";
    if (auth->config.kerberos.keytab_from == AUTH_FROM_UNSEEN &&
        !auth->config.is_trial)
        return STATUS_INVALID;
    if (auth->config.kerberos.service)
        TRY(kerberos_open(&auth->config.kerberos, &auth->kerberos, why_out));
    TRY(open_issuers(auth, why_out));
    TRY(upn_rules_open(&auth->config, &auth->upns, why_out));
    TRY(open_pam(auth, why_out));
    *why_out = "the SASL library cannot be initialised";
    return sasl_server_open();
}

enum status auth_new(const struct auth_config *config, struct auth **auth_out,
                     const char **why_out)
{
    OWNED(auth) auth = calloc(1, sizeof(*auth));
    enum status status;

    *why_out = "no memory";
    if (!auth)
        return STATUS_NO_MEMORY;
    auth->config = *config;
    status = open_parts(auth, why_out);
    if (status != STATUS_OK) {
        log_error("auth.open why=%s", *why_out);
        return status;
    }
    *auth_out = TAKE(auth);
    return STATUS_OK;
}

void auth_free(struct auth *auth)
{
    if (!auth)
        return;
    for (size_t i = 0; auth->issuers && i < auth->config.n_issuers; i++)
        key_source_free(auth->issuers[i].keys);
    free(auth->issuers);
    kerberos_free(auth->kerberos);
    pam_broker_free(auth->pam);
    upn_rules_free(auth->upns);
    free(auth);
}

enum auth_level auth_mechanism_reach(const struct auth *auth,
                                     enum auth_mechanism mechanism)
{
#define REACH(id, name, side, form, methods, identity, on_tls, on_unix)        \
    [AUTH_##id] = mechanism_##side##_reach,
    static enum auth_level (*const reaches[AUTH_N_MECHANISMS])(
        const struct auth *auth) = {AUTH_MECHANISM_ROWS(REACH)};

    return mechanism < AUTH_N_MECHANISMS ? reaches[mechanism](auth)
                                         : AUTH_LEVEL_NONE;
}

size_t auth_keys_skipped(const struct auth *auth)
{
    size_t n = 0;

    for (size_t i = 0; i < auth->config.n_issuers; i++)
        n += key_source_skipped(auth->issuers[i].keys);
    return n;
}

const char *auth_keytab_warning(const struct auth *auth)
{
    return auth->kerberos ? kerberos_warning(auth->kerberos) : NULL;
}

bool auth_has_indicators(const struct auth *auth)
{
    return auth->kerberos && kerberos_has_indicators(auth->kerberos);
}
