"""Deploys the package to AWS, LocalStack or MiniStack by one CloudFormation stack."""
