-- revision: 3f2a9c1b7d10
-- create_date: 2026-09-01 09:12:00+00:00
-- message: add users

-- athanor:upgrade
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL UNIQUE
);

-- athanor:downgrade
DROP TABLE users;
