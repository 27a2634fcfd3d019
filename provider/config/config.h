/*
 * provider.yaml, read into plain structs; smsproviderd(8) describes its keys.
 *
 * All text lives in the configuration's arena. An error in the file, or in a
 * file it names (missing, or with unsafe owner or permissions), is a message
 * with file, line and column; a configuration with errors is never returned.
 */
#pragma once

#include "auth/auth.h"
#include "auth/channel.h"
#include "policy/message.h"
#include "policy/realm/realm_list.h"
#include "policy/schema.h"
#include "provider/base/own.h"

/* A listener: its address, certificate, mechanisms and channel binding. */
struct config_listener {
    struct policy_place place;
    const char *unix_path; /* NULL: TLS */
    const char *tls;       /* "127.0.0.1:7443", "[::1]:7443"; of HTTPS too */
    struct policy_place tls_place;
    const char *https; /* NULL: the wire is lines */
    const int *paths;  /* enum config_path; none: /rpc */
    size_t n_paths;
    const char *console; /* folder of its files; NULL: as installed */
    struct policy_place console_place;
    const char *certificate;
    struct policy_place certificate_place;
    const char *key; /* path; credential:NAME is resolved */
    struct policy_place key_place;
    const struct schema_word *client_ca;
    size_t n_client_ca;
    const struct schema_word *crl;
    size_t n_crl;
    const int *mechanisms; /* enum auth_mechanism; none: all that work */
    size_t n_mechanisms;
    int channel_binding; /* enum config_binding */
    struct policy_place channel_binding_place;

    /* Derived from the above. */
    const char *host; /* without brackets */
    const char *port;
    struct auth_trust_config trust;
    enum auth_from key_from;
};

/* What is served by HTTPS. */
enum config_path {
    CONFIG_PATH_RPC = 0,
    CONFIG_PATH_METRICS,
    CONFIG_PATH_ADMINSERVICE,
    CONFIG_PATH_CONSOLE,
    CONFIG_PATH_ACCESS,
    CONFIG_N_PATHS,
};

enum config_binding {
    CONFIG_BINDING_REQUIRED = 0,
    CONFIG_BINDING_PREFERRED,
};

/* Mechanisms that HTTPS can carry, as bits. */
#define CONFIG_WEB_MECHANISMS                                                  \
    (1u << AUTH_GSS_SPNEGO | 1u << AUTH_EXTERNAL | 1u << AUTH_OAUTHBEARER)

/* Is that served by the listener? */
bool config_serves(const struct config_listener *listener,
                   enum config_path path);

/* Is the mechanism configured for the listener? */
bool config_listener_has(const struct config_listener *listener,
                         enum auth_mechanism mechanism);

/* A claim and its allowed values. */
struct config_claim {
    struct schema_word name;
    const char *const *values;
    size_t n_values;
};

/* How hosts ask an issuer for a token, by a code that the user confirms. */
struct config_host_grant {
    struct policy_place place; /* line 0: they do not */
    const char *client_id;
    const char *scopes;
    const char *resource;
    const char *ca; /* file of the authorities that certify it */
    struct policy_place ca_place;
};

struct config_issuer {
    struct policy_place place;
    const char *issuer;
    struct policy_place issuer_place;
    const char *audience;
    const char *keys;
    struct policy_place keys_place;
    const char *keys_ca;
    struct policy_place keys_ca_place;
    int64_t keys_cool_down_ms;
    struct policy_place keys_cool_down_place;
    const struct schema_word *algorithms;
    size_t n_algorithms;
    const char *const *types;
    size_t n_types;
    int use;                       /* enum auth_token_use */
    struct policy_place mfa_place; /* line 0: none */
    const char *const *mfa_amr;
    size_t n_mfa_amr;
    const char *const *mfa_acr;
    size_t n_mfa_acr;
    int64_t mfa_max_age_ms;
    const struct config_claim *claims;
    size_t n_claims;
    const char *subject_claim;
    struct policy_place subject_claim_place;
    const char *groups_claim;
    struct config_host_grant hosts;
};

struct config_indicator {
    struct schema_word name;
    enum auth_level level;
};

enum config_delegated {
    CONFIG_DELEGATED_REFUSE = 0,
    CONFIG_DELEGATED_ALLOW,
};

struct config_kerberos {
    struct policy_place place; /* line 0: no Kerberos */
    const char *service;
    const char *host;
    const char *keytab;
    struct policy_place keytab_place;
    const char *replay_cache;
    const struct realm_entry *realms;
    size_t n_realms;
    const struct config_indicator *indicators;
    size_t n_indicators;
    const struct config_indicator *sids;
    size_t n_sids;
    int delegated; /* enum config_delegated */
};

struct config_pam {
    struct policy_place place; /* line 0: none */
    const char *service;
    const char *realm;
    const char *worker; /* path of smsprovider-pam; NULL: as installed */
    struct policy_place worker_place;
};

/* Certificates that let users in to hosts, by SSH. */
struct config_ssh {
    const char *authority; /* the key that signs them; NULL: there are none */
    struct policy_place authority_place;
    enum auth_from authority_from;
    enum auth_level
        level;           /* that a session needs; NONE: the minimum is enough */
    int64_t validity_ms; /* of one, at most */
};

/* A realm whose tickets say SIDs. */
struct config_domain {
    struct schema_word realm;
    struct schema_word sid; /* of its domain; or none */
};

struct config_groups {
    bool nss;
    struct policy_place nss_place;
    int64_t keep_ms;     /* maximum age of an answer */
    int64_t minimum_uid; /* of accounts that belong to a realm's users */
    const char *const
        *realms; /* realms whose users have accounts on this host */
    size_t n_realms;
    const struct config_domain *domains;
    size_t n_domains;
    int64_t pac_age_ms; /* of what tickets say of groups */
};

/* Weak mapping by user principal name. */
struct config_upn {
    struct policy_place place;
    const char *ca;
    struct policy_place ca_place;
    const struct schema_word *suffixes;
    size_t n_suffixes;
};

struct config_certificates {
    const struct config_upn *upn;
    size_t n_upn;
};

struct config_sessions {
    int64_t idle_ms;
    int64_t lifetime_ms;
};

struct config_limits {
    int64_t connections;
    int64_t user_connections; /* of which sessions of one user */
    int64_t frame_bytes;
    int64_t unsigned_frame_bytes;
    int64_t sign_in_ms;
    bool penalties;          /* of sources whose connections end badly */
    int64_t line_work_ms;    /* CPU time of one line's requests */
    int64_t session_work_ms; /* of a session's, per minute */
    int64_t user_work_ms;    /* of a user's, per minute */
};

/* Hosts that may let somebody in while they cannot ask. */
struct config_offline {
    const char *key; /* that signs; NULL: nobody is let in so */
    enum auth_from key_from;
    const char *const *users;
    size_t n_users;
    const char *const *hosts; /* ResourceIDs */
    size_t n_hosts;
    int64_t longest_ms;
    struct policy_place place;
    struct policy_place key_place;
};

/* The shortest term of the audit: long enough to notice a mistake. */
enum { CONFIG_AUDIT_DAYS_MIN = 30, CONFIG_EXPORTS_MAX = 8 };

enum { CONFIG_FRAME_MAX_BYTES = 16 * 1024 * 1024 };

struct config {
    const char *site_code;
    const char *site_name;
    const struct config_listener *listeners;
    size_t n_listeners;
    struct config_kerberos kerberos;
    const struct config_issuer *issuers;
    size_t n_issuers;
    const struct config_issuer *host_issuer; /* derived: that of hosts; NULL */
    const char *host_authorities; /* derived: what is in its file "ca" */
    struct config_sessions sessions;
    struct config_limits limits;
    struct config_offline offline;
    const char *metrics; /* as written; NULL: no listener for monitoring */
    struct policy_place metrics_place;
    struct config_listener monitor; /* derived from it */
    int64_t n_workers;
    struct config_pam pam;
    struct config_groups groups;
    struct config_certificates certificates;
    const char *store_path;
    const char *store_key; /* that seals it */
    struct policy_place store_key_place;
    const char *store_anchor;  /* that keeps its last checkpoint */
    int64_t audit_keep_ms;     /* 0: for ever */
    const char *audit_archive; /* where expired records go; NULL: nowhere */
    struct policy_place audit_archive_place;
    const char *const *audit_exports; /* users whose exports are waited for */
    size_t n_audit_exports;
    struct policy_place audit_exports_place;
    const char *policy_path;
    struct policy_place policy_place;
    bool policy_approval;    /* changes over RPC wait for a second person */
    bool lenient_delegation; /* giving needs no holding (R10.5) */

    struct config_ssh ssh;

    const char *unseen; /* a credential that this process cannot read, and so
                         * cannot serve with; NULL: none */
    struct policy_place unseen_place;
    struct realms realms;    /* derived: every realm that a user here has */
    struct auth_config auth; /* derived from the above, for auth_new */
    struct signer *signer;   /* borrowed: holds the keys of listeners; NULL: who
                              * uses the configuration does */
    struct arena *arena;     /* owns everything, including this struct */
};

/*
 * Reads and checks the file. Appends messages to messages_out as lines,
 * warnings included. STATUS_INVALID: there were errors; STATUS_UNAVAILABLE: the
 * file cannot be read, which is a message too.
 */
MUST_CHECK
enum status config_read(const char *path, struct config **config_out,
                        struct buf *messages_out);

/* The same from a text; file is only used for places. */
MUST_CHECK
enum status config_read_text(const char *file, struct text text,
                             struct config **config_out,
                             struct buf *messages_out);

/* The store that a file names, whatever is wrong with the rest of it; given to
 * the caller. STATUS_NOT_FOUND: none is named. */
MUST_CHECK
enum status config_find_store(const char *path, char **store_out);
void config_free(struct config *config);
DEFINE_DROP(config)
