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
#include <security/pam_modules.h>
#include <security/pam_modutil.h>

#include "provider/host/login_ask.h"
#include "provider/pam/pam_options.h"

#define EXPORT __attribute__((visibility("default")))

enum {
    ROUNDS_MAX = 16,     /* of questions in one sign-in */
    STEP_MS = 30 * 1000, /* for each answer of the site */
};

/* One call of the module. */
struct visit {
    pam_handle_t *pamh;
    struct pam_options options;
    struct login_request request; /* has a secret: visit_clear */
    char name[LOGIN_NAME_BYTES];  /* PAM_USER as it was read */
    bool is_silent;
};

static void visit_clear(struct visit *visit)
{
    explicit_bzero(&visit->request, sizeof(visit->request));
}

/* ---- Beginning ---- */

static const char *item_of(const pam_handle_t *pamh, int item)
{
    const void *value = NULL;

    return pam_get_item(pamh, item, &value) == PAM_SUCCESS ? value : NULL;
}

/* A copy: a conversation may change what PAM has. */
static bool take_name(struct visit *visit, const char *name)
{
    const int size =
        name ? snprintf(visit->name, sizeof(visit->name), "%s", name) : 0;

    return size > 0 && (size_t)size < sizeof(visit->name);
}

/* Is PAM's user still the one that was asked about (T47)? */
static bool has_kept_name(const struct visit *visit)
{
    const char *name = item_of(visit->pamh, PAM_USER);

    return name && strcmp(name, visit->name) == 0;
}

static bool fill_request(struct visit *visit)
{
    struct login_request *request = &visit->request;
    const char *service = item_of(visit->pamh, PAM_SERVICE);

    snprintf(request->operation, sizeof(request->operation), "%s",
             visit->options.operation);
    snprintf(request->level, sizeof(request->level), "%s",
             visit->options.level);
    snprintf(request->service, sizeof(request->service), "%.64s",
             service ? service : "");
    return login_user_set(request->user, visit->name, visit->options.realm);
}

static int begin(struct visit *visit, int flags, int argc, const char **argv)
{
    const char *service = item_of(visit->pamh, PAM_SERVICE);
    char why[PAM_FAULT_BYTES] = "";

    visit->is_silent = ((unsigned)flags & PAM_SILENT) != 0;
    if (!pam_options_read(service ? service : "", argc, argv, &visit->options,
                          why)) {
        pam_syslog(visit->pamh, LOG_ERR, "%s; nobody is let in", why);
        return PAM_SERVICE_ERR;
    }
    return PAM_SUCCESS;
}

/* ---- The sign-in that this stack has seen, from auth to account ---- */

static const char proof_name[] = "smsprovider_proof";

struct proof {
    char user[LOGIN_NAME_BYTES]; /* as PAM names them */
    char level[LOGIN_LEVEL_BYTES];
};

static void proof_free(pam_handle_t *pamh, void *data, int status)
{
    (void)pamh;
    (void)status;
    free(data);
}

static int proof_keep(const struct visit *visit, const char *level)
{
    struct proof *proof;
    int kept;

    if (!*level || !has_kept_name(visit))
        return PAM_AUTH_ERR;
    proof = calloc(1, sizeof(*proof));
    if (!proof)
        return PAM_BUF_ERR;
    snprintf(proof->user, sizeof(proof->user), "%s", visit->name);
    snprintf(proof->level, sizeof(proof->level), "%s", level);
    kept = pam_set_data(visit->pamh, proof_name, proof, proof_free);
    if (kept != PAM_SUCCESS)
        free(proof);
    return kept;
}

/* Of this user: the name may have changed since (T47). NULL: there is none. */
static const struct proof *proof_of(const pam_handle_t *pamh, const char *user)
{
    const void *data = NULL;
    const struct proof *proof;

    if (pam_get_data(pamh, proof_name, &data) != PAM_SUCCESS || !data)
        return NULL;
    proof = data;
    return strcmp(proof->user, user) == 0 ? proof : NULL;
}

/* Of an earlier sign-in: a program may ask again with the same handle, and then
 * only what is proved now counts. False: it stays, so nobody may be let in. */
static bool proof_drop(pam_handle_t *pamh)
{
    const void *data = NULL;

    return pam_get_data(pamh, proof_name, &data) != PAM_SUCCESS || !data ||
           pam_set_data(pamh, proof_name, NULL, NULL) == PAM_SUCCESS;
}

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

static void show(const struct visit *visit, bool is_error, const char *text)
{
    if (!*text || visit->is_silent || visit->options.is_quiet)
        return;
    if (is_error)
        pam_error(visit->pamh, "%s", text);
    else
        pam_info(visit->pamh, "%s", text);
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
        show(visit, true, reply->text);
        return PAM_USER_UNKNOWN;
    case LOGIN_DENIED:
        pam_syslog(visit->pamh, LOG_NOTICE, "%s is denied: %s", visit->name,
                   reply->text);
        show(visit, true, reply->text);
        return denied;
    case LOGIN_UNAVAILABLE:
        pam_syslog(visit->pamh, LOG_ERR, "nobody can tell about %s: %s",
                   visit->name, reply->text);
        show(visit, true, "The site cannot be asked now. Try again later.");
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
    const struct proof *proof;

    if (!take_name(visit, item_of(visit->pamh, PAM_USER)))
        return PAM_USER_UNKNOWN;
    if (pam_options_except(&visit->options, visit->name))
        return PAM_IGNORE;
    visit->request.act = LOGIN_ACCOUNT;
    if (!fill_request(visit))
        return PAM_USER_UNKNOWN;
    proof = proof_of(visit->pamh, visit->name);
    if (proof)
        snprintf(visit->request.level, sizeof(visit->request.level), "%s",
                 proof->level);
    return ask_account(visit);
}

EXPORT int pam_sm_acct_mgmt(pam_handle_t *pamh, int flags, int argc,
                            const char **argv)
{
    struct visit visit = {.pamh = pamh};
    const int begun = begin(&visit, flags, argc, argv);

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
            show(visit, false, reply->text);
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
        const int kept = proof_keep(visit, reply.level);

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
    if (!take_name(visit, name))
        return PAM_USER_UNKNOWN;
    if (pam_options_except(&visit->options, visit->name))
        return PAM_IGNORE;
    visit->request.act =
        visit->options.is_device ? LOGIN_DEVICE : LOGIN_SIGN_IN;
    if (!fill_request(visit))
        return PAM_USER_UNKNOWN;
    got = visit->options.is_device ? PAM_SUCCESS : take_password(visit);
    return got == PAM_SUCCESS ? sign_in(visit) : got;
}

EXPORT int pam_sm_authenticate(pam_handle_t *pamh, int flags, int argc,
                               const char **argv)
{
    struct visit visit = {.pamh = pamh};
    int result =
        proof_drop(pamh) ? begin(&visit, flags, argc, argv) : PAM_SERVICE_ERR;

    if (result == PAM_SUCCESS)
        result = authenticate(&visit);
    visit_clear(&visit);
    return result;
}

/* There is nothing to set; but who signed in here did so. */
EXPORT int pam_sm_setcred(pam_handle_t *pamh, int flags, int argc,
                          const char **argv)
{
    const char *user = item_of(pamh, PAM_USER);

    (void)flags;
    (void)argc;
    (void)argv;
    return user && proof_of(pamh, user) ? PAM_SUCCESS : PAM_IGNORE;
}

/* ---- password ---- */

EXPORT int pam_sm_chauthtok(pam_handle_t *pamh, int flags, int argc,
                            const char **argv)
{
    struct visit visit = {.pamh = pamh};
    const int begun = begin(&visit, flags, argc, argv);

    if (begun != PAM_SUCCESS)
        return begun;
    if ((unsigned)flags & PAM_PRELIM_CHECK)
        show(&visit, true,
             "The site's passwords are not changed here. Change yours where "
             "your administrator keeps it.");
    return PAM_PERM_DENIED;
}
