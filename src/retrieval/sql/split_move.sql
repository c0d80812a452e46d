-- Moves some codes of a closing list to where they belong. A code without a vector goes.
-- $1 org, $2 project, $3 kind, $4 model, $5 list, $6 at most
WITH taken AS MATERIALIZED (
    SELECT item FROM vector_codes
    WHERE org_id = $1 AND project_id = $2 AND kind = $3 AND model = $4 AND list = $5
    LIMIT $6
    FOR NO KEY UPDATE SKIP LOCKED
), near AS MATERIALIZED (
    SELECT list, centroid FROM vector_lists
    WHERE org_id = $1 AND project_id = $2 AND kind = $3 AND model = $4 AND NOT closing
), places AS MATERIALIZED (
    SELECT v.item, (SELECT list FROM near ORDER BY near.centroid <=> v.embedding LIMIT 1) AS list
    FROM stele_item_vectors($1, $2, $3, ARRAY(SELECT item FROM taken)) v
), moved AS (
    UPDATE vector_codes c SET list = p.list
    FROM places p
    WHERE c.org_id = $1 AND c.kind = $3 AND c.item = p.item
), stray AS (
    DELETE FROM vector_codes c
    USING taken s
    WHERE c.org_id = $1 AND c.kind = $3 AND c.item = s.item
        AND NOT EXISTS (SELECT FROM places p WHERE p.item = s.item)
)
SELECT count(*) FROM taken
