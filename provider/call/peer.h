/*
 * The other end of a connection, as far as it is known: the channel, a sign-in
 * in progress, the session. Knows nothing of bytes.
 *
 * A peer belongs to its connection's loop; while a turn of it is with the
 * writer it belongs to the writer, and the loop must not touch it.
 */
#pragma once

#include "auth/auth.h"
#include "auth/signin.h"
#include "auth/throttle.h"
#include "provider/call/session.h"
#include "provider/call/shared_throttle.h"
#include "provider/call/unread.h"
#include "provider/config/settings.h"

enum {
    PEER_NAME_MAX_BYTES = 80,
    PEER_REFUSED_MAX = 5, /* refused sign-ins on one connection */
};

/* The penalty for its source of a fault before sign-in
 * (provider/net/penalty.h). */
enum {
    FAULT_LATE_MS = 5 * 1000,    /* not signed in at its deadline */
    FAULT_GARBAGE_MS = 1 * 1000, /* no TLS, no JSON, or a line too long */
    FAULT_REFUSED_MS = 500,      /* each refused sign-in */
    FAULT_LEFT_MS = 20,          /* ended before TLS was up: 50 a second pass */
};

/* A sign-in that has ended but is not recorded yet. */
struct peer_outcome {
    bool is_there;
    bool is_proved;
    struct auth_evidence evidence; /* when proved; owned */
    struct buf data;               /* the mechanism's last data; owned */
    int64_t retry_after_ms;        /* refused for guessing: wait this long */
    int64_t
        hold_ms; /* the account is under attack: delay the answer this long */
    char *user;  /* as found before the groups were looked up */
    struct groups_list *accounts; /* held; NULL: none, or not known */
    const char *accounts_why; /* why they are unknown; NULL: they are known */
};

/* Somebody whom a call asks about, and their groups on this host. */
struct peer_asked {
    uint64_t request;             /* the call; 0: none */
    char *user;                   /* owned */
    struct groups_list *accounts; /* held; NULL: not known */
    const char *accounts_why;     /* why not, once it was asked */
};

/* A session that began or was raised: logged once that is committed. */
struct peer_news {
    const char *event; /* "authenticated", "stepped_up"; NULL: none */
    enum auth_method method;
    enum auth_level level;
    uint64_t request; /* that ended it */
};

/* The answer of an outside worker that the turn waited for. */
struct peer_resumed {
    bool is_there;
    enum auth_progress progress;
};

/*
 * The progress of the current change. A change that would block others too long
 * is tried on a copy before the writer makes it.
 */
enum peer_change {
    PEER_CHANGE_NEW = 0,
    PEER_CHANGE_LONG,   /* the writer gave it up */
    PEER_CHANGE_TRYING, /* on a copy */
    PEER_CHANGE_TRIED,  /* there it succeeded */
};

struct peer {
    struct settings *settings;                /* held, as of the beginning */
    const struct settings_listener *listener; /* of those settings */
    uint64_t number;                /* of its connection (request_id.h) */
    uint64_t n_requests;            /* of it, so far */
    char name[PEER_NAME_MAX_BYTES]; /* "tls:127.0.0.1:51000", for the audit */
    char source[THROTTLE_SOURCE_MAX_BYTES]; /* whose guesses are counted */
    char address[64];                       /* numeric, of a TCP peer */
    int64_t device;   /* whose machine identity its certificate is; or 0 */
    bool is_guessing; /* a password of it is being checked */
    struct auth_channel channel;
    struct auth_exchange *exchange; /* owned; a sign-in under way */
    enum auth_mechanism mechanism;  /* of it */
    bool is_step_up;
    bool is_web_sign_in; /* its request of HTTP is signing in */
    int64_t exchange_begun_ms;
    bool has_answered; /* more than the password was asked for, and answered */
    struct peer_outcome outcome;
    struct peer_resumed resumed;
    struct peer_asked asked;
    struct session *session; /* owned; NULL: not signed in */
    struct peer_news news;
    enum peer_change change;
    struct backup *backup; /* owned: under way for root of the host; or NULL */
    int64_t backup_used_ms;
    struct unread *unread; /* borrowed; NULL: nothing is counted */
    unsigned n_refused;
    int64_t fault_ms; /* its faults, as a penalty for its source */
    bool is_over;     /* no more answers: close after the reply */
};

void peer_clear(struct peer *peer);

/* The lane of its work (fair.h): a user's sessions share one, strangers have
 * one per source. */
uint32_t peer_lane(const struct peer *peer);

/* The user at the other end of a Unix socket, according to the kernel
 * (T107). */
void peer_name_unix(struct peer *peer, int fd);
void peer_name_tcp(struct peer *peer, const struct sockaddr *address);

/* Logs it, once committed; nothing if there is none. */
void peer_tell_news(struct peer *peer);

/* Ends a backup under way. */
void peer_drop_backup(struct peer *peer);

/* Discards a sign-in in progress, and its result. */
void peer_drop_exchange(struct peer *peer);

/*
 * Applies a new configuration: the session is reviewed by it, and the peer
 * continues under it, except a sign-in in progress, which ends under the one it
 * began with.
 */
void peer_follow(struct peer *peer, struct settings *now);

/*
 * Are the session's groups on this host recent enough? Uses cached ones; false:
 * ask, and pass them to the session.
 */
bool peer_has_fresh_groups(struct peer *peer);

/*
 * Another user's groups on this host, for the call of this number. NULL: they
 * are not known; then *why_out says why, or is NULL if the call is to come
 * again, after the name service was asked (call->wants_groups).
 */
struct groups_list *peer_ask_groups(struct peer *peer, uint64_t request,
                                    const char *user, const char **why_out);
void peer_drop_asked(struct peer *peer);

/* Takes the worker's answer; true: none yet, wait on. */
bool peer_resume(struct peer *peer, int64_t now_s);

/*
 * A sign-in that can be guessed, by password or by a code after it, whose
 * failures are counted separately (T51). The throttle may be NULL: nothing is
 * counted.
 */
struct throttle_verdict peer_ask_throttle(const struct peer *peer,
                                          struct shared_throttle *throttle,
                                          int64_t now_ms);
/* The same where a password is about to be checked; it counts as begun. */
struct throttle_verdict peer_begin_guess(struct peer *peer,
                                         struct shared_throttle *throttle,
                                         int64_t now_ms);
/* What was begun is none: nothing was checked, or it was right so far. */
void peer_excuse_guess(struct peer *peer, struct shared_throttle *throttle);
void peer_tell_throttle(struct peer *peer, struct shared_throttle *throttle,
                        bool is_accepted, int64_t now_ms);

/* A machine identity has signed in from the peer's address, which counts as its
 * host's from now on; for one that does not show it with each connection. */
void peer_know_host(const struct peer *peer, struct shared_throttle *throttle,
                    int64_t now_ms);

/* Disconnected before the answer: that counts as a failure. */
void peer_abandon(struct peer *peer, struct shared_throttle *throttle,
                  int64_t now_ms);

/* May this peer use the mechanism at all? */
bool peer_may_use(const struct peer *peer, enum auth_mechanism mechanism);
