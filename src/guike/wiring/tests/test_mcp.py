"""The MCP address with the official client against a running server, and the protocol's corners (PLT-07)."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from guike.contact.models import FollowUp
from guike.customers import services as customers
from guike.platform import clock
from guike.platform.access import SYSTEM
from guike.platform.api.tests.calling import Caller
from guike.wiring.tests.test_api import account, viewer_for


def on_a_thread_of_its_own(talk):
    """A browser test before this one may have left its loop on the present thread."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(talk())).result()


@pytest.fixture
def seller(db):
    from guike.organisation.models import Department

    return viewer_for(account("P1", "salesperson", Department.objects.create(name="浙南片区", function="sales")))


@pytest.fixture
def own(seller):
    return customers.add_customer({"name": "温州瓯泰阀门有限公司", "phone": "13800138000"}, actor=SYSTEM, owner_id=seller.person_id)


@pytest.mark.django_db(transaction=True)
def test_the_official_client_reads_and_acts(live_server, seller, own):
    foreign = customers.add_customer({"name": "温州别人的客户"}, actor=SYSTEM)
    key = Caller(seller).text

    async def talk():
        from mcp import ClientSession
        from mcp.client.streamable_http import create_mcp_http_client, streamable_http_client

        async with (
            create_mcp_http_client(headers={"Authorization": f"Bearer {key}"}) as http,
            streamable_http_client(f"{live_server.url}/mcp", http_client=http) as (read, write),
            ClientSession(read, write) as session,
        ):
            hello = await session.initialize()
            listed = await session.list_tools()
            found = await session.call_tool("search_customers", {"text": "温州"})
            whole = await session.call_tool("get_customer", {"customer": own.pk})
            out_of_sight = await session.call_tool("get_customer", {"customer": foreign.pk})
            logged = await session.call_tool(
                "log_follow_up", {"customer": own.pk, "method": "phone", "said": "谈账期", "next_on": "2999-01-01", "next_step": "送样"}
            )
            mistake = await session.call_tool("log_follow_up", {"customer": own.pk, "method": "smoke signals", "said": "x"})
            due = await session.call_tool("list_due", {})
            return hello, listed, found, whole, out_of_sight, logged, mistake, due

    hello, listed, found, whole, out_of_sight, logged, mistake, due = on_a_thread_of_its_own(talk)
    assert hello.server_info.name == "guike"
    names = {tool.name: tool for tool in listed.tools}
    assert set(names) >= {"search_customers", "get_customer", "explain_grade", "list_due", "list_orders", "log_follow_up", "set_next_step", "list_policies"}
    assert "simulate_policy" not in names  # a salesperson may not try policies
    assert names["search_customers"].annotations.read_only_hint is True and names["log_follow_up"].annotations.read_only_hint is False
    assert [one["name"] for one in found.structured_content["customers"]] == [own.name]
    assert whole.structured_content["customer"]["phone"] == "13800138000"
    assert out_of_sight.is_error and "不在可见范围内" in out_of_sight.content[0].text
    assert not logged.is_error or "2999" in logged.content[0].text
    assert mistake.is_error and "method" in mistake.content[0].text
    assert due.structured_content["today"] == clock.today().isoformat()
    connection.close()


@pytest.mark.django_db
class TestCorners:
    @pytest.fixture
    def ask(self, seller, client):
        def send(message, *scopes, **headers):
            key = Caller(seller, *scopes).text
            sent = {"Authorization": f"Bearer {key}", **headers}
            body = message if isinstance(message, str) else json.dumps(message)
            return client.post("/mcp", body, content_type="application/json", headers=sent)

        return send

    def test_without_a_key(self, client):
        assert client.post("/mcp", "{}", content_type="application/json").status_code == 401
        assert client.get("/mcp").status_code == 405

    def test_versions_are_negotiated(self, ask):
        def version_for(asked):
            params = {"protocolVersion": asked, "capabilities": {}, "clientInfo": {"name": "x", "version": "1"}}
            return ask({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}).json()["result"]["protocolVersion"]

        assert version_for("2025-03-26") == "2025-03-26" and version_for("1999-01-01") == "2025-11-25"
        assert ask({"jsonrpc": "2.0", "id": 1, "method": "ping"}, **{"MCP-Protocol-Version": "1999-01-01"}).status_code == 400

    def test_what_is_no_request(self, ask):
        assert ask("{").json()["error"]["code"] == -32700
        assert ask([]).json()["error"]["code"] == -32600
        assert ask({"jsonrpc": "2.0", "id": 1, "method": "nothing"}).json()["error"]["code"] == -32601
        assert ask({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "nothing"}}).json()["error"]["code"] == -32602
        assert ask({"jsonrpc": "2.0", "method": "notifications/initialized"}).status_code == 202

    def test_a_page_of_another_site_is_refused(self, ask):
        assert ask({"jsonrpc": "2.0", "id": 1, "method": "ping"}, Origin="https://evil.example").status_code == 403
        assert ask({"jsonrpc": "2.0", "id": 1, "method": "ping"}, Origin="http://testserver").status_code == 200

    def test_a_reading_key_cannot_write(self, ask, own):
        listed = ask({"jsonrpc": "2.0", "id": 1, "method": "tools/list"}, "follow-ups:read", "customers:read").json()["result"]["tools"]
        assert {tool["name"] for tool in listed} == {"search_customers", "get_customer"}
        arguments = {"customer": own.pk, "method": "phone", "said": "x"}
        call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "log_follow_up", "arguments": arguments}}
        assert ask(call, "follow-ups:read").json()["result"]["isError"] is True
        assert not FollowUp.objects.exists()

    def test_the_next_step_is_set_on_ones_own_last_follow_up(self, ask, own):
        def call(name, **arguments):
            message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": name, "arguments": arguments}}
            return ask(message).json()["result"]

        day = clock.today().isoformat()
        assert call("set_next_step", customer=own.pk, next_on=day, next_step="送样")["isError"] is True
        call("log_follow_up", customer=own.pk, method="phone", said="谈账期")
        assert call("set_next_step", customer=own.pk, next_on=day, next_step="送样")["isError"] is False
        assert FollowUp.objects.get().next_step == "送样"
