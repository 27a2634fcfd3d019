/*
 * Replaces the running policy files: run, compared, and kept or undone as one
 * step (T81, T82).
 *
 *
 *     rollout_run -> rollout_compare -> rollout_keep, or the part is undone
 *
 * A plan is a rollout that is undone: it says what applying does, because it
 * was done.
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
    const struct site *before;           /* the store's present state */
    struct source *source;               /* compiled */
    const struct declare_caller *caller; /* NULL: the host's own directory */
    const struct call *call;             /* of the caller; or NULL */
    const struct settings *settings; /* NULL: it is unknown who can sign in */
    int64_t now_s;
    bool is_compared; /* rollout_compare will be called */
    bool is_restored; /* an earlier version, whoever wrote it */

    /* Set by rollout_run: */
    struct policy_version current; /* number 0: none before */
    struct declare *declare;       /* owned */
    struct site *after;            /* owned; NULL: nothing changed */
    bool changed;
    struct trial_sight *sights; /* owned: one per test, or NULL */
    struct trial_count tests;

    /* Set by rollout_compare: */
    struct arena *arena;    /* owned: memory of the rest */
    struct source *running; /* owned: the current version's, or NULL */
    struct export *was;     /* owned */
    struct export *is;      /* owned */
    struct policy_plan plan;
    struct rights_difference rights;
    char digest[POLICY_DIGEST_BYTES]; /* of the plan */
};

/* For SCOPED(rollout_clear) struct rollout rollout = {..}. */
void rollout_clear(struct rollout *rollout);

/*
 * Declares everything and runs the files' tests on the resulting site.
 * STATUS_INVALID: the source's messages say why. Acts that the caller may not
 * do are listed (declare_missing); such a rollout must not be kept.
 */
MUST_CHECK
enum status rollout_run(struct rollout *rollout);

/* The site as it would be. */
const struct site *rollout_site(const struct rollout *rollout);

/* Computes the changes, who would gain and lose what, and the plan's digest. */
MUST_CHECK
enum status rollout_compare(struct rollout *rollout);

/*
 * Keeps it as a version: author, origin, message and approver as given, the
 * rest is filled in. If the same files are running already, from the same
 * origin, no version is added and the running one is returned. The caller adds
 * its audit record, in the same change.
 */
MUST_CHECK
enum status rollout_keep(struct rollout *rollout,
                         struct policy_version *version);
