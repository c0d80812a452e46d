-- Schedules of any tenant that are due; needs open_worker. $1 how many at most
SELECT s.org_id, s.project_id, s.name
FROM job_schedules s
WHERE s.next_at <= now() AND s.next_at IS NOT NULL AND NOT s.paused AND (s.retry_at IS NULL OR s.retry_at <= now())
ORDER BY s.next_at
LIMIT $1
