#include "provider/method/sign_in.h"

#include "provider/base/base64.h"
#include "provider/call/peer.h"

void sign_in_put_data(struct json_writer *w, struct text bytes)
{
    SCOPED(buf_wipe) struct buf encoded = buf_make(2 * AUTH_MESSAGE_MAX_BYTES);

    base64_append(&encoded, BASE64_PLAIN, bytes);
    writer_put_text(w, "data", buf_text(&encoded));
}
