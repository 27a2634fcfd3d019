/*
 * What pam_smsprovider.so and smshostd say to each other: one packet each way,
 * on a socket of one host. Strings, each with its NUL, in the order of the
 * structs; a packet that is anything else is malformed, and means no.
 *
 * The module is loaded into other people's programs, so this needs nothing but
 * the C library.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/un.h>

#define LOGIN_DIRECTORY "/run/smsprovider-host"
#define LOGIN_SOCKET    LOGIN_DIRECTORY "/login"
/* Where sshd's commands ask about keys, as a user without rights. */
#define LOGIN_KEYS_SOCKET LOGIN_DIRECTORY "/keys"

/* Abstract, with the session's name behind it: of a process that holds one. */
#define LOGIN_SESSION_PREFIX "smsprovider-host/"

enum {
    LOGIN_PACKET_BYTES = 4096,
    LOGIN_NAME_BYTES = 257, /* each with its NUL */
    LOGIN_WORD_BYTES = 65,
    LOGIN_LEVEL_BYTES = 16,
    LOGIN_SECRET_BYTES = 1024,
    LOGIN_TEXT_BYTES = 1024,
    LOGIN_COMMAND_BYTES = 1024,
    LOGIN_SESSION_NAME = 16,   /* hex digits of a handle: where it is held, */
    LOGIN_SESSION_SECRET = 32, /* and what it is given for */
    LOGIN_SESSION_BYTES = LOGIN_SESSION_NAME + LOGIN_SESSION_SECRET + 1,
};

/* In a sign-in: keep the session that it makes. */
#define LOGIN_SESSION_KEEP "keep"

enum login_act {
    LOGIN_NOTHING = 0,
    LOGIN_ACCOUNT, /* may the user log in here? */
    LOGIN_SIGN_IN, /* is this the user's password? */
    LOGIN_ANSWER,  /* to a question that was put while signing in */
    LOGIN_STATUS,  /* is this host known to the site? */
    LOGIN_KEY,     /* may the user log in here with the SSH key in secret? */
    LOGIN_CERTIFICATE, /* the same with the one whose serial number that is */
    LOGIN_DEVICE,      /* sign in with a code that is confirmed at the issuer */
    LOGIN_OPEN,        /* of a session that was kept: the login has begun */
    LOGIN_CLOSE,       /* it has ended */
    LOGIN_N_ACTS,
};

struct login_request {
    enum login_act act;
    char user[LOGIN_NAME_BYTES];
    char service[LOGIN_WORD_BYTES];
    char operation[LOGIN_WORD_BYTES];  /* "": the usual one */
    char level[LOGIN_LEVEL_BYTES];     /* that was proved before */
    char run_as[LOGIN_NAME_BYTES];     /* sudo's target; "": there is none */
    char command[LOGIN_COMMAND_BYTES]; /* that sudo is to run; "": none */
    char session[LOGIN_SESSION_BYTES]; /* LOGIN_SESSION_KEEP, or a secret */
    char secret[LOGIN_SECRET_BYTES];   /* a password, an answer, a public key */
};

enum login_verdict {
    LOGIN_DENIED = 0, /* zeroed memory lets nobody in */
    LOGIN_ALLOWED,
    LOGIN_UNKNOWN,     /* the site knows nobody of this name */
    LOGIN_UNAVAILABLE, /* nobody can tell now */
    LOGIN_QUESTION,    /* answer text, hidden while typed */
    LOGIN_OPEN_QUESTION,
    LOGIN_NOTICE, /* show text, and go on */
    LOGIN_WAIT,   /* show text, and go on when the user says so */
    LOGIN_N_VERDICTS,
};

struct login_reply {
    enum login_verdict verdict;
    char user[LOGIN_NAME_BYTES];       /* whom it is about, as asked */
    char level[LOGIN_LEVEL_BYTES];     /* that was proved now; "": none */
    char text[LOGIN_TEXT_BYTES];       /* a sentence for the user; "": none */
    char session[LOGIN_SESSION_BYTES]; /* the handle of one that was kept; when
                                          it opens: the seconds that it lasts */
};

/* Does sshd ask so, before anything is proved? */
static inline bool login_is_of_key(enum login_act act)
{
    return act == LOGIN_KEY || act == LOGIN_CERTIFICATE;
}

/* The size of the packet; 0: a field is too long or has controls. */
size_t login_request_write(const struct login_request *request,
                           char packet[LOGIN_PACKET_BYTES]);
size_t login_reply_write(const struct login_reply *reply,
                         char packet[LOGIN_PACKET_BYTES]);

/* False: malformed, and what is returned is zeroed. */
bool login_request_read(const char *packet, size_t size,
                        struct login_request *request_out);
bool login_reply_read(const char *packet, size_t size,
                      struct login_reply *reply_out);

/* Hex digits, as many as a handle has? */
bool login_session_is_handle(const char *text);

/* Where the session of a handle is held; the size of the address. */
size_t login_session_address(const char *handle, struct sockaddr_un *out);

/* Copies text that others wrote, with a question mark for each control. */
void login_text_set(char *out, size_t size, const char *text);

/* Is it the name of a level? */
bool login_is_level(const char *name);

/* A host's name for somebody as the site writes it: with the realm, unless it
 * has one or there is none (""). False: it is empty or too long. */
bool login_user_set(char user[LOGIN_NAME_BYTES], const char *name,
                    const char *realm);

/* ---- Sending and receiving, with a deadline ---- */

/* Milliseconds of the monotonic clock. */
long long login_now_ms(void);

/* False: closed, or not in time. A packet is sent whole or not at all; nothing
 * is sent to a peer that is gone, and no signal is raised. */
bool login_send(int fd, const char *packet, size_t size, long long deadline_ms);

/* The packet's size; 0: closed, not in time, or too long. */
size_t login_receive(int fd, char packet[LOGIN_PACKET_BYTES],
                     long long deadline_ms);
