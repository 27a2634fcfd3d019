-- user_collections: the collections that hold a user, other than those that hold all
SELECT m.collection FROM collection_member m
    JOIN collection c ON c.row = m.collection
    WHERE m.resource = ?1 AND NOT c.IsBuiltIn;
