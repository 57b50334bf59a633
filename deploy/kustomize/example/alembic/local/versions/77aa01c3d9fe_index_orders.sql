-- revision: 77aa01c3d9fe
-- down_revision: 8e1d0c4a77b2
-- create_date: 2026-10-02 11:05:00+00:00
-- message: index orders
-- transaction: off

-- athanor:upgrade
CREATE INDEX CONCURRENTLY orders_of_user ON orders (user_id);

-- athanor:downgrade
DROP INDEX CONCURRENTLY orders_of_user;
