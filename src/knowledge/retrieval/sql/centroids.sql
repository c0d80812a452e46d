-- All lists of a tenant, kind and model. $1 org, $2 project, $3 kind, $4 model → list, centroid of unit length
SELECT list, l2_normalize(centroid) FROM vector_lists
WHERE org_id = $1 AND project_id = $2 AND kind = $3 AND model = $4 AND list >= 0
