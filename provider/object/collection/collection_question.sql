-- collection_count: how many members a collection had when it was evaluated
SELECT MemberCount FROM collection WHERE row = ?1;
