/*
 * A configuration in effect, with its keys loaded and its TLS contexts made.
 * Immutable; a reload makes a new one, and connections keep the one they began
 * with.
 */
#pragma once

#include <openssl/ssl.h>

#include "auth/auth.h"
#include "auth/groups.h"
#include "auth/signer/distant_key.h"
#include "auth/signer/ssh_authority.h"
#include "policy/check.h"
#include "provider/config/config.h"
#include "provider/config/console_table.h"

struct settings_listener {
    const struct config_listener *config; /* borrowed */
    SSL_CTX *tls;                         /* owned; NULL on a Unix socket */
    uint32_t mechanisms;                  /* bits of enum auth_mechanism */
    struct console_table *console;        /* held; NULL: it is not served */
};

struct settings {
    struct config *config; /* owned */
    struct auth *auth;     /* owned */
    struct groups *groups; /* owned; NULL: no groups are looked up */
    struct settings_listener *listeners; /* owned, as in the configuration */
    struct distant_key *offline; /* owned: signs for hosts; NULL: none does */
    struct ssh_authority *ssh;   /* owned; NULL: no SSH certificates are made */
    char **authorities; /* owned: subjects of all client_ca, as issuers */
    size_t n_authorities;
    /* The highest level that identities of a kind prove at any listener. */
    enum auth_level reach[IDENTITY_N_KINDS];
    uint64_t number; /* grows with every reload */
    _Atomic unsigned n_holders;
};

/*
 * Takes the configuration over. The caller holds the result. Failures are
 * appended to messages_out as lines with their places.
 */
MUST_CHECK
enum status settings_new(struct config *config, struct settings **settings_out,
                         struct buf *messages_out);

/*
 * May the new settings replace the old ones, which have the same listeners? Not
 * if a revocation list in force would be lost.
 */
MUST_CHECK
enum status settings_follow(const struct settings *before,
                            const struct settings *now,
                            struct buf *messages_out);
struct settings *settings_hold(struct settings *settings);
void settings_free(
    struct settings *settings); /* Releases a hold; accepts NULL. */
DEFINE_DROP(settings)

/* Mechanisms offered at the listener that can prove anything, as bits. */
uint32_t settings_offered(const struct settings *settings,
                          const struct settings_listener *listener);

/* Does the listener offer the mechanism, and can it prove anything? */
bool settings_offers(const struct settings *settings,
                     const struct settings_listener *listener,
                     enum auth_mechanism mechanism);

/*
 * Facts for checking policy files: which levels can be reached here, by which
 * identities. They borrow from settings; NULL: unknown.
 */
struct policy_facts settings_facts(const struct settings *settings,
                                   int64_t now_s);
