-- What a clock in a zone shows at a time, and the latest that it has shown in the three hours before: as if it were
-- UTC. $1 zone, $2 time
SELECT ($2::timestamptz AT TIME ZONE $1) AT TIME ZONE 'UTC',
       max((t AT TIME ZONE $1) AT TIME ZONE 'UTC')
FROM generate_series($2::timestamptz - interval '3 hours', $2::timestamptz, interval '1 minute') AS t
