-- revision: 8e1d0c4a77b2
-- down_revision: 3f2a9c1b7d10
-- create_date: 2026-09-14 15:40:00+00:00
-- message: add orders

-- athanor:upgrade
CREATE TABLE orders (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id bigint NOT NULL REFERENCES users (id)
);

-- athanor:downgrade
DROP TABLE orders;
