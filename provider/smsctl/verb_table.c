#include "provider/smsctl/verbs.h"

#include <string.h>

#include "provider/base/own.h"
#include "provider/smsctl/arguments.h"
#include "provider/smsctl/audit/verb_audit.h"
#include "provider/smsctl/audit/verb_export.h"
#include "provider/smsctl/completion/verb_complete.h"
#include "provider/smsctl/context/verb_config.h"
#include "provider/smsctl/host/verb_backup.h"
#include "provider/smsctl/host/verb_host.h"
#include "provider/smsctl/host/verb_ssh.h"
#include "provider/smsctl/import/verb_import.h"
#include "provider/smsctl/inventory/verb_inventory.h"
#include "provider/smsctl/resolve/verb_resolve.h"
#include "provider/smsctl/session/verb_agent.h"
#include "provider/smsctl/session/verb_whoami.h"
#include "provider/smsctl/verb_access.h"
#include "provider/smsctl/verb_apply.h"
#include "provider/smsctl/verb_diagnose.h"
#include "provider/smsctl/verb_help.h"
#include "provider/smsctl/verb_metrics.h"
#include "provider/smsctl/verb_object.h"
#include "provider/smsctl/verb_policy.h"
#include "provider/smsctl/verb_policy_apply.h"
#include "provider/smsctl/verb_policy_history.h"
#include "provider/smsctl/verb_query.h"
#include "provider/smsctl/verb_refresh.h"
#include "provider/smsctl/verb_role.h"
#include "provider/smsctl/verb_session.h"
#include "provider/smsctl/verb_shell.h"
#include "provider/smsctl/verb_site.h"
#include "provider/smsctl/verb_store.h"
#include "provider/smsctl/verb_watch.h"

#define O(option) (UINT64_C(1) << (OPTION_##option - OPTION_N_GLOBAL))

/* The front (front.h) runs the other verbs; it has not got these. */
#ifdef SMSCTL_FRONT
#define WHOLE(run) NULL
#else
#define WHOLE(run) run
#endif

#define AUDIT_SELECTORS                                                        \
    (O(SINCE) | O(UNTIL) | O(USER) | O(OUTCOME) | O(EVENT) | O(CLASS) |        \
     O(OBJECT) | O(OPERATION) | O(LEVEL) | O(EVIDENCE) | O(ADDRESS) |          \
     O(CODE) | O(SESSION) | O(REQUEST) | O(TRACE))

enum { MANY = ARGUMENTS_WORDS_MAX, PATIENT_S = 600 };

_Static_assert(OPTION_N - OPTION_N_GLOBAL <= 64, "a bit for every option");

const struct verb verbs[] = {
    {"whoami", NULL, "", 0, 0, 0,
     "print who you are to the provider, and at which level", verb_whoami},
    {"login", NULL, "", 0, 0, 0,
     "test the sign-in and print what it proves; no session is kept",
     WHOLE(verb_login)},
    {"logout", NULL, "", 0, 0, 0,
     "end the shell's session; does nothing elsewhere", WHOLE(verb_logout)},
    {"step-up", NULL, "", 0, 0, O(LEVEL),
     "raise the session's level: with --mech, or with available evidence",
     WHOLE(verb_step_up)},
    {"diagnose", NULL, "", 0, 0, 0,
     "check what each mechanism needs here, and what is missing",
     WHOLE(verb_diagnose)},

    {"agent", "list", "", 0, 0, 0,
     "list the sessions that the agent and this login hold",
     WHOLE(verb_agent_list), true},
    {"agent", "drop", "[all]", 0, 1, 0,
     "end the agent's sessions of this context, or all",
     WHOLE(verb_agent_drop)},
    {"agent", "stop", "", 0, 0, 0, "end the agent and its sessions",
     WHOLE(verb_agent_stop)},
    {"agent", NULL, "", 0, 0, O(FOREGROUND) | O(LIFETIME),
     "start an agent: one sign-in then serves all commands of its context",
     WHOLE(verb_agent)},

    {"get", NULL, "CLASS KEY", 2, 2, O(PROPERTIES), "print one object",
     verb_get, true},
    {"list", NULL, "CLASS", 1, 1,
     O(FILTER) | O(LIMIT) | O(ORDER) | O(PROPERTIES),
     "list the objects of a class that you may read", verb_list, true},
    {"query", "run", "QUERY [NAME=VALUE...]", 1, MANY, O(LIMIT),
     "run a query that the site keeps", verb_query_run, true},
    {"watch", NULL, "CLASS", 1, 1,
     O(FILTER) | O(PROPERTIES) | O(RESUME) | O(LIST) | O(INTERVAL),
     "print each change of the objects that you may read, until interrupted",
     WHOLE(verb_watch)},
    {"query", NULL, "WQL", 1, 1, O(LIMIT),
     "run a WQL query over what you may read", verb_query, true},
    {"create", NULL, "CLASS NAME=VALUE...", 1, MANY, O(EXPLAIN),
     "create an object", verb_create},
    {"update", NULL, "CLASS KEY NAME=VALUE...", 3, MANY,
     O(IF_VERSION) | O(EXPLAIN), "change an object", verb_update},
    {"delete", NULL, "CLASS KEY", 2, 2, O(IF_VERSION) | O(EXPLAIN),
     "delete an object", verb_delete},
    {"apply", NULL, "[FILE...]", 0, MANY, O(FILE) | O(DRY_RUN),
     "create and change objects until they are as these files describe; for "
     "policy files: policy apply",
     WHOLE(verb_apply)},
    {"import", NULL, "CLASS FILE", 2, 2,
     O(BY) | O(DRY_RUN) | O(FROM_LINE) | O(MAX_ERRORS) | O(VERBOSE),
     "create and change many objects, one a line of FILE: JSON, or fields "
     "separated by tabs (.tsv); - for standard input",
     WHOLE(verb_import)},
    {"invoke", NULL, "CLASS [KEY] METHOD NAME=VALUE...", 2, MANY, O(EXPLAIN),
     "call a method of a class or an object", verb_invoke},
    {"refresh", NULL, "COLLECTION", 1, 1, O(NO_WAIT),
     "evaluate the members of a collection, and wait until that is done",
     WHOLE(verb_refresh)},
    {"classes", NULL, "[CLASS]", 0, 1, 0,
     "list the classes, or the properties and methods of one", verb_classes,
     true},

    {"inventory", "load", "FILE...", 1, MANY, O(DRY_RUN),
     "create and extend the classes of inventory that these files describe",
     WHOLE(verb_inventory_load)},
    {"inventory", "list", "", 0, 0, 0, "list the classes of inventory",
     WHOLE(verb_inventory_list), true},
    {"inventory", "remove", "CLASS", 1, 1, O(FORCE),
     "remove a class of inventory; with --force: and however many rows it has",
     WHOLE(verb_inventory_remove)},

    {"can", NULL, "OPERATION CLASS [KEY]", 2, 3, O(USER) | O(LEVEL),
     "check whether you, or a user, may do this: exit 0 yes, 5 no, 4 at a "
     "higher level",
     verb_can},
    {"explain", NULL, "OPERATION CLASS [KEY]", 2, 3, O(USER) | O(LEVEL),
     "show why this is allowed or denied, and what would change it",
     verb_explain, true},
    {"who-can", NULL, "OPERATION CLASS [KEY]", 2, 3, O(LEVEL),
     "list the administrators who may do this", verb_who_can, true},
    {"what-can", NULL, "[USER]", 0, 1, 0, "list everything that a user may do",
     verb_what_can, true},

    {"auth-level", "get", "", 0, 0, 0,
     "print the site's minimum level and its exclusions",
     WHOLE(verb_level_get)},
    {"auth-level", "set", "LEVEL", 1, 1,
     O(EXCLUDE) | O(REASON) | O(UNTIL) | O(FORCE),
     "set the minimum level: domain, certificate or mfa",
     WHOLE(verb_level_set)},

    {"policy", "check", "FILE...", 1, MANY, O(PROVIDER),
     "check policy files, without a daemon: exit 8 on errors",
     WHOLE(verb_policy_check)},
    {"policy", "resolve", "FILE...", 1, MANY, 0,
     "write the SIDs of groups of a domain beside their names in these files; "
     "of those that have one, say whose it is no longer",
     WHOLE(verb_policy_resolve)},
    {"policy", "test", "[FILE...]", 0, MANY,
     O(CAN) | O(CANNOT) | O(USER) | O(LEVEL) | O(ONLINE) | O(PROVIDER),
     "check files and run their tests, without a daemon; without files, run "
     "the tests of the running policy",
     WHOLE(verb_policy_test), false, PATIENT_S},
    {"policy", "plan", "FILE...", 1, MANY,
     O(REPLAY) | O(DIGEST_ONLY) | O(VERBOSE) | O(DETAILED_EXITCODE),
     "show what these files would change, and who would gain or lose which "
     "rights",
     WHOLE(verb_policy_plan), true, PATIENT_S},
    {"policy", "apply", "FILE...", 1, MANY,
     O(MESSAGE) | O(PLAN_DIGEST) | O(YES) | O(FORCE) | O(VERBOSE),
     "apply these policy files in place of the running policy; at a terminal, "
     "after showing the plan and asking",
     WHOLE(verb_policy_apply), false, PATIENT_S},
    {"policy", "status", "", 0, 0, 0,
     "print the running version, the directory's state, and pending requests",
     WHOLE(verb_policy_status)},
    {"policy", "history", "", 0, 0, O(LIMIT), "list applied versions",
     WHOLE(verb_policy_history), true},
    {"policy", "diff", "FROM TO", 2, 2, O(VERBOSE),
     "show the changes between two versions", WHOLE(verb_policy_diff), true,
     PATIENT_S},
    {"policy", "export", "[VERSION]", 0, 1, O(ALL) | O(DIRECTORY),
     "print the running policy as one file, or the files of a version",
     WHOLE(verb_policy_export), true},
    {"policy", "rollback", "VERSION", 1, 1,
     O(MESSAGE) | O(PLAN_DIGEST) | O(YES) | O(FORCE) | O(VERBOSE),
     "apply the files of a version again", WHOLE(verb_policy_rollback), false,
     PATIENT_S},
    {"policy", "approve", "DIGEST", 1, 1, O(YES) | O(FORCE) | O(VERBOSE),
     "apply what another administrator requested", WHOLE(verb_policy_approve),
     false, PATIENT_S},
    {"policy", "reject", "DIGEST", 1, 1, 0, "withdraw a pending policy",
     WHOLE(verb_policy_reject)},
    {"policy", "new", "[USER]", 0, 1, 0, "print a policy file to start from",
     WHOLE(verb_policy_new)},
    {"policy", "schema", "", 0, 0, 0,
     "print a JSON Schema of policy files, for editors",
     WHOLE(verb_policy_schema), true},

    {"role", "import", "FILE.xml", 1, 1, O(OVERWRITE) | O(NO_OVERWRITE),
     "import custom roles from the exchange format", WHOLE(verb_role_import)},
    {"role", "export", "ROLE", 1, 1, 0,
     "export a custom role, by RoleID or name, in the exchange format",
     WHOLE(verb_role_export)},

    {"audit", "verify", "[ARCHIVE...]", 0, MANY, O(FILE) | O(ANCHOR),
     "check that the audit, or archives of it, are complete and unchanged; "
     "with "
     "--file: offline, with --key",
     WHOLE(verb_audit_verify)},
    {"audit", "export", "", 0, 0,
     O(FROM) | O(TO) | O(TO_CA) | O(TO_CERT) | O(TO_KEY) | O(POSITION) |
         O(STATUS) | O(FOLLOW) | O(INTERVAL),
     "give the records of the audit to another program, each with its position",
     WHOLE(verb_audit_export)},
    {"audit", NULL, "", 0, 0,
     AUDIT_SELECTORS | O(LIMIT) | O(FOLLOW) | O(INTERVAL),
     "print audit records (the last 100)", WHOLE(verb_audit), true},

    {"store", "verify", "", 0, 0, O(FILE) | O(ANCHOR),
     "check that a database is intact and as the provider left it; offline, "
     "with --key",
     WHOLE(verb_store_verify)},

    {"status", NULL, "", 0, 0, 0,
     "print the status of this host's provider; for root, without a sign-in",
     WHOLE(verb_status)},
    {"backup", NULL, "FILE|-", 1, 1, 0,
     "copy the store while the provider serves, for smsproviderd restore; for "
     "root, without a sign-in",
     WHOLE(verb_backup), PATIENT_S},
    {"host", "enrol", "[KEYTAB]", 0, 1, O(NO_WAIT),
     "make this host one whose logins the site decides: show its identity, "
     "wait for approval, write the configuration of smshostd; for root",
     WHOLE(verb_host_enrol)},
    {"host", "approve", "DEVICE NAME IDENTITY", 3, 3, 0,
     "approve a host that is being enrolled: it is this device",
     WHOLE(verb_host_approve)},
    {"host", "check", "USER", 1, 1, O(LEVEL) | O(OPERATION),
     "ask as a login would, whether this user may log in here; for root: exit "
     "0 yes, 5 no, 9 nobody can tell",
     WHOLE(verb_host_check)},
    {"host", "status", "", 0, 0, 0,
     "print whether this host is signed in to its site; for root",
     WHOLE(verb_host_status)},
    {"ssh-cert", "revoke", "SERIAL", 1, 1, 0,
     "withdraw one SSH certificate, by its serial number",
     WHOLE(verb_ssh_cert_revoke)},
    {"ssh-cert", NULL, "[KEY.pub]", 0, 1, 0,
     "get a short-lived SSH certificate of your key, in KEY-cert.pub",
     WHOLE(verb_ssh_cert)},
    {"ssh-ca", NULL, "", 0, 0, 0,
     "print the key that signs SSH certificates, for TrustedUserCAKeys",
     WHOLE(verb_ssh_ca)},
    {"ssh-krl", NULL, "", 0, 0, 0,
     "print the list of SSH certificates that no longer count, for RevokedKeys",
     WHOLE(verb_ssh_krl)},
    {"metrics", NULL, "", 0, 0, 0,
     "print the provider's counters; -o prometheus for a collector",
     WHOLE(verb_metrics), true},

    {"config", "get-contexts", "", 0, 0, 0,
     "list the contexts: providers with the evidence for each",
     WHOLE(verb_config_contexts), true},
    {"config", "current-context", "", 0, 0, 0,
     "print the name of the context in use", WHOLE(verb_config_current)},
    {"config", "use-context", "CONTEXT", 1, 1, 0,
     "use this context from now on", WHOLE(verb_config_use)},
    {"config", "set-context", "CONTEXT KEY=VALUE...", 2, MANY, 0,
     "make or change a context; KEY= removes a key", WHOLE(verb_config_set)},
    {"config", "delete-context", "CONTEXT", 1, 1, 0, "delete a context",
     WHOLE(verb_config_delete)},
    {"config", "view", "", 0, 0, 0,
     "print all contexts, the site's and the user's as one, as YAML",
     WHOLE(verb_config_view), true},

    {"shell", NULL, "", 0, 0, O(STOP_ON_ERROR),
     "run one verb per line over one connection, with history and completion",
     WHOLE(verb_shell)},
    {"help", NULL, "[VERB [PART]]", 0, 2, 0, "print the help of a verb",
     WHOLE(verb_help), true},
    {"version", NULL, "", 0, 0, 0, "print the version", WHOLE(verb_version)},
    {"complete", NULL, "[WORD...]", 0, MANY, 0,
     "print what the last word may become; the completion of shells calls it",
     WHOLE(verb_complete)},
};

const size_t n_verbs = ARRAY_SIZE(verbs);

/* A verb with a second word precedes the one without. */
const struct verb *verbs_find(const char *const words[], size_t n_words,
                              size_t *n_out)
{
    for (size_t i = 0; i < n_verbs; i++) {
        const size_t n = verbs[i].part ? 2 : 1;

        if (n_words < n || strcmp(verbs[i].name, words[0]) != 0 ||
            (verbs[i].part && strcmp(verbs[i].part, words[1]) != 0))
            continue;
        *n_out = n;
        return &verbs[i];
    }
    return NULL;
}

const char *verbs_nearest(const char *word)
{
    const char *names[ARRAY_SIZE(verbs)];

    for (size_t i = 0; i < n_verbs; i++)
        names[i] = verbs[i].name;
    return text_nearest(text_of(word), names, n_verbs);
}

const char *verbs_nearest_part(const char *name, const char *word)
{
    const char *parts[ARRAY_SIZE(verbs)];
    size_t n = 0;

    for (size_t i = 0; i < n_verbs; i++) {
        if (verbs[i].part && strcmp(verbs[i].name, name) == 0)
            parts[n++] = verbs[i].part;
    }
    return text_nearest(text_of(word), parts, n);
}

bool verbs_has(const char *name)
{
    for (size_t i = 0; i < n_verbs; i++) {
        if (strcmp(verbs[i].name, name) == 0)
            return true;
    }
    return false;
}

bool verbs_may_bring(const struct verb *verb, unsigned option)
{
    return verb && verb->run == WHOLE(verb_step_up) &&
           (option == OPTION_MECH || option == OPTION_TOKEN_FILE ||
            option == OPTION_LOGIN);
}
