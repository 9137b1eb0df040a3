"""A simulation of the deployed service at loads that no machine here can make. Nothing of it ran on AWS."""
