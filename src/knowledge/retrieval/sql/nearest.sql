-- The items whose vectors are nearest to the question: chosen by their codes, then compared exactly.
-- $1 org, $2 project, $3 kind, $4 model, $5 question, $6 scopes (NULL: all), $7 lists to read, $8 the newest list that
-- the caller knows, $9 of newer ones to read, $10 codes to compare, $11 limit
SELECT v.item
FROM stele_item_vectors($1, $2, $3, $4,
                        ARRAY(SELECT stele_nearest($1, $2, $3, $4, $5::halfvec, $6, $7, $8, $9, $10))) v
ORDER BY v.embedding <=> $5::halfvec
LIMIT $11
