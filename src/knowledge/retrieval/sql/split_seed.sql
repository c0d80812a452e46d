-- New lists beside one that is to be split, each around the vector of one of its items. They take nothing yet.
-- $1 org, $2 project, $3 kind, $4 model, $5 list, $6 how many
INSERT INTO vector_lists (org_id, project_id, kind, model, list, centroid, splitting)
SELECT $1, $2, $3, $4, (SELECT max(list) FROM vector_lists
                        WHERE org_id = $1 AND project_id = $2 AND kind = $3 AND model = $4)
                       + row_number() OVER (ORDER BY v.item), v.embedding, true
FROM stele_item_vectors($1, $2, $3, $4,
                        ARRAY(SELECT item FROM vector_codes
                              WHERE org_id = $1 AND project_id = $2 AND kind = $3 AND model = $4 AND list = $5
                              ORDER BY md5(item::text)
                              LIMIT $6)) v
RETURNING list
