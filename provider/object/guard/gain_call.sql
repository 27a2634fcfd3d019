-- gain_collection_name: the key and name of a collection
SELECT CollectionID, Name FROM collection WHERE row = ?1;
