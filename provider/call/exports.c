#include "provider/call/exports.h"

#include <stdio.h>
#include <string.h>

void exports_open(struct exports *exports)
{
    *exports = (struct exports){.n = 0};
    pthread_mutex_init(&exports->lock, NULL);
}

void exports_close(struct exports *exports)
{
    pthread_mutex_destroy(&exports->lock);
}

static struct export_mark *find(struct exports *exports, const char *user)
{
    for (size_t i = 0; i < exports->n; i++)
        if (strcmp(exports->of[i].user, user) == 0)
            return &exports->of[i];
    return NULL;
}

void exports_list(struct exports *exports, const char *const users[], size_t n)
{
    struct export_mark of[EXPORTS_MAX] = {0};

    n = n < EXPORTS_MAX ? n : EXPORTS_MAX;
    pthread_mutex_lock(&exports->lock);
    for (size_t i = 0; i < n; i++) {
        const struct export_mark *known = find(exports, users[i]);

        if (known)
            of[i] = *known;
        else
            snprintf(of[i].user, sizeof(of[i].user), "%s", users[i]);
    }
    memcpy(exports->of, of, sizeof(of));
    exports->n = n;
    pthread_mutex_unlock(&exports->lock);
}

void exports_note(struct exports *exports, const char *user, int64_t position)
{
    struct export_mark *mark;

    pthread_mutex_lock(&exports->lock);
    mark = find(exports, user);
    if (mark)
        mark->position = position;
    pthread_mutex_unlock(&exports->lock);
}

/* ---- What the store has of it ---- */

bool exports_next_unread(struct exports *exports,
                         char user_out[EXPORTS_USER_BYTES])
{
    bool found = false;

    pthread_mutex_lock(&exports->lock);
    for (size_t i = 0; i < exports->n && !found; i++) {
        found = !exports->of[i].is_looked_up;
        if (found)
            memcpy(user_out, exports->of[i].user, EXPORTS_USER_BYTES);
    }
    pthread_mutex_unlock(&exports->lock);
    return found;
}

void exports_restore(struct exports *exports, const char *user,
                     int64_t position)
{
    struct export_mark *mark;

    pthread_mutex_lock(&exports->lock);
    mark = find(exports, user);
    if (mark) {
        mark->is_looked_up = true;
        mark->kept = position;
        if (!mark->position)
            mark->position = position;
    }
    pthread_mutex_unlock(&exports->lock);
}

/* One that went back counts at once: records it needs again must stay. */
static bool is_unkept(const struct export_mark *mark, bool is_due)
{
    if (!mark->is_looked_up || mark->position == mark->kept)
        return false;
    return is_due || mark->kept == 0 || mark->position < mark->kept;
}

bool exports_next_unkept(struct exports *exports, bool is_due,
                         struct export_mark *mark_out)
{
    bool found = false;

    pthread_mutex_lock(&exports->lock);
    for (size_t i = 0; i < exports->n && !found; i++) {
        found = is_unkept(&exports->of[i], is_due);
        if (found) {
            exports->of[i].kept = exports->of[i].position;
            *mark_out = exports->of[i];
        }
    }
    pthread_mutex_unlock(&exports->lock);
    return found;
}

void exports_distrust(struct exports *exports)
{
    pthread_mutex_lock(&exports->lock);
    for (size_t i = 0; i < exports->n; i++)
        exports->of[i].is_looked_up = false;
    pthread_mutex_unlock(&exports->lock);
}

int64_t exports_least(struct exports *exports)
{
    int64_t least = INT64_MAX;

    pthread_mutex_lock(&exports->lock);
    for (size_t i = 0; i < exports->n; i++)
        if (exports->of[i].position < least)
            least = exports->of[i].position;
    pthread_mutex_unlock(&exports->lock);
    return least;
}
