-- plan: tenant, because it counts what is live
-- Queues with live jobs or settings, by name. $1 org, $2 project, $3 this one or none: all
WITH live AS MATERIALIZED (
    SELECT q.queue, count(*) FILTER (WHERE q.state = 'ready') AS ready,
           count(*) FILTER (WHERE q.state = 'delayed') AS delayed,
           count(*) FILTER (WHERE q.state = 'running') AS running,
           count(*) FILTER (WHERE q.state = 'waiting') AS waiting,
           min(q.ready_at) FILTER (WHERE q.state = 'ready') AS oldest
    FROM job_queue q
    WHERE q.org_id = $1 AND q.project_id = $2 AND ($3::text IS NULL OR q.queue = $3)
    GROUP BY q.queue
)
SELECT coalesce(l.queue, s.queue), coalesce(s.paused, false), coalesce(s.draining, false), coalesce(s.fair, false),
       s.max_running, s.max_running_per_group, s.rate_limit, s.rate_seconds, s.lease_seconds, s.max_attempts,
       s.backoff_seconds, s.backoff_cap, coalesce(l.ready, 0), coalesce(l.delayed, 0), coalesce(l.running, 0),
       coalesce(l.waiting, 0), l.oldest
FROM live l
    FULL JOIN (SELECT * FROM job_queues b
               WHERE b.org_id = $1 AND b.project_id = $2 AND ($3::text IS NULL OR b.queue = $3)) s ON s.queue = l.queue
ORDER BY 1
