#include "tests/unit/unit.h"

#include "provider/base/own.h"
#include "provider/odata/odata_answer.h"
#include "provider/odata/odata_ask.h"
#include "provider/odata/odata_rows.h"
#include "provider/odata/v1_set.h"

static void json_drop(json_t **json)
{
    json_decref(*json);
}

/* "method params", or the status that refuses it. */
static void ask_to(enum odata_verb verb, const char *path, const char *query,
                   const char *body, struct buf *out)
{
    SCOPED(odata_target_clear)
    struct odata_target target =
        odata_target_read(verb, text_of(path), text_of(query));
    SCOPED(buf_free) struct buf line = buf_make(64 * 1024);
    SCOPED(json_drop) json_t *asked = NULL;
    char *params;

    if (target.kind != ODATA_KIND_NONE && !target.is_allowed) {
        buf_append_format(out, "only %s", target.allow);
        return;
    }
    if (!odata_ask(&target, text_of(body), &line)) {
        assert_int_equal(target.kind, ODATA_KIND_NONE);
        assert_non_null(target.why);
        buf_append_format(out, "%u", target.status);
        return;
    }
    asked = json_loadb(line.data, line.size, 0, NULL);
    assert_non_null(asked);
    if (json_is_array(asked)) {
        buf_append_text(out, buf_text(&line));
        return;
    }
    params = json_dumps(json_object_get(asked, "params"), JSON_COMPACT);
    buf_append_format(out, "%s %s",
                      json_string_value(json_object_get(asked, "method")),
                      params);
    free(params);
}

static void read_to(const char *path, const char *query, struct buf *out)
{
    ask_to(ODATA_GET, path, query, "", out);
}

#define LIST  "query.run {\"odata\":{\"class\":\"SMS_X\""
#define PAGE  ",\"limit\":1000}"
#define ONE   "object.get {\"class\":\"SMS_X\",\"key\":\""
#define DEEP  "wmi/SMS_X/a/b"
#define QUOTE "wmi/SMS_X('"

#define DEVICE                                                                 \
    "ResourceID,Name,SMSUniqueIdentifier,MACAddresses,ClientVersion,"          \
    "ResourceDomainORWorkgroup,ADSiteName,Client,Active,Obsolete,"             \
    "OperatingSystemNameandVersion,LastLogonUserName"

static void reads_what_clients_write(void **state)
{
    static const struct {
        const char *path, *query, *asked;
    } cases[] = {
        {"wmi", "", "object.classes {}"},
        {"WMI/", "", "object.classes {}"},
        {"wmi/SMS_X", "", LIST "}" PAGE},
        {"wmi//SMS_X/", "", LIST "}" PAGE},
        {"wmi/SMS_X", "$top=5&$skip=2", LIST "},\"limit\":5,\"skip\":2}"},
        {"wmi/SMS_X", "$top=5000", LIST "}" PAGE},
        {"wmi/SMS_X", "$Filter=Name%20eq+%27a%27%27b%27",
         LIST ",\"filter\":\"Name eq 'a''b'\"}" PAGE},
        {"wmi/SMS_X", "%24filter=a eq 'x'&$select=a,b&$orderby=a desc",
         LIST ",\"filter\":\"a eq 'x'\",\"orderby\":\"a desc\","
              "\"select\":\"a,b\"}" PAGE},
        {"wmi/SMS_X", "filter=a&$skiptoken=k1&$count=false",
         LIST ",\"filter\":\"a\"},\"limit\":1000,\"after\":\"k1\"}"},
        {"wmi/SMS_X/$count", "$filter=a&$select=b",
         LIST ",\"filter\":\"a\",\"count\":true}}"},
        {"wmi/SMS_X('S01')", "", ONE "S01\"}"},
        {"wmi/SMS_X(%27S01%27)", "", ONE "S01\"}"},
        {"wmi/SMS_X(16777219)", "", ONE "16777219\"}"},
        {"wmi/SMS_X/S01", "", ONE "S01\"}"},
        {"wmi/SMS_X/'S01'", "", ONE "S01\"}"},
        {QUOTE "a''b%2Fc%20d')", "", ONE "a'b/c d\"}"},
        {QUOTE "%22}')", "", ONE "\\\"}\"}"},
        {"V1.0/", "", "object.classes {}"},
        {"v1.0/AdministrationServiceInformation", "", "server.info {}"},
        {"v1.0/device/", "$filter=machineid eq 5 and Domain eq 'Domain'",
         "query.run {\"odata\":{\"class\":\"SMS_R_System\",\"filter\":"
         "\"ResourceID eq 5 and ResourceDomainORWorkgroup eq 'Domain'\","
         "\"select\":\"" DEVICE "\"}" PAGE},
        {"v1.0/Application('a''b')", "$select=DisplayName,CIGUID",
         "query.run {\"odata\":{\"class\":\"SMS_Application\",\"filter\":"
         "\"CI_UniqueID eq 'a''b'\",\"select\":"
         "\"LocalizedDisplayName,CI_UniqueID\"},\"limit\":1}"},
        {"v1.0/Collections/$count", "$filter=MemberCount gt 1",
         "query.run {\"odata\":{\"class\":\"SMS_Collection\",\"filter\":"
         "\"MemberCount gt 1\",\"count\":true}}"},
        {"wmi/SMS_X(Key='a,b')", "", ONE "a,b\"}"},
        {"wmi/SMS_Program(ProgramName='b',packageid='a')", "",
         "object.get {\"class\":\"SMS_Program\",\"key\":\"a.b\"}"},
        {"wmi/SMS_Program(ProgramKey=a.b)", "$select=ProgramName, Comment",
         "object.get {\"class\":\"SMS_Program\",\"key\":\"a.b\","
         "\"properties\":[\"ProgramName\",\"Comment\"]}"},
        {"wmi/$query", "wql=SELECT+*+FROM+SMS_X&$top=3",
         "query.run {\"wql\":\"SELECT * FROM SMS_X\",\"limit\":3}"},
        {"wmi/SMS_X", "$count=true&$top=2",
         "[{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"query.run\","
         "\"params\":{\"odata\":{\"class\":\"SMS_X\"},\"limit\":2}},"
         "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"query.run\","
         "\"params\":{\"odata\":{\"class\":\"SMS_X\",\"count\":true}}}]"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        SCOPED(buf_free) struct buf got = buf_make(4096);

        read_to(cases[i].path, cases[i].query, &got);
        assert_text_equal(buf_text(&got), cases[i].asked);
    }
}

static void refuses_what_it_cannot_read(void **state)
{
    static const struct {
        const char *path, *query, *status;
    } cases[] = {
        {"", "", "404"},
        {"v1.0/Nothing", "", "404"},
        {"v1.0/$query", "wql=x", "404"},
        {"v1.0/Device(5x)", "", "400"},
        {"v1.0/Device(5 or 1 eq 1)", "", "400"},
        {"v1.0/Device(5)/Nothing", "", "404"},
        {"v1.0/Collection(a)/ResourceCollectionMembership", "", "404"},
        {"v1.0/Device(5)/ResourceCollectionMembership", "$expand=x", "400"},
        {"v1.0/Device", "$expand=Collection", "400"},
        {"v1.0/Device", "$count=true", "400"},
        {"v1.0/Device(5)/AdminService.RunCMPivot", "", "501"},
        {"v1.0/Device(5)/AdminService.CMPivotResult(OperationId=1)", "", "501"},
        {DEEP, "", "404"},
        {"wmi/SMS_X(1)/b", "", "404"},
        {"wmi/SMS X", "", "404"},
        {"wmi/SMS_X.Method", "", "only POST"},
        {"wmi/SMS_X.Method(1)", "", "404"},
        {"wmi/SMS_X.a.b", "", "404"},
        {"wmi/SMS_X(1)/Method", "", "404"},
        {"wmi/SMS_X(1)/AdminService.", "", "404"},
        {"wmi/SMS_X/1/AdminService.M/x", "", "404"},
        {"wmi/SMS_X/$count/x", "", "404"},
        {"wmi/$query", "", "400"},
        {"wmi/$query", "wql=x&$filter=y", "400"},
        {"wmi/$query/x", "wql=x", "404"},
        {"wmi/SMS_X", "wql=x", "400"},
        {"wmi/$metadata/x", "", "404"},
        {"openapi.json/x", "", "404"},
        {"wmi/SMS_Admin_GetAdminExtendedData", "", "only POST"},
        {"wmi/(1)", "", "404"},
        {"wmi/SMS_X(", "", "400"},
        {"wmi/SMS_X()", "", "400"},
        {"wmi/SMS_X(1)x", "", "400"},
        {"wmi/SMS_X('a)", "", "400"},
        {"wmi/SMS_X(')", "", "400"},
        {"wmi/SMS_X('')", "", "400"},
        {QUOTE "a'b')", "", "400"},
        {"wmi/SMS_Program(A=1,B=2)", "", "400"},
        {"wmi/SMS_Program(PackageID=1)x", "", "400"},
        {"wmi/SMS_Program(1,2)", "", "400"},
        {"wmi/SMS_Program(PackageID=1,)", "", "400"},
        {"wmi/SMS_Program(PackageID=1,ProgramName=2,A=3)", "", "400"},
        {"wmi/SMS_Program(PackageID=1,PackageID=2)", "", "400"},
        {"wmi/SMS_X(a=1,b=2,c=3,d=4,e=5)", "", "400"},
        {"wmi/%zz", "", "400"},
        {"wmi/%4", "", "400"},
        {"wmi/SMS_X(%00)", "", "400"},
        {"wmi/SMS_X(%0a)", "", "400"},
        {"wmi/SMS_X(%ff)", "", "400"},
        {"wmi/SMS_X", "$filter=%ff", "400"},
        {"wmi/SMS_X", "$filter", "400"},
        {"wmi/SMS_X", "$filter=a&$Filter=b", "400"},
        {"wmi/SMS_X", "$top=-1", "400"},
        {"wmi/SMS_X", "$top=1e3", "400"},
        {"wmi/SMS_X", "$top=99999999999", "400"},
        {"wmi/SMS_X", "$top=1&$top=2", "400"},
        {"wmi/SMS_X", "$count=true&$count=true", "400"},
        {"wmi/SMS_X", "$count=1", "400"},
        {"wmi/SMS_X", "$expand=y", "400"},
        {"wmi/SMS_X", "x=y", "400"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        SCOPED(buf_free) struct buf got = buf_make(4096);

        read_to(cases[i].path, cases[i].query, &got);
        assert_text_equal(buf_text(&got), cases[i].status);
    }
}

static void changes_are_those_of_the_wire(void **state)
{
    static const struct {
        enum odata_verb verb;
        const char *path, *body, *asked;
    } cases[] = {
        {ODATA_POST, "wmi/SMS_Scope", "{\"Name\":\"a\",\"@odata.etag\":1}",
         "object.create {\"class\":\"SMS_Scope\","
         "\"properties\":{\"Name\":\"a\"}}"},
        {ODATA_POST, "wmi/SMS_Collection", "{\"Name\":\"a\",\"MemberCount\":5}",
         "object.create {\"class\":\"SMS_Collection\","
         "\"properties\":{\"Name\":\"a\"}}"},
        {ODATA_PUT, "wmi/SMS_Collection('a')",
         "{\"Name\":\"a\",\"collectionid\":\"b\",\"__LAZYPROPERTIES\":[],"
         "\"CollectionType\":2,\"LimitToCollectionName\":null}",
         "object.update {\"class\":\"SMS_Collection\",\"key\":\"a\","
         "\"properties\":{\"Name\":\"a\"}}"},
        {ODATA_PATCH, "wmi/SMS_Collection('a')", "{\"MemberCount\":5}",
         "object.update {\"class\":\"SMS_Collection\",\"key\":\"a\","
         "\"properties\":{\"MemberCount\":5}}"},
        {ODATA_DELETE, "wmi/SMS_X/a", "",
         "object.delete {\"class\":\"SMS_X\",\"key\":\"a\"}"},
        {ODATA_POST, "wmi/SMS_X(1)/AdminService.M", "{\"a\":[1]}",
         "object.invoke {\"class\":\"SMS_X\",\"key\":\"1\","
         "\"method\":\"M\",\"args\":{\"a\":[1]}}"},
        {ODATA_POST, "wmi/SMS_X/1/adminservice.M", "",
         "object.invoke {\"class\":\"SMS_X\",\"key\":\"1\","
         "\"method\":\"M\",\"args\":{}}"},
        {ODATA_POST, "wmi/SMS_X.M", "{}",
         "object.invoke {\"class\":\"SMS_X\",\"method\":\"M\","
         "\"args\":{}}"},
        {ODATA_GET, "wmi/SMS_Identification.GetSiteID", "",
         "object.invoke {\"class\":\"SMS_Identification\","
         "\"method\":\"GetSiteID\",\"args\":{}}"},
        {ODATA_GET, "wmi/SMS_Admin.GetAdminExtendedData", "", "only POST"},
        {ODATA_GET, "wmi/SMS_Admin.EndSessions", "", "only POST"},
        {ODATA_PUT, "wmi/SMS_X", "{}", "only GET, POST"},
        {ODATA_POST, "wmi/SMS_X(1)", "{}", "only GET, PUT, PATCH, DELETE"},
        {ODATA_POST, "wmi/SMS_X/$count", "{}", "only GET"},
        {ODATA_VERB_OTHER, "wmi/", "", "only GET"},
        {ODATA_POST, "wmi/SMS_X", "{\"a\":1,\"a\":2}", "400"},
        {ODATA_POST, "wmi/SMS_X", "[]", "400"},
        {ODATA_POST, "wmi/SMS_X", "{\"a\":1},\"b\":{}", "400"},
        {ODATA_POST, "wmi/SMS_X",
         "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"session.end\"}", "400"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        SCOPED(buf_free) struct buf got = buf_make(4096);

        ask_to(cases[i].verb, cases[i].path, "", cases[i].body, &got);
        assert_text_equal(buf_text(&got), cases[i].asked);
    }
}

static void a_tag_is_a_version(void **state)
{
    static const struct {
        const char *tag;
        int64_t version;
    } cases[] = {
        {"*", -1},
        {"\"5\"", 5},
        {"W/\"17\"", 17},
        {"5", INT64_MAX},
        {"\"\"", INT64_MAX},
        {"\"5", INT64_MAX},
        {"\"-5\"", INT64_MAX},
        {"\"5\", \"6\"", INT64_MAX},
        {"", INT64_MAX},
        {"\"9999999999999999999\"", INT64_MAX},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        SCOPED(odata_target_clear)
        struct odata_target target =
            odata_target_read(ODATA_DELETE, TEXT("wmi/SMS_X/a"), TEXT(""));

        odata_target_match(&target, text_of(cases[i].tag));
        assert_int_equal(target.if_version, cases[i].version);
    }
}

static void put(const char *path, const char *query, const char *result,
                struct buf *out)
{
    SCOPED(odata_target_clear)
    struct odata_target target =
        odata_target_read(ODATA_GET, text_of(path), text_of(query));
    SCOPED(odata_answer_clear) struct odata_answer answer = {0};
    SCOPED(buf_free) struct buf reply = buf_make(4096);

    buf_append_format(&reply, "{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":%s}\n",
                      result);
    assert_true(odata_answer_put(&target, TEXT("https://h/AdminService/wmi/"),
                                 buf_text(&reply), &answer, out));
    assert_int_equal(answer.status, 200);
}

static void a_page_says_where_the_next_is(void **state)
{
    static const char rows[] = "{\"items\":[{\"a\":1}],\"next\":\"k/1\"}";
    SCOPED(buf_free) struct buf got = buf_make(4096);
    SCOPED(buf_free) struct buf asked = buf_make(4096);

    (void)state;
    put("wmi/SMS_X", "$filter=a eq 'x'&$top=1500", rows, &got);
    assert_text_equal(
        buf_text(&got),
        "{\"@odata.context\":\"https://h/AdminService/wmi/$metadata#SMS_X\","
        "\"value\":[{\"a\":1}],\"@odata.nextLink\":"
        "\"https://h/AdminService/wmi/SMS_X?$filter=a%20eq%20%27x%27&$top=500&"
        "$skiptoken=k%2F1\"}");
    read_to("wmi/SMS_X", "$filter=a%20eq%20%27x%27&$top=500&$skiptoken=k%2F1",
            &asked);
    assert_text_equal(buf_text(&asked),
                      LIST ",\"filter\":\"a eq 'x'\"},\"limit\":500,"
                           "\"after\":\"k/1\"}");
}

static void who_asked_for_no_more_is_told_of_none(void **state)
{
    static const char rows[] = "{\"items\":[{\"a\":1}],\"next\":\"k\"}";
    SCOPED(buf_free) struct buf got = buf_make(4096);

    (void)state;
    put("wmi/SMS_X", "$top=1", rows, &got);
    assert_text_equal(
        buf_text(&got),
        "{\"@odata.context\":\"https://h/AdminService/wmi/$metadata#SMS_X\","
        "\"value\":[{\"a\":1}]}");
    buf_clear(&got);
    put("wmi/SMS_X", "$top=0", rows, &got);
    assert_text_equal(
        buf_text(&got),
        "{\"@odata.context\":\"https://h/AdminService/wmi/$metadata#SMS_X\","
        "\"value\":[]}");
}

static void rows_are_what_they_are(void **state)
{
    static const char rows[] =
        "{\"items\":[{\"a\":\"]}\\\"[\\\\\",\"b\":[[],{}]},{}],\"serial\":1}";
    SCOPED(buf_free) struct buf got = buf_make(4096);

    (void)state;
    put("wmi/SMS_X", "", rows, &got);
    assert_text_equal(
        buf_text(&got),
        "{\"@odata.context\":\"https://h/AdminService/wmi/$metadata#SMS_X\","
        "\"value\":[{\"a\":\"]}\\\"[\\\\\",\"b\":[[],{}]},{}]}");
}

/* Of a class that is known, each row has its key and what it lacks. */
static void rows_say_what_they_are(void **state)
{
    SCOPED(buf_free) struct buf got = buf_make(4096);
    SCOPED(buf_free) struct buf part = buf_make(4096);

    (void)state;
    put("wmi/sms_program", "",
        "{\"items\":[{\"Comment\":\"a\",\"PackageID\":\"P0100001\","
        "\"ProgramName\":\"b\\\"c\"}]}",
        &got);
    assert_text_equal(
        buf_text(&got),
        "{\"@odata.context\":\"https://h/AdminService/wmi/"
        "$metadata#SMS_Program\",\"value\":[{\"@odata.etag\":"
        "\"P0100001;b\\\"c\",\"__LAZYPROPERTIES\":"
        "[\"SupportedOperatingSystems\"],\"Comment\":\"a\",\"PackageID\":"
        "\"P0100001\",\"ProgramName\":\"b\\\"c\"}]}");
    put("wmi/SMS_Program", "$select=Comment",
        "{\"items\":[{\"Comment\":\"a\"}]}", &part);
    assert_text_equal(buf_text(&part),
                      "{\"@odata.context\":\"https://h/AdminService/wmi/"
                      "$metadata#SMS_Program\",\"value\":"
                      "[{\"Comment\":\"a\"}]}");
}

static void what_is_no_answer_is_none(void **state)
{
    static const char *const replies[] = {
        "",
        "{}\n",
        "{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":{\"items\":",
        "{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":{\"items\":[1}}\n",
        "{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":{\"items\":{}}}\n",
        "{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":{\"items\":1}}\n",
        "{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":{\"items\":[]\n",
        "{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":{\"items\":[],x}}\n",
    };
    SCOPED(odata_target_clear)
    struct odata_target target =
        odata_target_read(ODATA_GET, TEXT("wmi/SMS_X"), TEXT(""));
    SCOPED(odata_answer_clear) struct odata_answer answer = {0};
    SCOPED(buf_free) struct buf got = buf_make(4096);

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(replies); i++)
        assert_false(odata_answer_put(&target, TEXT("https://h/"),
                                      text_of(replies[i]), &answer, &got));
}

/* A part of it is another key, or every object of the class. */
static void half_a_question_is_not_asked(void **state)
{
    SCOPED(odata_target_clear)
    struct odata_target target =
        odata_target_read(ODATA_DELETE, TEXT("wmi/SMS_X/ab"), TEXT(""));
    SCOPED(buf_free) struct buf line = buf_make(4096);

    (void)state;
    assert_true(odata_ask(&target, TEXT(""), &line));
    buf_free(&target.keys[0].value);
    target.keys[0].value = buf_make(1);
    buf_append_string(&target.keys[0].value, "ab");
    assert_false(odata_ask(&target, TEXT(""), &line));
    assert_int_equal(target.status, 503);
}

/* Names that get longer in the question's own words. */
static void a_question_that_becomes_too_long_fails(void **state)
{
    SCOPED(buf_free) struct buf query = buf_make(64 * 1024);
    SCOPED(buf_free) struct buf line = buf_make(1024 * 1024);

    (void)state;
    buf_append_string(&query, "$filter=Name eq 'x'");
    while (query.size < 60 * 1024)
        buf_append_string(&query, " or Name eq Name");
    SCOPED(odata_target_clear)
    struct odata_target target =
        odata_target_read(ODATA_GET, TEXT("v1.0/Device"), buf_text(&query));

    assert_int_equal(target.status, 0);
    assert_true(odata_ask(&target, TEXT(""), &line));
    assert_int_equal(buf_status(&line), STATUS_OK);
    target.set =
        &(struct v1_set){.class_name = "SMS_R_System",
                         .properties =
                             (const struct v1_property[]){
                                 {"Name", "AVeryMuchLongerNameThanThatIs"}},
                         .n = 1};
    buf_clear(&line);
    assert_true(odata_ask(&target, TEXT(""), &line));
    assert_int_equal(buf_status(&line), STATUS_LIMIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(half_a_question_is_not_asked),
        cmocka_unit_test(a_question_that_becomes_too_long_fails),
        cmocka_unit_test(reads_what_clients_write),
        cmocka_unit_test(refuses_what_it_cannot_read),
        cmocka_unit_test(changes_are_those_of_the_wire),
        cmocka_unit_test(a_tag_is_a_version),
        cmocka_unit_test(a_page_says_where_the_next_is),
        cmocka_unit_test(who_asked_for_no_more_is_told_of_none),
        cmocka_unit_test(rows_are_what_they_are),
        cmocka_unit_test(rows_say_what_they_are),
        cmocka_unit_test(what_is_no_answer_is_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
