/*
 * smsprovider-ssh-keys: sshd's AuthorizedKeysCommand on a host whose logins the
 * site decides. smsprovider-ssh-keys(8).
 *
 * It is given the name and the one key that is shown to sshd, has smshostd ask
 * the site, and repeats the key if the answer is yes. Anything else prints
 * nothing, which lets nobody in. It runs as a user without rights.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include "provider/host/login_ask.h"
#include "provider/pam/pam_options.h"

enum { AT_USER = 1, AT_TYPE, AT_KEY, AT_OPTIONS };
enum { OPTIONS_MAX = 16, EXIT_USAGE = 2 };

/* Words of sshd's own; no other is printed for it to read. */
static bool is_word(const char *word, const char *others)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    const char *at = word;

    while (*at && (strchr(letters, *at) || strchr(others, *at)))
        at++;
    return at > word && !*at;
}

static bool fill(struct login_request *request,
                 const struct pam_options *options, char *argv[])
{
    const int size = snprintf(request->secret, sizeof(request->secret), "%s %s",
                              argv[AT_TYPE], argv[AT_KEY]);

    request->act = LOGIN_KEY;
    memcpy(request->service, "sshd", sizeof("sshd"));
    memcpy(request->operation, options->operation, sizeof(request->operation));
    return size > 0 && (size_t)size < sizeof(request->secret) &&
           login_user_set(request->user, argv[AT_USER], options->realm);
}

static int fail(const char *user, const char *why)
{
    syslog(LOG_AUTHPRIV | LOG_ERR,
           "nobody can tell about the key of %.200s: %s", user, why);
    return EXIT_FAILURE;
}

static int ask(const struct pam_options *options, char *argv[])
{
    const long long deadline_ms = login_now_ms() + options->timeout_ms;
    struct login_request request = {.act = LOGIN_NOTHING};
    struct login_reply reply;
    const char *why;
    int fd;

    if (!fill(&request, options, argv))
        return EXIT_SUCCESS; /* no user's of the site */
    fd = login_open_at(LOGIN_KEYS_SOCKET, deadline_ms, &why);
    if (fd < 0)
        return fail(argv[AT_USER], why);
    if (!login_ask(fd, &request, deadline_ms, &reply))
        return fail(argv[AT_USER], "smshostd gave no answer");
    if (reply.verdict == LOGIN_UNAVAILABLE)
        return fail(argv[AT_USER], reply.text);
    if (reply.verdict == LOGIN_ALLOWED &&
        (printf("%s %s\n", argv[AT_TYPE], argv[AT_KEY]) < 0 ||
         fflush(stdout) != 0))
        return EXIT_FAILURE;
    return EXIT_SUCCESS;
}

int main(int argc, char *argv[])
{
    const char *said[OPTIONS_MAX];
    struct pam_options options;
    char why[PAM_FAULT_BYTES] = "";

    if (argc < AT_OPTIONS || argc - AT_OPTIONS > OPTIONS_MAX ||
        !is_word(argv[AT_TYPE], "@.-") || !is_word(argv[AT_KEY], "+/=")) {
        fputs("usage: smsprovider-ssh-keys USER TYPE KEY [option ...]\n"
              "In sshd_config: AuthorizedKeysCommand PATH %u %t %k\n",
              stderr);
        return EXIT_USAGE;
    }
    for (int i = AT_OPTIONS; i < argc; i++)
        said[i - AT_OPTIONS] = argv[i];
    openlog("smsprovider-ssh-keys", LOG_PID, LOG_AUTHPRIV);
    signal(SIGPIPE, SIG_IGN);
    if (!pam_options_read("sshd", argc - AT_OPTIONS, said, &options, why))
        return fail(argv[AT_USER], why);
    if (pam_options_except(&options, argv[AT_USER]))
        return EXIT_SUCCESS;
    return ask(&options, argv);
}
