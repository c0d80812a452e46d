-- Notes how an artifact compared with the file. $1 org, $2 project, $3 artifact, $4 ok, missing or changed
UPDATE artifacts a
SET verified = $4, verified_at = now()
WHERE a.org_id = $1 AND a.project_id = $2 AND a.id = $3
