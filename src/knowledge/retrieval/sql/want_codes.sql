-- Marks that the vectors of a tenant and kind that have no lists are to be coded: those from before there were codes.
-- $1 org, $2 project, $3 kind, $4 the mark, a list's number that no list has
INSERT INTO vector_lists (org_id, project_id, kind, model, list, splitting)
SELECT $1, $2, $3, 0, $4, true
WHERE NOT EXISTS (SELECT FROM vector_lists WHERE org_id = $1 AND project_id = $2 AND kind = $3)
    AND EXISTS (SELECT FROM stele_vector_page($1, $2, $3, '00000000-0000-0000-0000-000000000000', 1))
ON CONFLICT DO NOTHING
