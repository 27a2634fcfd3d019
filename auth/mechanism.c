/* The names of the mechanisms, as they stand on the wire. */
#include "auth/auth.h"

static const char *const names[AUTH_N_MECHANISMS] = {
    [AUTH_GSSAPI] = "GSSAPI",     [AUTH_GSS_SPNEGO] = "GSS-SPNEGO",
    [AUTH_EXTERNAL] = "EXTERNAL", [AUTH_OAUTHBEARER] = "OAUTHBEARER",
    [AUTH_PLAIN] = "PLAIN",
};

const char *auth_mechanism_name(enum auth_mechanism mechanism)
{
    return mechanism < AUTH_N_MECHANISMS ? names[mechanism] : "none";
}

enum auth_mechanism auth_mechanism_read(struct text name)
{
    for (size_t i = 0; i < AUTH_N_MECHANISMS; i++)
        if (text_equal(name, text_of(names[i])))
            return (enum auth_mechanism)i;
    return AUTH_N_MECHANISMS;
}
