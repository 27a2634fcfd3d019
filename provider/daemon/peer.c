#include "provider/daemon/peer.h"

#include <stdlib.h>

#include "provider/base/clock.h"
#include "provider/base/log.h"

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
    peer->resumed = (struct peer_resumed){0};
    outcome_clear(&peer->outcome);
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
    if (peer->session) /* of what name service, the new one says */
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

void peer_clear(struct peer *peer)
{
    peer_drop_exchange(peer);
    session_free(peer->session);
    auth_channel_clear(&peer->channel);
    settings_free(peer->settings);
    *peer = (struct peer){0};
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
