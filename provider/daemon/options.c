#include "provider/daemon/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXIT_USAGE = 2 };

static void print_help(void)
{
    puts("smsproviderd [--config FILE] [COMMAND]\n\n"
         "Without a command it serves, in the foreground.\n\n"
         "  setup [OPTION]...   make a new provider on this host: setup "
         "--help\n"
         "  restore FILE        put a backup in the store's place (--yes: "
         "without asking;\n"
         "                      --keys FILE --key FILE: and kept keys)\n"
         "  keep-keys           print the store's and the hosts' keys, "
         "encrypted for the\n"
         "                      holder of a certificate: --to FILE\n"
         "  --check             check configuration and policy, and report "
         "errors\n"
         "  --init              create a new store with its key and anchor\n"
         "  --accept-restored   accept a store that is not as the provider "
         "left it\n"
         "  --rotate-key        seal the store with a new key\n"
         "  --rollback[=VERSION]\n"
         "                      apply the policy of an earlier version again\n"
         "  --config FILE       configuration (default " OPTIONS_CONFIG ")\n"
         "  --user USER         with a command, as root: run it as this user\n"
         "  --unconfined        serve without walls, under a debugger\n"
         "  --version, --help   print the version, or this help\n\n"
         "SIGHUP reloads configuration and policy, SIGTERM shuts down.\n"
         "See smsproviderd(8).");
}

static int misuse(const char *why, const char *word)
{
    fprintf(stderr, "smsproviderd: %s%s%s\n", why, word ? " " : "",
            word ? word : "");
    return EXIT_USAGE;
}

/* text NULL: not given. */
static bool read_version(const char *text, int64_t *version_out)
{
    char *end;

    if (!text)
        return true;
    errno = 0;
    *version_out = strtoll(text, &end, 10);
    return errno == 0 && *end == '\0' && *version_out > 0;
}

/* The commands that are options, by their letter. */
static enum act act_of(int letter)
{
    switch (letter) {
    case 'k':
        return ACT_CHECK;
    case 'i':
        return ACT_INIT;
    case 'a':
        return ACT_ACCEPT;
    case 'r':
        return ACT_ROTATE;
    case 'b':
        return ACT_ROLLBACK;
    default:
        return ACT_SERVE;
    }
}

static int take_act(struct options *options, enum act act, const char *version)
{
    if (options->act != ACT_SERVE)
        return misuse("give one command only", NULL);
    options->act = act;
    if (act == ACT_ROLLBACK && !read_version(version, &options->version))
        return misuse("a version is a number", NULL);
    return -1;
}

static int take_option(struct options *options, int letter)
{
    switch (letter) {
    case 'c':
        options->config = optarg;
        return -1;
    case 'u':
        options->user = optarg;
        return -1;
    case 'y':
        options->is_sure = true;
        return -1;
    case 'd':
        options->is_unconfined = true;
        return -1;
    case 't':
        options->to = optarg;
        return -1;
    case 's':
        options->keys = optarg;
        return -1;
    case 'p':
        options->key = optarg;
        return -1;
    case 'v':
        puts("smsproviderd " SMS_VERSION);
        return EXIT_SUCCESS;
    case 'h':
        print_help();
        return EXIT_SUCCESS;
    case '?':
        return EXIT_USAGE;
    default:
        return take_act(options, act_of(letter), optarg);
    }
}

static int take_words(struct options *options, char **words, int n)
{
    if (n > 0 && strcmp(words[0], "restore") == 0) {
        if (n != 2)
            return misuse("restore needs one file", NULL);
        options->file = words[1];
        return take_act(options, ACT_RESTORE, NULL);
    }
    if (n == 1 && strcmp(words[0], "keep-keys") == 0)
        return take_act(options, ACT_KEEP_KEYS, NULL);
    return n > 0 ? misuse("unexpected argument", words[0]) : -1;
}

static int check_together(const struct options *options)
{
    if (options->is_sure && options->act != ACT_RESTORE)
        return misuse("--yes is for restore", NULL);
    if ((options->keys || options->key) && options->act != ACT_RESTORE)
        return misuse("--keys and --key are for restore", NULL);
    if (!options->keys != !options->key)
        return misuse("give --keys and --key together", NULL);
    if (!options->to != (options->act != ACT_KEEP_KEYS))
        return misuse("keep-keys, and nothing else, takes --to FILE", NULL);
    if (options->is_unconfined && options->act != ACT_SERVE)
        return misuse("--unconfined is for serving", NULL);
    if (options->user && options->act == ACT_SERVE)
        return misuse("--user is for commands: let the service manager choose "
                      "the user that serves",
                      NULL);
    return -1;
}

int options_read(int argc, char **argv, struct options *options_out)
{
    static const struct option names[] = {
        {"config", required_argument, NULL, 'c'},
        {"check", no_argument, NULL, 'k'},
        {"init", no_argument, NULL, 'i'},
        {"accept-restored", no_argument, NULL, 'a'},
        {"rotate-key", no_argument, NULL, 'r'},
        {"rollback", optional_argument, NULL, 'b'},
        {"user", required_argument, NULL, 'u'},
        {"yes", no_argument, NULL, 'y'},
        {"to", required_argument, NULL, 't'},
        {"keys", required_argument, NULL, 's'},
        {"key", required_argument, NULL, 'p'},
        {"unconfined", no_argument, NULL, 'd'},
        {"version", no_argument, NULL, 'v'},
        {"help", no_argument, NULL, 'h'},
        {0},
    };
    int letter, end = -1;

    *options_out = (struct options){.config = OPTIONS_CONFIG};
    while (end < 0 &&
           (letter = getopt_long(argc, argv, "c:hv", names, NULL)) != -1)
        end = take_option(options_out, letter);
    if (end < 0)
        end = take_words(options_out, argv + optind, argc - optind);
    return end < 0 ? check_together(options_out) : end;
}
