"""A simulation of the deployed service under loads that one machine cannot produce. Nothing of it ran on AWS."""
