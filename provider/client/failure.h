/*
 * Why a call failed: kept in the client, shown by the caller.
 *
 * failure_set() returns the status, so whoever sees the cause first writes
 * `return failure_set(..)`. Text from outside is escaped when it is stored.
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

/* Moves a failure; frees what it replaces. */
void failure_move(struct failure *to, struct failure *from);

/* Replaces the failure. reason is one word. Never STATUS_OK. */
enum status failure_set(struct failure *failure, enum smsclient_result result,
                        const char *reason, const char *message, ...)
    __attribute__((format(printf, 4, 5)));

/* Adds the next step, a sentence. */
void failure_next(struct failure *failure, const char *next, ...)
    __attribute__((format(printf, 2, 3)));

/* What else is known of a failure that another process met: the code of the
 * error, and its data as JSON. */
void failure_take(struct failure *failure, int code, const char *data);

/* Takes the error of an answer over. Never STATUS_OK. */
enum status failure_read(struct failure *failure,
                         const struct rpc_reply *reply);

/* The result that a wire error means for the caller. */
enum smsclient_result failure_result_of_error(enum rpc_error error);

/* The same of its number on the wire. */
enum smsclient_result failure_result_of_code(int code);

/* The result for a status whose cause was not set. */
enum smsclient_result failure_result_of(enum status status);
