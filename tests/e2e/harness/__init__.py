"""Real parts for the end-to-end scenarios, each in a file of its own: started on free loopback ports, ended by
process id, and gone when the test process goes."""
