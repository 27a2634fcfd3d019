#include "provider/net/source_filter.h"

#include <arpa/inet.h>
#include <linux/filter.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

#include "provider/base/own.h"

enum {
    REST_STEPS = 16, /* which packets, and of which version */
    SOURCE_STEPS = 5,
    STEPS_MAX = REST_STEPS + SOURCE_FILTER_MAX * SOURCE_STEPS,
    FLAGS_AT = 13, /* in the head of TCP */
    IPV4_AT = 12,  /* the sender, in the head of IP */
    IPV6_AT = 8,
    HEARD = -1, /* the whole packet */
};

/* ---- Which sources ---- */

/* One that was mapped comes in a packet of IPv4. */
static struct filtered_source of_ipv6(const struct in6_addr *address)
{
    uint32_t words[4];

    memcpy(words, address, sizeof(words));
    if (IN6_IS_ADDR_V4MAPPED(address))
        return (struct filtered_source){.words = {ntohl(words[3])}};
    return (struct filtered_source){true, {ntohl(words[0]), ntohl(words[1])}};
}

static bool read_source(const struct sockaddr *from,
                        struct filtered_source *source_out)
{
    const union {
        const struct sockaddr *any;
        const struct sockaddr_in *ipv4;
        const struct sockaddr_in6 *ipv6;
    } at = {from};

    if (from->sa_family == AF_INET6)
        *source_out = of_ipv6(&at.ipv6->sin6_addr);
    else if (from->sa_family == AF_INET)
        *source_out = (struct filtered_source){
            .words = {ntohl(at.ipv4->sin_addr.s_addr)}};
    return from->sa_family == AF_INET || from->sa_family == AF_INET6;
}

static bool has(const struct source_filter *filter,
                const struct filtered_source *source)
{
    for (size_t i = 0; i < filter->n; i++)
        if (filter->sources[i].is_ipv6 == source->is_ipv6 &&
            memcmp(filter->sources[i].words, source->words,
                   sizeof(source->words)) == 0)
            return true;
    return false;
}

bool source_filter_add(struct source_filter *filter,
                       const struct sockaddr *from)
{
    struct filtered_source source;

    if (filter->n == SOURCE_FILTER_MAX || !read_source(from, &source) ||
        has(filter, &source))
        return false;
    filter->sources[filter->n++] = source;
    return true;
}

/* ---- The program of the kernel (bpf(2), classic) ---- */

struct program {
    struct sock_filter steps[STEPS_MAX];
    unsigned short n;
};

static void put(struct program *program, uint16_t code, uint32_t k)
{
    program->steps[program->n++] = (struct sock_filter){.code = code, .k = k};
}

/* Loads bytes of the head of IP. */
static void put_load(struct program *program, uint16_t size, uint32_t at)
{
    put(program, BPF_LD | size | BPF_ABS, (uint32_t)SKF_NET_OFF + at);
}

/* Not equal: leaves out so many steps. */
static void put_equal(struct program *program, uint32_t k, uint8_t n_left_out)
{
    program->steps[program->n++] = (struct sock_filter){
        .code = BPF_JMP | BPF_JEQ | BPF_K, .jf = n_left_out, .k = k};
}

/* Equal: leaves out so many steps. */
static void put_unless_equal(struct program *program, uint32_t k,
                             uint8_t n_left_out)
{
    program->steps[program->n++] = (struct sock_filter){
        .code = BPF_JMP | BPF_JEQ | BPF_K, .jt = n_left_out, .k = k};
}

static void put_drop(struct program *program)
{
    put(program, BPF_RET | BPF_K, 0);
}

static void put_hear(struct program *program)
{
    put(program, BPF_RET | BPF_K, (uint32_t)HEARD);
}

/* Whatever is no request to connect is heard. */
static void put_head(struct program *program)
{
    put(program, BPF_LD | BPF_B | BPF_ABS, FLAGS_AT);
    put(program, BPF_ALU | BPF_AND | BPF_K, TH_SYN | TH_ACK);
    put_unless_equal(program, TH_SYN, 1);
    put_hear(program);
    put_load(program, BPF_B, 0);
    put(program, BPF_ALU | BPF_RSH | BPF_K, 4); /* the version */
}

static void put_ipv4(struct program *program,
                     const struct source_filter *filter)
{
    put_load(program, BPF_W, IPV4_AT);
    for (size_t i = 0; i < filter->n; i++)
        if (!filter->sources[i].is_ipv6) {
            put_equal(program, filter->sources[i].words[0], 1);
            put_drop(program);
        }
    put_hear(program);
}

static void put_ipv6(struct program *program,
                     const struct source_filter *filter)
{
    for (size_t i = 0; i < filter->n; i++)
        if (filter->sources[i].is_ipv6) {
            put_load(program, BPF_W, IPV6_AT);
            put_equal(program, filter->sources[i].words[0], 3);
            put_load(program, BPF_W, IPV6_AT + sizeof(uint32_t));
            put_equal(program, filter->sources[i].words[1], 1);
            put_drop(program);
        }
    put_hear(program);
}

static void write_program(const struct source_filter *filter,
                          struct program *program)
{
    unsigned short jump;

    program->n = 0;
    put_head(program);
    put_unless_equal(program, 4, 1);
    jump = program->n;
    put(program, BPF_JMP | BPF_JA, 0);
    put_ipv4(program, filter);
    program->steps[jump].k = (uint32_t)(program->n - jump - 1);
    put_ipv6(program, filter);
}

void source_filter_apply(const struct source_filter *filter, int fd)
{
    struct program program;
    struct sock_fprog given = {.filter = program.steps};
    int nothing = 0;

    if (filter->n == 0) {
        (void)setsockopt(fd, SOL_SOCKET, SO_DETACH_FILTER, &nothing,
                         sizeof(nothing));
        return;
    }
    write_program(filter, &program);
    given.len = program.n;
    (void)setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &given, sizeof(given));
}
