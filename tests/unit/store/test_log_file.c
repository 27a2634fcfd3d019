/*
 * The log that is written in large pieces, beside the file that it becomes.
 */
#include "provider/store/log_file.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

enum { PIECE = 4096, FILE_MAX = 600 * 1024 };

struct fixture {
    char folder[32];
    char database[64];
    char path[72];
    sqlite3_file *log;
    unsigned char *model; /* [FILE_MAX]: what must be read */
    sqlite3_int64 size;
};

static int begin(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    sqlite3_vfs *vfs;

    log_file_register();
    vfs = sqlite3_vfs_find(LOG_FILE_VFS);
    assert_non_null(vfs);
    strcpy(f->folder, "/tmp/test_log.XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    snprintf(f->database, sizeof(f->database), "%s/site.db", f->folder);
    snprintf(f->path, sizeof(f->path), "%s-wal", f->database);
    fclose(fopen(f->database, "we")); /* whose mode the log takes */
    f->log = calloc(1, (size_t)vfs->szOsFile);
    f->model = calloc(1, FILE_MAX);
    assert_int_equal(
        vfs->xOpen(vfs, f->path, f->log,
                   SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_WAL,
                   NULL),
        SQLITE_OK);
    *state = f;
    return 0;
}

static int end(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(f->log->pMethods->xClose(f->log), SQLITE_OK);
    unlink(f->path);
    unlink(f->database);
    rmdir(f->folder);
    free(f->log);
    free(f->model);
    free(f);
    return 0;
}

static int put(struct fixture *f, int at, int size, unsigned char of)
{
    unsigned char bytes[2 * PIECE];

    assert_true((size_t)size <= sizeof(bytes) && at + size <= FILE_MAX);
    memset(bytes, of, (size_t)size);
    return f->log->pMethods->xWrite(f->log, bytes, size, at);
}

static void write_piece(struct fixture *f, int at, int size, unsigned char of)
{
    assert_int_equal(put(f, at, size, of), SQLITE_OK);
    memset(f->model + at, of, (size_t)size);
    if (at + size > f->size)
        f->size = at + size;
}

static void assert_reads(struct fixture *f, int at, int size)
{
    unsigned char bytes[2 * PIECE];

    assert_int_equal(f->log->pMethods->xRead(f->log, bytes, size, at),
                     SQLITE_OK);
    assert_memory_equal(bytes, f->model + at, (size_t)size);
}

/* What the file itself holds, for whoever else has it open. */
static void assert_is_written(struct fixture *f)
{
    FILE *file = fopen(f->path, "re");
    unsigned char *bytes = malloc(FILE_MAX);

    assert_non_null(file);
    assert_int_equal(fread(bytes, 1, FILE_MAX, file), f->size);
    assert_memory_equal(bytes, f->model, (size_t)f->size);
    fclose(file);
    free(bytes);
}

static sqlite3_int64 size_of_file(const struct fixture *f)
{
    struct stat about;

    assert_int_equal(stat(f->path, &about), 0);
    return about.st_size;
}

/* Heads and pages of frames, and here and there one written again. */
static void it_is_read_as_it_was_written(void **state)
{
    struct fixture *f = *state;
    int at = 0;

    srand(11);
    for (int n = 0; n < 4000; n++) {
        const int size = n % 2 ? PIECE : 24;

        if (at + PIECE > FILE_MAX || rand() % 50 == 0)
            at = f->size ? rand() % (int)f->size : 0;
        if (at + size > FILE_MAX)
            at = 0;
        write_piece(f, at, size, (unsigned char)n);
        at += size;
        if (rand() % 20 == 0)
            assert_reads(f, rand() % (int)(f->size - 23), 24);
    }
    assert_int_equal(f->log->pMethods->xSync(f->log, SQLITE_SYNC_NORMAL),
                     SQLITE_OK);
    assert_is_written(f);
}

static void it_is_written_by_each_sync(void **state)
{
    struct fixture *f = *state;

    for (int n = 0; n < 10; n++) {
        write_piece(f, n * PIECE, PIECE, (unsigned char)('a' + n));
        assert_int_equal(size_of_file(f), n * PIECE); /* kept back */
        assert_int_equal(f->log->pMethods->xSync(f->log, SQLITE_SYNC_NORMAL),
                         SQLITE_OK);
        assert_is_written(f);
    }
}

static void it_is_cut_where_it_was_written(void **state)
{
    struct fixture *f = *state;
    sqlite3_int64 size = 0;

    write_piece(f, 0, PIECE, 'a');
    write_piece(f, PIECE, PIECE, 'b');
    assert_int_equal(f->log->pMethods->xFileSize(f->log, &size), SQLITE_OK);
    assert_int_equal(size, 2 * PIECE);
    write_piece(f, 2 * PIECE, PIECE, 'c');
    assert_int_equal(f->log->pMethods->xTruncate(f->log, 100), SQLITE_OK);
    f->size = 100;
    assert_is_written(f);
}

static void set_largest_file(rlim_t bytes)
{
    struct rlimit limit;

    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* Whatever comes first, SQLite hears of it before it commits. */
static void what_is_lost_fails_the_change(void **state)
{
    struct fixture *f = *state;
    unsigned char bytes[PIECE];
    int (*sync)(sqlite3_file *, int) = f->log->pMethods->xSync;

    signal(SIGXFSZ, SIG_IGN);
    write_piece(f, 0, PIECE, 'a');
    assert_int_equal(sync(f->log, SQLITE_SYNC_NORMAL), SQLITE_OK);
    set_largest_file(PIECE);
    assert_int_equal(put(f, PIECE, PIECE, 'b'), SQLITE_OK);
    assert_int_not_equal(sync(f->log, SQLITE_SYNC_NORMAL), SQLITE_OK);

    /* Read in between: what was there is, what is lost is not. */
    assert_int_equal(put(f, PIECE, PIECE, 'c'), SQLITE_OK);
    assert_int_not_equal(f->log->pMethods->xRead(f->log, bytes, PIECE, PIECE),
                         SQLITE_OK);
    assert_reads(f, 0, PIECE);
    assert_int_not_equal(put(f, 2 * PIECE, PIECE, 'd'), SQLITE_OK);
    assert_int_equal(put(f, PIECE, PIECE, 'e'), SQLITE_OK);
    assert_reads(f, 0, PIECE);
    assert_int_not_equal(sync(f->log, SQLITE_SYNC_NORMAL), SQLITE_OK);

    /* A new change, once there is room. */
    set_largest_file(RLIM_INFINITY);
    write_piece(f, PIECE, PIECE, 'f');
    assert_int_equal(sync(f->log, SQLITE_SYNC_NORMAL), SQLITE_OK);
    assert_is_written(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(it_is_read_as_it_was_written, begin,
                                        end),
        cmocka_unit_test_setup_teardown(it_is_written_by_each_sync, begin, end),
        cmocka_unit_test_setup_teardown(it_is_cut_where_it_was_written, begin,
                                        end),
        cmocka_unit_test_setup_teardown(what_is_lost_fails_the_change, begin,
                                        end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
