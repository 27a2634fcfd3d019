#include "provider/client/srv.h"

#include <arpa/nameser.h>
#include <ctype.h>
#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/random.h>

#include "provider/base/own.h"

enum {
    ANSWER_MAX_BYTES = 64 * 1024,
    ASK_TIMES = 2,
    SRV_FIXED_BYTES = 6, /* priority, weight, port; the target follows */
    MS_OF_S = 1000,
};

struct record {
    unsigned priority;
    unsigned weight;
    unsigned port;
    char host[NS_MAXDNAME];
};

struct records {
    struct record items[SRV_RECORDS_MAX];
    size_t n;
    bool has_none; /* the domain says that there is no such service */
};

bool srv_is_domain(const char *domain)
{
    const char *dot = strrchr(domain, '.');
    bool has_letter = false;

    if (!dot || dot == domain || !dot[1] || strstr(domain, "..") ||
        domain[0] == '.')
        return false;
    for (const char *c = dot + 1; *c; c++)
        has_letter |= isalpha((unsigned char)*c) != 0;
    return has_letter;
}

/* Is it the domain, or below it? */
static bool is_in(const char *host, const char *domain)
{
    const size_t n = strlen(host), n_domain = domain ? strlen(domain) : 0;

    if (n_domain == 0 || n < n_domain ||
        strcasecmp(host + n - n_domain, domain) != 0)
        return false;
    return n == n_domain || host[n - n_domain - 1] == '.';
}

/* ---- Reading ---- */

static enum status bad_answer(const struct srv_domains *domains,
                              struct failure *failure)
{
    return failure_set(failure, SMSCLIENT_UNAVAILABLE, "srv",
                       "The answer of DNS about %s cannot be understood.",
                       domains->asked);
}

static enum status refuse_host(const struct srv_domains *domains,
                               const char *host, struct failure *failure)
{
    failure_set(failure, SMSCLIENT_FAILED, "srv_outside",
                "DNS names %s as a provider of %s, and it is not in that "
                "domain.",
                host, domains->asked);
    failure_next(failure, "If it is right, name its domain with --srv-domain; "
                          "otherwise somebody else answers for DNS.");
    return STATUS_UNAVAILABLE;
}

static enum status check_record(const struct record *record,
                                const struct srv_domains *domains,
                                struct failure *failure,
                                struct address *address_out)
{
    char text[NS_MAXDNAME + 16];

    if (!is_in(record->host, domains->asked) &&
        !is_in(record->host, domains->other))
        return refuse_host(domains, record->host, failure);
    snprintf(text, sizeof(text), "tls:%s:%u", record->host, record->port);
    return address_read(text_of(text), address_out) == STATUS_OK
               ? STATUS_OK
               : bad_answer(domains, failure);
}

static bool read_record(const ns_msg *message, const ns_rr *rr,
                        struct record *record_out)
{
    const unsigned char *data = ns_rr_rdata(*rr);

    if (ns_rr_rdlen(*rr) <= SRV_FIXED_BYTES)
        return false;
    record_out->priority = ns_get16(data);
    record_out->weight = ns_get16(data + 2);
    record_out->port = ns_get16(data + 4);
    return ns_name_uncompress(ns_msg_base(*message), ns_msg_end(*message),
                              data + SRV_FIXED_BYTES, record_out->host,
                              sizeof(record_out->host)) >= 0;
}

static bool is_root(const char *host)
{
    return host[0] == '\0' || strcmp(host, ".") == 0;
}

static bool read_records(const unsigned char *bytes, size_t size,
                         struct records *records)
{
    ns_msg message;
    ns_rr rr;

    if (size > ANSWER_MAX_BYTES ||
        ns_initparse(bytes, (int)size, &message) != 0)
        return false;
    for (int i = 0; i < ns_msg_count(message, ns_s_an); i++) {
        struct record *record = &records->items[records->n];

        if (ns_parserr(&message, ns_s_an, i, &rr) != 0)
            return false;
        if (ns_rr_type(rr) != ns_t_srv || ns_rr_class(rr) != ns_c_in)
            continue;
        if (records->n == SRV_RECORDS_MAX)
            break;
        if (!read_record(&message, &rr, record))
            return false;
        if (is_root(record->host))
            records->has_none = true;
        else
            records->n++;
    }
    return true;
}

/* ---- Order ---- */

/* A random number below n; 0 without randomness: the order is no secret. */
static unsigned draw_below(unsigned n)
{
    unsigned drawn = 0;

    if (n == 0 || getrandom(&drawn, sizeof(drawn), GRND_NONBLOCK) < 0)
        return 0;
    return drawn % n;
}

/* The index of the record to try next, of items[from..n). */
static size_t choose_next(const struct records *records, size_t from)
{
    unsigned priority = records->items[from].priority, total = 0, drawn;

    for (size_t i = from; i < records->n; i++) {
        if (records->items[i].priority < priority)
            priority = records->items[i].priority;
    }
    for (size_t i = from; i < records->n; i++) {
        if (records->items[i].priority == priority)
            total += records->items[i].weight + 1;
    }
    drawn = draw_below(total);
    for (size_t i = from; i < records->n; i++) {
        const struct record *record = &records->items[i];

        if (record->priority != priority)
            continue;
        if (drawn <= record->weight)
            return i;
        drawn -= record->weight + 1;
    }
    return from;
}

static void order_records(struct records *records)
{
    for (size_t i = 0; i < records->n; i++) {
        const size_t next = choose_next(records, i);
        const struct record record = records->items[i];

        records->items[i] = records->items[next];
        records->items[next] = record;
    }
}

enum status srv_read(const unsigned char *bytes, size_t size,
                     const struct srv_domains *domains, struct failure *failure,
                     struct srv_list *list_out)
{
    SCOPED(memory_drop) struct records *records = calloc(1, sizeof(*records));

    if (!records)
        return STATUS_NO_MEMORY;
    if (!read_records(bytes, size, records))
        return bad_answer(domains, failure);
    if (records->n == 0)
        return failure_set(failure, SMSCLIENT_UNAVAILABLE, "srv",
                           "The domain %s %s.", domains->asked,
                           records->has_none
                               ? "says that it has no provider"
                               : "has no records _smsprovider._tcp");
    order_records(records);
    for (size_t i = 0; i < records->n; i++)
        TRY(check_record(&records->items[i], domains, failure,
                         &list_out->items[i]));
    list_out->n = records->n;
    return STATUS_OK;
}

/* ---- Asking ---- */

static void drop_state(struct __res_state *state)
{
    res_nclose(state);
}

static enum status ask(const char *name, unsigned timeout_ms,
                       unsigned char *answer, size_t *size_out, int *why_out)
{
    SCOPED(drop_state) struct __res_state state = {0};
    const unsigned seconds = timeout_ms / MS_OF_S / ASK_TIMES;
    int size;

    *why_out = TRY_AGAIN;
    if (res_ninit(&state) != 0)
        return STATUS_UNAVAILABLE;
    state.retry = ASK_TIMES;
    if ((unsigned)state.retrans > seconds)
        state.retrans = seconds ? (int)seconds : 1;
    size =
        res_nquery(&state, name, ns_c_in, ns_t_srv, answer, ANSWER_MAX_BYTES);
    *why_out = state.res_h_errno;
    if (size < 0)
        return STATUS_UNAVAILABLE;
    *size_out = size < ANSWER_MAX_BYTES ? (size_t)size : ANSWER_MAX_BYTES;
    return STATUS_OK;
}

enum status srv_find(const struct srv_domains *domains, unsigned timeout_ms,
                     struct failure *failure, struct srv_list *list_out)
{
    SCOPED(memory_drop) unsigned char *answer = malloc(ANSWER_MAX_BYTES);
    char name[ADDRESS_HOST_MAX_BYTES + sizeof("_smsprovider._tcp.")];
    size_t size = 0;
    int why;

    if (!answer)
        return STATUS_NO_MEMORY;
    snprintf(name, sizeof(name), "_smsprovider._tcp.%s", domains->asked);
    if (ask(name, timeout_ms, answer, &size, &why) != STATUS_OK)
        return failure_set(failure, SMSCLIENT_UNAVAILABLE, "srv",
                           "DNS does not tell the providers of %s: %s.",
                           domains->asked,
                           why == HOST_NOT_FOUND || why == NO_DATA
                               ? "there are no records _smsprovider._tcp"
                               : hstrerror(why));
    return srv_read(answer, size, domains, failure, list_out);
}
