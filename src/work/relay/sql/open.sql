-- Opens a session, or takes up the one that is there, with what is said about it now. $1 org, $2 project, $3 id,
-- $4 title or none, $5 channel or none, $6 options → title, channel, options, jobs, created, updated, whether it is new
INSERT INTO relay_sessions AS s (org_id, project_id, id, title, channel, options)
VALUES ($1, $2, $3, $4, coalesce($5, 'api'), $6::text::jsonb)
ON CONFLICT (org_id, project_id, id) DO UPDATE
SET title = coalesce($4, s.title), channel = coalesce($5, s.channel), options = s.options || $6::text::jsonb,
    updated_at = now()
RETURNING title, channel, options, jobs, created_at, updated_at, xmax = 0
