/* Objects by number: the same as rbac_check() with their labels. */
#include "rbac/index.h"

#include <string.h>

#include "provider/base/own.h"
#include "tests/oracle/estate_random.h"
#include "tests/oracle/properties.h"

enum {
    OBJECTS_MAX = 20000, /* in a class */
    LABELS_MAX = 9,      /* on an object */
    ASKS = 400,
    CHANGES = 6,
    MANY_CHANGES = 1500, /* past those after which lists are laid out anew */
};

/* The objects of one type, whose class has the same number as the type. */
struct numbering {
    size_t n;
    size_t n_known; /* to the index; the last of n is added next */
    uint32_t at[OBJECTS_MAX + 1];
    uint32_t labels[OBJECTS_MAX * LABELS_MAX];
};

/*
 * Each class has a numbering of its own, or all share one, in which the i-th
 * objects of all classes stand side by side.
 */
struct world {
    const struct trial *trial;
    bool is_shared;
    struct numbering objects[TYPES_MAX];
    struct rbac_subject *subjects[SUBJECTS_MAX];
};

static void world_drop(struct world **world)
{
    if (!*world)
        return;
    for (size_t i = 0; i < SUBJECTS_MAX; i++)
        rbac_subject_free((*world)->subjects[i]);
    free(*world);
}

/* Labels for an object of the type; returns how many. */
static size_t labels_random(struct random *random, const struct estate *estate,
                            const struct rbac_type *type,
                            uint32_t labels[LABELS_MAX])
{
    const size_t many = type->securing == RBAC_BY_SCOPE ? estate->n_scopes
                        : type->securing == RBAC_BY_COLLECTION
                            ? estate->n_collections
                            : 0;
    const size_t max = random_chance(random, 60) ? 1 : LABELS_MAX;
    size_t n = random_chance(random, 5) ? 0 : 1 + random_below(random, max);
    struct list list = {.n = 0};

    for (; many && n; n--)
        list_add(&list, (uint16_t)random_below(random, many));
    if (type->securing == RBAC_BY_SCOPE)
        list_remove(&list, estate->all_scope);
    for (size_t i = 0; i < list.n; i++)
        labels[i] = list.at[i];
    return list.n;
}

static void numbering_random(struct random *random, const struct estate *estate,
                             const struct rbac_type *type,
                             struct numbering *objects)
{
    const size_t dice = random_below(random, 100);

    objects->n = dice < 80   ? random_below(random, 20)
                 : dice < 99 ? random_below(random, 200)
                             : random_below(random, OBJECTS_MAX);
    for (size_t i = 0; i < objects->n; i++)
        objects->at[i + 1] =
            objects->at[i] +
            (uint32_t)labels_random(random, estate, type,
                                    &objects->labels[objects->at[i]]);
}

/* The number that the index has for a class's i-th object. */
static uint32_t number_of(const struct world *world, size_t class,
                          uint32_t object)
{
    return world->is_shared ? object * (uint32_t)world->trial->estate.n_types +
                                  (uint32_t) class
                            : object;
}

/* All classes in one numbering; they have as many objects each. */
static struct rbac_index *index_shared(const struct world *world,
                                       const struct rbac_engine *engine)
{
    static uint32_t at[TYPES_MAX * OBJECTS_MAX + 1];
    static uint32_t labels[TYPES_MAX * OBJECTS_MAX * LABELS_MAX];
    static uint16_t class_of[TYPES_MAX * OBJECTS_MAX];
    const size_t n = world->trial->estate.n_types;
    struct rbac_class classes[TYPES_MAX];
    struct rbac_objects all = {world->objects[0].n * n, at, labels, class_of};
    struct rbac_index *index = NULL;

    for (size_t class = 0; class < n; class ++)
        classes[class] =
            (struct rbac_class){world->trial->estate.types[class].id, 0};
    for (uint32_t i = 0; i < all.n; i++) {
        const struct numbering *objects = &world->objects[i % n];
        const uint32_t from = objects->at[i / n];

        class_of[i] = (uint16_t)(i % n);
        at[i + 1] = at[i] + objects->at[i / n + 1] - from;
        memcpy(&labels[at[i]], &objects->labels[from],
               (at[i + 1] - at[i]) * sizeof(labels[0]));
    }
    if (rbac_index_build(engine, classes, n, &all, 1, &index) != STATUS_OK)
        return NULL;
    return index;
}

/* Fewer objects, or more without labels. */
static void objects_resize(struct numbering *objects, size_t n)
{
    for (size_t i = objects->n; i < n; i++)
        objects->at[i + 1] = objects->at[i];
    objects->n = n;
}

static struct rbac_index *world_index(const struct world *world,
                                      const struct rbac_engine *engine)
{
    const struct estate *estate = &world->trial->estate;
    struct rbac_class classes[TYPES_MAX];
    struct rbac_objects objects[TYPES_MAX];
    struct rbac_index *index = NULL;

    if (world->is_shared)
        return index_shared(world, engine);
    for (size_t i = 0; i < estate->n_types; i++) {
        classes[i] = (struct rbac_class){estate->types[i].id, (uint16_t)i};
        objects[i] = (struct rbac_objects){.n = world->objects[i].n,
                                           .label_at = world->objects[i].at,
                                           .labels = world->objects[i].labels};
    }
    if (rbac_index_build(engine, classes, estate->n_types, objects,
                         estate->n_types, &index) != STATUS_OK)
        return NULL;
    return index;
}

/*
 * Blocked operations ask for a collection, which has itself as its only label:
 * for what several collections hold the index promises nothing.
 */
static bool is_promised(const struct world *world, const struct rbac_ask *ask)
{
    const struct rbac_type *type = &world->trial->estate.types[ask->class];
    const struct numbering *objects = &world->objects[ask->class];

    return ask->operation >= RBAC_OPERATIONS_MAX ||
           !(type->blocked_direct >> ask->operation & 1) ||
           objects->at[ask->object + 1] - objects->at[ask->object] <= 1;
}

/* The answer by rbac_check(). */
static struct rbac_decision plain_check(const struct world *world,
                                        const struct rbac_ask *ask,
                                        int64_t now_s)
{
    const struct numbering *objects = &world->objects[ask->class];
    const uint32_t at = objects->at[ask->object];
    const struct rbac_request request = {
        .type = world->trial->estate.types[ask->class].id,
        .operation = ask->operation,
        .labels = &objects->labels[at],
        .n_labels = objects->at[ask->object + 1] - at,
        .level = (enum auth_level)ask->level,
        .now_s = now_s,
    };

    return rbac_check(ask->subject, &request);
}

static bool is_equal(const struct rbac_decision *a,
                     const struct rbac_decision *b)
{
    return a->verdict == b->verdict && a->reason == b->reason &&
           a->level_required == b->level_required;
}

static bool ask_random(struct random *random, const struct world *world,
                       struct rbac_ask *ask_out)
{
    const struct trial *trial = world->trial;
    const struct question *like =
        &trial->questions[random_below(random, trial->n_questions)];
    const struct rbac_type *type = estate_type(&trial->estate, like->type);

    if (!type)
        return false;
    *ask_out = (struct rbac_ask){
        .subject = world->subjects[like->subject],
        .class = (uint16_t)(type - trial->estate.types),
        .operation = like->operation,
        .level = (uint8_t)like->level,
    };
    if (!world->objects[ask_out->class].n)
        return false;
    ask_out->object =
        (uint32_t)random_below(random, world->objects[ask_out->class].n);
    return true;
}

static bool differs(struct breach *breach_out, const char *what,
                    const struct world *world, const struct rbac_ask *ask,
                    const struct rbac_decision *said,
                    const struct rbac_decision *plain)
{
    const struct numbering *objects = &world->objects[ask->class];
    char labels[128] = "";
    size_t used = 0;

    for (uint32_t i = objects->at[ask->object];
         i < objects->at[ask->object + 1] && used < sizeof(labels) - 8; i++)
        used += (size_t)snprintf(labels + used, sizeof(labels) - used, " #%u",
                                 objects->labels[i]);
    return breach(breach_out, 0,
                  "%s of object %u (of %zu) with labels{%s}, type %u bit %u "
                  "level %u: %s level %d, but rbac_check says %s level %d",
                  what, ask->object, objects->n, labels,
                  world->trial->estate.types[ask->class].id, ask->operation,
                  ask->level, rbac_reason_name(said->reason),
                  (int)said->level_required, rbac_reason_name(plain->reason),
                  (int)plain->level_required);
}

/* The ask with the object's number in the index. */
static struct rbac_ask numbered(const struct world *world, struct rbac_ask ask)
{
    ask.object = number_of(world, ask.class, ask.object);
    return ask;
}

static bool checks_agree(struct random *random, const struct world *world,
                         const struct rbac_index *index, int64_t now_s,
                         struct breach *breach_out)
{
    static struct rbac_ask asks[ASKS], sent[ASKS];
    static struct rbac_decision many[ASKS];
    size_t n = 0;

    for (size_t i = 0; i < ASKS; i++)
        n += ask_random(random, world, &asks[n]);
    for (size_t i = 0; i < n; i++)
        sent[i] = numbered(world, asks[i]);
    rbac_index_check_many(index, sent, n, now_s, many);
    for (size_t i = 0; i < n; i++) {
        const struct rbac_decision one =
            rbac_index_check(index, &sent[i], now_s);
        const struct rbac_decision plain = plain_check(world, &asks[i], now_s);

        if (!is_equal(&one, &many[i]))
            return differs(breach_out, "check against check_many", world,
                           &asks[i], &many[i], &one);
        if (is_promised(world, &asks[i]) && !is_equal(&one, &plain))
            return differs(breach_out, "check", world, &asks[i], &one, &plain);
    }
    return true;
}

/* An object without labels may be a removed one, which no list has. */
static bool is_listable(const struct world *world, const struct rbac_ask *ask)
{
    const struct rbac_type *type = &world->trial->estate.types[ask->class];
    const struct numbering *objects = &world->objects[ask->class];

    return type->securing == RBAC_BY_ROLE ||
           objects->at[ask->object + 1] > objects->at[ask->object];
}

static bool list_agrees(const struct world *world,
                        const struct rbac_index *index, struct rbac_ask ask,
                        int64_t now_s, struct rbac_set *set,
                        struct breach *breach_out)
{
    const struct numbering *objects = &world->objects[ask.class];
    size_t count = 0;

    if (rbac_index_visible(index, &ask, now_s, set) != STATUS_OK)
        return breach(breach_out, 0, "visible fails");
    for (ask.object = 0; ask.object < objects->n; ask.object++) {
        const struct rbac_decision plain = plain_check(world, &ask, now_s);
        const bool has =
            rbac_set_has(set, number_of(world, ask.class, ask.object));
        const struct rbac_decision said = {.reason = has ? RBAC_ALLOWED
                                                         : RBAC_REASON_NONE};

        count += has;
        if (is_promised(world, &ask) && is_listable(world, &ask) &&
            (plain.verdict == RBAC_ALLOW) != has)
            return differs(breach_out, "visible", world, &ask, &said, &plain);
    }
    if (count != set->count)
        return breach(breach_out, 0, "visible counts %zu of %zu", set->count,
                      count);
    return true;
}

static bool lists_agree(struct random *random, const struct world *world,
                        const struct rbac_index *index, int64_t now_s,
                        struct breach *breach_out)
{
    SCOPED(rbac_set_clear) struct rbac_set set = {0};

    for (size_t i = 0; i < 10; i++) {
        struct rbac_ask ask;

        if (ask_random(random, world, &ask) &&
            !list_agrees(world, index, ask, now_s, &set, breach_out))
            return false;
    }
    return true;
}

static bool index_agrees(struct random *random, const struct world *world,
                         const struct rbac_index *index,
                         struct breach *breach_out)
{
    const int64_t times[] = {NOON_S, time_random(random), time_random(random)};

    for (size_t i = 0; i < ARRAY_SIZE(times); i++)
        if (!checks_agree(random, world, index, times[i], breach_out) ||
            !lists_agree(random, world, index, times[i], breach_out))
            return false;
    return true;
}

/* Puts other labels on one object of a numbering; returns how many. */
static size_t relabel(struct random *random, const struct estate *estate,
                      const struct rbac_type *type, struct numbering *objects,
                      uint32_t object, uint32_t labels[LABELS_MAX])
{
    const size_t n = labels_random(random, estate, type, labels);
    const uint32_t from = objects->at[object], to = objects->at[object + 1];
    const uint32_t end = objects->at[objects->n];

    memmove(&objects->labels[from + n], &objects->labels[to],
            (end - to) * sizeof(labels[0]));
    memcpy(&objects->labels[from], labels, n * sizeof(labels[0]));
    for (size_t i = object + 1; i <= objects->n; i++)
        objects->at[i] = objects->at[i] + (uint32_t)n - (to - from);
    return n;
}

/* Room for a new object at the end; those skipped have no labels. */
static void objects_grow(struct random *random, struct numbering *objects)
{
    const size_t n = objects->n + 1 + random_below(random, 40);

    if (n > OBJECTS_MAX)
        return;
    for (size_t i = objects->n; i < n; i++)
        objects->at[i + 1] = objects->at[i];
    objects->n = n;
}

/* Generation after generation, each with one object changed. */
static bool changes_agree(struct random *random, struct world *world,
                          const struct rbac_index *first,
                          struct breach *breach_out)
{
    const struct estate *estate = &world->trial->estate;
    OWNED(rbac_index) index = NULL;

    const size_t changes = random_chance(random, 1) ? MANY_CHANGES : CHANGES;

    for (size_t i = 0; i < changes; i++) {
        const size_t class = random_below(random, estate->n_types);
        struct numbering *objects = &world->objects[class];
        uint32_t labels[LABELS_MAX];
        OWNED(rbac_index) next = NULL;

        if (estate->types[class].securing == RBAC_BY_ROLE)
            continue;
        if (!world->is_shared && random_chance(random, 20))
            objects_grow(random, objects);
        if (!objects->n)
            continue;
        const uint32_t object =
            objects->n > objects->n_known
                ? (uint32_t)objects->n - 1
                : (uint32_t)random_below(random, objects->n);
        const size_t n = relabel(random, estate, &estate->types[class], objects,
                                 object, labels);

        if (rbac_index_set(index ? index : first, (uint16_t) class,
                           number_of(world, class, object), labels, n,
                           &next) != STATUS_OK)
            return breach(breach_out, 0, "index_set fails");
        objects->n_known = objects->n;
        rbac_index_free(index);
        index = TAKE(next);
        if ((i < CHANGES || i + CHANGES > changes) &&
            !index_agrees(random, world, index, breach_out))
            return false;
    }
    return true;
}

static bool world_subjects(struct world *world,
                           const struct rbac_engine *engine)
{
    for (size_t i = 0; i < world->trial->n_subjects; i++) {
        rbac_subject_free(world->subjects[i]);
        world->subjects[i] = NULL;
        if (list_subject(&world->trial->subjects[i], engine, NOON_S,
                         &world->subjects[i]) != STATUS_OK)
            return false;
    }
    return true;
}

/* The next engine, with other administrators, over the same index. */
static bool rebuild_agrees(struct random *random, struct world *world,
                           const struct stand *stand,
                           const struct rbac_index *index,
                           struct breach *breach_out)
{
    static struct estate other;
    SCOPED(built_drop) struct built built = {0};
    OWNED(rbac_engine) engine = NULL;
    struct rbac_problem problem = {""};

    other = world->trial->estate;
    for (size_t i = 0; i < other.n_admins; i++) {
        struct admin *admin = &other.admins[i];

        if (random_chance(random, 20))
            admin->is_disabled = !admin->is_disabled;
        if (admin->n_assignments && random_chance(random, 40))
            admin->n_assignments--;
    }
    if (built_make(&other, &built) != STATUS_OK)
        return breach(breach_out, 0, "no memory");
    built.estate.catalog = stand->built.estate.catalog;
    if (rbac_engine_rebuild(stand->engine, &built.estate, &engine, &problem) !=
        STATUS_OK)
        return breach(breach_out, 0, "does not rebuild: %s", problem.text);
    if (!rbac_index_fits(index, engine))
        return breach(breach_out, 0, "the index does not fit the next engine");
    return world_subjects(world, engine) &&
           index_agrees(random, world, index, breach_out);
}

/* Labels in one numbering are of one kind. */
static bool may_share(const struct estate *estate)
{
    for (size_t i = 1; i < estate->n_types; i++)
        if (estate->types[i].securing != estate->types[0].securing)
            return false;
    return estate->n_types > 1;
}

bool property_index(struct random *random, const struct trial *trial,
                    struct breach *breach_out)
{
    SCOPED(stand_drop) struct stand stand = {0};
    OWNED(rbac_index) index = NULL;
    SCOPED(world_drop) struct world *world = calloc(1, sizeof(*world));
    struct rbac_problem problem = {""};

    if (!world || stand_make(&trial->estate, &stand, &problem) != STATUS_OK)
        return breach(breach_out, 0, "does not build: %s", problem.text);
    world->trial = trial;
    if (!world_subjects(world, stand.engine))
        return breach(breach_out, 0, "no subject");
    for (size_t i = 0; i < trial->estate.n_types; i++)
        numbering_random(random, &trial->estate, &trial->estate.types[i],
                         &world->objects[i]);
    world->is_shared = may_share(&trial->estate) && random_chance(random, 50);
    for (size_t i = 1; world->is_shared && i < trial->estate.n_types; i++)
        objects_resize(&world->objects[i], world->objects[0].n);
    for (size_t i = 0; i < trial->estate.n_types; i++)
        world->objects[i].n_known = world->objects[i].n;
    index = world_index(world, stand.engine);
    if (!index)
        return breach(breach_out, 0, "no index");
    if (!rbac_index_fits(index, stand.engine) ||
        !index_agrees(random, world, index, breach_out) ||
        !rebuild_agrees(random, world, &stand, index, breach_out))
        return false;
    return world_subjects(world, stand.engine) &&
           changes_agree(random, world, index, breach_out);
}
