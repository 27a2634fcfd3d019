/*
 * A question about access, from the parameters of access.*: the user, the
 * operation, perhaps the object.
 *
 * An object that the caller may not read is never disclosed, whomever the
 * question is about: it is answered like a missing one (T60).
 */
#pragma once

#include "provider/call/call.h"
#include "provider/object/question.h"

struct access {
    struct call *call;
    const char *user;
    char *spelled;  /* owned: the user, if not the caller */
    bool is_nobody; /* who could never sign in, and so holds nothing */
    struct rbac_subject *subject;
    struct rbac_subject *made; /* owned: the subject of another user */
    enum auth_level minimum;   /* of the site for the user; NONE: excluded */
    struct object_target target;
    bool is_hidden; /* missing, or hidden from the caller */
    const struct object_class
        *class; /* NULL: objects of it are not kept here */
    struct question question;
};

/* For SCOPED(access_clear) struct access access = {.call = call}. */
void access_clear(struct access *access);

/* From call->params: the user and the level. */
enum rpc_error access_read_user(struct access *access, const json_t *level);

/* About this user instead: the one whom the question is meant for. */
enum rpc_error access_ask_about(struct access *access, const char *user,
                                const json_t *level);

/* Answers from now on as if another user were in groups too, each under its
 * source (group_name.h). */
enum rpc_error access_count_groups(struct access *access, char *const *groups,
                                   size_t n);

/* As if they were signed in at it. */
void access_set_level(struct access *access, enum auth_level level);

/* Of a user who cannot sign in, or of whom the site knows nothing: "note": why,
 * and who was perhaps meant. */
void access_put_note(const struct access *access, struct json_writer *w);

/* Reads operation, class and key; call->problem names faults. */
enum rpc_error access_read_act(struct access *access, const json_t *asked);

/* Both. */
enum rpc_error access_read(struct access *access, const json_t *asked);

/* Does the user hold the operation, and could they use it (question_hold)? */
struct rbac_decision access_decide(const struct access *access);

/* The question as the engine is asked it. */
struct rbac_request access_request(const struct access *access);

/* The same for the collections that the caller may read only: what is missing
 * is told as if the object were in no other. */
struct rbac_request access_request_shown(const struct access *access);

/* A parameter of kind PARAM_LEVEL. */
enum auth_level access_level_read(const json_t *value);

/* The level the site requires of the user; NONE: they are excluded. */
enum auth_level access_minimum(const struct call *call, const char *user,
                               char *const *groups, size_t n_groups);

/*
 * ---- Grants, as members of the object being written ----
 *
 * Scopes and collections by their keys; names are for callers who may read
 * them.
 */

void access_put_grant(const struct access *access,
                      const struct rbac_grant *grant, struct json_writer *w);

/* Nothing for RBAC_NONE. */
void access_put_scope(const struct access *access, uint32_t index,
                      struct json_writer *w);
void access_put_collection(const struct access *access, uint32_t index,
                           struct json_writer *w);

/* {"id":.., "name":..} of the grant's scope or collection. */
void access_put_category(const struct access *access,
                         const struct rbac_grant *grant, struct json_writer *w);
