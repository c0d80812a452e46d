-- Remembers the last jobs of a session. $1 org, $2 project, $3 id, $4 job, $5 how many are remembered
UPDATE relay_sessions s
SET jobs = (array_remove(s.jobs, $4) || $4)[greatest(cardinality(array_remove(s.jobs, $4)) + 2 - $5, 1):],
    updated_at = now()
WHERE s.org_id = $1 AND s.project_id = $2 AND s.id = $3
