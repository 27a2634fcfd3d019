/*
 * libsmsclient: talk to an SMS Provider.
 *
 *     struct smsclient *client = smsclient_new();
 *     const struct smsclient_options options = {
 *         .server = "tls:provider.example.com:7443",
 *         .ca = "/etc/ssl/admins-ca.pem",
 *         .certificate = "me.pem",
 *         .key = "me.key",
 *     };
 *     char *collections = NULL;
 *
 *     if (smsclient_sign_in(client, &options) != SMSCLIENT_OK ||
 *         smsclient_call(client, "object.list",
 *                        "{\"class\":\"SMS_Collection\"}",
 *                        &collections) != SMSCLIENT_OK)
 *         fprintf(stderr, "%s\n", smsclient_failure(client)->message);
 *     smsclient_string_free(collections);
 *     smsclient_free(client);
 *
 * A call that wants a higher level is answered SMSCLIENT_LEVEL_TOO_LOW; with
 * smsclient_step_up() the same session proves more, and the call is made again
 * (smsclient_call_stepping_up() does both).
 *
 * Calls block, at most for the time given. One client is one connection and
 * is used by one thread at a time. Nothing here changes signals, locale or
 * other state of the process. Parameters and results are JSON text.
 */
#ifndef SMSCLIENT_H
#define SMSCLIENT_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* How a call ended; the numbers are smsctl's exit status. */
enum smsclient_result {
    SMSCLIENT_OK = 0,
    SMSCLIENT_FAILED = 1, /* what no other value says */
    SMSCLIENT_USAGE = 2,  /* options that cannot work */
    SMSCLIENT_NOT_AUTHENTICATED = 3,
    SMSCLIENT_LEVEL_TOO_LOW = 4,
    SMSCLIENT_DENIED = 5,
    SMSCLIENT_NOT_FOUND = 6,
    SMSCLIENT_CONFLICT = 7,
    SMSCLIENT_INVALID = 8,
    SMSCLIENT_UNAVAILABLE = 9,
};

/* Where the provider listens when no server is named. */
#define SMSCLIENT_DEFAULT_SERVER "unix:/run/smsprovider/provider.sock"

/*
 * Asks the person something: a name, a password, the passphrase of a key, or
 * what the provider's login stack wants to know next, such as a one-time
 * code. text is what to show, escaped already; echo false: what is typed must
 * not be seen. Writes at most size bytes with the ending NUL to answer;
 * false: there is no answer, and the sign-in ends. The answer is wiped after
 * use. With a size of 0 the text only wants to be shown, and true means that
 * it was.
 */
typedef bool (*smsclient_prompt)(void *context, const char *text, bool echo,
                                 char *answer, size_t size);

/* All strings are borrowed for the call; NULL or 0: not given. */
struct smsclient_options {
    const char *server;      /* "unix:PATH" or "tls:HOST:PORT" */
    const char *ca;          /* PEM; the only anchors a TLS server may have */
    const char *mechanism;   /* "EXTERNAL", ..; NULL: what reaches the level */
    const char *except;      /* a mechanism not to choose; NULL: none */
    const char *certificate; /* PEM, own chain */
    const char *key;         /* PEM */
    const char *token_file;  /* holds one bearer token */
    const char *user;        /* for PLAIN; NULL: asked for */
    const char *host;        /* in the Kerberos service name; NULL: server's */
    const char *service;     /* the same; NULL: "smsprovider" */
    const char *level;       /* of a step-up: "mfa", ..; NULL: the next one */
    unsigned timeout_ms;     /* for each call; 0: 30 s */
    smsclient_prompt prompt; /* NULL: nobody to ask */
    void *prompt_context;
    bool is_interactive; /* a person waits: PLAIN is tried when there is
                          * nothing else to sign in with */
};

/* The last failure; strings are borrowed until the next call. Text from the
 * server has every character escaped that could deceive a terminal. */
struct smsclient_failure {
    enum smsclient_result result;
    int code;            /* of the JSON-RPC error, 0: none came */
    const char *reason;  /* "denied", "level_too_low", ..; "" when unknown */
    const char *message; /* a plain sentence */
    const char *next;    /* what to do about it; "" when nothing is known */
    const char *data;    /* the error's data as JSON; "" when none came */
};

/* NULL when memory is short. */
struct smsclient *smsclient_new(void);

/* Ends the session and the connection; NULL is accepted. */
void smsclient_free(struct smsclient *client);

/*
 * Connects only: server.info can be called, and nothing else. An open
 * connection of this client is closed first.
 */
enum smsclient_result smsclient_connect(
    struct smsclient *client, const struct smsclient_options *options);

/*
 * Connects and signs in. Without a mechanism it tries those for which there is
 * a certificate, a token or a ticket, first the ones that can reach the
 * minimum level that the server states, and goes on when one is refused. A
 * password is asked for only when nothing else was there, a person waits and
 * a password can reach the minimum.
 */
enum smsclient_result smsclient_sign_in(
    struct smsclient *client, const struct smsclient_options *options);

/*
 * Proves more about the person who is signed in, on the same connection: with
 * the mechanism named, else with those that are at hand, can reach the level
 * wanted and were not used yet, until it is reached. The certificate is the
 * one that the connection was made with. When nothing reaches the level the
 * result is SMSCLIENT_LEVEL_TOO_LOW and the session goes on as it was.
 */
enum smsclient_result smsclient_step_up(
    struct smsclient *client, const struct smsclient_options *options);

/* What the last sign-in or step-up tried, in this order. */
struct smsclient_attempt {
    const char *mechanism;
    enum smsclient_result result; /* SMSCLIENT_OK: it was accepted */
    bool was_refused;             /* by the server; else it failed here */
    const char *message;          /* why it failed; "" when it did not */
};

/* How many; attempts_out is borrowed until the next sign-in or step-up. */
size_t smsclient_attempts(const struct smsclient *client,
                          const struct smsclient_attempt **attempts_out);

/* The mechanism that signed in, "" before; what the server said of the
 * session, as JSON ("" before). Borrowed until the next sign-in. */
const char *smsclient_mechanism(const struct smsclient *client);
const char *smsclient_session(const struct smsclient *client);

/*
 * One call. params is a JSON object or array, NULL for none. On SMSCLIENT_OK
 * result_out is JSON text that the caller frees; it may be NULL when the
 * result does not matter.
 */
enum smsclient_result smsclient_call(struct smsclient *client,
                                     const char *method, const char *params,
                                     char **result_out);
void smsclient_string_free(char *string);

/*
 * As smsclient_call(). When the answer is that the level is too low, and the
 * options hold evidence that can reach it, steps up and calls once more; not
 * when they name a mechanism, which then is the only one.
 */
enum smsclient_result smsclient_call_stepping_up(
    struct smsclient *client, const struct smsclient_options *options,
    const char *method, const char *params, char **result_out);

/* Of the last call that did not answer SMSCLIENT_OK. Never NULL. */
const struct smsclient_failure *smsclient_failure(
    const struct smsclient *client);

/* "0.1.0" */
const char *smsclient_version(void);

#ifdef __cplusplus
}
#endif

#endif
