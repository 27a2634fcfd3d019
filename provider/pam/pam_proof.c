#include "provider/pam/pam_proof.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <security/pam_ext.h>

static const char proof_name[] = "smsprovider_proof";
static const char no_session[] = "none"; /* of one that has made none */

static void proof_free(pam_handle_t *pamh, void *data, int status)
{
    (void)pamh;
    (void)status;
    if (data)
        explicit_bzero(data, sizeof(struct pam_proof));
    free(data);
}

/* Without it, sshd knows of no sign-in where it asks questions. */
static void put_variable(pam_handle_t *pamh, const char *handle)
{
    char text[sizeof(PAM_PROOF_VARIABLE) + LOGIN_SESSION_BYTES];

    snprintf(text, sizeof(text), "%s=%s", PAM_PROOF_VARIABLE,
             *handle ? handle : no_session);
    (void)pam_putenv(pamh, text);
    explicit_bzero(text, sizeof(text));
}

static int keep(pam_handle_t *pamh, const char *user, const char *level,
                const char *session)
{
    struct pam_proof *proof = calloc(1, sizeof(*proof));
    int kept;

    if (!proof)
        return PAM_BUF_ERR;
    snprintf(proof->user, sizeof(proof->user), "%s", user);
    snprintf(proof->level, sizeof(proof->level), "%s", level);
    snprintf(proof->session, sizeof(proof->session), "%s", session);
    kept = pam_set_data(pamh, proof_name, proof, proof_free);
    if (kept != PAM_SUCCESS)
        proof_free(pamh, proof, 0);
    return kept;
}

int pam_proof_keep(const struct visit *visit, const struct login_reply *reply)
{
    int kept;

    if (!*reply->level || !visit_has_kept_name(visit))
        return PAM_AUTH_ERR;
    kept = keep(visit->pamh, visit->name, reply->level, reply->session);
    if (kept == PAM_SUCCESS)
        put_variable(visit->pamh, reply->session);
    return kept;
}

static struct pam_proof *find(const pam_handle_t *pamh)
{
    const void *data = NULL;

    return pam_get_data(pamh, proof_name, &data) == PAM_SUCCESS
               ? (struct pam_proof *)(uintptr_t)data
               : NULL;
}

const struct pam_proof *pam_proof_of(const pam_handle_t *pamh, const char *user)
{
    const struct pam_proof *proof = find(pamh);

    return proof && strcmp(proof->user, user) == 0 ? proof : NULL;
}

bool pam_proof_drop(pam_handle_t *pamh)
{
    if (pam_getenv(pamh, PAM_PROOF_VARIABLE) &&
        pam_putenv(pamh, PAM_PROOF_VARIABLE) != PAM_SUCCESS)
        return false;
    return !find(pamh) ||
           pam_set_data(pamh, proof_name, NULL, NULL) == PAM_SUCCESS;
}

/* What was seen here counts; the variable does where nothing was. */
static const char *handle_of(pam_handle_t *pamh, const char *user)
{
    const struct pam_proof *proof = find(pamh);

    if (!proof)
        return pam_getenv(pamh, PAM_PROOF_VARIABLE);
    return strcmp(proof->user, user) == 0 ? proof->session : NULL;
}

bool pam_proof_is_there(pam_handle_t *pamh, const char *user)
{
    return find(pamh) ? pam_proof_of(pamh, user) != NULL
                      : pam_getenv(pamh, PAM_PROOF_VARIABLE) != NULL;
}

/* In its place there is the proof, without a level: programs set credentials
 * once more when the session is open. */
static void drop_variable(pam_handle_t *pamh, const char *user)
{
    if (!pam_getenv(pamh, PAM_PROOF_VARIABLE))
        return;
    (void)pam_putenv(pamh, PAM_PROOF_VARIABLE);
    if (!find(pamh))
        (void)keep(pamh, user, "", "");
}

void pam_proof_settle(pam_handle_t *pamh, const char *user)
{
    const char *said = pam_getenv(pamh, PAM_PROOF_VARIABLE);

    if (said && !login_session_is_handle(said))
        drop_variable(pamh, user);
}

bool pam_proof_take_session(pam_handle_t *pamh, const char *user,
                            char handle[LOGIN_SESSION_BYTES])
{
    const char *found = handle_of(pamh, user);
    const bool is_there = found && login_session_is_handle(found);
    struct pam_proof *proof = find(pamh);

    if (is_there)
        memcpy(handle, found, LOGIN_SESSION_BYTES);
    if (proof)
        explicit_bzero(proof->session, sizeof(proof->session));
    drop_variable(pamh, user);
    return is_there;
}
