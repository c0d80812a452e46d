-- Takes the annotations away, and with them all that scores and advice rest on, and the skills.
-- stele:phase contract
SET LOCAL lock_timeout = '5s';

DROP TABLE annotations, skills;
