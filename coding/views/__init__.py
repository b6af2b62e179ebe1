"""Pages of coders: the queue, the workbench, a visit's record, the code sets."""
