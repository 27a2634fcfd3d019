/*
 * How ThreadSanitizer runs in every program of a tsan build; the environment
 * does not reach the daemon, nor what it starts.
 */

const char *__tsan_default_options(void);
const char *__tsan_default_suppressions(void);

/*
 * ignore_noninstrumented_modules: libraries of the host (SQLite, OpenSSL, krb5,
 * ICU, libuv, libcurl) are not built with it. Their locks are seen, their
 * atomic operations are not, so what they do to their own memory looks like a
 * race.
 *
 * die_after_fork: the keeper and the signer are forked before there are threads
 * of ours, but the sanitizer has one.
 */
const char *__tsan_default_options(void)
{
    return "halt_on_error=1:exitcode=66:ignore_noninstrumented_modules=1:"
           "die_after_fork=0:second_deadlock_stack=1:history_size=4";
}

const char *__tsan_default_suppressions(void)
{
    return "";
}
