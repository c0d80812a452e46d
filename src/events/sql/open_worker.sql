-- Lets this transaction see how far the stream of every tenant goes, and nothing of what it says.
SELECT set_config('stele.worker', 'event', true)
