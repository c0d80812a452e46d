-- Of jobs that are to be parents: where they belong. $1 org, $2 project, $3 ids
SELECT j.id, coalesce(j.root_id, j.id)
FROM unnest($3::uuid[]) AS w (id)
    CROSS JOIN LATERAL (SELECT b.id, b.root_id FROM jobs b
                        WHERE b.org_id = $1 AND b.project_id = $2 AND b.id = w.id OFFSET 0) j
