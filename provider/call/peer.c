#include "provider/call/peer.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "provider/base/clock.h"
#include "provider/base/log.h"
#include "provider/call/fair.h"
#include "provider/call/request_id.h"
#include "provider/store/backup.h"

/* ---- Where it comes from ---- */

void peer_name_unix(struct peer *peer, int fd)
{
    struct ucred user;
    socklen_t size = sizeof(user);

    snprintf(peer->name, sizeof(peer->name), "unix");
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &user, &size) != 0)
        return;
    peer->channel.peer_uid = user.uid;
    peer->channel.has_peer_uid = true;
    snprintf(peer->name, sizeof(peer->name), "unix:uid=%u", (unsigned)user.uid);
    throttle_source(NULL, user.uid, peer->source);
}

void peer_name_tcp(struct peer *peer, const struct sockaddr *address)
{
    union {
        const struct sockaddr *any;
        const struct sockaddr_in *ipv4;
        const struct sockaddr_in6 *ipv6;
    } from = {address};
    const bool is_ipv6 = address->sa_family == AF_INET6;
    const void *host = is_ipv6 ? (const void *)&from.ipv6->sin6_addr
                               : (const void *)&from.ipv4->sin_addr;
    const in_port_t port = is_ipv6 ? from.ipv6->sin6_port : from.ipv4->sin_port;

    if (!inet_ntop(address->sa_family, host, peer->address,
                   sizeof(peer->address)))
        snprintf(peer->address, sizeof(peer->address), "?");
    throttle_source(address, 0, peer->source);
    snprintf(peer->name, sizeof(peer->name),
             is_ipv6 ? "%s:[%s]:%u" : "%s:%s:%u",
             peer->listener->config->https ? "https" : "tls", peer->address,
             ntohs(port));
}

/* ---- Its sign-in ---- */

static void outcome_clear(struct peer_outcome *outcome)
{
    auth_evidence_clear(&outcome->evidence);
    buf_wipe(&outcome->data);
    free(outcome->user);
    groups_list_free(outcome->accounts);
    *outcome = (struct peer_outcome){0};
}

void peer_drop_exchange(struct peer *peer)
{
    auth_exchange_free(peer->exchange);
    peer->exchange = NULL;
    peer->is_step_up = false;
    peer->has_answered = false;
    peer->is_guessing = false;
    peer->resumed = (struct peer_resumed){0};
    outcome_clear(&peer->outcome);
}

void peer_tell_news(struct peer *peer)
{
    const struct peer_news news = peer->news;
    const struct session *session = peer->session;
    char request[REQUEST_ID_BYTES];

    peer->news = (struct peer_news){0};
    if (!news.event || !session)
        return;
    request_id_write(peer->number, news.request, request);
    if (session_is_break_glass(session))
        log_warn("session.break_glass session=%llu user=%s peer=%s request=%s",
                 (unsigned long long)session->number, session->user, peer->name,
                 request);
    if (session_proxy(session))
        log_warn("session.delegated session=%llu user=%s delegated_by=%s"
                 " peer=%s request=%s",
                 (unsigned long long)session->number, session->user,
                 session_proxy(session), peer->name, request);
    log_info("session.%s session=%llu user=%s method=%s level=%s peer=%s"
             " request=%s",
             news.event, (unsigned long long)session->number, session->user,
             auth_method_name(news.method), auth_level_name(news.level),
             peer->name, request);
}

bool peer_resume(struct peer *peer, int64_t now_s)
{
    peer->resumed.progress =
        auth_exchange_resume(peer->exchange, now_s, &peer->outcome.data);
    peer->resumed.is_there = peer->resumed.progress != AUTH_WAITING;
    return !peer->resumed.is_there;
}

static void review_session(struct peer *peer, const struct settings *now,
                           const struct settings_listener *listener)
{
    struct session *session = peer->session;
    const int64_t now_s = clock_wall_s();

    if (!session_review(session, peer->settings->auth, now->auth,
                        settings_offered(now, listener)))
        return;
    log_info("session.reviewed session=%llu user=%s level=%s peer=%s",
             (unsigned long long)session->number, session->user,
             auth_level_name(session_level(session, now_s)), peer->name);
}

void peer_follow(struct peer *peer, struct settings *now)
{
    const size_t index = (size_t)(peer->listener - peer->settings->listeners);

    if (peer->session)
        review_session(peer, now, &now->listeners[index]);
    if (peer->exchange)
        return;
    if (peer->session) /* the host's groups come from the new name service */
        session_set_accounts(peer->session, NULL, NULL);
    settings_free(peer->settings);
    peer->settings = settings_hold(now);
    peer->listener = &now->listeners[index];
    peer->channel.binding_required =
        peer->listener->config->channel_binding == CONFIG_BINDING_REQUIRED;
}

bool peer_has_fresh_groups(struct peer *peer)
{
    struct groups *groups = peer->settings->groups;
    struct session *session = peer->session;
    OWNED(groups_list) list = NULL;

    if (!groups || !session ||
        (session->accounts && groups_is_fresh(groups, session->accounts)))
        return true;
    list = groups_recall(groups, text_of(session->user));
    if (list)
        session_set_accounts(session, list, NULL);
    return list != NULL;
}

void peer_drop_asked(struct peer *peer)
{
    free(peer->asked.user);
    groups_list_free(peer->asked.accounts);
    peer->asked = (struct peer_asked){0};
}

struct groups_list *peer_ask_groups(struct peer *peer, uint64_t request,
                                    const char *user, const char **why_out)
{
    struct peer_asked *asked = &peer->asked;

    *why_out = NULL;
    if (asked->request == request && asked->user &&
        strcmp(asked->user, user) == 0) {
        *why_out = asked->accounts_why;
        return asked->accounts;
    }
    peer_drop_asked(peer);
    asked->user = strdup(user);
    if (!asked->user) {
        *why_out = "no-memory";
        return NULL;
    }
    asked->request = request;
    asked->accounts = groups_recall(peer->settings->groups, text_of(user));
    return asked->accounts;
}

void peer_drop_backup(struct peer *peer)
{
    backup_free(peer->backup);
    peer->backup = NULL;
}

void peer_clear(struct peer *peer)
{
    peer_drop_exchange(peer);
    peer_drop_backup(peer);
    peer_drop_asked(peer);
    session_free(peer->session);
    auth_channel_clear(&peer->channel);
    settings_free(peer->settings);
    *peer = (struct peer){0};
}

/* ---- Guessing ---- */

/* The claimed user; the second factor is a separate account. */
static void write_account(const struct peer *peer, struct buf *out)
{
    const char *claimed =
        peer->exchange ? auth_exchange_claimed(peer->exchange) : NULL;

    buf_append_text(out, text_of(claimed));
    if (claimed && peer->has_answered)
        buf_append_text(out, TEXT(" code"));
}

/* A host is itself from wherever it calls. */
static struct text source_of(const struct peer *peer,
                             struct shared_throttle *throttle,
                             char room[THROTTLE_SOURCE_MAX_BYTES])
{
    return peer->device > 0
               ? throttle_host_source(peer->device, room)
               : shared_throttle_source(throttle, text_of(peer->source), room);
}

void peer_know_host(const struct peer *peer, struct shared_throttle *throttle,
                    int64_t now_ms)
{
    if (throttle && peer->device == 0 && peer->address[0])
        shared_throttle_know_host(throttle, text_of(peer->source), now_ms);
}

struct throttle_verdict peer_ask_throttle(const struct peer *peer,
                                          struct shared_throttle *throttle,
                                          int64_t now_ms)
{
    SCOPED(buf_free) struct buf account = buf_make(AUTH_MESSAGE_MAX_BYTES);
    char room[THROTTLE_SOURCE_MAX_BYTES];

    if (peer->mechanism != AUTH_PLAIN || !throttle)
        return (struct throttle_verdict){0};
    write_account(peer, &account);
    return shared_throttle_ask(throttle, source_of(peer, throttle, room),
                               buf_text(&account), now_ms);
}

struct throttle_verdict peer_begin_guess(struct peer *peer,
                                         struct shared_throttle *throttle,
                                         int64_t now_ms)
{
    SCOPED(buf_free) struct buf account = buf_make(AUTH_MESSAGE_MAX_BYTES);
    char room[THROTTLE_SOURCE_MAX_BYTES];
    struct throttle_verdict verdict = {0};

    if (peer->mechanism != AUTH_PLAIN || !throttle || peer->is_guessing)
        return verdict; /* it was let begin */
    write_account(peer, &account);
    verdict = shared_throttle_begin(throttle, source_of(peer, throttle, room),
                                    buf_text(&account), now_ms);
    peer->is_guessing = verdict.retry_after_ms == 0;
    return verdict;
}

void peer_excuse_guess(struct peer *peer, struct shared_throttle *throttle)
{
    SCOPED(buf_free) struct buf account = buf_make(AUTH_MESSAGE_MAX_BYTES);
    char room[THROTTLE_SOURCE_MAX_BYTES];

    if (!peer->is_guessing)
        return;
    peer->is_guessing = false;
    write_account(peer, &account);
    shared_throttle_excused(throttle, source_of(peer, throttle, room),
                            buf_text(&account));
}

/* Who got as far as a code is known by the password's account too. */
static void tell_accepted(const struct peer *peer,
                          struct shared_throttle *throttle, struct text account,
                          int64_t now_ms)
{
    const struct text claimed =
        text_of(peer->exchange ? auth_exchange_claimed(peer->exchange) : "");
    char room[THROTTLE_SOURCE_MAX_BYTES];
    const struct text source = source_of(peer, throttle, room);

    shared_throttle_succeeded(throttle, source, account, now_ms);
    if (!text_equal(source, text_of(peer->source)) &&
        !text_equal(claimed, account))
        shared_throttle_succeeded(throttle, source, claimed, now_ms);
}

void peer_tell_throttle(struct peer *peer, struct shared_throttle *throttle,
                        bool is_accepted, int64_t now_ms)
{
    SCOPED(buf_free) struct buf account = buf_make(AUTH_MESSAGE_MAX_BYTES);
    char room[THROTTLE_SOURCE_MAX_BYTES];

    if (peer->mechanism != AUTH_PLAIN || !throttle)
        return;
    peer->is_guessing = false;
    write_account(peer, &account);
    if (is_accepted)
        tell_accepted(peer, throttle, buf_text(&account), now_ms);
    else
        shared_throttle_failed(throttle, source_of(peer, throttle, room),
                               buf_text(&account), now_ms);
}

void peer_abandon(struct peer *peer, struct shared_throttle *throttle,
                  int64_t now_ms)
{
    if (peer->mechanism != AUTH_PLAIN || !peer->exchange ||
        !auth_exchange_claimed(peer->exchange) || peer->outcome.is_proved)
        return;
    log_info("signin.abandoned peer=%s user=%s", peer->name,
             auth_exchange_claimed(peer->exchange));
    peer_tell_throttle(peer, throttle, false, now_ms);
}

bool peer_may_use(const struct peer *peer, enum auth_mechanism mechanism)
{
    if (!settings_offers(peer->settings, peer->listener, mechanism))
        return false;
    if (mechanism != AUTH_EXTERNAL)
        return true;
    return peer->channel.certificate.n_identities > 0 ||
           peer->channel.has_peer_uid;
}

uint32_t peer_lane(const struct peer *peer)
{
    return fair_lane(
        text_of(peer->session ? peer->session->user : peer->source));
}
