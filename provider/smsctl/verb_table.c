#include "provider/smsctl/verbs.h"

#include <string.h>

#include "provider/base/own.h"
#include "provider/smsctl/arguments.h"
#include "provider/smsctl/verb_access.h"
#include "provider/smsctl/verb_audit.h"
#include "provider/smsctl/verb_diagnose.h"
#include "provider/smsctl/verb_metrics.h"
#include "provider/smsctl/verb_object.h"
#include "provider/smsctl/verb_policy.h"
#include "provider/smsctl/verb_policy_apply.h"
#include "provider/smsctl/verb_policy_history.h"
#include "provider/smsctl/verb_role.h"
#include "provider/smsctl/verb_session.h"
#include "provider/smsctl/verb_shell.h"
#include "provider/smsctl/verb_site.h"
#include "provider/smsctl/verb_store.h"

#define O(option) (1u << (OPTION_##option - OPTION_N_GLOBAL))

enum { MANY = ARGUMENTS_WORDS_MAX, PATIENT_S = 600 };

_Static_assert(OPTION_N - OPTION_N_GLOBAL <= 32, "a bit for every option");

const struct verb verbs[] = {
    {"whoami", NULL, "", 0, 0, 0,
     "who you are to the provider, and how strongly signed in", verb_whoami},
    {"login", NULL, "", 0, 0, 0,
     "try the sign-in and say what it proved; no session is kept", verb_login},
    {"logout", NULL, "", 0, 0, 0,
     "end the session of the shell; elsewhere none is kept", verb_logout},
    {"step-up", NULL, "", 0, 0, O(LEVEL),
     "prove more in the same session: with --mech, or whatever is at hand",
     verb_step_up},
    {"diagnose", NULL, "", 0, 0, 0,
     "what each way of signing in needs here and what is missing",
     verb_diagnose},

    {"get", NULL, "CLASS KEY", 2, 2, O(PROPERTIES), "one object", verb_get},
    {"list", NULL, "CLASS", 1, 1,
     O(FILTER) | O(LIMIT) | O(ORDER) | O(PROPERTIES),
     "the objects of a class that you may read", verb_list},
    {"query", NULL, "WQL", 1, 1, O(LIMIT),
     "what a query in WQL selects of what you may read", verb_query},
    {"create", NULL, "CLASS NAME=VALUE...", 1, MANY, O(EXPLAIN), "a new object",
     verb_create},
    {"update", NULL, "CLASS KEY NAME=VALUE...", 3, MANY,
     O(IF_VERSION) | O(EXPLAIN), "change an object", verb_update},
    {"delete", NULL, "CLASS KEY", 2, 2, O(IF_VERSION) | O(EXPLAIN),
     "delete an object", verb_delete},
    {"invoke", NULL, "CLASS [KEY] METHOD NAME=VALUE...", 2, MANY, O(EXPLAIN),
     "call a method of a class or an object", verb_invoke},
    {"classes", NULL, "[CLASS]", 0, 1, 0,
     "the classes, or the properties and methods of one", verb_classes},

    {"can", NULL, "OPERATION CLASS [KEY]", 2, 3, O(USER) | O(LEVEL),
     "may you, or somebody, do this: exit 0 yes, 5 no, 4 at a higher level",
     verb_can},
    {"explain", NULL, "OPERATION CLASS [KEY]", 2, 3, O(USER) | O(LEVEL),
     "why, or why not, and what would change it", verb_explain},
    {"who-can", NULL, "OPERATION CLASS [KEY]", 2, 3, O(LEVEL),
     "the administrators who may do this", verb_who_can},
    {"what-can", NULL, "[USER]", 0, 1, 0, "everything that a user may do",
     verb_what_can},

    {"auth-level", "get", "", 0, 0, 0,
     "the minimum level of the site, and whom it does not bind",
     verb_level_get},
    {"auth-level", "set", "LEVEL", 1, 1,
     O(EXCLUDE) | O(REASON) | O(UNTIL) | O(FORCE),
     "set it: domain, certificate or mfa", verb_level_set},

    {"policy", "check", "FILE...", 1, MANY, 0,
     "check policy files, without a daemon: exit 8 on errors",
     verb_policy_check},
    {"policy", "test", "[FILE...]", 0, MANY,
     O(CAN) | O(CANNOT) | O(USER) | O(LEVEL) | O(ONLINE),
     "check files and run the tests in them, without a daemon; with no file "
     "those of the running policy",
     verb_policy_test, PATIENT_S},
    {"policy", "plan", "FILE...", 1, MANY, O(REPLAY) | O(DIGEST_ONLY),
     "what these files would change, and who would gain or lose which rights",
     verb_policy_plan, PATIENT_S},
    {"policy", "apply", "FILE...", 1, MANY,
     O(MESSAGE) | O(PLAN_DIGEST) | O(YES) | O(FORCE),
     "put these files in the place of all others; at a terminal, after the "
     "plan and a question",
     verb_policy_apply, PATIENT_S},
    {"policy", "status", "", 0, 0, 0,
     "the running version, the directory's state, and what waits",
     verb_policy_status},
    {"policy", "history", "", 0, 0, O(LIMIT), "list applied versions",
     verb_policy_history},
    {"policy", "diff", "FROM TO", 2, 2, 0,
     "what one version changed against another", verb_policy_diff, PATIENT_S},
    {"policy", "export", "[VERSION]", 0, 1, O(ALL) | O(DIRECTORY),
     "the running policy as one file, or the files of a version",
     verb_policy_export},
    {"policy", "rollback", "VERSION", 1, 1,
     O(MESSAGE) | O(PLAN_DIGEST) | O(YES) | O(FORCE),
     "apply the files of a version again", verb_policy_rollback, PATIENT_S},
    {"policy", "approve", "DIGEST", 1, 1, O(YES) | O(FORCE),
     "apply what another administrator asked for", verb_policy_approve,
     PATIENT_S},
    {"policy", "reject", "DIGEST", 1, 1, 0, "take a waiting policy away again",
     verb_policy_reject},
    {"policy", "new", "[USER]", 0, 1, 0,
     "a first policy file to begin with, on standard output", verb_policy_new},
    {"policy", "schema", "", 0, 0, 0,
     "the language of policy files as JSON Schema, for editors",
     verb_policy_schema},

    {"role", "import", "FILE.xml", 1, 1, O(OVERWRITE) | O(NO_OVERWRITE),
     "custom roles from their exchange format", verb_role_import},
    {"role", "export", "ROLE", 1, 1, 0,
     "a custom role, by RoleID or name, in its exchange format",
     verb_role_export},

    {"audit", "verify", "", 0, 0, O(FILE) | O(ANCHOR),
     "is the audit whole and unchanged; --file: offline, with --key",
     verb_audit_verify},
    {"audit", NULL, "", 0, 0, O(SINCE) | O(USER) | O(OUTCOME) | O(LIMIT),
     "what was done and refused (the last 100)", verb_audit},

    {"store", "verify", "", 0, 0, O(FILE) | O(ANCHOR),
     "is a database whole and as the provider left it, offline, with --key",
     verb_store_verify},

    {"status", NULL, "", 0, 0, 0,
     "how the provider of this host does; for root, without a sign-in",
     verb_status},
    {"metrics", NULL, "", 0, 0, 0,
     "what the provider has counted; -o prometheus for a collector",
     verb_metrics},

    {"shell", NULL, "", 0, 0, 0,
     "one verb a line over one connection, with history and completion",
     verb_shell},
};

const size_t n_verbs = ARRAY_SIZE(verbs);

/* A verb with a second word stands before the one without. */
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
    return verb && verb->run == verb_step_up &&
           (option == OPTION_MECH || option == OPTION_TOKEN_FILE ||
            option == OPTION_LOGIN);
}
