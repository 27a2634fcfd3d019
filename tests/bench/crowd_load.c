/*
 * crowd-load: many connections of one client at a running server.
 *
 *     crowd-load --server 127.0.0.1:PORT [--from ADDRESS] --dialect rpc|ldap \
 *         --ca CA.pem --cert ME.pem --key ME.key MODE [OPTION]...
 *
 *     idle --count N       opens and signs in N, prints a line, and holds them
 *                          until its standard input has a line; then closes
 *                          them, prints a line, and waits for the end of it
 *     active --count N --seconds S [--faults N]
 *                          N connections that read all the time; one read in N
 *                          ends in a fault: a reset, half a request, garbage,
 *                          or an answer that is not awaited
 *     flood --rate N --seconds S [--count N] [--sources N]
 *                          so many connections a second that say nothing, of
 *                          that many threads and addresses
 *     pace --seconds S     an administrator at work: 100 reads and 10 new
 *                          sign-ins a second, and how long they take
 *
 * Prints lines of name=value, judges nothing, and stops by itself.
 */
#include "tests/bench/crowd.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bench/crowd_modes.h"

enum { COUNT_MAX = 20000, SECONDS_MAX = 3600 };

static const struct {
    const char *name;
    int (*run)(const struct crowd *crowd, const struct crowd_options *options);
} modes[] = {
    {"idle", crowd_idle},
    {"active", crowd_active},
    {"flood", crowd_flood},
    {"pace", crowd_pace},
};

enum {
    O_SERVER = 1,
    O_FROM,
    O_DIALECT,
    O_CA,
    O_CERT,
    O_KEY,
    O_COUNT,
    O_RATE,
    O_FAULTS,
    O_SECONDS,
    O_SOURCES,
    O_MAX,
};

static const struct option names[] = {
    {"server", required_argument, NULL, O_SERVER},
    {"from", required_argument, NULL, O_FROM},
    {"dialect", required_argument, NULL, O_DIALECT},
    {"ca", required_argument, NULL, O_CA},
    {"cert", required_argument, NULL, O_CERT},
    {"key", required_argument, NULL, O_KEY},
    {"count", required_argument, NULL, O_COUNT},
    {"rate", required_argument, NULL, O_RATE},
    {"faults", required_argument, NULL, O_FAULTS},
    {"seconds", required_argument, NULL, O_SECONDS},
    {"sources", required_argument, NULL, O_SOURCES},
    {NULL, 0, NULL, 0},
};

static unsigned number_of(const char *text, unsigned max)
{
    const unsigned long number = text ? strtoul(text, NULL, 10) : 0;

    return number > max ? max : (unsigned)number;
}

static int run(const char *mode, const char *const given[O_MAX])
{
    const struct crowd_options options = {
        .count = number_of(given[O_COUNT], COUNT_MAX),
        .rate = number_of(given[O_RATE], COUNT_MAX),
        .faults = number_of(given[O_FAULTS], UINT32_MAX),
        .seconds = number_of(given[O_SECONDS], SECONDS_MAX),
        .sources = number_of(given[O_SOURCES], UINT8_MAX),
    };
    struct crowd crowd = {.dialect = dialect_of(given[O_DIALECT])};
    int status = 2;

    if (!crowd.dialect || !crowd_open(&crowd, given[O_SERVER], given[O_FROM],
                                      given[O_CA], given[O_CERT], given[O_KEY]))
        return status;
    for (size_t i = 0; i < sizeof(modes) / sizeof(*modes); i++)
        if (strcmp(modes[i].name, mode) == 0)
            status = modes[i].run(&crowd, &options);
    SSL_CTX_free(crowd.context);
    return status;
}

int main(int argc, char **argv)
{
    const char *given[O_MAX] = {[O_FROM] = "127.0.0.1", [O_DIALECT] = "rpc"};
    int option;

    while ((option = getopt_long(argc, argv, "", names, NULL)) != -1) {
        if (option <= 0 || option >= O_MAX)
            return 2;
        given[option] = optarg;
    }
    if (optind != argc - 1 || !given[O_SERVER] || !given[O_CA] ||
        !given[O_CERT] || !given[O_KEY]) {
        fprintf(stderr, "crowd-load: server, certificates and a mode are "
                        "needed; see the head of crowd_load.c.\n");
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    return run(argv[optind], given);
}
