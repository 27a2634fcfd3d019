#include "provider/store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "provider/base/buf.h"
#include "provider/base/clock.h"
#include "provider/base/log_rate.h"
#include "provider/store/log_file.h"
#include "provider/store/pair_table.h"
#include "provider/store/seal_private.h"
#include "provider/store/store_private.h"
#include "provider/store/store_schema_sql.h"

enum {
    APPLICATION_ID = 0x534D5350, /* "SMSP" in the header of the file */
    STORE_VERSION = 6,
    STORE_SEALED_VERSION = 3, /* later steps are changes of a sealed store */
    BUSY_TIMEOUT_MS = 10000,
    PROGRESS_STEPS = 1000, /* virtual machine steps between looks */
    PATH_MAX_BYTES = 4096,
    PAGE_BYTES = 4096, /* SQLite's own choice; never changed */
    SQL_MAX_BYTES = 64 * 1024,
    VALUE_MAX_BYTES = 16 * 1024 * 1024,
    LIKE_MAX_BYTES = 512,
};

/* Which disk it is about. */
static const char *file_of(const struct store *store)
{
    const char *file = store->db ? sqlite3_db_filename(store->db, "main") : "";

    return file ? file : "";
}

enum status store_status(struct store *store, int code, const char *doing)
{
    static struct log_rate rates[256]; /* a full disk fails every statement */

    switch (code & 0xFF) {
    case SQLITE_OK:
    case SQLITE_ROW:
        return STATUS_OK;
    case SQLITE_DONE:
        return STATUS_END;
    case SQLITE_CONSTRAINT:
        return STATUS_CONFLICT;
    case SQLITE_NOMEM:
        return STATUS_NO_MEMORY;
    case SQLITE_INTERRUPT:
    case SQLITE_TOOBIG:
        return STATUS_LIMIT;
    default:
        log_rarely(LOG_ERROR, &rates[code & 0xFF],
                   "store.failed doing=%s code=%d why=%s file=%s", doing, code,
                   store->db ? sqlite3_errmsg(store->db) : sqlite3_errstr(code),
                   file_of(store));
        return STATUS_UNAVAILABLE;
    }
}

/* ---- What SQL may do ---- */

/* Of a table that is computed, nobody follows the changes. */
static void note_read(struct store *store, const char *table)
{
    const uint64_t bit = sum_counts(table) ? store_table_bit(table) : 0;

    store->reads |= bit;
    store->reads_more |= bit == 0;
    for (size_t i = 0; i < store->n_pairs; i++)
        store->reads_more |= strcmp(store->pairs[i].table->name, table) == 0;
}

/*
 * Once sealed, no statement attaches a file, changes a pragma or the schema,
 * and a reader's statements write nothing.
 */
static int authorize(void *context, int action, const char *first,
                     const char *second, const char *database,
                     const char *trigger)
{
    struct store *store = context;

    (void)second;
    (void)database;
    (void)trigger;
    if (action == SQLITE_READ)
        note_read(store, first);
    if (!store->is_sealed)
        return SQLITE_OK;
    switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_FUNCTION:
    case SQLITE_RECURSIVE:
    case SQLITE_TRANSACTION:
    case SQLITE_SAVEPOINT:
        return SQLITE_OK;
    case SQLITE_INSERT:
    case SQLITE_UPDATE:
    case SQLITE_DELETE:
        if (store->mode > STORE_LOOK)
            return SQLITE_OK;
        break;
    default:
        break;
    }
    log_error("store.refused action=%d what=%s", action, first);
    return SQLITE_DENY;
}

bool store_look(struct store *store)
{
    const struct store_allowance *allowance = &store->allowance;

    if (store->until_us == 0)
        return false;
    for (size_t i = 0; i < STORE_VOID_MAX; i++)
        if (allowance->is_void[i] && *allowance->is_void[i])
            store->is_spent = true;
    if (clock_thread_us() > store->until_us)
        store->is_spent = true;
    return store->is_spent;
}

struct store_bounds store_lift_bounds(struct store *store)
{
    const struct store_bounds bounds = {store->deadline_ms, store->until_us,
                                        store->is_spent};

    store->deadline_ms = 0;
    store->until_us = 0;
    store->is_spent = false;
    return bounds;
}

void store_put_bounds(struct store *store, struct store_bounds bounds)
{
    store->deadline_ms = bounds.deadline_ms;
    store->until_us = bounds.until_us;
    store->is_spent = bounds.is_spent;
}

/* Ends a statement that takes too long, so that it cannot block a thread. */
static int look_at_clock(void *context)
{
    struct store *store = context;

    if (store->deadline_ms != 0 && clock_mono_ms() > store->deadline_ms) {
        store->is_spent = store->until_us != 0 && !store->is_trying;
        return 1;
    }
    if (store->is_trying && clock_thread_us() > store->try_until_us)
        return 1;
    return !store->is_changing && store_look(store);
}

bool store_may_go_on(struct store *store)
{
    if (look_at_clock(store))
        store->is_function_cut = true;
    return !store->is_function_cut;
}

static void set_limits(struct store *store)
{
    sqlite3_limit(store->db, SQLITE_LIMIT_SQL_LENGTH, SQL_MAX_BYTES);
    sqlite3_limit(store->db, SQLITE_LIMIT_LENGTH, VALUE_MAX_BYTES);
    sqlite3_limit(store->db, SQLITE_LIMIT_LIKE_PATTERN_LENGTH, LIKE_MAX_BYTES);
    sqlite3_limit(store->db, SQLITE_LIMIT_EXPR_DEPTH, 200);
    sqlite3_limit(store->db, SQLITE_LIMIT_COMPOUND_SELECT, 10);
    sqlite3_limit(store->db, SQLITE_LIMIT_VARIABLE_NUMBER,
                  STORE_PARAMETERS_MAX);
    sqlite3_limit(store->db, SQLITE_LIMIT_ATTACHED, 0);
    sqlite3_limit(store->db, SQLITE_LIMIT_TRIGGER_DEPTH, 10);
    sqlite3_limit(store->db, SQLITE_LIMIT_WORKER_THREADS, 0);
}

static enum status set_option(struct store *store, int option, int value)
{
    return store_status(store,
                        sqlite3_db_config(store->db, option, value, (int *)0),
                        "configure");
}

static enum status set_options(struct store *store)
{
    TRY(set_option(store, SQLITE_DBCONFIG_DEFENSIVE, 1));
    TRY(set_option(store, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0));
    TRY(set_option(store, SQLITE_DBCONFIG_DQS_DDL, 0));
    TRY(set_option(store, SQLITE_DBCONFIG_DQS_DML, 0));
    TRY(set_option(store, SQLITE_DBCONFIG_ENABLE_FKEY, 1));
    TRY(set_option(store, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0));
    TRY(set_option(store, SQLITE_DBCONFIG_ENABLE_TRIGGER, 1));
    sqlite3_busy_timeout(store->db, BUSY_TIMEOUT_MS);
    set_limits(store);
    sqlite3_progress_handler(store->db, PROGRESS_STEPS, look_at_clock, store);
    return store_status(
        store, sqlite3_set_authorizer(store->db, authorize, store), "seal");
}

enum status store_run_script(struct store *store, const char *sql)
{
    const bool was_sealed = store->is_sealed;
    int code;

    store->is_sealed = was_sealed && !store->is_writing;
    code = sqlite3_exec(store->db, sql, NULL, NULL, NULL);
    store->is_sealed = was_sealed;
    store->is_shaped = true;
    store->stamps.n_undone++; /* rows may read otherwise */
    if (store->seal) {
        store->seal->is_schema_new = true;
        store->seal->changes.is_known = false;
    }
    return store_status(store, code, "script");
}

/* ---- Tables of this room ---- */

static enum status read_is_wal(struct store *store, bool *is_wal_out)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_row_with(store, SQL_STORE_JOURNAL_MODE, STORE_NO_ARGS, &stmt));
    *is_wal_out = text_equal_nocase(store_text(stmt, 0), TEXT("wal"));
    return STATUS_OK;
}

static enum status set_pragmas(struct store *store, bool is_file)
{
    bool is_wal;

    TRY(store_run_script(store, SQL_STORE_SETTINGS));
    if (store->mode <= STORE_LOOK)
        return store_run_script(store, SQL_STORE_SETTINGS_READ);
    TRY(store_run_script(store, SQL_STORE_SETTINGS_WRITE));
    TRY(read_is_wal(store, &is_wal));
    if (is_file && !is_wal) {
        log_error("store.no_wal why=%s", "the file system cannot share memory");
        return STATUS_UNAVAILABLE;
    }
    return STATUS_OK;
}

static enum status check_version(struct store *store, int64_t *version_out)
{
    int64_t application;
    int64_t version;

    TRY(store_int_with(store, SQL_STORE_APPLICATION, STORE_NO_ARGS,
                       &application));
    TRY(store_int_with(store, SQL_STORE_VERSION, STORE_NO_ARGS, &version));
    if (application != 0 && application != APPLICATION_ID) {
        log_error("store.foreign application_id=%lld", (long long)application);
        return STATUS_INVALID;
    }
    if (version > STORE_VERSION) {
        log_error("store.newer version=%lld known=%d", (long long)version,
                  STORE_VERSION);
        return STATUS_INVALID;
    }
    if (application == 0 && version != 0)
        return STATUS_INVALID;
    *version_out = version;
    return STATUS_OK;
}

/* Each upgrades the tables from one version to the next. */
static const char *const steps[STORE_VERSION] = {
    SQL_STORE_STEP_1, SQL_STORE_STEP_2, SQL_STORE_STEP_3,
    SQL_STORE_STEP_4, SQL_STORE_STEP_5, SQL_STORE_STEP_6};

_Static_assert(APPLICATION_ID == 1397576528, "the schema names it in decimal");

static enum status take_steps(struct store *store, int64_t version)
{
    for (size_t i = (size_t)version; i < ARRAY_SIZE(steps); i++)
        TRY(store_run_script(store, steps[i]));
    store->version = STORE_VERSION;
    return STATUS_OK;
}

static enum status take_steps_at_once(struct store *store, int64_t version)
{
    TRY(store_write_begin(store));
    if (take_steps(store, version) == STATUS_OK)
        return store_write_commit(store);
    store_write_rollback(store);
    return STATUS_UNAVAILABLE;
}

enum status store_upgrade(struct store *store)
{
    const int64_t version = store->version;

    if (version >= STORE_VERSION)
        return STATUS_OK;
    TRY(take_steps_at_once(store, version));
    store_drop_statements(store);
    TRY(store_prepare_ends(store));
    log_info("store.upgraded from=%lld to=%d", (long long)version,
             STORE_VERSION);
    return STATUS_OK;
}

enum status store_migrate(struct store *store)
{
    int64_t version;

    TRY(check_version(store, &version));
    store->version = version;
    if (version >= STORE_SEALED_VERSION)
        return STATUS_OK;
    if (store->mode <= STORE_LOOK)
        return STATUS_UNAVAILABLE; /* it has not been created yet */
    return take_steps_at_once(store, version);
}

/* ---- Opening ---- */

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

/*
 * Creates an empty file that is private from its first moment. An existing file
 * is never opened here: closing it would drop the locks that other connections
 * of this process hold on it.
 */
static enum status make_file(const char *path)
{
    SCOPED(close_fd)
    int fd = open(path, O_RDWR | O_CLOEXEC | O_CREAT | O_EXCL, 0600);

    if (fd < 0) {
        log_error("store.create path=%s why=%s", path, strerror(errno));
        return STATUS_UNAVAILABLE;
    }
    return STATUS_OK;
}

/*
 * SQLite reads what is missing of the last page as zeros. A file that ends
 * within a page was cut off, unless its log has the page, which a stop while
 * the file grew may leave behind.
 */
static bool is_cut_off(const char *path, const struct stat *about)
{
    char name[PATH_MAX_BYTES];
    struct stat log;

    if (about->st_size % PAGE_BYTES == 0)
        return false;
    return snprintf(name, sizeof(name), "%s-wal", path) >= (int)sizeof(name) ||
           stat(name, &log) != 0 || log.st_size == 0;
}

static bool is_temporary(const char *path)
{
    return strcmp(path, ":memory:") == 0 || strcmp(path, STORE_TEMPORARY) == 0;
}

/* Rights of administrators are in it: nobody else may read or write it. */
static enum status check_file(const char *path, enum store_mode mode)
{
    struct stat about;

    if (is_temporary(path))
        return STATUS_OK;
    if (lstat(path, &about) != 0) {
        if (errno == ENOENT && mode == STORE_MAKE)
            return make_file(path);
        log_error("store.open path=%s why=%s", path, strerror(errno));
        return STATUS_UNAVAILABLE;
    }
    if (mode == STORE_LOOK && S_ISREG(about.st_mode))
        return STATUS_OK;
    if (!S_ISREG(about.st_mode) || (about.st_mode & 077) != 0 ||
        about.st_uid != geteuid()) {
        log_error("store.unsafe path=%s why=%s", path,
                  "must be a file of the provider's own user, mode 0600");
        return STATUS_INVALID;
    }
    if (is_cut_off(path, &about)) {
        log_error("store.cut path=%s why=%s", path, "it ends within a page");
        return STATUS_INVALID;
    }
    return STATUS_OK;
}

enum status store_check_file(const char *path)
{
    return check_file(path, STORE_WRITE);
}

/* Identifies the run of the machine in the audit; empty if unknown. */
static void read_boot_id(struct store *store)
{
    SCOPED(close_fd)
    int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);

    if (fd < 0 ||
        read(fd, store->boot_id, BOOT_ID_BYTES) != (ssize_t)BOOT_ID_BYTES)
        store->boot_id[0] = '\0';
}

/*
 * A copy without a write-ahead log has no writer: it is read as it is, without
 * a file beside it, so that a full disk or a read-only directory does not
 * matter.
 */
static bool is_alone(const char *path)
{
    char name[PATH_MAX_BYTES];

    return snprintf(name, sizeof(name), "%s-wal", path) < (int)sizeof(name) &&
           access(name, F_OK) != 0 && errno == ENOENT;
}

/* As a URI, every byte of the path escaped. */
static enum status open_alone(struct store *store, const char *path)
{
    SCOPED(buf_free) struct buf uri = buf_make(4 * PATH_MAX_BYTES);

    buf_append_string(&uri, "file:");
    for (const char *at = path; *at; at++)
        buf_append_format(&uri, "%%%02x", (unsigned char)*at);
    buf_append_string(&uri, "?immutable=1");
    buf_append_char(&uri, '\0');
    TRY(buf_status(&uri));
    return store_status(store,
                        sqlite3_open_v2(buf_text(&uri).data, &store->db,
                                        SQLITE_OPEN_READONLY | SQLITE_OPEN_URI |
                                            SQLITE_OPEN_NOMUTEX,
                                        NULL),
                        "open");
}

/*
 * SQLite would count its memory under one lock for the whole program, which all
 * loops and the writer then wait for at each allocation. Nobody asks for the
 * sum. In effect only before its first use.
 */
static void prepare_library(void)
{
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    log_file_register();
}

static enum status open_database(struct store *store, const char *path)
{
    const int how = store->mode <= STORE_LOOK ? SQLITE_OPEN_READONLY
                                              : SQLITE_OPEN_READWRITE;
    int code;

    if (store->mode == STORE_LOOK && is_alone(path))
        return open_alone(store, path);
    code = sqlite3_open_v2(path, &store->db, how | SQLITE_OPEN_NOMUTEX,
                           store->mode <= STORE_LOOK ? NULL : LOG_FILE_VFS);

    if (code != SQLITE_OK)
        return store_status(store, code, "open");
    return STATUS_OK;
}

/*
 * The first statement that names a table function declares it, which the
 * authorizer takes for a change of the schema: so this is done before.
 */
static enum status declare_json_each(struct store *store)
{
    return store_status(
        store, sqlite3_exec(store->db, SQL_STORE_JSON_EACH, NULL, NULL, NULL),
        "declare");
}

/* An open database becomes a store. */
static enum status prepare(struct store *store, bool is_file)
{
    TRY(set_options(store));
    TRY(set_pragmas(store, is_file));
    TRY(store_migrate(store));
    store_drop_statements(store);
    read_boot_id(store);
    TRY(store_prepare_ends(store));
    TRY(declare_json_each(store));
    store->is_sealed = true;
    return STATUS_OK;
}

enum status store_open(const char *path, enum store_mode mode,
                       struct store **store_out)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    OWNED(store) store = NULL;

    pthread_once(&once, prepare_library);
    TRY(check_file(path, mode));
    store = calloc(1, sizeof(*store));
    if (!store)
        return STATUS_NO_MEMORY;
    store->mode = mode;
    TRY(open_database(store, path));
    TRY(prepare(store, !is_temporary(path)));
    *store_out = TAKE(store);
    return STATUS_OK;
}

enum status store_open_over(struct page_view *view, struct store **store_out)
{
    OWNED(store) store = calloc(1, sizeof(*store));

    if (!store) {
        page_view_free(view);
        return STATUS_NO_MEMORY;
    }
    store->mode = STORE_WRITE;
    TRY(overlay_new(view, &store->overlay));
    TRY(overlay_open(store->overlay, &store->db));
    TRY(prepare(store, false));
    *store_out = TAKE(store);
    return STATUS_OK;
}

void store_free(struct store *store)
{
    if (!store)
        return;
    for (size_t i = 0; i < store->n_kept; i++)
        store->kept[i].drop(store->kept[i].thing);
    store_drop_statements(store);
    sqlite3_close_v2(store->db);
    overlay_free(store->overlay);
    seal_free(store->seal);
    health_clear(&store->health);
    free(store);
}
