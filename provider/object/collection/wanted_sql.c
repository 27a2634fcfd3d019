#include "provider/object/collection/wanted_sql.h"

/* What its rules name (?1), of the resources that are which. */
#define NAMED(which)                                                           \
    "SELECT resource FROM collection_rule"                                     \
    " WHERE collection = ?1 AND kind = 1 AND resource" which                   \
    " UNION SELECT d.row FROM collection_rule r"                               \
    " JOIN device d ON d.Name = r.device COLLATE NOCASE"                       \
    " WHERE r.collection = ?1 AND r.kind = 1 AND d.row" which                  \
    " UNION SELECT q.resource FROM collection_rule r"                          \
    " JOIN collection_match q ON q.rule = r.row"                               \
    " WHERE r.collection = ?1 AND r.kind = 2 AND q.resource" which             \
    " UNION SELECT m.resource FROM collection_rule r"                          \
    " JOIN collection_member m ON m.collection = r.other"                      \
    " WHERE r.collection = ?1 AND r.kind = 3 AND m.resource" which
/* What of that the collection may hold. */
#define HOLDABLE                                                               \
    "EXISTS (SELECT 1 FROM collection c JOIN collection l"                     \
    " ON l.CollectionID = c.LimitToCollectionID"                               \
    " JOIN collection_member m ON m.collection = l.row"                        \
    " AND m.resource = w.resource WHERE c.row = ?1)"                           \
    " AND NOT EXISTS (SELECT 1 FROM collection_rule r"                         \
    " JOIN collection_member m ON m.collection = r.other"                      \
    " AND m.resource = w.resource WHERE r.collection = ?1 AND r.kind = 4)"
/* SQLite does not bring a condition into a union: each part has its own, or
 * a question about one device would walk through all of them. */
#define WANTED(which)                                                          \
    "SELECT d.row AS resource FROM device d, collection c WHERE c.row = ?1"    \
    " AND c.CollectionID = 'SMS00001' AND d.row" which                         \
    " UNION SELECT w.resource FROM (" NAMED(which) ") w WHERE " HOLDABLE
#define HELD     "SELECT resource FROM collection_member WHERE collection = ?1"
#define ANY      " IS NOT NULL"
#define THIS_ONE " = ?2"

const char SQL_WANTED_GONE[] = HELD " AND resource NOT IN (" WANTED(ANY) ")";
const char SQL_WANTED_GONE_ONE[] =
    HELD " AND resource = ?2 AND resource NOT IN (" WANTED(THIS_ONE) ")";
const char SQL_WANTED_COME[] =
    "SELECT resource FROM (" WANTED(ANY) ") EXCEPT " HELD;
const char SQL_WANTED_COME_ONE[] =
    "SELECT resource FROM (" WANTED(THIS_ONE) ") EXCEPT " HELD
                                              " AND resource = ?2";
