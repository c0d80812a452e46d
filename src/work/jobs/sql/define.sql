-- A new version of a definition, unless the newest has this content; under define_lock. $1 org, $2 project, $3 name,
-- $4 hash, $5 description, $6 steps, $7 defaults → version, whether it was made
WITH newest AS MATERIALIZED (
    SELECT version, hash FROM job_definitions WHERE org_id = $1 AND project_id = $2 AND name = $3
    ORDER BY version DESC LIMIT 1
), made AS (
    INSERT INTO job_definitions (org_id, project_id, name, version, hash, description, steps, defaults)
    SELECT $1, $2, $3, coalesce((SELECT version FROM newest), 0) + 1, $4, $5, $6::text::jsonb, $7
    WHERE NOT EXISTS (SELECT FROM newest WHERE hash = $4)
    RETURNING version
)
SELECT version, true FROM made UNION ALL SELECT version, false FROM newest WHERE hash = $4
