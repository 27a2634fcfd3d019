/*
 * libsmsclient: a client of the SMS Provider.
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
 * A call that needs a higher level returns SMSCLIENT_LEVEL_TOO_LOW;
 * smsclient_step_up() raises the level of the session, and the call can be
 * repeated (smsclient_call_stepping_up() does both).
 *
 * Calls block, at most for the timeout given. Nothing here changes signals,
 * locale or other state of the process. Parameters and results are JSON text.
 *
 * Threads: one client is one connection, with the lists made of it; it may pass
 * from thread to thread, and is used by one at a time. Different clients may be
 * used by different threads at once. A prompt is called on the thread that
 * signs in. libsmsclient(3) has a complete example.
 */
#ifndef SMSCLIENT_H
#define SMSCLIENT_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The result of a call; the numbers are smsctl's exit statuses. */
enum smsclient_result {
    SMSCLIENT_OK = 0,
    SMSCLIENT_FAILED = 1, /* any other failure */
    SMSCLIENT_USAGE = 2,  /* unusable options */
    SMSCLIENT_NOT_AUTHENTICATED = 3,
    SMSCLIENT_LEVEL_TOO_LOW = 4,
    SMSCLIENT_DENIED = 5,
    SMSCLIENT_NOT_FOUND = 6,
    SMSCLIENT_CONFLICT = 7,
    SMSCLIENT_INVALID = 8,
    SMSCLIENT_UNAVAILABLE = 9,
};

/* The default address of the provider. */
#define SMSCLIENT_DEFAULT_SERVER "unix:/run/smsprovider/provider.sock"

/*
 * Prompts the user for a name, a password, the passphrase of a key, or whatever
 * PAM on the provider's host asks for, such as a one-time code. text is the
 * prompt, already escaped; echo false: the input must not be visible. Writes at
 * most size bytes, including the NUL, to answer; false: there is no answer, and
 * the sign-in fails. The answer is wiped after use. With size 0 the text is
 * only to be shown, and true means that it was.
 */
typedef bool (*smsclient_prompt)(void *context, const char *text, bool echo,
                                 char *answer, size_t size);

/* All strings are borrowed for the call; NULL or 0: not given. */
struct smsclient_options {
    const char *server; /* "unix:PATH", "tls:HOST:PORT" or "srv:DOMAIN": hosts
                           of the domain, named by its SRV records */
    const char *ca;     /* PEM; the only trust anchors for a TLS server */
    const char *srv_domain; /* hosts of srv: may be in this domain as well */
    const char *pin; /* "sha256:HEX", of the server's public key (SPKI); in
                        place of ca, or with it: then both must hold */
    const char
        *mechanism;     /* "EXTERNAL", ..; NULL: any that reaches the level */
    const char *except; /* a mechanism not to use; NULL: none */
    const char *certificate; /* PEM, with its chain */
    const char *key;         /* PEM */
    const char *token_file;  /* contains one bearer token */
    const char *user;        /* for PLAIN; NULL: prompted for */
    const char *host;    /* in the Kerberos service name; NULL: the server's */
    const char *service; /* likewise; NULL: "smsprovider" */
    const char *level;   /* of a step-up: "mfa", ..; NULL: the next higher */
    unsigned timeout_ms; /* for each call; 0: 30 s */
    smsclient_prompt prompt; /* NULL: no prompts */
    void *prompt_context;
    bool is_interactive; /* a user is waiting: PLAIN is tried if there is
                            nothing else */
    const char *token;   /* the bearer token itself, in place of token_file */
};

/* A failure; strings are borrowed until the next call. In text from the
 * server, characters that could deceive a terminal are escaped. */
struct smsclient_failure {
    enum smsclient_result result;
    int code;            /* of the JSON-RPC error; 0: there was none */
    const char *reason;  /* "denied", "level_too_low", ..; "" if unknown */
    const char *message; /* a plain sentence */
    const char *next;    /* what to do about it; "" if unknown */
    const char *data;    /* the error's data as JSON; "" if there is none */
};

/* NULL: out of memory. */
struct smsclient *smsclient_new(void);

/* Ends the session and the connection; accepts NULL. */
void smsclient_free(struct smsclient *client);

/*
 * Connects without signing in: only server.info can be called. Closes an open
 * connection of this client first.
 */
enum smsclient_result smsclient_connect(
    struct smsclient *client, const struct smsclient_options *options);

/* A server that was looked at; names and issuer are escaped. */
struct smsclient_server {
    char pin[72];      /* of its key, "sha256:HEX" */
    char names[256];   /* the hosts that the certificate is for */
    char issuer[256];  /* RFC 2253 */
    long long until_s; /* when the certificate ends, seconds since 1970 */
};

/*
 * Looks at the certificate of a TLS server, whoever issued it, and closes the
 * connection: nothing is sent. The name and the dates must be right. What it
 * says is not trusted: show it to a person who can compare the key.
 */
enum smsclient_result smsclient_look(struct smsclient *client,
                                     const struct smsclient_options *options,
                                     struct smsclient_server *server_out);

/*
 * Connects and signs in. Without a mechanism it tries those for which there is
 * a certificate, a token or a ticket, first the ones that can reach the minimum
 * level that the server states, and continues when one is refused. It prompts
 * for a password only if nothing else was available, a user is waiting, and a
 * password can reach the minimum.
 */
enum smsclient_result smsclient_sign_in(
    struct smsclient *client, const struct smsclient_options *options);

/*
 * Raises the level of the session on the same connection: with the mechanism
 * named, else with available and unused evidence that can reach the level,
 * until it is reached. The certificate is that of the connection. If the level
 * is not reached, the result is SMSCLIENT_LEVEL_TOO_LOW; evidence that was
 * accepted on the way still counts, and a refusal leaves the session as it was.
 */
enum smsclient_result smsclient_step_up(
    struct smsclient *client, const struct smsclient_options *options);

/* A mechanism tried by the last sign-in or step-up, in this order. */
struct smsclient_attempt {
    const char *mechanism;
    enum smsclient_result result; /* SMSCLIENT_OK: it was accepted */
    bool was_refused;             /* by the server; otherwise it failed here */
    const char *message;          /* why it failed; "" if it did not */
};

/* Their number; attempts_out is borrowed until the next sign-in or step-up. */
size_t smsclient_attempts(const struct smsclient *client,
                          const struct smsclient_attempt **attempts_out);

/* The mechanism that proved a level last, and the server's description of the
 * session as JSON; "" while no session is open: a call that breaks the
 * connection ends it. Borrowed until the next connect, sign-in, step-up or
 * call. */
const char *smsclient_mechanism(const struct smsclient *client);
const char *smsclient_session(const struct smsclient *client);

/*
 * Makes one call. params is a JSON object or array, NULL for none. On
 * SMSCLIENT_OK result_out is JSON text that the caller frees; pass NULL to
 * ignore the result.
 */
enum smsclient_result smsclient_call(struct smsclient *client,
                                     const char *method, const char *params,
                                     char **result_out);
void smsclient_string_free(char *string);

/*
 * Sends this trace context with each request from now on, for the provider's
 * audit; NULL: none. It is a "traceparent" of W3C Trace Context.
 * SMSCLIENT_USAGE: it is not valid, and the one before stays.
 */
enum smsclient_result smsclient_set_trace(struct smsclient *client,
                                          const char *traceparent);

/*
 * Like smsclient_call(). If the level is too low and the options hold evidence
 * that can reach it, steps up and repeats the call; not if they name a
 * mechanism, which is then the only one.
 */
enum smsclient_result smsclient_call_stepping_up(
    struct smsclient *client, const struct smsclient_options *options,
    const char *method, const char *params, char **result_out);

/* One object as JSON text, which the caller frees; key: its key or name. On
 * any failure object_out is NULL. */
enum smsclient_result smsclient_get(struct smsclient *client,
                                    const char *class_name, const char *key,
                                    char **object_out);

/*
 * The objects of a class that the caller may read, one after the other, as JSON
 * text that the caller frees; at the end SMSCLIENT_OK and NULL. Pages are read
 * as they are needed. filter NULL: all; "Name = 'x'". The list is freed before
 * its client. NULL: out of memory.
 */
struct smsclient_list;
struct smsclient_list *smsclient_list_new(struct smsclient *client,
                                          const char *class_name,
                                          const char *filter);
enum smsclient_result smsclient_list_next(struct smsclient_list *list,
                                          char **object_out);
void smsclient_list_free(struct smsclient_list *list);

/*
 * May the signed-in user do this, on this object or (key NULL) on some? False
 * whenever the result is not SMSCLIENT_OK. It is an answer for now: the
 * provider decides again at each call.
 */
enum smsclient_result smsclient_check(struct smsclient *client,
                                      const char *operation,
                                      const char *class_name, const char *key,
                                      bool *is_allowed_out);

/* Of the last connect, sign-in, step-up or call; its result is SMSCLIENT_OK
 * when that succeeded. Never NULL. */
const struct smsclient_failure *smsclient_failure(
    const struct smsclient *client);

/* "0.1.0" */
const char *smsclient_version(void);

#ifdef __cplusplus
}
#endif

#endif
