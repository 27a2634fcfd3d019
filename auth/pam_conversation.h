/*
 * One conversation with PAM, in a separate process: reads the beginning from
 * the socket, runs the stack, writes the verdict.
 */
#pragma once

/* Returns when the verdict is written or the provider is gone. */
void pam_conversation_run(int fd);
