-- conceal_read_key: the key of concealed values, encrypted
SELECT wrapped FROM conceal_key WHERE one = 1;

-- conceal_store_key: stores the key of concealed values, encrypted
INSERT OR REPLACE INTO conceal_key (one, wrapped) VALUES (1, ?1);
