-- Ends a memory in favour of its successor; it stays for questions about the past.
-- $1 org, $2 project, $3 old, $4 new, $5 now
UPDATE memories
SET superseded_by = $4, valid_until = least(valid_until, $5), updated_at = $5
WHERE org_id = $1 AND project_id = $2 AND id = $3 AND superseded_by IS NULL
