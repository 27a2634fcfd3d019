#include "provider/pam/ssh_command.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include "provider/host/login_ask.h"

bool ssh_word(const char *word, const char *others)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    const char *at = word;

    while (*at && (strchr(letters, *at) || strchr(others, *at)))
        at++;
    return at > word && !*at;
}

static bool fail(const char *user, const char *why)
{
    syslog(LOG_AUTHPRIV | LOG_ERR, "nobody can tell about %.200s: %s", user,
           why);
    return false;
}

bool ssh_read_options(const char *user, int argc, char *const argv[],
                      struct pam_options *options_out)
{
    const char *said[SSH_OPTIONS_MAX];
    char why[PAM_FAULT_BYTES] = "";

    openlog("smsprovider-ssh", LOG_PID, LOG_AUTHPRIV);
    signal(SIGPIPE, SIG_IGN);
    if (argc > SSH_OPTIONS_MAX)
        return fail(user, "there are too many options");
    for (int i = 0; i < argc; i++)
        said[i] = argv[i];
    return pam_options_read("sshd", argc, said, options_out, why) ||
           fail(user, why);
}

bool ssh_ask(const struct pam_options *options,
             const struct login_request *request, struct login_reply *reply)
{
    const long long deadline_ms = login_now_ms() + options->timeout_ms;
    const char *why;
    const int fd = login_open_at(LOGIN_KEYS_SOCKET, deadline_ms, &why);

    if (fd < 0)
        return fail(request->user, why);
    if (!login_ask(fd, request, deadline_ms, reply))
        return fail(request->user, "smshostd gave no answer");
    return reply->verdict != LOGIN_UNAVAILABLE ||
           fail(request->user, reply->text);
}
