#include "auth/mechanisms.h"

/* Passwords need PAM, which is not configured: never reached. */
enum auth_progress mechanism_plain_step(struct auth_exchange *exchange,
                                        struct text in, struct buf *out)
{
    (void)in;
    (void)out;
    exchange->why = "password-unavailable";
    return AUTH_REFUSED;
}
