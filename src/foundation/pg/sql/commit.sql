-- Ends it. The write is acknowledged when this has answered.
COMMIT
