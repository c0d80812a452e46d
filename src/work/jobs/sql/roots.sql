-- Of jobs that are to be parents: where they belong, and how deep. $1 org, $2 project, $3 ids → id, root, depth
SELECT j.id, coalesce(j.root_id, j.id), j.depth::int
FROM unnest($3::uuid[]) AS w (id)
    CROSS JOIN LATERAL (SELECT b.id, b.root_id, b.depth FROM jobs b
                        WHERE b.org_id = $1 AND b.project_id = $2 AND b.id = w.id OFFSET 0) j
