#include "provider/store/log_mover.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "provider/base/log_rate.h"
#include "provider/base/mutant.h"
#include "provider/store/store_private.h"
#include "provider/store/store_schema_sql.h"

/* Pages of 4 KiB in the log. */
enum {
    PART = 4000,       /* is moved at once: what is not, everybody searches */
    BEGIN_AT = 16000,  /* from here on the log begins anew, when all is moved */
    REST_MAX = 512,    /* that the writer moves itself then */
    CHANGE_MAX = 4096, /* with its last change, if that is not larger */
    LOG_MAX = 65536,   /* or all, when readers kept it from being moved */
};

struct log_mover {
    struct store *store; /* borrowed */
    sqlite3 *db;
    pthread_t thread;
    bool is_running;
    int n_log; /* after the last change; the writer's */
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool is_asked;  /* under the lock */
    bool is_ending; /* the same */
    atomic_int n_moved;
};

/* ---- The thread ---- */

static bool await(struct log_mover *mover)
{
    bool goes_on;

    pthread_mutex_lock(&mover->lock);
    while (!mover->is_asked && !mover->is_ending)
        pthread_cond_wait(&mover->wake, &mover->lock);
    mover->is_asked = false;
    goes_on = !mover->is_ending;
    pthread_mutex_unlock(&mover->lock);
    return goes_on;
}

/* So that the writer, which moves the last of it, waits for no more than that
 * to be on the disk. */
static void sync_moved(struct log_mover *mover)
{
    sqlite3_file *file = NULL;

    if (sqlite3_file_control(mover->db, "main", SQLITE_FCNTL_FILE_POINTER,
                             &file) == SQLITE_OK &&
        file && file->pMethods)
        (void)file->pMethods->xSync(file, SQLITE_SYNC_NORMAL);
}

/* What cannot be moved now is asked for again after the next change. */
static void move(struct log_mover *mover)
{
    static struct log_rate rate;
    int n_log = 0, n_moved = 0;
    const int code = sqlite3_wal_checkpoint_v2(
        mover->db, "main", SQLITE_CHECKPOINT_PASSIVE, &n_log, &n_moved);

    if (n_log >= BEGIN_AT)
        sync_moved(mover);
    if (code == SQLITE_OK)
        mover->n_moved = n_moved;
    else if (code != SQLITE_BUSY)
        log_rarely(LOG_WARN, &rate, "store.log_moved why=\"%s\"",
                   sqlite3_errmsg(mover->db));
}

static void *work(void *context)
{
    struct log_mover *mover = context;

    pthread_setname_np(pthread_self(), "sms-log");
    while (await(mover))
        move(mover);
    return NULL;
}

/* ---- The writer ---- */

static void ask(struct log_mover *mover)
{
    pthread_mutex_lock(&mover->lock);
    mover->is_asked = true;
    pthread_cond_signal(&mover->wake);
    pthread_mutex_unlock(&mover->lock);
}

/* What was moved may have been of the log before this one. */
static int rest_of(const struct log_mover *mover, int n_log)
{
    const int n_moved = mover->n_moved;

    return n_moved <= n_log ? n_log - n_moved : n_log;
}

/* How many pages the last change has. */
static int note_change(struct log_mover *mover, int n_log)
{
    const int n_before = mover->n_log;

    mover->n_log = n_log;
    if (n_log > n_before)
        return n_log - n_before;
    mover->n_moved = 0; /* the log began anew */
    return n_log;
}

/* The thread cannot have moved the last change, however fast it is. */
static bool is_nearly_moved(int rest, int n_change)
{
    return rest <= REST_MAX ||
           (n_change <= CHANGE_MAX && rest - n_change <= REST_MAX &&
            !MUTANT("s5-large-changes-stay"));
}

/* After each commit. The thread follows until it has nearly caught up. */
static int follow(void *context, sqlite3 *db, const char *name, int n_log)
{
    struct log_mover *mover = context;
    const int n_change = note_change(mover, n_log);
    const int rest = rest_of(mover, n_log);

    if (n_log >= LOG_MAX ||
        (n_log >= BEGIN_AT && is_nearly_moved(rest, n_change)))
        (void)sqlite3_wal_checkpoint_v2(db, name, SQLITE_CHECKPOINT_PASSIVE,
                                        NULL, NULL);
    else if ((n_log >= BEGIN_AT || rest >= PART) && !MUTANT("s4-nobody-moves"))
        ask(mover);
    return SQLITE_OK;
}

/* ---- Beginning and ending ---- */

/* The first statement opens the log. */
static enum status open_beside(struct log_mover *mover, const char *path)
{
    if (sqlite3_open_v2(path, &mover->db,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
                        NULL) != SQLITE_OK ||
        sqlite3_exec(mover->db, SQL_STORE_VERSION, NULL, NULL, NULL) !=
            SQLITE_OK)
        return STATUS_UNAVAILABLE;
    return STATUS_OK;
}

void log_mover_free(struct log_mover *mover)
{
    if (!mover)
        return;
    if (mover->is_running) {
        sqlite3_wal_hook(mover->store->db, NULL, NULL);
        pthread_mutex_lock(&mover->lock);
        mover->is_ending = true;
        pthread_cond_signal(&mover->wake);
        pthread_mutex_unlock(&mover->lock);
        pthread_join(mover->thread, NULL);
    }
    sqlite3_close(mover->db);
    pthread_cond_destroy(&mover->wake);
    pthread_mutex_destroy(&mover->lock);
    free(mover);
}
DEFINE_DROP(log_mover)

enum status log_mover_start(struct store *store, struct log_mover **mover_out)
{
    const char *path = sqlite3_db_filename(store->db, "main");
    OWNED(log_mover) mover = NULL;

    *mover_out = NULL;
    if (!path || !*path)
        return STATUS_OK;
    mover = calloc(1, sizeof(*mover));
    if (!mover)
        return STATUS_NO_MEMORY;
    mover->store = store;
    pthread_mutex_init(&mover->lock, NULL);
    pthread_cond_init(&mover->wake, NULL);
    TRY(open_beside(mover, path));
    mover->is_running = pthread_create(&mover->thread, NULL, work, mover) == 0;
    if (!mover->is_running)
        return STATUS_UNAVAILABLE;
    sqlite3_wal_hook(store->db, follow, mover);
    *mover_out = TAKE(mover);
    return STATUS_OK;
}
