#include "auth/token/https_fetch.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdlib.h>

#include "provider/base/log.h"

enum { CONNECT_MS = 3000, LOOK_MS = 1000 };

struct https_fetcher {
    CURLM *multi;
    _Atomic bool is_stopped;
};

static void curl_drop(CURL **handle)
{
    curl_easy_cleanup(*handle);
}

static enum status open_status = STATUS_UNAVAILABLE;

static void open_once(void)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK)
        open_status = STATUS_OK;
}

enum status https_fetcher_new(struct https_fetcher **fetcher_out)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    OWNED(https_fetcher) fetcher = NULL;

    pthread_once(&once, open_once);
    TRY(open_status);
    fetcher = calloc(1, sizeof(*fetcher));
    if (!fetcher)
        return STATUS_NO_MEMORY;
    fetcher->multi = curl_multi_init();
    if (!fetcher->multi)
        return STATUS_NO_MEMORY;
    *fetcher_out = TAKE(fetcher);
    return STATUS_OK;
}

void https_fetcher_free(struct https_fetcher *fetcher)
{
    if (!fetcher)
        return;
    curl_multi_cleanup(fetcher->multi);
    free(fetcher);
}

void https_fetcher_stop(struct https_fetcher *fetcher)
{
    fetcher->is_stopped = true;
    curl_multi_wakeup(fetcher->multi);
}

static size_t take_body(char *data, size_t size, size_t n, void *context)
{
    struct buf *out = context;

    buf_append(out, data, size * n);
    return buf_status(out) == STATUS_OK ? n : 0; /* less than n ends it */
}

/* Connections and TLS sessions are not reused: each fetch authenticates the
 * server anew. */
static bool set_transport(CURL *handle, struct text authorities,
                          int64_t timeout_ms)
{
    struct curl_blob pem = {(void *)(uintptr_t)authorities.data,
                            authorities.size, CURL_BLOB_COPY};

    return curl_easy_setopt(handle, CURLOPT_PROXY, "") == CURLE_OK &&
           curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           curl_easy_setopt(handle, CURLOPT_QUICK_EXIT, 1L) == CURLE_OK &&
           curl_easy_setopt(handle, CURLOPT_FORBID_REUSE, 1L) == CURLE_OK &&
           curl_easy_setopt(handle, CURLOPT_CAINFO_BLOB, &pem) == CURLE_OK &&
           curl_easy_setopt(handle, CURLOPT_CAPATH, NULL) == CURLE_OK &&
           curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK &&
           curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK &&
           curl_easy_setopt(handle, CURLOPT_SSL_SESSIONID_CACHE, 0L) ==
               CURLE_OK &&
           curl_easy_setopt(handle, CURLOPT_SSLVERSION,
                            (long)CURL_SSLVERSION_TLSv1_2) == CURLE_OK &&
           curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS,
                            (long)CONNECT_MS) == CURLE_OK &&
           curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, (long)timeout_ms) ==
               CURLE_OK;
}

static bool set_request(CURL *handle, const char *address, struct buf *out)
{
    return curl_easy_setopt(handle, CURLOPT_URL, address) == CURLE_OK &&
           curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "https") ==
               CURLE_OK &&
           curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
           curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, take_body) ==
               CURLE_OK &&
           curl_easy_setopt(handle, CURLOPT_WRITEDATA, out) == CURLE_OK;
}

/* The library's result of the only transfer, once it has ended. */
static bool has_ended(struct https_fetcher *fetcher, CURLcode *result_out)
{
    int n_left = 0;
    const CURLMsg *message = curl_multi_info_read(fetcher->multi, &n_left);

    if (!message || message->msg != CURLMSG_DONE)
        return false;
    *result_out = message->data.result;
    return true;
}

/* Has something come at the leash? -1 is none. */
static bool is_pulled(struct https_fetcher *fetcher, int leash, CURLMcode *out)
{
    struct curl_waitfd watched = {.fd = leash, .events = CURL_WAIT_POLLIN};

    *out = curl_multi_poll(fetcher->multi, leash < 0 ? NULL : &watched,
                           leash < 0 ? 0 : 1, LOOK_MS, NULL);
    return watched.revents != 0;
}

static CURLcode transfer(struct https_fetcher *fetcher, int leash)
{
    CURLcode result = CURLE_ABORTED_BY_CALLBACK;
    CURLMcode polled = CURLM_OK;
    int n_running = 0;

    while (!fetcher->is_stopped) {
        if (curl_multi_perform(fetcher->multi, &n_running) != CURLM_OK)
            return CURLE_FAILED_INIT;
        if (has_ended(fetcher, &result))
            break;
        if (is_pulled(fetcher, leash, &polled))
            break;
        if (polled != CURLM_OK)
            return CURLE_FAILED_INIT;
    }
    return result;
}

static enum status end(const struct https_fetcher *fetcher, CURLcode result,
                       const char *address, long code, const char *why)
{
    if (result == CURLE_OK)
        return STATUS_OK;
    if (result == CURLE_ABORTED_BY_CALLBACK)
        return STATUS_END;
    if (!fetcher->is_stopped)
        log_warn("https.fetch address=%s code=%u why=%s", address,
                 (unsigned)code, *why ? why : curl_easy_strerror(result));
    return result == CURLE_WRITE_ERROR ? STATUS_LIMIT : STATUS_UNAVAILABLE;
}

static bool set_form(CURL *handle, struct text form)
{
    return !form.size || (curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE,
                                           (long)form.size) == CURLE_OK &&
                          curl_easy_setopt(handle, CURLOPT_POSTFIELDS,
                                           form.data) == CURLE_OK);
}

static enum status run(struct https_fetcher *fetcher, CURL *handle,
                       const struct https_request *request, long *code_out)
{
    char why[CURL_ERROR_SIZE] = "";
    CURLcode result;

    curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, why);
    if (curl_multi_add_handle(fetcher->multi, handle) != CURLM_OK)
        return STATUS_NO_MEMORY;
    result = transfer(fetcher, request->leash);
    curl_multi_remove_handle(fetcher->multi, handle);
    curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, NULL);
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, code_out);
    return end(fetcher, result, request->address, *code_out, why);
}

enum status https_ask(struct https_fetcher *fetcher,
                      const struct https_request *request, struct buf *out,
                      long *code_out)
{
    SCOPED(curl_drop) CURL *handle = curl_easy_init();

    *code_out = 0;
    if (!handle ||
        !set_transport(handle, request->authorities, request->timeout_ms) ||
        !set_request(handle, request->address, out) ||
        !set_form(handle, request->form))
        return STATUS_NO_MEMORY;
    return run(fetcher, handle, request, code_out);
}

enum status https_fetch(struct https_fetcher *fetcher, const char *address,
                        struct text authorities, int64_t timeout_ms,
                        struct buf *out)
{
    const struct https_request request = {.address = address,
                                          .authorities = authorities,
                                          .timeout_ms = timeout_ms,
                                          .leash = -1};
    long code = 0;
    const enum status asked = https_ask(fetcher, &request, out, &code);

    /* A redirect is not an error to the library, and not a document to us. */
    if (asked == STATUS_OK && code == 200)
        return STATUS_OK;
    if (asked == STATUS_OK)
        log_warn("https.fetch address=%s code=%u why=%s", address,
                 (unsigned)code, "it is not there");
    return asked == STATUS_NO_MEMORY ? asked : STATUS_UNAVAILABLE;
}
