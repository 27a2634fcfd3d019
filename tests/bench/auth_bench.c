/*
 * auth-bench: what a sign-in costs the server, beside the libraries alone.
 *
 *     tests/support/realm run DIR -- auth-bench [ROUNDS]
 *     tests/support/realm run DIR -- auth-bench abandon [SIGN-INS]
 *
 * The second counts no time but memory: so many Kerberos sign-ins are begun
 * and left after their first leg, and what the process holds is printed.
 *
 * Only the server's side is counted, in CPU time of this thread, and the two
 * columns take turns round by round, so that a busy machine slows both alike.
 */
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "auth/channel.h"
#include "auth/client.h"
#include "auth/signin.h"
#include "auth/token/bearer.h"
#include "auth/token/key_source.h"
#include "provider/base/base64.h"
#include "provider/base/clock.h"
#include "tests/bench/auth_floor.h"
#include "tests/support/realm_fixture.h"
#include "tests/unit/unit.h"

enum { ROUNDS_DEFAULT = 500, ABANDONED_DEFAULT = 100000, WARM_UP = 1000 };

static double cpu_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

struct bench {
    struct auth *auth;
    struct auth_channel channel; /* of no connection in particular */
    struct floor *floor;
    size_t rounds;
};

static void print_row(const char *what, double ours, double floor,
                      size_t rounds)
{
    printf("%-34s %9.1f %9.1f %6.2f\n", what, ours / (double)rounds,
           floor / (double)rounds, ours / floor);
}

/* ---- One exchange, its server side counted ---- */

static void must(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "auth-bench: %s\n", what);
    exit(1);
}

static double sign_in_us(const struct bench *bench,
                         const struct auth_channel *channel,
                         const struct auth_client_config *config)
{
    SCOPED(buf_free) struct buf answer = buf_make(AUTH_MESSAGE_MAX_BYTES);
    SCOPED(buf_free) struct buf message = buf_make(AUTH_MESSAGE_MAX_BYTES);
    OWNED(auth_exchange) exchange = NULL;
    OWNED(auth_client) client = NULL;
    enum auth_progress progress;
    bool has_data = false;
    double spent, start;

    must(auth_client_new(config, &client) == STATUS_OK &&
             auth_client_start(client, &message, &has_data) == STATUS_OK,
         "the client does not start");
    start = cpu_us();
    must(auth_exchange_new(bench->auth, channel, config->mechanism,
                           &exchange) == STATUS_OK,
         "no exchange");
    progress = auth_exchange_step(exchange, has_data, buf_text(&message),
                                  clock_wall_s(), &answer);
    spent = cpu_us() - start;
    while (progress == AUTH_CONTINUE) {
        buf_clear(&message);
        must(auth_client_step(client, buf_text(&answer), &message) == STATUS_OK,
             "the client does not go on");
        buf_clear(&answer);
        start = cpu_us();
        progress = auth_exchange_step(exchange, true, buf_text(&message),
                                      clock_wall_s(), &answer);
        spent += cpu_us() - start;
    }
    must(progress == AUTH_DONE, auth_exchange_why(exchange));
    start = cpu_us();
    auth_exchange_free(TAKE(exchange));
    return spent + cpu_us() - start;
}

/* ---- Kerberos ---- */

static void bench_kerberos(const struct bench *bench,
                           enum auth_mechanism mechanism, const char *what)
{
    const struct auth_client_config client = {
        .mechanism = mechanism,
        .service = "smsprovider",
        .host = "localhost",
        .exporter = {(const char *)bench->channel.exporter, 32},
    };
    double ours = 0, floor = 0;

    for (size_t i = 0; i < bench->rounds; i++) {
        SCOPED(buf_free) struct buf token = buf_make(65536);
        double start;

        ours += sign_in_us(bench, &bench->channel, &client);
        floor_ticket(bench->floor, &token);
        start = cpu_us();
        must(floor_accept(bench->floor, buf_text(&token)), "bare accept");
        floor += cpu_us() - start;
    }
    print_row(what, ours, floor, bench->rounds);
}

/* ---- Tokens ---- */

static void bench_token(const struct bench *bench, const char *alg,
                        const char *what)
{
    const char *token =
        realm_call("token", "--sub", "alice", "--alg", alg, NULL);
    const struct auth_client_config client = {.mechanism = AUTH_OAUTHBEARER,
                                              .token = text_of(token)};
    struct floor_signature *signature =
        floor_signature_new(realm_path("issuer/jwks.json"), alg, token);
    double ours = 0, floor = 0;

    must(signature != NULL, "bare signature");
    for (size_t i = 0; i < bench->rounds; i++) {
        double start;

        ours += sign_in_us(bench, &bench->channel, &client);
        start = cpu_us();
        must(floor_verify(signature), "bare verify");
        floor += cpu_us() - start;
    }
    print_row(what, ours, floor, bench->rounds);
    floor_signature_free(signature);
}

/* ---- Certificates ---- */

/* CPU of the server in a handshake; the connection stays for the caller. */
static double handshake_us(SSL_CTX *context, struct floor_pair *pair)
{
    double spent = 0;

    floor_pair_open(context, pair);
    for (int turn = 0; turn < 16 && !pair->is_up; turn++) {
        const bool client_done = SSL_do_handshake(pair->client) == 1;
        const double start = cpu_us();
        const bool server_done = SSL_do_handshake(pair->server) == 1;

        spent += cpu_us() - start;
        pair->is_up = client_done && server_done;
    }
    must(pair->is_up, "handshake");
    return spent;
}

static double certificate_us(const struct bench *bench, SSL_CTX *context)
{
    const struct auth_client_config client = {.mechanism = AUTH_EXTERNAL};
    SCOPED(auth_channel_clear) struct auth_channel channel = {0};
    struct floor_pair pair;
    double spent = handshake_us(context, &pair);
    const double start = cpu_us();

    must(auth_channel_of_tls(pair.server, &channel) == STATUS_OK, "channel");
    spent += cpu_us() - start;
    spent += sign_in_us(bench, &channel, &client);
    floor_pair_close(&pair);
    return spent;
}

static void bench_certificate(const struct bench *bench)
{
    const char *anchor = realm_path("ca/admins.pem");
    const struct auth_trust_config trust = {&anchor, 1, NULL, 0};
    SSL_CTX *ours_context = floor_listener(NULL);
    SSL_CTX *bare_context = floor_listener(anchor);
    double ours = 0, floor = 0;
    const char *why;

    must(auth_trust_apply(&trust, ours_context, &why) == STATUS_OK, why);
    for (size_t i = 0; i < bench->rounds; i++) {
        struct floor_pair pair;

        ours += certificate_us(bench, ours_context);
        floor += handshake_us(bare_context, &pair);
        floor_pair_close(&pair);
    }
    print_row("mutual TLS handshake + EXTERNAL", ours, floor, bench->rounds);
    SSL_CTX_free(ours_context);
    SSL_CTX_free(bare_context);
}

/* ---- Sign-ins that are never finished ---- */

/* Each has an authenticator of its own: a replay would get no further. */
static void abandon(const struct bench *bench, size_t n)
{
    const struct auth_client_config config = {
        .mechanism = AUTH_GSSAPI,
        .service = "smsprovider",
        .host = "localhost",
        .exporter = {(const char *)bench->channel.exporter, 32},
    };

    for (size_t i = 0; i < n; i++) {
        SCOPED(buf_free) struct buf message = buf_make(65536);
        SCOPED(buf_free) struct buf answer = buf_make(65536);
        OWNED(auth_exchange) exchange = NULL;
        OWNED(auth_client) client = NULL;
        bool has_data;

        must(auth_client_new(&config, &client) == STATUS_OK &&
                 auth_client_start(client, &message, &has_data) == STATUS_OK &&
                 auth_exchange_new(bench->auth, &bench->channel, AUTH_GSSAPI,
                                   &exchange) == STATUS_OK,
             "no exchange");
        must(auth_exchange_step(exchange, true, buf_text(&message),
                                clock_wall_s(), &answer) == AUTH_CONTINUE,
             auth_exchange_why(exchange));
    }
}

static long resident_kb(void)
{
    FILE *file = fopen("/proc/self/statm", "r");
    long total = 0, resident = 0;

    must(file && fscanf(file, "%ld %ld", &total, &resident) == 2, "statm");
    fclose(file);
    return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

static void bench_abandoned(const struct bench *bench)
{
    long before_kb, after_kb;

    abandon(bench, WARM_UP);
    before_kb = resident_kb();
    abandon(bench, bench->rounds);
    after_kb = resident_kb();
    printf("%zu abandoned sign-ins: %ld kB before, %ld kB after (%+.1f %%)\n",
           bench->rounds, before_kb, after_kb,
           100.0 * (double)(after_kb - before_kb) / (double)before_kb);
}

/* ---- */

static struct auth *open_auth(void)
{
    static const char *const algorithms[] = {"ES256", "RS256", "EdDSA"};
    static struct auth_issuer_config issuer = {
        .issuer = "https://login.quickstart.test/",
        .audience = "api://smsprovider",
        .algorithms = algorithms,
        .n_algorithms = ARRAY_SIZE(algorithms),
        .use = AUTH_TOKEN_REUSABLE,
    };
    struct auth_config config = {.issuers = &issuer, .n_issuers = 1};
    struct auth *auth = NULL;
    const char *why = "";

    issuer.keys = realm_path("issuer/jwks.json");
    config.kerberos = realm_kerberos("replay");
    must(auth_new(&config, &auth, &why) == STATUS_OK, why);
    return auth;
}

static void bench_all(struct bench *bench)
{
    bench->floor =
        floor_open(realm_path("provider.keytab"), realm_path("floor-replay"));
    must(bench->floor != NULL, "bare credential");
    printf("%-34s %9s %9s %6s\n", "server CPU, us a sign-in", "provider",
           "library", "ratio");
    bench_kerberos(bench, AUTH_GSSAPI, "GSSAPI / gss_accept_sec_context");
    bench_token(bench, "ES256", "OAUTHBEARER ES256 / EVP verify");
    bench_token(bench, "RS256", "OAUTHBEARER RS256 / EVP verify");
    bench_token(bench, "EdDSA", "OAUTHBEARER EdDSA / EVP verify");
    bench_certificate(bench);
    floor_close(bench->floor);
}

int main(int argc, char **argv)
{
    const bool is_abandon = argc > 1 && strcmp(argv[1], "abandon") == 0;
    const long number = argc > 1 ? strtol(argv[argc - 1], NULL, 10) : 0;
    struct bench bench = {.rounds =
                              is_abandon ? ABANDONED_DEFAULT : ROUNDS_DEFAULT};

    if (number > 0)
        bench.rounds = (size_t)number;
    bench.channel.kind = AUTH_CHANNEL_TLS;
    bench.channel.binding_required = true;
    memset(bench.channel.exporter, 7, sizeof(bench.channel.exporter));
    bench.auth = open_auth();
    realm_use_cache(realm_call("ticket", "alice", NULL));
    if (is_abandon)
        bench_abandoned(&bench);
    else
        bench_all(&bench);
    auth_free(bench.auth);
    return 0;
}
