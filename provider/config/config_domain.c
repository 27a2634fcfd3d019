#include "provider/config/config_domain.h"

#include <string.h>

#include "provider/base/sid.h"

/* ---- The table ---- */

#define D struct config_domain
static const struct schema_field domain_fields[] = {
    {"realm", SCHEMA_AT(D, realm), &schema_placed_name, .is_required = true,
     .describe = "Name of the realm."},
    {"sid", SCHEMA_AT(D, sid), &schema_placed_name,
     .describe = "SID of its domain; may be left out for the realm of the "
                 "provider's own service."},
};
static const struct schema_type domain_type = {
    SCHEMA_MAP, .what = "a map such as { realm: CORP.EXAMPLE.COM }",
    .fields = domain_fields, .n_fields = ARRAY_SIZE(domain_fields),
    .size = sizeof(D)};
#undef D
const struct schema_type config_domains_type = {
    SCHEMA_LIST, .item = &domain_type, .min = 1, .max = 256};

/* ---- Levels ---- */

/* These say who speaks for the user, and not how the user signed in. */
static const char *const no_levels[] = {"S-1-18-1", "S-1-18-2"};

static void check_sid(struct config_checker *c, const struct schema_word *sid)
{
    if (!sid_is_text(text_of(sid->text)))
        messages_error(c->messages, sid->place,
                       "\"sids\": expected a SID such as S-1-5-65-1, found %s",
                       message_quote(c->arena, text_of(sid->text)));
    for (size_t i = 0; i < ARRAY_SIZE(no_levels); i++)
        if (strcmp(sid->text, no_levels[i]) == 0)
            messages_error(c->messages, sid->place,
                           "\"sids\": %s does not say how a user signed in",
                           sid->text);
}

static const struct auth_indicator *copy_levels(
    struct config_checker *c, const struct config_indicator *from, size_t n)
{
    struct auth_indicator *made = arena_alloc(c->arena, n, sizeof(*made));

    for (size_t i = 0; made && i < n; i++)
        made[i] = (struct auth_indicator){from[i].name.text, from[i].level};
    return made;
}

/* A KDC of Active Directory would have to send what it never does. */
static void doubt_indicators(struct config_checker *c)
{
    const struct config_kerberos *kerberos = &c->config->kerberos;

    if (kerberos->n_indicators && !kerberos->n_sids &&
        c->config->auth.kerberos.n_domains == kerberos->n_realms)
        messages_warn(c->messages, kerberos->indicators[0].name.place,
                      "KDCs of Active Directory send no indicators: a ticket "
                      "proves level domain, unless \"sids\" say what a "
                      "stronger sign-in is known by, such as S-1-5-65-1: "
                      "certificate");
}

/* ---- Domains ---- */

static void check_domain_sid(struct config_checker *c,
                             const struct schema_word *word)
{
    struct sid sid;

    if (word->text && (sid_read(text_of(word->text), &sid) != STATUS_OK ||
                       !sid_is_domain(&sid)))
        messages_error(c->messages, word->place,
                       "\"sid\": expected the SID of a domain such as "
                       "S-1-5-21-1-2-3, found %s",
                       message_quote(c->arena, text_of(word->text)));
}

static bool has_domain(const struct auth_kerberos_config *kerberos,
                       const char *realm)
{
    for (size_t i = 0; i < kerberos->n_domains; i++)
        if (strcmp(kerberos->domains[i].realm, realm) == 0)
            return true;
    return false;
}

/* Told once: by the realm itself, or in the list of those with a PAC. */
static void add_domain(struct config_checker *c,
                       const struct schema_word *realm,
                       const struct schema_word *sid, struct auth_domain *room)
{
    struct auth_kerberos_config *kerberos = &c->config->auth.kerberos;
    const struct realm *listed =
        realm->text ? realm_find(&kerberos->realms, text_of(realm->text))
                    : NULL;

    check_domain_sid(c, sid);
    if (!listed)
        messages_error(c->messages, realm->place,
                       "\"pac\": %s is none of the realms of \"kerberos\"",
                       message_quote(c->arena, text_of(realm->text)));
    else if (has_domain(kerberos, listed->name))
        messages_error(c->messages, realm->place,
                       "groups from tickets of %s are asked for twice",
                       message_quote(c->arena, text_of(realm->text)));
    else
        room[kerberos->n_domains++] =
            (struct auth_domain){listed->name, sid->text};
}

static void add_domains(struct config_checker *c)
{
    const struct config_kerberos *kerberos = &c->config->kerberos;
    const struct config_groups *groups = &c->config->groups;
    struct auth_domain *room = arena_alloc(
        c->arena, kerberos->n_realms + groups->n_domains, sizeof(*room));

    if (!room)
        return;
    c->config->auth.kerberos.domains = room;
    for (size_t i = 0; i < kerberos->n_realms; i++) {
        const struct realm_entry *entry = &kerberos->realms[i];

        if (entry->groups == REALM_GROUPS_PAC && entry->name.text)
            add_domain(c, &entry->name, &entry->sid, room);
        else if (entry->sid.text)
            messages_error(c->messages, entry->sid.place,
                           "\"sid\" is of a realm with groups: pac");
    }
    for (size_t i = 0; i < groups->n_domains; i++)
        add_domain(c, &groups->domains[i].realm, &groups->domains[i].sid, room);
}

void config_domain_check(struct config_checker *c)
{
    const struct config_kerberos *from = &c->config->kerberos;
    struct auth_kerberos_config *made = &c->config->auth.kerberos;

    for (size_t i = 0; i < from->n_sids; i++)
        check_sid(c, &from->sids[i].name);
    made->indicators = copy_levels(c, from->indicators, from->n_indicators);
    made->n_indicators = made->indicators ? from->n_indicators : 0;
    made->sids = copy_levels(c, from->sids, from->n_sids);
    made->n_sids = made->sids ? from->n_sids : 0;
    add_domains(c);
    made->pac_age_s = c->config->groups.pac_age_ms / 1000;
    made->is_delegated_allowed = from->delegated == CONFIG_DELEGATED_ALLOW;
    doubt_indicators(c);
}
