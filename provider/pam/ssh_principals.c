/*
 * smsprovider-ssh-principals: sshd's AuthorizedPrincipalsCommand on a host
 * whose logins the site decides. smsprovider-ssh-keys(8).
 *
 * sshd has checked who signed the certificate, and when it ends; the command is
 * given its serial number and key id, has smshostd ask the site whether it
 * still counts, and the user may log in here, and prints the user's name, which
 * must be one of its principals.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "provider/pam/ssh_command.h"

enum { AT_USER = 1, AT_SERIAL, AT_KEY_ID, AT_OPTIONS, EXIT_USAGE = 2 };

/* The level that it was made at stands last in the key id. */
static bool take_level(const char *key_id, struct login_request *request)
{
    static const char before[] = " level=";
    const char *last = strrchr(key_id, ' ');

    if (!last || strncmp(last, before, sizeof(before) - 1) != 0)
        return false;
    last += sizeof(before) - 1;
    return login_is_level(last) &&
           snprintf(request->level, sizeof(request->level), "%s", last) > 0;
}

static bool fill(struct login_request *request,
                 const struct pam_options *options, char *argv[])
{
    const int size = snprintf(request->secret, sizeof(request->secret), "%s",
                              argv[AT_SERIAL]);

    request->act = LOGIN_CERTIFICATE;
    memcpy(request->service, "sshd", sizeof("sshd"));
    memcpy(request->operation, options->operation, sizeof(request->operation));
    return size > 0 && (size_t)size < sizeof(request->secret) &&
           take_level(argv[AT_KEY_ID], request) &&
           login_user_set(request->user, argv[AT_USER], options->realm);
}

static int ask(const struct pam_options *options, char *argv[])
{
    struct login_request request = {.act = LOGIN_NOTHING};
    struct login_reply reply;

    if (pam_options_except(options, argv[AT_USER]) ||
        !fill(&request, options, argv))
        return EXIT_SUCCESS; /* no certificate of the site */
    if (!ssh_ask(options, &request, &reply))
        return EXIT_FAILURE;
    if (reply.verdict == LOGIN_ALLOWED &&
        (printf("%s\n", request.user) < 0 || fflush(stdout) != 0))
        return EXIT_FAILURE;
    return EXIT_SUCCESS;
}

int main(int argc, char *argv[])
{
    struct pam_options options;

    if (argc < AT_OPTIONS || !ssh_word(argv[AT_SERIAL], "")) {
        fputs("usage: smsprovider-ssh-principals USER SERIAL KEY-ID "
              "[option ...]\n"
              "In sshd_config: AuthorizedPrincipalsCommand PATH %u %s %i\n",
              stderr);
        return EXIT_USAGE;
    }
    return ssh_read_options(argv[AT_USER], argc - AT_OPTIONS, argv + AT_OPTIONS,
                            &options)
               ? ask(&options, argv)
               : EXIT_FAILURE;
}
