import pytest
from connect_caller import Caller
from connect_messages import Protos


@pytest.fixture(scope="session")
def protos():
    return Protos()


@pytest.fixture(params=["proto", "json"])
def caller(request, protos):
    def make(address, **options):
        return Caller(protos, address, codec=request.param, **options)
    return make
