-- Makes room for a text whose earlier memory has expired or ended: that one becomes history.
-- $1 org, $2 project, $3 the ended memory, $4 the one that follows it, $5 now
UPDATE memories SET superseded_by = $4, updated_at = $5
WHERE org_id = $1 AND project_id = $2 AND id = $3 AND superseded_by IS NULL
    AND (expires_at <= $5 OR valid_until <= $5)
