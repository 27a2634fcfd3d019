#include "provider/config/config_offline.h"

#include <string.h>

#include "provider/base/offline_login.h"
#include "provider/config/config_credential.h"

/* ---- The table ---- */

static const struct schema_type path = {SCHEMA_TEXT, .what = "a path", .min = 1,
                                        .max = 4096};
static const struct schema_type longest = {
    SCHEMA_DURATION, .min = 60000, .max = OFFLINE_LONGEST_S * INT64_C(1000),
    .what = "a duration from 1m to 72h"};
#define O struct config_offline
static const struct schema_field offline_fields[] = {
    {"key", SCHEMA_AT(O, key), &path, .is_required = true,
     .place = SCHEMA_PLACE(O, key_place),
     .describe = "Ed25519 key that signs what hosts go by, PEM; readable by "
                 "the provider alone."},
    {"users", SCHEMA_AT(O, users), &schema_names, .is_required = true,
     .describe = "Users whom a host may let in without asking, as the site "
                 "names them."},
    {"hosts", SCHEMA_AT(O, hosts), &schema_names, .is_required = true,
     .describe = "ResourceIDs of the hosts that may."},
    {"longest", SCHEMA_AT(O, longest_ms), &longest,
     .describe = "How long after an answer of the site, at most 72h; default: "
                 "24h."},
};
#undef O
const struct schema_type config_offline_type = {
    SCHEMA_MAP, .fields = offline_fields,
    .n_fields = ARRAY_SIZE(offline_fields),
    .size = sizeof(struct config_offline),
    .place = SCHEMA_PLACE(struct config_offline, place)};

/* ---- Checks ---- */

static bool is_number(const char *text)
{
    return *text && !text[strspn(text, "0123456789")];
}

/* A name that nobody has would let nobody in, when it is needed. */
void config_offline_check(struct config_checker *c)
{
    struct config_offline *offline = &c->config->offline;

    if (!offline->key)
        return;
    offline->key = config_credential_find(c, offline->key_place, offline->key,
                                          &offline->key_from);
    for (size_t i = 0; i < offline->n_hosts; i++)
        if (!is_number(offline->hosts[i]))
            messages_error(c->messages, offline->place,
                           "\"hosts\": expected a ResourceID, found %s",
                           message_quote(c->arena, text_of(offline->hosts[i])));
    for (size_t i = 0; i < offline->n_users; i++)
        if (!strchr(offline->users[i], '@'))
            messages_error(c->messages, offline->place,
                           "\"users\": expected NAME@REALM, found %s",
                           message_quote(c->arena, text_of(offline->users[i])));
}
