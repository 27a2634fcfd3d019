/*
 * smsprovider-ssh-keys: sshd's AuthorizedKeysCommand on a host whose logins the
 * site decides. smsprovider-ssh-keys(8).
 *
 * It is given the name and the one key that is shown to sshd, has smshostd ask
 * the site, and repeats the key if the answer is yes. Anything else prints
 * nothing, which lets nobody in. It runs as a user without rights.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "provider/pam/ssh_command.h"

enum { AT_USER = 1, AT_TYPE, AT_KEY, AT_OPTIONS, EXIT_USAGE = 2 };

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

static int ask(const struct pam_options *options, char *argv[])
{
    struct login_request request = {.act = LOGIN_NOTHING};
    struct login_reply reply;

    if (pam_options_except(options, argv[AT_USER]) ||
        !fill(&request, options, argv))
        return EXIT_SUCCESS; /* no user's of the site */
    if (!ssh_ask(options, &request, &reply))
        return EXIT_FAILURE;
    if (reply.verdict == LOGIN_ALLOWED &&
        (printf("%s %s\n", argv[AT_TYPE], argv[AT_KEY]) < 0 ||
         fflush(stdout) != 0))
        return EXIT_FAILURE;
    return EXIT_SUCCESS;
}

int main(int argc, char *argv[])
{
    struct pam_options options;

    if (argc < AT_OPTIONS || !ssh_word(argv[AT_TYPE], "@.-") ||
        !ssh_word(argv[AT_KEY], "+/=")) {
        fputs("usage: smsprovider-ssh-keys USER TYPE KEY [option ...]\n"
              "In sshd_config: AuthorizedKeysCommand PATH %u %t %k\n",
              stderr);
        return EXIT_USAGE;
    }
    return ssh_read_options(argv[AT_USER], argc - AT_OPTIONS, argv + AT_OPTIONS,
                            &options)
               ? ask(&options, argv)
               : EXIT_FAILURE;
}
