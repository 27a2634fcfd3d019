#include "tests/unit/sudo/fake_login.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <security/pam_appl.h>

struct fake_login fake_login;

struct pam_handle {
    char user[64];
    struct pam_conv conversation;
};

static pam_handle_t the_handle;

int pam_start(const char *service, const char *user,
              const struct pam_conv *conversation, pam_handle_t **pamh)
{
    if (fake_login.starts != PAM_SUCCESS)
        return fake_login.starts;
    snprintf(fake_login.service, sizeof(fake_login.service), "%s", service);
    snprintf(the_handle.user, sizeof(the_handle.user), "%s", user);
    the_handle.conversation = *conversation;
    fake_login.n_handles++;
    *pamh = &the_handle;
    return PAM_SUCCESS;
}

int pam_end(pam_handle_t *pamh, int status)
{
    (void)pamh;
    (void)status;
    fake_login.n_handles--;
    return PAM_SUCCESS;
}

int pam_set_item(pam_handle_t *pamh, int item, const void *value)
{
    if (item == PAM_USER)
        snprintf(pamh->user, sizeof(pamh->user), "%s", (const char *)value);
    return PAM_SUCCESS;
}

int pam_get_item(const pam_handle_t *pamh, int item, const void **value)
{
    *value = item == PAM_USER ? pamh->user : NULL;
    return PAM_SUCCESS;
}

static void drop(struct pam_response *responses, int n)
{
    for (int i = 0; responses && i < n; i++)
        free(responses[i].resp);
    free(responses);
}

/* Asks for the password, as often as the test says. */
static int ask(pam_handle_t *pamh)
{
    const struct pam_message prompt = {PAM_PROMPT_ECHO_OFF, "Password: "};
    const struct pam_message *messages[PAM_MAX_NUM_MSG + 1];
    struct pam_response *responses = NULL;
    const int n = fake_login.n_prompts ? fake_login.n_prompts : 1;
    bool is_right;
    int said;

    for (int i = 0; i < n; i++)
        messages[i] = &prompt;
    said = pamh->conversation.conv(n, messages, &responses,
                                   pamh->conversation.appdata_ptr);
    if (said != PAM_SUCCESS)
        return said;
    is_right = strcmp(responses[0].resp, "right") == 0;
    drop(responses, n);
    return is_right ? PAM_SUCCESS : PAM_AUTH_ERR;
}

int pam_authenticate(pam_handle_t *pamh, int flags)
{
    int asked;

    (void)flags;
    fake_login.n_asked++;
    if (fake_login.authenticates != PAM_SUCCESS)
        return fake_login.authenticates;
    asked = ask(pamh);
    if (fake_login.ends_as)
        snprintf(pamh->user, sizeof(pamh->user), "%s", fake_login.ends_as);
    return asked;
}

int pam_acct_mgmt(pam_handle_t *pamh, int flags)
{
    (void)pamh;
    (void)flags;
    return fake_login.accepts;
}

int pam_setcred(pam_handle_t *pamh, int flags)
{
    (void)pamh;
    (void)flags;
    return PAM_SUCCESS;
}

int pam_open_session(pam_handle_t *pamh, int flags)
{
    (void)flags;
    if (fake_login.opens == PAM_SUCCESS)
        snprintf(fake_login.session_of, sizeof(fake_login.session_of), "%s",
                 pamh->user);
    return fake_login.opens;
}

int pam_close_session(pam_handle_t *pamh, int flags)
{
    (void)pamh;
    (void)flags;
    fake_login.session_of[0] = '\0';
    return PAM_SUCCESS;
}
