/* Who it is, what they sign in with and what they are assigned. */
#include <inttypes.h>
#include <string.h>

#include "policy/builtin.h"
#include "policy/kept/kept.h"
#include "policy/record.h"
#include "policy/scalar.h"
#include "provider/base/ssh_key.h"
#include "rbac/catalog.h"

struct holder {
    const char *name;
    bool is_group;
};
_Static_assert(offsetof(struct policy_admin, is_group) -
                       offsetof(struct policy_admin, name) ==
                   offsetof(struct holder, is_group),
               "is_group stands right after the name");
_Static_assert(offsetof(struct policy_exclusion, is_group) -
                       offsetof(struct policy_exclusion, user) ==
                   offsetof(struct holder, is_group),
               "is_group stands right after the name");

static void write_holder(const struct schema_field *field, const void *record,
                         struct kept_file *file)
{
    const struct holder *holder = kept_at(field, record);

    if (holder->is_group == (field->kept.which != 0))
        kept_put_text(file, field->key, holder->name);
}
const struct kept_kind kept_holder = {write_holder, NULL};

static void write_user(const struct schema_field *field, const void *record,
                       struct kept_file *file)
{
    const struct policy_admin *admin = record;

    if (!admin->host)
        write_holder(field, record, file);
}
const struct kept_kind kept_user = {write_user, NULL};

/* "group: { sid: S-1-5-21-.., name: X }" */
static void write_group(const struct schema_field *field, const void *record,
                        struct kept_file *file)
{
    const struct policy_admin *admin = record;

    if (!admin->is_group || !admin->called) {
        write_holder(field, record, file);
        return;
    }
    kept_put_key(file, field->key);
    buf_append_format(file->out, "{ sid: %s, name: ", admin->name);
    policy_write_text(text_of(admin->called), file->out);
    buf_append_string(file->out, " }\n");
}

static void show_group(const struct schema_field *field, const void *record,
                       struct kept_lines *lines)
{
    const struct policy_admin *admin = record;

    (void)field;
    if (admin->called)
        kept_line(lines, "name: %s", admin->called);
}
const struct kept_kind kept_group = {write_group, show_group};

/* A site's own number, which a file is better off without; but who approves a
 * host is shown which device it is, and approves no other. */
static void write_device(const struct schema_field *field, const void *record,
                         struct kept_file *file)
{
    (void)field;
    (void)record;
    (void)file;
}

static void show_device(const struct schema_field *field, const void *record,
                        struct kept_lines *lines)
{
    const struct policy_admin *admin = record;

    (void)field;
    if (admin->device)
        kept_line(lines, "number of the device: %" PRId64, admin->device);
}
const struct kept_kind kept_device = {write_device, show_device};

/* ---- Identities ---- */

/* "{ a: X, b: Y }" from a value of two parts, cut where identity.h joined
 * them. */
static void put_pair(struct kept_file *file, const char *keys[2],
                     struct text value, const char *cut)
{
    if (!cut)
        return;
    buf_append_format(file->out, "{ %s: ", keys[0]);
    policy_write_text((struct text){value.data, (size_t)(cut - value.data)},
                      file->out);
    buf_append_format(file->out, ", %s: ", keys[1]);
    policy_write_text(text_of(cut + 1), file->out);
    buf_append_string(file->out, " }\n");
}

/* "{ key: X, level: L, until: T }" */
static void put_ssh(struct kept_file *file, struct text value)
{
    struct ssh_grant grant;
    const char *why;

    if (ssh_grant_read(value, &grant, &why) != STATUS_OK)
        return;
    kept_put_key(file, "ssh");
    buf_append_string(file->out, "{ key: ");
    policy_write_text(grant.key, file->out);
    if (grant.level != AUTH_LEVEL_DOMAIN)
        buf_append_format(file->out, ", level: %s",
                          auth_level_name(grant.level));
    if (grant.until_s != INT64_MAX) {
        buf_append_string(file->out, ", until: ");
        policy_write_date(grant.until_s, file->out);
    }
    buf_append_string(file->out, " }\n");
}

static void put_identity(struct kept_file *file,
                         const struct policy_identity *identity)
{
    const struct text value = text_of(identity->value);

    switch (identity->kind) {
    case IDENTITY_NONE:
        break;
    case IDENTITY_KERBEROS:
        kept_put_text(file, "kerberos", identity->value);
        break;
    case IDENTITY_SID:
        kept_put_text(file, "sid", identity->value);
        break;
    case IDENTITY_LOCAL:
        kept_put_text(file, "local", identity->value);
        break;
    case IDENTITY_CERTIFICATE_KEY:
        kept_put_text(file, "spki_sha256", identity->value);
        break;
    case IDENTITY_CERTIFICATE_SERIAL:
        kept_put_key(file, "certificate");
        put_pair(file, (const char *[]){"issuer", "serial"}, value,
                 memrchr(value.data, ';', value.size));
        break;
    case IDENTITY_TOKEN:
        kept_put_key(file, "token");
        put_pair(file, (const char *[]){"issuer", "subject"}, value,
                 memchr(value.data, ' ', value.size));
        break;
    case IDENTITY_SSH_KEY:
        put_ssh(file, value);
        break;
    }
}

static void write_identities(const struct schema_field *field,
                             const void *record, struct kept_file *file)
{
    const struct policy_admin *admin = record;

    if (admin->n_identities)
        kept_put_block(file, field->key);
    for (size_t i = 0; i < admin->n_identities; i++) {
        struct kept_file item = kept_below(file, 4);

        item.is_item = true;
        put_identity(&item, &admin->identities[i]);
    }
}

static void show_identities(const struct schema_field *field,
                            const void *record, struct kept_lines *lines)
{
    const struct policy_admin *admin = record;

    (void)field;
    for (size_t i = 0; i < admin->n_identities; i++)
        kept_line(lines, "identity: %s %s",
                  identity_kind_name(admin->identities[i].kind),
                  admin->identities[i].value);
}
const struct kept_kind kept_identities = {write_identities, show_identities};

/* ---- Assignments ---- */

static void write_assignments(const struct schema_field *field,
                              const void *record, struct kept_file *file)
{
    kept_records.write(field, record, file);
}

/* A built-in object may be written by its id; both are one. */
static const char *plain_name(const struct builtin *builtins, size_t n,
                              const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(builtins[i].id, name) == 0)
            return builtins[i].name;
    return name;
}

static const char *role_name(const char *name)
{
    const struct rbac_builtin_role *builtin = rbac_builtin_role(text_of(name));

    return builtin ? builtin->name : name;
}

/* Every role with every category: what is granted, however it is written. */
static void show_assignment(const struct policy_assignment *assignment,
                            struct kept_lines *lines)
{
    const char *from = kept_bound(lines->arena, "from", assignment->from_s);
    const char *until = kept_bound(lines->arena, "until", assignment->until_s);

    for (size_t i = 0; i < assignment->n_roles; i++) {
        const char *role = role_name(assignment->roles[i]);

        for (size_t j = 0; j < assignment->n_scopes; j++)
            kept_line(lines, "%s in scope %s%s%s", role,
                      plain_name(builtin_scopes, n_builtin_scopes,
                                 assignment->scopes[j]),
                      from, until);
        for (size_t j = 0; j < assignment->n_collections; j++)
            kept_line(lines, "%s on collection %s%s%s", role,
                      plain_name(builtin_collections, n_builtin_collections,
                                 assignment->collections[j]),
                      from, until);
    }
}

static void show_assignments(const struct schema_field *field,
                             const void *record, struct kept_lines *lines)
{
    const struct policy_admin *admin = record;

    (void)field;
    for (size_t i = 0; i < admin->n_assignments; i++)
        show_assignment(&admin->assignments[i], lines);
}
const struct kept_kind kept_assignments = {write_assignments, show_assignments};

/* ---- Tests ---- */

static void write_can(const struct schema_field *field, const void *record,
                      struct kept_file *file)
{
    const struct policy_test *test = record;

    if (test->can == (field->kept.which != 0))
        kept_put_text(file, field->key, test->operation);
}
const struct kept_kind kept_can = {write_can, NULL};
