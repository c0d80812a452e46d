-- Some skills. Columns as in show.sql, without the content. $1 org, $2 project, $3 ids
SELECT m.id, name, description, tags, source, version, encode(content_hash, 'hex'), instance, retention, created_at, updated_at
FROM unnest($3::uuid[]) i (id)
    CROSS JOIN LATERAL (SELECT * FROM skills o
                        WHERE o.org_id = $1 AND o.project_id = $2 AND o.id = i.id LIMIT 1) m
