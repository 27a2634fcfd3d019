/*
 * Asking the person at the terminal, past redirected standard streams.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/*
 * A smsclient_prompt: on /dev/tty; false without one. A signal that ends or
 * stops the program does so after the terminal has its echo back; one that
 * stopped it is followed by the same question.
 */
bool prompt_ask(void *context, const char *text, bool echo, char *answer,
                size_t size);
