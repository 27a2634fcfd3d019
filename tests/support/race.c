/* Has a race, for tests/long/test_threads: is it found? */
#include <pthread.h>

static int shared;

static void *change(void *context)
{
    (void)context;
    shared++;
    return NULL;
}

int main(void)
{
    pthread_t thread;

    if (pthread_create(&thread, NULL, change, NULL) != 0)
        return 0;
    shared++;
    pthread_join(thread, NULL);
    return shared == 0;
}
