-- The last failures of a kind of work about which something was said. $1 org, $2 project, $3 domain, $4 limit
SELECT a.feedback
FROM annotations a
WHERE a.org_id = $1 AND a.project_id = $2 AND a.counts AND a.verdict = 'fail' AND a.domain = $3
    AND a.feedback <> ''
ORDER BY a.created_at DESC
LIMIT $4
