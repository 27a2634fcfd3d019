/*
 * pam_smsprovider.so: the site decides who may log in to its hosts.
 *
 * It asks smshostd and gives its answer as PAM's. Everything that is not an
 * answer is an error, under which no control mode lets anybody in (T46). It has
 * no state but PAM's own, starts no thread, and leaves signals, locale and
 * environment alone: it runs in other people's programs.
 */
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include <security/pam_ext.h>
#include <security/pam_modutil.h>

#include "provider/pam/pam_proof.h"

#define EXPORT __attribute__((visibility("default")))

enum {
    ROUNDS_MAX = 16,     /* of questions in one sign-in */
    STEP_MS = 30 * 1000, /* for each answer of the site */
};

/* ---- Ending ---- */

/*
 * Is the name as the name service has it? Some find an account by several
 * spellings; the site may know its user by one of them, and nobody by another
 * that somebody chose to type.
 */
static bool is_own_spelling(const struct visit *visit)
{
    const struct passwd *found = pam_modutil_getpwnam(visit->pamh, visit->name);

    return !found || strcmp(found->pw_name, visit->name) == 0;
}

/* denied: what a no is in this phase. */
static int end(const struct visit *visit, const struct login_reply *reply,
               int denied)
{
    switch (reply->verdict) {
    case LOGIN_ALLOWED:
        return PAM_SUCCESS;
    case LOGIN_UNKNOWN:
        if (visit->options.ignores_unknown && is_own_spelling(visit))
            return PAM_IGNORE;
        visit_show(visit, true, reply->text);
        return PAM_USER_UNKNOWN;
    case LOGIN_DENIED:
        pam_syslog(visit->pamh, LOG_NOTICE, "%s is denied: %s", visit->name,
                   reply->text);
        visit_show(visit, true, reply->text);
        return denied;
    case LOGIN_UNAVAILABLE:
        pam_syslog(visit->pamh, LOG_ERR, "nobody can tell about %s: %s",
                   visit->name, reply->text);
        visit_show(visit, true,
                   "The site cannot be asked now. Try again later.");
        return PAM_AUTHINFO_UNAVAIL;
    case LOGIN_QUESTION:
    case LOGIN_OPEN_QUESTION:
    case LOGIN_NOTICE:
    case LOGIN_WAIT:
    case LOGIN_N_VERDICTS:
        break;
    }
    return PAM_AUTHINFO_UNAVAIL;
}

static int end_without_answer(const struct visit *visit, const char *why)
{
    struct login_reply reply = {.verdict = LOGIN_UNAVAILABLE};

    snprintf(reply.text, sizeof(reply.text), "%s", why);
    return end(visit, &reply, PAM_AUTHINFO_UNAVAIL);
}

/* ---- account ---- */

static int ask_account(struct visit *visit)
{
    const long long deadline_ms = login_now_ms() + visit->options.timeout_ms;
    const char *why = "its answer is none, or comes too late";
    struct login_reply reply = {.verdict = LOGIN_DENIED};
    const int fd = login_open(deadline_ms, &why);
    bool is_answered;

    if (fd < 0)
        return end_without_answer(visit, why);
    is_answered = login_ask(fd, &visit->request, deadline_ms, &reply);
    close(fd);
    if (!is_answered)
        return end_without_answer(visit,
                                  "its answer is none, or comes too late");
    return end(visit, &reply, PAM_PERM_DENIED);
}

static int decide_account(struct visit *visit)
{
    const struct pam_proof *proof;

    if (!visit_take_name(visit, visit_item(visit->pamh, PAM_USER)))
        return PAM_USER_UNKNOWN;
    if (pam_options_except(&visit->options, visit->name))
        return PAM_IGNORE;
    visit->request.act = LOGIN_ACCOUNT;
    if (!visit_fill(visit))
        return PAM_USER_UNKNOWN;
    proof = pam_proof_of(visit->pamh, visit->name);
    if (proof && *proof->level)
        snprintf(visit->request.level, sizeof(visit->request.level), "%s",
                 proof->level);
    return ask_account(visit);
}

EXPORT int pam_sm_acct_mgmt(pam_handle_t *pamh, int flags, int argc,
                            const char **argv)
{
    struct visit visit = {.pamh = pamh};
    const int begun = visit_begin(&visit, flags, argc, argv);

    return begun == PAM_SUCCESS ? decide_account(&visit) : begun;
}

/* ---- auth ---- */

static bool take_answer(struct visit *visit, const char *answer)
{
    const size_t size = answer ? strlen(answer) : 0;
    const bool fits = size && size < sizeof(visit->request.secret);

    if (fits)
        memcpy(visit->request.secret, answer, size);
    return fits;
}

/* Puts a question, and takes the answer into the request; whatever is typed
 * where the user only says that they are done is dropped. */
static int put_question(struct visit *visit, const struct login_reply *reply)
{
    const bool is_wait = reply->verdict == LOGIN_WAIT;
    char *answer = NULL;
    const int asked =
        pam_prompt(visit->pamh,
                   reply->verdict == LOGIN_QUESTION ? PAM_PROMPT_ECHO_OFF
                                                    : PAM_PROMPT_ECHO_ON,
                   &answer, is_wait ? "%s " : "%s", reply->text);
    bool is_answered;

    visit->request.act = LOGIN_ANSWER;
    explicit_bzero(visit->request.secret, sizeof(visit->request.secret));
    is_answered = asked == PAM_SUCCESS &&
                  (is_wait ? answer != NULL : take_answer(visit, answer));
    if (answer) {
        explicit_bzero(answer, strlen(answer));
        free(answer);
    }
    return is_answered ? PAM_SUCCESS : PAM_AUTH_ERR;
}

/* From the password to the verdict, through what the site asks besides. */
static int converse(struct visit *visit, int fd, struct login_reply *reply)
{
    for (int i = 0; i < ROUNDS_MAX; i++) {
        if (!login_ask(fd, &visit->request, login_now_ms() + STEP_MS, reply))
            return PAM_AUTHINFO_UNAVAIL;
        switch (reply->verdict) {
        case LOGIN_QUESTION:
        case LOGIN_OPEN_QUESTION:
        case LOGIN_WAIT: {
            const int answered = put_question(visit, reply);

            if (answered != PAM_SUCCESS)
                return answered;
            break;
        }
        case LOGIN_NOTICE:
            visit_show(visit, false, reply->text);
            visit->request.act = LOGIN_ANSWER;
            explicit_bzero(visit->request.secret,
                           sizeof(visit->request.secret));
            break;
        case LOGIN_DENIED:
        case LOGIN_ALLOWED:
        case LOGIN_UNKNOWN:
        case LOGIN_UNAVAILABLE:
        case LOGIN_N_VERDICTS:
            return PAM_SUCCESS; /* that is the verdict */
        }
    }
    return PAM_AUTH_ERR;
}

static int sign_in(struct visit *visit)
{
    const char *why = "";
    struct login_reply reply = {.verdict = LOGIN_DENIED};
    const int fd = login_open(login_now_ms() + visit->options.timeout_ms, &why);
    int said;

    if (fd < 0)
        return end_without_answer(visit, why);
    said = converse(visit, fd, &reply);
    close(fd);
    if (said == PAM_AUTHINFO_UNAVAIL)
        return end_without_answer(visit,
                                  "its answer is none, or comes too late");
    if (said != PAM_SUCCESS)
        return said;
    if (reply.verdict == LOGIN_ALLOWED) {
        const int kept = pam_proof_keep(visit, &reply);

        if (kept != PAM_SUCCESS)
            return kept;
    }
    return end(visit, &reply, PAM_AUTH_ERR);
}

/* An empty password is none (T52): it is refused like a wrong one. */
static int take_password(struct visit *visit)
{
    const char *password = NULL;
    const int got = pam_get_authtok(visit->pamh, PAM_AUTHTOK, &password, NULL);
    const size_t size = got == PAM_SUCCESS && password ? strlen(password) : 0;

    if (got != PAM_SUCCESS)
        return got;
    if (size == 0 || size >= sizeof(visit->request.secret))
        return PAM_AUTH_ERR;
    memcpy(visit->request.secret, password, size + 1);
    return PAM_SUCCESS;
}

static int authenticate(struct visit *visit)
{
    const char *name = NULL;
    int got = pam_get_user(visit->pamh, &name, NULL);

    if (got != PAM_SUCCESS)
        return got;
    if (!visit_take_name(visit, name))
        return PAM_USER_UNKNOWN;
    if (pam_options_except(&visit->options, visit->name))
        return PAM_IGNORE;
    visit->request.act =
        visit->options.is_device ? LOGIN_DEVICE : LOGIN_SIGN_IN;
    if (visit->options.keeps_session)
        strcpy(visit->request.session, LOGIN_SESSION_KEEP);
    if (!visit_fill(visit))
        return PAM_USER_UNKNOWN;
    got = visit->options.is_device ? PAM_SUCCESS : take_password(visit);
    return got == PAM_SUCCESS ? sign_in(visit) : got;
}

EXPORT int pam_sm_authenticate(pam_handle_t *pamh, int flags, int argc,
                               const char **argv)
{
    struct visit visit = {.pamh = pamh};
    int result = pam_proof_drop(pamh) ? visit_begin(&visit, flags, argc, argv)
                                      : PAM_SERVICE_ERR;

    if (result == PAM_SUCCESS)
        result = authenticate(&visit);
    visit_clear(&visit);
    return result;
}

/* There is nothing to set; but who signed in here did so. */
EXPORT int pam_sm_setcred(pam_handle_t *pamh, int flags, int argc,
                          const char **argv)
{
    const char *user = visit_item(pamh, PAM_USER);

    (void)flags;
    (void)argc;
    (void)argv;
    if (!user || !pam_proof_is_there(pamh, user))
        return PAM_IGNORE;
    pam_proof_settle(pamh, user);
    return PAM_SUCCESS;
}

/* ---- password ---- */

EXPORT int pam_sm_chauthtok(pam_handle_t *pamh, int flags, int argc,
                            const char **argv)
{
    struct visit visit = {.pamh = pamh};
    const int begun = visit_begin(&visit, flags, argc, argv);

    if (begun != PAM_SUCCESS)
        return begun;
    if ((unsigned)flags & PAM_PRELIM_CHECK)
        visit_show(
            &visit, true,
            "The site's passwords are not changed here. Change yours where "
            "your administrator keeps it.");
    return PAM_PERM_DENIED;
}
