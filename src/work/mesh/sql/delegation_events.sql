-- The last steps of a delegation. $1 org, $2 project, $3 delegation, $4 how many
SELECT seq, type, payload, created_at
FROM (SELECT * FROM delegation_events
      WHERE org_id = $1 AND project_id = $2 AND delegation_id = $3
      ORDER BY seq DESC
      LIMIT $4) last
ORDER BY seq
