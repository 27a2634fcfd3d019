/* What the front does in place of signing in: nothing was printed or asked yet,
 * so the whole program can begin anew. */
#include "provider/smsctl/front/whole.h"
#include "provider/smsctl/session/console_direct.h"

/* A server that is not known yet is not for the front (front.c). */
enum smsclient_result console_direct_trust(struct console *console,
                                           struct smsclient_options *options)
{
    (void)console;
    (void)options;
    return SMSCLIENT_OK;
}

enum smsclient_result console_direct_sign_in(
    struct console *console, const struct smsclient_options *options)
{
    (void)console;
    (void)options;
    whole_run();
}

enum smsclient_result console_direct_call(
    struct console *console, const struct smsclient_options *options,
    const char *method, const char *params, char **answer_out)
{
    (void)console;
    (void)options;
    (void)method;
    (void)params;
    (void)answer_out;
    whole_run();
}
