/* Batches of an import follow each other, also where one is tried on a copy. */
#include "tests/unit/unit.h"

#include "tests/support/provider_fixture.h"

static const char policy[] =
    "version: 1\n"
    "administrators:\n"
    "  - user: top@A.TEST\n"
    "    assignments:\n"
    "      - { roles: [Full Administrator], scopes: [All],\n"
    "          collections: [All Systems, All Users and User Groups] }\n";

PROVIDER_FOR_TESTS(policy)

static struct peer *sign_in(void)
{
    return peer_open(&provider, "top@A.TEST", AUTH_LEVEL_MFA);
}

/* A batch of one device, on its way to the writer. */
static struct turn *begin_batch(struct peer *peer, const char *name, int batch,
                                int after)
{
    SCOPED(buf_free) struct buf line = buf_make(1024);
    struct turn *turn;

    buf_append_format(&line,
                      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":"
                      "\"object.import\",\"params\":{\"class\":"
                      "\"SMS_R_System\",\"rows\":[{\"Name\":\"%s\"}],"
                      "\"batch\":%d,\"after\":%d}}",
                      name, batch, after);
    buf_clear(&provider.out);
    assert_int_equal(view_begin(&provider.view), STATUS_OK);
    provider.loop.generation = provider.view.generation;
    turn = turn_begin(&provider.loop, peer, buf_text(&line), &provider.out);
    view_end(&provider.view);
    assert_non_null(turn);
    assert_int_equal(turn->wait, TURN_FOR_WRITER);
    return turn;
}

static int64_t n_created(const char *answer)
{
    json_t *root = json_loads(answer, 0, NULL);
    const int64_t n = json_integer_value(
        json_object_get(json_object_get(root, "result"), "created"));

    json_decref(root);
    return n;
}

static int64_t import(struct peer *peer, const char *name, int batch, int after)
{
    OWNED(turn) turn = begin_batch(peer, name, batch, after);

    return n_created(provider_finish_turn(&provider, turn));
}

/* As if the writer had found that it takes too long. */
static void try_on_copy(struct peer *peer, struct turn *turn)
{
    peer->change = PEER_CHANGE_LONG;
    assert_int_equal(view_begin(&provider.view), STATUS_OK);
    provider.pool.generation = provider.view.generation;
    provider.pool.metrics = provider.loop.metrics;
    turn_go_on(&turn->job, &provider.pool);
    view_end(&provider.view);
    turn_end_part(turn);
    assert_int_equal(turn->wait, TURN_FOR_WRITER);
    assert_int_equal(peer->change, PEER_CHANGE_TRIED);
}

static void a_batch_is_taken_behind_the_one_that_it_names(void **state)
{
    SCOPED(peer_leave) struct peer *peer = sign_in();

    (void)state;
    assert_int_equal(import(peer, "a1", 1, 0), 1);
    assert_int_equal(import(peer, "a3", 3, 2), 0);
    assert_int_equal(import(peer, "a1.2", 1, 0), 1);
    assert_int_equal(import(peer, "a2", 2, 1), 1);
    assert_int_equal(peer->session->import_batch, 2);
}

static void what_was_tried_is_taken_when_it_is_kept(void **state)
{
    SCOPED(peer_leave) struct peer *peer = sign_in();

    (void)state;
    assert_int_equal(import(peer, "b1", 1, 0), 1);
    {
        OWNED(turn) turn = begin_batch(peer, "b2", 2, 1);

        try_on_copy(peer, turn);
        assert_int_equal(peer->session->import_batch, 1);
        assert_int_equal(n_created(provider_finish_turn(&provider, turn)), 1);
    }
    assert_int_equal(peer->session->import_batch, 2);
    assert_int_equal(import(peer, "b3", 3, 2), 1);
}

/* The copy took it, the store did not. */
static void what_was_only_tried_is_not_taken(void **state)
{
    SCOPED(peer_leave) struct peer *peer = sign_in();

    (void)state;
    assert_int_equal(import(peer, "c1", 1, 0), 1);
    {
        OWNED(turn) turn = begin_batch(peer, "c2", 2, 1);

        try_on_copy(peer, turn);
        assert_int_not_equal(peer->session->import_batch, 2);
        turn_fail(&turn->job);
    }
    assert_int_equal(import(peer, "c3", 3, 2), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_batch_is_taken_behind_the_one_that_it_names),
        cmocka_unit_test(what_was_tried_is_taken_when_it_is_kept),
        cmocka_unit_test(what_was_only_tried_is_not_taken),
    };

    return cmocka_run_group_tests(tests, open_provider, close_provider);
}
