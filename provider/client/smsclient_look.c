/* Looks at a server before it is trusted. */
#include <stdio.h>

#include "provider/base/clock.h"
#include "provider/client/client.h"
#include "provider/client/tls.h"

static enum status look(struct smsclient *client,
                        const struct smsclient_options *options,
                        struct smsclient_server *server_out)
{
    struct link_config config = {.is_look = true};
    const struct server_certificate *shown;

    client_disconnect(client);
    if (address_read(text_of(options->server), &config.address) != STATUS_OK ||
        config.address.kind != ADDRESS_TLS)
        return failure_set(&client->failure, SMSCLIENT_USAGE, "usage",
                           "Only a server at tls:HOST:PORT shows a key.");
    config.deadline_ms =
        clock_mono_ms() +
        (options->timeout_ms ? options->timeout_ms : CLIENT_TIMEOUT_MS);
    TRY(link_open(&config, &client->failure, &client->link));
    shown = tls_server(link_tls(client->link));
    server_key_write(&shown->key, server_out->pin);
    snprintf(server_out->names, sizeof(server_out->names), "%s", shown->names);
    snprintf(server_out->issuer, sizeof(server_out->issuer), "%s",
             shown->issuer);
    server_out->until_s = shown->until_s;
    client_disconnect(client);
    return STATUS_OK;
}

enum smsclient_result smsclient_look(struct smsclient *client,
                                     const struct smsclient_options *options,
                                     struct smsclient_server *server_out)
{
    *server_out = (struct smsclient_server){{0}};
    failure_clear(&client->failure);
    return client_result(client, look(client, options, server_out));
}
