#include "provider/call/request_id.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>

#include "provider/base/clock.h"

static uint64_t started_ms;

static void note_start(void)
{
    started_ms = (uint64_t)clock_wall_ms();
}

uint64_t request_id_connection(void)
{
    static _Atomic uint64_t last;

    return ++last;
}

void request_id_write(uint64_t connection, uint64_t number,
                      char id_out[REQUEST_ID_BYTES])
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, note_start);
    snprintf(id_out, REQUEST_ID_BYTES, "%" PRIX64 "-%" PRIX64 "-%" PRIX64,
             started_ms, connection, number);
}
