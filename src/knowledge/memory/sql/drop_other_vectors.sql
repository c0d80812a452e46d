-- A page of a tenant's vectors that come from other models than the active one.
-- plan: page
-- $1 org, $2 project, $3 model, $4 how many
WITH old AS MATERIALIZED (
    SELECT v.memory_id, v.model FROM memory_vectors v
    WHERE v.org_id = $1 AND v.project_id = $2 AND v.model <> $3 LIMIT $4
)
DELETE FROM memory_vectors v USING old o
WHERE v.org_id = $1 AND v.project_id = $2 AND v.memory_id = o.memory_id AND v.model = o.model
