/*
 * Prompts on the terminal, even if standard streams are redirected.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/*
 * A smsclient_prompt: on /dev/tty; false without one. A signal that ends or
 * stops the program takes effect after the terminal's echo is restored; after a
 * stop the prompt is repeated.
 */
bool prompt_ask(void *context, const char *text, bool echo, char *answer,
                size_t size);
