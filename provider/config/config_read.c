#include "provider/config/config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "provider/base/whole.h"
#include "provider/config/config_check.h"
#include "provider/config/config_domain.h"
#include "provider/config/config_offline.h"
#include "provider/config/config_tokens.h"

#define DAY_MS ((int64_t)24 * 3600 * 1000)

enum {
    CONFIG_ARENA_MAX_BYTES = 16 * 1024 * 1024,
    CONFIG_FILE_MAX_BYTES = 1024 * 1024,
    WORKERS_MAX = 64,
};

/* ---- The table ---- */

static const char *const binding_words[] = {"required", "preferred"};

static const struct schema_type placed_path = {
    SCHEMA_TEXT, .what = "a path", .min = 1, .max = 4096, .is_placed = true};
static const struct schema_type path = {SCHEMA_TEXT, .what = "a path", .min = 1,
                                        .max = 4096};
static const struct schema_type paths = {SCHEMA_LIST, .item = &placed_path};
/* An empty list would look like a check and not be one. */
static const struct schema_type some_paths = {SCHEMA_LIST, .item = &placed_path,
                                              .min = 1};
static const struct schema_type mechanism = {
    SCHEMA_WORD, .words = auth_mechanism_names, .n_words = AUTH_N_MECHANISMS};
static const struct schema_type mechanisms = {SCHEMA_LIST, .item = &mechanism,
                                              .min = 1, .max = 16};
static const struct schema_type binding = {
    SCHEMA_WORD, .words = binding_words, .n_words = ARRAY_SIZE(binding_words)};

static const char *const path_words[CONFIG_N_PATHS] = {
    [CONFIG_PATH_RPC] = "rpc",
    [CONFIG_PATH_METRICS] = "metrics",
    [CONFIG_PATH_ADMINSERVICE] = "adminservice",
    [CONFIG_PATH_CONSOLE] = "console",
    [CONFIG_PATH_ACCESS] = "access",
};
static const struct schema_type web_path = {SCHEMA_WORD, .words = path_words,
                                            .n_words = CONFIG_N_PATHS};
static const struct schema_type web_paths = {SCHEMA_LIST, .item = &web_path,
                                             .min = 1, .max = 16};

#define L struct config_listener
static const struct schema_field listener_fields[] = {
    {"unix", SCHEMA_AT(L, unix_path), &path, .choice = 1,
     .describe = "Path of a Unix socket to listen on."},
    {"tls", SCHEMA_AT(L, tls), &schema_text, .choice = 1,
     .place = SCHEMA_PLACE(L, tls_place),
     .describe = "Address and port to listen on with TLS 1.3."},
    {"https", SCHEMA_AT(L, https), &schema_text, .choice = 1,
     .place = SCHEMA_PLACE(L, tls_place),
     .describe = "Address and port to listen on with HTTPS."},
    {"paths", SCHEMA_AT(L, paths), &web_paths, .needs = "https",
     .describe = "What is served there; default: rpc."},
    {"console", SCHEMA_AT(L, console), &path, .needs = "https",
     .place = SCHEMA_PLACE(L, console_place),
     .describe = "Folder of the web console; default: as installed."},
    {"certificate", SCHEMA_AT(L, certificate), &path,
     .place = SCHEMA_PLACE(L, certificate_place),
     .describe = "The provider's certificate chain, PEM."},
    {"key", SCHEMA_AT(L, key), &path, .place = SCHEMA_PLACE(L, key_place),
     .describe = "Its private key, PEM; readable by the provider alone."},
    {"client_ca", SCHEMA_AT(L, client_ca), &paths,
     .describe = "Authorities of client certificates, PEM."},
    {"crl", SCHEMA_AT(L, crl), &some_paths, .needs = "client_ca",
     .describe =
         "Their revocation lists, PEM; if given, revocation is checked."},
    {"mechanisms", SCHEMA_AT(L, mechanisms), &mechanisms,
     .describe = "SASL mechanisms offered here; default: all that work."},
    {"channel_binding", SCHEMA_AT(L, channel_binding), &binding,
     .place = SCHEMA_PLACE(L, channel_binding_place),
     .describe = "Must Kerberos be bound to the TLS channel?"},
};
#undef L
static const struct schema_type listener = {
    SCHEMA_MAP, .fields = listener_fields,
    .n_fields = ARRAY_SIZE(listener_fields),
    .size = sizeof(struct config_listener),
    .place = SCHEMA_PLACE(struct config_listener, place)};
static const struct schema_type listeners = {SCHEMA_LIST, .item = &listener,
                                             .min = 1, .max = 32};

static const struct schema_field site_fields[] = {
    {"code", SCHEMA_AT(struct config, site_code), &schema_name,
     .is_required = true, .describe = "Site code, three letters or digits."},
    {"name", SCHEMA_AT(struct config, site_name), &schema_name,
     .describe = "Its display name."},
};
static const struct schema_type site = {SCHEMA_MAP, .fields = site_fields,
                                        .n_fields = ARRAY_SIZE(site_fields),
                                        .size = sizeof(struct config)};

#define K struct config_kerberos
static const struct schema_type indicators = {
    SCHEMA_DICTIONARY, .item = &schema_level, .key = &schema_placed_name,
    .value = SCHEMA_AT(struct config_indicator, level),
    .size = sizeof(struct config_indicator)};
static const char *const delegated_words[] = {"refuse", "allow"};
static const struct schema_type delegated = {
    SCHEMA_WORD, .words = delegated_words,
    .n_words = ARRAY_SIZE(delegated_words)};
static const struct schema_field kerberos_fields[] = {
    {"service", SCHEMA_AT(K, service), &schema_name,
     .describe = "First part of the service principal."},
    {"host", SCHEMA_AT(K, host), &schema_name,
     .describe = "Second part; default: the name of this host."},
    {"keytab", SCHEMA_AT(K, keytab), &path, .is_required = true,
     .place = SCHEMA_PLACE(K, keytab_place),
     .describe = "Keys of the service; readable by the provider alone."},
    {"replay_cache", SCHEMA_AT(K, replay_cache), &path,
     .describe =
         "File that remembers used tickets; default: beside the store."},
    {"realms", SCHEMA_AT(K, realms), &realm_list_type, .is_required = true,
     .describe = "Realms whose users may sign in, and how they are spelled."},
    {"indicators", SCHEMA_AT(K, indicators), &indicators,
     .describe = "The levels that the KDC's authentication indicators prove."},
    {"sids", SCHEMA_AT(K, sids), &indicators,
     .describe =
         "The levels that SIDs prove which the domain puts into tickets "
         "of a stronger sign-in."},
    {"delegated", SCHEMA_AT(K, delegated), &delegated,
     .describe = "Are tickets accepted that a service obtained in the user's "
                 "name? Default: refuse."},
};
#undef K
static const struct schema_type kerberos = {
    SCHEMA_MAP, .fields = kerberos_fields,
    .n_fields = ARRAY_SIZE(kerberos_fields),
    .size = sizeof(struct config_kerberos),
    .place = SCHEMA_PLACE(struct config_kerberos, place)};

static const struct schema_field pam_fields[] = {
    {"service", SCHEMA_AT(struct config_pam, service), &schema_name,
     .is_required = true, .describe = "Name of the PAM service."},
    {"realm", SCHEMA_AT(struct config_pam, realm), &schema_name,
     .is_required = true, .describe = "Realm of its users."},
    {"worker", SCHEMA_AT(struct config_pam, worker), &path,
     .place = SCHEMA_PLACE(struct config_pam, worker_place),
     .describe = "Program that talks to PAM; default: as installed."},
};
static const struct schema_type pam = {
    SCHEMA_MAP, .fields = pam_fields, .n_fields = ARRAY_SIZE(pam_fields),
    .size = sizeof(struct config_pam),
    .place = SCHEMA_PLACE(struct config_pam, place)};

static const struct schema_type keep = {SCHEMA_DURATION, .min = 1000,
                                        .max = 3600000,
                                        .what = "a duration from 1s to 1h"};
static const struct schema_type pac_age = {SCHEMA_DURATION, .min = 1000,
                                           .max = INT64_C(7) * 24 * 3600 * 1000,
                                           .what = "a duration from 1s to 7d"};
static const struct schema_type uid = {SCHEMA_INTEGER, .max = UINT32_MAX - 1,
                                       .what = "a user id"};
static const struct schema_field groups_fields[] = {
    {"nss", SCHEMA_AT(struct config_groups, nss), &schema_boolean,
     .place = SCHEMA_PLACE(struct config_groups, nss_place),
     .describe = "Ask the name service for a user's groups."},
    {"keep", SCHEMA_AT(struct config_groups, keep_ms), &keep,
     .describe = "How long an answer is used, in a session too; default: 60s."},
    {"minimum_uid", SCHEMA_AT(struct config_groups, minimum_uid), &uid,
     .describe = "Accounts with a lower user id are this host's own, whatever "
                 "their name; default: 1000."},
    {"realms", SCHEMA_AT(struct config_groups, realms), &schema_names,
     .describe = "Realms whose users have accounts on this host; default: the "
                 "only realm."},
    {"pac", SCHEMA_AT(struct config_groups, domains), &config_domains_type,
     .describe = "Realms of domains whose tickets say the SIDs of a user's "
                 "groups."},
    {"pac_age", SCHEMA_AT(struct config_groups, pac_age_ms), &pac_age,
     .describe = "How long these count after the user signed in to the KDC, "
                 "however often the ticket was renewed; default: 10h."},
};
static const struct schema_type groups = {SCHEMA_MAP, .fields = groups_fields,
                                          .n_fields = ARRAY_SIZE(groups_fields),
                                          .size = sizeof(struct config_groups)};

static const struct schema_type suffixes = {
    SCHEMA_LIST, .item = &schema_placed_name, .min = 1, .max = 256};
static const struct schema_field upn_fields[] = {
    {"ca", SCHEMA_AT(struct config_upn, ca), &path, .is_required = true,
     .place = SCHEMA_PLACE(struct config_upn, ca_place),
     .describe = "The authority whose names are trusted."},
    {"suffixes", SCHEMA_AT(struct config_upn, suffixes), &suffixes,
     .is_required = true, .describe = "Realms it may name."},
};
static const struct schema_type upn = {
    SCHEMA_MAP, .fields = upn_fields, .n_fields = ARRAY_SIZE(upn_fields),
    .size = sizeof(struct config_upn),
    .place = SCHEMA_PLACE(struct config_upn, place)};
static const struct schema_type upns = {SCHEMA_LIST, .item = &upn};
static const struct schema_field certificates_fields[] = {
    {"upn", SCHEMA_AT(struct config_certificates, upn), &upns,
     .describe = "Weak mapping by user principal name."},
};
static const struct schema_type certificates = {
    SCHEMA_MAP, .fields = certificates_fields,
    .n_fields = ARRAY_SIZE(certificates_fields),
    .size = sizeof(struct config_certificates)};

static const struct schema_field sessions_fields[] = {
    {"idle", SCHEMA_AT(struct config_sessions, idle_ms), &schema_duration,
     .describe = "Idle timeout of a session."},
    {"lifetime", SCHEMA_AT(struct config_sessions, lifetime_ms),
     &schema_duration, .describe = "Maximum lifetime of a session."},
};
static const struct schema_type sessions = {
    SCHEMA_MAP, .fields = sessions_fields,
    .n_fields = ARRAY_SIZE(sessions_fields),
    .size = sizeof(struct config_sessions)};

static const struct schema_type connections = {SCHEMA_INTEGER, .min = 1,
                                               .max = 1000000};
static const struct schema_type frame = {SCHEMA_SIZE, .min = 1024,
                                         .max = CONFIG_FRAME_MAX_BYTES,
                                         .what = "a size from 1KiB to 16MiB"};
static const struct schema_type sign_in = {SCHEMA_DURATION, .min = 1000,
                                           .max = 3600000,
                                           .what = "a duration from 1s to 1h"};
static const struct schema_type work = {SCHEMA_DURATION, .min = 100,
                                        .max = 3600000,
                                        .what = "a duration from 100ms to 1h"};
#define M struct config_limits
static const struct schema_field limits_fields[] = {
    {"connections", SCHEMA_AT(M, connections), &connections,
     .describe = "Maximum number of connections."},
    {"user_connections", SCHEMA_AT(M, user_connections), &connections,
     .describe = "Maximum number of sessions per user; default: a quarter of "
                 "the connections."},
    {"frame", SCHEMA_AT(M, frame_bytes), &frame,
     .describe = "Maximum size of a request after sign-in."},
    {"unauthenticated_frame", SCHEMA_AT(M, unsigned_frame_bytes), &frame,
     .describe = "Maximum size of a request before sign-in."},
    {"sign_in", SCHEMA_AT(M, sign_in_ms), &sign_in,
     .describe = "Time from connecting to being signed in."},
    {"penalties", SCHEMA_AT(M, penalties), &schema_boolean,
     .describe = "Penalise sources whose connections end badly; false behind a "
                 "proxy, where all come from one address."},
    {"line_work", SCHEMA_AT(M, line_work_ms), &work,
     .describe = "CPU time that the requests of one line may use."},
    {"session_work", SCHEMA_AT(M, session_work_ms), &work,
     .describe = "CPU time that a session's requests may use per minute."},
    {"user_work", SCHEMA_AT(M, user_work_ms), &work,
     .describe = "CPU time that a user's requests may use per minute, over all "
                 "sessions."},
};
#undef M
static const struct schema_type limits = {SCHEMA_MAP, .fields = limits_fields,
                                          .n_fields = ARRAY_SIZE(limits_fields),
                                          .size = sizeof(struct config_limits)};

static const struct schema_field store_fields[] = {
    {"sqlite", SCHEMA_AT(struct config, store_path), &path, .is_required = true,
     .describe = "Path of the site database."},
    {"key", SCHEMA_AT(struct config, store_key), &path,
     .place = SCHEMA_PLACE(struct config, store_key_place),
     .describe = "Key that seals it; whoever can write the database must not "
                 "have it; default: store.key beside it."},
    {"anchor", SCHEMA_AT(struct config, store_anchor), &path,
     .describe = "File that keeps its last checkpoint; default: store.anchor "
                 "beside it."},
};
static const struct schema_type store = {SCHEMA_MAP, .fields = store_fields,
                                         .n_fields = ARRAY_SIZE(store_fields),
                                         .size = sizeof(struct config)};

static const struct schema_type audit_keep = {
    SCHEMA_DURATION, .min = CONFIG_AUDIT_DAYS_MIN * DAY_MS,
    .max = 36500 * DAY_MS, .what = "a duration from 30d to 36500d"};
static const struct schema_field audit_fields[] = {
    {"keep", SCHEMA_AT(struct config, audit_keep_ms), &audit_keep,
     .describe = "Remove records older than this, at least 30d; default: keep "
                 "them for ever."},
    {"archive", SCHEMA_AT(struct config, audit_archive), &path,
     .place = SCHEMA_PLACE(struct config, audit_archive_place),
     .describe = "Directory of the archives that older records go to before "
                 "they are removed."},
    {"exports", SCHEMA_AT(struct config, audit_exports), &schema_names,
     .place = SCHEMA_PLACE(struct config, audit_exports_place),
     .describe = "Users whose exports must have a record before it is "
                 "removed."},
};
static const struct schema_type audit = {SCHEMA_MAP, .fields = audit_fields,
                                         .n_fields = ARRAY_SIZE(audit_fields),
                                         .size = sizeof(struct config)};

static const struct schema_type ssh_validity = {
    SCHEMA_DURATION, .min = 60 * 1000, .max = 12 * 3600 * 1000,
    .what = "a duration from 1m to 12h"};
static const struct schema_field ssh_fields[] = {
    {"authority", SCHEMA_AT(struct config_ssh, authority), &path,
     .is_required = true,
     .place = SCHEMA_PLACE(struct config_ssh, authority_place),
     .describe =
         "Ed25519 key that signs the certificates, PEM; readable by the "
         "provider alone."},
    {"level", SCHEMA_AT(struct config_ssh, level), &schema_level,
     .describe = "Level of the sign-in that one needs; default: the site's "
                 "minimum."},
    {"validity", SCHEMA_AT(struct config_ssh, validity_ms), &ssh_validity,
     .describe = "How long one is valid, and not beyond its session; default: "
                 "15m."},
};
static const struct schema_type ssh = {SCHEMA_MAP, .fields = ssh_fields,
                                       .n_fields = ARRAY_SIZE(ssh_fields),
                                       .size = sizeof(struct config_ssh)};

static const struct schema_type workers = {SCHEMA_INTEGER, .min = 1,
                                           .max = WORKERS_MAX};

/* Maps at offset 0 are read into the configuration itself. */
static const struct schema_field config_fields[] = {
    {"site", 0, &site, .is_required = true,
     .describe = "Code and name of the site."},
    {"listen", SCHEMA_AT(struct config, listeners), &listeners,
     .is_required = true, .describe = "Addresses of the provider."},
    {"kerberos", SCHEMA_AT(struct config, kerberos), &kerberos,
     .describe = "Sign-in with Kerberos tickets."},
    {"tokens", SCHEMA_AT(struct config, issuers), &config_tokens_type,
     .describe = "Sign-in with tokens: their issuers."},
    {"certificates", SCHEMA_AT(struct config, certificates), &certificates,
     .describe = "Mapping of certificates, besides the policy."},
    {"pam", SCHEMA_AT(struct config, pam), &pam,
     .describe = "Sign-in with passwords, through PAM."},
    {"groups", SCHEMA_AT(struct config, groups), &groups,
     .describe = "Groups besides those of policy and tokens."},
    {"sessions", SCHEMA_AT(struct config, sessions), &sessions,
     .describe = "Lifetime of sessions."},
    {"limits", SCHEMA_AT(struct config, limits), &limits,
     .describe = "Limits for each peer, and for all together."},
    {"offline", SCHEMA_AT(struct config, offline), &config_offline_type,
     .describe = "Hosts that may let some users in while they cannot ask."},
    {"metrics", SCHEMA_AT(struct config, metrics), &schema_text,
     .place = SCHEMA_PLACE(struct config, metrics_place),
     .describe = "Where monitoring may ask, without sign-in: unix:PATH, or a "
                 "loopback address and port."},
    {"workers", SCHEMA_AT(struct config, n_workers), &workers,
     .describe = "Threads that serve requests; default: one per processor."},
    {"store", 0, &store, .is_required = true,
     .describe = "Files of the site's data."},
    {"audit", 0, &audit, .describe = "How long the audit is kept."},
    {"policy", SCHEMA_AT(struct config, policy_path), &path,
     .place = SCHEMA_PLACE(struct config, policy_place),
     .describe = "Directory of policy files."},
    {"ssh", SCHEMA_AT(struct config, ssh), &ssh,
     .describe = "SSH certificates of users, for hosts."},
    {"policy_approval", SCHEMA_AT(struct config, policy_approval),
     &schema_boolean,
     .describe = "Policies applied over RPC wait for a second person."},
    {"lenient_delegation", SCHEMA_AT(struct config, lenient_delegation),
     &schema_boolean,
     .describe =
         "Lets administrators of administrators assign any role there."},
};
static const struct schema_type config_type = {
    SCHEMA_MAP, .fields = config_fields, .n_fields = ARRAY_SIZE(config_fields),
    .size = sizeof(struct config)};

/* ---- Reading ---- */

static int64_t default_workers(void)
{
    const long n = sysconf(_SC_NPROCESSORS_ONLN);

    return n < 1 ? 1 : n > WORKERS_MAX ? WORKERS_MAX : n;
}

static struct config *config_make(struct arena *arena)
{
    struct config *config = arena_alloc(arena, 1, sizeof(*config));

    if (!config)
        return NULL;
    config->kerberos.service = "smsprovider";
    config->sessions = (struct config_sessions){15 * 60000, 8 * 3600000};
    config->limits = (struct config_limits){
        .connections = 5000,
        .frame_bytes = 1024 * 1024,
        .unsigned_frame_bytes = 64 * 1024,
        .sign_in_ms = 30 * 1000,
        .penalties = true,
        .line_work_ms = 10 * 1000,
        .session_work_ms = 20 * 1000,
        .user_work_ms = 30 * 1000,
    };
    config->groups.minimum_uid = 1000;
    config->groups.pac_age_ms = INT64_C(10) * 3600 * 1000;
    config->offline.longest_ms = DAY_MS;
    config->ssh.validity_ms = 15 * 60000;
    config->n_workers = default_workers();
    return config;
}

static void write_messages(struct policy_messages *messages, struct buf *out)
{
    messages_sort(messages);
    for (size_t i = 0; i < messages->n_items; i++)
        policy_message_write(&messages->items[i], out);
}

static enum status read_into(const char *file, struct text text,
                             struct arena *arena,
                             struct policy_messages *messages,
                             struct config *config)
{
    TRY(schema_read_file(file, text, &config_type, messages, config));
    config_check(config, arena, messages);
    TRY(arena_status(arena));
    return messages->n_errors ? STATUS_INVALID : STATUS_OK;
}

enum status config_read_text(const char *file, struct text text,
                             struct config **config_out,
                             struct buf *messages_out)
{
    OWNED(arena) arena = NULL;
    struct policy_messages messages;
    struct config *config;
    const char *name;
    enum status status;

    TRY(arena_new(CONFIG_ARENA_MAX_BYTES, &arena));
    messages = messages_make(arena);
    config = config_make(arena);
    name = arena_text(arena, text_of(file));
    if (!config || !name)
        return STATUS_NO_MEMORY;
    status = read_into(name, text, arena, &messages, config);
    write_messages(&messages, messages_out);
    TRY(status);
    config->arena = TAKE(arena);
    *config_out = config;
    return STATUS_OK;
}

static void close_file(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static enum status read_file(const char *path_of_file, struct buf *text_out,
                             struct buf *messages_out)
{
    SCOPED(close_file)
    int fd = open(path_of_file, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    enum status status;

    if (fd < 0) {
        buf_append_format(messages_out, "%s:1:1: error: %s\n", path_of_file,
                          strerror(errno));
        return STATUS_UNAVAILABLE;
    }
    status = whole_read(fd, text_out);
    if (status != STATUS_OK)
        buf_append_format(messages_out, "%s:1:1: error: cannot be read: %s\n",
                          path_of_file, status_name(status));
    return status;
}

enum status config_read(const char *path_of_file, struct config **config_out,
                        struct buf *messages_out)
{
    SCOPED(buf_free) struct buf text = buf_make(CONFIG_FILE_MAX_BYTES);

    TRY(read_file(path_of_file, &text, messages_out));
    return config_read_text(path_of_file, buf_text(&text), config_out,
                            messages_out);
}

enum status config_find_store(const char *path_of_file, char **store_out)
{
    SCOPED(buf_free) struct buf text = buf_make(CONFIG_FILE_MAX_BYTES);
    SCOPED(buf_free) struct buf unsaid = buf_make(CONFIG_FILE_MAX_BYTES);
    OWNED(arena) arena = NULL;
    struct policy_messages messages;
    struct config *config;

    TRY(read_file(path_of_file, &text, &unsaid));
    TRY(arena_new(CONFIG_ARENA_MAX_BYTES, &arena));
    messages = messages_make(arena);
    config = config_make(arena);
    if (!config)
        return STATUS_NO_MEMORY;
    (void)!schema_read_file(path_of_file, buf_text(&text), &config_type,
                            &messages, config);
    if (!config->store_path)
        return STATUS_NOT_FOUND;
    *store_out = strdup(config->store_path);
    return *store_out ? STATUS_OK : STATUS_NO_MEMORY;
}

void config_free(struct config *config)
{
    if (config)
        arena_free(config->arena);
}
