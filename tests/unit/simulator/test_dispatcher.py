"""What a client does wrong is refused as Telegram refuses it, and counted."""

import asyncio
import os
import random
import struct
import time
from hashlib import sha256
from typing import Any

import pytest
from telethon.tl import functions, types

from engine.simulator.dispatcher import PayloadDispatcher
from engine.simulator.faults import Faults
from engine.simulator.network import wire
from engine.simulator.network.cipher import auth_key_id, decrypt_ige, encrypt_ige
from engine.simulator.network.connection import ClientConnection
from engine.simulator.network.keys import AuthKeys
from engine.simulator.network.rsa_key import ServerKey
from engine.simulator.network.session import AuthKey
from engine.simulator.network.transports import Intermediate
from engine.simulator.world.state import new_state
from engine.simulator.world.world import World

SESSION = 4242


def message_keys(auth_key: bytes, message_key: bytes, x: int) -> tuple[bytes, bytes]:
    """AES key and IV, step by step as https://core.telegram.org/mtproto/description has them."""
    sha256_a = sha256(message_key + auth_key[x : x + 36]).digest()
    sha256_b = sha256(auth_key[40 + x : 40 + x + 36] + message_key).digest()
    aes_key = sha256_a[0:8] + sha256_b[8 : 8 + 16] + sha256_a[24 : 24 + 8]
    aes_iv = sha256_b[0:8] + sha256_a[8 : 8 + 16] + sha256_b[24 : 24 + 8]
    return aes_key, aes_iv


class _Wire(asyncio.Transport):
    """A transport that keeps what the server writes."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.closed = False

    def write(self, data: Any) -> None:
        self.written += bytes(data)

    def close(self) -> None:
        self.closed = True

    abort = close


class Peer:
    """A client's end, with a key already agreed, that may send whatever it likes."""

    def __init__(self, server_key: ServerKey) -> None:
        self.world = World(new_state(), random_id_memory=60)
        self.bot = self.world.add_bot("Bot")
        keys = AuthKeys(self.world.state)
        self.key: AuthKey = keys.add(os.urandom(256), 99)
        keys.bind(self.key, self.bot.id)
        self.dispatcher = PayloadDispatcher(self.world, keys, Faults(random.Random(0)), server_key)
        self.wire = _Wire()
        self.connection = ClientConnection(self.dispatcher)
        self.connection.connection_made(self.wire)
        self.connection.data_received(b"\xee\xee\xee\xee")
        self._last_id = 0
        self._framing = Intermediate(padded=False)

    def new_id(self) -> int:
        self._last_id = max(self._last_id + 4, int(time.time() * (1 << 32)) & ~3)
        return self._last_id

    def send_raw(self, payload: bytes) -> None:
        self.connection.data_received(Intermediate(padded=False).frame(payload))

    def send(
        self,
        body: bytes,
        *,
        message_id: int | None = None,
        sequence: int = 1,
        salt: int = 99,
        spoil: bool = False,
        padding: int = 12,
    ) -> int:
        message_id = self.new_id() if message_id is None else message_id
        plain = struct.pack("<qq", salt, SESSION) + wire.message(message_id, sequence, body)
        plain += bytes(padding + -(len(plain) + padding) % 16)
        auth_key = self.key.record.key
        message_key = bytes(16) if spoil else sha256(auth_key[88:120] + plain).digest()[8:24]
        key, iv = message_keys(auth_key, message_key, 0)
        sealed = encrypt_ige(plain, key, iv)
        self.send_raw(auth_key_id(auth_key).to_bytes(8, "little") + message_key + sealed)
        return message_id

    async def received(self) -> list[tuple[int, int, bytes]]:
        """All messages the server has sent since the last look: id, sequence, body."""
        await asyncio.sleep(0)
        found = []
        payloads, self.wire.written = self._framing.feed(self.wire.written), b""
        for payload in payloads:
            key, iv = message_keys(self.key.record.key, payload[8:24], 8)
            plain = decrypt_ige(payload[24:], key, iv)
            message_id, sequence, length = struct.unpack_from("<qii", plain, 16)
            body = plain[32 : 32 + length]
            if int.from_bytes(body[:4], "little") == wire.CONTAINER:
                found += wire.split_container(body)
            else:
                found.append((message_id, sequence, body))
        return found

    async def answers(self) -> list[Any]:
        """What was received, read, without the greeting of a new session."""
        read = [wire.read_object(body) for _, _, body in await self.received()]
        return [one for one in read if not isinstance(one, types.NewSessionCreated)]


@pytest.fixture(scope="module")
def server_key(tmp_path_factory: pytest.TempPathFactory) -> ServerKey:
    return ServerKey(tmp_path_factory.mktemp("key"))


@pytest.fixture
async def peer(server_key: ServerKey) -> Peer:
    return Peer(server_key)


GET_STATE = bytes(functions.updates.GetStateRequest())


async def test_a_new_session_is_announced_once(peer: Peer) -> None:
    first = peer.send(GET_STATE)
    greetings = [wire.read_object(body) for _, _, body in await peer.received()]
    (greeting,) = [one for one in greetings if isinstance(one, types.NewSessionCreated)]
    assert (greeting.first_msg_id, greeting.server_salt) == (first, 99)
    peer.send(GET_STATE, sequence=3)
    later = [wire.read_object(body) for _, _, body in await peer.received()]
    assert not any(isinstance(one, types.NewSessionCreated) for one in later)


async def test_a_wrong_salt_is_corrected_and_the_call_not_run(peer: Peer) -> None:
    message_id = peer.send(GET_STATE, salt=1)
    (notice,) = await peer.answers()
    assert isinstance(notice, types.BadServerSalt)
    assert (notice.bad_msg_id, notice.error_code, notice.new_server_salt) == (message_id, 48, 99)
    assert peer.world.state.counters.methods == {}


@pytest.mark.parametrize(
    ("shift", "sequence", "code"),
    [(-400 << 32, 1, 16), (60 << 32, 1, 17), (1, 1, 18), (0, 2, 35)],
)
async def test_a_wrong_message_id_or_number_is_refused_with_its_code(
    peer: Peer, shift: int, sequence: int, code: int
) -> None:
    peer.send(GET_STATE, message_id=peer.new_id() + shift, sequence=sequence)
    (notice,) = await peer.answers()
    assert isinstance(notice, types.BadMsgNotification)
    assert notice.error_code == code
    assert peer.world.state.counters.methods == {}


async def test_a_message_sent_twice_is_run_once_and_answered_twice(peer: Peer) -> None:
    message_id = peer.send(GET_STATE)
    (answer,) = await peer.answers()
    peer.send(GET_STATE, message_id=message_id)
    (again,) = await peer.answers()
    assert (again.req_msg_id, again.body) == (answer.req_msg_id, answer.body)
    assert peer.world.state.counters.methods == {"updates.getState": 1}


@pytest.mark.parametrize(("spoil", "padding"), [(True, 12), (False, 0), (False, 2000)])
async def test_a_wrong_message_key_or_padding_ends_the_connection(
    peer: Peer, spoil: bool, padding: int
) -> None:
    # with no more padding than the cipher needs this body has 4 bytes of it
    peer.send(bytes(functions.PingRequest(1)), spoil=spoil, padding=padding)
    assert peer.wire.written == struct.pack("<ii", 4, -404)
    assert peer.wire.closed
    assert peer.dispatcher.protocol_errors == 1


async def test_an_unknown_key_is_told_so(peer: Peer) -> None:
    peer.send_raw(b"unknown!" + bytes(48))
    assert peer.wire.written == struct.pack("<ii", 4, -404)
    assert peer.wire.closed


async def test_a_container_is_taken_apart_and_answered_in_one(peer: Peer) -> None:
    inner = [
        wire.message(peer.new_id(), 1, GET_STATE),
        wire.message(peer.new_id(), 2, bytes(types.MsgsAck([1]))),
        wire.message(peer.new_id(), 2, bytes(functions.PingRequest(7))),
    ]
    peer.send(wire.container(inner), sequence=4)
    answers = await peer.answers()
    assert [type(one).__name__ for one in answers] == ["RpcResult", "Pong"]


async def test_server_messages_are_numbered_and_their_ids_rise(peer: Peer) -> None:
    peer.send(GET_STATE)
    peer.send(bytes(functions.PingRequest(7)), sequence=3)
    peer.send(GET_STATE, sequence=5)
    received = await peer.received()
    ids = [message_id for message_id, _, _ in received]
    assert ids == sorted(set(ids))
    # session greeting, answer, pong (needs no confirmation), answer
    assert [message_id % 4 for message_id in ids] == [3, 1, 1, 1]
    assert [sequence for _, sequence, _ in received] == [1, 3, 4, 5]


async def test_what_was_not_confirmed_is_sent_again_over_the_next_connection(peer: Peer) -> None:
    peer.send(GET_STATE)
    unconfirmed = {message_id for message_id, _, _ in await peer.received()}
    peer.connection.connection_lost(None)
    peer.connection = ClientConnection(peer.dispatcher)
    peer.connection.connection_made(peer.wire)
    peer.connection.data_received(b"\xee\xee\xee\xee")
    peer.send(bytes(types.MsgsAck(list(unconfirmed))), sequence=2)
    assert {message_id for message_id, _, _ in await peer.received()} == unconfirmed
    peer.connection.connection_lost(None)
    peer.connection = ClientConnection(peer.dispatcher)
    peer.connection.connection_made(peer.wire)
    peer.connection.data_received(b"\xee\xee\xee\xee")
    peer.send(bytes(types.MsgsAck([])), sequence=2)
    assert await peer.received() == []


async def test_salts_and_states_are_told_in_the_published_form(peer: Peer) -> None:
    message_id = peer.send(bytes(functions.GetFutureSaltsRequest(1)))
    bodies = [body for _, _, body in await peer.received()][1:]
    head = bytes.fromhex("950850ae") + struct.pack("<q", message_id)
    assert bodies[0][:12] == head
    assert bodies[0][16:20] == struct.pack("<i", 1)
    assert bodies[0][28:] == struct.pack("<q", 99)
    known = peer.send(GET_STATE, sequence=3)
    await peer.received()
    peer.send(bytes(types.MsgsStateReq([known, 4])), sequence=4)
    ((_, _, body),) = await peer.received()
    assert body[:4] == bytes.fromhex("7db5de04")
    assert body[12:] == b"\x02\x04\x01\x00"


async def test_bytes_of_no_known_method_are_refused_and_counted(
    peer: Peer, caplog: pytest.LogCaptureFixture
) -> None:
    peer.send(bytes.fromhex("efbeadde"))
    (answer,) = await peer.answers()
    assert answer.error.error_message == "INPUT_METHOD_INVALID"
    assert peer.world.state.counters.unknown_methods == {"#deadbeef": 1}
    assert "#deadbeef" in caplog.text


async def test_a_key_without_a_login_may_only_log_in(peer: Peer) -> None:
    peer.dispatcher.keys.unbind(peer.key)
    peer.send(GET_STATE)
    (answer,) = await peer.answers()
    assert (answer.error.error_code, answer.error.error_message) == (
        401,
        "AUTH_KEY_UNREGISTERED",
    )
    login = functions.auth.ImportBotAuthorizationRequest(0, 1, "hash", peer.bot.token)
    peer.send(bytes(login), sequence=3)
    (answer,) = await peer.answers()
    assert wire.read_object(answer.body).user.id == peer.bot.id


async def test_an_access_hash_is_checked(peer: Peer) -> None:
    other = peer.world.add_bot("Other")
    request = functions.users.GetUsersRequest([types.InputUser(other.id, 12345)])
    peer.send(bytes(request))
    (answer,) = await peer.answers()
    assert answer.error.error_message == "PEER_ID_INVALID"


async def test_a_connection_that_promised_to_ping_is_closed_when_it_does_not(peer: Peer) -> None:
    peer.send(bytes(functions.PingDelayDisconnectRequest(1, 0)))
    async with asyncio.timeout(60):
        while not peer.wire.closed:
            await asyncio.sleep(0)
