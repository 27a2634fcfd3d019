/*
 * Who is at the other end of a connection, as far as that is known: the
 * channel, a sign-in under way, the session. Knows nothing of bytes.
 *
 * A peer belongs to its connection's loop; while a turn of it is with the
 * writer it belongs to the writer, and the loop leaves it alone.
 */
#pragma once

#include "auth/auth.h"
#include "auth/signin.h"
#include "auth/throttle.h"
#include "provider/call/brake.h"
#include "provider/call/session.h"
#include "provider/call/unread.h"
#include "provider/config/settings.h"

enum {
    PEER_NAME_MAX_BYTES = 80,
    PEER_REFUSED_MAX = 5, /* refused sign-ins on one connection */
};

/* What a fault before sign-in costs its source (provider/net/penalty.h). */
enum {
    FAULT_LATE_MS = 5 * 1000,    /* not signed in at its deadline */
    FAULT_GARBAGE_MS = 1 * 1000, /* no TLS, no JSON, or a line too long */
    FAULT_REFUSED_MS = 500,      /* each refused sign-in */
};

/* A sign-in that has ended but is not recorded yet. */
struct peer_outcome {
    bool is_there;
    bool is_proved;
    struct auth_evidence evidence; /* when proved; owned */
    struct buf data;               /* last words of the mechanism; owned */
    int64_t retry_after_ms;        /* refused for guessing: wait so long */
    int64_t hold_ms; /* the account is guessed at: answer so much later */
    char *user;      /* as found before the groups were asked */
    struct groups_list *accounts; /* held; NULL: none, or not known */
    const char *accounts_why;     /* why they are not known; NULL: they are */
};

/* A session that began or rose: told to the log once that is committed. */
struct peer_news {
    const char *event; /* "authenticated", "stepped_up"; NULL: none */
    enum auth_method method;
    enum auth_level level;
};

/* What a worker outside answered while the turn waited for it. */
struct peer_resumed {
    bool is_there;
    enum auth_progress progress;
};

/*
 * How far the change that is asked for now has come. What others would wait
 * for too long is tried out on a copy before the writer does it.
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
    char name[PEER_NAME_MAX_BYTES]; /* "tls:127.0.0.1:51000", for the audit */
    char source[THROTTLE_SOURCE_MAX_BYTES]; /* whose guesses are counted */
    char address[64];                       /* numeric, of a TCP peer */
    struct auth_channel channel;
    struct auth_exchange *exchange; /* owned; a sign-in under way */
    enum auth_mechanism mechanism;  /* of it */
    bool is_step_up;
    int64_t exchange_begun_ms;
    bool has_answered; /* more than the password was asked for, and given */
    struct peer_outcome outcome;
    struct peer_resumed resumed;
    struct session *session; /* owned; NULL: not signed in */
    struct peer_news news;
    enum peer_change change;
    struct unread *unread; /* borrowed; NULL: nobody counts */
    unsigned n_refused;
    int64_t fault_ms; /* what it did wrong, as a debt of its source */
    bool is_over;     /* nothing more is answered: close after the reply */
};

void peer_clear(struct peer *peer);

/* Whose turns its work takes (fair.h): a user's sessions take turns as one,
 * strangers as where they come from. */
uint32_t peer_lane(const struct peer *peer);

/* Who is at the other end of a Unix socket, as its kernel says (T107). */
void peer_name_unix(struct peer *peer, int fd);
void peer_name_tcp(struct peer *peer, const struct sockaddr *address);

/* To the log, now that it stands; nothing where there is none. */
void peer_tell_news(struct peer *peer);

/* Forgets a sign-in under way, and its outcome. */
void peer_drop_exchange(struct peer *peer);

/*
 * Another configuration holds now: the session is judged by it, and the peer
 * goes on under it, unless a sign-in is under way, which ends under the one it
 * began with.
 */
void peer_follow(struct peer *peer, struct settings *now);

/*
 * Are this host's groups of the session as fresh as they must be? What is
 * remembered is taken; false: ask, and hand them to the session.
 */
bool peer_has_fresh_groups(struct peer *peer);

/* Takes what the worker says; true: it says nothing yet, wait on. */
bool peer_resume(struct peer *peer, int64_t now_s);

/*
 * A sign-in that can be guessed at, by password or by a code behind it, whose
 * failures are counted apart (T51). The brake may be NULL: nobody is counted.
 */
struct throttle_verdict peer_ask_brake(const struct peer *peer,
                                       struct brake *brake, int64_t now_ms);
void peer_tell_brake(const struct peer *peer, struct brake *brake,
                     bool is_accepted, int64_t now_ms);

/* Gone before it heard the answer: that is no way to guess for nothing. */
void peer_abandon(const struct peer *peer, struct brake *brake, int64_t now_ms);

/* May the mechanism be used by this peer at all? */
bool peer_may_use(const struct peer *peer, enum auth_mechanism mechanism);
