/*
 * rpc-bench: point reads of a running provider, or creates.
 *
 *     rpc-bench --server tls:localhost:7443 --ca CA.pem --cert ME.pem \
 *               --key ME.key --pid $(pidof smsproviderd)
 *
 * Signs in once a connection, reads objects by random keys, one request in
 * flight on each connection, and prints a line of name=value for each number
 * of connections. us: microseconds; server_us: CPU of the server a request,
 * its children's too. It prints numbers and judges nothing.
 */
#include <getopt.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "provider/client/answer.h"
#include "tests/bench/load.h"

enum { KEYS_MAX = 200000, PAGE = 1000, RUNS_MAX = 16 };

struct bench {
    struct load load;
    const char *name;
    const char *key_property;
    unsigned connections[RUNS_MAX];
    unsigned n_runs;
    char **keys; /* owned */
    size_t n_keys;
};

static const char usage[] =
    "Usage: rpc-bench [OPTION]...\n"
    "  --server ADDRESS --ca FILE --cert FILE --key FILE --token-file FILE\n"
    "  --mech MECHANISM --host NAME    as for smsctl\n"
    "  --class CLASS         whose objects are read (SMS_R_System)\n"
    "  --key-property NAME   its key (ResourceID)\n"
    "  --properties JSON     which properties (all)\n"
    "  --create              creates objects by Name instead of reading\n"
    "  --keys N              maximum number of different keys (200000)\n"
    "  --connections A,B,..  (1,16,64)\n"
    "  --processes N         of the client (2)\n"
    "  --warm S, --seconds S before, and while, it is measured (0.5, 3)\n"
    "  --pid PID             the server's, for its CPU\n"
    "  --name TEXT           begins each line (read)\n";

/* ---- Keys ---- */

static bool keep_keys(struct bench *bench, const json_t *items)
{
    for (size_t i = 0; i < json_array_size(items); i++) {
        const json_t *key =
            json_object_get(json_array_get(items, i), bench->key_property);
        char number[32];

        snprintf(number, sizeof(number), "%" JSON_INTEGER_FORMAT,
                 json_integer_value(key));
        if (bench->n_keys == bench->load.n_keys)
            return true;
        if (!json_is_integer(key) && !json_is_string(key))
            return false;
        bench->keys[bench->n_keys] =
            strdup(json_is_string(key) ? json_string_value(key) : number);
        if (!bench->keys[bench->n_keys++])
            return false;
    }
    return true;
}

static json_t *read_page(const struct bench *bench, struct smsclient *client,
                         const json_t *after)
{
    SCOPED(answer_drop)
    json_t *params = json_pack(
        "{s:s, s:i, s:[s], s:O*}", "class", bench->load.class_name, "limit",
        PAGE, "properties", bench->key_property, "after", after);
    SCOPED(memory_drop) char *sent = json_dumps(params, JSON_COMPACT);
    char *answer = NULL;
    json_t *page = NULL;

    if (sent &&
        smsclient_call(client, "object.list", sent, &answer) == SMSCLIENT_OK)
        page = json_loads(answer, 0, NULL);
    free(answer);
    return page;
}

static bool list_keys(struct bench *bench, struct smsclient *client)
{
    SCOPED(answer_drop) json_t *after = NULL;

    do {
        SCOPED(answer_drop) json_t *page = read_page(bench, client, after);
        json_t *next = json_object_get(page, "next");

        if (!page || !keep_keys(bench, json_object_get(page, "items")))
            return false;
        json_decref(after);
        after = json_is_null(next) ? NULL : json_incref(next);
    } while (after && bench->n_keys < bench->load.n_keys);
    return bench->n_keys > 0;
}

static bool read_keys(struct bench *bench)
{
    struct smsclient *client = smsclient_new();
    bool is_read;

    bench->keys = calloc(bench->load.n_keys, sizeof(char *));
    if (!client || !bench->keys)
        return false;
    is_read = smsclient_sign_in(client, &bench->load.options) == SMSCLIENT_OK &&
              list_keys(bench, client);
    if (!is_read)
        fprintf(stderr, "rpc-bench: no keys of %s could be listed. %s\n",
                bench->load.class_name, smsclient_failure(client)->message);
    smsclient_free(client);
    bench->load.keys = (const char *const *)bench->keys;
    bench->load.n_keys = bench->n_keys;
    return is_read;
}

/* ---- Printing ---- */

static double us(uint64_t ns)
{
    return (double)ns / 1000;
}

static void print_result(const struct bench *bench,
                         const struct load_result *result)
{
    const struct histogram *latency = &result->latency_ns;
    const uint64_t n = histogram_count(latency);
    const double each = n ? 1e6 / (double)n : 0;

    printf("%s connections=%u processes=%u seconds=%.2f requests=%llu "
           "rate=%.0f p50_us=%.1f p99_us=%.1f p999_us=%.1f",
           bench->name, bench->load.connections, bench->load.processes,
           result->elapsed_s, (unsigned long long)n,
           (double)n / result->elapsed_s, us(histogram_at(latency, 0.5)),
           us(histogram_at(latency, 0.99)), us(histogram_at(latency, 0.999)));
    if (result->has_server)
        printf(" server_us=%.2f server_sys_us=%.2f",
               (result->server.user_s + result->server.system_s) * each,
               result->server.system_s * each);
    printf(" client_us=%.2f errors=%llu\n",
           (result->clients.user_s + result->clients.system_s) * each,
           (unsigned long long)result->n_errors);
    fflush(stdout);
}

/* ---- Options ---- */

static bool read_connections(struct bench *bench, const char *list)
{
    char *end;

    for (bench->n_runs = 0; bench->n_runs < RUNS_MAX; list = end + 1) {
        const unsigned long n = strtoul(list, &end, 10);

        if (n == 0 || n > 4096 || end == list || (*end && *end != ','))
            return false;
        bench->connections[bench->n_runs++] = (unsigned)n;
        if (!*end)
            return true;
    }
    return false;
}

static bool take_option(struct bench *bench, int option, const char *value)
{
    struct load *load = &bench->load;

    switch (option) {
    case 's':
        load->options.server = value;
        return true;
    case 'a':
        load->options.ca = value;
        return true;
    case 'e':
        load->options.certificate = value;
        return true;
    case 'k':
        load->options.key = value;
        return true;
    case 't':
        load->options.token_file = value;
        return true;
    case 'm':
        load->options.mechanism = value;
        return true;
    case 'h':
        load->options.host = value;
        return true;
    case 'c':
        load->class_name = value;
        return true;
    case 'y':
        bench->key_property = value;
        return true;
    case 'r':
        load->properties = value;
        return true;
    case 'n':
        bench->name = value;
        return true;
    case 'x':
        load->is_create = 1;
        return true;
    case 'N':
        load->n_keys = strtoul(value, NULL, 10);
        return load->n_keys > 0 && load->n_keys <= KEYS_MAX;
    case 'C':
        return read_connections(bench, value);
    case 'P':
        load->processes = (unsigned)strtoul(value, NULL, 10);
        return load->processes > 0;
    case 'w':
        load->warm_s = strtod(value, NULL);
        return load->warm_s >= 0 && load->warm_s <= 60;
    case 'S':
        load->measured_s = strtod(value, NULL);
        return load->measured_s > 0 && load->measured_s <= 600;
    case 'p':
        load->server = (pid_t)strtol(value, NULL, 10);
        return load->server > 0;
    default:
        return false;
    }
}

static bool read_options(struct bench *bench, int argc, char *argv[])
{
    static const struct option options[] = {
        {"server", required_argument, NULL, 's'},
        {"ca", required_argument, NULL, 'a'},
        {"cert", required_argument, NULL, 'e'},
        {"key", required_argument, NULL, 'k'},
        {"token-file", required_argument, NULL, 't'},
        {"mech", required_argument, NULL, 'm'},
        {"host", required_argument, NULL, 'h'},
        {"class", required_argument, NULL, 'c'},
        {"key-property", required_argument, NULL, 'y'},
        {"properties", required_argument, NULL, 'r'},
        {"name", required_argument, NULL, 'n'},
        {"create", no_argument, NULL, 'x'},
        {"keys", required_argument, NULL, 'N'},
        {"connections", required_argument, NULL, 'C'},
        {"processes", required_argument, NULL, 'P'},
        {"warm", required_argument, NULL, 'w'},
        {"seconds", required_argument, NULL, 'S'},
        {"pid", required_argument, NULL, 'p'},
        {NULL, 0, NULL, 0},
    };
    int option;

    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (!take_option(bench, option, optarg))
            return false;
    }
    return optind == argc;
}

static int run(struct bench *bench)
{
    struct load_result *result = malloc(sizeof(*result));
    const unsigned processes = bench->load.processes;
    int outcome = result && (bench->load.is_create || read_keys(bench)) ? 0 : 1;

    for (unsigned i = 0; outcome == 0 && i < bench->n_runs; i++) {
        const unsigned n = bench->connections[i];

        bench->load.connections = n;
        bench->load.processes = n < processes ? n : processes;
        outcome = load_run(&bench->load, result);
        if (outcome == 0)
            print_result(bench, result);
    }
    for (size_t i = 0; bench->keys && i < bench->n_keys; i++)
        free(bench->keys[i]);
    free(bench->keys);
    free(result);
    return outcome;
}

int main(int argc, char *argv[])
{
    struct bench bench = {
        .load = {.class_name = "SMS_R_System",
                 .n_keys = KEYS_MAX,
                 .processes = 2,
                 .warm_s = 0.5,
                 .measured_s = 3},
        .name = "read",
        .key_property = "ResourceID",
        .connections = {1, 16, 64},
        .n_runs = 3,
    };

    if (!read_options(&bench, argc, argv)) {
        fputs(usage, stderr);
        return 2;
    }
    return run(&bench);
}
