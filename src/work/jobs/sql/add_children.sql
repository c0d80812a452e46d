-- Counts new children with their parents, which the transaction holds. $1 org, $2 project, $3 the parent of each child
WITH more AS MATERIALIZED (
    SELECT $1::uuid AS org, $2::uuid AS project, n.id, count(*)::int AS children FROM unnest($3::uuid[]) AS n (id)
    GROUP BY n.id
)
UPDATE job_queue q
SET open_children = q.open_children + m.children
FROM more m
WHERE q.org_id = m.org AND q.project_id = m.project AND q.id = m.id
