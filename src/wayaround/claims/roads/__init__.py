"""What a claim asks of the roads, place by place and way by way: the work under `check.py`."""
