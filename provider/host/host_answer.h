/*
 * The question host.login, and the answer to it. An answer that is not about
 * this question, or not about this host, is none (T125).
 */
#pragma once

#include "provider/base/buf.h"
#include "provider/host/login_wire.h"

enum { HOST_QUESTION_BYTES = 4096 };

/* The operation that is asked about where none is named. */
#define HOST_OPERATION "Remote Control"

/* The operation that a request is about. Borrowed. */
const char *host_operation(const struct login_request *request);

/* The parameters of host.login, as JSON. sid: of the user's account on this
 * host; "": it is in no domain, or that cannot be told. */
MUST_CHECK
enum status host_question_write(const struct login_request *request,
                                const char *sid, struct buf *out);

/*
 * Reads the result of host.login on the device. The reply is about the
 * request's user in any case, and LOGIN_UNAVAILABLE for an answer that is not
 * one to this question.
 */
void host_answer_read(const char *json, const struct login_request *request,
                      const char *device, struct login_reply *reply_out);

/* The parameters of access.explain, which answers a user about themself alone:
 * whom does the request's name mean? */
MUST_CHECK
enum status host_spelling_write(const struct login_request *request,
                                struct buf *out);

/*
 * What a session of the user's own proved, from the client's description of it,
 * and what was answered to host_spelling_write() there; NULL: nothing.
 * LOGIN_UNAVAILABLE: nothing is proved, or for somebody else.
 */
void host_session_read(const char *json, const char *spelled,
                       const struct login_request *request,
                       struct login_reply *reply_out);

/* A reply about the request's user, with a sentence. */
void host_reply_set(const struct login_request *request,
                    enum login_verdict verdict, const char *text,
                    struct login_reply *reply_out);
