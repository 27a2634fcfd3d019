#include "policy/realm/spelling.h"

#include <string.h>

static bool is_known(const struct realms *realms)
{
    return realms && realms->n_items > 0;
}

/* ---- Reading ---- */

void spelling_read(struct schema_reader *reader, const struct yaml_node *node,
                   const char **name)
{
    SCOPED(buf_free) struct buf made = buf_make(IDENTITY_MAX_BYTES);

    if (!is_known(reader->realms))
        return;
    switch (realm_principal(reader->realms, node->text, &made)) {
    case REALM_LISTED:
        *name = arena_text(reader->arena, buf_text(&made));
        break;
    case REALM_UNFIT:
        messages_error(reader->messages, node->place,
                       "%s is no user of its realm; expected one word, in "
                       "ASCII where the realm ignores case, such as "
                       "alice@%s",
                       yaml_describe(node, reader->arena),
                       reader->realms->items[0].name);
        break;
    case REALM_UNLISTED:
    case REALM_BARE:
        break;
    }
}

/* ---- Names that nobody has ---- */

static bool has_identity(const struct policy *policy, const char *user)
{
    for (size_t i = 0; i < policy->n_admins; i++)
        if (!policy->admins[i].is_group && policy->admins[i].name &&
            strcmp(policy->admins[i].name, user) == 0)
            return policy->admins[i].n_identities > 0;
    return false;
}

bool spelling_may_sign_in(const struct policy *policy,
                          const struct realms *realms, const char *user)
{
    return !is_known(realms) || realm_of(realms, text_of(user)) ||
           has_identity(policy, user);
}

const char *spelling_hint(const struct realms *realms, const char *name,
                          struct arena *arena)
{
    SCOPED(buf_free) struct buf meant = buf_make(IDENTITY_MAX_BYTES);
    const char *hint = "";

    if (is_known(realms) && realm_suggest(realms, text_of(name), &meant))
        hint = arena_format(arena, "; did you mean %s?",
                            message_quote(arena, buf_text(&meant)));
    return hint ? hint : "";
}
