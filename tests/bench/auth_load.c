/*
 * auth-load: sign-ins at a running provider, and what they cost it.
 *
 *     auth-load --server tls:localhost:7443 --ca CA.pem --cert ME.pem \
 *               --key ME.key --mech EXTERNAL --pid $(pidof smsproviderd)
 *
 * With EXTERNAL each turn is a new connection: handshake, sign-in, one read.
 * With another mechanism each turn is one more sign-in of the same person on
 * an open connection (auth.step_up, which runs and records what auth.start
 * does). Prints one line of name=value; server_us is CPU of the server's
 * process a turn, without children; all are the turns from first to last. It
 * prints numbers and judges nothing.
 */
#include <getopt.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "provider/base/clock.h"
#include "provider/client/exchange.h"
#include "provider/client/token_file.h"
#include "tests/bench/process_cpu.h"

enum { THREADS_MAX = 64, WARM_MS = 300 };

static const char read_params[] =
    "{\"class\":\"SMS_Collection\",\"key\":\"SMS00001\","
    "\"properties\":[\"Name\"]}";

struct load {
    struct smsclient_options options;
    enum auth_mechanism mechanism;
    const char *name;
    unsigned threads;
    double seconds;
    pid_t server;
    _Atomic unsigned long long turns;
    _Atomic bool is_over;
    _Atomic bool has_failed;
};

/* ---- A turn ---- */

static enum status turn_new(struct signin *signin)
{
    struct smsclient *client = signin->client;
    json_t *answer = NULL;

    TRY(client_connect(client, signin->options));
    TRY(exchange_run(signin, AUTH_EXTERNAL));
    TRY(client_call(client, "object.get", text_of(read_params), &answer));
    json_decref(answer);
    client_disconnect(client);
    return STATUS_OK;
}

static enum status begin_kept(struct signin *signin,
                              enum auth_mechanism mechanism)
{
    if (signin->options->token_file)
        TRY(token_file_read(signin->options->token_file,
                            &signin->client->failure, &signin->token));
    TRY(client_connect(signin->client, signin->options));
    TRY(exchange_run(signin, mechanism));
    signin->is_step_up = true;
    return STATUS_OK;
}

static enum status run_turns(struct load *load, struct signin *signin)
{
    const bool is_new = load->mechanism == AUTH_EXTERNAL;

    if (!is_new)
        TRY(begin_kept(signin, load->mechanism));
    while (!load->is_over) {
        TRY(is_new ? turn_new(signin) : exchange_run(signin, load->mechanism));
        load->turns++;
    }
    return STATUS_OK;
}

static void *run_thread(void *context)
{
    struct load *load = context;
    struct signin signin = {.client = smsclient_new(),
                            .options = &load->options,
                            .host = "localhost"};

    if (!signin.client || run_turns(load, &signin) != STATUS_OK) {
        load->has_failed = true;
        fprintf(stderr, "auth-load: %s\n",
                signin.client ? signin.client->failure.view.message
                              : "no memory");
    }
    secret_wipe(&signin.token);
    smsclient_free(signin.client);
    return NULL;
}

/* ---- All of them ---- */

static void rest(double seconds)
{
    usleep((useconds_t)(seconds * 1e6));
}

static double seconds_of(const struct process_cpu *cpu)
{
    return cpu->user_s + cpu->system_s;
}

static int measure(struct load *load)
{
    struct process_cpu before, after;
    unsigned long long turns;
    int64_t start_ms;
    double took_s;

    rest(WARM_MS / 1000.0);
    turns = load->turns;
    start_ms = clock_mono_ms();
    if (!process_cpu_read(load->server, &before))
        return 1;
    rest(load->seconds);
    if (!process_cpu_read(load->server, &after))
        return 1;
    turns = load->turns - turns;
    took_s = (double)(clock_mono_ms() - start_ms) / 1000;
    printf("%s threads=%u turns=%llu rate=%.0f server_us=%.1f "
           "server_sys_us=%.1f\n",
           load->name, load->threads, turns, (double)turns / took_s,
           (seconds_of(&after) - seconds_of(&before)) * 1e6 / (double)turns,
           (after.system_s - before.system_s) * 1e6 / (double)turns);
    return turns == 0;
}

static int run(struct load *load)
{
    pthread_t threads[THREADS_MAX];
    int status;

    for (unsigned i = 0; i < load->threads; i++) {
        if (pthread_create(&threads[i], NULL, run_thread, load) != 0)
            abort();
    }
    status = measure(load);
    load->is_over = true;
    for (unsigned i = 0; i < load->threads; i++)
        pthread_join(threads[i], NULL);
    printf("%s all=%llu\n", load->name, load->turns);
    return load->has_failed ? 1 : status;
}

enum {
    O_SERVER = 1,
    O_CA,
    O_CERT,
    O_KEY,
    O_TOKEN,
    O_MECH,
    O_NAME,
    O_THREADS,
    O_SECONDS,
    O_PID
};

static const struct option options[] = {
    {"server", required_argument, NULL, O_SERVER},
    {"ca", required_argument, NULL, O_CA},
    {"cert", required_argument, NULL, O_CERT},
    {"key", required_argument, NULL, O_KEY},
    {"token-file", required_argument, NULL, O_TOKEN},
    {"mech", required_argument, NULL, O_MECH},
    {"name", required_argument, NULL, O_NAME},
    {"threads", required_argument, NULL, O_THREADS},
    {"seconds", required_argument, NULL, O_SECONDS},
    {"pid", required_argument, NULL, O_PID},
    {NULL, 0, NULL, 0},
};

static bool take(struct load *load, int option)
{
    switch (option) {
    case O_SERVER:
        load->options.server = optarg;
        return true;
    case O_CA:
        load->options.ca = optarg;
        return true;
    case O_CERT:
        load->options.certificate = optarg;
        return true;
    case O_KEY:
        load->options.key = optarg;
        return true;
    case O_TOKEN:
        load->options.token_file = optarg;
        return true;
    case O_MECH:
        load->mechanism = auth_mechanism_read(text_of(optarg));
        return load->mechanism < AUTH_PLAIN;
    case O_NAME:
        load->name = optarg;
        return true;
    case O_THREADS:
        load->threads = (unsigned)strtoul(optarg, NULL, 10);
        return load->threads >= 1 && load->threads <= THREADS_MAX;
    case O_SECONDS:
        load->seconds = strtod(optarg, NULL);
        return load->seconds > 0;
    case O_PID:
        load->server = (pid_t)strtol(optarg, NULL, 10);
        return load->server > 0;
    default:
        return false;
    }
}

int main(int argc, char **argv)
{
    struct load load = {.name = "signin",
                        .threads = 4,
                        .seconds = 3,
                        .mechanism = AUTH_N_MECHANISMS};
    int option;

    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (!take(&load, option))
            return 2;
    }
    if (load.mechanism == AUTH_N_MECHANISMS || load.server == 0) {
        fprintf(stderr, "auth-load: --mech and --pid are needed.\n");
        return 2;
    }
    return run(&load);
}
