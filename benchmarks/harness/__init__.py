"""The harness of all benchmarks: the service as a process, clients with little CPU time, and tables of figures."""
