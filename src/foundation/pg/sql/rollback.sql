-- Ends a transaction whose function threw.
ROLLBACK
