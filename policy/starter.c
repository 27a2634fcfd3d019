#include "policy/starter.h"

#include "provider/base/identity.h"
#include "provider/base/own.h"

/* @A is the administrator, @R their realm. */
static const char starter[] =
    "# The policy of this site: who may do what, and how strongly they must\n"
    "# sign in. Check it with `smsctl policy check FILE`, run its tests with\n"
    "# `smsctl policy test FILE`; it comes into force when it lies in the\n"
    "# provider's policy directory and the provider is reloaded.\n"
    "version: 1\n"
    "\n"
    "authentication:\n"
    "  # domain (a Kerberos ticket), certificate, or mfa. Raise it when every\n"
    "  # administrator can reach it: a level nobody reaches is refused.\n"
    "  minimum_level: domain\n"
    "  # Whom the minimum does not bind. Keep it empty if you can.\n"
    "  exclusions: []\n"
    "\n"
    "# Scopes say which objects (applications, packages, ...) a role sees.\n"
    "scopes:\n"
    "  - { name: Applications, description: What the application team makes }\n"
    "\n"
    "# Collections say which devices and users a role acts on.\n"
    "collections:\n"
    "  - name: Workstations\n"
    "    limiting: All Systems\n"
    "    query:\n"
    "      - name: client editions\n"
    "        wql: select * from SMS_R_System where "
    "OperatingSystemNameandVersion"
    " like '%Workstation%'\n"
    "  - name: Pilot Workstations\n"
    "    comment: New versions come here first.\n"
    "    limiting: Workstations\n"
    "    direct: []\n"
    "\n"
    "# Roles say what may be done. Built-in ones need no entry; `smsctl list\n"
    "# SMS_Role` shows them. A role is copied and changed, or written out.\n"
    "roles:\n"
    "  - name: Help Desk\n"
    "    description: Sees devices, resets and notifies them\n"
    "    operations:\n"
    "      SMS_Collection: [Read, Read Resource, Remote Control,"
    " Notify Resource]\n"
    "      SMS_Application: [Read, Approve]\n"
    "  - name: Application Team\n"
    "    copied_from: Application Administrator\n"
    "    # Deploying reaches every device of a collection: ask for more.\n"
    "    require_level: { certificate: { SMS_Collection: [Deploy Applications]"
    " } }\n"
    "\n"
    "# Groups of these files. Groups of the system can be named as well.\n"
    "groups:\n"
    "  - { name: helpdesk, members: [helper@@R] }\n"
    "  - { name: applications, members: [packager@@R] }\n"
    "\n"
    "administrators:\n"
    "  - user: @A\n"
    "    # What else proves that it is them: certificates and token subjects.\n"
    "    # identities:\n"
    "    #   - certificate: { issuer: \"CN=Example Admin CA\", serial:"
    " \"1A2B3C\" }\n"
    "    #   - token: { issuer: https://login.example.com/, subject: 6f1c2d }\n"
    "    assignments:\n"
    "      # All: the scope All, All Systems and All Users and User Groups.\n"
    "      - { roles: [Full Administrator], instances: all }\n"
    "  - group: helpdesk\n"
    "    assignments:\n"
    "      - { roles: [Help Desk], scopes: [Applications], collections:"
    " [Workstations] }\n"
    "  - group: applications\n"
    "    assignments:\n"
    "      - roles: [Application Team]\n"
    "        scopes: [Applications]\n"
    "        collections: [Pilot Workstations]\n"
    "        # A grant can have a first day and a day on which it has ended:\n"
    "        # from: 2026-01-01\n"
    "        # until: 2027-01-01\n"
    "\n"
    "# What must stay true. A policy whose tests fail is not applied.\n"
    "tests:\n"
    "  - { user: @A, can: Modify, class: SMS_Admin }\n"
    "  - { user: helper@@R, can: Remote Control, class: SMS_Collection, key:"
    " Workstations }\n"
    "  - { user: helper@@R, cannot: Delete, class: SMS_Application, scopes:"
    " [Applications] }\n"
    "  - { user: packager@@R, level: certificate, can: Deploy Applications,"
    " class: SMS_Collection, key: Pilot Workstations }\n"
    "  - { user: packager@@R, level: domain, cannot: Deploy Applications,"
    " class: SMS_Collection, key: Pilot Workstations }\n"
    "  - { user: packager@@R, cannot: Deploy Applications, class:"
    " SMS_Collection, key: Workstations }\n";

static bool is_plain(struct text text)
{
    for (size_t i = 0; i < text.size; i++)
        if (strchr(" :#{}[],&*!|>'\"%`", text.data[i]))
            return false;
    return true;
}

enum status policy_starter_write(struct text administrator, struct buf *out)
{
    SCOPED(buf_free) struct buf canonical = buf_make(IDENTITY_MAX_BYTES);
    struct text realm;

    TRY(identity_of_kerberos(administrator, &canonical));
    if (!is_plain(administrator))
        return STATUS_INVALID;
    realm.data =
        (const char *)memchr(administrator.data, '@', administrator.size) + 1;
    realm.size = administrator.size - (size_t)(realm.data - administrator.data);
    for (const char *at = starter; *at; at++) {
        if (at[0] == '@' && (at[1] == 'A' || at[1] == 'R')) {
            buf_append_text(out, at[1] == 'A' ? administrator : realm);
            at++;
        } else {
            buf_append_char(out, *at);
        }
    }
    return buf_status(out);
}
