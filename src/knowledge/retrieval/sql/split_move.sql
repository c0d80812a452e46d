-- Moves some codes of a splitting list to where they belong. A code without a vector goes.
-- $1 org, $2 project, $3 kind, $4 model, $5 list, $6 at most
WITH taken AS MATERIALIZED (
    SELECT org_id, project_id, item FROM vector_codes
    WHERE org_id = $1 AND project_id = $2 AND kind = $3 AND model = $4 AND list = $5
    LIMIT $6
    FOR NO KEY UPDATE SKIP LOCKED
), near AS MATERIALIZED (
    SELECT list, centroid FROM vector_lists
    WHERE org_id = $1 AND project_id = $2 AND kind = $3 AND model = $4 AND NOT splitting
), places AS MATERIALIZED (
    SELECT $1::uuid AS org_id, $2::uuid AS project_id, v.item, (SELECT list FROM near ORDER BY near.centroid <=> v.embedding LIMIT 1) AS list
    FROM stele_item_vectors($1, $2, $3, $4, ARRAY(SELECT item FROM taken)) v
), moved AS (
    UPDATE vector_codes c SET list = p.list
    FROM places p
    WHERE c.org_id = p.org_id AND c.project_id = p.project_id AND c.kind = $3 AND c.item = p.item AND c.model = $4
), stray AS (
    DELETE FROM vector_codes c
    USING taken s
    WHERE c.org_id = s.org_id AND c.project_id = s.project_id AND c.kind = $3 AND c.item = s.item AND c.model = $4
        AND NOT EXISTS (SELECT FROM places p WHERE p.item = s.item)
)
SELECT count(*) FROM taken
