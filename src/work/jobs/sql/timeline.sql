-- Everything that happened to a job, in the order of time: what its row and its attempts tell, steps, events, tool
-- calls, checkpoints, artifacts, signals and children. Of equal times, the order of the list below, then of the job.
-- $1 org, $2 project, $3 job, $4 after this time, $5 and this place, $6 limit
-- → at, kind, seq, step, title, status, milliseconds, reference, what was said about it, place
WITH told AS (
    SELECT 0 AS rank, j.created_at AS at, 'status' AS kind, 1 AS seq, NULL AS step, j.queue AS title,
           'queued' AS status, NULL::bigint AS ms, NULL AS ref, NULL AS detail
    FROM jobs j WHERE j.org_id = $1 AND j.project_id = $2 AND j.id = $3
    UNION ALL
    SELECT 1, a.started_at, 'attempt', a.generation, NULL, coalesce(a.worker, ''), a.outcome,
           (1000 * extract(epoch FROM a.ended_at - a.started_at))::bigint, a.attempt::text, a.error
    FROM job_attempts a WHERE a.org_id = $1 AND a.project_id = $2 AND a.job_id = $3 AND a.started_at IS NOT NULL
    UNION ALL
    -- The attempt that is under way, or that ended the job well.
    SELECT 1, coalesce(q.attempt_started_at, j.attempt_started_at, j.started_at), 'attempt', coalesce(q.generation, j.generation), NULL,
           coalesce(q.worker, j.worker, ''), CASE WHEN q.state IS NULL THEN 'complete' ELSE 'running' END,
           (1000 * extract(epoch FROM coalesce(j.ended_at, now())
                                      - coalesce(q.attempt_started_at, j.attempt_started_at, j.started_at)))::bigint,
           coalesce(q.attempt, j.attempts)::text, NULL
    FROM jobs j
        LEFT JOIN LATERAL (SELECT * FROM job_queue b WHERE b.org_id = $1 AND b.project_id = $2 AND b.id = j.id OFFSET 0) q ON true
    WHERE j.org_id = $1 AND j.project_id = $2 AND j.id = $3
        AND (q.state = 'running' OR (j.status = 'complete' AND j.started_at IS NOT NULL))
    UNION ALL
    SELECT 2, s.started_at, 'step', s.seq, s.name, coalesce(s.title, s.name), s.status,
           (1000 * extract(epoch FROM s.ended_at - s.started_at))::bigint, s.name, s.error
    FROM job_steps s WHERE s.org_id = $1 AND s.project_id = $2 AND s.job_id = $3
    UNION ALL
    SELECT 3, t.started_at, 'tool', t.seq, t.step, t.tool, t.status, t.duration_ms, NULL, NULL
    FROM job_tool_calls t WHERE t.org_id = $1 AND t.project_id = $2 AND t.job_id = $3
    UNION ALL
    SELECT 4, e.created_at, 'event', e.seq, e.step, e.type, NULL, NULL, NULL, left(e.payload::text, 200)
    FROM job_events e WHERE e.org_id = $1 AND e.project_id = $2 AND e.job_id = $3
    UNION ALL
    SELECT 5, c.created_at, 'checkpoint', c.seq, c.step, c.label, CASE WHEN c.safe THEN 'safe' ELSE 'unsafe' END,
           NULL, c.seq::text, NULL
    FROM job_checkpoints c WHERE c.org_id = $1 AND c.project_id = $2 AND c.job_id = $3
    UNION ALL
    SELECT 6, r.created_at, 'artifact', 0, r.step, r.uri, r.verified, NULL, r.id::text, r.media_type
    FROM artifacts r WHERE r.org_id = $1 AND r.project_id = $2 AND r.job_id = $3
    UNION ALL
    SELECT 7, g.sent_at, 'signal', 0, NULL, g.name, NULL, NULL, g.name, g.sent_by
    FROM job_signals g WHERE g.org_id = $1 AND g.project_id = $2 AND g.job_id = $3
    UNION ALL
    SELECT 8, d.created_at, 'delegation', 0, NULL, d.name, d.status,
           (1000 * extract(epoch FROM d.ended_at - d.created_at))::bigint, d.id::text, NULL
    FROM jobs d WHERE d.org_id = $1 AND d.project_id = $2 AND d.parent_id = $3
    UNION ALL
    SELECT 9, j.ended_at, 'status', j.event_seq + 1, NULL, coalesce(j.worker, ''), j.status,
           (1000 * extract(epoch FROM j.ended_at - j.created_at))::bigint, NULL, coalesce(j.error, j.stop_reason)
    FROM jobs j WHERE j.org_id = $1 AND j.project_id = $2 AND j.id = $3 AND j.ended_at IS NOT NULL
), placed AS (
    SELECT told.*, (lpad(to_hex(rank), 2, '0') || lpad(to_hex(seq), 8, '0')
                    || left(md5(coalesce(ref, '')), 22))::uuid AS place
    FROM told
)
SELECT at, kind, seq, step, title, status, ms, ref, detail, place
FROM placed
WHERE $4::timestamptz IS NULL OR (at, place) > ($4, $5::uuid)
ORDER BY at, place
LIMIT $6
