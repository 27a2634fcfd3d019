/*
 * Policy files in the place of those that run: tried, compared, and kept or
 * undone as one step (T81, T82).
 *
 *     rollout_run -> rollout_compare -> rollout_keep, or the part is undone
 *
 * A plan is a rollout that is undone: what it says is what applying does,
 * because it was done.
 */
#pragma once

#include "policy/plan.h"
#include "policy/rights.h"
#include "provider/config/settings.h"
#include "provider/object/declare/declare.h"
#include "provider/rollout/export.h"
#include "provider/rollout/source.h"
#include "provider/rollout/trial.h"

struct rollout {
    /* Given. Borrowed for its life. */
    struct store *store;                 /* in a part of a change */
    const struct site *before;           /* as the store is */
    struct source *source;               /* compiled */
    const struct declare_caller *caller; /* NULL: the host's own directory */
    const struct call *call;             /* of the caller; or NULL */
    const struct settings *settings; /* NULL: who can sign in is not known */
    int64_t now_s;
    bool is_compared; /* rollout_compare will be asked */
    bool is_restored; /* an earlier version is put back, whoever wrote it */

    /* By rollout_run. */
    struct policy_version current; /* number 0: none before */
    struct declare *declare;       /* owned */
    struct site *after;            /* owned; NULL: nothing changed */
    bool changed;
    struct trial_sight *sights; /* owned: of each test, or NULL */
    struct trial_count tests;

    /* By rollout_compare. */
    struct arena *arena;    /* owned: holds the rest */
    struct source *running; /* owned: of the current version, or NULL */
    struct export *was;     /* owned */
    struct export *is;      /* owned */
    struct policy_plan plan;
    struct rights_difference rights;
    char digest[POLICY_DIGEST_BYTES]; /* of the plan */
};

/* For SCOPED(rollout_clear) struct rollout rollout = {..}. */
void rollout_clear(struct rollout *rollout);

/*
 * Declares everything and runs the files' tests on the site that is then.
 * STATUS_INVALID: the source's messages say why. What the caller may not have
 * done is listed (declare_missing) and must not be kept.
 */
MUST_CHECK
enum status rollout_run(struct rollout *rollout);

/* The site as it would be. */
const struct site *rollout_site(const struct rollout *rollout);

/* What would change, who would gain and lose what, and the plan's digest. */
MUST_CHECK
enum status rollout_compare(struct rollout *rollout);

/*
 * Keeps it as a version: author, origin, message and approver as given, the
 * rest is filled. Where the same files run already, from the same origin, it
 * is no new version, and that one is given. Its audit record is the caller's to
 * add, in the same change.
 */
MUST_CHECK
enum status rollout_keep(struct rollout *rollout,
                         struct policy_version *version);
