"""Calls AWS as an operator does, several calls at once.

Its argument is a list of [service, operation, parameters], and the ARN of a role if the calls are to
be made in that role. It writes as many members: {"ok": answer}, or {"error": code} if AWS refused.
"""

import json
import sys

import boto3
from botocore.exceptions import ClientError


def shown(value):
    """What JSON has no form for: a body that is read, or a time."""
    return value.read().decode() if hasattr(value, "read") else str(value)


def session(role=None):
    """Whoever the environment says, or a role."""
    if role is None:
        return boto3.Session()
    assumed = boto3.client("sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
    return boto3.Session(assumed["AccessKeyId"], assumed["SecretAccessKey"], assumed["SessionToken"])


def call(caller, service, operation, parameters):
    client = caller.client(service)
    try:
        if client.can_paginate(operation):
            return {"ok": client.get_paginator(operation).paginate(**parameters).build_full_result()}
        return {"ok": getattr(client, operation)(**parameters)}
    except ClientError as error:
        return {"error": error.response["Error"]["Code"]}


asked, *role = sys.argv[1:]
caller = session(*role)
json.dump([call(caller, *one) for one in json.loads(asked)], sys.stdout, default=shown)
