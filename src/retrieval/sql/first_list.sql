-- A list without a centroid, which takes everything. $1 org, $2 project, $3 kind, $4 model, $5 list
INSERT INTO vector_lists (org_id, project_id, kind, model, list) VALUES ($1, $2, $3, $4, $5)
