/* Where a client connects to, and what it must find there. */
#include "provider/base/clock.h"
#include "provider/client/client.h"
#include "provider/client/server_key.h"
#include "provider/client/srv.h"

static enum status usage(struct failure *failure, const char *message)
{
    return failure_set(failure, SMSCLIENT_USAGE, "usage", "%s", message);
}

static enum status check_options(struct smsclient *client,
                                 const struct smsclient_options *options)
{
    const char *server =
        options->server ? options->server : SMSCLIENT_DEFAULT_SERVER;

    if (address_read(text_of(server), &client->address) != STATUS_OK)
        return failure_set(
            &client->failure, SMSCLIENT_USAGE, "usage",
            "%s is not a server address. Write unix:PATH, tls:HOST:PORT or "
            "srv:DOMAIN.",
            server);
    if (client->address.kind == ADDRESS_SRV &&
        !srv_is_domain(client->address.host))
        return failure_set(&client->failure, SMSCLIENT_USAGE, "usage",
                           "%s is not a domain whose records could be asked "
                           "for.",
                           client->address.host);
    if (!options->certificate != !options->key)
        return usage(&client->failure, "A certificate needs its key, and a key "
                                       "its certificate. Give both.");
    if (client->address.kind != ADDRESS_UNIX && !options->ca && !options->pin)
        return usage(&client->failure,
                     "A TLS server needs a CA file to be verified against, or "
                     "its key must be known. Give --ca or --pin.");
    return STATUS_OK;
}

/* Goes on to the next host only if nothing answers: one that cannot be trusted
 * is reported. */
static enum status connect_any(struct smsclient *client,
                               const struct smsclient_options *options,
                               struct link_config *config)
{
    const struct address domain = client->address;
    const struct srv_domains domains = {domain.host, options->srv_domain};
    SCOPED(memory_drop) struct srv_list *list = calloc(1, sizeof(*list));
    enum status opened = STATUS_UNAVAILABLE;

    if (!list)
        return STATUS_NO_MEMORY;
    TRY(srv_find(&domains, client->timeout_ms, &client->failure, list));
    for (size_t i = 0; i < list->n; i++) {
        config->address = client->address = list->items[i];
        config->deadline_ms =
            clock_mono_ms() + client->timeout_ms / (int64_t)list->n;
        failure_clear(&client->failure);
        opened = link_open(config, &client->failure, &client->link);
        if (opened == STATUS_OK ||
            client->failure.view.result != SMSCLIENT_UNAVAILABLE)
            break;
    }
    return opened;
}

enum status client_connect(struct smsclient *client,
                           const struct smsclient_options *options)
{
    struct link_config config = {
        .ca = options->ca,
        .certificate = options->certificate,
        .key = options->key,
        .prompt = options->prompt,
        .prompt_context = options->prompt_context,
    };

    client_disconnect(client);
    TRY(check_options(client, options));
    client->timeout_ms =
        options->timeout_ms ? options->timeout_ms : CLIENT_TIMEOUT_MS;
    if (options->pin &&
        server_key_read(text_of(options->pin), &config.pin) != STATUS_OK)
        return usage(&client->failure,
                     "The pin of a server's key is sha256: and 64 hex digits.");
    if (client->address.kind == ADDRESS_SRV)
        return connect_any(client, options, &config);
    config.address = client->address;
    config.deadline_ms = clock_mono_ms() + client->timeout_ms;
    return link_open(&config, &client->failure, &client->link);
}
