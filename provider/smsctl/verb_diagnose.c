#include "provider/smsctl/verb_diagnose.h"

#include "provider/client/answer.h"
#include "provider/client/client.h"
#include "provider/smsctl/diagnosis.h"

/* ---- Trying a mechanism ---- */

static void add_refusal(struct diagnosis *d, enum auth_mechanism mechanism,
                        const struct smsclient_failure *failure)
{
    const bool is_refusal =
        failure->result == SMSCLIENT_NOT_AUTHENTICATED && failure->code != 0;

    diagnosis_add(d, auth_mechanism_name(mechanism), FINDING_MISSING,
                  is_refusal ? diagnose_ask(mechanism) : failure->next, "%s",
                  failure->message);
}

/* A sentence from whoami, for this mechanism and the site's minimum. */
static const char *raise_sentence(const json_t *who, const char *mechanism,
                                  const char *minimum)
{
    const json_t *raise = json_object_get(who, "raise");

    for (size_t i = 0; i < json_array_size(raise); i++) {
        const json_t *step = json_array_get(raise, i);
        const json_t *how = json_object_get(step, "how");

        for (size_t k = 0; strcmp(answer_text(step, "level"), minimum) == 0 &&
                           k < json_array_size(how);
             k++) {
            const json_t *way = json_array_get(how, k);

            if (strcmp(answer_text(way, "mechanism"), mechanism) == 0)
                return answer_text(way, "sentence");
        }
    }
    return "This mechanism cannot reach it at this provider: use another.";
}

static void add_level(struct diagnosis *d, enum auth_mechanism mechanism,
                      const json_t *who)
{
    const char *name = auth_mechanism_name(mechanism);
    const enum auth_level level =
        auth_level_read(text_of(answer_text(who, "level")));
    const bool is_excluded = json_is_true(json_object_get(who, "excluded"));
    const bool is_enough = level >= d->minimum || is_excluded;
    const char *minimum = auth_level_name(d->minimum);

    d->reached = level > d->reached ? level : d->reached;
    d->is_enough |= is_enough;
    json_object_set_new(d->proved, name, json_string(auth_level_name(level)));
    if (is_enough)
        diagnosis_add(
            d, name, FINDING_GOOD, "", "Signs in as %s at %s%s.",
            answer_text(who, "user"), answer_text(who, "level"),
            level < d->minimum
                ? ", below the site's minimum, from which you are excluded"
                : "");
    else
        diagnosis_add(
            d, name, FINDING_MISSING, raise_sentence(who, name, minimum),
            "Signs in as %s at %s; the site requires %s.",
            answer_text(who, "user"), answer_text(who, "level"), minimum);
}

/* What groups would give is not there, whoever is in them. */
static void add_groups(struct diagnosis *d, enum auth_mechanism mechanism,
                       const json_t *who)
{
    const char *name = auth_mechanism_name(mechanism);

    if (json_is_false(json_object_get(who, "has_account")))
        diagnosis_add(d, name, FINDING_MISSING,
                      "Ask an administrator of the provider's host: its name "
                      "service must know your account, by the account template "
                      "of your realm and from the minimum user id.",
                      "The provider's host has no account of %s, so groups of "
                      "that host give you nothing.",
                      answer_text(who, "user"));
    else if (json_is_false(json_object_get(who, "groups_known")))
        diagnosis_add(d, name, FINDING_NOTE,
                      "Rights that groups give are missing meanwhile.",
                      "Not all groups of %s are known to the provider.",
                      answer_text(who, "user"));
}

static void try_mechanism(struct diagnosis *d, enum auth_mechanism mechanism)
{
    OWNED(smsclient) client = smsclient_new();
    struct smsclient_options options = d->options;
    SCOPED(memory_drop) char *answer = NULL;
    SCOPED(answer_drop) json_t *who = NULL;

    if (!client)
        return;
    options.mechanism = auth_mechanism_name(mechanism);
    if (smsclient_sign_in(client, &options) != SMSCLIENT_OK ||
        smsclient_call(client, "session.whoami", NULL, &answer) !=
            SMSCLIENT_OK) {
        add_refusal(d, mechanism, smsclient_failure(client));
        return;
    }
    who = json_loads(answer, 0, NULL);
    add_level(d, mechanism, who);
    add_groups(d, mechanism, who);
}

/* ---- All of them ---- */

static const char *level_there(const struct diagnosis *d,
                               enum auth_mechanism mechanism)
{
    return answer_text(json_object_get(d->info, "levels"),
                       auth_mechanism_name(mechanism));
}

static bool is_offered(const struct diagnosis *d, enum auth_mechanism mechanism)
{
    const json_t *names = json_object_get(d->info, "mechanisms");

    if (json_object_get(d->info, "levels"))
        return *level_there(d, mechanism) != '\0';
    for (size_t i = 0; i < json_array_size(names); i++) {
        const char *name = json_string_value(json_array_get(names, i));

        if (name && strcmp(name, auth_mechanism_name(mechanism)) == 0)
            return true;
    }
    return false;
}

static void diagnose_mechanism(struct diagnosis *d,
                               enum auth_mechanism mechanism)
{
    const char *name = auth_mechanism_name(mechanism);
    const char *level = level_there(d, mechanism);

    if (!is_offered(d, mechanism)) {
        diagnosis_add(d, name, FINDING_NOTE, "",
                      "The provider does not offer it.");
        return;
    }
    if (*level)
        diagnosis_add(d, name, FINDING_NOTE, "",
                      "The provider offers it; it proves %s at most%s.", level,
                      auth_level_read(text_of(level)) < d->minimum
                          ? ", below the site's minimum"
                          : "");
    if (diagnose_evidence(d, mechanism))
        try_mechanism(d, mechanism);
}

static void diagnose_mechanisms(struct diagnosis *d)
{
    const enum auth_mechanism asked =
        auth_mechanism_read(text_of(d->options.mechanism));

    if (asked < AUTH_N_MECHANISMS) {
        diagnose_mechanism(d, asked);
        return;
    }
    for (size_t i = 0; i < AUTH_N_MECHANISMS; i++) {
        const enum auth_mechanism mechanism = auth_mechanisms_on_tls[i];

        /* The same ticket, in another protocol. */
        if (mechanism == AUTH_GSS_SPNEGO && is_offered(d, AUTH_GSSAPI))
            continue;
        diagnose_mechanism(d, mechanism);
    }
}

static void conclude(struct diagnosis *d)
{
    if (d->is_enough)
        diagnosis_add(d, "result", FINDING_GOOD, "",
                      "You can sign in at the level that this site requires.");
    else if (d->reached != AUTH_LEVEL_NONE)
        diagnosis_add(
            d, "result", FINDING_MISSING, "",
            "You can sign in, but below the level that this site requires.");
    else
        diagnosis_add(d, "result", FINDING_MISSING, "",
                      "You cannot sign in yet.");
}

enum smsclient_result verb_diagnose(struct console *console)
{
    SCOPED(diagnosis_clear) struct diagnosis d = {.console = console};
    enum smsclient_result printed;

    if (console_options(console, &d.options) != SMSCLIENT_OK)
        return SMSCLIENT_USAGE;
    if (d.options.mechanism &&
        auth_mechanism_read(text_of(d.options.mechanism)) == AUTH_N_MECHANISMS)
        return console_fail(console, SMSCLIENT_USAGE, "Unknown mechanism %s.",
                            d.options.mechanism);
    d.findings = json_array();
    d.proved = json_object();
    if (!d.findings || !d.proved)
        return console_printed(console, STATUS_NO_MEMORY);
    if (diagnose_server(&d))
        diagnose_mechanisms(&d);
    conclude(&d);
    printed = diagnosis_print(&d);
    if (printed != SMSCLIENT_OK || d.is_enough)
        return printed;
    return d.reached != AUTH_LEVEL_NONE ? SMSCLIENT_LEVEL_TOO_LOW
                                        : SMSCLIENT_NOT_AUTHENTICATED;
}
