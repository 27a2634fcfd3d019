#include "auth/https_fetch.h"

#include <curl/curl.h>
#include <pthread.h>

#include "provider/base/log.h"
#include "provider/base/own.h"

enum { CONNECT_MS = 3000 };

static void curl_drop(CURL **handle)
{
    curl_easy_cleanup(*handle);
}

static enum status outcome = STATUS_UNAVAILABLE;

static void open_once(void)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK)
        outcome = STATUS_OK;
}

enum status https_open(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, open_once);
    return outcome;
}

static size_t take_body(char *data, size_t size, size_t n, void *context)
{
    struct buf *out = context;

    buf_append(out, data, size * n);
    return buf_status(out) == STATUS_OK ? n : 0; /* less than n ends it */
}

static bool set_options(CURL *handle, const char *address, const char *ca_file,
                        int64_t timeout_ms, struct buf *out)
{
    return curl_easy_setopt(handle, CURLOPT_URL, address) == CURLE_OK &&
           curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "https") ==
               CURLE_OK &&
           curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
           curl_easy_setopt(handle, CURLOPT_PROXY, "") == CURLE_OK &&
           curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           curl_easy_setopt(handle, CURLOPT_FAILONERROR, 1L) == CURLE_OK &&
           curl_easy_setopt(handle, CURLOPT_CAINFO, ca_file) == CURLE_OK &&
           curl_easy_setopt(handle, CURLOPT_CAPATH, NULL) == CURLE_OK &&
           curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK &&
           curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK &&
           curl_easy_setopt(handle, CURLOPT_SSLVERSION,
                            (long)CURL_SSLVERSION_TLSv1_2) == CURLE_OK &&
           curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS,
                            (long)CONNECT_MS) == CURLE_OK &&
           curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, (long)timeout_ms) ==
               CURLE_OK &&
           curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, take_body) ==
               CURLE_OK &&
           curl_easy_setopt(handle, CURLOPT_WRITEDATA, out) == CURLE_OK;
}

enum status https_fetch(const char *address, const char *ca_file,
                        int64_t timeout_ms, struct buf *out)
{
    SCOPED(curl_drop) CURL *handle = curl_easy_init();
    char why[CURL_ERROR_SIZE] = "";
    long code = 0;
    CURLcode result;

    if (!handle || !set_options(handle, address, ca_file, timeout_ms, out))
        return STATUS_NO_MEMORY;
    curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, why);
    result = curl_easy_perform(handle);
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &code);
    /* A redirect is no error to the library, and no document to us. */
    if (result == CURLE_OK && code == 200)
        return STATUS_OK;
    log_warn("https.fetch address=%s code=%u why=%s", address, (unsigned)code,
             *why ? why : curl_easy_strerror(result));
    return STATUS_UNAVAILABLE;
}
