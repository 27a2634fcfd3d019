#include "provider/smsctl/session/console_direct.h"

#include "provider/smsctl/context/first_use.h"

enum smsclient_result console_direct_trust(struct console *console,
                                           struct smsclient_options *options)
{
    return first_use_ask(console, options);
}

enum smsclient_result console_direct_sign_in(
    struct console *console, const struct smsclient_options *options)
{
    return smsclient_sign_in(console->client, options);
}

enum smsclient_result console_direct_call(
    struct console *console, const struct smsclient_options *options,
    const char *method, const char *params, char **answer_out)
{
    return smsclient_call_stepping_up(console->client, options, method, params,
                                      answer_out);
}
