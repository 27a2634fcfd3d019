#include "rbac/subject.h"

#include <stdlib.h>

#include "provider/base/buf.h"
#include "provider/base/own.h"
#include "rbac/moment.h"
#include "rbac/rbac.h"

enum {
    LEVELS = AUTH_LEVEL_MFA, /* domain, certificate, mfa */
    WORD_BITS = 64,
    DRAFT_MAX_BYTES = 1 << 30,
};

/* The categories of an assignment that make a cell's cover. */
enum kind {
    KIND_SCOPES,
    KIND_COLLECTIONS,
    KIND_ANY_SCOPE,      /* held on all objects if a scope is paired */
    KIND_ANY_COLLECTION, /* the same with collections */
};

/* A subject being compiled. */
struct compiling {
    const struct rbac_engine *engine;
    struct entry *entries; /* owned */
    size_t n_entries;
    uint32_t *records; /* owned */
    uint32_t n_records;
    size_t n_words;         /* of a mask of entries */
    uint64_t *masks;        /* owned: [n_cells][LEVELS][n_words] */
    uint16_t *cells;        /* owned */
    uint16_t *moment_cells; /* owned; NULL: the cells */
    struct moment moment;
    uint16_t *memo;   /* owned: one cell of every distinct content, hashed */
    size_t memo_mask; /* number of memo slots - 1 */
    uint8_t *kinds;   /* owned: [n_cells] */
    struct run *runs; /* owned: room for every category of the subject */
    uint64_t *left;   /* owned: [n_words] */
    struct buf lines;
    struct buf chains;
    struct buf segments;
    struct buf directs;
};

static void draft_free(struct compiling *draft)
{
    free(draft->entries);
    free(draft->records);
    free(draft->masks);
    free(draft->cells);
    free(draft->moment_cells);
    free(draft->memo);
    free(draft->kinds);
    free(draft->runs);
    free(draft->left);
    buf_free(&draft->lines);
    buf_free(&draft->chains);
    buf_free(&draft->segments);
    buf_free(&draft->directs);
}

/* ---- Entries ---- */

static size_t count_entries(const struct rbac_admin *admin)
{
    size_t n = 0;

    for (size_t i = 0; i < admin->n_assignments; i++)
        n += admin->assignments[i].n_roles;
    return n;
}

static bool is_named_before(const uint32_t *admins, size_t i)
{
    for (size_t before = 0; before < i; before++)
        if (admins[before] == admins[i])
            return true;
    return false;
}

static void add_entries(struct compiling *draft, uint32_t admin_index)
{
    const struct rbac_admin *admin = &draft->engine->estate.admins[admin_index];

    draft->records[draft->n_records++] = admin_index;
    for (uint32_t i = 0; i < admin->n_assignments; i++)
        for (size_t r = 0; r < admin->assignments[i].n_roles; r++)
            draft->entries[draft->n_entries++] =
                (struct entry){admin_index, i, admin->assignments[i].roles[r]};
}

/* A disabled record matches nobody; one named twice counts once. */
static enum status find_entries(struct compiling *draft, const uint32_t *admins,
                                size_t n_admins)
{
    const struct rbac_estate *estate = &draft->engine->estate;
    size_t n = 0;

    for (size_t i = 0; i < n_admins; i++) {
        if (admins[i] >= estate->n_admins)
            return STATUS_INVALID;
        n += count_entries(&estate->admins[admins[i]]);
    }
    draft->entries = malloc(n * sizeof(*draft->entries) + 1);
    draft->records = malloc(n_admins * sizeof(*draft->records) + 1);
    if (!draft->entries || !draft->records)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < n_admins; i++)
        if (!estate->admins[admins[i]].is_disabled &&
            !is_named_before(admins, i))
            add_entries(draft, admins[i]);
    return STATUS_OK;
}

uint32_t entry_operations(const struct rbac_engine *engine, struct entry entry,
                          uint16_t type, enum auth_level level)
{
    const struct rights *rights = &engine->rights[entry.role];

    for (size_t i = 0; i < rights->n_rows; i++)
        if (rights->rows[i].type == type && rights->rows[i].level == level)
            return rights->rows[i].operations;
    return 0;
}

/* ---- Masks: which entries grant a cell ---- */

static uint64_t *mask_of(const struct compiling *draft, size_t cell,
                         size_t level)
{
    return draft->masks +
           (cell * LEVELS + (level - AUTH_LEVEL_DOMAIN)) * draft->n_words;
}

static void mark_right(struct compiling *draft, size_t entry,
                       const struct rbac_right *right)
{
    const struct type *type =
        types_get(&draft->engine->ground->types, right->type);

    for (uint32_t bits = right->operations; bits; bits &= bits - 1) {
        const uint16_t cell = type->cell[__builtin_ctz(bits)];

        mask_of(draft, cell, right->level)[entry / WORD_BITS] |=
            UINT64_C(1) << entry % WORD_BITS;
    }
}

static void mark_entries(struct compiling *draft)
{
    for (size_t e = 0; e < draft->n_entries; e++) {
        const struct rights *rights =
            &draft->engine->rights[draft->entries[e].role];

        for (size_t row = 0; row < rights->n_rows; row++)
            mark_right(draft, e, &rights->rows[row]);
    }
}

static void mark_kinds(struct compiling *draft)
{
    const struct types *types = &draft->engine->ground->types;

    for (size_t t = 1; t < types->n_slots; t++) {
        const struct type *type = &types->slots[t];
        const bool by_collection = type->securing == RBAC_BY_COLLECTION;

        for (int bit = 0; bit < RBAC_OPERATIONS_MAX; bit++) {
            const bool labelless = type->labelless >> bit & 1;

            if (type->cell[bit] == CELL_NONE)
                continue;
            draft->kinds[type->cell[bit]] =
                by_collection
                    ? (labelless ? KIND_ANY_COLLECTION : KIND_COLLECTIONS)
                    : (labelless ? KIND_ANY_SCOPE : KIND_SCOPES);
        }
    }
}

/* ---- Runs: what an assignment's categories cover ---- */

static size_t add_scopes(const struct rbac_engine *engine,
                         const struct rbac_assignment *assignment,
                         struct run *runs)
{
    for (size_t i = 0; i < assignment->n_scopes; i++) {
        const uint32_t scope = assignment->scopes[i];

        runs[i] = (struct run){(uint16_t)scope, 1};
        if (scope == engine->ground->all_scope)
            runs[i] = (struct run){0, (uint16_t)engine->estate.n_scopes};
    }
    return assignment->n_scopes;
}

static size_t add_collections(const struct tree *tree,
                              const struct rbac_assignment *assignment,
                              struct run *runs)
{
    for (size_t i = 0; i < assignment->n_collections; i++) {
        const uint32_t collection = assignment->collections[i];

        runs[i] =
            (struct run){tree->position[collection], tree->size[collection]};
    }
    return assignment->n_collections;
}

static size_t add_anything(size_t n_categories, struct run *runs)
{
    if (n_categories == 0)
        return 0;
    runs[0] = (struct run){LABEL_ALL_OBJECTS, 1};
    return 1;
}

static size_t add_runs(const struct compiling *draft, enum kind kind,
                       const struct rbac_assignment *assignment,
                       struct run *runs)
{
    switch (kind) {
    case KIND_SCOPES:
        return add_scopes(draft->engine, assignment, runs);
    case KIND_COLLECTIONS:
        return add_collections(&draft->engine->ground->tree, assignment, runs);
    case KIND_ANY_SCOPE:
        return add_anything(assignment->n_scopes, runs);
    case KIND_ANY_COLLECTION:
        return add_anything(assignment->n_collections, runs);
    }
    return 0;
}

static enum status make_runs(struct compiling *draft)
{
    size_t n = 1;

    for (size_t e = 0; e < draft->n_entries; e++) {
        const struct rbac_assignment *assignment =
            entry_assignment(draft->engine, draft->entries[e]);

        n += assignment->n_scopes + assignment->n_collections + 1;
    }
    draft->runs = malloc(n * sizeof(*draft->runs));
    return draft->runs ? STATUS_OK : STATUS_NO_MEMORY;
}

/* ---- Segments and cells ---- */

static uint32_t n_lines_of(const struct compiling *draft)
{
    return (uint32_t)(draft->lines.size / sizeof(struct line));
}

/* Writes the draft's runs[n] as lines; returns their number. */
static size_t append_lines(struct compiling *draft, size_t n_runs)
{
    const size_t kept = runs_join(draft->runs, n_runs);
    const size_t n_lines = cover_lines(kept);

    for (size_t i = 0; i < n_lines; i++) {
        const size_t at = i * LINE_RUNS;
        const size_t rest = kept - at;
        struct line line = {0};

        cover_write(draft->runs + at, rest < LINE_RUNS ? rest : LINE_RUNS,
                    &line);
        buf_append(&draft->lines, &line, sizeof(line));
    }
    return n_lines;
}

static size_t first_entry(const uint64_t *mask, size_t n_words)
{
    for (size_t w = 0; w < n_words; w++)
        if (mask[w])
            return w * WORD_BITS + (size_t)__builtin_ctzll(mask[w]);
    return SIZE_MAX;
}

/* Moves the entries with the window of the first from left, as one run. */
static struct segment take_window(struct compiling *draft, enum kind kind,
                                  size_t first)
{
    const struct rbac_assignment *window =
        entry_assignment(draft->engine, draft->entries[first]);
    struct segment segment = {
        .from_s = window->from_s,
        .until_s = window->until_s,
        .line = n_lines_of(draft),
    };
    size_t n_runs = 0;

    for (size_t e = first; e < draft->n_entries; e++) {
        const struct rbac_assignment *assignment =
            entry_assignment(draft->engine, draft->entries[e]);
        uint64_t *word = &draft->left[e / WORD_BITS];
        const uint64_t bit = UINT64_C(1) << e % WORD_BITS;

        if (!(*word & bit) || assignment->from_s != window->from_s ||
            assignment->until_s != window->until_s)
            continue;
        *word &= ~bit;
        n_runs += add_runs(draft, kind, assignment, draft->runs + n_runs);
    }
    segment.n_lines = (uint16_t)append_lines(draft, n_runs);
    return segment;
}

static bool is_plain(const struct segment *segment)
{
    return segment->from_s == INT64_MIN && segment->until_s == INT64_MAX &&
           segment->level == AUTH_LEVEL_DOMAIN && segment->n_lines == 1 &&
           segment->line < CELL_CHAIN;
}

/* The content of a cell that no earlier cell had. */
static uint16_t compile_cell(struct compiling *draft, size_t cell)
{
    struct chain chain = {
        .first = (uint32_t)(draft->segments.size / sizeof(struct segment))};
    struct segment segment = {0};
    const size_t n_chains = draft->chains.size / sizeof(chain);

    for (size_t level = AUTH_LEVEL_DOMAIN; level <= AUTH_LEVEL_MFA; level++) {
        size_t entry;

        memcpy(draft->left, mask_of(draft, cell, level),
               draft->n_words * sizeof(*draft->left));
        while ((entry = first_entry(draft->left, draft->n_words)) != SIZE_MAX) {
            segment = take_window(draft, (enum kind)draft->kinds[cell], entry);
            segment.level = (uint8_t)level;
            buf_append(&draft->segments, &segment, sizeof(segment));
            chain.n++;
        }
    }
    if (buf_status(&draft->segments) != STATUS_OK)
        return LINE_EMPTY; /* the draft fails as a whole */
    if (chain.n == 1 && is_plain(&segment)) {
        buf_truncate(&draft->segments, draft->segments.size - sizeof(segment));
        return (uint16_t)segment.line;
    }
    buf_append(&draft->chains, &chain, sizeof(chain));
    return (uint16_t)(CELL_CHAIN | n_chains);
}

static size_t hash_cell(const struct compiling *draft, size_t cell)
{
    const uint64_t *words = mask_of(draft, cell, AUTH_LEVEL_DOMAIN);
    uint64_t sum = draft->kinds[cell] + 1;

    for (size_t w = 0; w < LEVELS * draft->n_words; w++) {
        sum = (sum ^ words[w]) * UINT64_C(0x9e3779b97f4a7c15);
        sum ^= sum >> 29;
    }
    return (size_t)sum;
}

static bool is_same_content(const struct compiling *draft, size_t a, size_t b)
{
    return draft->kinds[a] == draft->kinds[b] &&
           memcmp(mask_of(draft, a, AUTH_LEVEL_DOMAIN),
                  mask_of(draft, b, AUTH_LEVEL_DOMAIN),
                  LEVELS * draft->n_words * sizeof(uint64_t)) == 0;
}

static bool is_granted(const struct compiling *draft, size_t cell)
{
    return first_entry(mask_of(draft, cell, AUTH_LEVEL_DOMAIN),
                       LEVELS * draft->n_words) != SIZE_MAX;
}

static void fill_cell(struct compiling *draft, size_t cell)
{
    if (draft->n_records == 0)
        draft->cells[cell] = LINE_NOBODY;
    if (!is_granted(draft, cell))
        return;
    for (size_t i = hash_cell(draft, cell);; i++) {
        uint16_t *known = &draft->memo[i & draft->memo_mask];

        if (*known == CELL_NONE) {
            *known = (uint16_t)cell;
            draft->cells[cell] = compile_cell(draft, cell);
            return;
        }
        if (is_same_content(draft, *known, cell)) {
            draft->cells[cell] = draft->cells[*known];
            return;
        }
    }
}

static void list_directs(struct compiling *draft)
{
    const struct rbac_engine *engine = draft->engine;

    for (size_t e = 0; e < draft->n_entries; e++) {
        const struct rbac_assignment *assignment =
            entry_assignment(engine, draft->entries[e]);

        for (size_t i = 0; i < assignment->n_collections; i++) {
            const struct direct direct = {
                assignment->from_s, assignment->until_s,
                engine->ground->tree.position[assignment->collections[i]]};

            buf_append(&draft->directs, &direct, sizeof(direct));
        }
    }
}

/* ---- The whole ---- */

static enum status draft_allocate(struct compiling *draft)
{
    const size_t n_cells = draft->engine->ground->types.n_cells;
    size_t n_memo = 2;

    while (n_memo < 2 * n_cells)
        n_memo *= 2;
    draft->memo_mask = n_memo - 1;
    draft->n_words = (draft->n_entries + WORD_BITS - 1) / WORD_BITS;
    draft->masks =
        calloc(n_cells * LEVELS * draft->n_words + 1, sizeof(*draft->masks));
    draft->cells = calloc(n_cells, sizeof(*draft->cells));
    draft->memo = calloc(n_memo, sizeof(*draft->memo));
    draft->kinds = calloc(n_cells, sizeof(*draft->kinds));
    draft->left = calloc(draft->n_words + 1, sizeof(*draft->left));
    if (!draft->masks || !draft->cells || !draft->memo || !draft->kinds ||
        !draft->left)
        return STATUS_NO_MEMORY;
    return make_runs(draft);
}

static enum status draft_compile(struct compiling *draft)
{
    TRY(draft_allocate(draft));
    mark_kinds(draft);
    mark_entries(draft);
    append_lines(draft, 0); /* LINE_EMPTY */
    append_lines(draft, 0); /* LINE_NOBODY */
    for (size_t cell = 1; cell < draft->engine->ground->types.n_cells; cell++)
        fill_cell(draft, cell);
    list_directs(draft);
    TRY(buf_status(&draft->lines));
    TRY(buf_status(&draft->chains));
    TRY(buf_status(&draft->segments));
    return buf_status(&draft->directs);
}

/* The cells for the time around now, if windows make them other ones. */
static enum status draft_moment(struct compiling *draft, int64_t now_s)
{
    const struct moment_source source = {
        .cells = draft->cells,
        .n_cells = draft->engine->ground->types.n_cells,
        .chains = (const void *)buf_text(&draft->chains).data,
        .n_chains = draft->chains.size / sizeof(struct chain),
        .segments = (const void *)buf_text(&draft->segments).data,
    };

    if (source.n_chains == 0)
        return STATUS_OK;
    draft->moment =
        moment_around(draft->engine, draft->entries, draft->n_entries, now_s);
    draft->moment_cells = calloc(source.n_cells, sizeof(*draft->cells));
    if (!draft->moment_cells)
        return STATUS_NO_MEMORY;
    return moment_compile(&source, now_s, draft->runs, &draft->lines,
                          draft->moment_cells);
}

/* Where the parts of a subject lie in its one block of memory. */
struct layout {
    size_t lines;
    size_t segments;
    size_t directs;
    size_t chains;
    size_t entries;
    size_t records;
    size_t cells;
    size_t total;
};

static struct layout layout_of(const struct compiling *draft)
{
    const size_t unit = sizeof(struct line);
    struct layout layout;

    layout.lines = sizeof(struct rbac_subject) +
                   draft->engine->ground->types.n_cells * sizeof(uint16_t);
    layout.lines = (layout.lines + unit - 1) / unit * unit;
    layout.segments = layout.lines + draft->lines.size;
    layout.directs = layout.segments + draft->segments.size;
    layout.chains = layout.directs + draft->directs.size;
    layout.entries = layout.chains + draft->chains.size;
    layout.records =
        layout.entries + draft->n_entries * sizeof(*draft->entries);
    layout.cells = layout.records + draft->n_records * sizeof(*draft->records);
    layout.total = layout.cells;
    if (draft->moment_cells)
        layout.total += draft->engine->ground->types.n_cells * sizeof(uint16_t);
    layout.total = (layout.total + unit - 1) / unit * unit;
    return layout;
}

static void *place(char *block, size_t at, const void *part, size_t size)
{
    if (size)
        memcpy(block + at, part, size);
    return block + at;
}

static void *place_buf(char *block, size_t at, const struct buf *part)
{
    return place(block, at, buf_text(part).data, part->size);
}

/* Those of the moment at the end of the struct, the others at the place. */
static void place_cells(const struct compiling *draft, char *place,
                        struct rbac_subject *subject)
{
    const size_t size =
        draft->engine->ground->types.n_cells * sizeof(*draft->cells);

    memcpy(subject->moment_cells, draft->cells, size);
    if (!draft->moment_cells)
        return;
    subject->cells = (const void *)place;
    memcpy(place, draft->cells, size);
    memcpy(subject->moment_cells, draft->moment_cells, size);
}

static struct rbac_subject *draft_finish(const struct compiling *draft)
{
    const struct layout layout = layout_of(draft);
    char *block = pool_take(&draft->engine->ground->subjects, layout.total);
    struct rbac_subject *subject = (struct rbac_subject *)(void *)block;

    if (!block)
        return NULL;
    *subject = (struct rbac_subject){
        .engine = draft->engine,
        .ground = draft->engine->ground,
        .lines = place_buf(block, layout.lines, &draft->lines),
        .moment = draft->moment,
        .cells = subject->moment_cells,
        .segments = place_buf(block, layout.segments, &draft->segments),
        .directs = place_buf(block, layout.directs, &draft->directs),
        .chains = place_buf(block, layout.chains, &draft->chains),
        .entries = place(block, layout.entries, draft->entries,
                         draft->n_entries * sizeof(*draft->entries)),
        .records = place(block, layout.records, draft->records,
                         draft->n_records * sizeof(*draft->records)),
        .n_directs = (uint32_t)(draft->directs.size / sizeof(struct direct)),
        .n_entries = (uint32_t)draft->n_entries,
        .n_records = draft->n_records,
        .n_lines = n_lines_of(draft),
        .n_bytes = (uint32_t)layout.total,
    };
    place_cells(draft, block + layout.cells, subject);
    return subject;
}

/* now_s: NULL if the subject is for no time more than another. */
static enum status subject_make(const struct rbac_engine *engine,
                                const uint32_t *admins, size_t n_admins,
                                const int64_t *now_s,
                                struct rbac_subject **subject_out)
{
    SCOPED(draft_free)
    struct compiling draft = {
        .engine = engine,
        .moment = {INT64_MIN, UINT64_MAX},
        .lines = buf_make(DRAFT_MAX_BYTES),
        .chains = buf_make(DRAFT_MAX_BYTES),
        .segments = buf_make(DRAFT_MAX_BYTES),
        .directs = buf_make(DRAFT_MAX_BYTES),
    };
    struct rbac_subject *subject;

    TRY(find_entries(&draft, admins, n_admins));
    TRY(draft_compile(&draft));
    if (now_s)
        TRY(draft_moment(&draft, *now_s));
    subject = draft_finish(&draft);
    if (!subject)
        return STATUS_NO_MEMORY;
    *subject_out = subject;
    return STATUS_OK;
}

enum status rbac_subject_new(const struct rbac_engine *engine,
                             const uint32_t *admins, size_t n_admins,
                             struct rbac_subject **subject_out)
{
    return subject_make(engine, admins, n_admins, NULL, subject_out);
}

enum status rbac_subject_new_at(const struct rbac_engine *engine,
                                const uint32_t *admins, size_t n_admins,
                                int64_t now_s,
                                struct rbac_subject **subject_out)
{
    return subject_make(engine, admins, n_admins, &now_s, subject_out);
}

bool rbac_subject_is_current(const struct rbac_subject *subject, int64_t now_s)
{
    return moment_has(subject->moment, now_s);
}

const uint32_t *rbac_subject_records(const struct rbac_subject *subject,
                                     size_t *n_out)
{
    *n_out = subject->n_records;
    return subject->records;
}

void rbac_subject_free(struct rbac_subject *subject)
{
    if (subject)
        pool_give(&subject->ground->subjects, subject, subject->n_bytes);
}
