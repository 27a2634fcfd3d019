#include "provider/config/config_realms.h"

#include <string.h>

/* ---- All that a user here may have ---- */

/* One that only PAM or certificates name is spelled exactly. */
static void add_realm(struct realms *realms, struct realm *room,
                      const char *name)
{
    if (!name || !*name || realm_of_suffix(realms, text_of(name)))
        return;
    room[realms->n_items++] = (struct realm){.name = name};
}

static size_t count_others(const struct config *config)
{
    size_t n = 1; /* of PAM */

    for (size_t i = 0; i < config->certificates.n_upn; i++)
        n += config->certificates.upn[i].n_suffixes;
    return n;
}

static void add_others(const struct config *config, struct realms *realms,
                       struct realm *room)
{
    if (config->pam.realm)
        add_realm(realms, room, config->pam.realm);
    for (size_t i = 0; i < config->certificates.n_upn; i++)
        for (size_t j = 0; j < config->certificates.upn[i].n_suffixes; j++)
            add_realm(realms, room,
                      config->certificates.upn[i].suffixes[j].text);
}

void config_realms_check(struct config_checker *c)
{
    struct config *config = c->config;
    const struct config_kerberos *kerberos = &config->kerberos;
    const struct realms listed = realm_list_check(
        kerberos->realms, kerberos->n_realms, c->arena, c->messages);
    struct realm *room = arena_alloc(
        c->arena, listed.n_items + count_others(config), sizeof(*room));

    if (!room)
        return;
    for (size_t i = 0; i < listed.n_items; i++)
        room[i] = listed.items[i];
    config->auth.kerberos.realms = (struct realms){room, listed.n_items};
    config->realms = config->auth.kerberos.realms;
    add_others(config, &config->realms, room);
    config->auth.realms = config->realms;
}

/* ---- Those with accounts ---- */

static size_t count_accounts(const struct config_kerberos *kerberos)
{
    size_t n = 0;

    for (size_t i = 0; i < kerberos->n_realms; i++)
        n += kerberos->realms[i].groups == REALM_GROUPS_NSS;
    return n;
}

/* Those that say so themselves. */
static void take_said(struct config_checker *c, size_t n)
{
    const struct config_kerberos *kerberos = &c->config->kerberos;
    struct config_groups *groups = &c->config->groups;
    const char **names = arena_alloc(c->arena, n, sizeof(*names));

    if (groups->n_realms > 0)
        messages_error(c->messages, groups->nss_place,
                       "the realms say \"groups: nss\" themselves; leave out "
                       "\"realms\" here");
    for (size_t i = 0, at = 0; names && i < kerberos->n_realms; i++)
        if (kerberos->realms[i].groups == REALM_GROUPS_NSS)
            names[at++] = kerberos->realms[i].name.text;
    groups->nss = true;
    groups->realms = names;
    groups->n_realms = names ? n : 0;
}

static bool says_none(const struct config_kerberos *kerberos, const char *name)
{
    for (size_t i = 0; i < kerberos->n_realms; i++)
        if (kerberos->realms[i].name.text &&
            strcmp(kerberos->realms[i].name.text, name) == 0)
            return kerberos->realms[i].groups == REALM_GROUPS_NONE;
    return false;
}

/* One account must not stand for two users: with several realms the file must
 * say which one has the accounts of this host (T5). */
static void take_only(struct config_checker *c)
{
    struct config *config = c->config;
    struct config_groups *groups = &config->groups;

    if (config->kerberos.n_realms == 1 ||
        (config->kerberos.n_realms == 0 && config->pam.realm)) {
        const char **name = arena_alloc(c->arena, 1, sizeof(*name));

        if (!name)
            return;
        name[0] = config->kerberos.n_realms
                      ? config->kerberos.realms[0].name.text
                      : config->pam.realm;
        groups->realms = name;
        groups->n_realms = 1;
    } else {
        messages_error(c->messages, groups->nss_place,
                       "\"groups\": name the \"realms\" whose users have "
                       "accounts on this host");
    }
}

static void check_known(struct config_checker *c)
{
    const struct config_groups *groups = &c->config->groups;

    for (size_t i = 0; i < groups->n_realms; i++) {
        const char *name = groups->realms[i];

        if (!name || c->messages->n_errors)
            return;
        if (says_none(&c->config->kerberos, name))
            messages_error(c->messages, groups->nss_place,
                           "the realm %s says \"groups: none\"", name);
        else if (!realm_find(&c->config->realms, text_of(name)))
            messages_warn(c->messages, groups->nss_place,
                          "\"realms\": nobody of %s can sign in; the realm is "
                          "not listed under \"kerberos\"",
                          message_quote(c->arena, text_of(name)));
    }
}

void config_groups_check(struct config_checker *c)
{
    struct config_groups *groups = &c->config->groups;
    const size_t n = count_accounts(&c->config->kerberos);

    if (n > 0)
        take_said(c, n);
    else if (groups->nss && groups->n_realms == 0)
        take_only(c);
    if (groups->nss)
        check_known(c);
}
