#include "tests/unit/unit.h"

#include <stdio.h>

#include "provider/client/answer.h"
#include "provider/smsctl/plan/plan_show.h"

static void assert_shown(enum output_format format, const char *json,
                         const char *expected)
{
    SCOPED(answer_drop) json_t *plan = json_loads(json, 0, NULL);
    char *text = NULL;
    size_t size = 0;
    const struct output output = {format, true, open_memstream(&text, &size)};

    assert_non_null(plan);
    assert_int_equal(plan_show(&output, plan), STATUS_OK);
    fclose(output.file);
    assert_string_equal(text, expected);
    free(text);
}

#define CHANGES                                                                \
    "\"changes\":[{\"change\":\"added\",\"what\":\"role\",\"name\":\"Web\","   \
    "\"at\":\"a.yaml:3:5\",\"gained\":[\"SMS_Site: Read\"],\"lost\":[]},"      \
    "{\"change\":\"changed\",\"what\":\"scope\",\"name\":\"Lab\","             \
    "\"gained\":[\"description: b\"],\"lost\":[\"description: a\"]},"          \
    "{\"change\":\"removed\",\"what\":\"group\",\"name\":\"g\","               \
    "\"gained\":[],\"lost\":[]}]"

#define RIGHTS                                                                 \
    "\"rights\":[{\"user\":\"alice@A\",\"class\":\"SMS_Collection\","          \
    "\"operations\":[\"Read\",\"Delete\"],\"where\":\"scope\",\"category\":"   \
    "\"Web\",\"before\":null,\"after\":\"mfa\",\"objects\":214,"               \
    "\"devices\":3020},"                                                       \
    "{\"group\":\"desk\",\"class\":\"SMS_Admin\",\"operations\":[\"Read\"],"   \
    "\"where\":\"everywhere\",\"before\":\"domain\",\"after\":null,"           \
    "\"objects\":1},"                                                          \
    "{\"user\":\"bob\",\"class\":\"SMS_Collection\",\"operations\":"           \
    "[\"Modify\"],\"where\":\"on collection\",\"category\":\"Servers\","       \
    "\"before\":\"domain\",\"after\":\"mfa\",\"devices\":1234567}]"

static void people_read_sentences(void **state)
{
    (void)state;
    assert_shown(
        OUTPUT_TABLE,
        "{" CHANGES "," RIGHTS ",\"tests\":{\"passed\":12,\"failed\":0},"
        "\"missing\":[{\"operation\":\"Modify\",\"class\":\"SMS_Role\","
        "\"name\":\"Web\",\"at\":\"a.yaml:3:5\",\"why\":\"You lack it.\"}],"
        "\"replay\":{\"requests\":1200,\"changed\":[{\"user\":\"eve\","
        "\"operation\":\"Read\",\"class\":\"SMS_Site\",\"key\":\"P01\","
        "\"times\":3,\"last\":\"2026-01-01T00:00:00Z\",\"before\":\"allow\","
        "\"after\":\"deny\"}],\"gone\":4,\"guarded\":2,"
        "\"cut\":true},\"plan_digest\":\"ab12\"}",
        "Changes:\n"
        "  + role Web (a.yaml:3:5)\n"
        "      + SMS_Site: Read\n"
        "  ~ scope Lab\n"
        "      - description: a\n"
        "      + description: b\n"
        "  - group g\n"
        "Rights:\n"
        "  alice@A gains Read, Delete on SMS_Collection in scope Web at mfa: "
        "214 objects, 3,020 devices\n"
        "  group desk loses Read on SMS_Admin everywhere at domain: 1 object\n"
        "  bob needs mfa (before domain) for Modify on SMS_Collection on "
        "collection Servers itself: 1,234,567 devices\n"
        "Requests that would be answered differently:\n"
        "  eve: Read on SMS_Site P01: allow -> deny, 3 times, last "
        "2026-01-01T00:00:00Z\n"
        "  1 of 1,200 requests; 4 about removed objects were not replayed; 2 "
        "denied by a guard were not replayed; not all are shown\n"
        "Rights you lack to apply it:\n"
        "  Modify on SMS_Role Web (a.yaml:3:5): You lack it.\n"
        "Tests: 12 passed, 0 failed\n"
        "Plan digest: ab12\n");
}

static void assert_is_taking(const char *json, bool is_taking)
{
    SCOPED(answer_drop) json_t *plan = json_loads(json, 0, NULL);

    assert_non_null(plan);
    assert_int_equal(plan_takes_away(plan), is_taking);
}

static void what_takes_away_is_known(void **state)
{
    (void)state;
    assert_is_taking("{}", false);
    assert_is_taking("{" CHANGES "}", false);
    assert_is_taking("{" RIGHTS "}", true);
    assert_is_taking("{\"rights\":[{\"user\":\"a\",\"before\":null,"
                     "\"after\":\"mfa\"}]}",
                     false);
    assert_is_taking("{\"rights\":[{\"user\":\"a\",\"before\":\"domain\","
                     "\"after\":\"mfa\"}]}",
                     true);
    assert_is_taking("{\"sign_ins\":[{\"change\":\"gone\"}]}", true);
    assert_is_taking("{\"sign_ins\":[{\"change\":\"new\"}]}", false);
    assert_is_taking("{\"cut\":true}", true);
}

#define MINIMUM(before, after)                                                 \
    "{\"changes\":[{\"change\":\"changed\",\"what\":\"authentication\","       \
    "\"name\":\"minimum level\",\"lost\":[\"level: " before                    \
    "\"],\"gained\":[\"level: " after "\"]}],\"rights\":[]}"

static void the_sites_minimum_concerns_everyone(void **state)
{
    (void)state;
    assert_is_taking(MINIMUM("domain", "mfa"), true);
    assert_is_taking(MINIMUM("mfa", "domain"), false);
    assert_shown(OUTPUT_TABLE, MINIMUM("domain", "mfa"),
                 "Changes:\n"
                 "  ~ authentication minimum level\n"
                 "      - level: domain\n"
                 "      + level: mfa\n"
                 "Rights:\n"
                 "  everyone whom the site's minimum binds needs at least mfa "
                 "(before domain)\n"
                 "  nobody's record gains or loses a right\n");
}

#define GAIN(user, class, level)                                               \
    "{\"user\":\"" user                                                        \
    "\",\"class\":\"" class "\",\"operations\":[\"Read\",\"Modify\"],"         \
                            "\"where\":\"everywhere\","                        \
                            "\"before\":null,\"after\":\"" level "\"}"
#define LOSS(user, class)                                                      \
    "{\"user\":\"" user                                                        \
    "\",\"class\":\"" class "\",\"operations\":[\"Read\"],\"where\":"          \
                            "\"everywhere\","                                  \
                            "\"before\":\"mfa\",\"after\":null}"
#define MANY(user)                                                             \
    GAIN(user, "A", "mfa")                                                     \
    "," GAIN(user, "A", "mfa") "," GAIN(user, "B", "mfa") "," LOSS(user, "C")

static void those_who_change_alike_share_a_sentence(void **state)
{
    (void)state;
    assert_shown(
        OUTPUT_TABLE,
        "{\"rights\":[" MANY("u1") "," GAIN("x", "A", "mfa") "," MANY(
            "u2") "," MANY("u3") "," MANY("u4") "]}",
        "Changes:\n  nothing changes\n"
        "Rights:\n"
        "  u1, u2, u3 and 1 more lose 1 operation on 1 class at mfa "
        "(-v lists them)\n"
        "  u1, u2, u3 and 1 more gain 6 operations on 2 classes at mfa "
        "(-v lists them)\n"
        "  x gains Read, Modify on A everywhere at mfa\n");
    assert_shown(OUTPUT_TABLE,
                 "{\"changes\":[{\"change\":\"added\",\"what\":"
                 "\"administrator\",\"name\":\"a\",\"at\":\"f:1\","
                 "\"gained\":[\"R\"]},{\"change\":\"added\",\"what\":"
                 "\"administrator\",\"name\":\"b\",\"gained\":[\"R\"]},"
                 "{\"change\":\"added\",\"what\":\"scope\",\"name\":\"c\"},"
                 "{\"change\":\"added\",\"what\":\"scope\",\"name\":"
                 "\"d\"}]}",
                 "Changes:\n"
                 "  + administrator a (f:1), b\n      + R\n"
                 "  + scope c\n  + scope d\n"
                 "Rights:\n  nobody gains or loses a right\n");
}

static void a_plan_of_nothing_says_so(void **state)
{
    static const char nothing[] = "{\"changes\":[],\"rights\":[]}";
    SCOPED(answer_drop) json_t *plan = json_loads(nothing, 0, NULL);
    SCOPED(answer_drop) json_t *other = json_loads("{" CHANGES "}", 0, NULL);

    (void)state;
    assert_shown(OUTPUT_TABLE, nothing,
                 "Changes:\n  nothing changes\n"
                 "Rights:\n  nobody gains or loses a right\n");
    assert_true(plan_is_empty(plan));
    assert_false(plan_is_empty(other));
    assert_shown(OUTPUT_TABLE, "{}",
                 "Changes:\n  nothing changes\n"
                 "Rights:\n  nobody gains or loses a right\n");
}

static void what_was_cut_off_is_counted(void **state)
{
    (void)state;
    assert_shown(OUTPUT_TABLE,
                 "{\"changes\":[{\"change\":\"added\",\"what\":\"scope\","
                 "\"name\":\"a\"}],\"rights\":[],\"n_changes\":1201,"
                 "\"n_rights\":0,\"cut\":true}",
                 "Changes:\n  + scope a\n  and 1,200 more\n"
                 "Rights:\n  nobody gains or loses a right\n");
}

static void programs_read_rows(void **state)
{
    (void)state;
    assert_shown(
        OUTPUT_TSV, "{" CHANGES "," RIGHTS "}",
        "kind\tchange\twhat\tname\tclass\toperations\twhere\tcategory\tbefore\t"
        "after\tobjects\tdevices\ttimes\tat\tdetail\n"
        "change\tadded\trole\tWeb\t\t\t\t\t\t\t\t\t\ta.yaml:3:5\tgained "
        "SMS_Site: Read\n"
        "change\tchanged\tscope\tLab\t\t\t\t\t\t\t\t\t\t\tlost description: "
        "a\n"
        "change\tchanged\tscope\tLab\t\t\t\t\t\t\t\t\t\t\tgained description: "
        "b\n"
        "change\tremoved\tgroup\tg\t\t\t\t\t\t\t\t\t\t\t\n"
        "right\tgains\tuser\talice@A\tSMS_Collection\t[\"Read\",\"Delete\"]\t"
        "scope\tWeb\t\tmfa\t214\t3020\t\t\t\n"
        "right\tloses\tgroup\tdesk\tSMS_Admin\t[\"Read\"]\teverywhere\t\t"
        "domain\t\t1\t\t\t\t\n"
        "right\tlevel\tuser\tbob\tSMS_Collection\t[\"Modify\"]\ton collection\t"
        "Servers\tdomain\tmfa\t\t1234567\t\t\t\n");
}

static void a_hostile_plan_steers_no_terminal(void **state)
{
    (void)state;
    assert_shown(
        OUTPUT_TABLE,
        "{\"changes\":[{\"change\":7,\"what\":\"role\",\"name\":"
        "\"a\\u001b[31m\\n+ b\",\"gained\":[\"x\\ty\",3]}, 5, null],"
        "\"rights\":[{\"user\":[],\"operations\":{},\"where\":\"\\u202e\"}],"
        "\"tests\":{\"passed\":\"many\",\"failed\":-1}}",
        "Changes:\n"
        "  ~ role a\\u{1b}[31m\\n+ b\n"
        "      + x\\ty\n"
        "      + \n"
        "  ~  \n"
        "  ~  \n"
        "Rights:\n"
        "   loses  on  \\u{202e} \n"
        "Tests: 0 passed, 0 failed\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(people_read_sentences),
        cmocka_unit_test(a_plan_of_nothing_says_so),
        cmocka_unit_test(what_takes_away_is_known),
        cmocka_unit_test(the_sites_minimum_concerns_everyone),
        cmocka_unit_test(those_who_change_alike_share_a_sentence),
        cmocka_unit_test(what_was_cut_off_is_counted),
        cmocka_unit_test(programs_read_rows),
        cmocka_unit_test(a_hostile_plan_steers_no_terminal),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
