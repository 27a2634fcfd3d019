/*
 * smshostd: asks the provider of the site for the programs of this host that
 * let people in. smshostd(8).
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <systemd/sd-daemon.h>

#include "provider/base/log.h"
#include "provider/base/own.h"
#include "provider/confine/confine.h"
#include "provider/host/host_keep.h"
#include "provider/host/host_link.h"
#include "provider/host/host_serve.h"

enum { EXIT_USAGE = 2, WHY_MAX_BYTES = 4096 };

struct options {
    const char *config;
    bool is_check;
};

static void print_help(FILE *out)
{
    fputs("usage: smshostd [--config FILE] [--check]\n"
          "\n"
          "  --config FILE  instead of " HOST_CONFIG_FILE "\n"
          "  --check        check the file and the sign-in, and end\n",
          out);
}

/* -1: go on; else the status to end with. */
static int read_options(int argc, char *argv[], struct options *options)
{
    static const struct option known[] = {
        {"config", required_argument, NULL, 'c'},
        {"check", no_argument, NULL, 'k'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    int option;

    while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
        if (option == 'h') {
            print_help(stdout);
            return EXIT_SUCCESS;
        }
        if (option == 'c')
            options->config = optarg;
        else if (option == 'k')
            options->is_check = true;
        else
            return EXIT_USAGE;
    }
    if (optind == argc)
        return -1;
    print_help(stderr);
    return EXIT_USAGE;
}

/* Kerberos takes the machine's key from there, and keeps tickets in memory. */
static bool use_keytab(const struct host_config *config)
{
    return !config->keytab[0] ||
           (setenv("KRB5_CLIENT_KTNAME", config->keytab, 1) == 0 &&
            setenv("KRB5CCNAME", "MEMORY:smshostd", 1) == 0);
}

static int check(const struct host_config *config)
{
    const struct login_request request = {.act = LOGIN_STATUS};
    struct host_link link;
    struct login_reply reply;

    if (host_link_make(config, &link) != STATUS_OK)
        return EXIT_FAILURE;
    host_link_look(&link, &request, &reply);
    host_link_drop(&link);
    if (reply.verdict == LOGIN_ALLOWED) {
        printf("The host is signed in to %s.\n", config->server);
        return EXIT_SUCCESS;
    }
    fprintf(stderr, "smshostd: %s\n", reply.text);
    return EXIT_FAILURE;
}

static int serve(const struct host_config *config)
{
    enum status served;
    int listeners[HOST_N_DOORS];

    if (host_listen(listeners) != STATUS_OK || confine_process(0) != STATUS_OK)
        return EXIT_FAILURE;
    log_info("host.ready server=%s device=%s", config->server, config->device);
    (void)sd_notify(0, "READY=1");
    served = host_serve(config, listeners);
    (void)sd_notify(0, "STOPPING=1");
    return served == STATUS_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int run(const struct options *options)
{
    static struct host_config config;
    SCOPED(buf_free) struct buf why = buf_make(WHY_MAX_BYTES);

    if (host_config_read(options->config, &config, &why) != STATUS_OK) {
        buf_append_char(&why, '\0');
        fprintf(stderr, "smshostd: %s\n",
                buf_status(&why) == STATUS_OK ? buf_text(&why).data : "");
        return EXIT_FAILURE;
    }
    if (!host_keep_is_ready(&config)) {
        fprintf(stderr, "smshostd: %s: offline_key is no Ed25519 key\n",
                options->config);
        return EXIT_FAILURE;
    }
    if (!use_keytab(&config))
        return EXIT_FAILURE;
    return options->is_check ? check(&config) : serve(&config);
}

int main(int argc, char *argv[])
{
    struct options options = {.config = HOST_CONFIG_FILE};
    const int ended = read_options(argc, argv, &options);

    log_follow_journal(secure_getenv("JOURNAL_STREAM"));
    return ended >= 0 ? ended : run(&options);
}
