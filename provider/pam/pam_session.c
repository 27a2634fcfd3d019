/*
 * The session part: smsctl of this login uses the session that its sign-in
 * made, which smshostd holds, until the login ends.
 *
 * A login that proved nothing to the site has none, and is none the worse for
 * it.
 */
#include <pwd.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#include <security/pam_ext.h>
#include <security/pam_modutil.h>

#include "provider/host/login_key.h"
#include "provider/pam/pam_proof.h"

#define EXPORT __attribute__((visibility("default")))

/* One that is open: while this descriptor is, and so ends with the process. */
struct login {
    int fd;
    dev_t device; /* which socket it is: the program may have closed it, and */
    ino_t number; /* have another file of the same number */
    int32_t key;
    struct login_request request; /* that opened it, without its secret */
};

static const char login_name[] = "smsprovider_login";

/* ---- What is kept from open to close ---- */

static bool is_ours(const struct login *login)
{
    struct stat now;

    return login->fd >= 0 && fstat(login->fd, &now) == 0 &&
           now.st_dev == login->device && now.st_ino == login->number;
}

static void login_free(pam_handle_t *pamh, void *data, int status)
{
    struct login *login = data;

    (void)pamh;
    (void)status;
    if (login && is_ours(login))
        close(login->fd);
    free(login);
}

static struct login *find(const pam_handle_t *pamh)
{
    const void *data = NULL;

    return pam_get_data(pamh, login_name, &data) == PAM_SUCCESS
               ? (struct login *)(uintptr_t)data
               : NULL;
}

/* NULL: it cannot be told which it is, or there is no memory. Takes fd. */
static struct login *make(int fd, const struct login_request *request)
{
    struct login *login = calloc(1, sizeof(*login));
    struct stat now;

    if (!login || fstat(fd, &now) != 0) {
        free(login);
        close(fd);
        return NULL;
    }
    *login = (struct login){.fd = fd,
                            .device = now.st_dev,
                            .number = now.st_ino,
                            .request = *request};
    explicit_bzero(login->request.session, sizeof(login->request.session));
    return login;
}

/* ---- Opening ---- */

static int fail(const struct visit *visit, const char *why)
{
    pam_syslog(visit->pamh, LOG_WARNING, "no session with the site for %s: %s",
               visit->name, why);
    return PAM_SESSION_ERR;
}

/* Puts the key of it, and keeps what ends it. */
static int keep(const struct visit *visit, struct login *login,
                const char *handle, uid_t user, const char *seconds)
{
    const long left_s = strtol(seconds, NULL, 10);
    const char *why = "it has ended already";

    if (left_s > 0)
        login->key = login_key_put(user, handle, (unsigned)left_s, &why);
    if (login->key &&
        pam_set_data(visit->pamh, login_name, login, login_free) == PAM_SUCCESS)
        return PAM_SUCCESS;
    if (login->key)
        why = "PAM does not keep it";
    login_key_revoke(login->key);
    login_free(visit->pamh, login, 0);
    return fail(visit, why);
}

static int ask(struct visit *visit, const char *handle, uid_t user)
{
    const long long deadline_ms = login_now_ms() + visit->options.timeout_ms;
    struct login_request *request = &visit->request;
    const char *why = "its answer is none, or comes too late";
    struct login_reply reply = {.verdict = LOGIN_DENIED};
    const int fd = login_open_session(handle, deadline_ms, &why);
    struct login *login;

    if (fd < 0)
        return fail(visit, why);
    request->act = LOGIN_OPEN;
    snprintf(request->run_as, sizeof(request->run_as), "%u", (unsigned)user);
    snprintf(request->session, sizeof(request->session), "%s",
             handle + LOGIN_SESSION_NAME);
    if (!login_ask(fd, request, deadline_ms, &reply) ||
        reply.verdict != LOGIN_ALLOWED) {
        close(fd);
        return fail(visit, "smshostd does not open it");
    }
    login = make(fd, request);
    return login ? keep(visit, login, handle, user, reply.session)
                 : fail(visit, "out of memory");
}

/* Nobody is kept out for that. */
static int go_without(const struct visit *visit)
{
    if (visit->options.keeps_session)
        pam_syslog(visit->pamh, LOG_INFO,
                   "no session with the site for %s: nothing in this login "
                   "proved to it who they are",
                   visit->name);
    return PAM_SUCCESS;
}

static int open_session(struct visit *visit)
{
    char handle[LOGIN_SESSION_BYTES] = "";
    const struct passwd *user;
    int opened;

    if (!visit_take_name(visit, visit_item(visit->pamh, PAM_USER)) ||
        !visit_fill(visit))
        return PAM_SESSION_ERR;
    if (!pam_proof_take_session(visit->pamh, visit->name, handle))
        return go_without(visit);
    user = pam_modutil_getpwnam(visit->pamh, visit->name);
    opened = user ? ask(visit, handle, user->pw_uid)
                  : fail(visit, "the host does not know them");
    explicit_bzero(handle, sizeof(handle));
    return opened;
}

EXPORT int pam_sm_open_session(pam_handle_t *pamh, int flags, int argc,
                               const char **argv)
{
    struct visit visit = {.pamh = pamh};
    int result = visit_begin(&visit, flags, argc, argv);

    if (result == PAM_SUCCESS)
        result = open_session(&visit);
    visit_clear(&visit);
    return result;
}

/* ---- Closing ---- */

/* Waits until the provider has been told; the session ends without that too,
 * when the descriptor closes. */
static int close_session(const struct visit *visit, struct login *login)
{
    struct login_reply reply = {.verdict = LOGIN_DENIED};
    bool is_closed;

    login_key_revoke(login->key);
    if (!is_ours(login))
        return PAM_SESSION_ERR;
    login->request.act = LOGIN_CLOSE;
    is_closed = login_ask(login->fd, &login->request,
                          login_now_ms() + visit->options.timeout_ms, &reply) &&
                reply.verdict == LOGIN_ALLOWED;
    close(login->fd);
    login->fd = -1;
    return is_closed ? PAM_SUCCESS : PAM_SESSION_ERR;
}

EXPORT int pam_sm_close_session(pam_handle_t *pamh, int flags, int argc,
                                const char **argv)
{
    struct visit visit = {.pamh = pamh};
    struct login *login = find(pamh);
    int result = visit_begin(&visit, flags, argc, argv);

    if (!login)
        return result;
    if (result != PAM_SUCCESS)
        visit.options.timeout_ms = PAM_TIMEOUT_MS;
    result = close_session(&visit, login);
    (void)pam_set_data(pamh, login_name, NULL, NULL);
    return result;
}
