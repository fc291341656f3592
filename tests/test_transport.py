"""The way to Telegram: connections are kept, files arrive, and a failure says whether the request went out."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from telegram.error import BadRequest, NetworkError, TelegramError, TimedOut

from bot.sandbox.faults import Fault
from bot.sandbox.server import serving
from bot.telegram.application import connect
from bot.telegram.transport import AiohttpRequest, NotSentError
from tests.conftest import free_port
from tests.sandbox_fixtures import new_state

TOKEN = "123456789:AAFexampleexampleexampleexample_-42"
OK = b'{"ok": true, "result": true}'
GOOD = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(OK) + OK

Behaviour = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def heard(reader: asyncio.StreamReader) -> None:
    """Reads one request with its body."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = int((head.lower().partition(b"content-length: ")[2] or b"0").partition(b"\r\n")[0])
    await reader.readexactly(length)


async def answers(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Every request is answered, on one connection."""
    while not reader.at_eof():
        await heard(reader)
        writer.write(GOOD)


async def is_silent(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    await heard(reader)
    await asyncio.sleep(5)


async def cuts_before_the_answer(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    await heard(reader)


async def cuts_in_the_answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await heard(reader)
    writer.write(GOOD[:-5])


async def cannot_pass_it_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await heard(reader)
    writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 6\r\n\r\n<html>")


async def speaks_html(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await heard(reader)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>")


@asynccontextmanager
async def server(behaviour: Behaviour) -> AsyncIterator[tuple[str, list[object]]]:
    """Its address and the connections that were made to it."""
    connections: list[object] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(writer)
        try:
            await behaviour(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    listening = await asyncio.start_server(handle, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}", connections
    finally:
        listening.close()


async def post(address: str, *, connections: int = 4, by_proxy: bool = False, read: float = 2.0) -> object:
    """One request as PTB makes it."""
    request = AiohttpRequest(connections, by_proxy=by_proxy)
    async with request:
        return await request.post(f"{address}/bot{TOKEN}/getMe", None, read, 1.0, 0.3, 0.1)


async def failure(address: str, **given: bool | float) -> TelegramError:
    with pytest.raises(TelegramError) as raised:
        await post(address, **given)  # type: ignore[arg-type]
    return raised.value


@pytest.mark.parametrize(
    ("behaviour", "kind"),
    [
        (cannot_pass_it_on, NotSentError),
        (is_silent, TimedOut),
        (cuts_before_the_answer, NetworkError),
        (cuts_in_the_answer, NetworkError),
        (speaks_html, TelegramError),
    ],
)
async def test_a_failure_says_whether_the_request_went_out(behaviour: Behaviour, kind: type[Exception]) -> None:
    async with server(behaviour) as (address, _):
        error = await failure(address, read=0.2)

    assert type(error) is kind
    assert TOKEN not in "".join(traceback.format_exception(error))


async def test_nobody_listening_and_no_tls_mean_that_nothing_was_sent() -> None:
    refused = await failure(f"http://127.0.0.1:{free_port()}")
    async with server(answers) as (address, _):
        no_tls = await failure(address.replace("http:", "https:"))

    for error in (refused, no_tls):
        assert type(error) is NotSentError
        assert TOKEN not in "".join(traceback.format_exception(error))


async def test_no_free_connection_means_that_nothing_was_sent() -> None:
    async with server(is_silent) as (address, _):
        request = AiohttpRequest(1, by_proxy=False)
        async with request:
            first = asyncio.create_task(request.post(f"{address}/a", None, 1.0, 0.3, 0.3, 0.1))
            await asyncio.sleep(0.05)
            with pytest.raises(NotSentError):
                await request.post(f"{address}/b", None, 1.0, 0.1, 0.1, 0.1)
            first.cancel()


async def test_a_closed_transport_sends_nothing() -> None:
    with pytest.raises(NotSentError):
        await AiohttpRequest(1, by_proxy=False).post("http://127.0.0.1:1/x")


async def test_connections_are_kept() -> None:
    async with server(answers) as (address, connections):
        request = AiohttpRequest(4, by_proxy=False)
        async with request:
            for _ in range(20):
                assert await request.post(f"{address}/bot{TOKEN}/getMe") is True

    assert len(connections) == 1


async def test_proxies_are_for_the_real_telegram_only(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    for name in ("http_proxy", "HTTP_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")

    async with server(answers) as (address, connections):
        here = await post(address)
        assert (here, len(connections)) == (True, 1)
        assert type(await failure(address, by_proxy=True)) is NotSentError
    assert len(connections) == 1


async def test_files_and_words_arrive_as_they_were_sent() -> None:
    state = new_state()
    state.acquainted.add(state.private.id)
    async with serving(state) as address, connect(state.token, address).bot as bot:
        document = await bot.send_document(state.private.id, b"\x00\xffbytes", filename="é b.bin", caption="<b>é</b>")
        message = await bot.send_message(state.private.id, "<b>Ünïcode</b> &amp; more 🙂")

        assert document.document
        assert await (await document.document.get_file()).download_as_bytearray() == b"\x00\xffbytes"
        assert (document.document.file_name, document.caption) == ("é b.bin", "é")
        assert message.text == "Ünïcode & more 🙂"


async def test_telegrams_own_answers_stay_ptbs_errors() -> None:
    state = new_state()
    async with serving(state) as address, connect(state.token, address).bot as bot:
        state.faults.add(Fault(method="getMe", status=500))
        with pytest.raises(NetworkError, match="Internal Server Error"):
            await bot.get_me()
        with pytest.raises(BadRequest, match="Chat not found"):
            await bot.send_message(-99, "x")
