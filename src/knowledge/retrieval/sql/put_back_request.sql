-- A tenant and kind whose segments somebody else is changing just now: looked at again in a moment.
-- $1 org, $2 project, $3 kind, $4 seconds
UPDATE segment_queue SET not_before = now() + make_interval(secs => $4)
WHERE org_id = $1 AND project_id = $2 AND kind = $3
