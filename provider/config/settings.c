#include "provider/config/settings.h"

#include <stdlib.h>
#include <string.h>

#include "auth/certificate/certificate_authority.h"
#include "provider/config/tls_context.h"

static void say_as(struct buf *messages, struct policy_place place,
                   const char *severity, const char *what, const char *why)
{
    buf_append_format(messages, "%s:%u:%u: %s: %s: %s\n", place.file,
                      place.line ? place.line : 1,
                      place.column ? place.column : 1, severity, what, why);
}

static void say(struct buf *messages, struct policy_place place,
                const char *what, const char *why)
{
    say_as(messages, place, "error", what, why);
}

static uint32_t read_mechanisms(const struct config_listener *config)
{
    uint32_t bits = 0;

    for (int m = 0; m < AUTH_N_MECHANISMS; m++)
        if (config_listener_has(config, (enum auth_mechanism)m))
            bits |= 1u << m;
    return bits;
}

static enum status open_console(struct settings_listener *listener,
                                struct buf *messages)
{
    const struct config_listener *config = listener->config;
    const char *why = "";
    enum status status;

    if (!config_serves(config, CONFIG_PATH_CONSOLE))
        return STATUS_OK;
    status = console_table_open(config->console, &listener->console, &why);
    if (status != STATUS_OK)
        say(messages,
            config->console_place.line ? config->console_place : config->place,
            "console", why);
    return status;
}

static enum status make_listeners(struct settings *settings,
                                  struct buf *messages)
{
    const struct config *config = settings->config;
    const char *why = "out of memory";

    settings->listeners =
        calloc(config->n_listeners, sizeof(*settings->listeners));
    if (!settings->listeners)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < config->n_listeners; i++) {
        struct settings_listener *listener = &settings->listeners[i];
        enum status status;

        listener->config = &config->listeners[i];
        listener->mechanisms = read_mechanisms(listener->config);
        if (listener->config->unix_path)
            continue;
        status = tls_context_new(listener->config, config->signer,
                                 &listener->tls, &why);
        if (status != STATUS_OK) {
            say(messages, listener->config->place, "TLS", why);
            return status;
        }
        TRY(open_console(listener, messages));
    }
    return STATUS_OK;
}

static enum status open_ssh(struct settings *settings, struct buf *messages)
{
    const struct config_ssh *said = &settings->config->ssh;
    const char *why;
    enum status status;

    if (!said->authority || said->authority_from == AUTH_FROM_UNSEEN)
        return STATUS_OK;
    status = ssh_authority_open(settings->config->signer, said->authority,
                                &settings->ssh, &why);
    if (status != STATUS_OK)
        say(messages, said->authority_place, "ssh", why);
    return status;
}

static enum status open_groups(struct settings *settings)
{
    const struct config_groups *said = &settings->config->groups;
    SCOPED(memory_drop)
    struct realm *realms = calloc(said->n_realms + 1, sizeof(*realms));
    const struct groups_config config = {
        .realms = {realms, said->n_realms},
        .minimum_uid = said->minimum_uid,
        .keep_ms = said->keep_ms,
    };

    if (!realms)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < said->n_realms; i++) {
        const struct realm *listed =
            realm_find(&settings->config->realms, text_of(said->realms[i]));

        realms[i] = listed ? *listed : (struct realm){.name = said->realms[i]};
    }
    return said->nss ? groups_new(&config, &settings->groups) : STATUS_OK;
}

/* The kind of identity that a mechanism of the listener proves; a second kind
 * of certificate identity follows the first. */
static enum identity_kind kind_of(const struct settings_listener *listener,
                                  enum auth_mechanism mechanism)
{
    if (mechanism == AUTH_EXTERNAL && !listener->tls)
        return IDENTITY_LOCAL;
    if (mechanism == AUTH_EXTERNAL && !listener->config->n_client_ca)
        return IDENTITY_NONE;
    return auth_mechanism_identity(mechanism);
}

static void note_reach(struct settings *settings,
                       const struct settings_listener *listener,
                       enum auth_mechanism mechanism)
{
    const enum identity_kind kind = kind_of(listener, mechanism);
    enum auth_level reach = auth_mechanism_reach(settings->auth, mechanism);

    if (!settings_offers(settings, listener, mechanism))
        return;
    if (kind == IDENTITY_LOCAL)
        reach = AUTH_LEVEL_DOMAIN;
    if (reach > settings->reach[kind])
        settings->reach[kind] = reach;
}

static void find_reach(struct settings *settings)
{
    for (size_t i = 0; i < settings->config->n_listeners; i++)
        for (int m = 0; m < AUTH_N_MECHANISMS; m++)
            note_reach(settings, &settings->listeners[i],
                       (enum auth_mechanism)m);
    settings->reach[IDENTITY_CERTIFICATE_KEY] =
        settings->reach[IDENTITY_CERTIFICATE_SERIAL];
    if (settings->config->auth.kerberos.n_domains)
        settings->reach[IDENTITY_SID] = settings->reach[IDENTITY_KERBEROS];
}

/* ---- Hosts ---- */

/* Where there is no signer there is no TLS, and so no host. */
static enum status open_offline(struct settings *settings, struct buf *messages)
{
    const struct config *config = settings->config;
    const struct config_offline *said = &config->offline;
    const char *why = "an Ed25519 key is needed";
    enum status status;

    if (!said->key || !config->signer || said->key_from == AUTH_FROM_UNSEEN)
        return STATUS_OK;
    status = distant_key_read(config->signer, SIGNER_FOR_HOSTS, said->key, NULL,
                              &settings->offline, &why);
    if (status == STATUS_OK &&
        !EVP_PKEY_is_a(settings->offline->public, "ED25519"))
        status = STATUS_INVALID;
    if (status != STATUS_OK)
        say(messages, said->key_place, said->key, why);
    return status;
}

/* ---- Authorities ---- */

struct collecting {
    struct settings *settings;
    enum status status;
};

static bool knows_authority(const struct settings *settings, const char *name)
{
    for (size_t i = 0; i < settings->n_authorities; i++)
        if (strcmp(settings->authorities[i], name) == 0)
            return true;
    return false;
}

static void collect(void *context, const struct certificate_authority *one)
{
    struct collecting *collecting = context;
    struct settings *settings = collecting->settings;
    const size_t n = settings->n_authorities;
    char **grown;

    if (!*one->name || knows_authority(settings, one->name))
        return;
    grown = realloc(settings->authorities, (n + 1) * sizeof(*grown));
    if (grown) {
        settings->authorities = grown;
        grown[n] = strdup(one->name);
    }
    if (grown && grown[n])
        settings->n_authorities++;
    else
        collecting->status = STATUS_NO_MEMORY;
}

static enum status collect_authorities(struct settings *settings)
{
    struct collecting collecting = {settings, STATUS_OK};

    for (size_t i = 0; i < settings->config->n_listeners; i++)
        certificate_authorities_note(settings->listeners[i].tls, collect,
                                     &collecting);
    return collecting.status;
}

/* What cannot be read here can be checked by the rest, and not be served. */
static enum status check_sight(const struct config *config,
                               struct buf *messages)
{
    if (!config->unseen || config->auth.is_trial)
        return STATUS_OK;
    say(messages, config->unseen_place, config->unseen,
        "no such credential was given to this process: it must be started by "
        "systemd, with LoadCredential= in its unit");
    return STATUS_INVALID;
}

static _Atomic uint64_t last_number;

enum status settings_new(struct config *config, struct settings **settings_out,
                         struct buf *messages_out)
{
    OWNED(settings) settings = calloc(1, sizeof(*settings));
    const char *why = "out of memory";
    enum status status;

    if (!settings) {
        config_free(config);
        return STATUS_NO_MEMORY;
    }
    settings->config = config;
    settings->n_holders = 1;
    settings->number = ++last_number;
    TRY(check_sight(config, messages_out));
    TRY(make_listeners(settings, messages_out));
    TRY(open_offline(settings, messages_out));
    TRY(open_ssh(settings, messages_out));
    TRY(collect_authorities(settings));
    TRY(open_groups(settings));
    status = auth_new(&config->auth, &settings->auth, &why);
    if (status != STATUS_OK) {
        say(messages_out, config->listeners[0].place, "sign-in", why);
        return status;
    }
    if (auth_keytab_warning(settings->auth))
        say_as(messages_out, config->kerberos.keytab_place, "warning", "keytab",
               auth_keytab_warning(settings->auth));
    find_reach(settings);
    *settings_out = TAKE(settings);
    return STATUS_OK;
}

enum status settings_follow(const struct settings *before,
                            const struct settings *now,
                            struct buf *messages_out)
{
    for (size_t i = 0;
         i < now->config->n_listeners && i < before->config->n_listeners; i++) {
        const char *why = "out of memory";
        const enum status status = auth_trust_follows(
            before->listeners[i].tls, now->listeners[i].tls, &why);

        if (status != STATUS_OK) {
            say(messages_out, now->config->listeners[i].place, "TLS", why);
            return status;
        }
    }
    return STATUS_OK;
}

struct settings *settings_hold(struct settings *settings)
{
    settings->n_holders++;
    return settings;
}

void settings_free(struct settings *settings)
{
    if (!settings || --settings->n_holders > 0)
        return;
    for (size_t i = 0; settings->listeners && i < settings->config->n_listeners;
         i++) {
        SSL_CTX_free(settings->listeners[i].tls);
        console_table_free(settings->listeners[i].console);
    }
    free(settings->listeners);
    for (size_t i = 0; i < settings->n_authorities; i++)
        free(settings->authorities[i]);
    free(settings->authorities);
    distant_key_free(settings->offline);
    ssh_authority_free(settings->ssh);
    groups_free(settings->groups);
    auth_free(settings->auth);
    config_free(settings->config);
    free(settings);
}

bool settings_offers(const struct settings *settings,
                     const struct settings_listener *listener,
                     enum auth_mechanism mechanism)
{
    return mechanism < AUTH_N_MECHANISMS &&
           (listener->mechanisms & (1u << mechanism)) &&
           auth_mechanism_reach(settings->auth, mechanism) != AUTH_LEVEL_NONE;
}

uint32_t settings_offered(const struct settings *settings,
                          const struct settings_listener *listener)
{
    uint32_t bits = 0;

    for (int i = 0; i < AUTH_N_MECHANISMS; i++)
        if (settings_offers(settings, listener, (enum auth_mechanism)i))
            bits |= 1u << i;
    return bits;
}

/* A certificate mapped by its principal name proves the name itself. */
struct policy_facts settings_facts(const struct settings *settings,
                                   int64_t now_s)
{
    struct policy_facts facts = {.now_s = now_s};
    enum auth_level *reach = facts.reach;

    if (!settings)
        return facts;
    facts.authorities = (const char *const *)settings->authorities;
    facts.n_authorities = settings->n_authorities;
    if (settings->config->realms.n_items)
        facts.realms = &settings->config->realms;
    memcpy(facts.reach, settings->reach, sizeof(facts.reach));
    if (settings->config->certificates.n_upn &&
        reach[IDENTITY_CERTIFICATE_SERIAL] > reach[IDENTITY_KERBEROS])
        reach[IDENTITY_KERBEROS] = reach[IDENTITY_CERTIFICATE_SERIAL];
    for (size_t i = 0; i < IDENTITY_N_KINDS; i++)
        if (reach[i] > facts.reachable)
            facts.reachable = reach[i];
    return facts;
}
