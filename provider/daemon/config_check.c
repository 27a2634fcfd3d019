#include "provider/daemon/config_check.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What others than the owner must not be able to do with a file. */
enum guard {
    GUARD_WRITE, /* public content: nobody else may change it */
    GUARD_READ,  /* a secret: nobody else may read it either */
};

struct checker {
    struct config *config;
    struct arena *arena;
    struct policy_messages *messages;
};

/* ---- Files ---- */

static void check_owner(struct checker *c, struct policy_place place,
                        const char *path, const struct stat *file,
                        enum guard guard)
{
    const mode_t forbidden = guard == GUARD_READ ? 077 : 022;

    if (file->st_uid != 0 && file->st_uid != geteuid())
        messages_error(c->messages, place,
                       "%s belongs to user %u, neither root nor the provider",
                       path, (unsigned)file->st_uid);
    if (file->st_mode & forbidden)
        messages_error(c->messages, place,
                       "%s may be %s by others (mode %04o): allow its owner "
                       "alone (chmod %s)",
                       path, guard == GUARD_READ ? "read" : "changed",
                       (unsigned)(file->st_mode & 07777),
                       guard == GUARD_READ ? "600" : "go-w");
}

/* A directory that others may write lets them replace what lies in it. */
static void check_path(struct checker *c, struct policy_place place,
                       const char *path, mode_t kind, enum guard guard)
{
    struct stat file;

    if (stat(path, &file) != 0) {
        messages_error(c->messages, place, "%s: %s", path, strerror(errno));
        return;
    }
    if ((file.st_mode & S_IFMT) != kind) {
        messages_error(c->messages, place, "%s is not a %s", path,
                       kind == S_IFDIR ? "directory" : "file");
        return;
    }
    check_owner(c, place, path, &file, guard);
    if (access(path, R_OK) != 0)
        messages_error(c->messages, place, "%s: %s", path, strerror(errno));
}

/* A path that will be made: its directory must be there. */
static void check_parent(struct checker *c, struct policy_place place,
                         const char *path)
{
    char *parent = arena_text(c->arena, text_of(path));
    char *slash = parent ? strrchr(parent, '/') : NULL;
    struct stat directory;

    if (!slash || slash == parent)
        return;
    *slash = '\0';
    if (stat(parent, &directory) != 0)
        messages_error(c->messages, place, "%s: %s", parent, strerror(errno));
    else if (!S_ISDIR(directory.st_mode))
        messages_error(c->messages, place, "%s is not a directory", parent);
}

static const char *const *check_paths(struct checker *c,
                                      const struct schema_word *words,
                                      size_t n_words)
{
    const char **paths = arena_alloc(c->arena, n_words, sizeof(*paths));

    for (size_t i = 0; i < n_words; i++) {
        check_path(c, words[i].place, words[i].text, S_IFREG, GUARD_WRITE);
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
static bool split_address(struct checker *c, struct config_listener *listener)
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

static void check_tls(struct checker *c, struct config_listener *listener)
{
    if (!split_address(c, listener))
        messages_error(c->messages, listener->tls_place,
                       "\"tls\": expected HOST:PORT such as 127.0.0.1:7443 or "
                       "[::1]:7443, found %s",
                       message_quote(c->arena, text_of(listener->tls)));
    if (!listener->certificate || !listener->key) {
        messages_error(c->messages, listener->place,
                       "a TLS listener needs \"certificate\" and \"key\"");
        return;
    }
    check_path(c, listener->certificate_place, listener->certificate, S_IFREG,
               GUARD_WRITE);
    check_path(c, listener->key_place, listener->key, S_IFREG, GUARD_READ);
    listener->trust.anchors =
        check_paths(c, listener->client_ca, listener->n_client_ca);
    listener->trust.n_anchors = listener->n_client_ca;
    listener->trust.crls = check_paths(c, listener->crl, listener->n_crl);
    listener->trust.n_crls = listener->n_crl;
}

static void check_unix(struct checker *c, const struct config_listener *l)
{
    if (l->unix_path[0] != '/')
        messages_error(c->messages, l->place,
                       "\"unix\": expected a path from the root");
    else if (strlen(l->unix_path) > 107)
        messages_error(c->messages, l->place,
                       "\"unix\": a socket's path has at most 107 bytes");
    else
        check_parent(c, l->place, l->unix_path);
}

static void check_listeners(struct checker *c)
{
    struct config_listener *own =
        arena_alloc(c->arena, c->config->n_listeners, sizeof(*own));

    if (!own)
        return;
    memcpy(own, c->config->listeners, c->config->n_listeners * sizeof(*own));
    for (size_t i = 0; i < c->config->n_listeners; i++) {
        if (own[i].unix_path)
            check_unix(c, &own[i]);
        else
            check_tls(c, &own[i]);
    }
    c->config->listeners = own;
}

/* ---- Sign-in ---- */

static const char *host_name(struct checker *c)
{
    char name[HOST_NAME_MAX + 1];

    if (gethostname(name, sizeof(name)) != 0)
        return "localhost";
    name[HOST_NAME_MAX] = '\0';
    return arena_text(c->arena, text_of(name));
}

static const char *beside_store(struct checker *c, const char *name)
{
    const char *store = c->config->store_path;
    const char *slash = strrchr(store, '/');
    const int length = slash ? (int)(slash - store) : 1;

    return arena_format(c->arena, "%.*s/%s", length, slash ? store : ".", name);
}

static void check_kerberos(struct checker *c)
{
    struct config_kerberos *kerberos = &c->config->kerberos;
    struct auth_indicator *indicators;

    if (kerberos->place.line == 0)
        return;
    check_path(c, kerberos->keytab_place, kerberos->keytab, S_IFREG,
               GUARD_READ);
    if (!kerberos->host)
        kerberos->host = host_name(c);
    if (!kerberos->replay_cache)
        kerberos->replay_cache = beside_store(c, "kerberos.replay");
    indicators =
        arena_alloc(c->arena, kerberos->n_indicators, sizeof(*indicators));
    for (size_t i = 0; indicators && i < kerberos->n_indicators; i++)
        indicators[i] = (struct auth_indicator){
            kerberos->indicators[i].name.text, kerberos->indicators[i].level};
    c->config->auth.kerberos = (struct auth_kerberos_config){
        .service = kerberos->service,
        .host = kerberos->host,
        .keytab = kerberos->keytab,
        .replay_cache = kerberos->replay_cache,
        .realms = kerberos->realms,
        .n_realms = kerberos->n_realms,
        .indicators = indicators,
        .n_indicators = indicators ? kerberos->n_indicators : 0,
    };
}

static struct auth_issuer_config issuer_config(const struct config_issuer *from)
{
    return (struct auth_issuer_config){
        .issuer = from->issuer,
        .audience = from->audience,
        .keys = from->keys,
        .algorithms = from->algorithms,
        .n_algorithms = from->n_algorithms,
        .mfa_amr = from->mfa_amr,
        .n_mfa_amr = from->n_mfa_amr,
        .mfa_max_age_s = from->mfa_max_age_ms / 1000,
        .groups_claim = from->groups_claim,
    };
}

static void check_issuers(struct checker *c)
{
    const struct config *config = c->config;
    struct auth_issuer_config *made =
        arena_alloc(c->arena, config->n_issuers, sizeof(*made));

    for (size_t i = 0; made && i < config->n_issuers; i++) {
        const struct config_issuer *issuer = &config->issuers[i];

        check_path(c, issuer->keys_place, issuer->keys, S_IFREG, GUARD_WRITE);
        if (issuer->n_algorithms == 0)
            messages_error(c->messages, issuer->place,
                           "\"algorithms\": name at least one");
        made[i] = issuer_config(issuer);
    }
    c->config->auth.issuers = made;
    c->config->auth.n_issuers = made ? config->n_issuers : 0;
}

static void check_pam(struct checker *c)
{
    const struct config_pam *pam = &c->config->pam;

    if (pam->place.line == 0)
        return;
    if (pam->worker)
        check_path(c, pam->worker_place, pam->worker, S_IFREG, GUARD_WRITE);
    c->config->auth.pam = (struct auth_pam_config){
        .service = pam->service, .realm = pam->realm, .worker = pam->worker};
}

/* One account name must not stand for two people: with several realms it is
 * said which one has the accounts of this host (T5). */
static void check_groups(struct checker *c)
{
    struct config *config = c->config;
    struct config_groups *groups = &config->groups;

    if (!groups->nss || groups->n_realms > 0)
        return;
    if (config->kerberos.n_realms == 1) {
        groups->realms = config->kerberos.realms;
        groups->n_realms = 1;
    } else if (config->kerberos.n_realms == 0 && config->pam.realm) {
        groups->realms = &config->pam.realm;
        groups->n_realms = 1;
    } else {
        messages_error(c->messages, groups->nss_place,
                       "\"groups\": name the \"realms\" whose users have "
                       "accounts on this host");
    }
}

/* What the contract names and this version does not do: said, not ignored. */
static void check_unserved(struct checker *c)
{
    const struct config *config = c->config;

    for (size_t i = 0; i < config->certificates.n_upn; i++)
        messages_error(c->messages, config->certificates.upn[i].place,
                       "mapping by user principal name is not served");
}

void config_check(struct config *config, struct arena *arena,
                  struct policy_messages *messages)
{
    struct checker c = {config, arena, messages};
    const struct policy_place top = {config->listeners->place.file, 1, 1};

    check_listeners(&c);
    check_kerberos(&c);
    check_issuers(&c);
    check_groups(&c);
    check_pam(&c);
    check_unserved(&c);
    check_parent(&c, top, config->store_path);
    if (config->policy_path)
        check_path(&c, config->policy_place, config->policy_path, S_IFDIR,
                   GUARD_WRITE);
    if (!config->site_name)
        config->site_name = config->site_code;
}
