-- A list whose codes have all moved. Nothing is deleted while somebody is still adding to it.
-- $1 org, $2 project, $3 kind, $4 model, $5 list
DELETE FROM vector_lists l
WHERE l.org_id = $1 AND l.project_id = $2 AND l.kind = $3 AND l.model = $4 AND l.list = $5
    AND NOT EXISTS (SELECT FROM vector_codes c
                    WHERE c.org_id = $1 AND c.project_id = $2 AND c.kind = $3 AND c.model = $4 AND c.list = $5)
