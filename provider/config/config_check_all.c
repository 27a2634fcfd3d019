#include "provider/config/config_check.h"

#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "provider/config/config_credential.h"
#include "provider/config/config_domain.h"
#include "provider/config/config_file.h"
#include "provider/config/config_offline.h"
#include "provider/config/config_realms.h"
#include "provider/config/config_tokens.h"
#include "provider/config/config_web.h"

/* ---- Files ---- */

static const char *const *check_paths(struct config_checker *c,
                                      const struct schema_word *words,
                                      size_t n_words)
{
    const char **paths = arena_alloc(c->arena, n_words, sizeof(*paths));

    for (size_t i = 0; i < n_words; i++) {
        config_file_check(c, words[i].place, words[i].text, S_IFREG,
                          CONFIG_GUARD_WRITE);
        if (paths)
            paths[i] = words[i].text;
    }
    return paths;
}

/* ---- Listeners ---- */

static bool is_port(const char *port)
{
    char *end;
    long number;

    if (*port < '0' || *port > '9')
        return false;
    errno = 0;
    number = strtol(port, &end, 10);
    return errno == 0 && *end == '\0' && number >= 0 && number <= 65535;
}

/* "HOST:PORT", an IPv6 address in brackets. */
static bool split_address(struct config_checker *c,
                          struct config_listener *listener)
{
    char *host = arena_text(c->arena, text_of(listener->tls));
    char *colon = host ? strrchr(host, ':') : NULL;
    size_t length;

    if (!colon || colon == host || !is_port(colon + 1))
        return false;
    *colon = '\0';
    length = strlen(host);
    if (host[0] == '[') {
        if (length < 3 || host[length - 1] != ']')
            return false;
        host[length - 1] = '\0';
        host++;
    } else if (strchr(host, ':')) {
        return false;
    }
    listener->host = host;
    listener->port = colon + 1;
    return true;
}

static void check_tls(struct config_checker *c,
                      struct config_listener *listener)
{
    if (!split_address(c, listener))
        messages_error(c->messages, listener->tls_place,
                       "\"%s\": expected HOST:PORT such as 127.0.0.1:7443 or "
                       "[::1]:7443, found %s",
                       listener->https ? "https" : "tls",
                       message_quote(c->arena, text_of(listener->tls)));
    if (!listener->certificate || !listener->key) {
        messages_error(c->messages, listener->place,
                       "%s listener needs \"certificate\" and \"key\"",
                       listener->https ? "an HTTPS" : "a TLS");
        return;
    }
    config_file_check(c, listener->certificate_place, listener->certificate,
                      S_IFREG, CONFIG_GUARD_WRITE);
    listener->key = config_credential_find(c, listener->key_place,
                                           listener->key, &listener->key_from);
    listener->trust.anchors =
        check_paths(c, listener->client_ca, listener->n_client_ca);
    listener->trust.n_anchors = listener->n_client_ca;
    listener->trust.crls = check_paths(c, listener->crl, listener->n_crl);
    listener->trust.n_crls = listener->n_crl;
}

static void check_unix(struct config_checker *c,
                       const struct config_listener *l)
{
    if (l->unix_path[0] != '/')
        messages_error(c->messages, l->place,
                       "\"unix\": expected an absolute path");
    else if (strlen(l->unix_path) > 107)
        messages_error(c->messages, l->place,
                       "\"unix\": a socket's path has at most 107 bytes");
    else
        config_file_check_parent(c, l->place, l->unix_path);
}

/* What only TLS has. */
static void check_bare(struct config_checker *c,
                       const struct config_listener *l)
{
    const struct {
        bool is_there;
        const char *key;
        struct policy_place place;
    } keys[] = {
        {l->certificate, "certificate", l->certificate_place},
        {l->key, "key", l->key_place},
        {l->n_client_ca, "client_ca", l->place},
        {l->channel_binding_place.line, "channel_binding",
         l->channel_binding_place},
    };

    for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
        if (keys[i].is_there)
            messages_error(c->messages, keys[i].place,
                           "\"%s\" needs \"tls\" or \"https\" beside it",
                           keys[i].key);
}

static void check_listeners(struct config_checker *c)
{
    struct config_listener *own =
        arena_alloc(c->arena, c->config->n_listeners, sizeof(*own));

    if (!own)
        return;
    memcpy(own, c->config->listeners, c->config->n_listeners * sizeof(*own));
    for (size_t i = 0; i < c->config->n_listeners; i++) {
        if (own[i].https)
            own[i].tls = own[i].https;
        if (own[i].unix_path) {
            check_unix(c, &own[i]);
            check_bare(c, &own[i]);
        } else {
            check_tls(c, &own[i]);
        }
        if (own[i].https)
            config_web_check(c, &own[i]);
    }
    c->config->listeners = own;
}

/* ---- Monitoring ---- */

/* Nobody signs in there, and nothing is encrypted. */
static bool is_loopback(const char *host)
{
    struct in_addr four;
    struct in6_addr six;

    if (inet_pton(AF_INET, host, &four) == 1)
        return ntohl(four.s_addr) >> 24 == 127;
    return inet_pton(AF_INET6, host, &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}

static void check_metrics(struct config_checker *c)
{
    struct config_listener *monitor = &c->config->monitor;
    const char *address = c->config->metrics;

    if (!address)
        return;
    monitor->place = c->config->metrics_place;
    if (strncmp(address, "unix:", 5) == 0) {
        monitor->unix_path = address + 5;
        check_unix(c, monitor);
        return;
    }
    monitor->tls = address;
    if (!split_address(c, monitor) || !is_loopback(monitor->host))
        messages_error(c->messages, monitor->place,
                       "\"metrics\": expected unix:PATH, or a loopback address "
                       "such as 127.0.0.1:9464, found %s",
                       message_quote(c->arena, text_of(address)));
}

/* ---- Sign-in ---- */

static const char *host_name(struct config_checker *c)
{
    char name[HOST_NAME_MAX + 1];

    if (gethostname(name, sizeof(name)) != 0)
        return "localhost";
    name[HOST_NAME_MAX] = '\0';
    return arena_text(c->arena, text_of(name));
}

bool config_listener_has(const struct config_listener *listener,
                         enum auth_mechanism mechanism)
{
    if (listener->https && !(CONFIG_WEB_MECHANISMS & (1u << mechanism)))
        return false;
    for (size_t i = 0; i < listener->n_mechanisms; i++)
        if (listener->mechanisms[i] == (int)mechanism)
            return true;
    return listener->n_mechanisms == 0;
}

/* Do clients of HTTP present tickets? */
static bool has_web_tickets(const struct config *config)
{
    for (size_t i = 0; i < config->n_listeners; i++)
        if (config->listeners[i].https &&
            config_listener_has(&config->listeners[i], AUTH_GSS_SPNEGO))
            return true;
    return false;
}

static void check_kerberos(struct config_checker *c)
{
    struct config_kerberos *kerberos = &c->config->kerberos;
    enum auth_from from;

    if (kerberos->place.line == 0)
        return;
    kerberos->keytab = config_credential_find(c, kerberos->keytab_place,
                                              kerberos->keytab, &from);
    if (!kerberos->host)
        kerberos->host = host_name(c);
    if (!kerberos->replay_cache)
        kerberos->replay_cache = config_file_beside_store(c, "kerberos.replay");
    c->config->auth.kerberos = (struct auth_kerberos_config){
        .service = kerberos->service,
        .web_service = has_web_tickets(c->config) ? "HTTP" : NULL,
        .host = kerberos->host,
        .keytab = kerberos->keytab,
        .keytab_from = from,
        .replay_cache = kerberos->replay_cache,
        .realms = c->config->auth.kerberos.realms,
    };
    config_domain_check(c);
}

/* A conversation may last as long as the whole sign-in, within the worker's own
 * limit. */
static int64_t password_time_ms(const struct config_limits *limits)
{
    const int64_t most_ms = 10 * 60 * 1000;

    return limits->sign_in_ms < most_ms ? limits->sign_in_ms : most_ms;
}

static void check_pam(struct config_checker *c)
{
    const struct config_pam *pam = &c->config->pam;

    if (pam->place.line == 0)
        return;
    if (pam->worker)
        config_file_check(c, pam->worker_place, pam->worker, S_IFREG,
                          CONFIG_GUARD_WRITE);
    c->config->auth.pam = (struct auth_pam_config){
        .service = pam->service,
        .realm = pam->realm,
        .worker = pam->worker,
        .timeout_ms = password_time_ms(&c->config->limits)};
}

/* ---- Names in certificates ---- */

static const char *const *check_suffixes(struct config_checker *c,
                                         const struct config_upn *upn)
{
    const char **names = arena_alloc(c->arena, upn->n_suffixes, sizeof(*names));

    for (size_t i = 0; i < upn->n_suffixes; i++) {
        const struct schema_word *word = &upn->suffixes[i];

        if (strchr(word->text, '@') || strchr(word->text, '*'))
            messages_error(c->messages, word->place,
                           "\"suffixes\": expected a realm such as "
                           "EXAMPLE.COM, found %s",
                           message_quote(c->arena, text_of(word->text)));
        if (names)
            names[i] = word->text;
    }
    return names;
}

static void check_certificates(struct config_checker *c)
{
    const struct config_certificates *from = &c->config->certificates;
    struct auth_upn_rule *made =
        arena_alloc(c->arena, from->n_upn, sizeof(*made));
    const char *why = "";

    for (size_t i = 0; made && i < from->n_upn; i++) {
        const struct config_upn *upn = &from->upn[i];

        if (config_file_check(c, upn->ca_place, upn->ca, S_IFREG,
                              CONFIG_GUARD_WRITE) &&
            auth_anchors_check(upn->ca, &why) != STATUS_OK)
            messages_error(c->messages, upn->ca_place, "%s", why);
        made[i] = (struct auth_upn_rule){upn->ca, check_suffixes(c, upn),
                                         upn->n_suffixes};
    }
    c->config->auth.upns = made;
    c->config->auth.n_upns = made ? from->n_upn : 0;
}

/* Keys in hardware will be given as URIs. */
static void check_store(struct config_checker *c, struct policy_place top)
{
    struct config *config = c->config;

    config_file_check_parent(c, top, config->store_path);
    if (!config->store_key)
        config->store_key = config_file_beside_store(c, "store.key");
    else if (strncmp(config->store_key, "credential:", 11) == 0)
        messages_error(c->messages, config->store_key_place,
                       "\"key\": the daemon writes this key, and nobody can "
                       "write a credential; name a file");
    else if (strncmp(config->store_key, "pkcs11:", 7) == 0 ||
             strncmp(config->store_key, "tpm", 3) == 0)
        messages_error(c->messages, config->store_key_place,
                       "\"key\": keys in hardware are not supported yet; "
                       "name a file");
    else
        config_file_check_parent(c, config->store_key_place, config->store_key);
    if (!config->store_anchor)
        config->store_anchor = config_file_beside_store(c, "store.anchor");
    else
        config_file_check_parent(c, top, config->store_anchor);
}

/* A user's sessions leave room for others, unless the file says otherwise. */
static void check_limits(struct config_checker *c)
{
    struct config_limits *limits = &c->config->limits;

    if (limits->user_connections == 0)
        limits->user_connections = (limits->connections + 3) / 4;
}

/* As sessions name them, however they are spelled. */
static void spell_exports(struct config_checker *c)
{
    struct config *config = c->config;
    const size_t n = config->n_audit_exports;
    const char **names = n ? arena_alloc(c->arena, n, sizeof(*names)) : NULL;

    for (size_t i = 0; names && i < n; i++) {
        SCOPED(buf_free) struct buf made = buf_make(IDENTITY_MAX_BYTES);
        const struct text said = text_of(config->audit_exports[i]);

        if (realm_principal(&config->realms, said, &made) == REALM_UNFIT)
            messages_error(c->messages, config->audit_exports_place,
                           "\"exports\": %s is no user of its realm",
                           message_quote(c->arena, said));
        names[i] = arena_text(c->arena, buf_text(&made));
    }
    if (names)
        config->audit_exports = names;
}

/* What has no term goes nowhere. */
static void check_audit(struct config_checker *c)
{
    const struct config *config = c->config;

    if (config->audit_archive)
        config_file_check(c, config->audit_archive_place, config->audit_archive,
                          S_IFDIR, CONFIG_GUARD_WRITE);
    if (config->audit_archive &&
        access(config->audit_archive, W_OK | X_OK) != 0)
        messages_error(c->messages, config->audit_archive_place,
                       "%s: the provider cannot write there",
                       config->audit_archive);
    spell_exports(c);
    if (config->n_audit_exports > CONFIG_EXPORTS_MAX)
        messages_error(c->messages, config->audit_exports_place,
                       "\"exports\": at most %d users", CONFIG_EXPORTS_MAX);
    if (!config->audit_keep_ms && config->audit_archive)
        messages_warn(c->messages, config->audit_archive_place,
                      "without \"keep\" no record is archived or removed");
}

static void check_ssh(struct config_checker *c)
{
    struct config_ssh *ssh = &c->config->ssh;

    if (ssh->authority)
        ssh->authority = config_credential_find(
            c, ssh->authority_place, ssh->authority, &ssh->authority_from);
}

void config_check(struct config *config, struct arena *arena,
                  struct policy_messages *messages)
{
    struct config_checker c = {config, arena, messages};
    const struct policy_place top = {config->listeners->place.file, 1, 1};

    check_listeners(&c);
    check_metrics(&c);
    config_offline_check(&c);
    config_realms_check(&c);
    check_kerberos(&c);
    config_tokens_check(&c);
    config_groups_check(&c);
    check_pam(&c);
    check_ssh(&c);
    check_certificates(&c);
    check_store(&c, top);
    check_limits(&c);
    check_audit(&c);
    if (config->policy_path)
        config_file_check(&c, config->policy_place, config->policy_path,
                          S_IFDIR, CONFIG_GUARD_WRITE);
    if (!config->site_name)
        config->site_name = config->site_code;
}
