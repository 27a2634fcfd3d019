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
        c->config->groups.n_domains == kerberos->n_realms)
        messages_warn(c->messages, kerberos->indicators[0].name.place,
                      "KDCs of Active Directory send no indicators: a ticket "
                      "proves level domain, unless \"sids\" say what a "
                      "stronger sign-in is known by, such as S-1-5-65-1: "
                      "certificate");
}

/* ---- Domains ---- */

static void check_domain(struct config_checker *c,
                         const struct config_domain *domain)
{
    struct sid sid;

    if (domain->realm.text &&
        !realm_find(&c->config->auth.kerberos.realms,
                    text_of(domain->realm.text)))
        messages_error(c->messages, domain->realm.place,
                       "\"pac\": %s is none of the realms of \"kerberos\"",
                       message_quote(c->arena, text_of(domain->realm.text)));
    if (domain->sid.text &&
        (sid_read(text_of(domain->sid.text), &sid) != STATUS_OK ||
         !sid_is_domain(&sid)))
        messages_error(c->messages, domain->sid.place,
                       "\"sid\": expected the SID of a domain such as "
                       "S-1-5-21-1-2-3, found %s",
                       message_quote(c->arena, text_of(domain->sid.text)));
}

static const struct auth_domain *copy_domains(struct config_checker *c)
{
    const struct config_groups *groups = &c->config->groups;
    struct auth_domain *made =
        arena_alloc(c->arena, groups->n_domains, sizeof(*made));

    for (size_t i = 0; made && i < groups->n_domains; i++) {
        const char *said = groups->domains[i].realm.text;
        const struct realm *realm =
            realm_find(&c->config->auth.kerberos.realms, text_of(said));

        check_domain(c, &groups->domains[i]);
        made[i] = (struct auth_domain){realm ? realm->name : said,
                                       groups->domains[i].sid.text};
    }
    return made;
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
    made->domains = copy_domains(c);
    made->n_domains = made->domains ? c->config->groups.n_domains : 0;
    made->is_delegated_allowed = from->delegated == CONFIG_DELEGATED_ALLOW;
    doubt_indicators(c);
}
