/*
 * The watches of all callers, kept between their calls.
 *
 * A watch is found again by its token: a random name that belongs to one user,
 * and the number of the last answer that the caller has. An answer may be lost
 * with its connection, so the token of the one before is good too. What is not
 * used for WATCHES_IDLE_MS, or had to make room for others of the same user, is
 * gone, and so are all watches when the provider ends.
 *
 * So what they have told is kept in the store as well, whenever an object came
 * or went, and before the reader hears of it: a token says which keeping has
 * all that its reader knows. A reader who comes back goes on from there, with
 * the log of changes; where that does not reach back so far, or nothing was
 * kept, they are told that there is a gap, and begin again. Until a watch is
 * kept again, what it told of other changes may be told once more after the
 * provider has ended, never less.
 *
 * Any thread may call; one call at a time has a watch.
 */
#pragma once

#include <pthread.h>

#include "provider/base/level.h"
#include "provider/object/watch.h"
#include "provider/store/change_log.h"
#include "provider/store/kept_watch.h"

struct writer;

enum {
    WATCHES_MAX = 4096,
    WATCHES_USER_MAX = 128,
    WATCHES_USER_OBJECTS_MAX = WATCH_OBJECTS_MAX,
    WATCHES_OBJECTS_MAX = 4 * WATCH_OBJECTS_MAX,
    WATCHES_IDLE_MS = 10 * 60 * 1000,
    WATCH_NAME_CHARS = 32,
    WATCH_TOKEN_BYTES = WATCH_NAME_CHARS + 44,
    /* Kept anew after so many changes at the latest: before the log has
     * forgotten them. */
    WATCH_KEEP_EVERY = CHANGE_LOG_KEPT / 4,
};

struct watch_slot {
    struct watch_slot *next;
    char name[WATCH_NAME_CHARS + 1];
    char *user;          /* owned */
    struct watch *watch; /* owned */
    uint64_t answer;     /* number of the last answer that told something */
    uint64_t serial;     /* how often it was kept */
    uint64_t mark;       /* the keeping that has all of the answer; 0: none */
    bool is_had;         /* its reader has that answer */
    bool is_unkept;      /* it cannot be kept: it holds too much */
    int64_t position;    /* of the log of changes, where the last look stood */
    int64_t told_at;     /* up to which all that the reader knows was told */
    int64_t kept_at;     /* the same when it was kept */
    bool is_taken;
    int64_t used_ms;
    /* What the last whole look was made of; is_stale: look again anyway. */
    bool is_stale;
    uint64_t n_commits;
    uint64_t generation;
    enum auth_level level;
    int64_t looked_ms;
};

struct watches {
    pthread_mutex_t lock;
    struct watch_slot *slots; /* owned */
    size_t n;
    struct writer *writer; /* borrowed; NULL: nothing is kept */
};

void watches_open(struct watches *watches);
void watches_close(struct watches *watches);

/*
 * Adds one, which the caller has until it is returned; takes the watch over.
 * The longest unused of the user makes room. STATUS_LIMIT: there is none.
 */
MUST_CHECK
enum status watches_add(struct watches *watches, const char *user,
                        struct watch *watch, int64_t now_ms,
                        struct watch_slot **slot_out);

/*
 * The user's own by its token, up to date: what the token's answer told is
 * kept, and what a later one told is told again. STATUS_NOT_FOUND: it is gone;
 * STATUS_CONFLICT: another call has it.
 */
MUST_CHECK
enum status watches_take(struct watches *watches, const char *user,
                         struct text token, struct watch_slot **slot_out);

/* Gives it back. STATUS_LIMIT: the user's watches, or all, hold too much, and
 * this one is gone. */
MUST_CHECK
enum status watches_return(struct watches *watches, struct watch_slot *slot,
                           int64_t now_ms);

void watches_drop(struct watches *watches, struct watch_slot *slot);

/* A token as it is written: "NAME.ANSWER.MARK". */
struct watch_token {
    struct text name;
    uint64_t answer;
    uint64_t mark;
};
bool watch_token_read(struct text text, struct watch_token *token_out);

/* Becomes the one of that name again, which the caller has. STATUS_CONFLICT:
 * there is one. */
MUST_CHECK
enum status watches_rename(struct watches *watches, struct watch_slot *slot,
                           const struct watch_token *token);

/* Keeps what it has told, if that is due; waits for the commit. It is due where
 * the look found everything and told new objects, or nothing is kept yet. */
void watches_keep(struct watches *watches, struct watch_slot *slot,
                  bool has_more);

/* All, as they are, before the writer ends: so that after a start nothing is
 * told twice. No call has any. */
void watches_end(struct watches *watches);

void watch_token_write(const struct watch_slot *slot,
                       char out[WATCH_TOKEN_BYTES]);
