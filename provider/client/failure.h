/*
 * Why a call did not work: kept in the client, shown by whoever called.
 *
 * failure_set() answers the status to return, so that who first meets the
 * cause writes `return failure_set(..)`. Text from outside is escaped on its
 * way in.
 */
#pragma once

#include "provider/base/buf.h"
#include "provider/client/smsclient.h"
#include "provider/wire/reply.h"

struct failure {
    struct smsclient_failure view; /* points into the strings below */
    char *reason;                  /* all owned */
    char *message;
    char *next;
    char *data;
};

void failure_clear(struct failure *failure);

/* Moves a failure; what was at the new place is freed. */
void failure_move(struct failure *to, struct failure *from);

/* Replaces what was there. reason is one word. Never STATUS_OK. */
enum status failure_set(struct failure *failure, enum smsclient_result result,
                        const char *reason, const char *message, ...)
    __attribute__((format(printf, 4, 5)));

/* Adds the next step, as a sentence. */
void failure_next(struct failure *failure, const char *next, ...)
    __attribute__((format(printf, 2, 3)));

/* Takes over the error of an answer. Never STATUS_OK. */
enum status failure_read(struct failure *failure,
                         const struct rpc_reply *reply);

/* What an error of the wire means for who called. */
enum smsclient_result failure_result_of_error(enum rpc_error error);

/* The result of a status whose cause nobody put down. */
enum smsclient_result failure_result_of(enum status status);
