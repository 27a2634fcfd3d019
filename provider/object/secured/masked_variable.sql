-- masked_collection: a collection by its key
SELECT row FROM collection WHERE CollectionID = ?1;

-- masked_mark: marks all masked variables of a collection as not given
UPDATE collection_variable SET is_given = 0 WHERE collection = ?1;

-- masked_store: stores a concealed value
INSERT INTO collection_variable (collection, name, value, is_given)
    VALUES (?1, ?2, ?3, 1) ON CONFLICT (collection, name) DO UPDATE
    SET value = excluded.value, is_given = 1;

-- masked_keep: notes that a masked variable is given without a value
UPDATE collection_variable SET is_given = 1
    WHERE collection = ?1 AND name = ?2;

-- masked_sweep: forgets those that were not given
DELETE FROM collection_variable WHERE collection = ?1 AND NOT is_given;

-- masked_drop: forgets those of a collection
DELETE FROM collection_variable WHERE collection = ?1;
