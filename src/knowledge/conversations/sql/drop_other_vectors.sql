-- A page of a tenant's vectors that come from other models than the active one.
-- plan: page
-- $1 org, $2 project, $3 model, $4 how many
WITH old AS MATERIALIZED (
    SELECT v.message_id, v.part, v.model FROM chat_vectors v
    WHERE v.org_id = $1 AND v.project_id = $2 AND v.model <> $3 LIMIT $4
)
DELETE FROM chat_vectors v USING old o
WHERE v.org_id = $1 AND v.project_id = $2 AND v.message_id = o.message_id AND v.part = o.part AND v.model = o.model
