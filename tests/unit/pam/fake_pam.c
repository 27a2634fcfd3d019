#include "tests/unit/pam/fake_pam.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <security/pam_ext.h>
#include <security/pam_modutil.h>

int pam_get_item(const pam_handle_t *pamh, int item, const void **value)
{
    *value = item == PAM_USER      ? pamh->user
             : item == PAM_SERVICE ? pamh->service
                                   : NULL;
    return PAM_SUCCESS;
}

int pam_get_user(pam_handle_t *pamh, const char **user, const char *prompt)
{
    (void)prompt;
    *user = pamh->user;
    return pamh->user ? PAM_SUCCESS : PAM_CONV_ERR;
}

struct passwd *pam_modutil_getpwnam(pam_handle_t *pamh, const char *user)
{
    static struct passwd found;

    (void)user;
    found.pw_name = (char *)(uintptr_t)pamh->account;
    found.pw_uid = pamh->account_uid;
    return pamh->account ? &found : NULL;
}

int pam_get_authtok(pam_handle_t *pamh, int item, const char **authtok,
                    const char *prompt)
{
    (void)item;
    (void)prompt;
    *authtok = pamh->password;
    return pamh->password_error;
}

/* The module keeps two things. */
static struct fake_data *slot_of(const struct pam_handle *pamh,
                                 const char *name)
{
    struct pam_handle *own = (struct pam_handle *)(uintptr_t)pamh;

    return strcmp(name, "smsprovider_proof") == 0 ? &own->proof : &own->login;
}

static void end_data(struct pam_handle *pamh, struct fake_data *slot)
{
    if (slot->data)
        slot->free(pamh, slot->data, PAM_SUCCESS);
    slot->data = NULL;
}

int pam_set_data(pam_handle_t *pamh, const char *name, void *data,
                 void (*cleanup)(pam_handle_t *pamh, void *data, int status))
{
    struct fake_data *slot = slot_of(pamh, name);

    if (data && pamh->keeps_nothing)
        return PAM_BUF_ERR;
    end_data(pamh, slot);
    *slot = (struct fake_data){data, cleanup};
    return PAM_SUCCESS;
}

int pam_get_data(const pam_handle_t *pamh, const char *name, const void **data)
{
    *data = slot_of(pamh, name)->data;
    return *data ? PAM_SUCCESS : PAM_NO_MODULE_DATA;
}

void fake_pam_end(struct pam_handle *pamh)
{
    end_data(pamh, &pamh->proof);
    end_data(pamh, &pamh->login);
    pamh->variable[0] = '\0';
}

int pam_putenv(pam_handle_t *pamh, const char *text)
{
    snprintf(pamh->variable, sizeof(pamh->variable), "%s",
             strchr(text, '=') ? text : "");
    return PAM_SUCCESS;
}

const char *pam_getenv(pam_handle_t *pamh, const char *name)
{
    const size_t size = strlen(name);

    return strncmp(pamh->variable, name, size) == 0 &&
                   pamh->variable[size] == '='
               ? pamh->variable + size + 1
               : NULL;
}

void pam_syslog(const pam_handle_t *pamh, int priority, const char *format, ...)
{
    va_list args;

    (void)priority;
    va_start(args, format);
    vsnprintf(((struct pam_handle *)(uintptr_t)pamh)->logged, FAKE_TEXT_BYTES,
              format, args);
    va_end(args);
}

int pam_prompt(pam_handle_t *pamh, int style, char **response,
               const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(pamh->shown, FAKE_TEXT_BYTES, format, args);
    va_end(args);
    if (style == PAM_ERROR_MSG || style == PAM_TEXT_INFO)
        return PAM_SUCCESS;
    pamh->n_questions++;
    if (pamh->user_now)
        pamh->user = pamh->user_now;
    *response = pamh->answer ? strdup(pamh->answer) : NULL;
    return pamh->answer_error;
}
