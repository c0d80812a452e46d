-- Marks that the vectors of a tenant and kind are to be coded from the first.
-- $1 org, $2 project, $3 kind, $4 the mark, a list's number that no list has
INSERT INTO vector_lists (org_id, project_id, kind, model, list, closing) VALUES ($1, $2, $3, 0, $4, true)
