-- Drops months of the stream that were over so long ago; gives how many. $1 days
SELECT stele_drop_event_months(now() - make_interval(days => $1))
