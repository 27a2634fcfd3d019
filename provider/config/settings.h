/*
 * A configuration in effect: read, with its keys loaded and its TLS contexts
 * made. Immutable; a reload makes a new one, connections keep the one they
 * began with.
 */
#pragma once

#include <openssl/ssl.h>

#include "auth/auth.h"
#include "auth/groups.h"
#include "policy/check.h"
#include "provider/config/config.h"

struct settings_listener {
    const struct config_listener *config; /* borrowed */
    SSL_CTX *tls;                         /* owned; NULL on a Unix socket */
    uint32_t mechanisms;                  /* bits of enum auth_mechanism */
};

struct settings {
    struct config *config;               /* owned */
    struct auth *auth;                   /* owned */
    struct groups *groups;               /* owned; NULL: nobody is asked */
    struct settings_listener *listeners; /* owned, as in the configuration */
    /* The most that identities of a kind prove at any listener. */
    enum auth_level reach[IDENTITY_N_KINDS];
    uint64_t number; /* grows with every reload */
    _Atomic unsigned n_holders;
};

/*
 * Takes the configuration over. One holder, the caller. What fails is appended
 * to messages_out as a line with its place.
 */
MUST_CHECK
enum status settings_new(struct config *config, struct settings **settings_out,
                         struct buf *messages_out);

/*
 * May the new settings take the place of those before, which have the same
 * listeners? Not when a revocation list in force would be forgotten.
 */
MUST_CHECK
enum status settings_follow(const struct settings *before,
                            const struct settings *now,
                            struct buf *messages_out);
struct settings *settings_hold(struct settings *settings);
void settings_free(struct settings *settings); /* lets go; NULL is fine */
DEFINE_DROP(settings)

/* Those on offer at the listener that can prove anything, as bits. */
uint32_t settings_offered(const struct settings *settings,
                          const struct settings_listener *listener);

/* Is the mechanism on offer at the listener, and able to prove anything? */
bool settings_offers(const struct settings *settings,
                     const struct settings_listener *listener,
                     enum auth_mechanism mechanism);

/*
 * What policy files are looked through with: which levels can be reached here,
 * by which identities. settings NULL: nothing is known of that.
 */
struct policy_facts settings_facts(const struct settings *settings,
                                   int64_t now_s);
