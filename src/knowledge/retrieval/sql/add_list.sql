-- A list without a centroid. $1 org, $2 project, $3 kind, $4 model, $5 list, $6 splitting
INSERT INTO vector_lists (org_id, project_id, kind, model, list, splitting) VALUES ($1, $2, $3, $4, $5, $6)
