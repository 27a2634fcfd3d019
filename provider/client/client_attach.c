#include <string.h>
#include <sys/random.h>

#include "provider/client/client.h"

enum status client_attach(struct smsclient *client, struct link *link,
                          const char *mechanism, const char *session)
{
    uint32_t first = 0;

    client_disconnect(client);
    client->link = link;
    client->mechanism = mechanism;
    client->session = strdup(session);
    if (!client->session ||
        getrandom(&first, sizeof(first), 0) != (ssize_t)sizeof(first)) {
        client_disconnect(client);
        return STATUS_NO_MEMORY;
    }
    client->last_id = first;
    return STATUS_OK;
}
