#include "provider/client/attempts.h"

#include <stdlib.h>
#include <string.h>

void attempts_clear(struct attempts *attempts)
{
    for (size_t i = 0; i < attempts->n; i++)
        free(attempts->messages[i]);
    *attempts = (struct attempts){0};
}

void attempts_add(struct attempts *attempts, const char *mechanism,
                  const struct failure *failure)
{
    const size_t at = attempts->n;

    if (at == ATTEMPTS_MAX)
        return;
    attempts->messages[at] = failure ? strdup(failure->view.message) : NULL;
    attempts->items[at] = (struct smsclient_attempt){
        .mechanism = mechanism,
        .result = failure ? failure->view.result : SMSCLIENT_OK,
        .was_refused = failure && failure->view.code != 0,
        .message = attempts->messages[at] ? attempts->messages[at] : "",
    };
    attempts->n++;
}

bool attempts_has_refusal(const struct attempts *attempts)
{
    for (size_t i = 0; i < attempts->n; i++) {
        if (attempts->items[i].was_refused)
            return true;
    }
    return false;
}
