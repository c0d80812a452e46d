-- Definitions: the newest version of each name, or the versions of one. $1 org, $2 project, $3 this one alone,
-- plan: page
-- $4 after this name, $5 before this version, $6 limit → columns as read_definition wants them
SELECT d.name, d.version, coalesce(d.description, ''), d.steps, d.defaults, d.hash, d.created_at
FROM job_definitions d
WHERE d.org_id = $1 AND d.project_id = $2
    AND CASE WHEN $3::text IS NULL
             THEN d.name > $4 AND NOT EXISTS (SELECT FROM job_definitions l WHERE l.org_id = $1 AND l.project_id = $2
                                                  AND l.name = d.name AND l.version > d.version)
             ELSE d.name = $3 AND d.version < $5 END
ORDER BY d.name, d.version DESC
LIMIT $6
