-- One step of k-means: each new list's centroid moves to the middle of what is nearest to it, in a sample.
-- $1 org, $2 project, $3 kind, $4 model, $5 list, $6 new lists, $7 sample
WITH sample AS MATERIALIZED (
    SELECT embedding
    FROM stele_item_vectors($1, $2, $3, $4,
                            ARRAY(SELECT item FROM vector_codes
                                  WHERE org_id = $1 AND project_id = $2 AND kind = $3 AND model = $4 AND list = $5
                                  ORDER BY md5(item::text)
                                  LIMIT $7))
), near AS MATERIALIZED (
    SELECT list, centroid FROM vector_lists
    WHERE org_id = $1 AND project_id = $2 AND kind = $3 AND model = $4 AND list = ANY ($6)
), middle AS (
    SELECT n.list, l2_normalize(avg(s.embedding)) AS centroid
    FROM sample s
        CROSS JOIN LATERAL (SELECT list FROM near ORDER BY near.centroid <=> s.embedding LIMIT 1) n
    GROUP BY n.list
)
UPDATE vector_lists l SET centroid = m.centroid
FROM middle m
WHERE l.org_id = $1 AND l.project_id = $2 AND l.kind = $3 AND l.model = $4 AND l.list = m.list
